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
    private var lineStarts: [Int] = [0]

    init(uri: String, version: Int?, text: String, encoding: PositionEncoding) {
        self.uri = uri
        self.version = version
        self.encoding = encoding
        source = SourceText(text, name: FileURI.path(uri) ?? uri)
        findLines()
    }

    private mutating func findLines() {
        lineStarts = [0]
        let bytes = source.bytes
        for (at, byte) in bytes.enumerated() {
            // CR alone ends a line too, as the protocol says.
            let isEnd = byte == 0x0A || byte == 0x0D && (at + 1 == bytes.count || bytes[at + 1] != 0x0A)
            if isEnd { lineStarts.append(at + 1) }
        }
    }

    /// Replaces all, or what lies between two positions.
    mutating func edit(_ range: (start: EditorPosition, end: EditorPosition)?, _ text: String) {
        guard let range else {
            source = SourceText(text, name: source.name)
            findLines()
            return
        }
        let start = offset(of: range.start)
        let end = max(start, offset(of: range.end))
        var bytes = source.bytes
        bytes.replaceSubrange(start..<end, with: text.utf8)
        source = SourceText(bytes: bytes, name: source.name)
        findLines()
    }

    mutating func setVersion(_ version: Int?) { self.version = version }

    /// The byte at a position; a place that is not there counts as the nearest one before it.
    func offset(of position: EditorPosition) -> Int {
        guard position.line >= 0 else { return 0 }
        guard position.line < lineStarts.count else { return source.bytes.count }
        let start = lineStarts[position.line]
        let end = endOfLine(position.line)
        var (at, left) = (start, position.character)
        while at < end, left > 0 {
            var next = at + 1
            while next < end, source.bytes[next] & 0xC0 == 0x80 { next += 1 }
            let units = encoding == .utf8 ? next - at : encoding.units(source.bytes[at])
            // In the middle of a character: its beginning.
            if units > left { break }
            (at, left) = (next, left - units)
        }
        return at
    }

    func position(of offset: Int) -> EditorPosition {
        let offset = max(0, min(offset, source.bytes.count))
        var (low, high) = (0, lineStarts.count - 1)
        while low < high {
            let middle = (low + high + 1) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle - 1 }
        }
        var character = 0
        for at in lineStarts[low]..<max(lineStarts[low], offset) { character += encoding.units(source.bytes[at]) }
        return EditorPosition(line: low, character: character)
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

/// Names of files as editors say them.
enum FileURI {
    /// The path of a `file:` address, `nil` for others.
    static func path(_ uri: String) -> String? {
        guard uri.hasPrefix("file://") else { return nil }
        let rest = uri.dropFirst(7)
        guard let slash = rest.firstIndex(of: "/") else { return nil }
        var bytes: [UInt8] = []
        var left = Array(rest[slash...].utf8)[...]
        while let byte = left.popFirst() {
            if byte == UInt8(ascii: "%"), left.count >= 2,
                let code = UInt8(String(decoding: left.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(code)
                left = left.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
