#if canImport(Darwin)
internal import Darwin
#elseif canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// What the system says about a call that failed.
package struct SystemError: Error {
    package var code: Int32

    package static var last: SystemError { SystemError(code: errno) }
    package var isMissingFile: Bool { code == ENOENT }
    package var message: String { Files.describe(code) }
}

/// Files as bytes.
package enum Files {
    package static let output = STDOUT_FILENO
    package static let errors = STDERR_FILENO

    package static func describe(_ code: Int32) -> String { String(cString: strerror(code)) }

    /// All bytes of a file, or of standard input for the path `-`.
    package static func read(_ path: String) throws(SystemError) -> [UInt8] {
        if path == "-" { return try readAll(STDIN_FILENO, expected: 0) }
        let file = open(path, O_RDONLY | O_CLOEXEC)
        if file < 0 { throw .last }
        defer { close(file) }
        var info = stat()
        if fstat(file, &info) != 0 { throw .last }
        return try readAll(file, expected: Int(info.st_size))
    }

    private static func readAll(_ file: Int32, expected: Int) throws(SystemError) -> [UInt8] {
        // Pipes and the files of /proc say that they are empty, so the size is only a hint.
        var chunk = max(expected + 1, 1 << 16)
        var bytes: [UInt8] = []
        while true {
            let old = bytes.count
            bytes.append(contentsOf: repeatElement(0, count: chunk))
            let got = bytes.withUnsafeMutableBytes { buffer in
                systemRead(file, UnsafeMutableRawBufferPointer(rebasing: buffer[old...]))
            }
            let code = errno
            bytes.removeLast(chunk - max(0, got))
            if got < 0 { throw SystemError(code: code) }
            if got == 0 { return bytes }
            chunk = 1 << 16
        }
    }

    private static func systemRead(_ file: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
        while true {
            #if canImport(Darwin)
            let got = Darwin.read(file, buffer.baseAddress, buffer.count)
            #elseif canImport(Glibc)
            let got = Glibc.read(file, buffer.baseAddress, buffer.count)
            #else
            let got = Musl.read(file, buffer.baseAddress, buffer.count)
            #endif
            if got >= 0 || errno != EINTR { return got }
        }
    }

    /// Writes all of a text; gives zero or the error code.
    package static func writeAll(_ text: String, to file: Int32) -> Int32 {
        var text = text
        return text.withUTF8 { writeAll(UnsafeRawBufferPointer($0), to: file) }
    }

    /// Writes all of some bytes; gives zero or the error code.
    package static func writeAll(_ bytes: UnsafeRawBufferPointer, to file: Int32) -> Int32 {
        var rest = bytes[...]
        while !rest.isEmpty {
            let chunk = UnsafeRawBufferPointer(rebasing: rest)
            #if canImport(Darwin)
            let count = Darwin.write(file, chunk.baseAddress, chunk.count)
            #elseif canImport(Glibc)
            let count = Glibc.write(file, chunk.baseAddress, chunk.count)
            #else
            let count = Musl.write(file, chunk.baseAddress, chunk.count)
            #endif
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                return errno
            }
        }
        return 0
    }

    /// Writes beside the file, syncs and renames: a reader sees the old bytes or the new ones, never a part, and a crash
    /// leaves one of the two. A new file is for its owner alone; an old one keeps its permissions. Symbolic links stay.
    package static func replace(_ path: String, with bytes: [UInt8]) throws(SystemError) {
        var target = path
        if let resolved = realpath(path, nil) {
            target = String(cString: resolved)
            free(resolved)
        }
        var template = Array("\(target).XXXXXX".utf8CString)
        let file = mkstemp(&template)
        if file < 0 { throw .last }
        let temporary = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        var code: Int32 = 0
        var info = stat()
        if stat(target, &info) == 0, fchmod(file, info.st_mode & 0o777) != 0 { code = errno }
        if code == 0 { code = bytes.withUnsafeBytes { writeAll($0, to: file) } }
        if code == 0, fsync(file) != 0 { code = errno }
        if close(file) != 0, code == 0 { code = errno }
        if code == 0, rename(temporary, target) != 0 { code = errno }
        if code != 0 {
            unlink(temporary)
            throw SystemError(code: code)
        }
    }

    /// Makes a folder and those above it; an existing one is fine.
    package static func makeFolder(_ path: String) throws(SystemError) {
        if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else { throw .last }
        try makeFolder(String(path[..<slash]))
        if mkdir(path, 0o700) != 0, errno != EEXIST { throw .last }
    }

    /// The paths that begin with a text, sorted; folders end with a slash. Hidden files only where the text asks for them.
    package static func names(beginningWith text: String) -> [String] {
        let slash = text.lastIndex(of: "/")
        let head = slash.map { String(text[...$0]) } ?? ""
        let start = slash.map { text[text.index(after: $0)...] } ?? text[...]
        guard let folder = opendir(head.isEmpty ? "." : head) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name.hasPrefix(start), name != ".", name != "..", start.hasPrefix(".") || !name.hasPrefix(".") else {
                continue
            }
            var info = stat()
            let isFolder = stat(head + name, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
            names.append(head + name + (isFolder ? "/" : ""))
        }
        return names.sorted()
    }
}
