internal import LashLinker
internal import LashSyntax

/// Assignments through a path: `root.a[0].b = value`, `p = p + e`, `p = push(p, e)`.
///
/// The walk makes every level its own before it goes deeper, so the last step writes in place. A failing step leaves
/// the value as it was.

@inline(never)
func setFieldOutOfLine(_ state: StatePointer, _ word: UInt64) -> Bool {
    let heap = state.pointee.heap
    let target = state.register(Encoding.a(word))
    let key = state.register(Encoding.c(word)).pointee.object
    let operand = state.register(Encoding.b(word))
    return state.attempt { () throws(Failure) in
        try heap.checkNesting(of: operand.pointee, below: 1)
        try heap.assignField(target, key: key, value: heap.ownedOperand(operand, moves: Encoding.x(word) != 0))
        if target.pointee.isObject { try heap.checkDepth(target.pointee.object) }
    }
}

@inline(never)
func setIndexSlowly(_ state: StatePointer, _ word: UInt64) -> Bool {
    let heap = state.pointee.heap
    let target = state.register(Encoding.a(word))
    let index = state.register(Encoding.b(word))
    let operand = state.register(Encoding.c(word))
    return state.attempt { () throws(Failure) in
        try heap.checkNesting(of: operand.pointee, below: 1)
        try heap.assignIndex(target, index: index, value: heap.ownedOperand(operand, moves: Encoding.x(word) != 0))
        if target.pointee.isObject { try heap.checkDepth(target.pointee.object) }
    }
}

/// `a[b] = a[b] + c`
@inline(never)
func addIndexOutOfLine(_ state: StatePointer, _ word: UInt64) -> Bool {
    let heap = state.pointee.heap
    let target = state.register(Encoding.a(word))
    let index = state.register(Encoding.b(word))
    let operand = state.register(Encoding.c(word))
    // Number plus number in a place that is there needs no more than one search.
    if operand.pointee.isNumber, let slot = ownSlot(heap, target, index), slot.pointee.isNumber {
        slot.pointee = Tagged(slot.pointee.number + operand.pointee.number)
        return true
    }
    return state.attempt { () throws(Failure) in
        if let slot = try existingSlot(heap, target, index), try heap.appendText(operand, to: slot) { return }
        var old = heap.owned(try heap.readIndex(target, index))
        defer { heap.release(old) }
        let sum = try heap.sum(&old, operand, below: 1)
        try heap.assignIndex(target, index: index, value: sum)
    }
}

extension Heap {
    /// `left + right` as something that goes below `steps` containers; owned.
    fileprivate func sum(_ left: SlotPointer, _ right: SlotPointer, below steps: Int) throws(Failure) -> Tagged {
        let sum = try add(left, right)
        do { try checkNesting(of: sum, below: steps) } catch {
            release(sum)
            throw error
        }
        return sum
    }
}

/// The slot of an element that is there, in a container that has one owner, where nothing has to be paid for that.
@inline(__always)
private func ownSlot(_ heap: Heap, _ target: SlotPointer, _ index: SlotPointer) -> SlotPointer? {
    let key = index.pointee
    guard target.pointee.isOwnedObject, target.pointee.object.isUnique else { return nil }
    let object = target.pointee.object
    if target.pointee.isRecord && key.isShortString && !object.hasFlag(ObjectFlag.role) {
        let text = TextView(index)
        let position = heap.find(text, hash: KeyHash.of(text.start, text.count), in: object)
        return position >= 0 ? object.fields + position : nil
    }
    if target.pointee.isList, key.isNumber, let position = exactInt32(key.number),
        UInt32(bitPattern: position) < object.header.pointee.count
    {
        return object.elements + Int(position)
    }
    return nil
}

/// The slot of an element that is there, in a container made unique; `nil` where it is not there.
@inline(__always)
private func existingSlot(
    _ heap: Heap,
    _ target: SlotPointer,
    _ index: SlotPointer
) throws(Failure) -> SlotPointer? {
    let key = index.pointee
    if target.pointee.isRecord && key.isString {
        let position = try heap.findKey(index, in: target.pointee.object)
        return position >= 0 ? try heap.uniqueRecord(in: target).fields + position : nil
    }
    if target.pointee.isList, key.isNumber, let position = exactInt32(key.number),
        UInt32(bitPattern: position) < target.pointee.object.header.pointee.count
    {
        return try heap.uniqueSequence(in: target).elements + Int(position)
    }
    return nil
}

