#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// An open file on a disk.
///
/// It is read with `pread`, not mapped: whoever shortens a mapped file kills the process that reads it, and every page
/// that was looked at counts as memory. Each read makes sure that the file is still as it was when it was opened.
public final class RegularFile: ByteSource {
    /// What errors call the file: the path as it was given, where nothing else is said.
    public let name: String
    private let descriptor: Int32
    private let stamp: Stamp

    /// The size of the file when it was opened.
    public var size: Int? { stamp.size }

    /// Opens a file. Throws for what cannot be opened, and for everything that is no regular file: folders, devices,
    /// pipes, sockets, and the files of /proc that are made while they are read.
    public convenience init(path: String, called name: String? = nil) throws(FileError) {
        // Without O_NONBLOCK, a pipe that nobody writes to would hold us up right here.
        let descriptor = path.utf8.contains(0) ? -1 : open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        if descriptor < 0 { throw .system(path.utf8.contains(0) ? ENOENT : errno, path: name ?? path) }
        try self.init(owning: descriptor, name: name ?? path)
    }

    /// Takes over an open descriptor, which is closed in any case.
    init(owning descriptor: Int32, name: String) throws(FileError) {
        self.name = name
        self.descriptor = descriptor
        var info = stat()
        guard fstat(descriptor, &info) == 0 else {
            let code = errno
            stamp = Stamp(info)
            throw .system(code, path: name)
        }
        stamp = Stamp(info)
        guard info.st_mode & S_IFMT == S_IFREG else {
            throw FileError(.refused, path: name, "is \(Self.kind(info.st_mode)), not a file")
        }
        if stamp.size == 0 {
            var byte: UInt8 = 0
            if pread(descriptor, &byte, 1, 0) > 0 {
                throw FileError(.refused, path: name, "is a file of the system, whose size is not known")
            }
        }
    }

    deinit { close(descriptor) }

    /// Reads from an offset on. Throws where the file has changed since it was opened.
    public func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
        let wanted = min(buffer.count, stamp.size - offset)
        var got = 0
        while got < wanted {
            let count = pread(descriptor, buffer.baseAddress.map { $0 + got }, wanted - got, off_t(offset + got))
            if count > 0 {
                got += count
            } else if count == 0 {
                throw FileError(.changed, path: name, "the file has become shorter while it was in use")
            } else if errno != EINTR {
                throw .system(errno, path: name)
            }
        }
        try verify()
        return max(0, got)
    }

    /// Throws where the file has changed since it was opened.
    public func verify() throws(FileError) {
        var info = stat()
        if fstat(descriptor, &info) != 0 { throw .system(errno, path: name) }
        if Stamp(info) != stamp { throw FileError(.changed, path: name, "the file has changed while it was in use") }
    }

    private static func kind(_ mode: mode_t) -> String {
        switch mode & S_IFMT {
        case S_IFDIR: "a folder"
        case S_IFIFO: "a pipe"
        case S_IFSOCK: "a socket"
        case S_IFCHR, S_IFBLK: "a device"
        default: "something else"
        }
    }

    /// What changes with the contents.
    private struct Stamp: Equatable {
        let size: Int
        let seconds: Int
        let nanoseconds: Int

        init(_ info: stat) {
            size = Int(info.st_size)
            #if canImport(Darwin)
            seconds = info.st_mtimespec.tv_sec
            nanoseconds = info.st_mtimespec.tv_nsec
            #else
            seconds = Int(info.st_mtim.tv_sec)
            nanoseconds = Int(info.st_mtim.tv_nsec)
            #endif
        }
    }
}

extension FileError {
    /// What the system says about a call that failed.
    static func system(_ code: Int32, path: String) -> FileError {
        FileError(.unreadable, path: path, String(cString: strerror(code)))
    }
}
