internal import LashSyntax

/// A set of symbols of one tree.
struct SymbolSet {
    private var words: [UInt64]

    init(symbolCount: Int) { words = Array(repeating: 0, count: symbolCount >> 6 + 1) }

    func contains(_ symbol: Symbol) -> Bool { words[symbol.index >> 6] >> UInt64(symbol.index & 63) & 1 != 0 }

    mutating func insert(_ symbol: Symbol) { words[symbol.index >> 6] |= 1 << UInt64(symbol.index & 63) }
}
