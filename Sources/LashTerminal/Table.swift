package import Lashlang

/// Tables in text: RFC 4180, with a separator of choice.
package enum Table {
    /// The rows as a list of records by the names in the first row; every value is text. Empty lines are skipped.
    package static func read(_ bytes: [UInt8], separator: UInt8, from path: String) throws(CommandFailure) -> Value {
        let text = try Inputs.text(bytes, of: path)
        var reader = RowReader(bytes: Array(text.utf8), separator: separator, path: path)
        guard let header = try reader.next() else { return .list([]) }
        var seen: Set<String> = []
        for name in header.cells where !seen.insert(name).inserted {
            throw .data("\(path):\(header.line): the column `\(name)` appears twice")
        }
        var items: [Value] = []
        var number = 0
        while let row = try reader.next() {
            number += 1
            if row.cells.count != header.cells.count {
                throw .data(
                    "\(path):\(row.line): row \(number) has \(Readable.plural(row.cells.count, "value")), "
                        + "the header has \(header.cells.count)"
                )
            }
            items.append(.record(Record(zip(header.cells, row.cells.map(Value.string)))))
        }
        return .list(items)
    }
}

/// Reads rows one by one.
private struct RowReader {
    let bytes: [UInt8]
    let separator: UInt8
    let path: String
    private var position = 0
    private var line = 1

    private static let quote = UInt8(ascii: "\"")
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    init(bytes: [UInt8], separator: UInt8, path: String) {
        self.bytes = bytes
        self.separator = separator
        self.path = path
    }

    /// The next row that is not empty, and the line on which it begins.
    mutating func next() throws(CommandFailure) -> (cells: [String], line: Int)? {
        while position < bytes.count, atLineEnd { skipLineEnd() }
        if position >= bytes.count { return nil }
        let start = line
        var cells: [String] = []
        while true {
            cells.append(try cell())
            if position < bytes.count, bytes[position] == separator {
                position += 1
                continue
            }
            if position < bytes.count { skipLineEnd() }
            return (cells, start)
        }
    }

    private var atLineEnd: Bool {
        if bytes[position] == Self.lineFeed { return true }
        guard bytes[position] == Self.carriageReturn else { return false }
        return position + 1 == bytes.count || bytes[position + 1] == Self.lineFeed
    }

    private mutating func skipLineEnd() {
        if bytes[position] == Self.carriageReturn { position += 1 }
        if position < bytes.count, bytes[position] == Self.lineFeed { position += 1 }
        line += 1
    }

    private mutating func cell() throws(CommandFailure) -> String {
        if position < bytes.count, bytes[position] == Self.quote { return try quoted() }
        let start = position
        while position < bytes.count, bytes[position] != separator, !atLineEnd { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func quoted() throws(CommandFailure) -> String {
        let start = line
        var text: [UInt8] = []
        position += 1
        while true {
            guard position < bytes.count else {
                throw .data("\(path):\(start): a quoted value has no closing quote")
            }
            let byte = bytes[position]
            position += 1
            if byte == Self.lineFeed { line += 1 }
            if byte == Self.quote {
                // A quote inside a quoted value is written twice.
                guard position < bytes.count, bytes[position] == Self.quote else { break }
                position += 1
            }
            text.append(byte)
        }
        guard position == bytes.count || bytes[position] == separator || atLineEnd else {
            throw .data("\(path):\(line): text after the closing quote of a value")
        }
        return String(decoding: text, as: UTF8.self)
    }
}
