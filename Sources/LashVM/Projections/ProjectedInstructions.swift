internal import LashLinker

// What the slow paths call where an operand is a projection, or holds one. Every instruction can be done again from the
// beginning as long as it has not put its result anywhere.

extension Heap {
    /// The number that a value is or spells, also behind a projection.
    func numberBehind(_ slot: UnsafePointer<Tagged>) throws(Failure) -> Double {
        guard slot.pointee.isProjection else { return try number(slot) }
        let value = try loweredScalar(slot.pointee)
        defer { release(value) }
        return try withUnsafePointer(to: value) { slot throws(Failure) in try number(slot) }
    }

    /// Strings compare as text, anything else as numbers.
    func compareProjected(
        _ left: UnsafePointer<Tagged>,
        _ right: UnsafePointer<Tagged>
    ) throws(Failure) -> Ordering {
        let a = try loweredScalar(left.pointee)
        defer { release(a) }
        let b = try loweredScalar(right.pointee)
        defer { release(b) }
        return try withUnsafePointer(to: a) { a throws(Failure) in
            try withUnsafePointer(to: b) { b throws(Failure) in try compare(a, b) }
        }
    }

    /// Calls a builtin with whatever arguments; the result is owned.
    func callAny(_ builtin: Builtin, _ args: SlotPointer, _ count: Int) throws(Failure) -> Tagged {
        needsLowering(args, count) ? try callProjected(builtin, args, count) : try call(builtin, args, count)
    }

    /// `value?`; owned.
    func unwrapProjected(_ value: Tagged) throws(Failure) -> Tagged {
        // What is no record is no result, whatever is in it.
        let top = value.isProjection ? try kind(of: value.object) == .record : value.isRecord
        guard top else { throw .notAResult(value) }
        let whole = try loweredAtTop(value)
        defer { release(whole) }
        guard let ok = field("ok", of: whole.object) else { throw .resultWithoutOK }
        let isOK = try loweredScalar(ok)
        defer { release(isOK) }
        guard isOK.isBool else { throw .resultWithoutOK }
        if isOK.bool {
            guard let inside = field("value", of: whole.object) else { throw .resultWithoutValue }
            return owned(inside)
        }
        let failed = try lowered(whole)
        defer { release(failed) }
        return owned(try unwrap(failed))
    }

    /// Puts the value in place of a projection.
    func materialize(in slot: SlotPointer) throws(Failure) {
        if slot.pointee.isProjection { store(owned(try materialized(slot.pointee.object)), into: slot) }
    }
}

/// `a = b + c`
@inline(never)
func addProjected(_ state: StatePointer, _ word: UInt64) -> Bool {
    let heap = state.pointee.heap
    let target = state.register(Encoding.a(word))
    let left = state.register(Encoding.b(word)), right = state.register(Encoding.c(word))
    return state.attempt(reading: true) { () throws(Failure) in
        if left.pointee.mayHoldProjections && (left.pointee.isProjection || !left.pointee.isSequence)
            || left.pointee.isSequence && right.pointee.isString
        {
            return heap.store(try heap.addProjected(left, right), into: target)
        }
        let operand = try heap.addend(right.pointee, beside: left.pointee)
        defer { heap.release(operand) }
        try withUnsafePointer(to: operand) { right throws(Failure) in
            if target == left {
                if try heap.appendText(right, to: target) { return }
                if try heap.appendElements(right.pointee, to: target) { return }
            }
            heap.store(try heap.add(left, right), into: target)
        }
    }
}

/// `a = b op c` for `- * / %`
@inline(never)
func calculateProjected(_ state: StatePointer, _ word: UInt64) -> Bool {
    let heap = state.pointee.heap
    let left = state.register(Encoding.b(word)), right = state.register(Encoding.c(word))
    return state.attempt(reading: true) { () throws(Failure) in
        var a = try heap.loweredScalar(left.pointee)
        defer { heap.release(a) }
        var b = try heap.loweredScalar(right.pointee)
        defer { heap.release(b) }
        if !calculate(state, word, &a, &b), let failure = state.pointee.failure { throw failure }
    }
}

/// Whether a condition that is a projection holds; `nil` where it failed.
@inline(never)
func truth(_ state: StatePointer, _ object: Object) -> Bool? {
    let heap = state.pointee.heap
    var holds = false
    let isDone = state.attempt(reading: true) { () throws(Failure) in holds = try heap.truth(of: object) }
    return isDone ? holds : nil
}

