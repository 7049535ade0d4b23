internal import Synchronization

/// The triggers that programs have registered: each starts a process when the host fires its source.
public final class TriggerRegistry: Sendable {
    private struct State {
        var registrations: [TriggerRegistration] = []
        var registered = 0
    }

    private let table: ProcessTable
    private let sources: [String: TriggerSource]
    private let state = Mutex(State())

    init(_ table: ProcessTable, sources: [TriggerSource]) {
        self.table = table
        self.sources = Dictionary(sources.map { ($0.type, $0) }) { _, last in last }
    }

    // MARK: For the host

    /// What is registered, oldest first.
    public var registrations: [TriggerRegistration] { state.withLock { $0.registrations } }

    /// What became of an event.
    public struct Firing: Sendable {
        /// The handles of the processes that were started, in the order of the registrations.
        public var started: [Value] = []
        /// Why the others could not be started.
        public var failures: [CallFailure] = []

        /// How many processes were started.
        public var count: Int { started.count }
    }

    /// Starts the processes that are registered for a source, with the event in place of `trigger.event`.
    ///
    /// Each has the limits of the run that registered it, unless the runner has limits of its own.
    ///
    /// - Parameters:
    ///   - source: the type of the source.
    ///   - key: the key of the source; `nil` for all of the type.
    ///   - event: the event, as the source's event type says.
    @discardableResult
    public func fire(_ source: String, key: String? = nil, event: Value) -> Firing {
        var firing = Firing()
        for registration in registrations where registration.source == source {
            if let key, registration.key != key { continue }
            let (program, limits) = (registration.program, registration.limits)
            let context = RunContext(program: program, limits: limits, tree: RunTree(limits: limits))
            do throws(CallFailure) {
                let id = try table.start(try registration.start(for: event), of: program, by: context)
                firing.started.append(ProcessHandle.value(id: id))
            } catch {
                firing.failures.append(error)
            }
        }
        return firing
    }

    /// Removes a registration; gives whether it was there.
    @discardableResult
    public func cancel(_ id: String) -> Bool {
        state.withLock { state in
            let count = state.registrations.count
            state.registrations.removeAll { $0.id == id }
            return state.registrations.count < count
        }
    }

    /// Answers `triggers.register`, `triggers.list` and `triggers.cancel`.
    public func answer(_ call: OperationCall) -> CallResult {
        do throws(CallFailure) {
            let arguments = try TriggerArguments(call)
            switch call.name {
            case "register": return .value(try register(arguments).handle)
            case "list": return .value(.list(try list(arguments)))
            case "cancel": return .value(.bool(cancel(try arguments.handle())))
            default: throw Self.unavailable(call)
            }
        } catch {
            return .failure(error)
        }
    }

    // MARK: Operations

    private func register(_ arguments: TriggerArguments) throws(CallFailure) -> TriggerRegistration {
        guard let context = RunContext.current else {
            throw CallFailure("triggers.register is only possible while a program runs")
        }
        let (type, value) = try arguments.source()
        guard let source = sources[type] else {
            throw arguments.invalid("source", "`\(type)` is no trigger source of this host")
        }
        let key: String
        do { key = try source.key(value) } catch {
            throw arguments.invalid("source", CallFailure(describing: error).message)
        }
        let (definition, target) = try arguments.target()
        let inputs = try arguments.inputs()
        let name = try arguments.text("name")
        var registration = TriggerRegistration(
            id: "",
            name: name,
            source: type,
            key: key,
            target: target,
            definition: definition,
            program: context.program,
            limits: context.limits,
            inputs: inputs
        )
        // The linker has checked the names, but for a value that only seems to be the process that it is named after.
        do throws(CallFailure) { _ = try registration.start(for: .null) } catch {
            throw arguments.invalid("target", error.message)
        }
        return try state.withLock { state throws(CallFailure) in
            let maximum = table.options.maximumTriggers
            if state.registrations.count >= maximum {
                throw CallFailure("trigger limit exceeded: \((maximum + 1).grouped) of \(maximum.grouped)")
            }
            state.registered += 1
            registration.id = "trigger-\(state.registered)"
            state.registrations.append(registration)
            return registration
        }
    }

    private func list(_ arguments: TriggerArguments) throws(CallFailure) -> [Value] {
        let name = try arguments.text("name")
        let source = try arguments.text("source_type")
        let enabled = try arguments.flag("enabled")
        let target = arguments.has("target") ? try arguments.target().definition : nil
        // All that is registered is enabled.
        if enabled == false { return [] }
        return registrations.filter { registration in
            (name == nil || registration.name == name) && (source == nil || registration.source == source)
                && (target == nil || registration.definition == target)
        }.map(\.listing)
    }

    // MARK: Whose operations

    static let resourceType = "Triggers"
    static let operations = ["register", "list", "cancel"]

    /// Whether an operation is one of the registry.
    static func serves(_ call: OperationCall) -> Bool {
        call.receiver.type == resourceType && operations.contains(call.name)
    }

    /// What bodies of processes are told: triggers belong to the program in front.
    static func unavailable(_ call: OperationCall) -> CallFailure {
        CallFailure("module operation `\(call.name)` resolved to unavailable host operation `triggers.\(call.name)`")
    }
}