/// `setPath`, `addPath`, `pushPath`: the steps follow the instruction.
@inline(never)
func updatePath(_ state: StatePointer, _ word: UInt64, _ steps: UnsafePointer<UInt64>) -> Bool {
    let heap = state.pointee.heap
    let root = state.register(Encoding.a(word))
    let operand = state.register(Encoding.b(word))
    let count = Encoding.c(word)
    let moves = Encoding.x(word) != 0
    return withUnsafeTemporaryAllocation(of: SlotPointer.self, capacity: count) { slots in
        state.attempt { () throws(Failure) in
            let opcode = unsafeBitCast(UInt8(truncatingIfNeeded: word), to: Opcode.self)
            if opcode != .addPath {
                // What is pushed stands one level deeper than the place that the path names.
                try heap.checkNesting(of: operand.pointee, below: opcode == .pushPath ? count + 1 : count)
            }
            var old = Tagged.null
            if opcode != .setPath { old = try readPath(state, root, steps, count) }
            // A failing operation must come before anything is made unique only as far as results go: copies are
            // not observable.
            if opcode == .pushPath && !old.isList { throw .wrongKind(.push) }
            slots[0] = root
            func walk() throws(Failure) {
                for step in 0..<count - 1 { slots[step + 1] = try descend(state, slots[step], steps[step]) }
            }
            let last = count - 1
            switch opcode {
            case .setPath, .pushPath:
                // The value may be a part of what it goes into: once it is counted, the walk copies what it shares.
                var value = heap.ownedOperand(operand, moves: moves)
                defer { heap.release(value) }
                try walk()
                if opcode == .setPath {
                    try assign(state, slots[last], steps[last], moved(out: &value))
                } else {
                    let slot = try lastSlot(state, slots[last], steps[last])
                    let list = try heap.uniqueSequence(in: slot)
                    if list.count == list.capacity { try heap.requireElements(list.count * 2) }
                    heap.append(moved(out: &value), to: slot)
                }
            default:
                try walk()
                if let slot = try existingSlot(state, slots[last], steps[last]), try heap.appendText(operand, to: slot)
                {
                    return
                }
                var left = heap.owned(try readPath(state, root, steps, count))
                defer { heap.release(left) }
                var sum = try heap.sum(&left, operand, below: count)
                defer { heap.release(sum) }
                try walk()
                try assign(state, slots[last], steps[last], moved(out: &sum))
            }
            // From the inside out, every container learns how deep it is now.
            for level in stride(from: count - 1, to: 0, by: -1) {
                let child = slots[level].pointee
                if child.isObject { heap.noteMember(child, of: slots[level - 1].pointee.object) }
            }
            if root.pointee.isObject { try heap.checkDepth(root.pointee.object) }
        }
    }
}

/// Hands over a value that is released otherwise.
private func moved(out value: inout Tagged) -> Tagged {
    defer { value = .null }
    return value
}

/// The value at a path, borrowed, with the errors of reading.
private func readPath(
    _ state: StatePointer,
    _ root: SlotPointer,
    _ steps: UnsafePointer<UInt64>,
    _ count: Int
) throws(Failure) -> Tagged {
    let heap = state.pointee.heap
    var value = root.pointee
    for step in 0..<count {
        if isField(steps[step]) {
            value = try heap.readField(value, key: state.register(Encoding.c(steps[step])).pointee.object)
        } else {
            value = try heap.readIndex(&value, state.register(Encoding.b(steps[step])))
        }
    }
    return value
}

private func isField(_ step: UInt64) -> Bool { UInt8(truncatingIfNeeded: step) == Opcode.stepField.rawValue }

private func descend(_ state: StatePointer, _ slot: SlotPointer, _ step: UInt64) throws(Failure) -> SlotPointer {
    let heap = state.pointee.heap
    if isField(step) {
        return try heap.descendField(slot, key: state.register(Encoding.c(step)).pointee.object)
    }
    return try heap.descendIndex(slot, index: state.register(Encoding.b(step)))
}

/// The slot that the last step names, where it is there already.
private func lastSlot(_ state: StatePointer, _ slot: SlotPointer, _ step: UInt64) throws(Failure) -> SlotPointer {
    try descend(state, slot, step)
}

/// The same, or `nil` where it is not there: then the operation itself says what is wrong.
private func existingSlot(
    _ state: StatePointer,
    _ slot: SlotPointer,
    _ step: UInt64
) throws(Failure) -> SlotPointer? {
    do { return try lastSlot(state, slot, step) } catch {
        if error.code.stage == .limit { throw error }
        return nil
    }
}

private func assign(_ state: StatePointer, _ slot: SlotPointer, _ step: UInt64, _ value: Tagged) throws(Failure) {
    let heap = state.pointee.heap
    if isField(step) {
        try heap.assignField(slot, key: state.register(Encoding.c(step)).pointee.object, value: value)
    } else {
        try heap.assignIndex(slot, index: state.register(Encoding.b(step)), value: value)
    }
}
