internal import LashLinker
internal import LashSyntax

/// What leaves the machine and comes back with an answer: operations, processes, time, signals.
extension Compiler {
    /// The `receiver.operation(…)` that an expression is, without an `await` in front: the call is complete when its
    /// value is there.
    func directCall(_ node: NodeID) -> NodeID? {
        var node = node
        var row = tree.row(node)
        if case .await = row.kind {
            node = row.first
            row = tree.row(node)
        }
        guard case .receiverCall = row.kind, !isConstructor(node) else { return nil }
        return node
    }

    /// Whether a node unwraps the result of an operation at once.
    func isUnwrappedCall(_ node: NodeID) -> Bool {
        let row = tree.row(node)
        guard case .unwrap = row.kind else { return false }
        return directCall(row.first) != nil
    }

    private func isConstructor(_ node: NodeID) -> Bool {
        if case .constructor = resolutions[node] { return true }
        return false
    }

    // MARK: Operations

    /// `receiver.operation(arguments)`, a value constructor, or a call of the trigger registry.
    mutating func compileReceiverCall(_ node: NodeID, _ target: Int?, mode: CallMode = .wrapped) -> Operand {
        guard case .receiverCall(let receiver, let operation, let arguments) = tree[node] else {
            return compile(node, to: target)
        }
        let resolution = resolutions[node]
        if case .constructor(_, let type) = resolution { return compileDescriptor(type, arguments, target) }
        let mark = builder.nextTemporary
        let base = builder.temporary()
        compile(receiver, to: base)
        place(.string(ExactText(tree.text(of: operation))), in: builder.temporary())
        var count = 2
        switch resolution {
        case .triggerRegistration(let entries), .triggerListing(let entries), .triggerCancellation(let entries):
            compileEntries(entries.map { ($0.name, $0.value) }, to: builder.temporary())
            count += 1
        default:
            for argument in arguments { compile(argument, to: builder.temporary()) }
            count += arguments.count
        }
        // A failing call is shown without `await` and `?`; in a batch, where several could be meant, with it.
        if !mode.isDeferred { builder.node = node }
        let result = destination(target, mark)
        builder.emit(.operation, x: Int(mode.rawValue), result, base, count)
        return Operand(result, isOwned: builder.isTemporary(result))
    }

    /// A host function, called by its bare name.
    mutating func compileFunctionCall(_ name: String, _ arguments: NodeList, _ target: Int?) -> Operand {
        let mark = builder.nextTemporary
        let base = builder.temporary()
        place(.string(ExactText(name)), in: base)
        for argument in arguments { compile(argument, to: builder.temporary()) }
        let result = destination(target, mark)
        builder.emit(.function, result, base, arguments.count + 1)
        return Operand(result, isOwned: builder.isTemporary(result))
    }

    /// The result of a value constructor says which one made it.
    private mutating func compileDescriptor(_ type: String, _ arguments: NodeList, _ target: Int?) -> Operand {
        let mark = builder.nextTemporary
        let base = builder.temporary()
        place(.string(ExactText(type)), in: base)
        let input = builder.temporary()
        if arguments.isEmpty { place(.null, in: input) } else { compile(arguments[0], to: input) }
        builder.free(to: mark)
        let record = builder.temporary()
        let keys = ["$lash_host_descriptor_type", "$lash_host_descriptor_value"]
        builder.emit(.record, record, base, shape(keys))
        builder.emit(.mark, x: Int(RecordRole.descriptor.flag), record)
        return finishInTemporary(record, target)
    }

    /// Loads a constant into a temporary that was taken for it.
    private mutating func place(_ value: Constant, in temporary: Int) {
        let mark = builder.nextTemporary
        move(constant(value), to: temporary)
        builder.free(to: mark)
    }

    // MARK: Processes

    mutating func compileStart(_ node: NodeID, _ arguments: EntryList, _ target: Int?) -> Operand {
        guard case .process(let number) = resolutions[node] else { return Operand(constant(.null)) }
        let mark = builder.nextTemporary
        let record = builder.temporary()
        compileEntries(arguments.map { (tree.text(of: $0.key), $0.value) }, to: record)
        builder.node = node
        let result = destination(target, mark)
        builder.emit(.start, result, record, number)
        return Operand(result, isOwned: builder.isTemporary(result))
    }

