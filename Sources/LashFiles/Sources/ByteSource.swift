/// Bytes that can be read from any place on.
public protocol ByteSource: AnyObject, Sendable {
    /// What errors call the source.
    var name: String { get }

    /// How many bytes there are; `nil` where only reading to the end can tell.
    var size: Int? { get }

    /// Fills a buffer from an offset on, as far as there are bytes, and gives their number: less than there is room for
    /// only at the end. Throws where the source is not what it was when it was opened.
    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int

    /// Throws where the source is known not to be what it was when it was opened. Reading says so too; this is for those
    /// who have read before.
    func verify() throws(FileError)
}

extension ByteSource {
    /// Sources that nobody else can change are what they were.
    public func verify() throws(FileError) {}

    /// An error about what the source holds.
    func malformed(_ detail: String) -> FileError { FileError(.malformed, path: name, detail) }

    /// Where the contents begin: behind a byte order mark, if there is one.
    public func contentStart() throws(FileError) -> Int {
        try bytes(from: 0, to: 3) == [0xEF, 0xBB, 0xBF] ? 3 : 0
    }

    /// A copy of the bytes between two offsets.
    func bytes(from start: Int, to end: Int) throws(FileError) -> [UInt8] {
        var failure: FileError?
        let bytes = [UInt8](unsafeUninitializedCapacity: max(0, end - start)) { buffer, count in
            do throws(FileError) {
                let room = UnsafeMutableRawBufferPointer(
                    rebasing: UnsafeMutableRawBufferPointer(buffer)[..<(end - start)]
                )
                count = try read(at: start, into: room)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }
}
