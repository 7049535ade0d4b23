/// Values in a JSON text, without parsing more of it than is asked for.
///
/// What a list or an object has in it is found by looking for brackets and quotes; only what is read is checked. The
/// last one of several values with the same key counts, so an object is looked through to its end.
public struct JSONReader {
    /// A value: where it begins, and where bytes begin that do not belong to it.
    public struct Place: Hashable, Sendable {
        /// The first byte of the value.
        public var start: Int
        /// Behind everything that may belong to it.
        public var limit: Int

        /// A place.
        public init(start: Int, limit: Int) {
            self.start = start
            self.limit = limit
        }
    }

    /// What a value is.
    public enum Kind: Hashable, Sendable {
        case object, array, string, number, bool, null
    }

    private let text: JSONText
    private var indexes: [Int: JSONIndex] = [:]
    /// Offsets of the lists and objects that have an index, the one that was used last at the end.
    private var uses: [Int] = []
    private static let mostIndexes = 16
    /// What all indexes may take together.
    private static let mostBytes = 1 << 24
    /// How far to go through an object or a list before it is worth an index.
    private static let smallest = 1 << 14

    /// How many keys of an object are kept, so that each of them is found at once.
    private let mostKeys: Int

    /// Throws where the text is known not to be what it was when it was opened.
    public func verify() throws(FileError) { try text.source.verify() }

    /// Values of a source.
    public init(_ source: any ByteSource) { self.init(source, mostKeys: 1 << 19) }

    init(_ source: any ByteSource, mostKeys: Int) {
        text = JSONText(source)
        self.mostKeys = mostKeys
    }

    /// What errors call the source.
    public var name: String { text.source.name }

    /// The value that the whole source is. Throws if there is none.
    public mutating func root() throws(FileError) -> Place {
        let limit = text.source.size ?? Int.max
        return try place(from: try text.source.contentStart(), to: limit)
    }

    /// The value between two offsets, where white space may stand in front of it.
    public func place(from start: Int, to limit: Int) throws(FileError) -> Place {
        let first = try text.skipSpace(from: start, limit: limit)
        if try text.byte(at: first, limit: limit) == nil { throw text.malformed("EOF while parsing a value", first) }
        return Place(start: first, limit: limit)
    }

    /// What a value is, by its first byte.
    public func kind(of place: Place) throws(FileError) -> Kind {
        switch try text.byte(at: place.start, limit: place.limit) {
        case UInt8(ascii: "{")?: return .object
        case UInt8(ascii: "[")?: return .array
        case UInt8(ascii: "\"")?: return .string
        case UInt8(ascii: "t")?, UInt8(ascii: "f")?: return .bool
        case UInt8(ascii: "n")?: return .null
        case UInt8(ascii: "-")?: return .number
        case let digit? where 48...57 ~= digit: return .number
        default: throw text.malformed("expected value", place.start)
        }
    }

    /// Where a value ends.
    public func end(of place: Place) throws(FileError) -> Int {
        try text.findEnd(of: place.start, limit: place.limit)
    }

    /// The bytes of a value, which are not checked.
    public func bytes(of place: Place) throws(FileError) -> [UInt8] {
        try bytes(from: place.start, to: try end(of: place))
    }

    /// A copy of the bytes between two offsets.
    public func bytes(from start: Int, to end: Int) throws(FileError) -> [UInt8] {
        try text.window.copy(from: start, to: end)
    }

    /// Appends the bytes between two offsets.
    public func appendBytes(of range: Range<Int>, to bytes: inout [UInt8]) throws(FileError) {
        try text.window.append(from: range.lowerBound, to: range.upperBound, to: &bytes)
    }

