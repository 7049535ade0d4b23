internal import Lashlang
internal import Synchronization

/// Lets the processes that a block starts call tools, for as long as the turn goes on.
final class ProcessTools: ProcessOperations {
    private struct State {
        var isOpen = true
        var abort: (code: String, message: String)?
        /// Lets calls of serial tools run one after the other, in each process for itself.
        var gates: [String: TurnGate] = [:]
        /// How many records were taken already.
        var taken = 0
    }

    private let dispatcher: ToolDispatcher
    private let runtime: ToolRuntime
    private let iteration: Int
    private let relay: Relay
    private let state = Mutex(State())

    /// Hands events on until the turn is over.
    private final class Relay: TurnEventSink {
        private let emitter: EventEmitter
        private let isOpen = Mutex(true)

        init(_ emitter: EventEmitter) { self.emitter = emitter }

        func close() { isOpen.withLock { $0 = false } }

        func receive(_ activity: TurnActivity) async {
            if isOpen.withLock({ $0 }) { await emitter.emit(activity.event, activity.correlationID) }
        }
    }

    /// - Parameters:
    ///   - runtime: that of the block.
    ///   - iteration: which block it is.
    init(
        catalog: ToolCatalog,
        hooks: PluginHooks,
        context: TurnContext,
        runtime: ToolRuntime,
        iteration: Int
    ) {
        relay = Relay(runtime.emitter)
        var runtime = runtime
        runtime.emitter = EventEmitter(runtime.emitter.isWatched ? relay : nil)
        runtime.children = ChildrenUsage()
        self.runtime = runtime
        self.iteration = iteration
        dispatcher = ToolDispatcher(catalog: catalog, hooks: hooks, context: context, runtime: runtime)
    }

    func serves(_ path: String) -> Bool { dispatcher.isTool(path) }

    func answer(_ call: OperationCall, of process: String) async -> CallResult {
        if !dispatcher.isSerial(call.path) { return await answer(call) }
        let gate = state.withLock { state in
            let gate = state.gates[process] ?? TurnGate()
            state.gates[process] = gate
            return gate
        }
        await gate.enter()
        defer { gate.leave() }
        return await answer(call)
    }

    private func answer(_ call: OperationCall) async -> CallResult {
        guard state.withLock({ $0.isOpen }) else {
            return Self.failure(
                "turn_ended",
                "tool `\(call.path)` cannot be called: the turn that started the process is not under way"
            )
        }
        let id = dispatcher.nextID(iteration: iteration, mark: "p")
        switch await dispatcher.call(call.path, id: id, arguments: call.arguments, canBeSuspended: false) {
        case .needsApproval(let prepared), .awaitsCompletion(let prepared, _, _):
            return await dispatcher.refuse(prepared).result
        case .answered(let answer): return take(answer, of: call)
        }
    }

    /// A process has no say in how the turn ends; a plugin that ends the turn has.
    private func take(_ answer: ToolDispatcher.Answer, of call: OperationCall) -> CallResult {
        switch answer.control {
        case nil: return answer.result
        case .abort(let code, let message):
            state.withLock { $0.abort = $0.abort ?? (code, message) }
            return answer.result
        case .finish, .fail, .switchFrame:
            return Self.failure(
                "control_in_process",
                "tool `\(call.path)` ends turns or frames, which a process cannot: call it in the block itself"
            )
        }
    }

    private static func failure(_ code: String, _ message: String) -> CallResult {
        .failure(CallFailure(class: "unavailable", code: code, message: message))
    }

    // MARK: For the turn

    /// What was done since it was asked before: calls, what hooks want to say, and what children took.
    func take() -> (calls: [ToolCallRecord], messages: [PluginMessage], children: UsageLedger) {
        let records = dispatcher.records
        let calls = state.withLock { state in
            defer { state.taken = records.count }
            return Array(records.dropFirst(state.taken))
        }
        return (calls, dispatcher.takeMessages(), runtime.children.take())
    }

    /// Why a plugin wants to end the turn.
    var abort: (code: String, message: String)? { state.withLock { $0.abort } }

    /// Lets no more calls be made: the turn is over, or stands still.
    func close() {
        relay.close()
        state.withLock { $0.isOpen = false }
    }
}
