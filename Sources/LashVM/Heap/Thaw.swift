extension Heap {
    /// Replaces everything immortal in values by copies of this heap, so that they no longer depend on a frozen heap. What
    /// they share stays shared.
    func thaw(_ slots: SlotPointer, count: Int = 1) {
        var thaw = Thaw(heap: self)
        for i in 0..<count where slots[i].isObject { thaw.run(slots + i) }
        thaw.deallocate()
    }
}

/// A walk that copies what is immortal and mends what is not. Everything shared is visited once.
private struct Thaw {
    let heap: Heap
    /// The copies of immortal objects, and by which number each of these has its copy.
    private var copies: [Object] = []
    private var numbers = ObjectNumbers()
    /// Own objects with more than one reference that were visited.
    private var visited = ObjectNumbers()
    /// Own containers whose members are still to be looked at.
    private var open = Stack<Object>()

    init(heap: Heap) { self.heap = heap }

    mutating func run(_ slot: SlotPointer) {
        visit(slot)
        while !open.isEmpty {
            let object = open.pop()
            let isRecord = object.header.pointee.kind == Tagged.Kind.record.rawValue
            if isRecord { mendKeys(of: object) }
            guard object.hasFlag(ObjectFlag.holdsObjects) else { continue }
            let members = isRecord ? object.fields : object.elements
            for i in 0..<object.count where members[i].isObject { visit(members + i) }
        }
    }

    func deallocate() {
        open.deallocate()
        numbers.deallocate()
        visited.deallocate()
    }

    private func copy(of object: Object) -> Object? { numbers[object].map { copies[$0] } }

    private mutating func remember(_ copy: Object, of object: Object) {
        // A record and its keys.
        if copies.isEmpty { copies.reserveCapacity(8) }
        numbers.insert(object, copies.count)
        copies.append(copy)
    }

    private mutating func isFirstVisit(_ object: Object) -> Bool {
        if visited[object] != nil { return false }
        visited.insert(object, 0)
        return true
    }

    private mutating func visit(_ slot: SlotPointer) {
        let value = slot.pointee
        let object = value.object
        guard object.isImmortal else {
            // Strings hold nothing; what only this slot holds comes by only once.
            if value.isString { return }
            if object.isUnique || isFirstVisit(object) { open.push(object) }
            return
        }
        if let copy = copy(of: object) {
            copy.retain()
            slot.pointee = Tagged(value.kind, copy)
            return
        }
        let copy: Object
        switch value.kind {
        case .string: copy = copyString(object)
        case .record: copy = copyRecord(object)
        default: copy = copySequence(object, kind: value.kind)
        }
        remember(copy, of: object)
        slot.pointee = Tagged(value.kind, copy)
        // Its members are still the immortal ones.
        if !value.isString { open.push(copy) }
    }

    private func copyString(_ string: Object) -> Object {
        let copy = heap.makeStringObject(count: string.count)
        copy.bytes.update(from: string.bytes, count: string.count)
        copy.header.pointee.flags = string.header.pointee.flags
        copy.storedHash = string.storedHash
        copy.storedLength = string.storedLength
        return copy
    }

    private func copySequence(_ sequence: Object, kind: Tagged.Kind) -> Object {
        let copy = heap.makeSequence(kind, capacity: sequence.count)
        copy.elements.update(from: sequence.elements, count: sequence.count)
        copy.setCount(sequence.count)
        copy.header.pointee.flags = sequence.header.pointee.flags
        copy.header.pointee.depth = sequence.header.pointee.depth
        return copy
    }

    private func copyRecord(_ record: Object) -> Object {
        let copy = heap.makeRecord(keys: record.keyTable, capacity: record.count)
        copy.fields.update(from: record.fields, count: record.count)
        copy.setCount(record.count)
        copy.header.pointee.flags = record.header.pointee.flags
        copy.header.pointee.depth = record.header.pointee.depth
        return copy
    }

    /// Gives a record keys of this heap.
    private mutating func mendKeys(of record: Object) {
        let table = record.keyTable
        if table.isImmortal {
            record.keyTable = ownTable(table)
        } else if isFirstVisit(table) {
            for i in 0..<table.count where table.keys[i].isImmortal { table.keys[i] = ownKey(table.keys[i]) }
        }
    }

    private mutating func ownTable(_ table: Object) -> Object {
        if let known = table.count == 0 ? heap.emptyKeys : copy(of: table) {
            known.retain()
            return known
        }
        let copy = heap.makeKeyTable(capacity: table.count)
        for i in 0..<table.count {
            let key = ownKey(table.keys[i])
            heap.appendKey(key, to: copy)
            heap.release(key)
        }
        remember(copy, of: table)
        return copy
    }

    private mutating func ownKey(_ key: Object) -> Object {
        if let copy = copy(of: key) {
            copy.retain()
            return copy
        }
        let copy = copyString(key)
        remember(copy, of: key)
        return copy
    }
}
