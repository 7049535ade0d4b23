internal import LashLinker

/// What the loop calls where the common case does not apply. Every function names its operands by the instruction word
/// and says whether it went well; a failure is kept in the state.

/// `a = b + c`, where not both are numbers.
@inline(never)
func addSlowly(_ state: StatePointer, _ word: UInt64) -> Bool {
    let heap = state.pointee.heap
    let target = state.register(Encoding.a(word))
    let left = state.register(Encoding.b(word)), right = state.register(Encoding.c(word))
    if heap.needsLowering(left.pointee, right.pointee) { return addProjected(state, word) }
    return state.attempt { () throws(Failure) in
        if target == left {
            if try heap.appendText(right, to: target) { return }
            if try heap.appendElements(right.pointee, to: target) { return }
        }
        heap.store(try heap.add(left, right), into: target)
    }
}

/// `a = b op c` for `- * / %` with operands that are no numbers yet.
@inline(never)
func calculateSlowly(_ state: StatePointer, _ word: UInt64) -> Bool {
    let left = state.register(Encoding.b(word)), right = state.register(Encoding.c(word))
    if left.pointee.isProjection || right.pointee.isProjection { return calculateProjected(state, word) }
    return calculate(state, word, left, right)
}

func calculate(_ state: StatePointer, _ word: UInt64, _ left: SlotPointer, _ right: SlotPointer) -> Bool {
    let heap = state.pointee.heap
    return state.attempt { () throws(Failure) in
        let x = try heap.number(left)
        let y = try heap.number(right)
        let result: Double
        switch unsafeBitCast(UInt8(truncatingIfNeeded: word), to: Opcode.self) {
        case .subtract: result = x - y
        case .multiply: result = x * y
        case .divide: result = x / y
        default: result = remainder(x, y)
        }
        heap.store(Tagged(result), into: state.register(Encoding.a(word)))
    }
}

@inline(never)
func negateSlowly(_ state: StatePointer, _ word: UInt64) -> Bool {
    let heap = state.pointee.heap
    let operand = state.register(Encoding.b(word))
    return state.attempt(reading: operand.pointee.isProjection) { () throws(Failure) in
        let number = try heap.numberBehind(operand)
        heap.store(Tagged(-number), into: state.register(Encoding.a(word)))
    }
}

// MARK: - Comparison

enum Comparison {
    case holds, fails, failure
}

/// `jumpRemainder` for what is no small positive integer.
@inline(never)
func hasRemainderSlowly(_ state: StatePointer, _ word: UInt64) -> Comparison {
    let heap = state.pointee.heap
    let operand = state.register(Encoding.a(word))
    var holds = false
    let isDone = state.attempt(reading: operand.pointee.isProjection) { () throws(Failure) in
        let dividend = try heap.numberBehind(operand)
        let divisor = state.register(Encoding.b(word)).pointee.number
        holds = remainder(dividend, divisor) == Double(Encoding.x(word))
    }
    return isDone ? (holds ? .holds : .fails) : .failure
}

@inline(never)
func areEqual(_ state: StatePointer, _ word: UInt64) -> Comparison {
    compareOutOfLine(state, .equal, Encoding.a(word), Encoding.b(word))
}

/// The order of operands `a` and `b` of a jump, `nil` where they have none.
@inline(never)
func order(_ state: StatePointer, _ opcode: Opcode, _ word: UInt64) -> Bool? {
    switch compareOutOfLine(state, opcode, Encoding.a(word), Encoding.b(word)) {
    case .holds: true
    case .fails: false
    case .failure: nil
    }
}

@inline(never)
func compareOutOfLine(_ state: StatePointer, _ opcode: Opcode, _ left: Int, _ right: Int) -> Comparison {
    let heap = state.pointee.heap
    let x = state.register(left), y = state.register(right)
    var holds = false
    let isProjected = x.pointee.mayHoldProjections || y.pointee.mayHoldProjections
    let isDone = state.attempt(reading: isProjected) { () throws(Failure) in
        switch opcode {
        case .equal, .notEqual, .loopEqual, .loopNotEqual:
            let areEqual = isProjected ? try heap.equalProjected(x.pointee, y.pointee) : try heap.equal(x, y)
            holds = areEqual == (opcode == .equal || opcode == .loopEqual)
        default:
            let order = isProjected ? try heap.compareProjected(x, y) : try heap.compare(x, y)
            switch opcode {
            case .less, .loopLess: holds = order == .less
            case .lessEqual, .loopLessEqual: holds = order == .less || order == .equal
            case .greater, .loopGreater: holds = order == .greater
            default: holds = order == .greater || order == .equal
            }
        }
    }
    return isDone ? holds ? .holds : .fails : .failure
}

