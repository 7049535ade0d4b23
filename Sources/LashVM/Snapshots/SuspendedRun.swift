package import LashLinker
package import LashSyntax

/// A run that was written as bytes: what has to be known to compile its program, and the rest still unread.
package struct SuspendedRun {
    /// The program's text, if it is among the bytes.
    package let source: SourceText?
    /// How the program was compiled.
    package let optimization: Optimization
    package let isObserved: Bool
    /// The functions of its session, those of its program included.
    package let functions: FunctionLibrary
    /// The bindings that the run has.
    package let bindings: [String]
    /// The process whose body it runs; `nil` for the main block.
    let process: Int?
    let fingerprint: UInt64
    private let bytes: [UInt8]
    /// Where the rest begins.
    private let offset: Int

    /// Reads the first part.
    package init(_ bytes: [UInt8]) throws(SnapshotError) {
        self = try SnapshotInput.reading(bytes) { input throws(SnapshotError) in
            try SuspendedRun(&input, bytes)
        }
    }

    private init(_ input: inout SnapshotInput, _ bytes: [UInt8]) throws(SnapshotError) {
        self.bytes = bytes
        try input.header(of: .run)
        let bytecode = try input.number()
        guard bytecode == SnapshotFormat.bytecodeVersion else { throw .otherBytecode(bytecode) }
        let options = try input.byte()
        if options > 3 { throw input.damaged("unknown options") }
        optimization = options & 1 == 0 ? .full : .none
        isObserved = options & 2 != 0
        switch try input.byte() {
        case 0: source = nil
        case 1:
            let name = try input.text()
            source = SourceText(bytes: Array(try input.block()), name: name)
        default: throw input.damaged("neither a source text nor none")
        }
        functions = try input.functions()
        var bindings: [String] = []
        for _ in 0..<(try input.count()) { bindings.append(try input.text()) }
        self.bindings = bindings
        let number = try input.number()
        process = number == 0 ? nil : number - 1
        fingerprint = try input.bits()
        offset = input.offset
    }

    /// The run, ready to go on, in a session of its own.
    ///
    /// The program must be the one that was suspended; limits are those of the new run, and what was used before counts.
    package func resume(
        _ program: CompiledProgram,
        limits: Limits,
        isCancelled: (@Sendable () -> Bool)?
    ) throws(SnapshotError) -> Execution {
        if let process, process >= program.processUnits.count { throw .otherProgram }
        guard program.fingerprint(process: process) == fingerprint, program.optimization == optimization,
            program.observes == isObserved
        else { throw .otherProgram }
        let execution = Execution(
            empty: program,
            process: process,
            store: VariableStore(),
            limits: limits,
            isCancelled: isCancelled
        )
        execution.store.functions = functions
        do {
            try SnapshotInput.reading(bytes, from: offset) { input throws(SnapshotError) in
                var reader = RunReader(execution, input)
                defer { reader.finish() }
                try reader.read(bindings: bindings)
            }
        } catch {
            execution.close()
            throw error
        }
        return execution
    }
}

/// Reads the state of a run. Everything that the code takes for granted about a register is checked here.
private struct RunReader {
    let execution: Execution
    let unit: CodeUnit
    var graph: GraphReader
    private var roots = RootRegisters(after: 0)
    /// Projections among the answers.
    private var answered: [RestoredProjection] = []

    init(_ execution: Execution, _ input: SnapshotInput) {
        self.execution = execution
        unit = execution.unit
        graph = GraphReader(
            input,
            heap: execution.heap,
            constants: execution.program.constantObjects(ofProcess: execution.process),
            literals: execution.program.literalTables(ofProcess: execution.process)
        )
    }

    /// Also after an error: what has been read refers to the frozen heap.
    mutating func finish() {
        if let frozen = graph.frozen { execution.store.keepAlive(frozen) }
        execution.store.restored += graph.restored + answered
        graph.finish()
    }

    mutating func read(bindings: [String]) throws(SnapshotError) {
        try readPosition()
        for (number, frame) in execution.frames.enumerated() { try readFrame(frame, isRoot: number == 0) }
        let bound = unit.variables.indices.filter(execution.bound.contains).map { unit.variables[$0] }
        if bound != bindings { throw graph.input.damaged("bindings that differ from their names") }
        try readSession()
        if execution.standing == .waiting { try readAnswers() }
        try graph.input.finish()
    }

