import LashLinker

extension Heap {
    /// The first of all equal elements, in order; linear in what the list holds.
    func unique(_ args: SlotPointer) throws(Failure) -> Tagged {
        let list = try sequence(args, .unique)
        let count = list.count
        var mask = 7
        while mask < count &* 2 { mask = mask &* 2 &+ 1 }
        let bytes = (mask + 1) * 4
        try require(bytes)
        takeLarge(bytes)
        // Positions in the list, or -1.
        let table = UnsafeMutablePointer<Int32>.allocate(capacity: mask + 1)
        table.initialize(repeating: -1, count: mask + 1)
        var hasher = ValueHasher(heap: self)
        defer {
            hasher.deallocate()
            table.deallocate()
            giveBackLarge(bytes)
        }
        return try buildList { result throws(Failure) in
            for i in 0..<count {
                try pay(1)
                let element = list.elements + i
                // What is not equal to itself is not equal to anything.
                if let hash = try hasher.hash(of: element) {
                    var probe = Int(truncatingIfNeeded: hash) & mask
                    var isKnown = false
                    while table[probe] >= 0 {
                        if try equal(list.elements + Int(table[probe]), element) {
                            isKnown = true
                            break
                        }
                        probe = (probe &+ 1) & mask
                    }
                    if isKnown { continue }
                    table[probe] = Int32(truncatingIfNeeded: i)
                }
                try result.append(owned(element.pointee))
            }
        }
    }
}

/// Hashes values such that equal ones have equal hashes; seeded, so that nobody can aim at one. Does not recurse.
private struct ValueHasher {
    let heap: Heap
    private var open = Stack<Level>(capacity: 16)

    /// A container that is being hashed.
    private struct Level: BitwiseCopyable {
        var object: Object
        var next: Int
        var hash: UInt64
    }

    init(heap: Heap) { self.heap = heap }

    func deallocate() { open.deallocate() }

    /// The hash; `nil` for a value that holds NaN.
    mutating func hash(of slot: UnsafePointer<Tagged>) throws(Failure) -> UInt64? {
        if slot.pointee.isObject && !slot.pointee.isString { return try hash(of: slot.pointee.object) }
        return try scalarHash(slot)
    }

    private func scalarHash(_ slot: UnsafePointer<Tagged>) throws(Failure) -> UInt64? {
        let value = slot.pointee
        if value.isString {
            let text = TextView(slot)
            try heap.pay(bytes: text.count)
            return mixed(4, UInt64(KeyHash.of(text.start, text.count)))
        }
        if value.isNumber {
            if value.number != value.number { return nil }
            return mixed(0, value.number == 0 ? 0 : value.bits)
        }
        return mixed(UInt64(value.kindByte), value.bits)
    }

    @inline(__always) private func mixed(_ kind: UInt64, _ bits: UInt64) -> UInt64 {
        let product = (bits ^ KeyHash.seed &+ kind).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        return product.high ^ product.low
    }

    private mutating func hash(of root: Object) throws(Failure) -> UInt64? {
        open.truncate(to: 0)
        enter(root)
        while true {
            let level = open.top
            let object = level.pointee.object
            let members = object.members
            var inner: Object?
            while inner == nil, level.pointee.next < object.count {
                let slot = members + level.pointee.next
                try heap.pay(1)
                if slot.pointee.isObject && !slot.pointee.isString {
                    inner = slot.pointee.object
                } else {
                    guard let hash = try scalarHash(slot) else { return nil }
                    add(hash)
                }
            }
            if let inner {
                enter(inner)
                continue
            }
            let hash = mixed(UInt64(object.header.pointee.kind), level.pointee.hash)
            _ = open.pop()
            if open.isEmpty { return hash }
            add(hash)
        }
    }

    private mutating func enter(_ object: Object) {
        open.push(Level(object: object, next: 0, hash: UInt64(object.count)))
    }

    /// Takes in the hash of the member that comes next. The order of keys means nothing in records.
    private func add(_ hash: UInt64) {
        let level = open.top
        let object = level.pointee.object
        if object.header.pointee.kind == Tagged.Kind.record.rawValue {
            let key = object.keyTable.keys[level.pointee.next]
            level.pointee.hash &+= mixed(UInt64(KeyHash.of(key)), hash)
        } else {
            level.pointee.hash = mixed(level.pointee.hash, hash)
        }
        level.pointee.next &+= 1
    }
}
