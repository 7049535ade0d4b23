internal import LashSyntax

/// Numbers of symbols: a small hash table, because a unit uses few of the symbols of its program.
struct SymbolNumbers {
    private struct Entry {
        /// The symbol plus one; 0 where there is none.
        var symbol: UInt32 = 0
        var number: Int32 = 0
    }

    /// Odd, and a secret: nobody can write a program whose symbols all lie in one place.
    private static let secret = UInt32.random(in: .min ... .max) | 1

    private let factor = secret
    private var entries = [Entry](repeating: Entry(), count: 64)
    private var count = 0

    subscript(_ symbol: Symbol) -> Int? {
        let entry = entries[slot(of: UInt32(truncatingIfNeeded: symbol.index + 1))]
        return entry.symbol == 0 ? nil : Int(entry.number)
    }

    /// Gives a number to a symbol that has none.
    mutating func insert(_ symbol: Symbol, _ number: Int) {
        insert(Entry(symbol: UInt32(truncatingIfNeeded: symbol.index + 1), number: Int32(truncatingIfNeeded: number)))
        count += 1
        if count * 2 <= entries.count { return }
        let old = entries
        entries = Array(repeating: Entry(), count: old.count * 2)
        for entry in old where entry.symbol > 0 { insert(entry) }
    }

    private mutating func insert(_ entry: Entry) { entries[slot(of: entry.symbol)] = entry }

    /// The place of a symbol, or the free one that it would get.
    private func slot(of symbol: UInt32) -> Int {
        let mask = entries.count - 1
        var slot = Int(truncatingIfNeeded: (symbol &* factor) >> 8) & mask
        while entries[slot].symbol != symbol, entries[slot].symbol > 0 { slot = (slot + 1) & mask }
        return slot
    }
}
