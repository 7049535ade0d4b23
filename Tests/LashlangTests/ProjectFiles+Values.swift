import LashTestSupport
import Lashlang

extension ProjectFiles {
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
