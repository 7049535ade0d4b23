internal import LashLinker
internal import LashSyntax

/// The steps from a variable to the place that an assignment names.
struct AssignmentPath {
    let state: StatePointer
    let steps: UnsafePointer<UInt64>
    let count: Int
    /// The indexes by step, where they do not lie in registers.
    var indexes: SlotPointer?

    private var heap: Heap { state.pointee.heap }

    func isField(_ step: Int) -> Bool { UInt8(truncatingIfNeeded: steps[step]) == Opcode.stepField.rawValue }

    private func key(_ step: Int) -> Object { state.register(Encoding.c(steps[step])).pointee.object }

    func index(_ step: Int) -> SlotPointer { indexes.map { $0 + step } ?? state.register(Encoding.b(steps[step])) }

    /// Whether something has to be read that lies with the host.
    func mayReadProjections(_ root: SlotPointer, _ operand: SlotPointer) -> Bool {
        if root.pointee.mayHoldProjections || operand.pointee.mayHoldProjections { return true }
        return (0..<count).contains { !isField($0) && index($0).pointee.isProjection }
    }

    /// The place at the end of the path, where each container on the way has one owner, and the place is there; `nil` is
    /// everything else, and errors.
    @inline(__always) func ownPlace(_ root: SlotPointer) -> SlotPointer? {
        var slot = root
        for step in 0..<count {
            guard let next = isField(step) ? heap.ownField(slot, key(step)) : heap.ownSlot(slot, index(step)) else {
                return nil
            }
            slot = next
        }
        return slot
    }

    // MARK: Steps

    /// The value at the path, borrowed, with the errors of reading.
    func read(_ root: SlotPointer) throws(Failure) -> Tagged {
        var value = root.pointee
        for step in 0..<count {
            if value.isProjection { value = try heap.materialized(value.object) }
            value =
                isField(step)
                ? try heap.readField(value, key: key(step)) : try heap.readIndex(&value, index(step))
        }
        return value
    }

    /// The slot of a step, in a container that is now the slot's own.
    func descend(_ slot: SlotPointer, _ step: Int) throws(Failure) -> SlotPointer {
        isField(step)
            ? try heap.descendField(slot, key: key(step)) : try heap.descendIndex(slot, index: index(step))
    }

    /// The same, or `nil` where it is not there: then the operation itself says what is wrong.
    private func existing(_ slot: SlotPointer, _ step: Int) throws(Failure) -> SlotPointer? {
        do { return try descend(slot, step) } catch {
            if error.code.stage == .limit { throw error }
            return nil
        }
    }

    private func assign(_ slot: SlotPointer, _ step: Int, _ value: Tagged) throws(Failure) {
        if isField(step) {
            try heap.assignField(slot, key: key(step), value: value)
        } else {
            try heap.assignIndex(slot, index: index(step), value: value)
        }
    }

    /// From the inside out, every container learns how deep it is now.
    private func noteDepths(_ slots: UnsafeMutablePointer<SlotPointer>, _ reached: Int) {
        for level in stride(from: reached, to: 0, by: -1) {
            let child = slots[level].pointee
            if child.isObject { heap.noteMember(child, of: slots[level - 1].pointee.object) }
        }
    }

    /// Puts the values in place of all projections on the way, as far as it goes; gives the value at its end, borrowed.
    func materialize(_ root: SlotPointer, includesLast: Bool) throws(Failure) -> Tagged {
        // One more than steps: the place itself.
        var failure: Failure?
        var last = Tagged.null
        withUnsafeTemporaryAllocation(of: SlotPointer.self, capacity: count + 1) { slots in
            // There is at least one.
            let slots = slots.baseAddress.unsafelyUnwrapped
            slots[0] = root
            var reached = 0
            do throws(Failure) {
                while true {
                    if reached < count || includesLast { try materialize(in: slots[reached], below: reached) }
                    if reached == count { break }
                    if reached == count - 1 && !includesLast { break }
                    guard let next = try existing(slots[reached], reached) else { break }
                    reached += 1
                    slots[reached] = next
                }
            } catch { failure = error }
            noteDepths(slots, reached)
            if reached == count { last = slots[count].pointee.borrowed }
        }
        if let failure { throw failure }
        return last
    }

