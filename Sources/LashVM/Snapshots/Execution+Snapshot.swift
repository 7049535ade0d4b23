internal import LashSyntax

/// How a temporary is written.
enum TemporaryForm: UInt8 {
    /// A value that the code reads and the register owns.
    case value = 0
    /// A value that the code reads and another register keeps alive.
    case borrowed = 1
    /// How many elements an iteration has taken.
    case position = 2
    /// How many numbers of a range are left.
    case remaining = 3
    /// A constant that is a key.
    case key = 4
    /// What a loop keeps of a variable that had no value.
    case unset = 5
    /// A value that no code reads any more. It counts as a reference all the same: whether something is changed in place or
    /// copied, and so what that costs, depends on it until the register is written again.
    case leftover = 6
}

/// How a variable is written.
enum VariableForm: UInt8 {
    case unset = 0
    case value = 1
    case binding = 2
    /// A binding that is, or holds, a projection.
    case ownBinding = 3
}

extension Execution {
    /// The run as bytes, to be resumed anywhere: what it has done is not done again, and what it does from here on is the
    /// same. The run itself can go on too.
    ///
    /// Without its source text the bytes are smaller, and whoever resumes the run has the program from elsewhere.
    package func snapshot(includingSource: Bool = true) throws(SnapshotError) -> [UInt8] {
        if hasEnded || standing == .finishing { throw SnapshotError(message: "the run is over") }
        // What was asked with data of the host is asked again, when that has been read again.
        let asked = asksAgain ? pending?.count ?? 0 : 0
        if asked > 0 { stepBack(asked) }
        defer { if asked > 0 { stepForward(asked) } }
        var constants = ObjectNumbers(), literals = ObjectNumbers()
        for (number, constant) in program.constantObjects(ofProcess: process).enumerated() {
            constants.insert(constant.object, number)
        }
        for (number, table) in program.literalTables(ofProcess: process).enumerated() { literals.insert(table, number) }
        var writer = RunWriter(self, GraphWriter(constants: constants, literals: literals))
        defer {
            writer.finish()
            constants.deallocate()
            literals.deallocate()
        }
        writer.writeProgram(includingSource: includingSource)
        try writer.writeState()
        return try writer.graph.out.snapshot()
    }

    /// Whether the operand of what is waited for may have to be read again.
    private var asksAgain: Bool {
        guard standing == .waiting, !isAnswered else { return false }
        switch Opcode(instruction) {
        case .event, .sleep, .cancel: return state.register(Encoding.a(instruction)).pointee.mayHoldProjections
        case .signalRun:
            return state.register(Encoding.a(instruction)).pointee.mayHoldProjections
                || state.register(Encoding.b(instruction)).pointee.mayHoldProjections
        case .await: return state.register(Encoding.b(instruction)).pointee.isProjection
        default: return false
        }
    }

    private func stepBack(_ asked: Int) {
        standing = .reading
        state.pointee.pc -= 1
        meter.pointee.statistics.hostCalls -= asked
    }

    private func stepForward(_ asked: Int) {
        standing = .waiting
        state.pointee.pc += 1
        meter.pointee.statistics.hostCalls += asked
    }
}

/// Writes a run, register by register.
private struct RunWriter {
    let execution: Execution
    let unit: CodeUnit
    var graph: GraphWriter
    private var roots = RootRegisters(after: 0)
    /// Objects that a register borrows, counted once more so that they get numbers.
    private var pinned: [Object] = []

    init(_ execution: Execution, _ graph: GraphWriter) {
        self.execution = execution
        self.graph = graph
        unit = execution.unit
    }

    mutating func finish() {
        for object in pinned { execution.heap.release(object) }
        graph.deallocate()
    }

    mutating func writeProgram(includingSource: Bool) {
        let program = execution.program
        graph.out.appendHeader(of: .run)
        graph.out.append(count: SnapshotFormat.bytecodeVersion)
        graph.out.append((program.optimization == .full ? 0 : 1) | (program.observes ? 2 : 0))
        graph.out.append(includingSource ? 1 : 0)
        if includingSource {
            graph.out.append(blockOf: program.tree.source.name)
            program.tree.source.bytes.withUnsafeBufferPointer { graph.out.append(block: $0) }
        }
        graph.out.append(execution.store.functions)
        let bindings = unit.variables.indices.filter(execution.bound.contains).map { unit.variables[$0] }
        graph.out.append(count: bindings.count)
        for name in bindings { graph.out.append(blockOf: name) }
        graph.out.append(count: execution.process.map { $0 + 1 } ?? 0)
        graph.out.append(bits: program.fingerprint(process: execution.process))
    }

    mutating func writeState() throws(SnapshotError) {
        let statistics = execution.statistics
        graph.out.append(execution.standing.rawValue)
        let frames = execution.frames
        for number in [frames[0].position, statistics.fuel, statistics.hostCalls, statistics.outputBytes] {
            graph.out.append(count: number)
        }
        graph.out.append(count: execution.depth)
        for number in 0..<execution.depth {
            graph.out.append(count: execution.call(number).function)
            graph.out.append(count: frames[number + 1].position)
        }
        let live = frames.map { LiveTemporaries($0) }
        for (frame, live) in zip(frames, live) { pin(frame, live) }
        for (frame, live) in zip(frames, live) { write(frame, live) }
        writeSession()
        if execution.standing == .waiting, let pending = execution.pending { try writeAnswers(pending) }
    }

