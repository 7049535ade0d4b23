extension Heap {
    /// `value.key`, borrowed from the value. The key is a string object with its hash.
    @inline(__always) func readField(_ value: Tagged, key: Object) throws(Failure) -> Tagged {
        if value.isRecord {
            let record = value.object
            let place = find(key, in: record)
            return place < 0 ? .null : record.fields[place].borrowed
        }
        return try readOtherField(value, key: key)
    }

    @inline(never) private func readOtherField(_ value: Tagged, key: Object) throws(Failure) -> Tagged {
        switch value.kind {
        case .null, .unset: return .null
        case .image:
            let name = TextView(start: UnsafePointer(key.bytes), count: key.count, isASCII: false)
            guard let part = ImagePart.readable(name) else { return .null }
            return value.object.elements[part.rawValue].borrowed
        default: throw .cannotRead(key, value)
        }
    }

    /// The field of a record, by its text; borrowed. `nil` where there is none.
    func field(_ name: StaticString, of record: Object) -> Tagged? {
        let text = TextView(start: name.utf8Start, count: name.utf8CodeUnitCount, isASCII: true)
        let place = find(text, hash: KeyHash.of(text.start, text.count), in: record)
        return place < 0 ? nil : record.fields[place].borrowed
    }

    /// `value[index]`, borrowed from the value, or a short string.
    @inline(__always) func readIndex(
        _ slot: UnsafePointer<Tagged>,
        _ index: UnsafePointer<Tagged>
    ) throws(Failure) -> Tagged {
        let value = slot.pointee
        if value.isSequence && index.pointee.isNumber, let i = exactInt32(index.pointee.number) {
            let object = value.object
            let place = i < 0 ? Int(i) &+ object.count : Int(i)
            return place >= 0 && place < object.count ? object.elements[place].borrowed : .null
        }
        return try readOtherIndex(slot, index)
    }

    @inline(never) private func readOtherIndex(
        _ slot: UnsafePointer<Tagged>,
        _ index: UnsafePointer<Tagged>
    ) throws(Failure) -> Tagged {
        let value = slot.pointee
        switch value.kind {
        case .list, .tuple:
            let object = value.object
            guard let place = Self.place(try indexNumber(index), count: object.count) else { return .null }
            return object.elements[place].borrowed
        case .shortString, .string:
            let number = try indexNumber(index)
            guard let place = Self.place(number, count: codePointCount(slot)) else { return .null }
            let text = TextView(slot)
            let offset = byteOffset(ofCodePoint: place, in: slot)
            return Tagged(short: text.start + offset, count: codePointWidth(text.start[offset]))
        case .record:
            let place = try findKey(index, in: value.object)
            return place < 0 ? .null : value.object.fields[place].borrowed
        case .null, .unset: return .null
        default: throw .cannotIndex(value)
        }
    }

    /// The position of a key that any scalar spells, or -1.
    @inline(__always) func findKey(_ index: UnsafePointer<Tagged>, in record: Object) throws(Failure) -> Int {
        if index.pointee.isString {
            let text = TextView(index)
            if text.count > 64 { try pay(bytes: text.count) }
            return find(text, hash: Self.keyHash(index), in: record)
        }
        return try withTexts(index, 1) { key throws(Failure) in try findKey(UnsafePointer(key), in: record) }
    }

    /// The hash of a string as a key; long ones keep it.
    @inline(__always) static func keyHash(_ slot: UnsafePointer<Tagged>) -> UInt32 {
        slot.pointee.isShortString ? KeyHash.of(short: slot.pointee) : KeyHash.of(slot.pointee.object)
    }

    /// The number of an index: a whole number, or text that spells one.
    func indexNumber(_ index: UnsafePointer<Tagged>) throws(Failure) -> Double {
        let value = index.pointee
        switch value.kind {
        case .number: break
        case .null, .unset, .bool: throw .indexNotInteger(value)
        case .string, .shortString:
            let text = TextView(index)
            try pay(bytes: text.count)
            if text.trimmed.count == 0 { throw .indexNotInteger(value) }
        default: break
        }
        return try wholeNumber(index)
    }

    /// A value as a number without fraction.
    func wholeNumber(_ slot: UnsafePointer<Tagged>) throws(Failure) -> Double {
        let number = try number(slot)
        if !number.isFinite || number.rounded(.towardZero) != number { throw .indexNotInteger }
        return number
    }

    /// The position that an index means; negative ones count from the end.
    @inline(__always) static func place(_ index: Double, count: Int) -> Int? {
        let place = index < 0 ? index + Double(count) : index
        return place >= 0 && place < Double(count) ? Int(place) : nil
    }
}