    private func materialize(in slot: SlotPointer, below steps: Int) throws(Failure) {
        guard slot.pointee.isProjection else { return }
        try heap.checkNesting(of: try heap.materialized(slot.pointee.object), below: steps)
        try heap.materialize(in: slot)
    }

    // MARK: The assignment

    func update(_ root: SlotPointer, _ opcode: Opcode, _ operand: SlotPointer, moves: Bool) throws(Failure) {
        var failure: Failure?
        withUnsafeTemporaryAllocation(of: SlotPointer.self, capacity: count) { slots in
            do throws(Failure) {
                // A path has at least one step.
                try update(root, opcode, operand, moves: moves, slots.baseAddress.unsafelyUnwrapped)
            } catch { failure = error }
        }
        if let failure { throw failure }
    }

    private func update(
        _ root: SlotPointer,
        _ opcode: Opcode,
        _ operand: SlotPointer,
        moves: Bool,
        _ slots: UnsafeMutablePointer<SlotPointer>
    ) throws(Failure) {
        if opcode != .addPath {
            // What is pushed stands one level deeper than the place that the path names.
            try heap.checkNesting(of: operand.pointee, below: opcode == .pushPath ? count + 1 : count)
        }
        var old = Tagged.null
        if opcode != .setPath { old = try read(root) }
        // A failing operation must come before anything is made unique only as far as results go: copies are
        // not observable.
        if opcode == .pushPath && !old.isList { throw .wrongKind(.push) }
        slots[0] = root
        func walk() throws(Failure) {
            for step in 0..<count - 1 { slots[step + 1] = try descend(slots[step], step) }
        }
        let last = count - 1
        switch opcode {
        case .setPath, .pushPath:
            // The value may be a part of what it goes into: once it is counted, the walk copies what it shares.
            var value = heap.ownedOperand(operand, moves: moves)
            defer { heap.release(value) }
            try walk()
            if opcode == .setPath {
                try assign(slots[last], last, moved(out: &value))
            } else {
                let slot = try descend(slots[last], last)
                let list = try heap.uniqueSequence(in: slot)
                if list.count == list.capacity { try heap.requireElements(list.count * 2) }
                heap.append(moved(out: &value), to: slot)
            }
        default:
            try walk()
            if let slot = try existing(slots[last], last), try heap.appendText(operand, to: slot) { return }
            var left = heap.owned(try read(root))
            defer { heap.release(left) }
            var sum = try heap.sum(&left, operand, below: count)
            defer { heap.release(sum) }
            try walk()
            try assign(slots[last], last, moved(out: &sum))
        }
        noteDepths(slots, last)
        if root.pointee.isObject { try heap.checkDepth(root.pointee.object) }
    }
}

/// Hands over a value that is released otherwise.
private func moved(out value: inout Tagged) -> Tagged {
    defer { value = .null }
    return value
}

extension Heap {
    /// The slot of a field that is there, in a record that has one owner.
    @inline(__always) func ownField(_ target: SlotPointer, _ key: Object) -> SlotPointer? {
        guard target.pointee.isOwnedObject, target.pointee.object.isUnique, target.pointee.isRecord else { return nil }
        let object = target.pointee.object
        let position = object.hasFlag(ObjectFlag.role) ? -1 : find(key, in: object)
        return position >= 0 ? object.fields + position : nil
    }

    /// The slot of an element that is there, in a container that has one owner, where nothing has to be paid for that.
    @inline(__always) func ownSlot(_ target: SlotPointer, _ index: SlotPointer) -> SlotPointer? {
        let key = index.pointee
        guard target.pointee.isOwnedObject, target.pointee.object.isUnique else { return nil }
        let object = target.pointee.object
        if target.pointee.isRecord && key.isShortString && !object.hasFlag(ObjectFlag.role) {
            let hash = KeyHash.of(short: key, seed: storage.pointee.hashSeed)
            let position = findInline(TextView(index), hash: hash, in: object)
            return position >= 0 ? object.fields + position : nil
        }
        if target.pointee.isList, key.isNumber, let position = exactInt32(key.number),
            UInt32(bitPattern: position) < object.header.pointee.count
        {
            return object.elements + Int(position)
        }
        return nil
    }
}
