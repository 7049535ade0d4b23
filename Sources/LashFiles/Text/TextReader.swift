/// Text in a source, by code points, without reading more of it than is asked for.
///
/// Long work is done in pieces: the answer `again` asks for another call.
public struct TextReader {
    let source: any ByteSource
    /// The bytes of the text.
    public let start: Int
    private let limit: Int
    private var window: Window
    /// Code points that begin before an offset.
    private var marks: Marks
    /// Up to where code points were counted.
    private var counted: Marks.Mark
    /// The text up to there.
    private var countedCheck = UTF8Check()
    /// How many code points there are, once they were counted, and where the last one ends.
    private var total: Marks.Mark?

    /// The text of a whole source, without a byte order mark.
    public init(_ source: any ByteSource) throws(FileError) {
        self.init(source, from: try source.contentStart(), to: Int.max)
    }

    /// The text between two offsets.
    public init(_ source: any ByteSource, from start: Int, to end: Int) {
        self.source = source
        self.start = start
        limit = min(end, source.size ?? Int.max)
        window = Window(source)
        marks = Marks(first: start)
        counted = Marks.Mark(count: 0, offset: start)
    }

    /// Where the text ends in the source, if that is known before it was read.
    public var end: Int? { total?.offset ?? (limit == Int.max ? nil : limit) }

    private func bytes(from offset: Int, atLeast wanted: Int = 1) throws(FileError) -> Bytes {
        try window.bytes(from: offset, atLeast: wanted).prefix(max(0, limit - offset))
    }

    // MARK: Counting

    /// How many code points there are.
    public mutating func length() throws(FileError) -> Progress<Int> {
        try count(until: Int.max).map { $0.count }
    }

    /// Where a code point begins, or the text ends; `nil` if there are not so many.
    public mutating func offset(ofCodePoint point: Int) throws(FileError) -> Progress<Int?> {
        if point > counted.count, case .again = try count(until: point) { return .again }
        let mark = point >= counted.count ? counted : marks.nearest(count: point)
        var offset = mark.offset
        var left = point - mark.count
        while true {
            let bytes = try bytes(from: offset)
            if let found = bytes.offset(ofCodePoint: left), found < bytes.count { return .done(offset + found) }
            if bytes.count == 0 { return .done(left == 0 ? offset : nil) }
            left -= bytes.codePoints
            offset += bytes.count
        }
    }

    /// Counts until there are more than so many code points, or to the end.
    private mutating func count(until point: Int) throws(FileError) -> Progress<Marks.Mark> {
        let stop = counted.offset + Progress<Int>.piece
        while total == nil, counted.count <= point {
            if counted.offset >= stop { return .again }
            let bytes = try bytes(from: counted.offset)
            if bytes.count == 0 {
                if !countedCheck.isComplete { throw notUTF8 }
                total = counted
                break
            }
            countedCheck = try checked(bytes, countedCheck)
            counted.count += bytes.codePoints
            counted.offset += bytes.count
            // Only where a code point begins: what is counted lies before the mark then.
            if counted.offset < limit, let next = try self.bytes(from: counted.offset).firstByte, next & 0xC0 != 0x80 {
                marks.add(count: counted.count, offset: counted.offset)
            }
        }
        return .done(total ?? counted)
    }

    // MARK: Checking

    private var notUTF8: FileError { source.malformed("is not valid UTF-8") }

    /// The check behind a piece; throws where that is not UTF-8.
    private func checked(_ piece: Bytes, _ check: UTF8Check) throws(FileError) -> UTF8Check {
        var check = check
        if !check.accepts(piece) { throw notUTF8 }
        return check
    }

    // MARK: Searching

    /// The state of a search that is not at its end.
    public struct Search: Sendable {
        let pattern: TextPattern
        var offset: Int
        /// Code points before the offset for `find`, lines for `grep`.
        var count: Int
        var lineStart: Int
        /// The text that was passed.
        var check = UTF8Check()
        /// What was found so far, for `grep`.
        var found: [UInt8] = []

        /// The search for a text from a code point on, whose offset is known.
        public init(_ pattern: TextPattern, fromCodePoint point: Int, at offset: Int) {
            self.pattern = pattern
            self.offset = offset
            lineStart = offset
            count = point
        }
    }

    /// A piece that fits into the fastest cache, so that counting what was searched costs next to nothing.
    private static let slice = 1 << 14

    /// The code point at which a text first stands; `nil` if it does not.
    public mutating func find(_ search: inout Search) throws(FileError) -> Progress<Int?> {
        makeRoom(for: search.pattern)
        let stop = search.offset + Progress<Int>.piece
        while search.offset < stop {
            let bytes = try bytes(from: search.offset, atLeast: search.pattern.count)
            guard bytes.count > 0, bytes.count >= search.pattern.count else {
                if try !checked(bytes, search.check).isComplete { throw notUTF8 }
                return .done(nil)
            }
            let end = bytes.count - search.pattern.count + 1
            var at = 0
            while at < end {
                let next = min(end, at + Self.slice)
                let match = search.pattern.firstMatch(in: bytes, from: at, before: next)
                let passed = bytes.dropFirst(at).prefix((match ?? next) - at)
                search.check = try checked(passed, search.check)
                search.count += passed.codePoints
                if match != nil {
                    if !search.check.isComplete { throw notUTF8 }
                    return .done(search.count)
                }
                at = next
            }
            search.offset += end
        }
        return .again
    }

