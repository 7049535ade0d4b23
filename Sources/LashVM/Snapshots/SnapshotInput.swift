/// The bytes of a snapshot while they are read. Nothing is taken for granted: every read checks that there is something.
struct SnapshotInput {
    private let start: UnsafePointer<UInt8>
    private(set) var at: UnsafePointer<UInt8>
    private let end: UnsafePointer<UInt8>

    /// Reads from bytes that stay where they are.
    init(_ start: UnsafePointer<UInt8>, _ count: Int, from offset: Int = 0) {
        self.start = start
        at = start + offset
        end = start + count
    }

    var offset: Int { at - start }
    @inline(__always) var remaining: Int { end - at }

    /// An error about what was just read.
    @inline(never) func damaged(_ what: String) -> SnapshotError { .damaged(what, at: offset) }

    @inline(__always) mutating func byte() throws(SnapshotError) -> UInt8 {
        guard at < end else { throw damaged("the end") }
        defer { at += 1 }
        return at.pointee
    }

    @inline(__always) mutating func bits() throws(SnapshotError) -> UInt64 {
        guard remaining >= 8 else { throw damaged("the end in a number") }
        defer { at += 8 }
        return UInt64(littleEndian: UnsafeRawPointer(at).loadUnaligned(as: UInt64.self))
    }

    /// A whole number from zero up, seven bits in a byte, the low ones first.
    @inline(__always) mutating func number() throws(SnapshotError) -> Int {
        guard at < end else { throw damaged("the end") }
        if at.pointee < 0x80 {
            defer { at += 1 }
            return Int(at.pointee)
        }
        return try longNumber()
    }

    @inline(never) private mutating func longNumber() throws(SnapshotError) -> Int {
        var value = 0
        for shift in stride(from: 0, to: 63, by: 7) {
            let byte = try byte()
            value |= Int(byte & 0x7F) << shift
            if byte < 0x80 {
                // One number has one form.
                if byte == 0 { throw damaged("a number with a zero at its end") }
                return value
            }
        }
        throw damaged("a number that is too long")
    }

    /// The number of things of which each takes a byte at least.
    @inline(__always) mutating func count() throws(SnapshotError) -> Int {
        let count = try number()
        guard count <= remaining else { throw damaged("a count of \(count)") }
        return count
    }

    /// So many bytes, which stay where they are.
    @inline(__always) mutating func bytes(_ count: Int) throws(SnapshotError) -> UnsafePointer<UInt8> {
        guard count <= remaining else { throw damaged("the end in a text") }
        defer { at += count }
        return at
    }

    /// Bytes with their number before them.
    mutating func block() throws(SnapshotError) -> UnsafeBufferPointer<UInt8> {
        let count = try count()
        return UnsafeBufferPointer(start: try bytes(count), count: count)
    }

    /// Valid UTF-8 with the number of its bytes before it.
    mutating func text() throws(SnapshotError) -> String {
        let block = try block()
        guard let start = block.baseAddress, validUTF8Prefix(start, block.count) == block.count else {
            throw damaged("text that is not UTF-8")
        }
        return String(decoding: block, as: UTF8.self)
    }

    /// The head of every snapshot.
    mutating func header(of content: SnapshotFormat.Content) throws(SnapshotError) {
        let magic = SnapshotFormat.magic
        guard remaining > magic.count, (0..<magic.count).allSatisfy({ at[$0] == magic[$0] }) else {
            throw .notASnapshot
        }
        at += magic.count
        let version = try number()
        guard version == SnapshotFormat.version else { throw .otherVersion(version) }
        guard let found = SnapshotFormat.Content(rawValue: try byte()) else { throw damaged("an unknown content") }
        if found != content { throw .otherContent(found) }
    }

    func finish() throws(SnapshotError) {
        if at != end { throw damaged("more than a snapshot") }
    }
}

extension SnapshotInput {
    /// Reads bytes with a body.
    static func reading<Result>(
        _ bytes: [UInt8],
        from offset: Int = 0,
        _ body: (inout SnapshotInput) throws(SnapshotError) -> Result
    ) throws(SnapshotError) -> Result {
        guard bytes.count <= SnapshotFormat.maximumBytes else { throw .tooLarge }
        // `withUnsafeBufferPointer` does not carry typed errors through on every platform that is supported.
        let result = bytes.withUnsafeBufferPointer { buffer -> Swift.Result<Result, SnapshotError> in
            guard let start = buffer.baseAddress else { return .failure(.notASnapshot) }
            var input = SnapshotInput(start, buffer.count, from: offset)
            do throws(SnapshotError) { return .success(try body(&input)) } catch { return .failure(error) }
        }
        return try result.get()
    }
}

// MARK: - Writing

extension TextBuffer {
    /// A whole number as `SnapshotInput.number` reads it.
    @inline(__always) mutating func append(count: Int) {
        if count < 0x80 {
            append(UInt8(truncatingIfNeeded: count))
        } else {
            appendLong(count)
        }
    }

    @inline(never) private mutating func appendLong(_ count: Int) {
        var rest = UInt(bitPattern: count)
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }

    mutating func append(bits: UInt64) {
        UnsafeMutableRawPointer(room(for: 8)).storeBytes(of: bits.littleEndian, as: UInt64.self)
        commit(8)
    }

    mutating func append(block: UnsafeBufferPointer<UInt8>) {
        append(count: block.count)
        append(block)
    }

    mutating func append(blockOf text: String) {
        var text = text
        text.withUTF8 { append(block: $0) }
    }

    mutating func appendHeader(of content: SnapshotFormat.Content) {
        for byte in SnapshotFormat.magic { append(byte) }
        append(count: SnapshotFormat.version)
        append(content.rawValue)
    }

    /// All bytes as a snapshot.
    func snapshot() throws(SnapshotError) -> [UInt8] {
        if count > SnapshotFormat.maximumBytes { throw .tooLarge }
        return Array(bytes)
    }
}
