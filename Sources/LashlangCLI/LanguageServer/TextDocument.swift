import Lashlang

/// How an editor counts within a line.
enum PositionEncoding: String {
    case utf8 = "utf-8"
    case utf16 = "utf-16"
    case utf32 = "utf-32"

    /// Units of the character that begins with a byte; none for the bytes behind the first.
    func units(_ byte: UInt8) -> Int {
        switch self {
        case .utf8: 1
        case .utf32: byte & 0xC0 == 0x80 ? 0 : 1
        case .utf16: byte & 0xC0 == 0x80 ? 0 : byte >= 0xF0 ? 2 : 1
        }
    }
}

/// A place as editors say it: both count from 0.
struct EditorPosition: Equatable {
    var line: Int
    var character: Int
}

/// A text that is open in an editor.
struct TextDocument {
    let uri: String
    private(set) var version: Int?
    private(set) var source: SourceText
    let encoding: PositionEncoding
    private(set) var lineStarts: [Int] = [0]
    private var columns = Columns()

    init(uri: String, version: Int?, text: String, encoding: PositionEncoding) {
        self.uri = uri
        self.version = version
        self.encoding = encoding
        source = SourceText(text, name: FileURI.path(uri) ?? uri)
        lineStarts = [0] + Self.lineStarts(in: source.bytes, 0..<source.bytes.count)
    }

    /// The beginnings of the lines behind those ends of lines that lie in a range of bytes.
    private static func lineStarts(in bytes: [UInt8], _ range: Range<Int>) -> [Int] {
        bytes.withUnsafeBufferPointer { bytes in
            var starts: [Int] = []
            for at in range {
                // CR alone ends a line too, as the protocol says.
                let byte = bytes[at]
                if byte == 0x0A || byte == 0x0D && (at + 1 == bytes.count || bytes[at + 1] != 0x0A) {
                    starts.append(at + 1)
                }
            }
            return starts
        }
    }

    /// Replaces all, or what lies between two positions. Takes the time of moving what lies behind.
    mutating func edit(_ range: (start: EditorPosition, end: EditorPosition)?, _ text: String) {
        let name = source.name
        columns = Columns()
        guard let range else {
            source = SourceText(text, name: name)
            lineStarts = [0] + Self.lineStarts(in: source.bytes, 0..<source.bytes.count)
            return
        }
        let start = offset(of: range.start)
        let end = max(start, offset(of: range.end))
        var bytes = source.bytes
        // The only other owner of the bytes, which would be copied.
        source = SourceText(bytes: [], name: name)
        bytes.replaceSubrange(start..<end, with: text.utf8)
        let newEnd = start + text.utf8.count
        // Whether the byte before ends a line may have changed with the one behind it.
        let found = Self.lineStarts(in: bytes, max(0, start - 1)..<newEnd)
        let first = max(1, firstLine(from: start))
        let last = firstLine(from: end + 1)
        for line in last..<max(last, lineStarts.count) { lineStarts[line] += newEnd - end }
        lineStarts.replaceSubrange(first..<max(first, last), with: found)
        source = SourceText(bytes: bytes, name: name)
    }

    /// The first line that begins at an offset or behind it.
    private func firstLine(from offset: Int) -> Int {
        var (low, high) = (0, lineStarts.count)
        while low < high {
            let middle = (low + high) / 2
            if lineStarts[middle] < offset { low = middle + 1 } else { high = middle }
        }
        return low
    }

    mutating func setVersion(_ version: Int?) { self.version = version }

    // MARK: Places

    /// The byte at a position; a place that is not there counts as the nearest one before it.
    func offset(of position: EditorPosition) -> Int {
        guard position.line >= 0 else { return 0 }
        guard position.line < lineStarts.count else { return source.bytes.count }
        let start = lineStarts[position.line]
        let end = endOfLine(position.line)
        let encoding = encoding
        return source.bytes.withUnsafeBufferPointer { bytes in
            if encoding == .utf8 {
                var at = start + min(position.character, end - start)
                // In the middle of a character: its beginning.
                while at > start, at < end, bytes[at] & 0xC0 == 0x80 { at -= 1 }
                return at
            }
            var (at, left) = (start, position.character)
            while at < end, left > 0 {
                let units = encoding.units(bytes[at])
                if units > left { break }
                left -= units
                at += 1
                while at < end, bytes[at] & 0xC0 == 0x80 { at += 1 }
            }
            return at
        }
    }

    func position(of offset: Int) -> EditorPosition {
        let offset = max(0, min(offset, source.bytes.count))
        let line = max(0, firstLine(from: offset + 1) - 1)
        let start = lineStarts[line]
        if encoding == .utf8 { return EditorPosition(line: line, character: offset - start) }
        let character =
            offset - start <= Columns.step
            ? Columns.units(in: source.bytes, start..<offset, encoding)
            : columns.units(before: offset, source.bytes, encoding)
                - columns.units(before: start, source.bytes, encoding)
        return EditorPosition(line: line, character: character)
    }

    /// The spans of the lines that a span goes over, without their ends.
    func lines(of span: Span) -> [Span] {
        let (first, last) = (position(of: span.start).line, position(of: span.end).line)
        return (first...max(first, last)).map { line in
            Span(max(span.start, lineStarts[line]), max(span.start, min(span.end, endOfLine(line))))
        }
    }

    /// A line without its end.
    func wholeLine(_ line: Int) -> Span { Span(lineStarts[line], endOfLine(line)) }

    private func endOfLine(_ line: Int) -> Int {
        var end = line + 1 < lineStarts.count ? lineStarts[line + 1] : source.bytes.count
        while end > lineStarts[line], source.bytes[end - 1] == 0x0A || source.bytes[end - 1] == 0x0D { end -= 1 }
        return end
    }
}

/// How many units lie before every few hundred bytes of a text: without it, each place in a line of megabytes would be
/// found by counting from its beginning. Made when the first such line is met.
private final class Columns {
    static let step = 256

    private var marks: [Int] = []

    func units(before offset: Int, _ bytes: [UInt8], _ encoding: PositionEncoding) -> Int {
        if marks.isEmpty {
            marks = [0]
            for start in stride(from: 0, to: bytes.count, by: Self.step) {
                let range = start..<min(start + Self.step, bytes.count)
                marks.append(marks[marks.count - 1] + Self.units(in: bytes, range, encoding))
            }
        }
        let mark = offset / Self.step
        return marks[mark] + Self.units(in: bytes, mark * Self.step..<offset, encoding)
    }

    static func units(in bytes: [UInt8], _ range: Range<Int>, _ encoding: PositionEncoding) -> Int {
        bytes.withUnsafeBufferPointer { bytes in range.reduce(0) { $0 + encoding.units(bytes[$1]) } }
    }
}
