extension SyntaxTree {
    /// The text of a name: an identifier or keyword as written, or the value of a string literal.
    public func text(of name: Name) -> String {
        tokenKinds[Int(name.token)] == .string
            ? string(at: name.token) : source[span(ofToken: Int(name.token))]
    }

    /// Where the token of a name stands.
    public func span(of name: Name) -> Span { span(ofToken: Int(name.token)) }

    /// The value of a number token.
    func number(at token: UInt32) -> Double {
        let span = span(ofToken: Int(token))
        return source.bytes.withUnsafeBufferPointer { NumberText.value($0[span.start..<span.end]) }
    }

    /// The value of a string token.
    func string(at token: UInt32) -> String {
        source.bytes.withUnsafeBufferPointer { StringText.value($0, Int(tokenStarts[Int(token)])) }
    }

    /// A dotted path of identifier tokens, without the white space in it.
    func path(from first: Int, through last: Int) -> String {
        var text = ""
        for token in stride(from: first, through: last, by: 2) {
            if token > first { text += "." }
            text += source[span(ofToken: token)]
        }
        return text
    }

    /// Where a token stands. The end is found by reading the token again.
    func span(ofToken token: Int) -> Span {
        let start = Int(tokenStarts[token])
        let kind = tokenKinds[token]
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
