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
    return state.attempt(reading: target.pointee.isProjection) { () throws(Failure) in
        try heap.materialize(in: target)
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
    if target.pointee.isProjection || index.pointee.isProjection { return setIndexProjected(state, word) }
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
    if operand.pointee.isNumber, let slot = heap.ownSlot(target, index), slot.pointee.isNumber {
        slot.pointee = Tagged(slot.pointee.number + operand.pointee.number)
        return true
    }
    return addIndexSlowly(state, word)
}

@inline(never)
private func addIndexSlowly(_ state: StatePointer, _ word: UInt64) -> Bool {
    let heap = state.pointee.heap
    let target = state.register(Encoding.a(word))
    let index = state.register(Encoding.b(word))
    let operand = state.register(Encoding.c(word))
    if target.pointee.mayHoldProjections || index.pointee.isProjection || operand.pointee.mayHoldProjections {
        return addIndexProjected(state, word)
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
    func sum(_ left: SlotPointer, _ right: SlotPointer, below steps: Int) throws(Failure) -> Tagged {
        let isProjected = needsLowering(left.pointee, right.pointee)
        let sum = isProjected ? try addProjected(left, right) : try add(left, right)
        do { try checkNesting(of: sum, below: steps) } catch {
            release(sum)
            throw error
        }
        return sum
    }
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
    let path = AssignmentPath(state: state, steps: steps, count: Encoding.c(word))
    let root = state.register(Encoding.a(word))
    let operand = state.register(Encoding.b(word))
    let opcode = unsafeBitCast(UInt8(truncatingIfNeeded: word), to: Opcode.self)
    // Where nothing has to be copied, nor to learn how deep it is, the place is all that is needed.
    if !operand.pointee.isObject, opcode != .pushPath, let place = path.ownPlace(root) {
        if opcode == .setPath {
            state.pointee.heap.store(operand.pointee, into: place)
            return true
        }
        if operand.pointee.isNumber && place.pointee.isNumber {
            place.pointee = Tagged(place.pointee.number + operand.pointee.number)
            return true
        }
    }
    if path.mayReadProjections(root, operand) { return updatePathProjected(path, word) }
    return state.attempt { () throws(Failure) in
        try path.update(root, opcode, operand, moves: Encoding.x(word) != 0)
    }
}

/// The same where the value, what goes into it, or an index may be a projection.
///
/// Everything on the path becomes plain first, in place, which nobody can tell; then it is an ordinary assignment.
@inline(never)
private func updatePathProjected(_ path: AssignmentPath, _ word: UInt64) -> Bool {
    let state = path.state
    let heap = state.pointee.heap
    let root = state.register(Encoding.a(word))
    let operand = state.register(Encoding.b(word))
    let opcode = unsafeBitCast(UInt8(truncatingIfNeeded: word), to: Opcode.self)
    return state.attempt(reading: true) { () throws(Failure) in
        var path = path
        var indexes = Stack<Tagged>(capacity: path.count)
        defer {
            for i in 0..<indexes.count { heap.release(indexes.base[i]) }
            indexes.deallocate()
        }
        for step in 0..<path.count {
            indexes.push(path.isField(step) ? .null : try heap.bound(path.index(step).pointee))
        }
        path.indexes = indexes.base
        let last = try path.materialize(root, includesLast: opcode != .setPath)
        // Text is appended in place, so it has to be text.
        var added = opcode == .addPath ? try heap.addend(operand.pointee, beside: last) : .null
        defer { heap.release(added) }
        if opcode == .addPath {
            try path.update(root, opcode, &added, moves: false)
        } else {
            try path.update(root, opcode, operand, moves: Encoding.x(word) != 0)
        }
    }
}
