internal import LashLinker

/// What a run waits for, and the answers so far: one for each call, or one for a request.
final class PendingEffect {
    /// What was asked.
    let effect: Effect
    /// Most effects are a single call, whose answer takes no memory of its own.
    private var first: CallResult?
    private var others: [CallResult?] = []
    private var missing: Int

    init(_ effect: Effect) {
        self.effect = effect
        missing = 1
        if case .calls(let calls) = effect, calls.count > 1 {
            missing = calls.count
            others = Array(repeating: nil, count: calls.count - 1)
        }
    }

    /// How many answers there are in the end.
    var count: Int { 1 + others.count }

    var isAnswered: Bool { missing == 0 }

    func answer(to call: Int) -> CallResult? { call == 0 ? first : others[call - 1] }

    /// Takes an answer, in place of one that is there already. There is nothing to answer beyond the last call.
    func take(_ result: CallResult, at call: Int) {
        if call == 0 {
            if first == nil { missing -= 1 }
            first = result
        } else if others.indices.contains(call - 1) {
            if others[call - 1] == nil { missing -= 1 }
            others[call - 1] = result
        }
    }
}

extension Execution {
    /// Gives the answer to one of the calls, or to the request, that `resume` came back with. Answers may come in any
    /// order; the last one counts where a call is answered twice.
    package func answer(_ result: CallResult, at call: Int = 0) {
        pending?.take(result, at: call)
    }

    /// The calls that have no answer yet, by position.
    package var unansweredCalls: [(position: Int, call: HostCall)] {
        guard let pending, case .calls(let calls) = pending.effect else { return [] }
        return calls.indices.filter { pending.answer(to: $0) == nil }.map { ($0, calls[$0]) }
    }

    /// Whether a call of those that were asked has its answer.
    package func isAnswered(at call: Int) -> Bool {
        guard let pending, call < pending.count else { return false }
        return pending.answer(to: call) != nil
    }

    /// Whether everything that was asked has its answer, so that `resume` goes on.
    package var isAnswered: Bool { pending?.isAnswered ?? true }

    // MARK: Asking

    /// The effect of the instruction that the loop stopped at, or `nil` where it needs no answer.
    func beginEffect() throws(Failure) -> Effect? {
        try lowerOperands()
        var reader = ValueReader(limitedBy: heap)
        defer { reader.finish() }
        guard let effect = try effectAtHand(&reader) else {
            // Only `await` and `settle` may find nothing to ask, and then the value is what it is.
            let word = instruction
            let a = state.register(Encoding.a(word))
            if Opcode(word) == .await {
                heap.store(heap.owned(state.register(Encoding.b(word)).pointee), into: a)
            } else {
                heap.store(try heap.settled(a.pointee, with: []), into: a)
            }
            return nil
        }
        let pending = PendingEffect(effect)
        try count(pending.count)
        self.pending = pending
        return effect
    }

    /// Puts plain values in place of projections among what the host is about to get. Only those who start processes hand
    /// projections on.
    private func lowerOperands() throws(Failure) {
        let word = instruction
        let first = state.register(Encoding.b(word))
        let count = Encoding.c(word)
        let heap = heap
        switch Opcode(word) {
        case .operation:
            // The registers were filled for this.
            guard heap.needsLowering(first, count) else { return }
            try heap.reading { () throws(Failure) in try heap.lower(argumentsOfCall: first, count) }
        case .function:
            guard heap.needsLowering(first, count) else { return }
            try heap.reading { () throws(Failure) in
                for i in 1..<count { try heap.lower(first + i) }
            }
        case .await:
            // A whole that lies with the host may be a handle.
            guard first.pointee.isProjection else { return }
            try heap.reading { () throws(Failure) in
                if try heap.kind(of: first.pointee.object) == .record {
                    _ = try heap.materialized(first.pointee.object)
                }
            }
        default: return
        }
    }

    /// What `await` looks at: of a projection the value, where it was read.
    private func awaited(_ word: UInt64) -> Tagged {
        let value = state.register(Encoding.b(word)).pointee
        return value.isProjection && !value.object.cached.isUnset ? value.object.cached : value
    }

