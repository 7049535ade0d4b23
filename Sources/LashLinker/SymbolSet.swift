internal import LashSyntax

/// A set of symbols of one tree.
struct SymbolSet {
    private var words: [UInt64] = []

    func contains(_ symbol: Symbol) -> Bool {
        let word = symbol.index >> 6
        return word < words.count && words[word] >> UInt64(symbol.index & 63) & 1 != 0
    }

    mutating func insert(_ symbol: Symbol) {
        let word = symbol.index >> 6
        if words.count <= word { words += repeatElement(0, count: word + 1 - words.count) }
        words[word] |= 1 << UInt64(symbol.index & 63)
    }
}
