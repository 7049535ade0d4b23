/// The rows of a source: where they are, not what they hold.
///
/// Knows the places of a few thousand rows and goes from the nearest one to the row that is asked for.
public struct RowReader {
    /// What a row is.
    public enum Rule: Hashable, Sendable {
        /// A line that is not blank, as in JSON lines.
        case lines
        /// A line that is not empty; it goes on where a quoted value does.
        case records(separator: UInt8)
        /// What stands between two separators, or none.
        case pieces(separator: UInt8)
    }

    /// Where a row is.
    public struct Row: Hashable, Sendable {
        /// Where the row begins.
        public var start: Int
        /// Behind the row, without what ends it.
        public var end: Int
        /// Where the next row begins; `nil` if there is no more.
        public var next: Int?
    }

    let source: any ByteSource
    private let rule: Rule
    private let window: Window
    private let limit: Int
    private var marks: Marks
    /// Up to where rows were counted; the offset is `nil` behind the last row.
    private var counted: (count: Int, offset: Int?)
    /// The last row that was asked for by its number: the next one is most likely the one behind it.
    private var cursor: (index: Int, offset: Int)

    /// The rows of a source between two offsets.
    public init(_ source: any ByteSource, rule: Rule, from start: Int, to end: Int = Int.max) {
        self.source = source
        self.rule = rule
        limit = min(end, source.size ?? Int.max)
        window = Window(source)
        marks = Marks(first: start)
        counted = (0, start)
        cursor = (0, start)
    }

    /// The bytes of a row.
    public func bytes(of row: Row) throws(FileError) -> [UInt8] { try window.copy(from: row.start, to: row.end) }

    /// Appends the bytes of a row.
    public func appendBytes(of row: Row, to bytes: inout [UInt8]) throws(FileError) {
        try window.append(from: row.start, to: row.end, to: &bytes)
    }

    private func bytes(from offset: Int) throws(FileError) -> Bytes {
        try window.bytes(from: offset).prefix(max(0, limit - offset))
    }

    // MARK: By number

    /// How many rows there are.
    public mutating func length() throws(FileError) -> Progress<Int> {
        guard case .done = try count(until: Int.max) else { return .again }
        return .done(counted.count)
    }

    /// A row by its number; `nil` if there are not so many.
    public mutating func row(_ index: Int) throws(FileError) -> Progress<Row?> {
        guard case .done = try count(until: index) else { return .again }
        if index >= counted.count { return .done(nil) }
        var at = marks.nearest(count: index)
        if cursor.index <= index, cursor.index > at.count {
            at = Marks.Mark(count: cursor.index, offset: cursor.offset)
        }
        while let row = try row(from: at.offset) {
            if at.count == index {
                cursor = (index, at.offset)
                return .done(row)
            }
            guard let next = row.next else { break }
            at = Marks.Mark(count: at.count + 1, offset: next)
        }
        throw FileError(.changed, path: source.name, "the file has changed while it was in use")
    }

    /// Counts rows until there are more than so many, or all.
    private mutating func count(until index: Int) throws(FileError) -> Progress<Void> {
        var read = 0
        while counted.count <= index, let offset = counted.offset {
            if read >= Progress<Void>.piece { return .again }
            guard let row = try row(from: offset) else {
                counted.offset = nil
                break
            }
            counted.count += 1
            counted.offset = row.next
            if let next = row.next {
                read += next - offset
                marks.add(count: counted.count, offset: next)
            }
        }
        return .done(())
    }

    // MARK: By place

    /// The row that begins at an offset, or behind it where rows are skipped; `nil` at the end.
    public func row(from offset: Int) throws(FileError) -> Row? {
        switch rule {
        case .lines:
            var start = offset
            while let row = try line(from: start, endedBy: .lineFeed), row.end > row.start || row.next != nil {
                if try !isBlank(row) { return row }
                guard let next = row.next else { return nil }
                start = next
            }
            return nil
        case .pieces(let separator):
            return try line(from: offset, endedBy: separator)
        case .records(let separator):
            var start = offset
            while true {
                guard let first = try bytes(from: start).firstByte else { return nil }
                if first == .lineFeed {
                    start += 1
                } else if first == .carriageReturn, try isLineEnd(start) {
                    start += try bytes(from: start + 1).count == 0 ? 1 : 2
                } else {
                    return try record(from: start, separator)
                }
            }
        }
    }

    @inline(__always) private func line(from start: Int, endedBy separator: UInt8) throws(FileError) -> Row? {
        var at = start
        while true {
            let bytes = try bytes(from: at)
            if let end = bytes.firstIndex(of: separator) { return Row(start: start, end: at + end, next: at + end + 1) }
            if bytes.count == 0 { return Row(start: start, end: at, next: nil) }
            at += bytes.count
        }
    }

    @inline(__always) private func isBlank(_ row: Row) throws(FileError) -> Bool {
        var at = row.start
        while at < row.end {
            let bytes = try bytes(from: at).prefix(row.end - at)
            for i in 0..<bytes.count where bytes[i] != UInt8(ascii: " ") && bytes[i] != UInt8(ascii: "\t") {
                if bytes[i] != .carriageReturn { return false }
            }
            at += bytes.count
        }
        return true
    }

    private func isLineEnd(_ offset: Int) throws(FileError) -> Bool {
        guard let byte = try bytes(from: offset).firstByte else { return true }
        if byte == .lineFeed { return true }
        guard byte == .carriageReturn else { return false }
        return try bytes(from: offset + 1).firstByte.map { $0 == .lineFeed } ?? true
    }

    /// A record from its first byte on.
    private func record(from start: Int, _ separator: UInt8) throws(FileError) -> Row {
        // Most lines have no quotes at all.
        if let line = try line(from: start, endedBy: .lineFeed), try !hasQuote(line) { return record(line) }
        var at = start
        while true {
            if try bytes(from: at).firstByte == .quote {
                at = try quoted(from: at)
            }
            // Up to the next separator or the end of the line.
            scan: while true {
                let bytes = try bytes(from: at)
                if bytes.count == 0 { return Row(start: start, end: at, next: nil) }
                for i in 0..<bytes.count {
                    if bytes[i] == separator {
                        at += i + 1
                        break scan
                    }
                    if bytes[i] == .lineFeed {
                        return record(Row(start: start, end: at + i, next: at + i + 1))
                    }
                }
                at += bytes.count
            }
        }
    }

    /// A record whose line was found, without the carriage return in front of the line feed.
    private func record(_ line: Row) -> Row {
        guard line.end > line.start, let last = try? bytes(from: line.end - 1).firstByte, last == .carriageReturn else {
            return line
        }
        return Row(start: line.start, end: line.end - 1, next: line.next)
    }

    private func hasQuote(_ row: Row) throws(FileError) -> Bool {
        var at = row.start
        while at < row.end {
            let bytes = try bytes(from: at).prefix(row.end - at)
            if bytes.firstIndex(of: .quote) != nil { return true }
            at += bytes.count
        }
        return false
    }

    /// Where a quoted value ends.
    private func quoted(from start: Int) throws(FileError) -> Int {
        var at = start + 1
        while true {
            let bytes = try bytes(from: at)
            if bytes.count == 0 {
                throw source.malformed("a quoted value that begins at byte \(start) has no closing quote")
            }
            guard let found = bytes.firstIndex(of: .quote) else {
                at += bytes.count
                continue
            }
            at += found + 1
            // A quote inside a quoted value is written twice.
            guard try self.bytes(from: at).firstByte == .quote else { return at }
            at += 1
        }
    }
}
