/// The key tables that a JSON text has used, by depth: what comes next is most likely alike.
struct JSONShapes {
    /// For every depth the last tables, latest first; zero where there is none.
    private var tables = Stack<UInt>(capacity: 16)
    /// Keys by hash, so that tables of different shape share them.
    private var keys: UnsafeMutablePointer<UInt>?
    private static let perDepth = 4
    private static let keySlots = 256

    func deallocate(_ heap: Heap) {
        for i in 0..<tables.count { release(tables.base[i], heap) }
        tables.deallocate()
        if let keys {
            for i in 0..<Self.keySlots { release(keys[i], heap) }
            keys.deallocate()
        }
    }

    private func release(_ address: UInt, _ heap: Heap) {
        if let object = Self.object(address) { heap.release(object) }
    }

    @inline(__always) private static func object(_ address: UInt) -> Object? {
        UnsafeMutableRawPointer(bitPattern: address).map(Object.init)
    }

    /// The table that the next record of this depth starts with.
    @inline(__always) func guess(depth: Int, _ heap: Heap) -> Object {
        if depth &* Self.perDepth < tables.count, let table = Self.object(tables.base[depth &* Self.perDepth]) {
            return table
        }
        return heap.emptyKeys
    }

    /// How many fields to make room for.
    @inline(__always) func fields(depth: Int) -> Int {
        guard depth &* Self.perDepth < tables.count else { return 4 }
        return Self.object(tables.base[depth &* Self.perDepth])?.count ?? 4
    }

    /// Remembers the table of a record that was read.
    @inline(__always) mutating func note(_ record: Object, isOdd: Bool, depth: Int, _ heap: Heap) {
        let row = depth &* Self.perDepth
        if row < tables.count && tables.base[row] == UInt(bitPattern: record.keyTable.address) && !isOdd { return }
        noteNew(record, isOdd: isOdd, row: row, heap)
    }

    @inline(never) private mutating func noteNew(_ record: Object, isOdd: Bool, row: Int, _ heap: Heap) {
        while tables.count < row + Self.perDepth { tables.push(0) }
        let last = tables.base + row
        if isOdd {
            // Its table may be one of these, extended by the odd key.
            for i in 0..<Self.perDepth {
                release(last[i], heap)
                last[i] = 0
            }
            return
        }
        guard record.count > 0 else { return }
        let table = record.keyTable
        let address = UInt(bitPattern: table.address)
        var place = 0
        while place < Self.perDepth - 1 && last[place] != address { place += 1 }
        if last[place] != address {
            release(last[place], heap)
            table.retain()
        }
        while place > 0 {
            last[place] = last[place - 1]
            place -= 1
        }
        last[0] = address
    }

    /// Gives a record whose next key was not expected another known table that has its keys and then this one, where
    /// there is one.
    func adapt(_ record: Object, to key: TextView, depth: Int, _ heap: Heap) -> Bool {
        let row = depth * Self.perDepth
        guard row < tables.count else { return false }
        let current = record.keyTable
        let count = record.count
        for i in 0..<Self.perDepth {
            guard let table = Self.object(tables.base[row + i]), table != current, table.count > count else { continue }
            let next = table.keys[count]
            guard TextView(start: next.bytes, count: next.count, isASCII: false).equals(key) else { continue }
            var same = 0
            while same < count && table.keys[same] == current.keys[same] { same += 1 }
            if same == count {
                table.retain()
                record.keyTable = table
                heap.release(current)
                return true
            }
        }
        return false
    }

    /// A key object of this text; owned.
    mutating func key(_ text: TextView, hash: UInt32, _ heap: Heap) -> Object {
        let slots = keys ?? makeSlots()
        let slot = slots + Self.slot(of: text)
        if let known = Self.object(slot.pointee), known.storedHash == hash,
            TextView(start: known.bytes, count: known.count, isASCII: false).equals(text)
        {
            known.retain()
            return known
        }
        let made = heap.makeKey(text.start, text.count)
        made.storedHash = hash
        release(slot.pointee, heap)
        made.retain()
        slot.pointee = UInt(bitPattern: made.address)
        return made
    }

    /// Not by the hash, whose seed differs from process to process: which records share keys decides what memory they
    /// take, and that must be the same every time.
    private static func slot(of text: TextView) -> Int {
        guard text.count > 0 else { return 0 }
        var mixed = UInt32(truncatingIfNeeded: text.count) &* 31
        for i in [0, text.count / 3, text.count / 2, text.count - 1] { mixed = mixed &* 31 &+ UInt32(text.start[i]) }
        return Int(mixed ^ mixed >> 8) & (keySlots - 1)
    }

    private mutating func makeSlots() -> UnsafeMutablePointer<UInt> {
        let slots = UnsafeMutablePointer<UInt>.allocate(capacity: Self.keySlots)
        slots.initialize(repeating: 0, count: Self.keySlots)
        keys = slots
        return slots
    }
}
