/// Where tokens end. The tree stores only where they start, so this is asked again whenever a text is needed.
enum LexicalForms {
    typealias Bytes = UnsafeBufferPointer<UInt8>

    static func isQuote(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") }

    static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    static func isWordByte(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- UInt8(ascii: "a") < 26 || isDigit(byte) || byte == UInt8(ascii: "_")
    }

    /// How many of the bytes of a chunk, from the lowest on, are word bytes. All 8 are looked at at once: the highest bit of
    /// each byte says what it is.
    @inline(__always) static func wordBytes(_ chunk: UInt64) -> Int {
        let each: UInt64 = 0x0101_0101_0101_0101
        // Nothing is carried from one byte to the next where their highest bits are not set.
        let ascii = chunk & (each &* 0x7F)
        func isBetween(_ first: UInt8, _ last: UInt8, _ bytes: UInt64) -> UInt64 {
            (bytes &+ each &* UInt64(0x80 - first)) & ~(bytes &+ each &* UInt64(0x7F - last))
        }
        let letters = isBetween(UInt8(ascii: "a"), UInt8(ascii: "z"), ascii | each &* 0x20)
        let digits = isBetween(UInt8(ascii: "0"), UInt8(ascii: "9"), ascii)
        let lines = isBetween(UInt8(ascii: "_"), UInt8(ascii: "_"), ascii)
        let others = (~(letters | digits | lines) | chunk) & (each &* 0x80)
        return others.trailingZeroBitCount >> 3
    }

    /// The next line feed, or the end.
    static func endOfLine(_ bytes: Bytes, _ start: Int) -> Int {
        var at = start
        while at < bytes.count, bytes[at] != 0x0A { at += 1 }
        return at
    }

    static func endOfWord(_ bytes: Bytes, _ start: Int) -> Int {
        var at = start
        while at < bytes.count, isWordByte(bytes[at]) { at += 1 }
        return at
    }

    /// The end of a number that begins with a digit at `start`.
    ///
    /// A dot belongs to it wherever it falls, an exponent or a radix prefix only together with its digits.
    static func endOfNumber(_ bytes: Bytes, _ start: Int) -> Int {
        if bytes[start] == UInt8(ascii: "0"), start + 2 < bytes.count {
            let prefix = bytes[start + 1] | 0x20
            if prefix == UInt8(ascii: "x"), isHexDigit(bytes[start + 2]) {
                return endOfDigits(bytes, start + 2, isHexDigit)
            }
            if prefix == UInt8(ascii: "b"), isBinaryDigit(bytes[start + 2]) {
                return endOfDigits(bytes, start + 2, isBinaryDigit)
            }
        }
        var at = endOfDigits(bytes, start, isDigit)
        if at < bytes.count, bytes[at] == UInt8(ascii: ".") {
            at += 1
            guard at < bytes.count, isDigit(bytes[at]) else { return at }
            at = endOfDigits(bytes, at, isDigit)
        }
        guard at < bytes.count, bytes[at] | 0x20 == UInt8(ascii: "e") else { return at }
        var digits = at + 1
        if digits < bytes.count, bytes[digits] == UInt8(ascii: "+") || bytes[digits] == UInt8(ascii: "-") {
            digits += 1
        }
        guard digits < bytes.count, isDigit(bytes[digits]) else { return at }
        return endOfDigits(bytes, digits, isDigit)
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool { isDigit(byte) || (byte | 0x20) &- UInt8(ascii: "a") < 6 }

    private static func isBinaryDigit(_ byte: UInt8) -> Bool { byte & 0xFE == UInt8(ascii: "0") }

    /// Digits with single `_` between them.
    @inline(__always)
    private static func endOfDigits(_ bytes: Bytes, _ start: Int, _ isDigit: (UInt8) -> Bool) -> Int {
        var at = start
        while at < bytes.count {
            if isDigit(bytes[at]) {
                at += 1
            } else if bytes[at] == UInt8(ascii: "_"), at + 1 < bytes.count, isDigit(bytes[at + 1]) {
                at += 2
            } else {
                break
            }
        }
        return at
    }

    /// The shape of the string literal at `start`: where its contents begin, and how it is delimited.
    static func stringForm(_ bytes: Bytes, _ start: Int) -> (contents: Int, quote: UInt8, triple: Bool, raw: Bool) {
        let raw = !isQuote(bytes[start])
        let open = raw ? start + 1 : start
        let quote = bytes[open]
        let triple = open + 2 < bytes.count && bytes[open + 1] == quote && bytes[open + 2] == quote
        return (open + (triple ? 3 : 1), quote, triple, raw)
    }

    /// The end of the string literal at `start`, whether its closing quote was found, and whether there are escapes in it.
    static func endOfString(_ bytes: Bytes, _ start: Int) -> (end: Int, closed: Bool, hasEscapes: Bool) {
        let form = stringForm(bytes, start)
        var at = form.contents
        var hasEscapes = false
        while at < bytes.count {
            let byte = bytes[at]
            if byte == form.quote {
                if !form.triple { return (at + 1, true, hasEscapes) }
                if at + 2 < bytes.count, bytes[at + 1] == byte, bytes[at + 2] == byte {
                    return (at + 3, true, hasEscapes)
                }
            } else if byte == UInt8(ascii: "\\"), !form.raw {
                hasEscapes = true
                at += 1
            }
            at += 1
        }
        return (bytes.count, false, hasEscapes)
    }

    /// The longest punctuation token at `at`; length 0 where there is none.
    static func punctuation(_ bytes: Bytes, _ at: Int) -> (kind: TokenKind, length: Int) {
        func follows(_ byte: UInt8) -> Bool { at + 1 < bytes.count && bytes[at + 1] == byte }
        let equals = UInt8(ascii: "=")
        switch bytes[at] {
        case UInt8(ascii: "{"): return (.leftBrace, 1)
        case UInt8(ascii: "}"): return (.rightBrace, 1)
        case UInt8(ascii: "("): return (.leftParen, 1)
        case UInt8(ascii: ")"): return (.rightParen, 1)
        case UInt8(ascii: "["): return (.leftBracket, 1)
        case UInt8(ascii: "]"): return (.rightBracket, 1)
        case UInt8(ascii: ","): return (.comma, 1)
        case UInt8(ascii: ":"): return (.colon, 1)
        case UInt8(ascii: "@"): return (.at, 1)
        case UInt8(ascii: "?"): return (.unwrap, 1)
        case UInt8(ascii: "."): return (.dot, 1)
        case UInt8(ascii: "+"): return (.plus, 1)
        case UInt8(ascii: "-"): return (.minus, 1)
        case UInt8(ascii: "*"): return (.star, 1)
        case UInt8(ascii: "/"): return (.slash, 1)
        case UInt8(ascii: "%"): return (.percent, 1)
        case equals: return follows(equals) ? (.equal, 2) : (.assign, 1)
        case UInt8(ascii: "!"): return follows(equals) ? (.notEqual, 2) : (.bang, 1)
        case UInt8(ascii: "<"): return follows(equals) ? (.lessEqual, 2) : (.less, 1)
        case UInt8(ascii: ">"): return follows(equals) ? (.greaterEqual, 2) : (.greater, 1)
        case UInt8(ascii: "|"): return follows(UInt8(ascii: "|")) ? (.barBar, 2) : (.bar, 1)
        case UInt8(ascii: "&"): return follows(UInt8(ascii: "&")) ? (.ampersandAmpersand, 2) : (.invalid, 0)
        default: return (.invalid, 0)
        }
    }
}
