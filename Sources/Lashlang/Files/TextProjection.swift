internal import LashFiles
internal import Synchronization

/// Text in a file.
final class TextProjection: ProjectionDescriptor {
    let kind = ProjectionKind.string
    let summary: String
    private let source: any ByteSource
    private let state: Mutex<State>

    private struct State {
        var reader: TextReader
        /// Searches that are not at their end.
        var searches: [(question: ProjectionQuestion, search: TextReader.Search)] = []
    }

    /// More searches than this at a time are done without a pause.
    private static let mostSearches = 32

    init(_ reader: sending TextReader, _ source: any ByteSource, summary: String) {
        self.summary = summary
        self.source = source
        state = Mutex(State(reader: reader))
    }

    func answer(_ question: ProjectionQuestion) throws -> ProjectionAnswer {
        try state.withLock { state in try answer(question, &state) }
    }

    private func answer(_ question: ProjectionQuestion, _ state: inout State) throws -> ProjectionAnswer {
        switch question {
        case .length: return try state.reader.length().answer { .count($0) }
        case .isEmpty:
            return try state.reader.offset(ofCodePoint: 1).answer { .bool($0 == nil) }
        case .element(let index):
            if index < 0 { return .unanswered }
            return try part(index, index + 1, &state.reader).answer { range in
                guard let range, !range.isEmpty else { return .missing }
                return .string(try state.reader.text(from: range.lowerBound, to: range.upperBound))
            }
        case .slice(let lower, let upper):
            guard let bounds = sliceBounds(lower, upper) else { return .unanswered }
            return try part(bounds.lower, bounds.upper, &state.reader).answer { range in
                let range = range ?? 0..<0
                if range.count > largestWhole {
                    let reader = TextReader(source, from: range.lowerBound, to: range.upperBound)
                    return .projection(TextProjection(reader, source, summary: "part of \(summary)"))
                }
                return .string(try state.reader.text(from: range.lowerBound, to: range.upperBound))
            }
        case .find(let part, let start): return try find(question, part, from: start, &state)
        case .contains(.string(let part)):
            switch try find(.find(part, from: 0), part, from: 0, &state) {
            case .again: return .again
            case .value(.null): return .bool(false)
            default: return .bool(true)
            }
        case .grep(let part):
            var search =
                take(question, &state)
                ?? TextReader.Search(TextPattern(part), fromCodePoint: 0, at: state.reader.start)
            while true {
                if case .done(let lines) = try state.reader.grep(&search, maximum: 1 << 30) { return .json(lines) }
                if keep(search, of: question, &state) { return .again }
            }
        case .split(let separator):
            // One byte, and not the middle of a longer character.
            guard separator.utf8.count == 1, let byte = separator.utf8.first else { return .unanswered }
            let rows = RowReader(
                source,
                rule: .pieces(separator: byte),
                from: state.reader.start,
                to: state.reader.end ?? Int.max
            )
            return .projection(RowProjection(rows, .text(source), summary: "pieces of \(summary)"))
        case .hasPrefix(let affix):
            let bytes = Array(affix.utf8)
            return .bool(try state.reader.bytes(first: bytes.count) == bytes)
        case .hasSuffix(let affix):
            let bytes = Array(affix.utf8)
            return try state.reader.findEnd().answer { end in
                let start = end - bytes.count
                return .bool(try start >= state.reader.start && state.reader.bytes(from: start, to: end) == bytes)
            }
        case .materialize:
            return try state.reader.findEnd().answer { end in
                let start = state.reader.start
                if end - start <= largestWhole { return .string(try state.reader.text(from: start, to: end)) }
                // Once as bytes and once as text.
                return .large(bytes: 2 * (end - start)) { [self] in
                    try self.state.withLock { state in .string(try state.reader.text(from: start, to: end)) }
                }
            }
        default: return .unanswered
        }
    }

    /// The offsets of the code points in bounds, as far as there are any.
    private func part(_ lower: Int, _ upper: Int?, _ reader: inout TextReader) throws -> Progress<Range<Int>?> {
        guard case .done(let start) = try reader.offset(ofCodePoint: lower) else { return .again }
        guard let start else { return .done(nil) }
        var end: Int?
        if let upper {
            guard case .done(let found) = try reader.offset(ofCodePoint: upper) else { return .again }
            end = found
        }
        if end == nil {
            guard case .done(let last) = try reader.findEnd() else { return .again }
            end = last
        }
        return .done(start..<(end ?? start))
    }

    private func find(
        _ question: ProjectionQuestion,
        _ part: String,
        from start: Int,
        _ state: inout State
    ) throws -> ProjectionAnswer {
        var search: TextReader.Search
        if let going = take(question, &state) {
            search = going
        } else {
            guard case .done(let offset) = try state.reader.offset(ofCodePoint: start) else { return .again }
            guard let offset else { return .value(.null) }
            if part.isEmpty { return .count(start) }
            search = TextReader.Search(TextPattern(part), fromCodePoint: start, at: offset)
        }
        while true {
            switch try state.reader.find(&search) {
            case .done(let place): return place.map { .count($0) } ?? .value(.null)
            case .again: if keep(search, of: question, &state) { return .again }
            }
        }
    }

    /// Keeps a search to go on with, unless there are too many.
    private func keep(_ search: TextReader.Search, of question: ProjectionQuestion, _ state: inout State) -> Bool {
        if state.searches.count == Self.mostSearches { return false }
        state.searches.append((question, search))
        return true
    }

    private func take(_ question: ProjectionQuestion, _ state: inout State) -> TextReader.Search? {
        guard let place = state.searches.firstIndex(where: { $0.question == question }) else { return nil }
        return state.searches.remove(at: place).search
    }
}
