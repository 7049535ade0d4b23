extension TextBuffer {
    /// Text as a JSON string: quotes, backslashes and control characters escaped, everything else as it is.
    @inline(__always) mutating func append(quoted text: TextView) {
        let target = room(for: text.count &+ 2)
        target[0] = UInt8(ascii: "\"")
        if text.count <= 32 ? copyPlain(text, to: target + 1) : !needsEscapes(text) {
            if text.count > 32 { copyBytes(from: text.start, to: target + 1, text.count) }
            target[text.count &+ 1] = UInt8(ascii: "\"")
            commit(text.count &+ 2)
        } else {
            appendEscaped(text)
        }
    }

    /// Copies short text and says whether nothing in it wants an escape.
    @inline(__always) private func copyPlain(_ text: TextView, to target: UnsafeMutablePointer<UInt8>) -> Bool {
        copyBytes(from: text.start, to: target, text.count)
        return !needsEscapes(text)
    }

    @inline(__always) private func needsEscapes(_ text: TextView) -> Bool {
        let raw = UnsafeRawPointer(text.start)
        let count = text.count
        if count < 8 {
            // Where the word has no byte of the text, a space is put.
            let spaces: UInt64 = count >= 4 ? 0 : 0x2020_2020_2000_0000
            return count > 0 && Self.hasSpecial(Bytes.word(raw, count) | spaces)
        }
        var i = 0
        while i &+ 8 <= count {
            if Self.hasSpecial(raw.loadUnaligned(fromByteOffset: i, as: UInt64.self)) { return true }
            i &+= 8
        }
        // The last word may overlap the one before.
        return Self.hasSpecial(raw.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self))
    }

    @inline(__always) private static func hasSpecial(_ word: UInt64) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quote = word ^ ones &* 0x22
        let slash = word ^ ones &* 0x5C
        let control = (word &- ones &* 0x20) & ~word
        let special = (quote &- ones) & ~quote | (slash &- ones) & ~slash | control
        return special & 0x8080_8080_8080_8080 != 0
    }

    /// How long a text is with quotes and escapes.
    static func quotedCount(_ text: TextView) -> Int {
        var count = text.count &+ 2
        let raw = UnsafeRawPointer(text.start)
        var i = 0
        while i < text.count {
            if i &+ 8 <= text.count, !hasSpecial(raw.loadUnaligned(fromByteOffset: i, as: UInt64.self)) {
                i &+= 8
                continue
            }
            switch text.start[i] {
            case 0x08, 0x0C, 0x0A, 0x0D, 0x09, UInt8(ascii: "\""), UInt8(ascii: "\\"): count &+= 1
            case 0..<0x20: count &+= 5
            default: break
            }
            i &+= 1
        }
        return count
    }

    @inline(never) private mutating func appendEscaped(_ text: TextView) {
        append(UInt8(ascii: "\""))
        var plain = 0
        for i in 0..<text.count {
            let byte = text.start[i]
            guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
            append(text.start + plain, i - plain)
            plain = i + 1
            append(UInt8(ascii: "\\"))
            switch byte {
            case 0x08: append(UInt8(ascii: "b"))
            case 0x0C: append(UInt8(ascii: "f"))
            case 0x0A: append(UInt8(ascii: "n"))
            case 0x0D: append(UInt8(ascii: "r"))
            case 0x09: append(UInt8(ascii: "t"))
            case 0..<0x20:
                append("u00")
                append(48 + byte >> 4)
                append(byte & 0xF < 10 ? 48 + byte & 0xF : 87 + byte & 0xF)
            default: append(byte)
            }
        }
        append(text.start + plain, text.count - plain)
        append(UInt8(ascii: "\""))
    }
}
