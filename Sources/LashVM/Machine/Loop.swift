// The registers are an argument of these: captured by functions inside of the loop, they would live in memory.

@inline(__always) private func slot(_ base: UnsafeMutableRawPointer, _ offset: Int) -> SlotPointer {
    (base + offset).assumingMemoryBound(to: Tagged.self)
}

/// What a register holds that the compiler knows to hold a number.
@inline(__always) private func number(_ base: UnsafeMutableRawPointer, _ offset: Int) -> Double {
    assert(slot(base, offset).pointee.isNumber)
    return slot(base, offset).pointee.number
}

/// Replaces what the compiler knows to be no object.
@inline(__always) private func putNumber(_ base: UnsafeMutableRawPointer, _ word: UInt64, _ number: Double) {
    assert(!slot(base, Encoding.a(word)).pointee.isObject)
    slot(base, Encoding.a(word)).pointee = Tagged(number)
}

/// Where an element of a list lies, for lists and positions as they mostly are; everything else takes a slow path.
@inline(__always) private func element(of list: Tagged, at key: Tagged) -> SlotPointer? {
    guard _fastPath(list.isList && key.isNumber), let position = plainInt32(key.number),
        UInt32(bitPattern: position) < list.object.header.pointee.count
    else { return nil }
    return list.object.elements + Int(position)
}

/// Whether `a % b` is `x`.
@inline(__always) private func hasRemainder(
    _ state: StatePointer,
    _ base: UnsafeMutableRawPointer,
    _ word: UInt64
) -> Comparison {
    let dividend = slot(base, Encoding.a(word)).pointee
    guard _fastPath(dividend.isNumber), let integer = plainInt32(dividend.number), integer >= 0 else {
        return hasRemainderSlowly(state, word)
    }
    let divisor = lowInteger(slot(base, Encoding.b(word)).pointee.number)
    // Most that is asked is whether a number is even.
    let bits = divisor &- 1
    let remainder =
        divisor & bits == 0 ? UInt32(bitPattern: integer) & bits : UInt32(bitPattern: integer) % divisor
    return remainder == UInt32(truncatingIfNeeded: Encoding.x(word)) ? .holds : .fails
}

