package import LashSyntax

/// What a run needs from outside, or how it ended.
package enum Effect: Sendable {
    /// The run has worked for a while and would let others work; `resume` goes on.
    case pause
    /// The program prints a value; `resume` goes on.
    case print(Value)
    /// The program waits for answers to all of these, which may be asked at once.
    case calls([HostCall])
    /// The program waits for an answer to this.
    case request(HostRequest)
    /// The program finished with a value; `refuse` can still object.
    case finish(Value)
    /// The program failed with a value; `refuse` can still object.
    case fail(Value)
    /// The program fell off its end.
    case completed
    /// A run-time error, a limit, or a cancellation.
    case failure(Diagnostic)
}

/// One run of a program against the variables of a session.
///
/// `resume` goes until the program needs something; `answer` gives it. Variables are moved into registers when the run
/// begins and back when it ends, however it ends; `close` ends it, and a run that is dropped is closed too.
package final class Execution {
    private let store: VariableStore
    let program: CompiledProgram
    let unit: CodeUnit
    let heap: Heap
    let meter: Meter
    private let registers: SlotPointer
    let state: StatePointer
    private var bindings: [FrozenValue] = []
    private var bound: Set<Int> = []
    private var hasEnded = false
    /// What the program waits for, and the answers so far.
    var pending: PendingEffect?
    /// What the run used so far.
    package var statistics: RunStatistics { meter.statistics }

    /// Fuel between two pauses; none where it is `nil`.
    package var pauseInterval: Int? {
        didSet { meter.slice = min(Meter.standardSlice, pauseInterval ?? .max) }
    }
    private var fuelAtPause = 0

    /// A run of the main block, or of the body of a process, whose arguments are the variables of the store.
    package init(
        _ program: CompiledProgram,
        process: Int? = nil,
        store: VariableStore,
        bindings: [(name: String, value: FrozenValue)],
        limits: Limits,
        isCancelled: (@Sendable () -> Bool)?
    ) {
        self.store = store
        self.program = program
        meter = Meter(limits, isCancelled: isCancelled)
        unit = process.map { program.processUnits[$0] } ?? program.unit
        heap = store.heap
        let layout = unit.layout
        registers = .allocate(capacity: max(1, layout.count))
        registers.initialize(repeating: .null, count: layout.count)
        for number in 0..<layout.constants {
            registers[layout.placeOfConstant(number)] = unit.constants[number]
        }
        var bindingsByName: [String: FrozenValue] = [:]
        for binding in bindings {
            bindingsByName[binding.name] = binding.value
            if binding.value.mayHoldHandles { heap.storage.pointee.mayHoldHandles = true }
        }
        for (number, name) in unit.variables.enumerated() {
            let slot = registers + layout.placeOfVariable(number)
            // A variable of the name of a binding is gone for programs that mention it.
            let variable = store.take(name)
            if let binding = bindingsByName[name] {
                heap.release(variable)
                slot.pointee = binding.root
                self.bindings.append(binding)
                bound.insert(number)
            } else {
                slot.pointee = variable
            }
        }
        state = .allocate(capacity: 1)
        state.initialize(
            to: MachineState(
                pc: unit.code,
                registers: UnsafeMutableRawPointer(registers),
                heap: heap,
                shapes: unit.shapes,
                code: unit.code,
                failure: nil
            )
        )
        heap.limitMemory(to: limits.memory ?? .max)
        heap.storage.pointee.peakBytes = heap.liveBytes
        heap.storage.pointee.meter = meter
        meter.statistics.fuel = unit.count
    }

    deinit {
        close()
        state.deinitialize(count: 1)
        state.deallocate()
        registers.deallocate()
    }

    /// Goes on until the program needs something or is over. After it is over, it stays over; while answers are missing,
    /// it asks for those again.
    package func resume() -> Effect {
        if hasEnded { return .completed }
        meter.start(heap)
        do {
            let effect = try proceed()
            meter.stop(heap)
            if case .completed = effect { close() }
            return effect
        } catch {
            meter.stop(heap)
            return conclude(error)
        }
    }

    private func proceed() throws(Failure) -> Effect {
        if let pending {
            try meter.look(heap)
            guard pending.isAnswered else { return pending.effect }
            self.pending = nil
            try accept(pending)
        }
        // The code itself is charged before it runs.
        if state.pointee.pc == unit.code { try meter.look(heap) }
        while true {
            switch runLoop(state) {
            case .slice:
                try meter.look(heap)
                if let pauseInterval, statistics.fuel - fuelAtPause >= pauseInterval {
                    fuelAtPause = statistics.fuel
                    return .pause
                }
            case .halted:
                try meter.lookAtEnd(heap)
                return .completed
            case .print:
                let value = try handOver(operand, .print)
                try meter.look(heap)
                return .print(value)
            case .effect:
                try meter.look(heap)
                if let effect = try beginEffect() { return effect }
            case .finish:
                let value = try handOver(operand, .json)
                try meter.lookAtEnd(heap)
                return .finish(value)
            case .fail:
                let value = try handOver(operand, .json)
                try meter.lookAtEnd(heap)
                return .fail(value)
            case .failed: throw state.pointee.failure ?? silentFailure
            }
        }
    }

    /// A value as output of the run: counted, then copied.
    private func handOver(_ slot: SlotPointer, _ style: TextStyle) throws(Failure) -> Value {
        // One byte more for the end of a printed line.
        let size = try heap.textSize(slot, style, most: meter.roomForOutput)
        try meter.note(output: style == .print ? size + 1 : size)
        return try heap.hostValue(slot)
    }

    /// Ends the run with an error after it printed, finished or failed: the host could not take the value.
    package func refuse(_ message: String) -> Effect {
        if hasEnded { return .completed }
        return conclude(.refused(instruction, message))
    }

    /// The instruction that the loop stopped at.
    var instruction: UInt64 { (state.pointee.pc - 1).pointee }

    /// The register that the effect at hand names.
    private var operand: SlotPointer { state.register(Encoding.a(instruction)) }

    // MARK: Errors

    /// The instruction that the loop stopped at.
    private var failedPosition: Int { max(0, state.pointee.pc - unit.code - 1) }

    /// The failure of instructions that fail in one way only, and leave it to their operands to say which.
    private var silentFailure: Failure {
        let word = unit.code[failedPosition]
        switch unsafeBitCast(UInt8(truncatingIfNeeded: word), to: Opcode.self) {
        case .loadFar: return .unknownName(variable(at: Int(word >> 32)))
        case .typeSchema: return .notAType(variable(at: Encoding.b(word) / 16))
        default: return .unknownName(variable(at: Encoding.a(word) / 16))
        }
    }

    private func variable(at place: Int) -> String {
        unit.layout.variable(at: place).map { unit.variables[$0] } ?? "?"
    }

    private func conclude(_ failure: Failure) -> Effect {
        let position = failure.position ?? failedPosition
        let span = program.tree.span(of: unit.nodes[position])
        close()
        return .failure(failure.diagnostic(span: span))
    }

    // MARK: The end

    /// Ends the run: gives variables back to the session and releases everything else.
    package func close() {
        if hasEnded { return }
        hasEnded = true
        pending = nil
        meter.stop(heap)
        meter.statistics.peakMemory = heap.storage.pointee.peakBytes
        heap.storage.pointee.meter = nil
        heap.limitMemory(to: .max)
        let layout = unit.layout
        let position = max(0, state.pointee.pc - unit.code - 1)
        for restore in unit.restores where restore.start <= position && position < restore.end {
            let saved = registers + restore.saved
            heap.store(heap.taken(from: saved), into: registers + restore.variable)
        }
        // Variables may borrow from iterators, so they become owners before anything is released.
        for number in unit.variables.indices where !bound.contains(number) {
            let slot = registers + layout.placeOfVariable(number)
            if slot.pointee.isBorrowed { slot.pointee = heap.owned(slot.pointee) }
        }
        for number in 0..<layout.temporaries {
            heap.store(.null, into: registers + layout.nearVariables + number)
        }
        for (number, name) in unit.variables.enumerated() where !bound.contains(number) {
            let slot = registers + layout.placeOfVariable(number)
            store.put(slot.pointee, as: name)
            slot.pointee = .unset
        }
        heap.forgetFrozenIndexes()
        store.keepAlive(unit, copying: !bindings.isEmpty)
    }
}
