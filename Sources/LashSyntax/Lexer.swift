/// Turns a text into tokens: one pass over the bytes, 9 bytes of result per token.
///
/// Errors do not stop it. What it cannot read becomes an `.invalid` token, which the parser steps over in silence.
struct Lexer {
    private(set) var kinds: [TokenKind] = []
    private(set) var starts: [UInt32] = []
    /// The symbols of words; nothing of other tokens.
    private(set) var symbols: [UInt32] = []
    private(set) var table = SymbolTable.ofWords
    /// Lexical errors in source order.
    private(set) var errors: [(error: SyntaxError, span: Span)] = []
    /// A string has no end, or the bytes are no text: where tokens begin is a guess, so what the parser makes of them
    /// is not worth reporting.
    private(set) var isUnreadable = false

    init(_ source: SourceText) {
        source.bytes.withUnsafeBufferPointer { bytes in
            // Every byte can be a token. What is not used is never touched, so it costs address space only.
            kinds.reserveCapacity(bytes.count + 1)
            starts.reserveCapacity(bytes.count + 1)
            symbols.reserveCapacity(bytes.count + 1)
            // A text in another encoding, or no text at all: one error says it, and nothing else is worth saying.
            if let bad = UTF8Check.firstInvalidSequence(in: bytes) {
                scan(bytes)
                errors = [(.invalidUTF8, bad)]
                isUnreadable = true
            } else {
                scan(bytes)
            }
        }
    }

    /// Hands over the tokens.
    mutating func moveTokens(to tree: inout SyntaxTables) {
        (tree.tokenKinds, tree.tokenStarts, tree.tokenSymbols, tree.symbols) = (kinds, starts, symbols, table)
        (kinds, starts, symbols, table) = ([], [], [], SymbolTable.ofWords)
    }

    private mutating func add(_ kind: TokenKind, _ start: Int, _ symbol: UInt32 = SyntaxTables.noSymbol) {
        kinds.append(kind)
        starts.append(UInt32(truncatingIfNeeded: start))
        symbols.append(symbol)
    }

    private mutating func report(_ error: SyntaxError, at start: Int) {
        if errors.count < SyntaxError.limit { errors.append((error, Span(start, start))) }
    }

    private mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>) {
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
            case UInt8(ascii: "#"):
                at = LexicalForms.endOfLine(bytes, at)
            case UInt8(ascii: "/") where at + 1 < end && bytes[at + 1] == byte:
                at = LexicalForms.endOfLine(bytes, at)
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"):
                if byte | 0x20 == UInt8(ascii: "r"), at + 1 < end, LexicalForms.isQuote(bytes[at + 1]) {
                    at = string(bytes, start)
                    continue
                }
                at = LexicalForms.endOfWord(bytes, at + 1)
                let key = SymbolTable.Key(bytes, start, at)
                let symbol = table.symbol(key) { String(decoding: bytes[start..<at], as: UTF8.self) }
                add(SymbolTable.kind(of: symbol), start, symbol)
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                at = LexicalForms.endOfNumber(bytes, at)
                add(.number, start)
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                at = string(bytes, start)
            default:
                let (kind, length) = LexicalForms.punctuation(bytes, at)
                if length > 0 {
                    add(kind, start)
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
                if start != endOfInvalid { add(.invalid, start) }
                endOfInvalid = at
            }
        }
        add(.endOfInput, end)
    }

    private mutating func string(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int {
        let (end, closed) = LexicalForms.endOfString(bytes, start)
        if closed {
            add(.string, start)
        } else {
            isUnreadable = true
            add(.invalid, start)
            report(.unterminatedString, at: start)
        }
        return end
    }
}