    /// The lines that have a text, as a JSON list of records `{line, text, match, start, end}`.
    ///
    /// Lines end with a line feed, before which a carriage return does not count. Refuses a list of more than
    /// `maximum` bytes.
    public mutating func grep(_ search: inout Search, maximum: Int) throws(FileError) -> Progress<[UInt8]> {
        guard search.pattern.firstLineFeed == nil else { return .done(Array("[]".utf8)) }
        makeRoom(for: search.pattern)
        let stop = search.offset + Progress<Int>.piece
        let count = search.pattern.count
        while search.offset < stop {
            let bytes = try bytes(from: search.offset, atLeast: count)
            guard bytes.count > 0, bytes.count >= count else {
                if try !checked(bytes, search.check).isComplete { throw notUTF8 }
                let list = [UInt8(ascii: "[")] + search.found + [UInt8(ascii: "]")]
                return .done(list)
            }
            let end = bytes.count - count + 1
            var at = 0
            var match: Int?
            while at < end, match == nil {
                let next = min(end, at + Self.slice)
                match = search.pattern.firstMatch(in: bytes, from: at, before: next)
                let passed = bytes.dropFirst(at).prefix((match ?? next) - at)
                search.check = try checked(passed, search.check)
                search.count += passed.occurrences(of: .lineFeed)
                if let last = passed.lastIndex(of: .lineFeed) { search.lineStart = search.offset + at + last + 1 }
                at = match ?? next
            }
            if match == nil {
                search.offset += end
            } else {
                let place = search.offset + at
                // The rest of the line is checked with it.
                search.offset = try note(place, &search, maximum) + 1
                search.check = UTF8Check()
                search.count += 1
                search.lineStart = search.offset
            }
        }
        return .again
    }

    /// Adds the line around a match to what was found; gives its end.
    private mutating func note(_ match: Int, _ search: inout Search, _ maximum: Int) throws(FileError) -> Int {
        var end = match + search.pattern.count
        while true {
            let bytes = try bytes(from: end)
            if let feed = bytes.firstIndex(of: .lineFeed) {
                end += feed
                break
            }
            if bytes.count == 0 { break }
            end += bytes.count
        }
        if search.found.count + end - search.lineStart > maximum {
            throw FileError(.refused, path: source.name, "the lines found take more than \(maximum) bytes")
        }
        var line = try source.bytes(from: search.lineStart, to: end)
        // The match may have been the carriage return that does not count.
        if end < limit, line.last == .carriageReturn { line.removeLast() }
        let column = match - search.lineStart
        if column + search.pattern.count > line.count { return end }
        guard let text = String(validating: line, as: UTF8.self) else {
            throw source.malformed("line \(search.count + 1) is not valid UTF-8")
        }
        let first = text.utf8.prefix(column).codePoints
        if !search.found.isEmpty { search.found.append(UInt8(ascii: ",")) }
        search.found.append(contentsOf: "{\"line\":\(search.count + 1),\"text\":".utf8)
        search.found.append(quoting: text.utf8)
        search.found.append(contentsOf: ",\"match\":".utf8)
        search.found.append(quoting: search.pattern.bytes)
        let last = first + search.pattern.bytes.codePoints
        search.found.append(contentsOf: ",\"start\":\(first),\"end\":\(last)}".utf8)
        return end
    }

    private mutating func makeRoom(for pattern: TextPattern) {
        if pattern.count > window.capacity / 4 { window = Window(source, capacity: pattern.count * 4) }
    }

    // MARK: Copying

    /// The text between two offsets, which must be UTF-8.
    public func text(from start: Int, to end: Int) throws(FileError) -> String {
        let bytes = try window.copy(from: start, to: end)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw notUTF8
        }
        return text
    }

    /// A copy of the bytes between two offsets.
    public func bytes(from start: Int, to end: Int) throws(FileError) -> [UInt8] {
        try window.copy(from: start, to: min(end, limit))
    }

    /// The first bytes, as far as there are so many.
    public func bytes(first count: Int) throws(FileError) -> [UInt8] {
        try source.bytes(from: start, to: min(limit, start + count))
    }

    /// Where the text ends, after reading to the end if there is no other way to know.
    public mutating func findEnd() throws(FileError) -> Progress<Int> {
        if let end { return .done(end) }
        return try count(until: Int.max).map { $0.offset }
    }
}

extension Progress {
    func map<Other>(_ transform: (Result) -> Other) -> Progress<Other> {
        switch self {
        case .done(let result): .done(transform(result))
        case .again: .again
        }
    }
}

extension TextPattern {
    var firstLineFeed: Int? { bytes.firstIndex(of: .lineFeed) }
}
