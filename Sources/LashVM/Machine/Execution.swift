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
    indirect case failure(Diagnostic)
}

/// One run of a program against the variables of a session.
///
/// `resume` goes until the program needs something; `answer` gives it. Variables are moved into registers when the run
/// begins and back when it ends, however it ends; `close` ends it, and a run that is dropped is closed too.
package final class Execution {
    package let store: VariableStore
    let program: CompiledProgram
    /// The process whose body it runs; `nil` for the main block.
    let process: Int?
    let unit: CodeUnit
    let heap: Heap
    let meter: Meter
    let registers: SlotPointer
    let state: StatePointer
    private var bindings: [FrozenValue] = []
    /// The variables that are bindings.
    private(set) var bound: Set<Int> = []
    private(set) var hasEnded = false
    private var wasInterrupted = false
    /// Who watches; only programs that were compiled to be observed tell everything.
    var observer: RunObserver?
    /// What the program waits for, and the answers so far.
    var pending: PendingEffect?
    /// What the run used so far.
    package var statistics: RunStatistics { meter.statistics }
    package var limits: Limits { meter.limits }

    /// Has the run use a budget together with others.
    ///
    /// - Parameter isCounted: whether the budget knows already what the run has used so far.
    package func share(_ budget: SharedBudget, isCounted: Bool = false) {
        meter.share(budget, isCounted: isCounted)
    }
    /// Fuel between two pauses; none where it is `nil`.
    package var pauseInterval: Int? {
        didSet { meter.slice = min(Meter.standardSlice, pauseInterval ?? .max) }
    }
    var fuelAtPause = 0

    /// What the run does while it stands still.
    enum Standing: UInt8 {
        /// It can go on.
        case ready = 0
        /// It has told the host something.
        case printing = 1
        /// It waits for answers.
        case waiting = 2
        /// It has come to its end; only the host can object.
        case finishing = 3
    }

    var standing = Standing.ready

    /// A run of the main block, or of the body of a process, whose arguments are the variables of the store.
    package convenience init(
        _ program: CompiledProgram,
        process: Int? = nil,
        store: VariableStore,
        bindings: [(name: String, value: FrozenValue)],
        limits: Limits,
        isCancelled: (@Sendable () -> Bool)?
    ) {
        self.init(empty: program, process: process, store: store, limits: limits, isCancelled: isCancelled)
        var bindingsByName: [String: FrozenValue] = [:]
        for binding in bindings { bindingsByName[binding.name] = binding.value }
        for (number, name) in unit.variables.enumerated() {
            // A variable of the name of a binding is gone for programs that mention it.
            let variable = store.take(name)
            if let binding = bindingsByName[name] {
                heap.release(variable)
                bind(number, to: binding)
            } else {
                registers[unit.layout.placeOfVariable(number)] = variable
            }
        }
        meter.statistics.fuel = unit.count
    }

    /// A run whose variables have no values yet.
    init(
        empty program: CompiledProgram,
        process: Int?,
        store: VariableStore,
        limits: Limits,
        isCancelled: (@Sendable () -> Bool)?
    ) {
        self.store = store
        self.program = program
        self.process = process
        meter = Meter(limits, isCancelled: isCancelled)
        unit = process.map { program.processUnits[$0] } ?? program.unit
        heap = store.heap
        store.run?.interrupt()
        let layout = unit.layout
        registers = .allocate(capacity: max(1, layout.count))
        registers.initialize(repeating: .null, count: layout.count)
        for number in 0..<layout.constants {
            registers[layout.placeOfConstant(number)] = unit.constants[number]
        }
        for number in 0..<layout.variables { registers[layout.placeOfVariable(number)] = .unset }
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
        store.run = self
    }

    /// Makes a variable that has no value a binding.
    func bind(_ variable: Int, to value: FrozenValue) {
        registers[unit.layout.placeOfVariable(variable)] = value.root
        bindings.append(value)
        bound.insert(variable)
        if value.mayHoldHandles { heap.storage.pointee.mayHoldHandles = true }
    }

    deinit {
        close()
        state.deinitialize(count: 1)
        state.deallocate()
        registers.deallocate()
    }

    /// Has everything told to `report` that happens from now on.
    package func observe(_ report: @escaping (RunObservation) -> Void) { observer = RunObserver(report: report) }

    /// Goes on until the program needs something or is over. After it is over, it stays over; while answers are missing,
    /// it asks for those again.
    package func resume() -> Effect {
        if hasEnded { return wasInterrupted ? .failure(Failure.interrupted.diagnostic(span: nil)) : .completed }
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
            if observer != nil { observeEnd(of: pending) }
            try accept(pending)
        }
        standing = .ready
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
                standing = .printing
                return .print(value)
            case .effect:
                try meter.look(heap)
                guard let effect = try beginEffect() else { continue }
                standing = .waiting
                if observer != nil { observeStart(of: effect) }
                return effect
            case .observe: observePoint()
            case .finish, .fail:
                let value = try handOver(operand, .json)
                try meter.lookAtEnd(heap)
                standing = .finishing
                let effect: Effect = Opcode(instruction) == .finish ? .finish(value) : .fail(value)
                if observer != nil { observeEnd(effect) }
                return effect
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
        if observer != nil { observeFailure(failure) }
        let position = failure.position ?? failedPosition
        let span = program.tree.span(of: unit.nodes[position])
        close()
        return .failure(failure.diagnostic(span: span))
    }

    // MARK: The end

    /// Ends the run because another one begins in its session.
    private func interrupt() {
        wasInterrupted = true
        close()
    }

    /// Ends the run: gives variables back to the session and releases everything else.
    package func close() {
        if hasEnded { return }
        hasEnded = true
        pending = nil
        store.run = nil
        meter.stop(heap)
        meter.statistics.peakMemory = heap.storage.pointee.peakBytes
        heap.storage.pointee.meter = nil
        meter.leaveShared()
        heap.limitMemory(to: .max)
        let layout = unit.layout
        for restore in openRestores {
            heap.store(heap.taken(from: registers + restore.saved), into: registers + restore.variable)
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

    /// What loops at the current position will give back to their variables, inner loops first.
    var openRestores: [LoopRestore] {
        unit.restores.filter { $0.start <= failedPosition && failedPosition < $0.end }
    }

    // MARK: A look from outside

    private lazy var numbers = Dictionary(uniqueKeysWithValues: zip(unit.variables, unit.variables.indices))

    /// The value that a variable would have if the run ended now, borrowed; `nil` for a name that the program does not
    /// mention.
    func variable(named name: String) -> Tagged? {
        guard let number = numbers[name] else { return nil }
        if bound.contains(number) { return .unset }
        let place = unit.layout.placeOfVariable(number)
        // The outermost loop has the value from before all of them.
        let loop = openRestores.last { $0.variable == place }
        return registers[loop?.saved ?? place].borrowed
    }

    /// The variables that the run assigned and its session does not know yet, in the order in which it will.
    var newVariables: [String] {
        unit.variables.enumerated().filter { !bound.contains($0) && !store.knows($1) }.map(\.element)
    }
}