    /// A record of named values, evaluated in order. No name occurs twice.
    private mutating func compileEntries(_ entries: [(name: String, value: NodeID)], to target: Int) {
        let mark = builder.nextTemporary
        if entries.count <= Self.gatheredElements {
            let base = mark
            for entry in entries { compile(entry.value, to: builder.temporary()) }
            builder.emit(.record, target, base, shape(entries.map(\.name)))
        } else {
            builder.emit(.emptyRecord, target)
            for entry in entries {
                let register = builder.temporary()
                compile(entry.value, to: register)
                builder.emit(.setField, x: 1, target, register, key(entry.name))
                builder.free(to: mark)
            }
        }
        builder.free(to: mark)
    }

    mutating func compileSleep(_ operand: NodeID, isDeadline: Bool, _ target: Int?) -> Operand {
        let mark = builder.nextTemporary
        let statement = builder.node
        let value = compile(operand)
        builder.node = statement
        builder.emit(.sleep, x: isDeadline ? 1 : 0, value.register)
        builder.free(to: mark)
        return place(constant(.null), target)
    }

    mutating func compileWaitSignal(_ name: Name, _ target: Int?) -> Operand {
        let mark = builder.nextTemporary
        let signal = key(name)
        let result = destination(target, mark)
        builder.emit(.waitSignal, result, 0, signal)
        return Operand(result, isOwned: builder.isTemporary(result))
    }

    mutating func compileSignalRun(_ run: NodeID, _ name: Name, _ payload: NodeID, _ target: Int?) -> Operand {
        let mark = builder.nextTemporary
        let statement = builder.node
        let handle = compile(run)
        let value = compile(payload)
        builder.node = statement
        builder.emit(.signalRun, handle.register, value.register, key(name))
        builder.free(to: mark)
        return place(constant(.null), target)
    }

    /// A statement that hands one value to the host.
    mutating func compileNotice(_ opcode: Opcode, x: Int = 0, _ operand: NodeID) {
        let statement = builder.node
        let value = compile(operand)
        builder.node = statement
        builder.emit(opcode, x: x, value.register)
    }
}

/// What an operation leaves in its register.
enum CallMode: UInt8 {
    /// A result wrapper.
    case wrapped = 0
    /// The value; a failure ends the run.
    case unwrapped = 1
    /// A mark that stands for the wrapper until the batch is asked.
    case deferredWrapped = 2
    /// A mark that stands for the value until the batch is asked.
    case deferredUnwrapped = 3

    /// How an `operation` instruction says it; the compiler wrote one of the modes.
    @inline(__always) init(_ word: UInt64) {
        self = unsafeBitCast(UInt8(truncatingIfNeeded: Encoding.x(word) & 3), to: CallMode.self)
    }

    var isUnwrapped: Bool { rawValue & 1 != 0 }
    var isDeferred: Bool { rawValue & 2 != 0 }
}

extension Compiler {
    func isHostConstant(_ node: NodeID) -> Bool {
        switch resolutions[node] {
        case .module, .process, .triggerEvent: true
        default: false
        }
    }

    /// The constant that a name or path of the host stands for: a module authority, or a process as a value.
    mutating func hostConstant(_ node: NodeID) -> Int? {
        guard let resolution = resolutions[node] else { return nil }
        switch resolution {
        case .module(let path, let type): return literal(.resource(Resource(type: type, alias: path)))
        case .process(let number): return literal(processValue(number))
        case .triggerEvent:
            var record = Record([("$lash.trigger.event", .bool(true))])
            record.role = .placeholder
            return literal(.record(record))
        default: return nil
        }
    }

    /// A process as a value: which program it belongs to, and which of its processes it is.
    private mutating func processValue(_ number: Int) -> Value {
        let identity = self.identity ?? program.identity
        self.identity = identity
        let process = identity.processes[number]
        let reference = Record([
            ("component", .string(process.component)), ("pos", .number(Double(process.position))),
        ])
        var record = Record([
            ("$lash_process", .bool(true)), ("process_name", .string(process.name)),
            ("module_ref", .string(identity.module)), ("process_ref", .record(reference)),
            ("host_requirements_ref", .string(identity.requirements)),
        ])
        record.role = .process
        return .record(record)
    }

    private mutating func literal(_ value: Value) -> Int { load(builder.number(ofLiteral: value)) }
}

extension RecordRole {
    /// The role as a flag of a record.
    var flag: UInt8 { rawValue << ObjectFlag.roleShift }
}
