/// A set of variables, for the question whether one certainly has a value.
struct VariableSet {
    private var words: [UInt64] = []

    func contains(_ variable: Int) -> Bool {
        let word = variable >> 6
        return word < words.count && words[word] >> UInt64(variable & 63) & 1 != 0
    }

    mutating func insert(_ variable: Int) {
        let word = variable >> 6
        while words.count <= word { words.append(0) }
        words[word] |= 1 << UInt64(variable & 63)
    }

    mutating func formIntersection(_ other: VariableSet) {
        if words.count > other.words.count { words.removeLast(words.count - other.words.count) }
        for i in words.indices { words[i] &= other.words[i] }
    }
}
