// Strings and numbers of JSON.
extension JSONReader {
    /// The string behind an opening quote; owned.
    @inline(__always) mutating func readString() throws(JSONError) -> Tagged {
        let first = at
        // Most strings are short: look for the quote in two words at once.
        if count &- first >= 16 {
            let raw = UnsafeRawPointer(bytes + first)
            let low = raw.loadUnaligned(as: UInt64.self).littleEndian
            let high = raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self).littleEndian
            let stop = Self.special(low)
            if stop != 0 {
                let length = stop.trailingZeroBitCount >> 3
                if bytes[first &+ length] == UInt8(ascii: "\"") {
                    at = first &+ length &+ 1
                    return Tagged(shortLow: low & Self.lowBytes(length), high: 0, count: length)
                }
            } else {
                let length = Self.special(high).trailingZeroBitCount >> 3 &+ 8
                if length <= Tagged.shortCapacity && bytes[first &+ length] == UInt8(ascii: "\"") {
                    at = first &+ length &+ 1
                    return Tagged(shortLow: low, high: high & Self.lowBytes(length &- 8), count: length)
                }
            }
        }
        return try readLongString()
    }

    @inline(never) private mutating func readLongString() throws(JSONError) -> Tagged {
        let (text, hasEscapes) = try scanString()
        if text.count > 65_536 { try within { heap throws(Failure) in try heap.requireText(text.count) } }
        return hasEscapes
            ? heap.makeString(taking: &decoded) : heap.makeString(text.start, text.count, isASCII: text.isASCII)
    }

    @inline(__always) private static func lowBytes(_ n: Int) -> UInt64 { (1 << UInt64(n &* 8)) &- 1 }

    /// Bit 7 of the first byte that is a quote, a backslash or a control character; bytes before it have none set.
    @inline(__always) private static func special(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops: UInt64 = 0x8080_8080_8080_8080
        let quote = word ^ ones &* 0x22
        let slash = word ^ ones &* 0x5C
        let control = (word &- ones &* 0x20) & ~word
        return ((quote &- ones) & ~quote | (slash &- ones) & ~slash | control) & tops
    }

    /// Takes the rest of a string and its quote. The text holds until the next string with escapes is read.
    mutating func scanString() throws(JSONError) -> (text: TextView, hasEscapes: Bool) {
        let first = at
        var seen: UInt64 = 0
        try skipPlain(&seen)
        if bytes[at] == UInt8(ascii: "\"") {
            at &+= 1
            let text = TextView(
                start: bytes + first,
                count: at &- 1 &- first,
                isASCII: seen & 0x8080_8080_8080_8080 == 0
            )
            return (text, false)
        }
        decoded.clear()
        decoded.ceiling = heap.roomForText
        var start = first
        while true {
            if at > stop {
                try settle()
                try within { heap throws(Failure) in try heap.requireText(decoded.count) }
            }
            decoded.append(bytes + start, at &- start)
            at &+= 1
            if bytes[at &- 1] == UInt8(ascii: "\"") { break }
            try readEscape()
            start = at
            try skipPlain(&seen)
        }
        let text = TextView(
            start: UnsafePointer(decoded.start),
            count: decoded.count,
            isASCII: asciiOnly(decoded.start, decoded.count)
        )
        return (text, true)
    }

    /// Goes to the next quote or backslash and collects the high bits of what it passes.
    @inline(__always) private mutating func skipPlain(_ seen: inout UInt64) throws(JSONError) {
        let raw = UnsafeRawPointer(bytes)
        var i = at
        while true {
            while i &+ 8 <= count {
                let word = raw.loadUnaligned(fromByteOffset: i, as: UInt64.self).littleEndian
                let stop = Self.special(word)
                if stop != 0 {
                    let length = stop.trailingZeroBitCount >> 3
                    seen |= word & Self.lowBytes(length)
                    i &+= length
                    break
                }
                seen |= word
                i &+= 8
            }
            while i < count {
                let byte = bytes[i]
                if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                    at = i
                    return
                }
                if byte < 0x20 {
                    at = i &+ 1
                    throw taken(.controlCharacter)
                }
                seen |= UInt64(byte)
                i &+= 1
                if i &+ 8 <= count { break }
            }
            if i == count {
                at = i
                throw taken(.endInString)
            }
        }
    }

    private mutating func readEscape() throws(JSONError) {
        guard at < count else { throw taken(.endInString) }
        let byte = bytes[at]
        at &+= 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): decoded.append(byte)
        case UInt8(ascii: "b"): decoded.append(0x08)
        case UInt8(ascii: "f"): decoded.append(0x0C)
        case UInt8(ascii: "n"): decoded.append(0x0A)
        case UInt8(ascii: "r"): decoded.append(0x0D)
        case UInt8(ascii: "t"): decoded.append(0x09)
        case UInt8(ascii: "u"): try readUnicodeEscape()
        default: throw taken(.invalidEscape)
        }
    }

    private mutating func readUnicodeEscape() throws(JSONError) {
        let unit = try readHex()
        if unit & 0xFC00 == 0xDC00 { throw taken(.loneSurrogate) }
        guard unit & 0xFC00 == 0xD800 else { return decoded.append(codePoint: unit) }
        for expected in [UInt8(ascii: "\\"), UInt8(ascii: "u")] {
            guard at < count else { throw taken(.endInString) }
            at &+= 1
            if bytes[at &- 1] != expected { throw taken(.halfEscape) }
        }
        let second = try readHex()
        if second & 0xFC00 != 0xDC00 { throw taken(.loneSurrogate) }
        decoded.append(codePoint: 0x10000 &+ (unit & 0x3FF) << 10 &+ second & 0x3FF)
    }

    private mutating func readHex() throws(JSONError) -> UInt32 {
        guard count &- at >= 4 else {
            at = count
            throw taken(.endInString)
        }
        at &+= 4
        var unit: UInt32 = 0
        for byte in UnsafeBufferPointer(start: bytes + at - 4, count: 4) {
            switch byte {
            case 48...57: unit = unit << 4 | UInt32(byte &- 48)
            case 65...70, 97...102: unit = unit << 4 | UInt32((byte | 0x20) &- 87)
            default: throw taken(.invalidEscape)
            }
        }
        return unit
    }

    @inline(__always) private var digit: UInt64? {
        guard at < count else { return nil }
        let value = bytes[at] &- 48
        return value <= 9 ? UInt64(value) : nil
    }

    mutating func readNumber() throws(JSONError) -> Double {
        let first = at
        let negative = bytes[at] == UInt8(ascii: "-")
        if negative { at &+= 1 }
        guard at < count else { throw taken(.endInValue) }
        guard let leading = digit else {
            at &+= 1
            throw taken(.invalidNumber)
        }
        at &+= 1
        var mantissa = leading
        // Nineteen digits fit into the mantissa.
        var digits = 1
        if leading == 0 {
            if digit != nil { throw next(.invalidNumber) }
        } else {
            while let value = digit {
                mantissa = mantissa &* 10 &+ value
                digits &+= 1
                at &+= 1
            }
        }
        guard at < count, bytes[at] == UInt8(ascii: ".") || bytes[at] | 0x20 == UInt8(ascii: "e") else {
            if digits > 19 { return try readCarefully(from: first) }
            return negative ? -Double(mantissa) : Double(mantissa)
        }
        var exponent = 0
        if bytes[at] == UInt8(ascii: ".") {
            at &+= 1
            if mantissa == 0 { digits = 0 }
            while let value = digit {
                mantissa = mantissa &* 10 &+ value
                // Zeros in front of the first digit are no digits.
                if mantissa != 0 { digits &+= 1 }
                exponent &-= 1
                at &+= 1
            }
            if exponent == 0 { throw at < count ? next(.invalidNumber) : next(.endInValue) }
        }
        if at < count, bytes[at] | 0x20 == UInt8(ascii: "e") {
            exponent &+= try readExponent(isZero: mantissa == 0 && digits <= 19)
        }
        if digits <= 19 {
            if mantissa == 0 { return negative ? -0.0 : 0 }
            if let exact = exactDecimal(mantissa, exponent) { return negative ? -exact : exact }
        }
        return try readCarefully(from: first)
    }

    private mutating func readExponent(isZero: Bool) throws(JSONError) -> Int {
        at &+= 1
        var negative = false
        if at < count, bytes[at] == UInt8(ascii: "+") || bytes[at] == UInt8(ascii: "-") {
            negative = bytes[at] == UInt8(ascii: "-")
            at &+= 1
        }
        guard at < count else { throw taken(.endInValue) }
        guard digit != nil else {
            at &+= 1
            throw taken(.invalidNumber)
        }
        var exponent = 0
        while let value = digit {
            at &+= 1
            exponent = exponent * 10 + Int(value)
            if exponent > Int(Int32.max) {
                if !isZero && !negative { throw taken(.numberOutOfRange) }
                exponent = Int(Int32.max)
            }
        }
        return negative ? -exponent : exponent
    }

    @inline(never) private func readCarefully(from first: Int) throws(JSONError) -> Double {
        guard let number = parseCarefully(bytes + first, at &- first), number.isFinite else {
            throw taken(.numberOutOfRange)
        }
        return number
    }
}

extension TextBuffer {
    /// A code point in UTF-8.
    mutating func append(codePoint point: UInt32) {
        func byte(_ shift: UInt32) -> UInt8 { UInt8(truncatingIfNeeded: 0x80 | point >> shift & 0x3F) }
        switch point {
        case ..<0x80: append(UInt8(truncatingIfNeeded: point))
        case ..<0x800:
            append(UInt8(truncatingIfNeeded: 0xC0 | point >> 6))
            append(byte(0))
        case ..<0x10000:
            append(UInt8(truncatingIfNeeded: 0xE0 | point >> 12))
            append(byte(6))
            append(byte(0))
        default:
            append(UInt8(truncatingIfNeeded: 0xF0 | point >> 18))
            append(byte(12))
            append(byte(6))
            append(byte(0))
        }
    }
}