@inline(never)
func testMembership(_ state: StatePointer, _ word: UInt64) -> Bool {
    let heap = state.pointee.heap
    let element = state.register(Encoding.b(word)), whole = state.register(Encoding.c(word))
    let isProjected = element.pointee.mayHoldProjections || whole.pointee.mayHoldProjections
    return state.attempt(reading: isProjected) { () throws(Failure) in
        let isMember =
            isProjected ? try heap.isMemberProjected(element, whole) : try heap.isMember(element, whole)
        heap.store(Tagged(isMember != (Encoding.x(word) != 0)), into: state.register(Encoding.a(word)))
    }
}

// MARK: - Reading

@inline(never)
func readFieldSlowly(_ state: StatePointer, _ word: UInt64) -> Bool {
    let heap = state.pointee.heap
    let source = state.register(Encoding.b(word)).pointee
    return state.attempt(reading: source.isProjection) { () throws(Failure) in
        let key = state.register(Encoding.c(word)).pointee.object
        if source.isProjection {
            let value = try heap.readField(ofProjection: source.object, key)
            return heap.store(value, into: state.register(Encoding.a(word)))
        }
        let value = try heap.readField(state.register(Encoding.b(word)).pointee, key: key)
        heap.store(heap.owned(value), into: state.register(Encoding.a(word)))
    }
}

@inline(never)
func readIndexSlowly(_ state: StatePointer, _ word: UInt64, isOwned: Bool) -> Bool {
    let heap = state.pointee.heap
    if state.register(Encoding.b(word)).pointee.isProjection || state.register(Encoding.c(word)).pointee.isProjection {
        return readIndexProjected(state, word)
    }
    return state.attempt { () throws(Failure) in
        let value = try heap.readIndex(state.register(Encoding.b(word)), state.register(Encoding.c(word)))
        heap.store(isOwned ? heap.owned(value) : value.borrowed, into: state.register(Encoding.a(word)))
    }
}

@inline(never)
func lengthSlowly(_ state: StatePointer, _ word: UInt64) -> Bool {
    let heap = state.pointee.heap
    let source = state.register(Encoding.b(word))
    return state.attempt(reading: source.pointee.isProjection) { () throws(Failure) in
        let value = try heap.callAny(.len, source, 1)
        heap.store(value, into: state.register(Encoding.a(word)))
    }
}

// MARK: - Building

@inline(never)
func build(_ state: StatePointer, _ word: UInt64) -> Bool {
    let heap = state.pointee.heap
    let target = state.register(Encoding.a(word))
    let source = state.register(Encoding.b(word))
    let count = Encoding.c(word)
    return state.attempt { () throws(Failure) in
        switch unsafeBitCast(UInt8(truncatingIfNeeded: word), to: Opcode.self) {
        case .list: try buildSequence(heap, .list, target, source, count)
        case .tuple: try buildSequence(heap, .tuple, target, source, count)
        case .extendList:
            try heap.requireElements(target.pointee.object.count + count)
            for i in 0..<count { heap.append(heap.taken(from: source + i), to: target) }
            try heap.checkDepth(target.pointee.object)
        case .listToTuple:
            target.pointee.object.header.pointee.kind = Tagged.Kind.tuple.rawValue
            target.pointee = Tagged(.tuple, target.pointee.object)
        case .record:
            let table = state.pointee.shapes[count]
            let fields = table.count
            let record = heap.makeRecord(keys: table, capacity: fields)
            for i in 0..<fields {
                let value = heap.taken(from: source + i)
                record.fields[i] = value
                if value.isObject { heap.noteMember(value, of: record) }
            }
            record.setCount(fields)
            try heap.keep(Tagged(.record, record), in: target)
        default: heap.store(Tagged(.record, heap.makeRecord()), into: target)
        }
    }
}

