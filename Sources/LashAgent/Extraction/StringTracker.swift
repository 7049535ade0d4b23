/// Follows a program byte by byte, to know whether it stands inside a string literal in triple quotes.
///
/// Tag lines in such a string are text. Everything else of the language does not matter here, but for the quotes in
/// comments and in other strings, which open nothing.
struct StringTracker: Sendable {
    private enum Place: Equatable {
        case code
        case comment
        case string(quote: UInt8, isTriple: Bool, isRaw: Bool)
    }

    private var place = Place.code
    /// Quotes of one kind that came one after the other just now.
    private var quotes = 0
    private var lastByte: UInt8 = 0
    private var beforeQuotes: UInt8 = 0
    private var beforeThat: UInt8 = 0
    private var isEscaped = false

    /// Whether the next byte is inside of a string in triple quotes.
    var isInTripleQuotes: Bool {
        if case .string(_, true, _) = place { return true }
        return false
    }

    mutating func read(_ bytes: ArraySlice<UInt8>) {
        for byte in bytes { read(byte) }
    }

    private mutating func read(_ byte: UInt8) {
        switch place {
        case .comment:
            if byte == 0x0A { place = .code }
        case .code: readCode(byte)
        case .string(let quote, let isTriple, let isRaw): readString(byte, quote, isTriple, isRaw)
        }
        beforeThat = lastByte
        lastByte = byte
    }

    private mutating func readCode(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "#"): place = .comment
        case UInt8(ascii: "/"):
            if lastByte == byte { place = .comment }
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            // `r"…"` is raw, `for"…"` is not: the letter must be a word of its own.
            let isRaw = lastByte | 0x20 == UInt8(ascii: "r") && !Self.isWordByte(beforeThat)
            place = .string(quote: byte, isTriple: false, isRaw: isRaw)
            quotes = 1
            isEscaped = false
        default: break
        }
    }

    /// `quotes` counts how many quotes the string has begun with, as long as nothing else came: 1 or 2.
    private mutating func readString(_ byte: UInt8, _ quote: UInt8, _ isTriple: Bool, _ isRaw: Bool) {
        if isTriple {
            if isEscaped {
                isEscaped = false
            } else if byte == quote {
                quotes += 1
                if quotes == 3 { place = .code }
                return
            } else if byte == UInt8(ascii: "\\"), !isRaw {
                isEscaped = true
            }
            quotes = 0
            return
        }
        if quotes == 1, byte == quote {
            // The empty string, or the second of three quotes.
            quotes = 2
            return
        }
        if quotes == 2 {
            if byte == quote {
                place = .string(quote: quote, isTriple: true, isRaw: isRaw)
                quotes = 0
            } else {
                place = .code
                readCode(byte)
            }
            return
        }
        quotes = 0
        if isEscaped {
            isEscaped = false
        } else if byte == quote {
            place = .code
        } else if byte == UInt8(ascii: "\\"), !isRaw {
            isEscaped = true
        }
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10 || byte == UInt8(ascii: "_")
    }
}
