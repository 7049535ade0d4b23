#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Bodies of responses as services send them.
enum Transcripts {
    struct Missing: Error { var name: String }

    private static let folder = String(#filePath.dropLast("Transcripts.swift".count)) + "Transcripts/"

    static func text(_ name: String) throws -> String {
        guard let file = fopen(folder + name, "rb") else { throw Missing(name: name) }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes += chunk.prefix(count)
        }
    }
}
