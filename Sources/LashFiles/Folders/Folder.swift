#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The files in a folder and the folders in it, by their paths relative to it.
///
/// Nothing outside of the folder can be read: paths with `..` and links that lead out are refused, however they are
/// nested and whoever changes them in the meantime. Links to files inside are followed.
public final class Folder: Sendable {
    /// What errors call the folder.
    public let name: String
    private let root: Int32

    /// How many files are listed, and how deep.
    static let mostFiles = 1_000_000
    static let mostLevels = 64
    private static let mostLinks = 40

    /// Opens a folder.
    public init(path: String, called name: String? = nil) throws(FileError) {
        self.name = name ?? path
        root = path.utf8.contains(0) ? -1 : openat(AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if root < 0 { throw .system(path.utf8.contains(0) ? ENOENT : errno, path: self.name) }
    }

    /// Whether there is a folder at a path.
    public static func isFolder(_ path: String) -> Bool {
        var info = stat()
        return !path.utf8.contains(0) && stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
    }

    deinit { if root >= 0 { close(root) } }

    /// Opens a file by its path; `nil` if there is no such file.
    public func file(at path: String) throws(FileError) -> RegularFile? {
        switch try find(path) {
        case .file(let descriptor): return try RegularFile(owning: descriptor, name: "\(name)/\(path)")
        case .folder(let descriptor):
            close(descriptor)
            return nil
        case nil: return nil
        }
    }

    /// The paths of all files in the order of their bytes. Links that lead out, to folders or nowhere, and everything
    /// that is neither file nor folder, are left out.
    public func paths() throws(FileError) -> [String] {
        var files: [String] = []
        var folders = [""]
        while let folder = folders.popLast() {
            let descriptor: Int32
            if folder.isEmpty {
                descriptor = openat(root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
                if descriptor < 0 { throw .system(errno, path: name) }
            } else {
                guard case .folder(let found)? = try find(folder) else { continue }
                descriptor = found
            }
            for entry in try entries(of: descriptor, folder) {
                let path = folder.isEmpty ? entry.name : "\(folder)/\(entry.name)"
                switch entry.kind {
                case S_IFREG: files.append(path)
                case S_IFDIR:
                    if path.utf8.count(where: { $0 == UInt8(ascii: "/") }) >= Self.mostLevels {
                        throw refused(path, "lies deeper than \(Self.mostLevels) folders")
                    }
                    folders.append(path)
                case S_IFLNK: if leadsToFile(path) { files.append(path) }
                default: break
                }
            }
            if files.count > Self.mostFiles {
                throw FileError(.refused, path: name, "holds more than \(Self.mostFiles) files")
            }
        }
        return files.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
    }

    // MARK: The way to a file

    private enum Found {
        case file(Int32)
        case folder(Int32)
    }

    private func refused(_ path: String, _ detail: String) -> FileError {
        FileError(.refused, path: "\(name)/\(path)", detail)
    }

    /// Goes from folder to folder, never through a link, so that no link can be put in the way.
    private func find(_ path: String) throws(FileError) -> Found? {
        if path.utf8.first == UInt8(ascii: "/") { throw refused(path, "leads out of the folder") }
        var parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        if parts.contains("..") { throw refused(path, "`..` is not allowed") }
        if path.utf8.contains(0) || parts.contains("") || parts.contains(".") { return nil }
        parts.reverse()
        var open: [Int32] = []
        defer { for descriptor in open { close(descriptor) } }
        var links = 0
        while let part = parts.popLast() {
            if part.isEmpty || part == "." { continue }
            if part == ".." {
                guard let last = open.popLast() else { throw refused(path, "the link leads out of the folder") }
                close(last)
                continue
            }
            let parent = open.last ?? root
            var info = stat()
            if fstatat(parent, part, &info, AT_SYMLINK_NOFOLLOW) != 0 {
                if errno == ENOENT || errno == ENOTDIR || errno == ENAMETOOLONG { return nil }
                throw .system(errno, path: "\(name)/\(path)")
            }
            switch info.st_mode & S_IFMT {
            case S_IFLNK:
                links += 1
                if links > Self.mostLinks { throw .system(ELOOP, path: "\(name)/\(path)") }
                let target = try target(of: part, in: parent, path)
                if target.first == "/" { throw refused(path, "the link leads out of the folder") }
                parts.append(contentsOf: target.split(separator: "/").reversed().map(String.init))
            case S_IFDIR: open.append(try enter(part, parent, O_DIRECTORY, path))
            case S_IFREG:
                if !parts.allSatisfy({ $0.isEmpty }) { return nil }
                return .file(try enter(part, parent, O_NONBLOCK | O_NOCTTY, path))
            default:
                throw refused(path, "is not a file")
            }
        }
        return .folder(try enter(".", open.last ?? root, O_DIRECTORY, path))
    }

    private func enter(_ part: String, _ parent: Int32, _ flags: Int32, _ path: String) throws(FileError) -> Int32 {
        let descriptor = openat(parent, part, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | flags)
        if descriptor < 0 { throw .system(errno, path: "\(name)/\(path)") }
        return descriptor
    }

    private func target(of link: String, in parent: Int32, _ path: String) throws(FileError) -> String {
        var bytes = [CChar](repeating: 0, count: 4096)
        let count = readlinkat(parent, link, &bytes, bytes.count)
        if count < 0 { throw .system(errno, path: "\(name)/\(path)") }
        guard count < bytes.count,
            let target = String(validating: bytes[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        else {
            throw refused(path, "the link is not valid UTF-8")
        }
        return target
    }

    private func leadsToFile(_ path: String) -> Bool {
        guard let found = try? find(path) else { return false }
        switch found {
        case .file(let descriptor):
            close(descriptor)
            return true
        case .folder(let descriptor):
            close(descriptor)
            return false
        }
    }

    // MARK: Entries

    private func entries(of descriptor: Int32, _ folder: String) throws(FileError) -> [(name: String, kind: mode_t)] {
        guard let stream = fdopendir(descriptor) else {
            let code = errno
            close(descriptor)
            throw .system(code, path: "\(name)/\(folder)")
        }
        defer { closedir(stream) }
        var entries: [(name: String, kind: mode_t)] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: tuple.pointee)) {
                    String(validatingCString: $0)
                }
            }
            guard let name else {
                throw FileError(
                    .refused,
                    path: folder.isEmpty ? self.name : "\(self.name)/\(folder)",
                    "holds a name that is not valid UTF-8"
                )
            }
            if name == "." || name == ".." { continue }
            var info = stat()
            guard fstatat(dirfd(stream), name, &info, AT_SYMLINK_NOFOLLOW) == 0 else { continue }
            entries.append((name, info.st_mode & S_IFMT))
            if entries.count > Self.mostFiles {
                throw FileError(.refused, path: self.name, "holds more than \(Self.mostFiles) files")
            }
        }
        return entries
    }
}
