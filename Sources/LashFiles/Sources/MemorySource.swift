/// Bytes in memory.
public final class MemorySource: ByteSource {
    /// What errors call the bytes.
    public let name: String
    private let bytes: [UInt8]

    /// A source of some bytes.
    public init(_ bytes: [UInt8], name: String) {
        self.bytes = bytes
        self.name = name
    }

    /// How many there are.
    public var size: Int? { bytes.count }

    /// Copies from an offset on.
    public func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
        let rest = bytes[min(offset, bytes.count)...].prefix(buffer.count)
        buffer.copyBytes(from: rest)
        return rest.count
    }
}
