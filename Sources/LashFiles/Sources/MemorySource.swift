/// Bytes in memory.
public final class MemorySource: ByteSource {
    public let name: String
    private let bytes: [UInt8]

    /// A source of some bytes.
    public init(_ bytes: [UInt8], name: String) {
        self.bytes = bytes
        self.name = name
    }

    public var size: Int? { bytes.count }

    public func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
        let rest = bytes[min(offset, bytes.count)...].prefix(buffer.count)
        buffer.copyBytes(from: rest)
        return rest.count
    }
}
