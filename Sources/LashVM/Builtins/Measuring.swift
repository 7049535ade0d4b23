import LashLinker

extension Heap {
    /// Code points, elements or entries; null has none.
    @inline(__always) func length(_ slot: UnsafePointer<Tagged>, _ builtin: Builtin = .len) throws(Failure) -> Int {
        let value = slot.pointee
        switch value.kind {
        case .list, .tuple, .record: return value.object.count
        // Whether text is empty needs no counting.
        case .string, .shortString: return builtin == .len ? codePointCount(slot) : TextView(slot).count
        case .null, .unset: return 0
        default: throw .wrongKind(builtin)
        }
    }

    func keys(_ value: Tagged) throws(Failure) -> Tagged {
        if value.isNull { return Tagged(.list, makeSequence(.list, capacity: 0)) }
        guard value.isRecord else { throw .wrongKind(.keys) }
        let record = value.object
        try requireElements(record.count)
        try pay(record.count >> 1)
        let list = makeSequence(.list, capacity: record.count)
        let keys = record.keyTable.keys
        for i in 0..<record.count { appendWithinCapacity(keyValue(keys[i]), to: list) }
        return Tagged(.list, list)
    }

    func values(_ value: Tagged) throws(Failure) -> Tagged {
        if value.isNull { return Tagged(.list, makeSequence(.list, capacity: 0)) }
        guard value.isRecord else { throw .wrongKind(.values) }
        let record = value.object
        try requireElements(record.count)
        try pay(record.count >> 1)
        let list = makeSequence(.list, capacity: record.count)
        for i in 0..<record.count { appendWithinCapacity(owned(record.fields[i]), to: list) }
        return Tagged(.list, list)
    }

    func trim(_ slot: UnsafePointer<Tagged>) throws(Failure) -> Tagged {
        try withTexts(slot, 1) { text throws(Failure) in
            let whole = TextView(text)
            let trimmed = whole.trimmed
            try pay(bytes: whole.count - trimmed.count)
            return trimmed.count == whole.count ? owned(text.pointee) : try makeText(trimmed)
        }
    }

    func jsonParse(_ slot: UnsafePointer<Tagged>) throws(Failure) -> Tagged {
        try withTexts(slot, 1) { text throws(Failure) in try parseJSON(TextView(text)) }
    }
}
