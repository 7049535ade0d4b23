#if canImport(Darwin)
internal import Darwin
#elseif canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// Why something in a folder could not be done.
struct PrivateFolderError: Error, Hashable, CustomStringConvertible {
    var description: String
    /// Whether there is no such file.
    var isMissing = false
}

/// A folder of the host in which files are kept for their owner alone. Nothing leads out of it: paths are walked name by
/// name, and links are not followed.
struct PrivateFolder: Sendable {
    /// The bytes of a file that is read.
    static let readLimit = 1 << 20

    let path: String

    /// Writes a file in the place of the one that is there, all of it or nothing. Folders on the way are made.
    func write(_ text: String, to names: [String]) throws(PrivateFolderError) {
        let (folder, name) = try enter(names, makesFolders: true)
        defer { close(folder) }
        let fresh = ".\(String(UInt64.random(in: .min ... .max), radix: 36))"
        let file = openat(folder, fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        if file < 0 { throw failure(names) }
        defer { close(file) }
        var text = text
        let isWritten = text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while !rest.isEmpty {
                let count = Self.write(file, rest)
                if count < 0 && errno == EINTR { continue }
                if count <= 0 { return false }
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            }
            return true
        }
        if isWritten && renameat(folder, fresh, folder, name) == 0 { return }
        let problem = failure(names)
        unlinkat(folder, fresh, 0)
        throw problem
    }

    private static func write(_ file: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
        #if canImport(Darwin)
        Darwin.write(file, bytes.baseAddress, bytes.count)
        #elseif canImport(Glibc)
        Glibc.write(file, bytes.baseAddress, bytes.count)
        #elseif canImport(Musl)
        Musl.write(file, bytes.baseAddress, bytes.count)
        #endif
    }

    /// The text of a file; `nil` where there is none.
    func read(_ names: [String]) throws(PrivateFolderError) -> String? {
        do throws(PrivateFolderError) { return try readPresent(names) } catch {
            if error.isMissing { return nil }
            throw error
        }
    }

    private func readPresent(_ names: [String]) throws(PrivateFolderError) -> String {
        let (folder, name) = try enter(names, makesFolders: false)
        defer { close(folder) }
        let file = FolderWalk.openFile(name, in: folder)
        if file < 0 { throw failure(names) }
        defer { close(file) }
        switch FolderWalk.contents(of: file, limit: Self.readLimit) {
        case .bytes(let bytes): return String(decoding: bytes, as: UTF8.self)
        case .failed: throw failure(names)
        case .tooLong:
            throw PrivateFolderError(
                description: "`\(names.joined(separator: "/"))` is longer than \(Self.readLimit) bytes"
            )
        }
    }

    /// Opens the folder that a file is in, and gives the name of the file there.
    private func enter(_ names: [String], makesFolders: Bool) throws(PrivateFolderError) -> (Int32, String) {
        let isSound = names.allSatisfy { name in
            !name.isEmpty && name != "." && name != ".." && !name.utf8.contains { $0 == 0 || $0 == UInt8(ascii: "/") }
        }
        guard isSound, let last = names.last else {
            throw PrivateFolderError(description: "`\(names.joined(separator: "/"))` is no name of a file")
        }
        let root = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        let folder = FolderWalk.descend(names.dropLast(), from: root, makesFolders: makesFolders)
        if folder < 0 { throw failure(names) }
        return (folder, last)
    }

    private func failure(_ names: [String]) -> PrivateFolderError {
        let code = errno
        return PrivateFolderError(
            description: "`\(names.joined(separator: "/"))` cannot be used: \(String(cString: strerror(code)))",
            isMissing: code == ENOENT
        )
    }

    /// A name of a file that no two texts share, and that is nothing but letters, digits, `-`, `_` and `%`. Throws for a text
    /// whose name would be longer than file systems allow.
    static func name(of text: String) throws(PrivateFolderError) -> String {
        var name = ""
        for byte in text.utf8 {
            let isLetter = (byte | 0x20) &- UInt8(ascii: "a") < 26
            let isDigit = byte &- UInt8(ascii: "0") < 10
            if isLetter || isDigit || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") {
                name.append(Character(Unicode.Scalar(byte)))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                name += "%" + (digits.count == 1 ? "0" : "") + digits
            }
        }
        if name.isEmpty { name = "%" }
        guard name.utf8.count <= 200 else {
            throw PrivateFolderError(description: "`\(text.prefix(40))…` is too long for the name of a file")
        }
        return name
    }
}