    /// What the instruction that the loop stopped at asks, or `nil` where that is nothing. One reader for everything: what
    /// several calls share is copied once.
    func effectAtHand(_ reader: inout ValueReader) throws(Failure) -> Effect? {
        let word = instruction
        let opcode = Opcode(word)
        let a = state.register(Encoding.a(word))
        switch opcode {
        case .operation:
            return .calls([try call(of: state.register(Encoding.b(word)), count: Encoding.c(word), &reader)])
        case .function:
            let parts = state.register(Encoding.b(word))
            let arguments = try hostValues(parts, 1..<Encoding.c(word), &reader)
            return .calls([.function(name: TextView(parts).string, arguments: arguments)])
        case .await: return try calls(in: awaited(word), &reader)
        case .settle: return try calls(in: a.pointee, &reader)
        default: return .request(try request(opcode, word, &reader))
        }
    }

    private func request(
        _ opcode: Opcode,
        _ word: UInt64,
        _ reader: inout ValueReader
    ) throws(Failure) -> HostRequest {
        let a = state.register(Encoding.a(word))
        let heap = heap
        // Where the run was suspended here, everything was asked before.
        func plain(_ slot: SlotPointer) throws(Failure) -> Value {
            guard slot.pointee.mayHoldProjections, reader.isLimited else { return try reader.value(slot) }
            let value = try heap.reading { () throws(Failure) in try heap.lowered(slot.pointee) }
            defer { heap.release(value) }
            return try withUnsafePointer(to: value) { slot throws(Failure) in try reader.value(slot) }
        }
        switch opcode {
        case .start:
            let number = Encoding.c(word)
            guard case .record(let arguments) = try reader.value(state.register(Encoding.b(word))) else { break }
            return .start(ProcessStart(name: program.processNames[number], number: number, arguments: arguments))
        case .event: return .event(Encoding.x(word) == 0 ? .yield : .wake, try plain(a))
        case .sleep:
            let operand = try plain(a)
            return Encoding.x(word) == 0 ? .sleepFor(operand) : .sleepUntil(operand)
        case .waitSignal: return .waitSignal(TextView(state.register(Encoding.c(word))).string)
        case .signalRun:
            let payload = try plain(state.register(Encoding.b(word)))
            return .signalRun(
                run: try plain(a),
                name: TextView(state.register(Encoding.c(word))).string,
                payload: payload
            )
        default: break
        }
        return .cancel(try plain(a))
    }

    /// What a value waits for. Too many calls are refused before they are copied for the host.
    private func calls(in value: Tagged, _ reader: inout ValueReader) throws(Failure) -> Effect? {
        let slots = try heap.awaitedSlots(in: value)
        try checkCount(slots.count)
        var calls: [HostCall] = []
        calls.reserveCapacity(slots.count)
        for slot in slots { calls.append(try call(slot, &reader)) }
        return calls.isEmpty ? nil : .calls(calls)
    }

    private func call(_ slot: Tagged, _ reader: inout ValueReader) throws(Failure) -> HostCall {
        if slot.kind == .call {
            let parts = slot.object.elements + CallPart.receiver.rawValue
            return try call(of: parts, count: slot.object.count - CallPart.receiver.rawValue, &reader)
        }
        return .result(of: try withUnsafePointer(to: slot) { slot throws(Failure) in try reader.value(slot) })
    }

    /// The call whose authority, name and arguments lie in `count` slots.
    private func call(
        of parts: SlotPointer,
        count: Int,
        _ reader: inout ValueReader
    ) throws(Failure) -> HostCall {
        // The linker has seen to it that only authorities are asked.
        var receiver = Resource(type: "", alias: "")
        if parts.pointee.kind == .resource { receiver = Resource(parts.pointee.object) }
        let arguments = try hostValues(parts, 2..<count, &reader)
        return .operation(OperationCall(receiver: receiver, name: TextView(parts + 1).string, arguments: arguments))
    }

    private func hostValues(
        _ slots: SlotPointer,
        _ range: Range<Int>,
        _ reader: inout ValueReader
    ) throws(Failure) -> [Value] {
        var values: [Value] = []
        values.reserveCapacity(range.count)
        for i in range { values.append(try reader.value(slots + i)) }
        return values
    }

    private func count(_ calls: Int) throws(Failure) {
        try checkCount(calls)
        meter.pointee.statistics.hostCalls += calls
        try meter.pointee.shared?.spend(calls: calls)
    }

    private func checkCount(_ calls: Int) throws(Failure) {
        let wanted = statistics.hostCalls + calls
        if let limit = limits.hostCalls, wanted > limit { throw .tooManyCalls(wanted, limit) }
    }

    // MARK: Answers

