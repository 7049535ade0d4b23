internal import LashFiles
internal import Synchronization

/// A JSON text that several projections read.
final class JSONDocument: Sendable {
    let reader: Mutex<JSONReader>
    /// What errors call it.
    let name: String

    init(_ reader: sending JSONReader, name: String) {
        self.reader = Mutex(reader)
        self.name = name
    }

    /// A document in memory.
    convenience init(_ bytes: [UInt8], name: String) {
        self.init(JSONReader(MemorySource(bytes, name: name)), name: name)
    }
}

/// A value in a JSON text: what is large in it stays where it is.
final class JSONProjection: ProjectionOrigin {
    let kind: ProjectionKind
    let summary: String
    private let document: JSONDocument
    private let place: JSONReader.Place

    init(_ document: JSONDocument, _ place: JSONReader.Place, kind: JSONReader.Kind, summary: String) {
        self.document = document
        self.place = place
        self.summary = summary
        self.kind =
            switch kind {
            case .object: .record
            case .array: .list
            case .string: .string
            case .number: .number
            case .bool: .bool
            case .null: .null
            }
    }

    func origin(of element: Int?) -> String? {
        // Errors count from the beginning of the value.
        place.start == 0 ? document.name : "\(document.name), in the value at byte \(place.start)"
    }

    func answer(_ question: ProjectionQuestion) throws -> ProjectionAnswer {
        try document.reader.withLock { reader in
            // Parts that were read before would hide a change.
            try reader.verify()
            return try answer(question, &reader)
        }
    }

    private func answer(_ question: ProjectionQuestion, _ reader: inout JSONReader) throws -> ProjectionAnswer {
        switch (question, kind) {
        case (.length, .list), (.length, .record):
            return try reader.count(of: place).answer { $0.map { .count($0) } ?? .unanswered }
        case (.isEmpty, .list), (.isEmpty, .record): return .bool(try reader.isEmpty(place))
        case (.field(let name), .record):
            return try reader.field(name, of: place).answer { try part($0, reader) }
        case (.contains(.string(let name)), .record):
            return try reader.field(name, of: place).answer { .bool($0 != nil) }
        case (.keys, .record):
            return try reader.keys(of: place).answer { $0.map { .json($0) } ?? .unanswered }
        case (.element(let index), .list):
            if index < 0 { return .unanswered }
            return try reader.element(index, of: place).answer { try part($0, reader) }
        case (.elements(let position, let count), .list): return try elements(position, count, &reader)
        case (.slice(let lower, let upper), .list):
            guard let bounds = sliceBounds(lower, upper) else { return .unanswered }
            return try ListSlice.answer(of: self, bounds) { index in
                try reader.element(index, of: place).answer { $0 == nil ? .missing : .bool(true) }
            } length: {
                try reader.count(of: place).answer { .count($0 ?? 0) }
            }
        case (.materialize, _):
            let end = try reader.end(of: place)
            if kind == .list, end - place.start > largestWhole { return .unanswered }
            if end - place.start <= largestWhole { return .json(try reader.bytes(from: place.start, to: end)) }
            let (document, place) = (document, place)
            return .large(bytes: end - place.start) {
                try document.reader.withLock { reader in .json(try reader.bytes(from: place.start, to: end)) }
            }
        default: return .unanswered
        }
    }

    /// A value in this one.
    private func part(_ place: JSONReader.Place?, _ reader: JSONReader) throws -> ProjectionAnswer {
        guard let place else { return .missing }
        let kind = try reader.kind(of: place)
        if kind == .object || kind == .array {
            return .projection(JSONProjection(document, place, kind: kind, summary: "JSON"))
        }
        return .json(try reader.bytes(of: place))
    }

    private func elements(
        _ position: ProjectionPosition,
        _ count: Int,
        _ reader: inout JSONReader
    ) throws -> ProjectionAnswer {
        var behind: Int? = position.index == 0 ? nil : position.hint
        if position.index > 0, position.hint <= place.start {
            // The loop began in the middle: behind the element in front.
            switch try reader.element(position.index - 1, of: place) {
            case .again: return .again
            case .done(nil): return .elements(ProjectionElements([], isLast: true))
            case .done(let previous?): behind = try reader.end(of: previous)
            }
        }
        let (found, isLast) = try reader.elements(of: place, behind: behind, count: count, bytes: largestChunk)
        // Small elements come one after the other; a large one is the last that is handed over.
        var texts: [UInt8] = []
        var ends: [Int] = []
        for element in found {
            if element.count > largestWhole {
                var elements = ProjectionElements(json: texts, ends: ends, hint: element.upperBound)
                elements.items = [try part(JSONReader.Place(start: element.lowerBound, limit: place.limit), reader)]
                return .elements(elements)
            }
            try reader.appendBytes(of: element, to: &texts)
            ends.append(texts.count)
        }
        return .elements(ProjectionElements(json: texts, ends: ends, hint: found.last?.upperBound ?? 0, isLast: isLast))
    }
}
