/// The bytes of a JSON text, token by token.
final class JSONText {
    let source: any ByteSource
    let window: Window
    /// The ends of large values that were passed: most likely they are passed again.
    private var ends: [Int: Int] = [:]
    private static let large = 1 << 16
    private static let mostEnds = 8192

    init(_ source: any ByteSource) {
        self.source = source
        window = Window(source, capacity: min(Window.capacity, max(64, source.size ?? Window.capacity)))
    }

    /// An error with its place.
    func malformed(_ detail: String, _ offset: Int) -> FileError {
        source.malformed("\(detail) at byte \(offset)")
    }

    @inline(__always) func byte(at offset: Int, limit: Int) throws(FileError) -> UInt8? {
        offset < limit ? try window.byte(at: offset) : nil
    }

    @inline(__always) func skipSpace(from offset: Int, limit: Int) throws(FileError) -> Int {
        var at = offset
        while let byte = try byte(at: at, limit: limit) {
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { break }
            at &+= 1
        }
        return at
    }

    /// Behind the closing quote of a string that begins at an offset.
    func skipString(from offset: Int, limit: Int) throws(FileError) -> Int {
        let quote = Vector(repeating: .quote), backslash = Vector(repeating: .backslash)
        var at = offset + 1
        while true {
            let bytes = try window.bytes(from: at).prefix(max(0, limit - at))
            if bytes.count == 0 { throw malformed("EOF while parsing a string that begins at byte \(offset)", at) }
            var i = 0
            while i < bytes.count {
                // Behind the last byte there is room to load from; what is found there does not count.
                let vector = Vector(bytes.start + i)
                let found = Vector.equal(vector, quote) | Vector.equal(vector, backslash)
                if found.isZero {
                    i += 16
                    continue
                }
                i += found.bits.trailingZeroBitCount
                if i >= bytes.count { break }
                if bytes[i] == .quote { return at + i + 1 }
                i += 2
            }
            // An escaped byte may be the first one of the next piece.
            at += i > bytes.count && bytes[bytes.count - 1] == .backslash ? i : bytes.count
        }
    }

    /// Behind a number or a word.
    func skipScalar(from offset: Int, limit: Int) throws(FileError) -> Int {
        var at = offset
        while let byte = try byte(at: at, limit: limit) {
            switch byte {
            case .comma, UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: ":"), 0x20, 0x0A, 0x0D, 0x09: return at
            default: at += 1
            }
        }
        return at
    }

    /// Where a large value ends that was passed before.
    @inline(__always) func end(of start: Int) -> Int? { ends.isEmpty ? nil : ends[start] }

    @inline(__always) func note(_ value: Range<Int>) {
        if value.count >= Self.large, ends.count < Self.mostEnds { ends[value.lowerBound] = value.upperBound }
    }

    /// Where a value ends that begins at an offset.
    func findEnd(of start: Int, limit: Int) throws(FileError) -> Int {
        if let end = end(of: start) { return end }
        switch try byte(at: start, limit: limit) {
        case UInt8(ascii: "{")?, UInt8(ascii: "[")?:
            var scan = StructureScan(from: start)
            guard try scan.advance(by: Int.max - start, in: self, limit: limit) == true else {
                throw malformed("EOF while parsing a value that begins at byte \(start)", scan.offset)
            }
            note(start..<scan.offset)
            return scan.offset
        case .quote?: return try skipString(from: start, limit: limit)
        default: return try skipScalar(from: start, limit: limit)
        }
    }

    // MARK: Keys

    /// Whether the string between two quotes is a text.
    @inline(__always) func key(_ key: Range<Int>, equals text: [UInt8]) throws(FileError) -> Bool {
        let count = key.count - 2
        let bytes = try window.bytes(from: key.lowerBound + 1, atLeast: count)
        if bytes.count < count { return try decoded(key).elementsEqual(text) }
        let raw = bytes.prefix(count)
        if raw.firstIndex(of: .backslash) != nil { return try decoded(key).elementsEqual(text) }
        if count != text.count { return false }
        for i in 0..<count where raw[i] != text[i] { return false }
        return true
    }

    /// Whether the string at an offset has the same text as another one, without moving the window.
    func isSame(_ key: Range<Int>, as other: Int) throws(FileError) -> Bool {
        let raw = try source.bytes(from: key.lowerBound, to: key.upperBound)
        let read = try source.bytes(from: other, to: other + key.count)
        if raw == read { return true }
        if !raw.contains(.backslash), !read.contains(.backslash) { return false }
        return try decoded(key) == decoded(other..<skipString(from: other, limit: Int.max))
    }

    /// The text of the string between two quotes.
    func decoded(_ key: Range<Int>) throws(FileError) -> [UInt8] {
        let raw = try source.bytes(from: key.lowerBound + 1, to: key.upperBound - 1)
        guard raw.contains(.backslash) else { return raw }
        guard let text = JSONString.decode(raw) else { throw malformed("invalid escape in a key", key.lowerBound) }
        return text
    }

    func hash(_ key: Range<Int>) throws(FileError) -> Int {
        let count = key.count - 2
        let bytes = try window.bytes(from: key.lowerBound + 1, atLeast: count).prefix(count)
        if bytes.count < count || bytes.firstIndex(of: .backslash) != nil { return Self.hash(try decoded(key)) }
        return Self.hash(UnsafeRawBufferPointer(start: bytes.start, count: count))
    }

    static func hash(_ text: [UInt8]) -> Int { text.withUnsafeBytes { hash($0) } }

    private static func hash(_ bytes: UnsafeRawBufferPointer) -> Int {
        var hasher = Hasher()
        hasher.combine(bytes: bytes)
        return hasher.finalize()
    }
}

/// Strings of JSON.
enum JSONString {
    /// The text that is written with escapes; `nil` if an escape is wrong.
    static func decode(_ raw: [UInt8]) -> [UInt8]? {
        var text: [UInt8] = []
        var at = 0
        func unit(_ at: Int) -> UInt32? {
            guard at + 4 <= raw.count else { return nil }
            var value: UInt32 = 0
            for byte in raw[at..<at + 4] {
                guard let digit = Character(UnicodeScalar(byte)).hexDigitValue else { return nil }
                value = value << 4 | UInt32(digit)
            }
            return value
        }
        while at < raw.count {
            if raw[at] != .backslash {
                text.append(raw[at])
                at += 1
                continue
            }
            guard at + 1 < raw.count else { return nil }
            at += 2
            switch raw[at - 1] {
            case .quote, .backslash, UInt8(ascii: "/"): text.append(raw[at - 1])
            case UInt8(ascii: "b"): text.append(0x08)
            case UInt8(ascii: "f"): text.append(0x0C)
            case UInt8(ascii: "n"): text.append(0x0A)
            case UInt8(ascii: "r"): text.append(0x0D)
            case UInt8(ascii: "t"): text.append(0x09)
            case UInt8(ascii: "u"):
                guard var point = unit(at) else { return nil }
                at += 4
                if point & 0xFC00 == 0xD800 {
                    guard at + 1 < raw.count, raw[at] == .backslash, raw[at + 1] == UInt8(ascii: "u"),
                        let low = unit(at + 2), low & 0xFC00 == 0xDC00
                    else { return nil }
                    point = 0x10000 + (point & 0x3FF) << 10 + low & 0x3FF
                    at += 6
                }
                guard let scalar = UnicodeScalar(point) else { return nil }
                text.append(contentsOf: String(scalar).utf8)
            default: return nil
            }
        }
        return text
    }
}
