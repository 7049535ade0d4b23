import Lashlang

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A folder for the files of one case, which goes away with its owner.
final class ScratchFolder {
    let path: String
    /// Everything in it, the outer before the inner.
    private var made: [(path: String, isFolder: Bool)] = []

    init() throws(DirectiveError) {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(parent)/lashlang-case-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw DirectiveError("\(FileError.last(parent).message): `\(parent)`") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        for entry in made.reversed() { _ = entry.isFolder ? rmdir(entry.path) : unlink(entry.path) }
        rmdir(path)
    }

    func makeFolder(_ name: String) throws(DirectiveError) {
        let folder = "\(path)/\(name)"
        if made.contains(where: { $0.isFolder && $0.path == folder }) { return }
        guard mkdir(folder, 0o700) == 0 else { throw DirectiveError("`\(name)`: \(FileError.last(folder).message)") }
        made.append((folder, true))
    }

    /// Writes a file, and makes the folders that its path names.
    func write(_ contents: FileContents, in folder: String? = nil) throws(DirectiveError) {
        var parts = (folder.map { [$0] } ?? []) + contents.path.split(separator: "/").map(String.init)
        let name = parts.joined(separator: "/")
        parts.removeLast()
        for count in 1..<max(1, parts.count + 1) { try makeFolder(parts.prefix(count).joined(separator: "/")) }
        let file = "\(path)/\(name)"
        guard let stream = fopen(file, "wx") else {
            throw DirectiveError("`\(name)`: \(FileError.last(file).message)")
        }
        made.append((file, false))
        let written = contents.bytes.isEmpty ? 0 : fwrite(contents.bytes, 1, contents.bytes.count, stream)
        guard fclose(stream) == 0, written == contents.bytes.count else {
            throw DirectiveError("`\(name)`: \(FileError.last(file).message)")
        }
    }
}
