#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Records and their key tables.
///
/// A table is an append-only list of keys, hashed above eight. A record with n fields uses the first n keys of its
/// table, so records that were built alike share one table, and a record used as a dictionary has its own.
extension Heap {
    func makeKeyTable(capacity: Int) -> Object {
        let size = Heap.blockSize(Object.keysOffset + capacity * 8)
        let table = Object(allocate(size))
        table.header.pointee = Object.Header(
            references: 1,
            kind: Object.keyTableKind,
            flags: 0,
            depth: 0,
            count: 0,
            capacity: UInt32(truncatingIfNeeded: (size - Object.keysOffset) / 8)
        )
        table.keyIndex = nil
        return table
    }

    /// An empty record that uses a table, whose reference it counts.
    @inline(__always) func makeRecord(keys table: Object, capacity: Int) -> Object {
        let size = Heap.blockSize(Object.fieldsOffset + capacity * 16)
        let object = Object(allocate(size))
        object.header.pointee = Object.Header(
            references: 1,
            kind: Tagged.Kind.record.rawValue,
            flags: 0,
            depth: 1,
            count: 0,
            capacity: UInt32(truncatingIfNeeded: (size - Object.fieldsOffset) / 16)
        )
        table.retain()
        object.keyTable = table
        return object
    }

    func makeRecord(capacity: Int = 0) -> Object { makeRecord(keys: emptyKeys, capacity: capacity) }

    /// The key table of empty records, made once in each heap.
    var emptyKeys: Object { storage.pointee.emptyKeys ?? makeEmptyKeys() }

    @inline(never) private func makeEmptyKeys() -> Object {
        let table = makeKeyTable(capacity: 0)
        table.setFlag(ObjectFlag.sealed)
        storage.pointee.emptyKeys = table
        return table
    }

    /// The position of a key in a record, or -1. The key is a string object with its hash.
    @inline(__always) func find(_ key: Object, in record: Object) -> Int {
        let table = record.keyTable
        let count = record.count
        if count <= 8 {
            let keys = table.keys
            var i = 0
            while i < count {
                if keys[i] == key { return i }
                i &+= 1
            }
        }
        return find(TextView(start: key.bytes, count: key.count, isASCII: false), hash: KeyHash.of(key), in: record)
    }

    /// The position of a key given by its text, or -1.
    @inline(never) func find(_ key: TextView, hash: UInt32, in record: Object) -> Int {
        findInline(key, hash: hash, in: record)
    }

    /// The same without a call, for what is done in many turns of a loop.
    @inline(__always) func findInline(_ key: TextView, hash: UInt32, in record: Object) -> Int {
        find(key, hash: hash, among: record.count, of: record.keyTable)
    }

    /// The position of a key in a table, or -1.
    func find(_ key: Object, inTable table: Object) -> Int {
        let text = TextView(start: key.bytes, count: key.count, isASCII: false)
        return find(text, hash: KeyHash.of(key), among: table.count, of: table)
    }

    @inline(__always) private func find(_ key: TextView, hash: UInt32, among count: Int, of table: Object) -> Int {
        let keys = table.keys
        guard count > 8, let index = table.keyIndex else {
            var i = 0
            while i < count {
                if KeyHash.of(keys[i]) == hash && isKey(keys[i], key) { return i }
                i &+= 1
            }
            return -1
        }
        let mask = Int(index[0])
        var probe = Int(hash) & mask
        while true {
            let slot = Int(index[1 &+ probe])
            if slot < 0 { return -1 }
            if KeyHash.of(keys[slot]) == hash && isKey(keys[slot], key) { return slot < count ? slot : -1 }
            probe = (probe &+ 1) & mask
        }
    }

    @inline(__always) private func isKey(_ key: Object, _ text: TextView) -> Bool {
        key.count == text.count && (key.bytes == text.start || Bytes.areEqual(key.bytes, text.start, text.count))
    }

    /// Builds the index of a table; the masked size is at least twice the capacity.
    private func buildIndex(_ table: Object) {
        freeIndex(of: table)
        var size = 32
        while size < table.capacity * 2 { size *= 2 }
        takeLarge((size + 1) * 4)
        let index = UnsafeMutablePointer<Int32>.allocate(capacity: size + 1)
        index.initialize(repeating: -1, count: size + 1)
        index[0] = Int32(truncatingIfNeeded: size - 1)
        table.keyIndex = index
        for slot in 0..<table.count { insert(slot, into: table) }
    }