private func buildSequence(
    _ heap: Heap,
    _ kind: Tagged.Kind,
    _ target: SlotPointer,
    _ source: SlotPointer,
    _ count: Int
) throws(Failure) {
    let object = heap.makeSequence(kind, capacity: count)
    for i in 0..<count { heap.appendWithinCapacity(heap.taken(from: source + i), to: object) }
    try heap.keep(Tagged(kind, object), in: target)
}

extension Heap {
    /// Stores a new container, unless it nests too deep: then the slot stays as it was.
    func keep(_ container: Tagged, in slot: SlotPointer) throws(Failure) {
        do { try checkDepth(container.object) } catch {
            release(container)
            throw error
        }
        store(container, into: slot)
    }

    /// The value of a register as an owned one; the register is left null.
    @inline(__always) func taken(from slot: SlotPointer) -> Tagged {
        let value = slot.pointee
        slot.pointee = .null
        return value.isBorrowed ? owned(value) : value
    }

    /// The value of a register as an owned one: moved out of it, or counted once more.
    @inline(__always) func ownedOperand(_ slot: SlotPointer, moves: Bool) -> Tagged {
        moves ? taken(from: slot) : owned(slot.pointee)
    }

    /// Whether a value is text that nobody else sees, so that it may grow in place.
    @inline(__always) func ownsText(_ value: Tagged) -> Bool {
        value.isOwnedObject && value.kindByte == Tagged.Kind.string.rawValue && value.object.isUnique
    }
}

/// Appends the text of several values to a text: all of it, or nothing where it would be too large.
@inline(never)
func concatenate(_ state: StatePointer, _ word: UInt64) -> Bool {
    let heap = state.pointee.heap
    let target = state.register(Encoding.a(word))
    let source = state.register(Encoding.b(word))
    let count = Encoding.c(word)
    return state.attempt(reading: heap.needsLowering(source, count)) { () throws(Failure) in
        for i in 0..<count { try heap.lower(source + i) }
        try heap.withScratch { buffer throws(Failure) in
            let isOwner = heap.ownsText(target.pointee)
            if !isOwner { try heap.append(TextView(target), to: &buffer) }
            for i in 0..<Encoding.c(word) { try heap.append(source + i, .plain, to: &buffer) }
            if isOwner {
                try heap.requireText(target.pointee.object.count + buffer.count)
                try heap.append(buffer.view, to: target)
            } else {
                heap.store(heap.makeString(taking: &buffer), into: target)
            }
        }
    }
}

@inline(never)
func pushSlowly(_ state: StatePointer, _ word: UInt64) -> Bool {
    let heap = state.pointee.heap
    let target = state.register(Encoding.a(word))
    let source = state.register(Encoding.b(word))
    if source.pointee.isProjection { return pushProjected(state, word) }
    return state.attempt { () throws(Failure) in
        guard source.pointee.isList else { throw .wrongKind(.push) }
        let item = state.register(Encoding.c(word))
        try heap.checkNesting(of: item.pointee, below: 1)
        let list = source.pointee
        if source == target {
            // The item may be the list itself: count it before the list is made unique.
            let value = heap.ownedOperand(item, moves: Encoding.x(word) != 0)
            do throws(Failure) {
                let object = try heap.uniqueSequence(in: target)
                if object.count == object.capacity { try heap.requireElements(object.count * 2) }
            } catch {
                heap.release(value)
                throw error
            }
            heap.append(value, to: target)
        } else {
            let value = heap.ownedOperand(item, moves: Encoding.x(word) != 0)
            heap.store(try heap.appending(value, to: list.object), into: target)
        }
    }
}

// MARK: - Calls and iteration