    private mutating func readPosition() throws(SnapshotError) {
        guard let standing = Execution.Standing(rawValue: try graph.input.byte()) else {
            throw graph.input.damaged("an unknown state")
        }
        let position = try graph.input.number()
        execution.state.pointee.pc = unit.code + min(max(0, position), unit.count - 1)
        execution.standing = standing
        // Far less than what would overflow.
        let most = 1 << 60
        let (fuel, hostCalls) = (try graph.input.number(), try graph.input.number())
        let outputBytes = try graph.input.number()
        if max(fuel, hostCalls, outputBytes) > most { throw graph.input.damaged("impossible statistics") }
        execution.meter.pointee.statistics.fuel = fuel
        execution.meter.pointee.statistics.hostCalls = hostCalls
        execution.meter.pointee.statistics.outputBytes = outputBytes
        execution.fuelAtPause = fuel
        try readCalls(from: position, standing)
    }

    /// Reads which functions are being called, and makes their frames.
    private mutating func readCalls(from position: Int, _ standing: Execution.Standing) throws(SnapshotError) {
        let depth = try graph.input.number()
        if depth > CallStack.limit { throw graph.input.damaged("too many calls") }
        let functions = execution.program.functions
        var walk = CodeWalk(unit: unit)
        var position = position
        for _ in 0..<depth {
            let function = try graph.input.number()
            let next = try graph.input.number()
            guard standing == .ready || standing == .reading, function < functions.units.count,
                walk.canCall(function, before: position)
            else {
                throw graph.input.damaged("a call that nothing makes")
            }
            walk = CodeWalk(unit: functions.units[function])
            position = next
            guard position < walk.unit.count else { throw graph.input.damaged("a position outside of the code") }
            do throws(Failure) { try execution.restoreCall(function, at: position) } catch {
                throw .memory(execution.limits.memory ?? .max)
            }
        }
        guard walk.canStand(at: position, standing) else {
            throw graph.input.damaged("a position where no run can stand")
        }
    }

    private mutating func readFrame(_ frame: FrameView, isRoot: Bool) throws(SnapshotError) {
        roots = RootRegisters(after: graph.numbered)
        let loopVariables = frame.loopVariables
        let variables = frame.unit.variables.indices
        for number in variables where !loopVariables.contains(number) {
            try readVariable(number, of: frame, isRoot: isRoot)
        }
        let live = LiveTemporaries(frame)
        try readTemporaries(live, of: frame, isRoot: isRoot)
        for number in variables where loopVariables.contains(number) {
            try readVariable(number, of: frame, isRoot: isRoot)
        }
        try checkVariables(of: frame)
    }

    // MARK: Variables

    private mutating func readVariable(_ number: Int, of frame: FrameView, isRoot: Bool) throws(SnapshotError) {
        let place = frame.unit.layout.placeOfVariable(number)
        switch VariableForm(rawValue: try graph.input.byte()) {
        case .unset: break
        case .value: frame.slot(place).pointee = try graph.read()
        case .binding where isRoot:
            let value = try graph.read()
            guard !value.isObject || value.object.isImmortal, CodeWalk(unit: unit).isConstant(place) else {
                execution.heap.release(value)
                throw graph.input.damaged("a binding that may change")
            }
            execution.bind(number, to: .frozen(FrozenValue(value, in: graph.frozen ?? HeapOwner())))
        case .ownBinding:
            let value = try graph.read()
            guard value.mayHoldProjections, CodeWalk(unit: unit).isConstant(place) else {
                execution.heap.release(value)
                throw graph.input.damaged("a binding that may change")
            }
            execution.bind(number, toOwned: value)
        default: throw graph.input.damaged("an unknown form of a variable")
        }
        roots.note(place, numbered: graph.numbered)
    }