    func freeIndex(of table: Object) {
        guard let index = table.keyIndex else { return }
        giveBackLarge((Int(index[0]) + 2) * 4)
        index.deallocate()
        table.keyIndex = nil
    }

    private func insert(_ slot: Int, into table: Object) {
        guard let index = table.keyIndex else { return }
        let mask = Int(index[0])
        var probe = Int(KeyHash.of(table.keys[slot])) & mask
        while index[1 + probe] >= 0 { probe = (probe + 1) & mask }
        index[1 + probe] = Int32(truncatingIfNeeded: slot)
    }

    /// Appends a key to a table that nobody shares yet, or that has just this many keys.
    func appendKey(_ key: Object, to table: Object) {
        let slot = table.count
        key.retain()
        table.keys[slot] = key
        table.setCount(slot + 1)
        if table.keyIndex != nil {
            insert(slot, into: table)
        } else if slot == 8 {
            buildIndex(table)
        }
    }

    /// Makes the record's table have `key` at the position after its last field.
    private func extendKeys(of record: Object, with key: Object) {
        let count = record.count
        let table = record.keyTable
        if count < table.count && isKey(table.keys[count], TextView(start: key.bytes, count: key.count, isASCII: false))
        {
            return
        }
        if count < table.count || table.isImmortal || table.hasFlag(ObjectFlag.sealed) || count == table.capacity {
            // Not charged: what several records share, and whether there is room, must not show. The record was paid
            // for with enough for this when it was made.
            let copy = makeKeyTable(capacity: max(4, count * 2))
            for slot in 0..<count {
                table.keys[slot].retain()
                copy.keys[slot] = table.keys[slot]
            }
            copy.setCount(count)
            if count > 8 { buildIndex(copy) }
            record.keyTable = copy
            release(table)
            appendKey(key, to: copy)
        } else {
            appendKey(key, to: table)
        }
    }

    /// Appends a field with an owned value to the record that this slot owns alone. The key must be new.
    @inline(never) func appendField(_ key: Object, _ value: Tagged, to slot: SlotPointer) {
        var record = slot.pointee.object
        extendKeys(of: record, with: key)
        let count = record.count
        if count == record.capacity {
            let oldSize = Object.fieldsOffset + record.capacity * 16
            let size = Heap.blockSize(Object.fieldsOffset + max(4, count * 2) * 16)
            record = Object(reallocate(record.address, from: oldSize, to: size))
            record.setCapacity((size - Object.fieldsOffset) / 16)
            slot.pointee = Tagged(.record, record)
        }
        record.fields[count] = value
        record.setCount(count + 1)
        if value.isObject { noteMember(value, of: record) }
    }

    /// The record in this slot, made its own if others see it too. A copy is paid for before it is made.
    @inline(__always) func uniqueRecord(in slot: SlotPointer) throws(Failure) -> Object {
        let value = slot.pointee
        if value.isOwnedObject && value.object.isUnique && !value.object.hasFlag(ObjectFlag.role) {
            return value.object
        }
        return try copyRecord(in: slot)
    }

    @inline(never) private func copyRecord(in slot: SlotPointer) throws(Failure) -> Object {
        let value = slot.pointee
        let record = value.object
        if value.isOwnedObject && record.isUnique {
            record.loseRole()
            return record
        }
        let copy = try copyRecord(record, capacity: max(4, record.count))
        copy.loseRole()
        slot.pointee = Tagged(.record, copy)
        release(value)
        return copy
    }

    /// A copy that counts its references; fewer units than elements of a list, as the keys may have to be copied later.
    func copyRecord(_ record: Object, capacity: Int) throws(Failure) -> Object {
        let count = record.count
        try requireElements(count)
        try pay(count >> 1)
        let copy = makeRecord(keys: record.keyTable, capacity: capacity)
        if count > 0 { memcpy(copy.fields, record.fields, count * 16) }
        copy.setCount(count)
        copy.header.pointee.flags = record.header.pointee.flags
        copy.header.pointee.depth = record.header.pointee.depth
        if record.hasFlag(ObjectFlag.holdsObjects) {
            for i in 0..<count { copy.fields[i] = owned(copy.fields[i]) }
        }
        return copy
    }
}
