/// UTF-8 by hand: the standard library's decoders repair, and errors need offsets.
enum UTF8Check {
    typealias Bytes = UnsafeBufferPointer<UInt8>

    /// The character at `at`. Where the bytes are not UTF-8, `scalar` is `nil` and `length` what to skip.
    static func decode(_ bytes: Bytes, _ at: Int) -> (scalar: Unicode.Scalar?, length: Int) {
        let first = bytes[at]
        if first < 0x80 { return (Unicode.Scalar(first), 1) }
        let length = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0
        if length == 0 { return (nil, 1) }
        var value = UInt32(first) & (0x7F >> UInt32(length))
        for next in 1..<length {
            guard at + next < bytes.count, bytes[at + next] & 0xC0 == 0x80 else { return (nil, next) }
            value = value << 6 | UInt32(bytes[at + next] & 0x3F)
        }
        let shortest: UInt32 = length == 4 ? 0x10000 : length == 3 ? 0x800 : 0x80
        guard value >= shortest, let scalar = Unicode.Scalar(value) else { return (nil, 1) }
        return (scalar, length)
    }

    /// The first place that is not UTF-8, with what follows it and is not UTF-8 either.
    static func firstInvalidSequence(in bytes: Bytes) -> Span? {
        // Most programs are ASCII.
        if bytes.reduce(0, |) < 0x80 { return nil }
        var found: Span?
        var at = 0
        while at < bytes.count {
            if bytes[at] < 0x80 {
                if found != nil { break }
                at += 1
                continue
            }
            let character = decode(bytes, at)
            let end = at + character.length
            if character.scalar == nil {
                found = Span(found?.start ?? at, end)
            } else if found != nil {
                break
            }
            at = end
        }
        return found
    }
}
