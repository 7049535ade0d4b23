extension HeapOwner {
    /// Makes a value and all that is in it immortal: threads may share it from now on, as long as this owner lives.
    /// Nothing may be made in this heap any more, and what is not part of a frozen value must have been released.
    func freeze(root: Tagged) {
        guard root.isObject, !root.object.isImmortal else { return }
        // The bounds become the truth: nobody may correct them later. Nothing limits the heap of a frozen value.
        _ = try? heap.exactDepth(root.object)
        var open = Stack<Object>()
        defer { open.deallocate() }
        mark(root.object, &open)
        while !open.isEmpty {
            let object = open.pop()
            guard object.hasFlag(ObjectFlag.holdsObjects) else { continue }
            let members = object.members
            for i in 0..<object.count where members[i].isObject { mark(members[i].object, &open) }
        }
    }

    /// Makes an object immortal whose members and keys are so already, and whose depth is exact.
    func freeze(complete object: Object) {
        if object.header.pointee.kind == Tagged.Kind.string.rawValue { return freeze(string: object) }
        let isRecord = object.header.pointee.kind == Tagged.Kind.record.rawValue
        if isRecord { freeze(table: object.keyTable) }
        object.header.pointee.references = Object.immortal
        note(object, size: (isRecord ? Object.fieldsOffset : Object.elementsOffset) + object.capacity * 16)
    }

    private func mark(_ object: Object, _ open: inout Stack<Object>) {
        if object.isImmortal { return }
        freeze(complete: object)
        if object.header.pointee.kind != Tagged.Kind.string.rawValue { open.push(object) }
    }

    private func freeze(string: Object) {
        if string.isImmortal { return }
        if string.hasFlag(ObjectFlag.hasIndex) {
            heap.forgetIndex(of: string)
            string.clearFlag(ObjectFlag.hasIndex)
        }
        // What is found out later could not be kept any more.
        _ = KeyHash.of(string)
        if !string.hasFlag(ObjectFlag.ascii) {
            string.storedLength = UInt32(truncatingIfNeeded: countCodePoints(string.bytes, string.count))
        }
        string.header.pointee.references = Object.immortal
        note(string, size: Object.stringOffset + string.capacity)
    }

    /// Makes a key table and its keys immortal.
    func freeze(table: Object) {
        if table.isImmortal { return }
        for i in 0..<table.count { freeze(string: table.keys[i]) }
        table.setFlag(ObjectFlag.sealed)
        table.header.pointee.references = Object.immortal
        if let index = table.keyIndex { frozenIndexes.append(index) }
        note(table, size: Object.keysOffset + table.capacity * 8)
    }

    /// Remembers a block that does not go away with the chunks.
    private func note(_ object: Object, size: Int) {
        #if LASH_CHECKED
        frozenBlocks.append(object.address)
        #else
        if size > Heap.smallLimit { frozenBlocks.append(object.address) }
        #endif
    }
}
