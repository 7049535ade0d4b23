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
}

extension Execution {
    /// The run as bytes, to be resumed anywhere: what it has done is not done again, and what it does from here on is the
    /// same. The run itself can go on too.
    ///
    /// Without its source text the bytes are smaller, and whoever resumes the run has the program from elsewhere.
    package func snapshot(includingSource: Bool = true) throws(SnapshotError) -> [UInt8] {
        if hasEnded || standing == .finishing { throw SnapshotError(message: "the run is over") }
        var constants = ObjectNumbers(), literals = ObjectNumbers()
        for (number, constant) in unit.constantObjects.enumerated() { constants.insert(constant.object, number) }
        for number in 0..<unit.shapeCount { literals.insert(unit.shapes[number], number) }
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

    /// The next instruction.
    var position: Int { state.pointee.pc - unit.code }

    /// Where the code begins to read what the run holds: an effect has not got its operands behind it.
    var demandPosition: Int { standing == .ready ? position : position - 1 }

    /// The variables that loops give new values to. They may borrow those, so they come last.
    var loopVariables: Set<Int> { Set(openRestores.compactMap { unit.layout.variable(at: $0.variable) }) }
}

/// Writes a run, register by register.
private struct RunWriter {
    let execution: Execution
    let unit: CodeUnit
    var graph: GraphWriter
    private var roots = RootRegisters()
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

    private func slot(_ place: Int) -> SlotPointer { execution.registers + place }

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
        let bindings = unit.variables.indices.filter(execution.bound.contains).map { unit.variables[$0] }
        graph.out.append(count: bindings.count)
        for name in bindings { graph.out.append(blockOf: name) }
        graph.out.append(count: execution.process.map { $0 + 1 } ?? 0)
        graph.out.append(bits: program.fingerprint(process: execution.process))
    }

    mutating func writeState() throws(SnapshotError) {
        let statistics = execution.statistics
        graph.out.append(execution.standing.rawValue)
        for number in [execution.position, statistics.fuel, statistics.hostCalls, statistics.outputBytes] {
            graph.out.append(count: number)
        }
        let live = LiveTemporaries(execution)
        let loopVariables = execution.loopVariables
        pin(live, loopVariables)
        for number in unit.variables.indices where !loopVariables.contains(number) { write(variable: number) }
        write(live)
        for number in unit.variables.indices where loopVariables.contains(number) { write(variable: number) }
        writeSession()
        if let pending = execution.pending { try write(pending.answers) }
    }

    // MARK: Registers

    private mutating func pin(_ live: LiveTemporaries, _ loopVariables: Set<Int>) {
        func pin(_ place: Int) {
            let value = slot(place).pointee
            guard value.isBorrowed, !value.object.isImmortal else { return }
            value.object.retain()
            pinned.append(value.object)
        }
        for number in loopVariables { pin(unit.layout.placeOfVariable(number)) }
        for place in live.places { pin(place) }
    }

    private mutating func write(variable number: Int) {
        let place = unit.layout.placeOfVariable(number)
        if slot(place).pointee.isUnset {
            graph.out.append(VariableForm.unset.rawValue)
        } else {
            let form = execution.bound.contains(number) ? VariableForm.binding : .value
            graph.out.append(form.rawValue)
            graph.write(slot(place))
        }
        roots.note(place, numbered: graph.numbered)
    }

    private mutating func write(_ live: LiveTemporaries) {
        let first = unit.layout.nearVariables
        let places = (first..<first + unit.layout.temporaries).filter { live.isLive($0) || isLeftover($0) }
        graph.out.append(count: places.count)
        var steps = CodeWalk.stepLimit
        graph.writesCalls = true
        for place in places {
            graph.out.append(count: place - first)
            write(temporary: place, live.demands(on: place), isLive: live.isLive(place), steps: &steps)
            roots.note(place, numbered: graph.numbered)
        }
        graph.writesCalls = false
    }

    /// Whether a register owns something that can be changed.
    private func isLeftover(_ place: Int) -> Bool {
        slot(place).pointee.isOwnedObject && !slot(place).pointee.object.isImmortal
    }

    private mutating func write(
        temporary place: Int,
        _ demands: RegisterDemands,
        isLive: Bool,
        steps: inout Int
    ) {
        let value = slot(place).pointee
        if demands.contains(.position) || demands.contains(.remaining) {
            let form = demands.contains(.position) ? TemporaryForm.position : .remaining
            graph.out.append(form.rawValue)
            graph.out.append(count: Int(truncatingIfNeeded: value.bits))
        } else if demands.contains(.key), let constant = unit.constant(of: value.object) {
            graph.out.append(TemporaryForm.key.rawValue)
            graph.out.append(count: constant)
        } else if value.isUnset {
            graph.out.append(TemporaryForm.unset.rawValue)
        } else if value.isBorrowed, !value.object.isImmortal, let number = graph.number(of: value.object),
            roots.keep(number, place, execution, steps: &steps)
        {
            graph.out.append(TemporaryForm.borrowed.rawValue)
            graph.out.append(count: number)
        } else {
            graph.out.append((isLive ? TemporaryForm.value : .leftover).rawValue)
            graph.write(slot(place))
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

    private mutating func write(_ answers: [CallResult?]) throws(SnapshotError) {
        graph.out.append(count: answers.count)
        for answer in answers {
            switch answer {
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
