internal import LashSyntax

/// A set of symbols of one tree.
struct SymbolSet {
    private var words: [UInt64]

    /// The symbols of those names that a tree has. Takes time for the fewer of both.
    init(_ names: Set<String>, in tree: SyntaxTree) {
        words = Array(repeating: 0, count: names.isEmpty ? 0 : tree.symbolCount >> 6 + 1)
        if names.count < tree.symbolCount {
            for name in names {
                if let symbol = tree.symbol(of: name) { insert(symbol) }
            }
        } else {
            for symbol in tree.allSymbols {
                let text = tree.text(of: symbol)
                if let found = names.firstIndex(of: text), ExactText(names[found]) == ExactText(text) { insert(symbol) }
            }
        }
    }

    func contains(_ symbol: Symbol) -> Bool {
        let word = symbol.index >> 6
        return word < words.count && words[word] >> UInt64(symbol.index & 63) & 1 != 0
    }

    private mutating func insert(_ symbol: Symbol) { words[symbol.index >> 6] |= 1 << UInt64(symbol.index & 63) }
}
