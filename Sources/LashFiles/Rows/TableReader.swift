/// A table in text, RFC 4180 with a separator of choice: records by the names in the first row, every value text.
public struct TableReader: Sendable {
    /// The names of the columns.
    public let columns: [String]
    /// The names as JSON, each with its colon.
    private let keys: [[UInt8]]
    private let separator: UInt8
    private let source: any ByteSource
    /// What errors call the file.
    public var name: String { source.name }
    /// Where the rows behind the header begin; `nil` if there are none.
    public let rowsStart: Int?

    /// Reads the header. Throws where two columns have the same name.
    public init(_ source: any ByteSource, separator: UInt8) throws(FileError) {
        self.source = source
        self.separator = separator
        let rows = RowReader(source, rule: .records(separator: separator), from: try source.contentStart())
        guard let header = try rows.row(from: try source.contentStart()) else {
            columns = []
            keys = []
            rowsStart = nil
            return
        }
        if header.end - header.start > Window.capacity {
            throw source.malformed("the header takes more than \(Window.capacity) bytes")
        }
        var names: [String] = []
        let cells = try Self.cells(
            of: try source.bytes(from: header.start, to: header.end),
            separator,
            "the header",
            source
        )
        for cell in cells {
            guard let name = String(validating: cell, as: UTF8.self) else {
                throw source.malformed("the header is not valid UTF-8")
            }
            names.append(name)
        }
        var seen: Set<String> = []
        for name in names where !seen.insert(name).inserted {
            throw source.malformed("the column `\(name)` appears twice")
        }
        columns = names
        keys = names.map { name in
            var key: [UInt8] = []
            key.append(quoting: name.utf8)
            key.append(UInt8(ascii: ":"))
            return key
        }
        rowsStart = header.next
    }

    /// The rows behind the header.
    public func rows() -> RowReader {
        RowReader(
            source,
            rule: .records(separator: separator),
            from: rowsStart ?? 0,
            to: rowsStart == nil ? 0 : Int.max
        )
    }

    /// A row as a JSON record. `number` counts from 1, for errors.
    public func record(_ bytes: [UInt8], number: Int) throws(FileError) -> [UInt8] {
        let cells = try Self.cells(of: bytes, separator, "row \(number)", source)
        try check(cells.count, number)
        var json: [UInt8] = []
        json.reserveCapacity(bytes.count + keys.reduce(2) { $0 + $1.count + 4 })
        json.append(UInt8(ascii: "{"))
        for (key, cell) in zip(keys, cells) {
            if json.count > 1 { json.append(.comma) }
            json.append(contentsOf: key)
            json.append(quoting: cell)
        }
        json.append(UInt8(ascii: "}"))
        return json
    }

    private func check(_ count: Int, _ number: Int) throws(FileError) {
        if count != columns.count {
            throw source.malformed(
                "row \(number) has \(count) value\(count == 1 ? "" : "s"), the header has \(columns.count)"
            )
        }
    }

    private static func cells(
        of row: [UInt8],
        _ separator: UInt8,
        _ place: String,
        _ source: any ByteSource
    ) throws(FileError) -> [ArraySlice<UInt8>] {
        var cells: [ArraySlice<UInt8>] = []
        var at = 0
        while true {
            if at < row.count, row[at] == .quote {
                var text: [UInt8] = []
                at += 1
                while at < row.count {
                    if row[at] == .quote {
                        at += 1
                        guard at < row.count, row[at] == .quote else { break }
                    }
                    text.append(row[at])
                    at += 1
                }
                if at < row.count, row[at] != separator {
                    throw source.malformed("\(place) has text after the closing quote of a value")
                }
                cells.append(text[...])
            } else {
                let end = row[at...].firstIndex(of: separator) ?? row.count
                cells.append(row[at..<end])
                at = end
            }
            if at >= row.count { return cells }
            at += 1
        }
    }
}