    /// Variables that the code reads without looking must have what it takes for granted.
    private func checkVariables(of frame: FrameView) throws(SnapshotError) {
        let walk = CodeWalk(unit: frame.unit)
        let near = frame.unit.layout.nearVariables
        for base in stride(from: 0, to: near, by: 64) {
            let places = base..<min(near, base + 64)
            if places.contains(where: { frame.slot($0).pointee.isUnset }) {
                let masks = walk.demands(from: frame.demandPosition, base: base, .values)
                let demanded = masks.reduce(0, |) & ~masks[Int(RegisterDemand.anything.rawValue)]
                for place in places
                where demanded >> UInt64(place - base) & 1 != 0 && frame.slot(place).pointee.isUnset {
                    throw graph.input.damaged("a variable without a value")
                }
            }
            let kinds = walk.demands(from: frame.demandPosition, base: base, .kinds)
            for place in places {
                let value = frame.slot(place).pointee
                func isDemanded(_ demand: RegisterDemand) -> Bool {
                    kinds[Int(demand.rawValue)] >> UInt64(place - base) & 1 != 0
                }
                if isDemanded(.text) && !value.isString { throw graph.input.damaged("a variable that is no text") }
                if isDemanded(.number) && !value.isNumber { throw graph.input.damaged("a variable that is no number") }
                if isDemanded(.plain) && value.isObject { throw graph.input.damaged("a variable that holds too much") }
            }
        }
    }

    // MARK: Temporaries

    private mutating func readTemporaries(
        _ live: LiveTemporaries,
        of frame: FrameView,
        isRoot: Bool
    ) throws(SnapshotError) {
        let first = frame.unit.layout.nearVariables
        graph.acceptsCall = { [unit] position, operands in
            isRoot && position >= 0 && position < unit.count && unit.isDeferredCall(at: position)
                && Encoding.c(unit.code[position]) == operands
        }
        defer { graph.acceptsCall = nil }
        var steps = CodeWalk.stepLimit
        var missing = live.places[...]
        var last = first - 1
        for _ in 0..<(try graph.input.count()) {
            let place = first + (try graph.input.number())
            guard place > last, place < first + frame.unit.layout.temporaries else {
                throw graph.input.damaged("a temporary out of place")
            }
            last = place
            let isLive = missing.first == place
            if isLive { missing.removeFirst() }
            guard let form = TemporaryForm(rawValue: try graph.input.byte()), isLive == (form != .leftover) else {
                throw graph.input.damaged("a temporary of a wrong form")
            }
            try readTemporary(place, of: frame, form, live, steps: &steps)
            roots.note(place, numbered: graph.numbered)
        }
        if !missing.isEmpty { throw graph.input.damaged("a temporary is missing") }
    }

    private mutating func readTemporary(
        _ place: Int,
        of frame: FrameView,
        _ form: TemporaryForm,
        _ live: LiveTemporaries,
        steps: inout Int
    ) throws(SnapshotError) {
        func slot(_ place: Int) -> SlotPointer { frame.slot(place) }
        let demands = live.demands(on: place)
        switch form {
        case .leftover:
            slot(place).pointee = try graph.read()
            return
        case .value: slot(place).pointee = try graph.read()
        case .borrowed:
            let number = try graph.input.number()
            guard let value = graph.object(number), !value.object.isImmortal,
                roots.keep(number, place, frame, steps: &steps)
            else { throw graph.input.damaged("a borrowed value that nothing keeps") }
            slot(place).pointee = value.borrowed
        case .position:
            let taken = try graph.input.number()
            let sequence = slot(place - 1).pointee
            guard sequence.isSequence, taken <= sequence.object.count else {
                throw graph.input.damaged("a position outside of its list")
            }
            slot(place).pointee = Tagged(tag: 0, bits: UInt64(taken))
        case .remaining:
            let left = try graph.input.number()
            if left > maximumRange { throw graph.input.damaged("too long a range") }
            slot(place).pointee = Tagged(tag: 0, bits: UInt64(left))
        case .key:
            let number = try graph.input.number()
            guard number < frame.unit.layout.constants, frame.unit.constants[number].kind == .string else {
                throw graph.input.damaged("a key that is none")
            }
            slot(place).pointee = frame.unit.constants[number]
        case .unset: slot(place).pointee = .unset
        }
        if !isFit(slot(place).pointee, place, of: frame, form, demands, live) {
            throw graph.input.damaged("a temporary that its program cannot use")
        }
    }