@inline(never)
func callBuiltin(_ state: StatePointer, _ word: UInt64) -> Bool {
    let heap = state.pointee.heap
    let arguments = state.register(Encoding.b(word))
    let count = Encoding.c(word)
    return state.attempt(reading: heap.needsLowering(arguments, count)) { () throws(Failure) in
        // The assembler wrote the number of a builtin.
        let builtin = unsafeBitCast(UInt8(truncatingIfNeeded: Encoding.x(word)), to: Builtin.self)
        let value = try heap.callAny(builtin, arguments, count)
        heap.store(value, into: state.register(Encoding.a(word)))
    }
}

/// `sort_by`, `min` and `max` with keys that a function gave.
@inline(never)
func order(_ state: StatePointer, _ word: UInt64) -> Bool {
    let heap = state.pointee.heap
    let isKeyed = Opcode(word) == .keyed
    let first = state.register(isKeyed ? Encoding.b(word) : Encoding.a(word))
    let count = isKeyed ? Encoding.c(word) : 1
    return state.attempt(reading: heap.needsLowering(first, count)) { () throws(Failure) in
        // The registers were filled for this.
        for i in 0..<count { try heap.lower(first + i) }
        // The assembler wrote the number of a builtin.
        let builtin = unsafeBitCast(UInt8(truncatingIfNeeded: Encoding.x(word)), to: Builtin.self)
        if Opcode(word) == .sequence {
            _ = try heap.sequence(state.register(Encoding.a(word)), builtin)
        } else {
            let value = try heap.keyed(builtin, state.register(Encoding.b(word)), Encoding.c(word))
            heap.store(value, into: state.register(Encoding.a(word)))
        }
    }
}

@inline(never)
func beginIteration(_ state: StatePointer, _ word: UInt64) -> Bool {
    let heap = state.pointee.heap
    let iterator = state.register(Encoding.a(word))
    let source = state.register(Encoding.b(word))
    if source.pointee.isProjection {
        return state.attempt(reading: true) { () throws(Failure) in
            if try !heap.beginElements(of: source.pointee.object, iterator) { throw .notIterable }
        }
    }
    guard source.pointee.isSequence else {
        state.pointee.failure = .notIterable
        return false
    }
    heap.store(heap.ownedOperand(source, moves: Encoding.x(word) != 0), into: iterator)
    heap.store(Tagged(tag: 0, bits: 0), into: iterator + 1)
    // Only a projection has more elements than those.
    heap.store(.null, into: iterator + 2)
    return true
}

@inline(never)
func beginRange(_ state: StatePointer, _ word: UInt64) -> Bool {
    let heap = state.pointee.heap
    let iterator = state.register(Encoding.a(word))
    let arguments = state.register(Encoding.b(word))
    let count = Encoding.c(word)
    let isProjected = (0..<count).contains { arguments[$0].isProjection }
    return state.attempt(reading: isProjected) { () throws(Failure) in
        // The registers were filled for this.
        for i in 0..<count where arguments[i].isProjection {
            heap.store(try heap.bound(arguments[i]), into: arguments + i)
        }
        let bounds = try heap.rangeBounds(arguments, count)
        heap.store(Tagged(bounds.start), into: iterator)
        heap.store(Tagged(bounds.step), into: iterator + 1)
        heap.store(Tagged(tag: 0, bits: UInt64(truncatingIfNeeded: bounds.count)), into: iterator + 2)
    }
}

@inline(never)
func unwrapOutOfLine(_ state: StatePointer, _ word: UInt64) -> Bool {
    let heap = state.pointee.heap
    let source = state.register(Encoding.b(word))
    let isProjected = source.pointee.mayHoldProjections
    return state.attempt(reading: isProjected) { () throws(Failure) in
        let value =
            isProjected ? try heap.unwrapProjected(source.pointee) : heap.owned(try heap.unwrap(source.pointee))
        heap.store(value, into: state.register(Encoding.a(word)))
    }
}

/// The schema inside the Type value that a type literal names.
@inline(never)
func readSchema(_ state: StatePointer, _ word: UInt64) -> Bool {
    let heap = state.pointee.heap
    let type = state.register(Encoding.b(word)).pointee
    if type.mayHoldProjections { return readSchemaProjected(state, word) }
    guard let schema = heap.schema(of: type) else { return false }
    heap.store(heap.owned(schema), into: state.register(Encoding.a(word)))
    return true
}
