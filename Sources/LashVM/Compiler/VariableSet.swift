/// A set of variables, for the question whether one certainly has a value.
struct VariableSet {
    /// The variables below 64: most programs have no more, and need no memory for the set.
    private var first: UInt64 = 0
    private var others: [UInt64] = []

    func contains(_ variable: Int) -> Bool {
        if variable < 64 { return first >> UInt64(variable) & 1 != 0 }
        let word = variable >> 6 - 1
        return word < others.count && others[word] >> UInt64(variable & 63) & 1 != 0
    }

    mutating func insert(_ variable: Int) {
        if variable < 64 {
            first |= 1 << UInt64(variable)
            return
        }
        let word = variable >> 6 - 1
        while others.count <= word { others.append(0) }
        others[word] |= 1 << UInt64(variable & 63)
    }

    mutating func formIntersection(_ other: VariableSet) {
        first &= other.first
        if others.count > other.others.count { others.removeLast(others.count - other.others.count) }
        for i in others.indices { others[i] &= other.others[i] }
    }
}
