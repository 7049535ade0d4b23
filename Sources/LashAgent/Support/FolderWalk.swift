#if canImport(Darwin)
internal import Darwin
#elseif canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// Ways into a folder that nothing leads out of: they go name by name and follow no links, so that not even a change of the
/// folder meanwhile makes a difference.
package enum FolderWalk {
    /// Opens a folder below one that is open, and closes that one. Gives -1 where it cannot; `errno` says why.
    ///
    /// - Parameter makesFolders: whether those that are missing are made, for their owner alone.
    package static func descend(_ names: some Sequence<String>, from root: Int32, makesFolders: Bool = false) -> Int32 {
        var folder = root
        for name in names where folder >= 0 {
            if makesFolders { mkdirat(folder, name, 0o700) }
            let next = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            let code = errno
            close(folder)
            errno = code
            folder = next
        }
        return folder
    }

    /// Opens a file of an open folder for reading. Gives -1 where it cannot; `errno` says why.
    package static func openFile(_ name: String, in folder: Int32) -> Int32 {
        // Without O_NONBLOCK, a pipe would wait for somebody to write.
        openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    }

    /// What is in a file.
    package enum Contents {
        case bytes([UInt8])
        /// It has more bytes than were asked for.
        case tooLong
        /// It cannot be read; `errno` says why.
        case failed
    }

    /// Reads an open file, `limit` bytes at most.
    package static func contents(of file: Int32, limit: Int) -> Contents {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = chunk.withUnsafeMutableBytes { pread(file, $0.baseAddress, $0.count, off_t(bytes.count)) }
            if count < 0 && errno == EINTR { continue }
            if count < 0 { return .failed }
            if count == 0 { return .bytes(bytes) }
            bytes += chunk.prefix(count)
            if bytes.count > limit { return .tooLong }
        }
    }
}