    /// Whether a list or an object has nothing in it.
    public func isEmpty(_ place: Place) throws(FileError) -> Bool {
        let first = try text.skipSpace(from: place.start + 1, limit: place.limit)
        guard let byte = try text.byte(at: first, limit: place.limit) else {
            throw text.malformed("EOF while parsing a value that begins at byte \(place.start)", first)
        }
        return byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]")
    }

    // MARK: Objects

    /// The value of a key; `nil` if there is none.
    public mutating func field(_ key: String, of place: Place) throws(FileError) -> Progress<Place?> {
        let wanted = Array(key.utf8)
        var children = JSONChildren(of: place.start, isObject: true, limit: place.limit)
        var found: JSONChild?
        if indexes[place.start] == nil {
            while children.at < place.start + Self.smallest {
                guard case .child(let child) = try children.next(in: text, budget: Self.smallest) else { break }
                if try text.key(child.key, equals: wanted) { found = child }
            }
            if children.isComplete { return .done(found.map { Place(start: $0.value.lowerBound, limit: place.limit) }) }
        }
        guard case .done(let index) = try index(of: place, isObject: true, until: Int.max) else { return .again }
        if let keys = index.keys {
            let offset = try keys.offset(hash: JSONText.hash(wanted)) { key throws(FileError) in
                try text.key(key..<text.skipString(from: key, limit: place.limit), equals: wanted)
            }
            guard let offset else { return .done(nil) }
            children = JSONChildren(at: offset, limit: place.limit)
            while true {
                guard case .child(let child) = try children.next(in: text, budget: Int.max / 2) else { continue }
                return .done(Place(start: child.value.lowerBound, limit: place.limit))
            }
        }
        // Too many keys to remember.
        children = JSONChildren(of: place.start, isObject: true, limit: place.limit)
        found = nil
        while !children.isComplete {
            guard case .child(let child) = try children.next(in: text, budget: Int.max / 2) else { continue }
            if try text.key(child.key, equals: wanted) { found = child }
        }
        return .done(found.map { Place(start: $0.value.lowerBound, limit: place.limit) })
    }

    /// The keys in order as a JSON list, each once. `nil` if there are too many to tell.
    public mutating func keys(of place: Place) throws(FileError) -> Progress<[UInt8]?> {
        guard case .done(let index) = try index(of: place, isObject: true, until: Int.max) else { return .again }
        guard let keys = index.keys else { return .done(nil) }
        var seen: Set<[UInt8]> = []
        var list: [UInt8] = [UInt8(ascii: "[")]
        var children = JSONChildren(of: place.start, isObject: true, limit: place.limit)
        while !children.isComplete {
            guard case .child(let child) = try children.next(in: text, budget: Int.max / 2) else { continue }
            if keys.count != index.count, !seen.insert(try text.decoded(child.key)).inserted { continue }
            if list.count > 1 { list.append(.comma) }
            list.append(contentsOf: try bytes(from: child.key.lowerBound, to: child.key.upperBound))
        }
        list.append(UInt8(ascii: "]"))
        return .done(list)
    }

    // MARK: Lists

    /// How many elements or different keys there are. `nil` for an object with too many keys to tell.
    public mutating func count(of place: Place) throws(FileError) -> Progress<Int?> {
        let isObject = try kind(of: place) == .object
        guard case .done(let index) = try index(of: place, isObject: isObject, until: Int.max) else { return .again }
        return .done(isObject ? index.keys?.count : index.count)
    }

    /// An element by its number; `nil` if there are not so many.
    public mutating func element(_ number: Int, of place: Place) throws(FileError) -> Progress<Place?> {
        guard case .done(let index) = try index(of: place, isObject: false, until: number) else { return .again }
        if number >= index.count { return .done(nil) }
        var mark = index.marks.nearest(count: number)
        if let cursor = index.cursor, cursor.index + 1 <= number, cursor.index + 1 > mark.count {
            mark = Marks.Mark(count: cursor.index + 1, offset: cursor.end)
        }
        var children =
            mark.count == 0
            ? JSONChildren(of: place.start, isObject: false, limit: place.limit)
            : JSONChildren(behind: mark.offset, isObject: false, limit: place.limit)
        while true {
            switch try children.next(in: text, budget: Int.max / 2) {
            case .child(let child):
                if mark.count == number {
                    indexes[place.start]?.cursor = (number, child.value.upperBound)
                    return .done(Place(start: child.value.lowerBound, limit: place.limit))
                }
                mark.count += 1
            case .again: continue
            case .end: throw FileError(.changed, path: text.source.name, "the file has changed while it was in use")
            }
        }
    }

    /// The elements behind one that ends at an offset, or the first ones for `nil`, up to a number of them or of bytes,
    /// but at least one if there is one. `isLast` tells that there are none behind them.
    public mutating func elements(
        of place: Place,
        behind offset: Int?,
        count: Int,
        bytes: Int
    ) throws(FileError) -> (elements: [Range<Int>], isLast: Bool) {
        var children =
            offset.map { JSONChildren(behind: $0, isObject: false, limit: place.limit) }
            ?? JSONChildren(of: place.start, isObject: false, limit: place.limit)
        var elements: [Range<Int>] = []
        let stop = children.at + bytes
        while elements.count < count, children.at < stop || elements.isEmpty {
            switch try children.next(in: text, budget: Int.max / 2) {
            case .child(let child): elements.append(child.value)
            case .again: continue
            case .end: return (elements, true)
            }
        }
        return (elements, false)
    }

    // MARK: Indexes

    /// The index of a list or an object, after reading as far as is asked for.
    private mutating func index(of place: Place, isObject: Bool, until count: Int) throws(FileError) -> Progress<
        JSONIndex
    > {
        // Taken out, so that it is not copied.
        var index =
            indexes.removeValue(forKey: place.start)
            ?? JSONIndex(of: place.start, isObject: isObject, limit: place.limit, mostKeys: mostKeys)
        let progress = try index.advance(until: count, in: text)
        if uses.last != place.start {
            uses.removeAll { $0 == place.start }
            uses.append(place.start)
        }
        indexes[place.start] = index
        var size = uses.reduce(0) { $0 + (indexes[$1]?.size ?? 0) }
        while uses.count > 1, uses.count > Self.mostIndexes || size > Self.mostBytes {
            size -= indexes.removeValue(forKey: uses.removeFirst())?.size ?? 0
        }
        return progress.map { _ in index }
    }
}
