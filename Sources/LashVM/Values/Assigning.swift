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
            replace(place, in: slot.pointee.object, with: value)
        } else {
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
                let list = try uniqueSequence(in: slot)
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
        let place: Int
        do { place = try findKey(key, in: slot.pointee.object) } catch {
            release(value)
            throw error
        }
        try beforeWriting(slot, adding: place < 0, value)
        if place >= 0 {
            replace(place, in: slot.pointee.object, with: value)
        } else {
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
        object.storedHash = KeyHash.of(short: key.pointee)
        return object
    }

    @inline(__always) private func replace(_ place: Int, in record: Object, with value: Tagged) {
        store(value, into: record.fields + place)
        if value.isObject { noteMember(value, of: record) }
    }

    /// Makes the record of a slot its own, with room for another field where one is added; releases the value where
    /// a limit is met.
    @inline(__always) private func beforeWriting(_ slot: SlotPointer, adding: Bool, _ value: Tagged) throws(Failure) {
        do throws(Failure) {
            let record = try uniqueRecord(in: slot)
            // Values, keys and the index of keys grow by doubling.
            if adding && record.count == record.capacity { try requireElements(record.count * 4) }
        } catch {
            release(value)
            throw error
        }
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
        return try uniqueRecord(in: slot).fields + place
    }

    /// The slot of `slot[index]`, in a list or record that is now the slot's own.
    func descendIndex(_ slot: SlotPointer, index: UnsafePointer<Tagged>) throws(Failure) -> SlotPointer {
        let target = slot.pointee
        if target.isList {
            let place = try assignmentPlace(index.pointee, count: target.object.count)
            return try uniqueSequence(in: slot).elements + place
        }
        guard target.isRecord else { throw .cannotPassIndex(target) }
        let place = try findKey(index, in: target.object)
        if place < 0 {
            let key = try coercedText(index)
            defer { release(key) }
            throw .missingKey(withUnsafePointer(to: key) { TextView($0).excerpt })
        }
        return try uniqueRecord(in: slot).fields + place
    }
}
