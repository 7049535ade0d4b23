import Lashlang

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Files of this project, by their path from its root.
enum ProjectFiles {
    struct Missing: Error { var path: String }

    private static let root = String(#filePath.dropLast("Tests/LashlangTests/ProjectFiles.swift".count))

    static func exists(_ path: String) -> Bool { access(root + path, F_OK) == 0 }

    static func text(_ path: String) throws -> String {
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

    static func lines(_ text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// The value that `--bind NAME=@FILE` binds.
    static func value(_ path: String) throws -> Value {
        let text = try text(path)
        if path.hasSuffix(".json") { return try Value(json: text) }
        if path.hasSuffix(".jsonl") {
            return .list(try lines(text).filter { !$0.isEmpty }.map { try Value(json: $0) })
        }
        if path.hasSuffix(".csv") { return table(text) }
        return .string(text)
    }

    /// A table with a header, quoted cells and no line breaks inside of cells: all that the examples need.
    private static func table(_ text: String) -> Value {
        let rows = lines(text).filter { !$0.isEmpty }.map(cells)
        guard let header = rows.first else { return [] }
        return .list(rows.dropFirst().map { .record(Record(zip(header, $0.map(Value.string)))) })
    }

    private static func cells(_ line: String) -> [String] {
        var cells = [""]
        var isQuoted = false
        var afterQuote = false
        for character in line {
            if character == "\"" {
                // A quote that follows a closing one is part of the text.
                if !isQuoted && afterQuote { cells[cells.count - 1].append("\"") }
                afterQuote = isQuoted
                isQuoted.toggle()
                continue
            }
            afterQuote = false
            if character == "," && !isQuoted { cells.append("") } else { cells[cells.count - 1].append(character) }
        }
        return cells
    }
}
