import LashLinker

/// The builtins that put things in order: `sort sort_by min max reverse`, and `sum`.
extension Heap {
    func sort(_ args: SlotPointer, _ count: Int) throws(Failure) -> Tagged {
        let list = try sequence(args, .sort)
        let isDescending = count == 2 ? try isDescending(args + 1, .sort, count) : false
        return try sorted(list, by: list.elements, .sort, isDescending: isDescending)
    }

    func sortBy(_ args: SlotPointer, _ count: Int) throws(Failure) -> Tagged {
        let list = try sequence(args, .sortBy)
        guard args[1].isString else { throw .notAPath(args[1]) }
        let path = FieldPath(TextView(args + 1))
        if path.isEmpty { throw .emptyPath }
        let isDescending = count == 3 ? try isDescending(args + 2, .sortBy, count) : false
        let bytes = list.count * 16
        try require(bytes)
        takeLarge(bytes)
        let keys = SlotPointer.allocate(capacity: max(1, list.count))
        defer {
            keys.deallocate()
            giveBackLarge(bytes)
        }
        for i in 0..<list.count {
            try pay(path.segments.count)
            keys[i] = try path.value(in: list.elements[i], i, self).borrowed
        }
        return try sorted(list, by: keys, .sortBy, isDescending: isDescending)
    }

    /// The list, or where it is `min` or `max` the element, that comes out when a builtin goes by these keys.
    func keyed(_ builtin: Builtin, _ args: SlotPointer, _ count: Int) throws(Failure) -> Tagged {
        // The instruction before saw to it that there is a list. There is a key for each element, unless the run was made up.
        let list = args[0].object, keys = args[1].object
        if keys.count != list.count { throw .emptyList(builtin) }
        if builtin == .sortBy {
            let isDescending = count == 3 ? try isDescending(args + 2, .sortBy, count) : false
            return try sorted(list, by: keys.elements, .sortBy, isDescending: isDescending)
        }
        return owned(list.elements[try extreme(keys.elements, keys.count, builtin)])
    }

    func extreme(_ args: SlotPointer, _ count: Int, _ builtin: Builtin) throws(Failure) -> Tagged {
        // With a key the compiler makes other code of it.
        if count == 2 { throw Failure(.wrongArity, builtin.arityText(count: count)) }
        let list = try sequence(args, builtin)
        return owned(list.elements[try extreme(list.elements, list.count, builtin)])
    }

    func reverse(_ args: SlotPointer) throws(Failure) -> Tagged {
        let list = try sequence(args, .reverse)
        return try copyElements(of: list) { list.count &- 1 &- $0 }
    }

    func sum(_ args: SlotPointer) throws(Failure) -> Tagged {
        let list = try sequence(args, .sum)
        var sum = 0.0
        for i in 0..<list.count {
            if i & 0xFFF == 0xFFF { try pay(0x400) }
            let value = list.elements[i]
            guard value.isNumber else { throw .itemNotNumber(i, value) }
            sum += value.number
        }
        return Tagged(sum)
    }

    // MARK: Parts

    /// The list or tuple that a builtin is given.
    func sequence(_ slot: SlotPointer, _ builtin: Builtin) throws(Failure) -> Object {
        guard slot.pointee.isSequence else { throw .notASequence(builtin, slot.pointee) }
        return slot.pointee.object
    }

    /// Whether an argument says that the order is descending. Anything else is one argument too many.
    private func isDescending(_ slot: SlotPointer, _ builtin: Builtin, _ count: Int) throws(Failure) -> Bool {
        guard slot.pointee.isString, TextView(slot).string == "desc" else {
            throw Failure(.wrongArity, builtin.arityText(count: count))
        }
        return true
    }

    private func sorted(
        _ list: Object,
        by keys: SlotPointer,
        _ builtin: Builtin,
        isDescending: Bool
    ) throws(Failure) -> Tagged {
        var sorter = try Sorter(keys, list.count, builtin, isDescending: isDescending, heap: self)
        defer { sorter.deallocate() }
        try sorter.sort()
        let entries = sorter.entries
        return try copyElements(of: list) { entries[$0].index }
    }

    /// A list of the elements of another in a new order.
    @inline(__always) private func copyElements(of list: Object, from place: (Int) -> Int) throws(Failure) -> Tagged {
        let count = list.count
        try requireElements(count)
        try pay(count >> 1)
        let result = makeSequence(.list, capacity: count)
        let source = list.elements, target = result.elements
        if list.hasFlag(ObjectFlag.holdsObjects) {
            for i in 0..<count { target[i] = owned(source[place(i)]) }
            result.setFlag(ObjectFlag.holdsObjects)
            result.header.pointee.depth = list.header.pointee.depth
        } else {
            for i in 0..<count { target[i] = source[place(i)] }
        }
        result.setCount(count)
        return Tagged(.list, result)
    }

    /// Where the first least or the first greatest value stands.
    private func extreme(_ values: SlotPointer, _ count: Int, _ builtin: Builtin) throws(Failure) -> Int {
        if count == 0 { throw .emptyList(builtin) }
        try checkComparable(values, count, builtin)
        var best = 0
        for i in 1..<max(1, count) {
            if i & 0xFFF == 0xFFF { try pay(0x800) }
            let isBetter =
                try builtin == .min ? precedes(values + i, values + best) : precedes(values + best, values + i)
            if isBetter { best = i }
        }
        return best
    }
}

/// A dotted path into records.
private struct FieldPath {
    let whole: TextView
    private(set) var segments: [(text: TextView, hash: UInt32)] = []

    init(_ whole: TextView) {
        self.whole = whole
        var start = 0
        for end in 0...whole.count where end == whole.count || whole.start[end] == UInt8(ascii: ".") {
            let text = TextView(start: whole.start + start, count: end - start, isASCII: whole.isASCII)
            segments.append((text, KeyHash.of(text.start, text.count)))
            start = end + 1
        }
    }

    var isEmpty: Bool { whole.count == 0 }

    func value(in item: Tagged, _ position: Int, _ heap: Heap) throws(Failure) -> Tagged {
        guard item.isRecord else { throw .itemNotRecord(position, item) }
        var value = item
        for (text, hash) in segments {
            guard text.count > 0, value.isRecord else { throw .itemWithoutPath(position, whole) }
            let place = heap.find(text, hash: hash, in: value.object)
            if place < 0 { throw .itemWithoutPath(position, whole) }
            value = value.object.fields[place]
        }
        return value
    }
}
