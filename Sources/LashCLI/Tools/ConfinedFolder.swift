import LashAgent
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

/// A folder whose contents can be read, and that nothing leads out of.
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
        let file = FolderWalk.openFile(last, in: folder)
        if file < 0 { throw Self.failure(path) }
        defer { close(file) }
        var info = stat()
        guard fstat(file, &info) == 0 else { throw Self.failure(path) }
        switch info.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFDIR: throw ConfinementError(message: "`\(path)` is a folder")
        default: throw ConfinementError(message: "`\(path)` is no file")
        }
        switch FolderWalk.contents(of: file, limit: limit) {
        case .bytes(let bytes): return bytes
        case .failed: throw Self.failure(path)
        case .tooLong: throw ConfinementError(message: "`\(path)` is longer than \(limit) bytes")
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
        let folder = FolderWalk.descend(names, from: openat(root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC))
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
