/// Turns a text into tokens: one pass over the bytes, 12 bytes of result per token.
///
/// Errors do not stop it. What it cannot read becomes an `.invalid` token, which the parser steps over in silence.
struct Lexer {
    private(set) var tokens: [Token] = []
    private(set) var symbols = SymbolTable.ofWords
    /// Lexical errors in source order.
    private(set) var errors: [(error: SyntaxError, span: Span)] = []
    /// A string has no end, or the bytes are no text: where tokens begin is a guess, so what the parser makes of them
    /// is not worth reporting.
    private(set) var isUnreadable = false
    /// Whether there are tokens that only a second pass can tell apart.
    private var isAmbiguous = false

    init(_ source: SourceText) {
        source.bytes.withUnsafeBufferPointer { bytes in
            // Every byte can be a token. What is not used is never touched, so it costs address space only.
            tokens = Array(capacity: bytes.count + 1) { scan(bytes, into: &$0) }
            if isAmbiguous { QuestionMarks.resolve(&tokens) }
            // A text in another encoding, or no text at all: one error says it, and nothing else is worth saying.
            if let bad = UTF8Check.firstInvalidSequence(in: bytes) {
                errors = [(.invalidUTF8, bad)]
                isUnreadable = true
            }
        }
    }

    private mutating func report(_ error: SyntaxError, at start: Int) {
        if errors.count < SyntaxError.limit { errors.append((error, Span(start, start))) }
    }

    private mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>, into tokens: inout OutputSpan<Token>) {
        let end = bytes.count
        var at = 0
        // Neighbouring characters that form no token are one mistake.
        var endOfInvalid = -1
        while at < end {
            let start = at
            let byte = bytes[at]
            switch byte {
            case 0x20, 0x09...0x0D, UInt8(ascii: ";"):
                at += 1
                while at < end, bytes[at] == 0x20 { at += 1 }
            case UInt8(ascii: "#"):
                at = LexicalForms.endOfLine(bytes, at)
            case UInt8(ascii: "/") where at + 1 < end && bytes[at + 1] == byte:
                at = LexicalForms.endOfLine(bytes, at)
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"):
                if byte | 0x20 == UInt8(ascii: "r"), at + 1 < end, LexicalForms.isQuote(bytes[at + 1]) {
                    at = string(bytes, start, into: &tokens)
                    continue
                }
                let word = SymbolTable.Key(wordIn: bytes, at: start)
                at += word.length
                let symbol = symbols.symbol(word) { String(decoding: bytes[start..<at], as: UTF8.self) }
                let kind = symbols.kind(of: symbol)
                if kind == .wordStart { isAmbiguous = true }
                tokens.append(kind, start, symbol)
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                at = LexicalForms.endOfNumber(bytes, at)
                tokens.append(.number, start)
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                at = string(bytes, start, into: &tokens)
            default:
                let (kind, length) = LexicalForms.punctuation(bytes, at)
                if length > 0 {
                    if kind == .unwrap { isAmbiguous = true }
                    tokens.append(kind, start)
                    at += length
                    continue
                }
                let character = UTF8Check.decode(bytes, at)
                at += character.length
                if let scalar = character.scalar, scalar.properties.isWhitespace { continue }
                if let scalar = character.scalar, start != endOfInvalid {
                    let lookAlike = LookAlike(scalar, bytes, start)
                    report(.unexpectedCharacter(scalar, lookAlike), at: start)
                    if let last = lookAlike?.spans.last { at = max(at, last.end) }
                }
                if start != endOfInvalid { tokens.append(.invalid, start) }
                endOfInvalid = at
            }
        }
        tokens.append(.endOfInput, end)
    }

    private mutating func string(
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ start: Int,
        into tokens: inout OutputSpan<Token>
    ) -> Int {
        let (end, isClosed, _) = LexicalForms.endOfString(bytes, start)
        if isClosed {
            tokens.append(.string, start)
        } else {
            isUnreadable = true
            tokens.append(.invalid, start)
            report(.unterminatedString, at: start)
        }
        return end
    }
}

extension OutputSpan<Token> {
    @inline(__always)
    fileprivate mutating func append(_ kind: TokenKind, _ start: Int, _ symbol: UInt32 = Token.noSymbol) {
        append(Token(start: UInt32(truncatingIfNeeded: start), symbol: symbol, kind: kind))
    }
}
