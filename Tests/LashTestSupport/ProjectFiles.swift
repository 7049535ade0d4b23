#if canImport(Darwin)
internal import Darwin
#elseif canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// Files of this project, by their path from its root.
package enum ProjectFiles {
    /// There is no such file.
    package struct Missing: Error {
        var path: String

        package init(path: String) { self.path = path }
    }

    private static let root = String(#filePath.dropLast("Tests/LashTestSupport/ProjectFiles.swift".count))

    package static func exists(_ path: String) -> Bool { access(root + path, F_OK) == 0 }

    package static func text(_ path: String) throws -> String {
        guard let file = fopen(root + path, "rb") else { throw Missing(path: path) }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes += chunk.prefix(count)
        }
    }

    package static func lines(_ text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }
}
