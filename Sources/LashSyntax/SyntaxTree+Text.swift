extension SyntaxTree: TokenTables {
    /// The text of a name: an identifier or keyword as written, or the value of a string literal.
    public func text(of name: Name) -> String { text(ofToken: name.token) }

    /// Where the token of a name stands.
    public func span(of name: Name) -> Span { span(ofToken: Int(name.token)) }

    /// The symbol of a name that is not one of the texts of a label or an enum.
    @inlinable package func symbol(of name: Name) -> Symbol { Symbol(tokenTable[Int(name.token)].symbol) }

    /// The symbol of a text, if the program has a name like that.
    package func symbol(of text: String) -> Symbol? { symbols.known(text).map { Symbol($0) } }

    /// The text of a symbol.
    package func text(of symbol: Symbol) -> String { symbols.text(of: symbol.raw) }

    /// All symbols lie below it.
    package var symbolCount: Int { symbols.count }

    /// All symbols, those of the words of the language among them.
    package var allSymbols: [Symbol] { (0..<UInt32(symbolCount)).map { Symbol($0) } }
}

extension SyntaxTables: TokenTables {}

/// What says where tokens stand and what they spell.
protocol TokenTables {
    var source: SourceText { get }
    var tokenTable: [Token] { get }
    var symbols: SymbolTable { get }
}

extension TokenTables {
    /// The text of a word, or the value of a string literal.
    func text(ofToken token: UInt32) -> String {
        let symbol = tokenTable[Int(token)].symbol
        if symbol != Token.noSymbol { return symbols.text(of: symbol) }
        return tokenTable[Int(token)].kind == .string ? string(at: token) : source[span(ofToken: Int(token))]
    }

    /// The value of a number token.
    func number(at token: UInt32) -> Double {
        source.bytes.withUnsafeBufferPointer { NumberText.value($0, Int(tokenTable[Int(token)].start)) }
    }

    /// The value of a string token.
    func string(at token: UInt32) -> String {
        source.bytes.withUnsafeBufferPointer { StringText.value($0, Int(tokenTable[Int(token)].start)) }
    }

    /// A dotted path of identifier tokens, without the white space in it.
    func path(from first: Int, through last: Int) -> String {
        var text = ""
        for token in stride(from: first, through: last, by: 2) {
            if token > first { text += "." }
            text += symbols.text(of: tokenTable[token].symbol)
        }
        return text
    }

    /// Where a token stands. The end is found by reading the token again.
    func span(ofToken token: Int) -> Span {
        let start = Int(tokenTable[token].start)
        let kind = tokenTable[token].kind
        let length = kind.spelling.utf8CodeUnitCount
        if length > 0 { return Span(start, start + length) }
        return source.bytes.withUnsafeBufferPointer { bytes in
            switch kind {
            case .endOfInput: Span(start, start)
            case .number: Span(start, LexicalForms.endOfNumber(bytes, start))
            case .string: Span(start, LexicalForms.endOfString(bytes, start).end)
            case .invalid: Span(start, start + UTF8Check.decode(bytes, start).length)
            default: Span(start, LexicalForms.endOfWord(bytes, start))
            }
        }
    }
}
