#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A file or folder that could not be read or written.
public struct FileError: Error, Hashable, Sendable {
    /// The file or folder.
    public var path: String
    /// What the system says about it.
    public var message: String

    static func last(_ path: String) -> FileError {
        FileError(path: path, message: String(cString: strerror(errno)))
    }
}

enum Files {
    static func read(_ path: String) throws(FileError) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        if file < 0 { throw .last(path) }
        defer { close(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let got = chunk.withUnsafeMutableBytes { buffer in
                #if canImport(Darwin)
                Darwin.read(file, buffer.baseAddress, buffer.count)
                #elseif canImport(Glibc)
                Glibc.read(file, buffer.baseAddress, buffer.count)
                #else
                Musl.read(file, buffer.baseAddress, buffer.count)
                #endif
            }
            if got == 0 { return bytes }
            if got > 0 {
                bytes.append(contentsOf: chunk.prefix(got))
            } else if errno != EINTR {
                throw .last(path)
            }
        }
    }

    /// Writes beside the file and renames: a reader sees the old text or the new one, never a part.
    static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
        var template = Array("\(path).XXXXXX".utf8CString)
        let file = mkstemp(&template)
        if file < 0 { throw .last(path) }
        let temporary = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        var isDone = false
        defer { if !isDone { unlink(temporary) } }
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                let rest = UnsafeRawBufferPointer(rebasing: buffer[written...])
                #if canImport(Darwin)
                return Darwin.write(file, rest.baseAddress, rest.count)
                #elseif canImport(Glibc)
                return Glibc.write(file, rest.baseAddress, rest.count)
                #else
                return Musl.write(file, rest.baseAddress, rest.count)
                #endif
            }
            if count >= 0 {
                written += count
            } else if errno != EINTR {
                let error = FileError.last(path)
                close(file)
                throw error
            }
        }
        let isFlushed = fchmod(file, permissions(of: path)) == 0 && fsync(file) == 0
        guard isFlushed else {
            let error = FileError.last(path)
            close(file)
            throw error
        }
        if close(file) != 0 || rename(temporary, path) != 0 { throw .last(path) }
        isDone = true
    }

    private static func permissions(of path: String) -> mode_t {
        var info = stat()
        return stat(path, &info) == 0 ? info.st_mode & 0o7777 : 0o644
    }

    static func isFolder(_ path: String) -> Bool {
        var info = stat()
        return stat(path, &info) == 0 && (info.st_mode & S_IFMT) == S_IFDIR
    }

    /// The files below a folder whose names end in `suffix`, sorted by path; hidden ones are left out.
    static func below(_ folder: String, suffix: String) throws(FileError) -> [String] {
        var found: [String] = []
        var folders = [folder]
        while let next = folders.popLast() {
            for name in try names(in: next) where !name.hasPrefix(".") {
                let path = next.hasSuffix("/") ? next + name : "\(next)/\(name)"
                if isFolder(path) {
                    folders.append(path)
                } else if name.hasSuffix(suffix) {
                    found.append(path)
                }
            }
        }
        return found.sorted()
    }

    private static func names(in folder: String) throws(FileError) -> [String] {
        guard let stream = opendir(folder) else { throw .last(folder) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }
}