    /// Whether a register holds what the code takes for granted.
    private func isFit(
        _ value: Tagged,
        _ place: Int,
        of frame: FrameView,
        _ form: TemporaryForm,
        _ demands: RegisterDemands,
        _ live: LiveTemporaries
    ) -> Bool {
        // Numbers that are no values are for their instructions only.
        if (form == .position) != demands.contains(.position) { return false }
        if (form == .remaining) != demands.contains(.remaining) { return false }
        if (form == .key) != demands.contains(.key) { return false }
        if form == .unset && !canBeUnset(place, of: frame, live) { return false }
        let isNew = value.isOwnedObject && value.object.isUnique && !graph.isNumbered(value)
        return RegisterDemand.allCases.allSatisfy { demand in
            guard demands.contains(demand) else { return true }
            switch demand {
            case .anything, .value, .key, .position, .remaining: return true
            case .text: return value.isString
            case .record: return value.isRecord
            case .newList: return isNew && value.isList
            case .newContainer: return isNew && (value.isSequence || value.isRecord)
            case .newRecord: return isNew && value.isRecord
            case .sequence: return value.isSequence
            case .number: return value.isNumber
            case .plain: return !value.isObject
            case .stream: return value.isNull || value.isStream
            case .keys: return value.isList
            }
        }
    }

    /// Only what a loop gives back to its variable, and only where the code looks before it reads that one.
    private func canBeUnset(_ place: Int, of frame: FrameView, _ live: LiveTemporaries) -> Bool {
        frame.openRestores.filter { $0.saved == place }.allSatisfy { restore in
            let base = restore.variable / 64 * 64
            let masks = CodeWalk(unit: frame.unit).demands(from: restore.end + 1, base: base, .values)
            let demanded = masks.reduce(0, |) & ~masks[Int(RegisterDemand.anything.rawValue)]
            return restore.variable >= frame.unit.layout.nearVariables
                || demanded >> UInt64(restore.variable - base) & 1 == 0
        } && live.isSaved(place)
    }

    // MARK: What lies outside of the code

    private mutating func readSession() throws(SnapshotError) {
        let store = execution.store
        let mentioned = Set(unit.variables)
        for _ in 0..<(try graph.input.count()) {
            let name = try graph.readNewName(for: store)
            switch VariableForm(rawValue: try graph.input.byte()) {
            case .unset: store.append(name, .unset)
            case .value where !mentioned.contains(name): store.append(name, try graph.read())
            default: throw graph.input.damaged("a variable of the session that the run has")
            }
        }
    }

    private mutating func readAnswers() throws(SnapshotError) {
        // It was counted and charged when it was asked.
        var reader = ValueReader()
        let heap = execution.heap
        guard
            let effect = try? heap.withoutCharge({ () throws(Failure) in try execution.effectAtHand(&reader) })
        else { throw graph.input.damaged("an effect that asks nothing") }
        let pending = PendingEffect(effect)
        guard try graph.input.count() == pending.count else { throw graph.input.damaged("a number of answers") }
        for call in 0..<pending.count {
            switch AnswerForm(rawValue: try graph.input.byte()) {
            case .missing: break
            case .value: pending.take(.value(try readValue()), at: call)
            case .failure: pending.take(.failure(CallFailure(try graph.input.text())), at: call)
            case .detailedFailure:
                var failure = CallFailure(try graph.input.text())
                guard case .record(let details) = try readValue() else {
                    throw graph.input.damaged("details that are no record")
                }
                failure.details = details
                pending.take(.failure(failure), at: call)
            case nil: throw graph.input.damaged("an unknown form of an answer")
            }
        }
        execution.pending = pending
    }

    /// A value of the host.
    private mutating func readValue() throws(SnapshotError) -> Value {
        var inner = GraphReader(graph.input, heap: execution.heap)
        defer { inner.finish() }
        var made = try inner.read()
        defer { execution.heap.release(made) }
        answered += inner.restored
        graph.input = inner.input
        return Value(&made)
    }
}
