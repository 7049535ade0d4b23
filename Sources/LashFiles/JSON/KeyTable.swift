/// The keys of an object, by hash: where the last child of each key begins. Eight bytes a key, and as many unused.
struct KeyTable {
    /// The hash above, the offset of the key plus one below; zero is free.
    private var slots = [UInt64](repeating: 0, count: 32)
    private(set) var count = 0

    private static let offsetBits: UInt64 = 38
    /// Offsets that fit.
    static let mostBytes = 1 << 38 - 1

    /// In bytes.
    var size: Int { slots.count * MemoryLayout<UInt64>.stride }

    /// Where the child of a key begins; `isSame` compares with the key at an offset.
    func offset(hash: Int, isSame: (Int) throws(FileError) -> Bool) throws(FileError) -> Int? {
        let offset = Self.offset(slots[try place(hash, isSame)])
        return offset < 0 ? nil : offset
    }

    /// Notes a key, in the place of an earlier one that is the same.
    mutating func note(hash: Int, offset: Int, isSame: (Int) throws(FileError) -> Bool) throws(FileError) {
        let place = try place(hash, isSame)
        if slots[place] == 0 { count += 1 }
        slots[place] = Self.part(of: hash) << Self.offsetBits | UInt64(offset + 1)
        if count * 2 > slots.count { grow() }
    }

    /// The bits of a hash that are kept.
    private static func part(of hash: Int) -> UInt64 { UInt64(truncatingIfNeeded: hash) & (1 << (64 - offsetBits) - 1) }
    private static func offset(_ slot: UInt64) -> Int { Int(slot & (1 << offsetBits - 1)) - 1 }

    /// The slot that has the key, or the free one where it belongs.
    private func place(_ hash: Int, _ isSame: (Int) throws(FileError) -> Bool) throws(FileError) -> Int {
        let wanted = Self.part(of: hash)
        var place = Int(wanted) & (slots.count - 1)
        while slots[place] != 0 {
            if slots[place] >> Self.offsetBits == wanted, try isSame(Self.offset(slots[place])) { break }
            place = (place + 1) & (slots.count - 1)
        }
        return place
    }

    private mutating func grow() {
        let old = slots
        slots = [UInt64](repeating: 0, count: old.count * 2)
        for slot in old where slot != 0 {
            var place = Int(slot >> Self.offsetBits) & (slots.count - 1)
            while slots[place] != 0 { place = (place + 1) & (slots.count - 1) }
            slots[place] = slot
        }
    }
}
