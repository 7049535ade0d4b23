/// A piece of a source in memory, which moves to wherever it is asked for.
final class Window {
    let source: any ByteSource
    private let buffer: UnsafeMutableRawBufferPointer
    /// The bytes that are present: these many from this offset on.
    private(set) var start = 0
    private(set) var count = 0
    /// Whether the bytes that are present are the last ones.
    private(set) var reachesEnd = false

    /// Large enough that reading is cheap, small enough that a second look finds it in the processor's cache.
    static let capacity = 1 << 18
    /// What is left readable behind the last byte, so that vectors may be loaded there.
    private static let slack = 64

    init(_ source: any ByteSource, capacity: Int = Window.capacity) {
        self.source = source
        buffer = .allocate(byteCount: capacity + Self.slack, alignment: 64)
        buffer.initializeMemory(as: UInt8.self, repeating: 0)
    }

    deinit { buffer.deallocate() }

    var capacity: Int { buffer.count - Self.slack }
    var end: Int { start &+ count }

    /// The bytes from an offset on that are present, after reading if there are none. None at the end of the source.
    @inline(__always) func bytes(from offset: Int) throws(FileError) -> Bytes {
        if offset < start || offset >= end { try load(from: offset) }
        return present(from: offset)
    }

    /// The same, with at least so many bytes unless the source ends before.
    @inline(__always) func bytes(from offset: Int, atLeast wanted: Int) throws(FileError) -> Bytes {
        if offset < start || offset &+ wanted > end && !(reachesEnd && offset <= end) { try load(from: offset) }
        return present(from: offset)
    }

    /// The byte at an offset; `nil` at the end of the source.
    @inline(__always) func byte(at offset: Int) throws(FileError) -> UInt8? {
        let bytes = try bytes(from: offset)
        return bytes.count > 0 ? bytes.start[0] : nil
    }

    /// A copy of the bytes between two offsets.
    func copy(from start: Int, to end: Int) throws(FileError) -> [UInt8] {
        let wanted = end - start
        if wanted > capacity { return try source.bytes(from: start, to: end) }
        let bytes = try bytes(from: start, atLeast: wanted).prefix(wanted)
        return Array(UnsafeBufferPointer(start: bytes.start, count: bytes.count))
    }

    /// Appends the bytes between two offsets.
    func append(from start: Int, to end: Int, to target: inout [UInt8]) throws(FileError) {
        let wanted = end - start
        if wanted > capacity { return target.append(contentsOf: try source.bytes(from: start, to: end)) }
        let bytes = try bytes(from: start, atLeast: wanted).prefix(wanted)
        target.append(contentsOf: UnsafeBufferPointer(start: bytes.start, count: bytes.count))
    }

    @inline(__always) private func present(from offset: Int) -> Bytes {
        // The buffer is never empty, so it has an address.
        let base = buffer.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: UInt8.self)
        return Bytes(start: base + (offset &- start), count: max(0, end &- offset))
    }

    @inline(never) private func load(from offset: Int) throws(FileError) {
        if reachesEnd && offset >= end && offset >= start && count > 0 { return }
        count = 0
        start = offset
        reachesEnd = false
        let got = try source.read(at: offset, into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<capacity]))
        count = got
        reachesEnd = got < capacity
    }
}

/// Bytes in memory that somebody else keeps.
struct Bytes {
    var start: UnsafePointer<UInt8>
    var count: Int

    @inline(__always) subscript(i: Int) -> UInt8 { start[i] }

    @inline(__always) func dropFirst(_ count: Int) -> Bytes { Bytes(start: start + count, count: self.count &- count) }
    @inline(__always) func prefix(_ count: Int) -> Bytes { Bytes(start: start, count: min(count, self.count)) }
}