/// Gets more elements of the projection that a loop goes through; where there are any, the instruction runs once more.
@inline(never)
func refill(_ state: StatePointer, _ word: UInt64) -> Bool {
    let heap = state.pointee.heap
    let iterator = state.register(Encoding.a(word))
    return state.attempt(reading: true) { () throws(Failure) in
        if try heap.nextElements(iterator) { state.pointee.pc -= 1 }
    }
}

@inline(never)
func readIndexProjected(_ state: StatePointer, _ word: UInt64) -> Bool {
    let heap = state.pointee.heap
    let source = state.register(Encoding.b(word))
    return state.attempt(reading: true) { () throws(Failure) in
        let index = try heap.bound(state.register(Encoding.c(word)).pointee)
        defer { heap.release(index) }
        let value = try withUnsafePointer(to: index) { index throws(Failure) in
            source.pointee.isProjection
                ? try heap.readIndex(ofProjection: source.pointee.object, index)
                : heap.owned(try heap.readIndex(source, index))
        }
        heap.store(value, into: state.register(Encoding.a(word)))
    }
}

@inline(never)
func pushProjected(_ state: StatePointer, _ word: UInt64) -> Bool {
    let heap = state.pointee.heap
    let item = state.register(Encoding.c(word))
    return state.attempt(reading: true) { () throws(Failure) in
        let list = try heap.loweredList(state.register(Encoding.b(word)).pointee)
        defer { heap.release(list) }
        try heap.checkNesting(of: item.pointee, below: 1)
        let longer = try heap.appending(heap.ownedOperand(item, moves: Encoding.x(word) != 0), to: list.object)
        heap.store(longer, into: state.register(Encoding.a(word)))
    }
}

extension Heap {
    /// The list that something is pushed to; owned. What is no list need not be read to say so.
    fileprivate func loweredList(_ value: Tagged) throws(Failure) -> Tagged {
        if value.isProjection, try kind(of: value.object) != .list { throw .wrongKind(.push) }
        return try loweredAtTop(value)
    }
}

@inline(never)
func readSchemaProjected(_ state: StatePointer, _ word: UInt64) -> Bool {
    let heap = state.pointee.heap
    var isType = false
    let isDone = state.attempt(reading: true) { () throws(Failure) in
        let type = try heap.lowered(state.register(Encoding.b(word)).pointee)
        defer { heap.release(type) }
        guard let schema = heap.schema(of: type) else { return }
        isType = true
        heap.store(heap.owned(schema), into: state.register(Encoding.a(word)))
    }
    return isDone && isType
}

// MARK: - Assignments

@inline(never)
func setIndexProjected(_ state: StatePointer, _ word: UInt64) -> Bool {
    let heap = state.pointee.heap
    let target = state.register(Encoding.a(word))
    let operand = state.register(Encoding.c(word))
    return state.attempt(reading: true) { () throws(Failure) in
        try heap.materialize(in: target)
        let index = try heap.bound(state.register(Encoding.b(word)).pointee)
        defer { heap.release(index) }
        try heap.checkNesting(of: operand.pointee, below: 1)
        let value = heap.ownedOperand(operand, moves: Encoding.x(word) != 0)
        try withUnsafePointer(to: index) { index throws(Failure) in
            try heap.assignIndex(target, index: index, value: value)
        }
        if target.pointee.isObject { try heap.checkDepth(target.pointee.object) }
    }
}

/// `a[b] = a[b] + c`
@inline(never)
func addIndexProjected(_ state: StatePointer, _ word: UInt64) -> Bool {
    let heap = state.pointee.heap
    let target = state.register(Encoding.a(word))
    let operand = state.register(Encoding.c(word))
    return state.attempt(reading: true) { () throws(Failure) in
        try heap.materialize(in: target)
        let index = try heap.bound(state.register(Encoding.b(word)).pointee)
        defer { heap.release(index) }
        try withUnsafePointer(to: index) { index throws(Failure) in
            var old = heap.owned(try heap.readIndex(target, index))
            defer { heap.release(old) }
            let sum = try heap.sum(&old, operand, below: 1)
            try heap.assignIndex(target, index: index, value: sum)
        }
    }
}
