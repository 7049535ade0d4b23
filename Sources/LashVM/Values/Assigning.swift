// Assignment paths. Every function looks before it touches: when it fails, nothing has changed.
extension Heap {
    /// `slot.key = value`; the value is owned, and released on failure.
    func assignField(_ slot: SlotPointer, key: Object, value: Tagged) throws(Failure) {
        guard slot.pointee.isRecord else {
            release(value)
            throw .cannotAssignField(key, slot.pointee)
        }
        let place = find(key, in: slot.pointee.object)
        try beforeWriting(slot, adding: place < 0, value)
        if place >= 0 {
            replace(place, in: uniqueRecord(in: slot), with: value)
        } else {
            _ = uniqueRecord(in: slot)
            appendField(key, value, to: slot)
        }
    }

    /// `slot[index] = value`; the value is owned, and released on failure.
    func assignIndex(_ slot: SlotPointer, index: UnsafePointer<Tagged>, value: Tagged) throws(Failure) {
        let target = slot.pointee
        if target.isRecord && !index.pointee.isString && !index.pointee.isObject {
            // Scalars always have a text, so nothing but `assignKey` fails here, and that releases the value itself.
            return try withTexts(index, 1) { key throws(Failure) in try assignKey(slot, UnsafePointer(key), value) }
        }
        do throws(Failure) {
            if target.isList {
                let place = try assignmentPlace(index.pointee, count: target.object.count)
                try requireCopy(of: target)
                let list = uniqueSequence(in: slot)
                store(value, into: list.elements + place)
                if value.isObject { noteMember(value, of: list) }
                return
            }
            guard target.isRecord else { throw .cannotAssignIndex(target) }
            guard index.pointee.isString else { throw .expectedText(index.pointee) }
        } catch {
            release(value)
            throw error
        }
        try assignKey(slot, index, value)
    }

    private func assignKey(_ slot: SlotPointer, _ key: UnsafePointer<Tagged>, _ value: Tagged) throws(Failure) {
        let place = find(TextView(key), hash: Self.keyHash(key), in: slot.pointee.object)
        try beforeWriting(slot, adding: place < 0, value)
        if place >= 0 {
            replace(place, in: uniqueRecord(in: slot), with: value)
        } else {
            _ = uniqueRecord(in: slot)
            let object = keyObject(key)
            appendField(object, value, to: slot)
            release(object)
        }
    }

    /// A string as a key object; owned.
    func keyObject(_ key: UnsafePointer<Tagged>) -> Object {
        guard key.pointee.isShortString else {
            key.pointee.object.retain()
            return key.pointee.object
        }
        let text = TextView(key)
        let object = makeKey(text.start, text.count)
        object.storedHash = KeyHash.of(text.start, text.count)
        return object
    }

    @inline(__always) private func replace(_ place: Int, in record: Object, with value: Tagged) {
        store(value, into: record.fields + place)
        if value.isObject { noteMember(value, of: record) }
    }

    /// Limits of a write into the record of a slot; releases the value where one is met.
    @inline(__always) private func beforeWriting(_ slot: SlotPointer, adding: Bool, _ value: Tagged) throws(Failure) {
        let record = slot.pointee.object
        if record.count <= 4096 { return }
        do throws(Failure) {
            try requireCopy(of: slot.pointee)
            // Values, keys and the index of keys grow by doubling.
            if adding && record.count == record.capacity { try requireElements(record.count * 4) }
        } catch {
            release(value)
            throw error
        }
    }

    /// Fails if the container would have to be copied and there is no room for that.
    @inline(__always) private func requireCopy(of value: Tagged) throws(Failure) {
        if !(value.isOwnedObject && value.object.isUnique) { try requireElements(value.object.count) }
    }

    /// The position that an index means in an assignment: only numbers, and only what is there.
    private func assignmentPlace(_ index: Tagged, count: Int) throws(Failure) -> Int {
        guard index.isNumber, index.number.isFinite, index.number.rounded(.towardZero) == index.number else {
            throw .assignmentIndexNotInteger
        }
        guard let place = Self.place(index.number, count: count) else { throw .assignmentOutOfBounds }
        return place
    }

    // MARK: Inner steps

    /// The slot of `slot.key`, in a record that is now the slot's own.
    func descendField(_ slot: SlotPointer, key: Object) throws(Failure) -> SlotPointer {
        guard slot.pointee.isRecord else { throw .cannotPassField(key, slot.pointee) }
        let place = find(key, in: slot.pointee.object)
        if place < 0 { throw .missingField(key) }
        try requireCopy(of: slot.pointee)
        return uniqueRecord(in: slot).fields + place
    }

    /// The slot of `slot[index]`, in a list or record that is now the slot's own.
    func descendIndex(_ slot: SlotPointer, index: UnsafePointer<Tagged>) throws(Failure) -> SlotPointer {
        let target = slot.pointee
        if target.isList {
            let place = try assignmentPlace(index.pointee, count: target.object.count)
            try requireCopy(of: target)
            return uniqueSequence(in: slot).elements + place
        }
        guard target.isRecord else { throw .cannotPassIndex(target) }
        let place = try findKey(index, in: target.object)
        if place < 0 {
            let key = try coercedText(index)
            defer { release(key) }
            throw .missingKey(withUnsafePointer(to: key) { TextView($0).string })
        }
        try requireCopy(of: target)
        return uniqueRecord(in: slot).fields + place
    }

    /// The slot of `slot[index]` where that is an element or field that exists, in a container that is now the slot's
    /// own; `nil`, with nothing done, for everything else.
    func existingElement(_ slot: SlotPointer, index: UnsafePointer<Tagged>) throws(Failure) -> SlotPointer? {
        let target = slot.pointee
        if target.isList, index.pointee.isNumber, let i = exactInt32(index.pointee.number) {
            guard let place = Self.place(Double(i), count: target.object.count) else { return nil }
            try requireCopy(of: target)
            return uniqueSequence(in: slot).elements + place
        }
        if target.isRecord, index.pointee.isString {
            let place = try findKey(index, in: target.object)
            if place < 0 { return nil }
            try requireCopy(of: target)
            return uniqueRecord(in: slot).fields + place
        }
        return nil
    }
}
