/// What is known of a large list or object: how many children it has, where some of them are, and, as long as there are
/// not too many, the keys. Grows as far as somebody looks.
struct JSONIndex {
    let start: Int
    let isObject: Bool
    /// How many keys are kept.
    private let mostKeys: Int
    private(set) var children: JSONChildren
    private(set) var count = 0
    /// Behind how many children an offset lies, at the end of a child.
    private(set) var marks: Marks
    /// Where the last child of each key begins. `nil` if there are too many.
    private(set) var keys: KeyTable? = KeyTable()
    /// The last element that was asked for by its number, and where it ends.
    var cursor: (index: Int, end: Int)?

    init(of start: Int, isObject: Bool, limit: Int, mostKeys: Int) {
        self.start = start
        self.isObject = isObject
        self.mostKeys = mostKeys
        children = JSONChildren(of: start, isObject: isObject, limit: limit)
        marks = Marks(first: start)
        if !isObject { keys = nil }
    }

    var isComplete: Bool { children.isComplete }
    /// Roughly, in bytes.
    var size: Int { marks.size + (keys?.size ?? 0) }

    /// Reads on until there are more than so many children, or all.
    mutating func advance(until wanted: Int, in text: JSONText) throws(FileError) -> Progress<Void> {
        let stop = children.at + Progress<Void>.piece
        while count <= wanted, !isComplete {
            if children.at >= stop { return .again }
            switch try children.next(in: text, budget: Progress<Void>.piece) {
            case .child(let child):
                count += 1
                marks.add(count: count, offset: child.value.upperBound)
                if isObject { try note(child.key, in: text) }
            case .end: break
            case .again: return .again
            }
        }
        return .done(())
    }

    private mutating func note(_ key: Range<Int>, in text: JSONText) throws(FileError) {
        // Taken out, so that it is not copied.
        guard var table = keys.take() else { return }
        if table.count == mostKeys || key.upperBound > KeyTable.mostBytes { return }
        let hash = try text.hash(key)
        try table.note(hash: hash, offset: key.lowerBound) { other throws(FileError) in
            try text.isSame(key, as: other)
        }
        keys = table
    }
}
