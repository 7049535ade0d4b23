/// What a walk over values remembers of the objects, or the pairs of objects, that it met. What it takes counts as live
/// memory. Whoever makes it calls `deallocate`.
struct PairTable<Element: BitwiseCopyable> {
    private struct Entry: BitwiseCopyable {
        /// Zero where the entry is free: no object lies there.
        var left: UInt
        var right: UInt
        var element: Element
    }

    private let heap: Heap
    private var entries: UnsafeMutableBufferPointer<Entry>?
    private(set) var count = 0

    init(_ heap: Heap) { self.heap = heap }

    /// What is remembered of an object, or of two.
    func find(_ left: Object, _ right: Object? = nil) -> Element? {
        guard let entries else { return nil }
        let entry = entries[Self.place(UInt(bitPattern: left.address), Self.address(right), in: entries)]
        return entry.left == 0 ? nil : entry.element
    }

    /// Remembers something; fails where there is no room.
    mutating func remember(_ element: Element, of left: Object, _ right: Object? = nil) throws(Failure) {
        if count * 2 >= entries?.count ?? 0 { try grow() }
        guard let entries else { return }
        let entry = Entry(left: UInt(bitPattern: left.address), right: Self.address(right), element: element)
        let place = Self.place(entry.left, entry.right, in: entries)
        if entries[place].left == 0 { count += 1 }
        entries[place] = entry
    }

    private static func address(_ object: Object?) -> UInt { object.map { UInt(bitPattern: $0.address) } ?? 0 }

    /// Where a pair lies, or would.
    private static func place(_ left: UInt, _ right: UInt, in entries: UnsafeMutableBufferPointer<Entry>) -> Int {
        let mixed = (UInt64(left) ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(
            by: UInt64(right) << 32 ^ UInt64(right) >> 4 ^ 0xFF51_AFD7_ED55_8CCD
        )
        var place = Int(truncatingIfNeeded: mixed.high ^ mixed.low >> 16) & (entries.count - 1)
        while entries[place].left != 0 && (entries[place].left != left || entries[place].right != right) {
            place = (place + 1) & (entries.count - 1)
        }
        return place
    }

    private mutating func grow() throws(Failure) {
        let old = entries
        let capacity = max(64, (old?.count ?? 0) * 2)
        try heap.require(capacity * MemoryLayout<Entry>.stride)
        heap.takeLarge(capacity * MemoryLayout<Entry>.stride)
        let grown = UnsafeMutableBufferPointer<Entry>.allocate(capacity: capacity)
        // Of a free entry nothing but the address is looked at.
        UnsafeMutableRawBufferPointer(grown).initializeMemory(as: UInt8.self, repeating: 0)
        if let old {
            for entry in old where entry.left != 0 { grown[Self.place(entry.left, entry.right, in: grown)] = entry }
            free(old)
        }
        entries = grown
    }

    private func free(_ entries: UnsafeMutableBufferPointer<Entry>) {
        heap.giveBackLarge(entries.count * MemoryLayout<Entry>.stride)
        entries.deallocate()
    }

    mutating func deallocate() {
        if let entries { free(entries) }
        entries = nil
        count = 0
    }
}
