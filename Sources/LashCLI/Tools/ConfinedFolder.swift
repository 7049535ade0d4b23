import LashTerminal

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Why something in a folder cannot be had.
struct ConfinementError: Error {
    var message: String
}

/// A folder that nothing leads out of: paths are walked name by name from an open folder, without following links, so that
/// not even a change of the folder while it is read makes a difference.
final class ConfinedFolder: Sendable {
    /// One thing in a folder.
    struct Entry: Sendable {
        enum Kind: String, Sendable {
            case file, folder, other
        }

        var name: String
        var kind: Kind
        var size: Int
    }

    private let root: Int32

    init(_ path: String) throws(SystemError) {
        root = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if root < 0 { throw .last }
    }

    deinit { close(root) }

    /// The bytes of a file. Throws for one that is longer than `limit`.
    func read(_ path: String, limit: Int) throws(ConfinementError) -> [UInt8] {
        let names = try Self.names(path)
        guard let last = names.last else { throw ConfinementError(message: "`\(path)` is a folder") }
        let folder = try enter(names.dropLast(), path)
        defer { close(folder) }
        // Without O_NONBLOCK, a pipe would wait for somebody to write.
        let file = openat(folder, last, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        if file < 0 { throw Self.failure(path) }
        defer { close(file) }
        var info = stat()
        guard fstat(file, &info) == 0 else { throw Self.failure(path) }
        switch info.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFDIR: throw ConfinementError(message: "`\(path)` is a folder")
        default: throw ConfinementError(message: "`\(path)` is no file")
        }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = chunk.withUnsafeMutableBytes { pread(file, $0.baseAddress, $0.count, off_t(bytes.count)) }
            if count < 0 && errno == EINTR { continue }
            if count < 0 { throw Self.failure(path) }
            if count == 0 { return bytes }
            bytes += chunk.prefix(count)
            if bytes.count > limit { throw ConfinementError(message: "`\(path)` is longer than \(limit) bytes") }
        }
    }

    /// What is in a folder, by name.
    func list(_ path: String) throws(ConfinementError) -> [Entry] {
        let folder = try enter(Self.names(path)[...], path)
        // The listing owns the folder from here on.
        guard let listing = fdopendir(folder) else {
            close(folder)
            throw Self.failure(path)
        }
        defer { closedir(listing) }
        var entries: [Entry] = []
        while let entry = readdir(listing) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name == "." || name == ".." { continue }
            var info = stat()
            guard fstatat(folder, name, &info, AT_SYMLINK_NOFOLLOW) == 0 else { continue }
            let kind: Entry.Kind =
                switch info.st_mode & S_IFMT {
                case S_IFREG: .file
                case S_IFDIR: .folder
                default: .other
                }
            entries.append(Entry(name: name, kind: kind, size: kind == .file ? Int(info.st_size) : 0))
        }
        return entries.sorted { $0.name < $1.name }
    }

    /// Opens a folder, name by name.
    private func enter(_ names: ArraySlice<String>, _ path: String) throws(ConfinementError) -> Int32 {
        var folder = openat(root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        for name in names {
            if folder < 0 { break }
            let next = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            let code = errno
            close(folder)
            errno = code
            folder = next
        }
        if folder < 0 { throw Self.failure(path) }
        return folder
    }

    /// The names of a path. Throws where it leads elsewhere.
    private static func names(_ path: String) throws(ConfinementError) -> [String] {
        if path.utf8.contains(0) { throw ConfinementError(message: "a path has no character NUL") }
        if path.hasPrefix("/") {
            throw ConfinementError(message: "`\(path)` is absolute: paths begin below the folder that is shared")
        }
        let names = path.split(separator: "/").map(String.init).filter { $0 != "." }
        if names.contains("..") {
            throw ConfinementError(
                message: "`\(path)` has `..` in it: there is no way out of the folder that is shared"
            )
        }
        return names
    }

    private static func failure(_ path: String) -> ConfinementError {
        switch errno {
        case ENOENT: ConfinementError(message: "`\(path)` does not exist")
        case ELOOP: ConfinementError(message: "`\(path)` leads over a link, and links are not followed")
        // A link in the place of a folder says this.
        case ENOTDIR:
            ConfinementError(message: "`\(path)` leads over something that is no folder; links are not followed")
        default: ConfinementError(message: "`\(path)` cannot be read: \(String(cString: strerror(errno)))")
        }
    }
}
