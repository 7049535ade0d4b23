/// A list of words in `extra`.
@usableFromInline struct WordList: Sendable {
    @usableFromInline let storage: SyntaxTree.Storage
    @usableFromInline let start: UInt32
    @usableFromInline let length: UInt32

    /// The position of an empty list, which no list can have.
    @inlinable static var empty: UInt32 { .max }

    /// The list at a position, or an empty one.
    @inlinable init(_ storage: SyntaxTree.Storage, at position: UInt32) {
        self.storage = storage
        start = position &+ 2
        length = position == Self.empty ? 0 : storage.tables.extra[Int(position)]
    }

    @inlinable var count: Int { Int(length) }

    @inlinable subscript(position: Int) -> UInt32 {
        precondition(position >= 0 && position < count, "position out of bounds")
        return storage.tables.extra[Int(start) &+ position]
    }
}

/// The children of a node, in source order.
public struct NodeList: RandomAccessCollection, Sendable {
    @usableFromInline let words: WordList

    @inlinable init(words: WordList) { self.words = words }

    /// Zero.
    @inlinable public var startIndex: Int { 0 }
    /// The number of children.
    @inlinable public var endIndex: Int { words.count }
    /// A child.
    @inlinable public subscript(position: Int) -> NodeID { NodeID(raw: words[position]) }
}

/// Names in source order.
public struct NameList: RandomAccessCollection, Sendable {
    @usableFromInline let words: WordList

    @inlinable init(words: WordList) { self.words = words }

    /// Zero.
    @inlinable public var startIndex: Int { 0 }
    /// The number of names.
    @inlinable public var endIndex: Int { words.count }
    /// A name.
    @inlinable public subscript(position: Int) -> Name { Name(token: words[position]) }
}

/// Keys and values of a record literal or of named arguments, in source order, duplicates kept.
public struct EntryList: RandomAccessCollection, Sendable {
    @usableFromInline let words: WordList

    @inlinable init(words: WordList) { self.words = words }

    /// Zero.
    @inlinable public var startIndex: Int { 0 }
    /// The number of entries.
    @inlinable public var endIndex: Int { words.count / 2 }
    /// An entry.
    @inlinable public subscript(position: Int) -> (key: Name, value: NodeID) {
        (Name(token: words[2 * position]), NodeID(raw: words[2 * position + 1]))
    }
}
