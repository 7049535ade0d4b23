/// Bytes as text, in the alphabet of RFC 4648 with padding.
package enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let padding = UInt8(ascii: "=")

    /// The text of some bytes.
    package static func encode(_ bytes: some Collection<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var group: UInt32 = 0
        var count = 0
        func write(_ letters: Int) {
            for letter in 0..<4 {
                text.append(letter < letters ? alphabet[Int(group >> (18 - 6 * UInt32(letter))) & 63] : padding)
            }
        }
        for byte in bytes {
            group |= UInt32(byte) << (16 - 8 * UInt32(count))
            count += 1
            if count == 3 {
                write(4)
                (group, count) = (0, 0)
            }
        }
        if count > 0 { write(count + 1) }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes of a text; `nil` where it is not base64.
    package static func decode(_ text: String) -> [UInt8]? {
        let letters = Array(text.utf8)
        guard letters.count.isMultiple(of: 4) else { return nil }
        let used = letters.count - letters.reversed().prefix(2).prefix { $0 == padding }.count
        var bytes: [UInt8] = []
        bytes.reserveCapacity(letters.count / 4 * 3)
        var group: UInt32 = 0
        for position in 0..<used {
            guard let value = value(of: letters[position]) else { return nil }
            group = group << 6 | value
            if position % 4 == 3 {
                bytes += [UInt8(group >> 16 & 255), UInt8(group >> 8 & 255), UInt8(group & 255)]
                group = 0
            }
        }
        switch used % 4 {
        case 0: return bytes
        // The bits that are left over have to be zero, so that equal bytes have one text.
        case 2: return group & 15 == 0 ? bytes + [UInt8(group >> 4 & 255)] : nil
        case 3: return group & 3 == 0 ? bytes + [UInt8(group >> 10 & 255), UInt8(group >> 2 & 255)] : nil
        default: return nil
        }
    }

    private static func value(of letter: UInt8) -> UInt32? {
        switch letter {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(letter - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(letter - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(letter - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
