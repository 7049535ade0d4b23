/// A place in a text as people count: both numbers from 1, columns in Unicode scalars.
public struct SourceLocation: Hashable, Sendable {
    /// The line.
    public var line: Int
    /// The column within the line.
    public var column: Int

    /// Creates a place.
    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}

/// Finds lines and columns for byte offsets. Only a line feed ends a line.
///
/// Building it reads the text once; each question takes logarithmic time plus the length of one line.
public struct SourceMap: Sendable {
    /// The text.
    public let source: SourceText
    private let lineStarts: [Int]

    /// Reads a text.
    public init(_ source: SourceText) {
        self.source = source
        var starts = [0]
        source.bytes.withUnsafeBufferPointer { bytes in
            for at in bytes.indices where bytes[at] == 0x0A { starts.append(at + 1) }
        }
        lineStarts = starts
    }

    /// The number of lines; a text without a line feed has one.
    public var lineCount: Int { lineStarts.count }

    /// The place of a byte offset; offsets behind the end count as the end.
    public func location(of offset: Int) -> SourceLocation {
        let offset = max(0, min(offset, source.bytes.count))
        let line = lineIndex(of: offset)
        return SourceLocation(line: line + 1, column: scalars(in: Span(lineStarts[line], offset)) + 1)
    }

    /// The bytes of a line, counted from 1, without its line feed.
    public func span(ofLine line: Int) -> Span {
        let index = max(0, min(line - 1, lineStarts.count - 1))
        let end = index + 1 < lineStarts.count ? lineStarts[index + 1] - 1 : source.bytes.count
        return Span(lineStarts[index], end)
    }

    /// The number of Unicode scalars that begin within a range of bytes.
    func scalars(in span: Span) -> Int {
        source.bytes[span.start..<max(span.start, span.end)].reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) }
    }

    private func lineIndex(of offset: Int) -> Int {
        var low = 0
        var high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle }
        }
        return low
    }
}
