import LashFiles
import Testing

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A folder that goes away with its owner.
final class TemporaryFolder {
    let path: String

    init() throws {
        var template = Array("/tmp/lash-files-XXXXXX".utf8CString)
        let made = try #require(mkdtemp(&template))
        path = String(cString: made)
    }

    deinit { remove(path) }

    private func remove(_ path: String) {
        var info = stat()
        guard lstat(path, &info) == 0 else { return }
        if info.st_mode & S_IFMT == S_IFDIR, let stream = opendir(path) {
            chmod(path, 0o700)
            var names: [String] = []
            while let entry = readdir(stream) {
                withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                    tuple.withMemoryRebound(to: CChar.self, capacity: 256) { names.append(String(cString: $0)) }
                }
            }
            closedir(stream)
            for name in names where name != "." && name != ".." { remove("\(path)/\(name)") }
            rmdir(path)
        } else {
            unlink(path)
        }
    }

    /// Writes a file, in place of an old one if there is one, and gives its path.
    @discardableResult func write(_ bytes: [UInt8], to name: String) throws -> String {
        let place = "\(path)/\(name)"
        let file = try #require(fopen(place, "w"))
        #expect(fwrite(bytes, 1, bytes.count, file) == bytes.count)
        #expect(fclose(file) == 0)
        return place
    }

    @discardableResult func write(_ text: String, to name: String) throws -> String {
        try write(Array(text.utf8), to: name)
    }

    func makeFolder(_ name: String) { #expect(mkdir("\(path)/\(name)", 0o700) == 0) }
    func link(_ name: String, to target: String) { #expect(symlink(target, "\(path)/\(name)") == 0) }
}

/// The result of work that is done in pieces.
func finish<Result>(_ step: () throws -> Progress<Result>) rethrows -> Result {
    while true {
        if case .done(let result) = try step() { return result }
    }
}

/// What an operation throws, as text; `nil` if it throws nothing.
func message(_ body: () throws -> Void) -> String? {
    do {
        try body()
        return nil
    } catch {
        return "\(error)"
    }
}