    // MARK: Registers

    private mutating func write(_ frame: FrameView, _ live: LiveTemporaries) {
        roots = RootRegisters(after: graph.numbered)
        let loopVariables = frame.loopVariables
        let variables = frame.unit.variables.indices
        for number in variables where !loopVariables.contains(number) { write(variable: number, of: frame) }
        write(live, of: frame)
        for number in variables where loopVariables.contains(number) { write(variable: number, of: frame) }
    }

    private mutating func pin(_ frame: FrameView, _ live: LiveTemporaries) {
        func pin(_ place: Int) {
            let value = frame.slot(place).pointee
            guard value.isBorrowed, !value.object.isImmortal else { return }
            value.object.retain()
            pinned.append(value.object)
        }
        for number in frame.loopVariables { pin(frame.unit.layout.placeOfVariable(number)) }
        for place in live.places { pin(place) }
    }

    private mutating func write(variable number: Int, of frame: FrameView) {
        let place = frame.unit.layout.placeOfVariable(number)
        if frame.slot(place).pointee.isUnset {
            graph.out.append(VariableForm.unset.rawValue)
        } else {
            var form = VariableForm.value
            if frame.bound.contains(number) {
                form = frame.slot(place).pointee.mayHoldProjections ? .ownBinding : .binding
            }
            graph.out.append(form.rawValue)
            graph.write(frame.slot(place))
        }
        roots.note(place, numbered: graph.numbered)
    }

    private mutating func write(_ live: LiveTemporaries, of frame: FrameView) {
        let first = frame.unit.layout.nearVariables
        let all = first..<first + frame.unit.layout.temporaries
        let places = all.filter { live.isLive($0) || isLeftover(frame.slot($0).pointee) }
        graph.out.append(count: places.count)
        var steps = CodeWalk.stepLimit
        graph.writesCalls = true
        for place in places {
            graph.out.append(count: place - first)
            write(temporary: place, of: frame, live.demands(on: place), isLive: live.isLive(place), steps: &steps)
            roots.note(place, numbered: graph.numbered)
        }
        graph.writesCalls = false
    }

    /// Whether a register owns something that can be changed.
    private func isLeftover(_ value: Tagged) -> Bool { value.isOwnedObject && !value.object.isImmortal }

    private mutating func write(
        temporary place: Int,
        of frame: FrameView,
        _ demands: RegisterDemands,
        isLive: Bool,
        steps: inout Int
    ) {
        let value = frame.slot(place).pointee
        if demands.contains(.position) || demands.contains(.remaining) {
            let form = demands.contains(.position) ? TemporaryForm.position : .remaining
            graph.out.append(form.rawValue)
            graph.out.append(count: Int(truncatingIfNeeded: value.bits))
        } else if demands.contains(.key), let constant = frame.unit.constant(of: value.object) {
            graph.out.append(TemporaryForm.key.rawValue)
            graph.out.append(count: constant)
        } else if value.isUnset {
            graph.out.append(TemporaryForm.unset.rawValue)
        } else if value.isBorrowed, !value.object.isImmortal, let number = graph.number(of: value.object),
            roots.keep(number, place, frame, steps: &steps)
        {
            graph.out.append(TemporaryForm.borrowed.rawValue)
            graph.out.append(count: number)
        } else {
            graph.out.append((isLive ? TemporaryForm.value : .leftover).rawValue)
            graph.write(frame.slot(place))
        }
    }

    // MARK: What lies outside of the code

    private mutating func writeSession() {
        let store = execution.store
        graph.out.append(count: store.names.count)
        store.forEachRemaining { name, slot in
            graph.out.append(blockOf: name)
            graph.out.append((slot.pointee.isUnset ? VariableForm.unset : .value).rawValue)
            if !slot.pointee.isUnset { graph.write(slot) }
        }
    }

    private mutating func writeAnswers(_ pending: PendingEffect) throws(SnapshotError) {
        graph.out.append(count: pending.count)
        for call in 0..<pending.count {
            switch pending.answer(to: call) {
            case nil: graph.out.append(AnswerForm.missing.rawValue)
            case .value(let value):
                graph.out.append(AnswerForm.value.rawValue)
                try write(value)
            case .failure(let failure):
                graph.out.append((failure.details == nil ? AnswerForm.failure : .detailedFailure).rawValue)
                graph.out.append(blockOf: failure.message)
                if let details = failure.details { try write(.record(details)) }
            }
        }
    }

    /// A value of the host. It stands for itself: nothing refers to what is in it.
    private mutating func write(_ value: Value) throws(SnapshotError) {
        var inner = GraphWriter()
        swap(&inner.out, &graph.out)
        defer {
            swap(&inner.out, &graph.out)
            inner.deallocate()
        }
        do {
            let heap = execution.heap
            var made = try heap.withoutCharge { () throws(Failure) in try heap.make(value) }
            inner.write(&made)
            heap.release(made)
        } catch {
            throw SnapshotError(message: "an answer cannot be written: \(error.message)")
        }
    }
}

/// How an answer is written.
enum AnswerForm: UInt8 {
    case missing = 0
    case value = 1
    case failure = 2
    case detailedFailure = 3
}
