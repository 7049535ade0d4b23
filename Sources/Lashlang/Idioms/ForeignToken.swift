internal import LashSyntax

/// A token of a text that may be written in any of the usual languages.
struct ForeignToken {
    enum Kind {
        /// A name or keyword, of any letters.
        case word
        case number
        /// In single, double or triple quotes, with its quotes. Raw strings include their `r`.
        case string
        /// In backquotes.
        case template
        /// An operator or other punctuation, as long as any language knows it.
        case mark
    }

    var kind: Kind
    var start: Int
    var end: Int
    var text: String
    var isFirstOnLine: Bool
    /// Nothing stands between it and the token before.
    var isGlued: Bool
}

/// Reads texts in the manner of many languages at once. Never fails: what it does not know becomes marks.
struct ForeignLexer {
    private(set) var tokens: [ForeignToken] = []
    /// `#` and `//` comments.
    private(set) var comments: [Span] = []
    private let bytes: [UInt8]
    private var at = 0
    private var isFirstOnLine = true
    private var endOfLast = -1

    init(_ source: SourceText) {
        bytes = source.bytes
        scan()
    }

    private static let marks: [[String]] = [
        ["===", "!==", "**=", "<<=", ">>=", "??=", "||=", "&&=", "...", "..=", "..<", "<=>"],
        [
            "->", "=>", "==", "!=", "<=", ">=", "<>", "~=", "=~", "!~", "+=", "-=", "*=", "/=", "%=", "^=", "|=", "&=",
            ":=", "::", "++", "--", "**", "??", "?.", "?:", "|>", "||", "&&", "<<", ">>", "..", "<-",
        ],
    ]
    private static let knownMarks: [Set<String>] = marks.map { Set($0) }

    private mutating func scan() {
        while at < bytes.count {
            let byte = bytes[at]
            switch byte {
            case 0x0A:
                isFirstOnLine = true
                at += 1
            case 0x20, 0x09, 0x0B, 0x0C, 0x0D:
                at += 1
            case UInt8(ascii: "#"):
                comment()
            case UInt8(ascii: "/") where next(1) == byte:
                comment()
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                string(from: at)
            case UInt8(ascii: "r") where next(1) == UInt8(ascii: "\"") || next(1) == UInt8(ascii: "'"):
                string(from: at)
            case UInt8(ascii: "`"):
                template()
            case _ where LexicalText.isDigit(byte):
                number()
            case UInt8(ascii: ".") where LexicalText.isDigit(next(1)) && !followsOperand:
                number()
            case _ where LexicalText.isWord(byte) || byte >= 0x80:
                let start = at
                while at < bytes.count, LexicalText.isWord(bytes[at]) || bytes[at] >= 0x80 { at += 1 }
                add(.word, start)
            default:
                mark()
            }
        }
    }

    private func next(_ distance: Int) -> UInt8 { at + distance < bytes.count ? bytes[at + distance] : 0 }

    /// The token before ends right here and is a value.
    private var followsOperand: Bool {
        guard let last = tokens.last, last.end == at else { return false }
        return last.kind != .mark || last.text == ")" || last.text == "]" || last.text == "?" || last.text == "."
    }

    private mutating func add(_ kind: ForeignToken.Kind, _ start: Int) {
        tokens.append(
            ForeignToken(
                kind: kind,
                start: start,
                end: at,
                text: String(decoding: bytes[start..<at], as: UTF8.self),
                isFirstOnLine: isFirstOnLine,
                isGlued: start == endOfLast
            )
        )
        isFirstOnLine = false
        endOfLast = at
    }

    private mutating func comment() {
        let start = at
        while at < bytes.count, bytes[at] != 0x0A { at += 1 }
        comments.append(Span(start, at))
    }

    private mutating func string(from start: Int) {
        let raw = bytes[at] == UInt8(ascii: "r")
        if raw { at += 1 }
        let quote = bytes[at]
        let isTriple = next(1) == quote && next(2) == quote
        at += isTriple ? 3 : 1
        while at < bytes.count {
            if bytes[at] == quote, !isTriple || (next(1) == quote && next(2) == quote) {
                at += isTriple ? 3 : 1
                break
            }
            at += bytes[at] == UInt8(ascii: "\\") && !raw ? 2 : 1
        }
        at = min(at, bytes.count)
        add(.string, start)
    }

    private mutating func template() {
        let start = at
        at += 1
        while at < bytes.count, bytes[at] != UInt8(ascii: "`") { at += bytes[at] == UInt8(ascii: "\\") ? 2 : 1 }
        at = min(at + 1, bytes.count)
        add(.template, start)
    }

    private mutating func number() {
        let start = at
        var isFraction = bytes[at] == UInt8(ascii: ".")
        at += 1
        while at < bytes.count {
            let byte = bytes[at]
            if byte == UInt8(ascii: "."), !isFraction, LexicalText.isDigit(next(1)) {
                isFraction = true
            } else if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") {
                // Of an exponent: `1e-5`.
                guard bytes[at - 1] | 0x20 == UInt8(ascii: "e"), LexicalText.isDigit(next(1)),
                    bytes[start..<at - 1].allSatisfy({ LexicalText.isDigit($0) || $0 == UInt8(ascii: ".") })
                else { break }
            } else if !LexicalText.isWord(byte) {
                break
            }
            at += 1
        }
        add(.number, start)
    }

    private mutating func mark() {
        let start = at
        for length in [3, 2] where start + length <= bytes.count {
            let text = String(decoding: bytes[start..<start + length], as: UTF8.self)
            if Self.knownMarks[3 - length].contains(text) {
                at += length
                return add(.mark, start)
            }
        }
        at += 1
        add(.mark, start)
    }
}

/// Classes of bytes.
enum LexicalText {
    static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    static func isWord(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- UInt8(ascii: "a") < 26 || isDigit(byte) || byte == UInt8(ascii: "_")
    }

    static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, !isDigit(first) else { return false }
        return text.utf8.allSatisfy(isWord)
    }
}
