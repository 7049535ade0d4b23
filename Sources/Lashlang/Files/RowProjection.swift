internal import LashFiles
internal import Synchronization

/// The rows of a file as a list.
final class RowProjection: ProjectionOrigin {
    /// What a row means.
    enum Content: Sendable {
        /// A JSON value in a source.
        case json(any ByteSource)
        case table(TableReader)
        case text(any ByteSource)
    }

    let kind = ProjectionKind.list
    let summary: String
    private let content: Content
    private let rows: Mutex<RowReader>

    init(_ rows: sending RowReader, _ content: Content, summary: String) {
        self.rows = Mutex(rows)
        self.content = content
        self.summary = summary
    }

    func origin(of element: Int?) -> String? {
        let name =
            switch content {
            case .json(let source), .text(let source): source.name
            case .table(let table): table.name
            }
        return element.map { Self.name($0, in: name) } ?? name
    }

    /// What errors call a row.
    private static func name(_ index: Int, in file: String) -> String { "\(file), row \(index + 1)" }

    func answer(_ question: ProjectionQuestion) throws -> ProjectionAnswer {
        try rows.withLock { rows in try answer(question, &rows) }
    }

    private func answer(_ question: ProjectionQuestion, _ rows: inout RowReader) throws -> ProjectionAnswer {
        switch question {
        case .length: return try rows.length().answer { .count($0) }
        case .isEmpty: return try rows.row(0).answer { .bool($0 == nil) }
        case .element(let index):
            if index < 0 { return .unanswered }
            return try rows.row(index).answer { row in
                try row.map { try part($0, index, rows, isLazy: true) } ?? .missing
            }
        case .elements(let position, let count): return try elements(position, count, &rows)
        case .slice(let lower, let upper):
            guard let bounds = sliceBounds(lower, upper) else { return .unanswered }
            return try ListSlice.answer(of: self, bounds) { index in
                try rows.row(index).answer { $0 == nil ? .missing : .bool(true) }
            } length: {
                try rows.length().answer { .count($0) }
            }
        default: return .unanswered
        }
    }

    private func part(_ row: RowReader.Row, _ index: Int, _ rows: RowReader, isLazy: Bool) throws -> ProjectionAnswer {
        let isLarge = row.end - row.start > largestWhole
        switch content {
        case .json(let source):
            if !isLazy && !isLarge { return .json(try rows.bytes(of: row)) }
            let document =
                isLarge
                ? JSONDocument(JSONReader(source), name: Self.name(index, in: source.name))
                : JSONDocument(try rows.bytes(of: row), name: Self.name(index, in: source.name))
            return try document.reader.withLock { reader in
                let place = try reader.place(
                    from: isLarge ? row.start : 0,
                    to: isLarge ? row.end : row.end - row.start
                )
                let kind = try reader.kind(of: place)
                if kind == .object || kind == .array {
                    return .projection(JSONProjection(document, place, kind: kind, summary: "JSON"))
                }
                return .json(try reader.bytes(from: place.start, to: place.limit))
            }
        case .table(let table):
            return .json(try table.record(try rows.bytes(of: row), number: index + 1))
        case .text(let source):
            if isLarge {
                return .projection(
                    TextProjection(TextReader(source, from: row.start, to: row.end), source, summary: "text")
                )
            }
            guard let text = String(validating: try rows.bytes(of: row), as: UTF8.self) else {
                throw FileError(.malformed, path: source.name, "line \(index + 1) is not valid UTF-8")
            }
            return .string(text)
        }
    }

    /// Texts that are no JSON come one by one; of the others, one that stays lazy is the last.
    private func hasRoom(_ items: [ProjectionAnswer]) -> Bool {
        if case .text = content { return true }
        return items.isEmpty
    }

    private func elements(
        _ position: ProjectionPosition,
        _ count: Int,
        _ rows: inout RowReader
    ) throws -> ProjectionAnswer {
        // Small rows come one after the other; a large one ends what is handed over.
        var items: [ProjectionAnswer] = []
        var texts: [UInt8] = []
        var ends: [Int] = []
        var index = position.index
        var next: Int? = position.hint
        if position.hint == 0 {
            switch try rows.row(index) {
            case .again: return .again
            case .done(nil): return .elements(ProjectionElements([], isLast: true))
            case .done(let row?): next = row.start
            }
        }
        let start = next ?? 0
        while items.count + ends.count < count, hasRoom(items), let at = next, at - start < largestChunk {
            guard let row = try rows.row(from: at) else {
                next = nil
                break
            }
            if case .text = content {
                items.append(try part(row, index, rows, isLazy: false))
            } else if row.end - row.start > largestWhole {
                items.append(try part(row, index, rows, isLazy: true))
            } else {
                if case .table(let table) = content {
                    texts.append(contentsOf: try table.record(try rows.bytes(of: row), number: index + 1))
                } else {
                    try rows.appendBytes(of: row, to: &texts)
                }
                ends.append(texts.count)
            }
            index += 1
            next = row.next
        }
        var elements = ProjectionElements(json: texts, ends: ends, hint: next ?? 0, isLast: next == nil)
        elements.items = items
        return .elements(elements)
    }
}
