internal import LashLinker
internal import LashSyntax

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
    let meter: MeterPointer
    let registers: SlotPointer
    let state: StatePointer
    /// What there is of bindings; most runs of programs without a host have none.
    var bindings: RunBindings?
    /// The variables that are bindings.
    var bound: Set<Int> { bindings?.numbers ?? [] }
    private(set) var hasEnded = false
    private var wasInterrupted = false
    /// Who watches; only programs that were compiled to be observed tell everything.
    var observer: RunObserver?
    /// What the program waits for, and the answers so far.
    var pending: PendingEffect?
    /// What the run used so far.
    package var statistics: RunStatistics { meter.pointee.statistics }
    package var limits: Limits { meter.pointee.limits }
    /// Hands over what was printed. The time for that counts: a flood of prints would outlast the limit by far.
    package func counting(_ body: () -> Void) { meter.counting(body) }

    /// The argument of an operation, by its path, in which projections stay what they are; `nil` is none.
    package var keptArgument: ((String) -> String?)? {
        didSet { if !hasEnded { heap.projectionReader.keptArgument = keptArgument } }
    }

    /// Has the run use a budget together with others.
    ///
    /// - Parameter isCounted: whether the budget knows already what the run has used so far.
    package func share(_ budget: SharedBudget, isCounted: Bool = false) {
        meter.pointee.share(budget, isCounted: isCounted)
    }

    /// Fuel between two pauses; none where it is `nil`.
    package var pauseInterval: Int? {
        didSet { meter.pointee.slice = min(Meter.standardSlice, pauseInterval ?? .max) }
    }
    var fuelAtPause = 0
    /// What was read, once the run is over.
    var savedReceipts: [ProjectionReceipt]?

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
        /// It waits for an answer about data of its host, before an instruction that it does again then.
        case reading = 4
    }

    var standing = Standing.ready

    /// A run of the main block, or of the body of a process, whose arguments are the variables of the store.
    package convenience init(
        _ program: CompiledProgram,
        process: Int? = nil,
        store: VariableStore,
        bindings: [(name: String, value: BoundValue)],
        limits: Limits,
        isCancelled: (@Sendable () -> Bool)?
    ) {
        self.init(empty: program, process: process, store: store, limits: limits, isCancelled: isCancelled)
        if !bindings.isEmpty || !takeAllVariables() { takeVariables(besides: bindings) }
        meter.pointee.statistics.fuel = unit.count
        if process == nil && !program.declaredFunctions.isEmpty {
            store.functions = store.functions.adding(program.declaredFunctions)
        }
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
        unit = process.map { program.processUnits[$0] } ?? program.unit
        heap = store.heap
        store.run?.interrupt()
        let layout = unit.layout
        // The registers lie behind the state, and the meter behind them.
        let stride = MemoryLayout<MachineState>.stride
        let end = stride + layout.count * MemoryLayout<Tagged>.stride
        let block = SystemMemory.allocate(end + MemoryLayout<Meter>.stride)
        registers = (block + stride).bindMemory(to: Tagged.self, capacity: layout.count)
        meter = (block + end).bindMemory(to: Meter.self, capacity: 1)
        meter.initialize(to: Meter(limits, isCancelled: isCancelled))
        registers.initialize(repeating: .null, count: layout.count)
        for number in 0..<layout.constants {
            registers[layout.placeOfConstant(number)] = unit.constants[number]
        }
        for number in 0..<layout.variables { registers[layout.placeOfVariable(number)] = .unset }
        state = block.bindMemory(to: MachineState.self, capacity: 1)
        state.initialize(
            to: MachineState(
                pc: unit.code,
                registers: UnsafeMutableRawPointer(registers),
                heap: heap,
                shapes: unit.shapes,
                code: unit.code,
                functions: program.functions.infos,
                failure: nil
            )
        )
        heap.limitMemory(to: limits.memory ?? .max)
        heap.storage.pointee.peakBytes = heap.liveBytes
        heap.storage.pointee.meter = meter
        heap.storage.pointee.reader = nil
        store.run = self
    }

    deinit {
        close()
        meter.deinitialize(count: 1)
        state.deinitialize(count: 1)
        SystemMemory.deallocate(state)
    }

    /// Has everything told to `report` that happens from now on.
    package func observe(_ report: @escaping (RunObservation) -> Void) { observer = RunObserver(report: report) }

    /// Goes on until the program needs something or is over. After it is over, it stays over; while answers are missing,
    /// it asks for those again.
    package func resume() -> Effect {
        if hasEnded { return wasInterrupted ? .failure(Failure.interrupted.diagnostic(span: nil)) : .completed }
        meter.pointee.start(heap)
        do {
            let effect = try proceed()
            meter.pointee.stop(heap, atLook: effect.followsLook)
            if case .completed = effect { close() }
            return effect
        } catch {
            if error.isQuestion, let read = waitForAnswer() {
                meter.pointee.stop(heap)
                return .read(read)
            }
            meter.pointee.stop(heap)
            return conclude(error)
        }
    }

    private func proceed() throws(Failure) -> Effect {
        if let failure = bindings?.failure { throw failure }
        if let asked = heap.storage.pointee.reader?.asked {
            try meter.pointee.look(heap, atStart: true)
            return .read(asked)
        }
        if let pending {
            try meter.pointee.look(heap, atStart: true)
            guard pending.isAnswered else { return pending.effect }
            self.pending = nil
            if observer != nil { observeEnd(of: pending) }
            try accept(pending)
        }
        if standing == .reading { try meter.pointee.look(heap, atStart: true) }
        standing = .ready
        // The code itself is charged before it runs.
        if state.pointee.pc == unit.code { try meter.pointee.look(heap, atStart: true) }
        while true {
            switch runLoop(state) {
            case .slice:
                try meter.pointee.look(heap)
                if let pauseInterval, statistics.fuel - fuelAtPause >= pauseInterval {
                    fuelAtPause = statistics.fuel
                    return .pause
                }
            case .halted:
                // There is nothing behind it.
                state.pointee.pc -= 1
                try meter.pointee.lookAtEnd(heap)
                return .completed
            case .print:
                let value = try reading(operand) { slot throws(Failure) in try handOver(slot, .print) }
                try meter.pointee.look(heap)
                standing = .printing
                return .print(value)
            case .effect:
                try meter.pointee.look(heap)
                guard let effect = try beginEffect() else { continue }
                standing = .waiting
                if observer != nil { observeStart(of: effect) }
                return effect
            case .observe: observePoint()
            case .finish, .fail:
                let value = try reading(operand) { slot throws(Failure) in try handOver(slot, .json) }
                try meter.pointee.lookAtEnd(heap)
                standing = .finishing
                let effect: Effect = Opcode(instruction) == .finish ? .finish(value) : .fail(value)
                if observer != nil { observeEnd(effect) }
                return effect
            case .failed: throw state.pointee.failure ?? silentFailure
            }
        }
    }

    /// A value as output of the run: counted, then copied.
    private func handOver(_ slot: UnsafePointer<Tagged>, _ style: TextStyle) throws(Failure) -> Value {
        // One byte more for the end of a printed line.
        let size = try heap.textSize(slot, style, most: meter.pointee.roomForOutput)
        try meter.pointee.note(output: style == .print ? size + 1 : size)
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

    private func conclude(_ failure: Failure) -> Effect {
        if observer != nil { observeFailure(failure) }
        let diagnostic = diagnostic(of: failure)
        close()
        return .failure(diagnostic)
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
        meter.pointee.stop(heap)
        meter.pointee.statistics.peakMemory = heap.storage.pointee.peakBytes
        heap.storage.pointee.meter = nil
        savedReceipts = receipts
        heap.storage.pointee.reader = nil
        meter.pointee.leaveShared()
        heap.limitMemory(to: .max)
        let layout = unit.layout
        let openRestores = unit.restores.isEmpty ? [] : rootFrame.openRestores
        while depth > 0 { _ = state.pointee.leaveFrame() }
        state.pointee.stack.deallocate(heap)
        for restore in openRestores {
            heap.store(heap.taken(from: registers + restore.saved), into: registers + restore.variable)
        }
        // Variables may borrow from iterators, so they become owners before anything is released.
        let bound = bound
        for number in 0..<layout.variables {
            let slot = registers + layout.placeOfVariable(number)
            if slot.pointee.isBorrowed && !bound.contains(number) { slot.pointee = heap.owned(slot.pointee) }
        }
        for number in 0..<layout.temporaries {
            heap.store(.null, into: registers + layout.nearVariables + number)
        }
        for number in bound { heap.store(.unset, into: registers + layout.placeOfVariable(number)) }
        giveBackVariables()
        heap.forgetFrozenIndexes()
        store.keepAlive(unit, copying: bindings.map { !$0.frozen.isEmpty } ?? false)
    }
}