/// The interpreter loop: one `switch` over verified instructions.
///
/// What every program does often is written out here; everything else is a call out of line, so that the loop stays
/// small enough to keep its state in machine registers. A number is the case to be fast for: results of arithmetic
/// replace a register after one test of what it held.
@inline(never)
func runLoop(_ state: StatePointer) -> Stop {
    var pc = state.pointee.pc
    var base = state.pointee.registers
    let heap = state.pointee.heap
    var stop = Stop.halted

    // One test of one bit: borrowed objects take the slow path too, and nothing happens to them there.
    @inline(__always) func put(_ target: SlotPointer, _ number: Double) {
        if _slowPath(target.pointee.isObject) { heap.clear(target) }
        target.pointee = Tagged(number)
    }
    @inline(__always) func put(_ target: SlotPointer, _ bool: Bool) {
        if _slowPath(target.pointee.isObject) { heap.clear(target) }
        target.pointee = Tagged(bool)
    }

    @inline(__always) func isSliceOver(_ units: Int) -> Bool {
        heap.storage.pointee.fuel &-= units
        return heap.storage.pointee.fuel < 0
    }

    loop: while true {
        let word = pc.pointee
        pc += 1
        // The assembler wrote the opcode, so the byte is one of the cases.
        switch unsafeBitCast(UInt8(truncatingIfNeeded: word), to: Opcode.self) {
        case .halt:
            stop = .halted
            break loop

        // MARK: Moving
        case .move:
            let value = heap.owned(slot(base, Encoding.b(word)).pointee)
            heap.store(value, into: slot(base, Encoding.a(word)))
        case .borrow:
            heap.store(slot(base, Encoding.b(word)).pointee.borrowed, into: slot(base, Encoding.a(word)))
        case .take:
            let source = slot(base, Encoding.b(word))
            var value = source.pointee
            source.pointee = .null
            if value.isBorrowed { value = heap.owned(value) }
            heap.store(value, into: slot(base, Encoding.a(word)))
        case .drop:
            heap.store(.null, into: slot(base, Encoding.a(word)))
        case .check:
            if _slowPath(slot(base, Encoding.a(word)).pointee.isUnset) {
                stop = .failed
                break loop
            }
        case .loadFar:
            let value = (base.assumingMemoryBound(to: Tagged.self) + Int(word >> 32)).pointee
            if value.isUnset {
                stop = .failed
                break loop
            }
            heap.store(value.borrowed, into: slot(base, Encoding.a(word)))
        case .storeFar:
            let source = slot(base, Encoding.a(word))
            let value = source.pointee.isBorrowed ? heap.owned(source.pointee) : source.pointee
            source.pointee = .null
            heap.store(value, into: base.assumingMemoryBound(to: Tagged.self) + Int(word >> 32))

        // MARK: Arithmetic
        case .add:
            let x = slot(base, Encoding.b(word)).pointee, y = slot(base, Encoding.c(word)).pointee
            if _fastPath(Tagged.areNumbers(x, y)) {
                put(slot(base, Encoding.a(word)), x.number + y.number)
            } else if !addSlowly(state, word) {
                stop = .failed
                break loop
            }
        case .subtract:
            let x = slot(base, Encoding.b(word)).pointee, y = slot(base, Encoding.c(word)).pointee
            if _fastPath(Tagged.areNumbers(x, y)) {
                put(slot(base, Encoding.a(word)), x.number - y.number)
            } else if !calculateSlowly(state, word) {
                stop = .failed
                break loop
            }
        case .multiply:
            let x = slot(base, Encoding.b(word)).pointee, y = slot(base, Encoding.c(word)).pointee
            if _fastPath(Tagged.areNumbers(x, y)) {
                put(slot(base, Encoding.a(word)), x.number * y.number)
            } else if !calculateSlowly(state, word) {
                stop = .failed
                break loop
            }
        case .divide:
            let x = slot(base, Encoding.b(word)).pointee, y = slot(base, Encoding.c(word)).pointee
            if _fastPath(Tagged.areNumbers(x, y)) {
                put(slot(base, Encoding.a(word)), x.number / y.number)
            } else if !calculateSlowly(state, word) {
                stop = .failed
                break loop
            }
        case .modulo:
            let x = slot(base, Encoding.b(word)).pointee, y = slot(base, Encoding.c(word)).pointee
            if _fastPath(Tagged.areNumbers(x, y)) {
                put(slot(base, Encoding.a(word)), remainder(x.number, y.number))
            } else if !calculateSlowly(state, word) {
                stop = .failed
                break loop
            }
        case .moduloConstant:
            let x = slot(base, Encoding.b(word)).pointee
            if _fastPath(x.isNumber), let dividend = plainInt32(x.number), dividend >= 0 {
                let divisor = lowInteger(slot(base, Encoding.c(word)).pointee.number)
                put(slot(base, Encoding.a(word)), Double(UInt32(bitPattern: dividend) % divisor))
            } else if !calculateSlowly(state, word) {
                stop = .failed
                break loop
            }
        case .negate:
            let x = slot(base, Encoding.b(word)).pointee
            if _fastPath(x.isNumber) {
                put(slot(base, Encoding.a(word)), -x.number)
            } else if !negateSlowly(state, word) {
                stop = .failed
                break loop
            }
        case .not:
            let x = slot(base, Encoding.b(word)).pointee
            if _slowPath(x.isProjection) {
                guard let holds = truth(state, x.object) else {
                    stop = .failed
                    break loop
                }
                put(slot(base, Encoding.a(word)), !holds)
            } else {
                put(slot(base, Encoding.a(word)), !x.isTruthy)
            }

        // MARK: Comparison
        case .equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual:
            let opcode = unsafeBitCast(UInt8(truncatingIfNeeded: word), to: Opcode.self)
            switch compareOutOfLine(state, opcode, Encoding.b(word), Encoding.c(word)) {
            case .holds: put(slot(base, Encoding.a(word)), true)
            case .fails: put(slot(base, Encoding.a(word)), false)
            case .failure:
                stop = .failed
                break loop
            }

        case .isMember:
            if !testMembership(state, word) {
                stop = .failed
                break loop
            }

        // MARK: Jumps
        case .jump: pc += Encoding.wideJump(word)
        case .jumpTrue:
            let x = slot(base, Encoding.a(word)).pointee
            if _slowPath(x.isProjection) {
                guard let holds = truth(state, x.object) else {
                    stop = .failed
                    break loop
                }
                if holds { pc += Encoding.wideJump(word) }
            } else if x.isTruthy {
                pc += Encoding.wideJump(word)
            }
        case .jumpFalse:
            let x = slot(base, Encoding.a(word)).pointee
            if _slowPath(x.isProjection) {
                guard let holds = truth(state, x.object) else {
                    stop = .failed
                    break loop
                }
                if !holds { pc += Encoding.wideJump(word) }
            } else if !x.isTruthy {
                pc += Encoding.wideJump(word)
            }
        case .jumpUnlessText:
            if !slot(base, Encoding.a(word)).pointee.isString { pc += Encoding.wideJump(word) }
        case .jumpEqual:
            let x = slot(base, Encoding.a(word)).pointee, y = slot(base, Encoding.b(word)).pointee
            if _fastPath(Tagged.areNumbers(x, y)) {
                if _slowPath(x.number == y.number) { pc += Encoding.jump(word) }
            } else {
                switch areEqual(state, word) {
                case .holds: pc += Encoding.jump(word)
                case .fails: break
                case .failure:
                    stop = .failed
                    break loop
                }
            }
        case .jumpNotEqual:
            let x = slot(base, Encoding.a(word)).pointee, y = slot(base, Encoding.b(word)).pointee
            if _fastPath(Tagged.areNumbers(x, y)) {
                if _slowPath(x.number != y.number) { pc += Encoding.jump(word) }
            } else {
                switch areEqual(state, word) {
                case .holds: break
                case .fails: pc += Encoding.jump(word)
                case .failure:
                    stop = .failed
                    break loop
                }
            }
        case .jumpRemainder:
            switch hasRemainder(state, base, word) {
            case .holds: pc += Encoding.jump(word)
            case .fails: break
            case .failure:
                stop = .failed
                break loop
            }
        case .jumpNotRemainder:
            switch hasRemainder(state, base, word) {
            case .holds: break
            case .fails: pc += Encoding.jump(word)
            case .failure:
                stop = .failed
                break loop
            }
        case .jumpLess:
            let x = slot(base, Encoding.a(word)).pointee, y = slot(base, Encoding.b(word)).pointee
            if _fastPath(Tagged.areNumbers(x, y)) {
                if _slowPath(x.number < y.number) { pc += Encoding.jump(word) }
            } else if let holds = order(state, .less, word) {
                if holds { pc += Encoding.jump(word) }
            } else {
                stop = .failed
                break loop
            }
        case .jumpUnlessLess:
            let x = slot(base, Encoding.a(word)).pointee, y = slot(base, Encoding.b(word)).pointee
            if _fastPath(Tagged.areNumbers(x, y)) {
                if _slowPath(!(x.number < y.number)) { pc += Encoding.jump(word) }
            } else if let holds = order(state, .less, word) {
                if !holds { pc += Encoding.jump(word) }
            } else {
                stop = .failed
                break loop
            }
        case .jumpLessEqual:
            let x = slot(base, Encoding.a(word)).pointee, y = slot(base, Encoding.b(word)).pointee
            if _fastPath(Tagged.areNumbers(x, y)) {
                if _slowPath(x.number <= y.number) { pc += Encoding.jump(word) }
            } else if let holds = order(state, .lessEqual, word) {
                if holds { pc += Encoding.jump(word) }
            } else {
                stop = .failed
                break loop
            }
        case .jumpUnlessLessEqual:
            let x = slot(base, Encoding.a(word)).pointee, y = slot(base, Encoding.b(word)).pointee
            if _fastPath(Tagged.areNumbers(x, y)) {
                if _slowPath(!(x.number <= y.number)) { pc += Encoding.jump(word) }
            } else if let holds = order(state, .lessEqual, word) {
                if !holds { pc += Encoding.jump(word) }
            } else {
                stop = .failed
                break loop
            }
        case .jumpGreater:
            let x = slot(base, Encoding.a(word)).pointee, y = slot(base, Encoding.b(word)).pointee
            if _fastPath(Tagged.areNumbers(x, y)) {
                if _slowPath(x.number > y.number) { pc += Encoding.jump(word) }
            } else if let holds = order(state, .greater, word) {
                if holds { pc += Encoding.jump(word) }
            } else {
                stop = .failed
                break loop
            }
        case .jumpUnlessGreater:
            let x = slot(base, Encoding.a(word)).pointee, y = slot(base, Encoding.b(word)).pointee
            if _fastPath(Tagged.areNumbers(x, y)) {
                if _slowPath(!(x.number > y.number)) { pc += Encoding.jump(word) }
            } else if let holds = order(state, .greater, word) {
                if !holds { pc += Encoding.jump(word) }
            } else {
                stop = .failed
                break loop
            }
        case .jumpGreaterEqual:
            let x = slot(base, Encoding.a(word)).pointee, y = slot(base, Encoding.b(word)).pointee
            if _fastPath(Tagged.areNumbers(x, y)) {
                if _slowPath(x.number >= y.number) { pc += Encoding.jump(word) }
            } else if let holds = order(state, .greaterEqual, word) {
                if holds { pc += Encoding.jump(word) }
            } else {
                stop = .failed
                break loop
            }
        case .jumpUnlessGreaterEqual:
            let x = slot(base, Encoding.a(word)).pointee, y = slot(base, Encoding.b(word)).pointee
            if _fastPath(Tagged.areNumbers(x, y)) {
                if _slowPath(!(x.number >= y.number)) { pc += Encoding.jump(word) }
            } else if let holds = order(state, .greaterEqual, word) {
                if !holds { pc += Encoding.jump(word) }
            } else {
                stop = .failed
                break loop
            }

        // MARK: Jumps back
        case .charge:
            // The jump that follows looks at what is left.
            heap.storage.pointee.fuel &-= Encoding.c(word)
        case .loop:
            pc += Encoding.wideJump(word)
            if _slowPath(isSliceOver(Encoding.x(word))) {
                stop = .slice
                break loop
            }
        case .loopTrue:
            let x = slot(base, Encoding.a(word)).pointee
            if _slowPath(x.isProjection) {
                guard let holds = truth(state, x.object) else {
                    stop = .failed
                    break loop
                }
                if !holds { continue loop }
            } else if !x.isTruthy {
                continue loop
            }
            pc += Encoding.wideJump(word)
            if _slowPath(isSliceOver(Encoding.x(word))) {
                stop = .slice
                break loop
            }
        case .loopLess:
            let x = slot(base, Encoding.a(word)).pointee, y = slot(base, Encoding.b(word)).pointee
            if _fastPath(Tagged.areNumbers(x, y)) {
                if _slowPath(!(x.number < y.number)) { continue loop }
            } else if let holds = order(state, .less, word) {
                if !holds { continue loop }
            } else {
                stop = .failed
                break loop
            }
            pc += Encoding.jump(word)
            if _slowPath(isSliceOver(Encoding.x(word))) {
                stop = .slice
                break loop
            }
        case .loopNotEqual:
            let x = slot(base, Encoding.a(word)).pointee, y = slot(base, Encoding.b(word)).pointee
            if _fastPath(Tagged.areNumbers(x, y)) {
                if _slowPath(x.number == y.number) { continue loop }
            } else {
                switch areEqual(state, word) {
                case .holds: continue loop
                case .fails: break
                case .failure:
                    stop = .failed
                    break loop
                }
            }
            pc += Encoding.jump(word)
            if _slowPath(isSliceOver(Encoding.x(word))) {
                stop = .slice
                break loop
            }
        case .loopEqual, .loopLessEqual, .loopGreater, .loopGreaterEqual:
            let opcode = unsafeBitCast(UInt8(truncatingIfNeeded: word), to: Opcode.self)
            switch compareOutOfLine(state, opcode, Encoding.a(word), Encoding.b(word)) {
            case .holds: break
            case .fails: continue loop
            case .failure:
                stop = .failed
                break loop
            }
            pc += Encoding.jump(word)
            if _slowPath(isSliceOver(Encoding.x(word))) {
                stop = .slice
                break loop
            }

        // MARK: Reading
        case .field:
            let source = slot(base, Encoding.b(word)).pointee
            let key = slot(base, Encoding.c(word)).pointee.object
            if _fastPath(source.isRecord) {
                let record = source.object
                let position = heap.find(key, in: record)
                let value = position >= 0 ? record.fields[position].borrowed : .null
                heap.store(value, into: slot(base, Encoding.a(word)))
            } else if !readFieldSlowly(state, word) {
                stop = .failed
                break loop
            }
        case .fieldOwned:
            let source = slot(base, Encoding.b(word)).pointee
            let key = slot(base, Encoding.c(word)).pointee.object
            if _fastPath(source.isRecord) {
                let record = source.object
                let position = heap.find(key, in: record)
                let value = position >= 0 ? heap.owned(record.fields[position]) : .null
                heap.store(value, into: slot(base, Encoding.a(word)))
            } else if !readFieldSlowly(state, word) {
                stop = .failed
                break loop
            }
        case .index:
            let source = slot(base, Encoding.b(word)).pointee, key = slot(base, Encoding.c(word)).pointee
            if let place = element(of: source, at: key) {
                let value = place.pointee.borrowed
                heap.store(value, into: slot(base, Encoding.a(word)))
            } else if !readIndexSlowly(state, word, isOwned: false) {
                stop = .failed
                break loop
            }
        case .indexOwned:
            let source = slot(base, Encoding.b(word)).pointee, key = slot(base, Encoding.c(word)).pointee
            if let place = element(of: source, at: key) {
                let value = heap.owned(place.pointee)
                heap.store(value, into: slot(base, Encoding.a(word)))
            } else if !readIndexSlowly(state, word, isOwned: true) {
                stop = .failed
                break loop
            }
        case .indexIndex:
            let source = slot(base, Encoding.b(word)).pointee, key = slot(base, Encoding.c(word)).pointee
            if let place = element(of: source, at: key) {
                let inner = place.pointee
                let reading = pc.pointee
                if let place = element(of: inner, at: slot(base, Encoding.c(reading)).pointee) {
                    pc += Encoding.x(word)
                    let value = heap.owned(place.pointee)
                    heap.store(value, into: slot(base, Encoding.a(reading)))
                } else {
                    heap.store(inner.borrowed, into: slot(base, Encoding.a(word)))
                }
            } else if !readIndexSlowly(state, word, isOwned: false) {
                stop = .failed
                break loop
            }
        case .indexAdd:
            let source = slot(base, Encoding.b(word)).pointee, key = slot(base, Encoding.c(word)).pointee
            if let place = element(of: source, at: key) {
                let value = place.pointee
                let addition = pc.pointee
                let x = slot(base, Encoding.b(addition)).pointee
                if _fastPath(Tagged.areNumbers(x, value)) {
                    // One word, which the instruction says: as a number here it would cost every instruction a register.
                    pc += Encoding.x(word)
                    put(slot(base, Encoding.a(addition)), x.number + value.number)
                } else {
                    heap.store(value.borrowed, into: slot(base, Encoding.a(word)))
                }
            } else if !readIndexSlowly(state, word, isOwned: false) {
                stop = .failed
                break loop
            }
        case .length:
            let source = slot(base, Encoding.b(word))
            if _fastPath(source.pointee.isSequence || source.pointee.isRecord) {
                put(slot(base, Encoding.a(word)), Double(source.pointee.object.header.pointee.count))
            } else if !lengthSlowly(state, word) {
                stop = .failed
                break loop
            }

        // MARK: Writing
        case .setIndex:
            let target = slot(base, Encoding.a(word))
            let key = slot(base, Encoding.b(word)).pointee, value = slot(base, Encoding.c(word)).pointee
            if _fastPath(
                target.pointee.isOwnedList && key.isNumber && !value.isObject && target.pointee.object.isUnique
            ),
                let position = plainInt32(key.number),
                UInt32(bitPattern: position) < target.pointee.object.header.pointee.count
            {
                heap.store(value, into: target.pointee.object.elements + Int(position))
            } else if !setIndexSlowly(state, word) {
                stop = .failed
                break loop
            }
        case .setIndexNumber:
            let target = slot(base, Encoding.a(word))
            if _fastPath(target.pointee.isOwnedList && target.pointee.object.isUnique),
                let position = plainInt32(number(base, Encoding.b(word))),
                UInt32(bitPattern: position) < target.pointee.object.header.pointee.count
            {
                let value = number(base, Encoding.c(word))
                heap.store(Tagged(value), into: target.pointee.object.elements + Int(position))
            } else if !setIndexSlowly(state, word) {
                stop = .failed
                break loop
            }
        case .setField:
            if !setFieldOutOfLine(state, word) {
                stop = .failed
                break loop
            }
        case .addIndex:
            if !addIndexOutOfLine(state, word) {
                stop = .failed
                break loop
            }
        case .setPath, .addPath, .pushPath:
            let steps = pc
            pc += Encoding.c(word)
            if !updatePath(state, word, steps) {
                stop = .failed
                break loop
            }

        // MARK: Building
        case .list, .tuple, .record, .extendList, .listToTuple, .emptyRecord:
            if !build(state, word) {
                stop = .failed
                break loop
            }
        case .concat:
            if !concatenate(state, word) {
                stop = .failed
                break loop
            }
        case .push:
            let target = slot(base, Encoding.a(word)), item = slot(base, Encoding.c(word))
            let list = target.pointee
            if _fastPath(
                Encoding.a(word) == Encoding.b(word) && list.isList && !item.pointee.isObject && list.isOwnedObject
                    && list.object.isUnique && list.object.count < list.object.capacity
            ) {
                list.object.elements[list.object.count] = item.pointee
                list.object.setCount(list.object.count &+ 1)
            } else if !pushSlowly(state, word) {
                stop = .failed
                break loop
            }
        case .call:
            if _slowPath(!callBuiltin(state, word)) {
                stop = .failed
                break loop
            }

        // MARK: Iteration
        case .iterate:
            if !beginIteration(state, word) {
                stop = .failed
                break loop
            }
        case .next:
            // iterator: the sequence, then the position, then what is known of more elements.
            let iterator = slot(base, Encoding.a(word))
            let position = Int(truncatingIfNeeded: (iterator + 1).pointee.bits)
            let sequence = iterator.pointee.object
            if _fastPath(position < sequence.count) {
                (iterator + 1).pointee.bits = UInt64(truncatingIfNeeded: position &+ 1)
                heap.store(sequence.elements[position].borrowed, into: slot(base, Encoding.b(word)))
                pc += Encoding.jump(word)
                if _slowPath(isSliceOver(Encoding.x(word))) {
                    stop = .slice
                    break loop
                }
            } else if _slowPath((iterator + 2).pointee.isObject) {
                // Once more where there are new elements.
                state.pointee.pc = pc
                if !refill(state, word) {
                    stop = .failed
                    break loop
                }
                pc = state.pointee.pc
            }
        case .rangeStart:
            if !beginRange(state, word) {
                stop = .failed
                break loop
            }
        case .rangeNext:
            // iterator: the next number, the step, how many are left.
            let iterator = slot(base, Encoding.a(word))
            let left = (iterator + 2).pointee.bits
            if _fastPath(left != 0) {
                (iterator + 2).pointee.bits = left &- 1
                let number = iterator.pointee.number
                iterator.pointee = Tagged(number + (iterator + 1).pointee.number)
                put(slot(base, Encoding.b(word)), number)
                pc += Encoding.jump(word)
                if _slowPath(isSliceOver(Encoding.x(word))) {
                    stop = .slice
                    break loop
                }
            }

        // MARK: Results and effects
        case .operation:
            guard CallMode(word).isDeferred else {
                stop = .effect
                break loop
            }
            if !makeCall(state, word, at: pc) {
                stop = .failed
                break loop
            }
        case .function, .await, .settle, .start, .cancel, .event, .sleep, .waitSignal, .signalRun:
            stop = .effect
            break loop
        case .mark:
            slot(base, Encoding.a(word)).pointee.object.setFlag(UInt8(truncatingIfNeeded: Encoding.x(word)))
        case .unwrap:
            if !unwrapOutOfLine(state, word) {
                stop = .failed
                break loop
            }
        case .typeSchema:
            if !readSchema(state, word) {
                stop = .failed
                break loop
            }
        case .observe:
            stop = .observe
            break loop
        case .print:
            stop = .print
            break loop
        case .finish:
            stop = .finish
            break loop
        case .fail:
            stop = .fail
            break loop
        // MARK: Functions
        case .invoke:
            state.pointee.pc = pc
            guard enterFunction(state, word) else {
                stop = .failed
                break loop
            }
            pc = state.pointee.pc
            base = state.pointee.registers
            if _slowPath(isSliceOver(state.pointee.functions[Encoding.c(word)].cost)) {
                stop = .slice
                break loop
            }
        case .ret:
            leaveFunction(state, word)
            pc = state.pointee.pc
            base = state.pointee.registers
        case .sequence, .keyed:
            if !order(state, word) {
                stop = .failed
                break loop
            }

        // MARK: Numbers for certain
        // Debug builds look whether the compiler was right; the tables of a suspended run are checked when it is read.
        case .addNumbers: putNumber(base, word, number(base, Encoding.b(word)) + number(base, Encoding.c(word)))
        case .subtractNumbers: putNumber(base, word, number(base, Encoding.b(word)) - number(base, Encoding.c(word)))
        case .multiplyNumbers: putNumber(base, word, number(base, Encoding.b(word)) * number(base, Encoding.c(word)))
        case .divideNumbers: putNumber(base, word, number(base, Encoding.b(word)) / number(base, Encoding.c(word)))
        case .moduloNumber:
            if let dividend = plainInt32(number(base, Encoding.b(word))), dividend >= 0 {
                let divisor = lowInteger(slot(base, Encoding.c(word)).pointee.number)
                putNumber(base, word, Double(UInt32(bitPattern: dividend) % divisor))
            } else {
                // Numbers do not fail.
                _ = calculateSlowly(state, word)
            }
        case .jumpEqualNumbers:
            if _slowPath(number(base, Encoding.a(word)) == number(base, Encoding.b(word))) { pc += Encoding.jump(word) }
        case .jumpNotEqualNumbers:
            if _slowPath(number(base, Encoding.a(word)) != number(base, Encoding.b(word))) { pc += Encoding.jump(word) }
        case .jumpUnlessLessNumbers:
            if _slowPath(!(number(base, Encoding.a(word)) < number(base, Encoding.b(word)))) {
                pc += Encoding.jump(word)
            }
        case .jumpUnlessLessEqualNumbers:
            if _slowPath(!(number(base, Encoding.a(word)) <= number(base, Encoding.b(word)))) {
                pc += Encoding.jump(word)
            }
        case .jumpUnlessGreaterNumbers:
            if _slowPath(!(number(base, Encoding.a(word)) > number(base, Encoding.b(word)))) {
                pc += Encoding.jump(word)
            }
        case .jumpUnlessGreaterEqualNumbers:
            if _slowPath(!(number(base, Encoding.a(word)) >= number(base, Encoding.b(word)))) {
                pc += Encoding.jump(word)
            }
        case .loopLessNumbers:
            if _slowPath(!(number(base, Encoding.a(word)) < number(base, Encoding.b(word)))) { continue loop }
            pc += Encoding.jump(word)
            if _slowPath(isSliceOver(Encoding.x(word))) {
                stop = .slice
                break loop
            }
        case .loopNotEqualNumbers:
            if _slowPath(number(base, Encoding.a(word)) == number(base, Encoding.b(word))) { continue loop }
            pc += Encoding.jump(word)
            if _slowPath(isSliceOver(Encoding.x(word))) {
                stop = .slice
                break loop
            }
        case .rangeNextPlain:
            let iterator = slot(base, Encoding.a(word))
            let left = (iterator + 2).pointee.bits
            if _fastPath(left != 0) {
                (iterator + 2).pointee.bits = left &- 1
                let number = iterator.pointee.number
                iterator.pointee.bits = Tagged(number + (iterator + 1).pointee.number).bits
                let variable = slot(base, Encoding.b(word))
                assert(!variable.pointee.isObject)
                variable.pointee = Tagged(number)
                pc += Encoding.jump(word)
                if _slowPath(isSliceOver(Encoding.x(word))) {
                    stop = .slice
                    break loop
                }
            }

        case .stepField, .stepIndex:
            // The instruction before skips its steps.
            break
        }
    }
    state.pointee.pc = pc
    return stop
}