    /// Puts the answers where the instruction wants them.
    func accept(_ pending: PendingEffect) throws(Failure) {
        let word = instruction
        let opcode = Opcode(word)
        let a = state.register(Encoding.a(word))
        // Nobody comes here before there is an answer to everything.
        guard let answer = pending.answer(to: 0) else { return }
        switch opcode {
        case .operation:
            let value = try CallMode(word).isUnwrapped ? unwrapped(answer) : wrapper(answer)
            clearArguments(word)
            heap.store(value, into: a)
        case .function:
            let value = try value(of: answer, "host function `\(functionName(word))`")
            clearArguments(word)
            heap.store(value, into: a)
        case .await: heap.store(try settle(awaited(word), pending), into: a)
        case .settle: heap.store(try settle(a.pointee, pending), into: a)
        case .start: heap.store(try value(of: answer, "process start"), into: a)
        case .waitSignal: heap.store(try value(of: answer, "wait_signal"), into: a)
        case .cancel: heap.release(try value(of: answer, "cancel"))
        case .event: heap.release(try value(of: answer, "process event"))
        case .sleep: heap.release(try value(of: answer, "sleep"))
        default: heap.release(try value(of: answer, "signal_run"))
        }
    }

    /// Lets go of what a call was made with, which could not be changed in place as long as the registers have it too.
    private func clearArguments(_ word: UInt64) {
        let first = state.register(Encoding.b(word))
        for i in 0..<Encoding.c(word) { heap.store(.null, into: first + i) }
    }

    private func functionName(_ word: UInt64) -> String { TextView(state.register(Encoding.b(word))).string }

    /// The answers in the places of what was awaited. Of several calls with `?` that failed, the first is reported.
    private func settle(_ value: Tagged, _ pending: PendingEffect) throws(Failure) -> Tagged {
        let slots = try heap.awaitedSlots(in: value)
        var settled: [Tagged] = []
        settled.reserveCapacity(pending.count)
        do {
            for (call, slot) in slots.enumerated() {
                if let answer = pending.answer(to: call) { settled.append(try result(answer, in: slot)) }
            }
        } catch {
            for value in settled { heap.release(value) }
            throw error
        }
        return try heap.settled(value, with: settled)
    }

    private func result(_ answer: CallResult, in slot: Tagged) throws(Failure) -> Tagged {
        guard slot.kind == .call else { return try wrapper(answer) }
        let position = Int(slot.object.elements[CallPart.position.rawValue].number)
        guard CallMode(unit.code[position]).isUnwrapped else { return try wrapper(answer) }
        do { return try unwrapped(answer) } catch {
            var failure = error
            failure.position = position
            throw failure
        }
    }

    private func value(of answer: CallResult, _ effect: @autoclosure () -> String) throws(Failure) -> Tagged {
        switch answer {
        case .value(let value): return try heap.make(value)
        case .failure(let failure): throw .effectFailed(effect(), failure.message)
        }
    }

    private func unwrapped(_ answer: CallResult) throws(Failure) -> Tagged {
        switch answer {
        case .value(let value): return try heap.make(value)
        case .failure(let failure): throw .unwrappedOperation(failure.message)
        }
    }

    /// `{ok: true, value: …}` or `{ok: false, error: …}`
    private func wrapper(_ answer: CallResult) throws(Failure) -> Tagged {
        switch answer {
        case .value(let value): return try heap.makeResult(isOK: true, try heap.make(value))
        case .failure(let failure): return try heap.makeResult(isOK: false, try heap.make(failure.value))
        }
    }
}

extension Heap {
    /// A result wrapper around an owned value.
    func makeResult(isOK: Bool, _ value: Tagged) throws(Failure) -> Tagged {
        let table = resultKeys(isOK: isOK)
        let record = makeRecord(keys: table, capacity: 2)
        record.fields[0] = Tagged(isOK)
        record.fields[1] = value
        record.setCount(2)
        if value.isObject {
            noteMember(value, of: record)
            do { try checkDepth(record) } catch {
                release(record)
                throw error
            }
        }
        return Tagged(.record, record)
    }

    /// The keys of result wrappers, made once in each heap.
    private func resultKeys(isOK: Bool) -> Object {
        let known = isOK ? storage.pointee.valueKeys : storage.pointee.errorKeys
        if let known { return known }
        let table = makeKeyTable(capacity: 2)
        for name: StaticString in ["ok", isOK ? "value" : "error"] {
            let key = makeKey(name.utf8Start, name.utf8CodeUnitCount)
            appendKey(key, to: table)
            release(key)
        }
        table.setFlag(ObjectFlag.sealed)
        if isOK { storage.pointee.valueKeys = table } else { storage.pointee.errorKeys = table }
        return table
    }
}
