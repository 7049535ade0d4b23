/// Names in an order, each once, with their positions.
///
/// A session whose first run assigns all variables of its program shares the table of that program.
struct NameTable {
    private(set) var names: [String]
    /// Positions by name; empty while the names are few enough to look at each.
    private var positions: [String: Int] = [:]

    private static let searched = 16

    /// Takes names that are all different.
    init(_ names: [String] = []) {
        self.names = names
        if names.count > Self.searched { index() }
    }

    private mutating func index() {
        positions = Dictionary(uniqueKeysWithValues: zip(names, names.indices))
    }

    /// Whether both are copies of one table. Costs the same for any number of names.
    func isIdentical(to other: NameTable) -> Bool {
        names.withUnsafeBufferPointer { own in
            other.names.withUnsafeBufferPointer { own.baseAddress == $0.baseAddress && own.count == $0.count }
        }
    }

    /// The position of a name.
    func position(of name: String) -> Int? {
        names.count > Self.searched ? positions[name] : names.firstIndex(of: name)
    }

    /// Adds a name that is not there.
    mutating func append(_ name: String) {
        names.append(name)
        if names.count == Self.searched + 1 {
            index()
        } else if names.count > Self.searched {
            positions[name] = names.count - 1
        }
    }
}
