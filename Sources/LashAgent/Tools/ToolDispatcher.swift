internal import Lashlang
internal import Synchronization

/// Carries calls of tools from the program to the tool and back: hooks, checks, preparation, approval, execution, events.
final class ToolDispatcher: Sendable {
    /// What a program gets for a call, and what the call makes of the turn.
    struct Answer: Sendable {
        var result: CallResult
        var control: ToolControl?
    }

    /// How far a call came.
    enum Progress: Sendable {
        case answered(Answer)
        case needsApproval(PreparedCall)
        /// The result comes later; the call was made at the time.
        case awaitsCompletion(PreparedCall, PendingCompletion, started: Double)
    }

    let catalog: ToolCatalog
    private let hooks: PluginHooks
    let context: TurnContext
    let runtime: ToolRuntime
    private let clock = ContinuousClock()
    let state: Mutex<State>

    struct State {
        var records: [ToolCallRecord] = []
        var messages: [PluginMessage] = []
        var refusals: [String] = []
        var count = 0
    }

    /// - Parameter count: how many calls the block has made before.
    init(catalog: ToolCatalog, hooks: PluginHooks, context: TurnContext, runtime: ToolRuntime, count: Int = 0) {
        self.catalog = catalog
        self.hooks = hooks
        self.context = context
        self.runtime = runtime
        state = Mutex(State(count: count))
    }

    var emitter: EventEmitter { runtime.emitter }

    /// The calls that were completed, in that order.
    var records: [ToolCallRecord] { state.withLock { $0.records } }

    /// How many calls were made.
    var count: Int { state.withLock { $0.count } }

    /// What people said to calls that they did not allow.
    var refusals: [String] { state.withLock { $0.refusals } }

    /// What hooks want to say at the next checkpoint.
    func takeMessages() -> [PluginMessage] {
        state.withLock { state in
            defer { state.messages = [] }
            return state.messages
        }
    }

    /// Whether a path is a tool.
    func isTool(_ callPath: String) -> Bool { catalog.member(at: callPath) != nil }

    /// The argument of a tool whose entries stay lazy.
    func projectionArgument(of callPath: String) -> String? {
        catalog.member(at: callPath)?.manifest.traits.projectionArgument
    }

    /// Whether calls of a path run after all others.
    func isSerial(_ callPath: String) -> Bool {
        catalog.member(at: callPath)?.manifest.traits.scheduling == .serial
    }

    /// An id for the next call. Calls are numbered where the program stands, so that a repetition has the same ids.
    ///
    /// - Parameter mark: tells the calls of processes from those of blocks.
    func nextID(iteration: Int, mark: String = "") -> String {
        let count = state.withLock { state in
            state.count += 1
            return state.count
        }
        return "\(context.turn):\(iteration):\(mark)\(count)"
    }

    // MARK: From the call to the tool

    /// Makes a call, or gets it ready for whoever has to approve.
    ///
    /// - Parameter canBeSuspended: whether the call can wait for somebody who is not asked at once.
    func call(
        _ callPath: String,
        id: String,
        arguments: [Value],
        canBeSuspended: Bool = true
    ) async -> Progress {
        guard let member = catalog.member(at: callPath) else { return .answered(Self.unavailable) }
        var call = HookedToolCall(
            id: id,
            name: member.manifest.name,
            arguments: Self.record(of: arguments),
            traits: member.manifest.traits,
            context: context
        )
        var ready: ToolResult?
        var abort: ToolControl?
        do {
            for hook in hooks.beforeTool {
                for directive in try await hook.body(call) {
                    switch directive {
                    case .abort(let code, let message): abort = abort ?? .abort(code: code, message: message)
                    case .replaceArguments(let arguments): call.arguments = arguments
                    case .answer(let result): ready = result
                    case .emit(let event): await emitter.emit(.plugin(id: hook.plugin, event), id)
                    }
                }
            }
        } catch { ready = .failure("\(error)", code: "plugin_before_tool_call", class: "internal") }
        if let abort, case .abort(_, let message) = abort {
            let failure = CallFailure(class: "policy", code: "plugin_abort", message: message)
            return .answered(await complete(call, control: abort) { ToolResult(.failure(failure)) })
        }
        if let ready { return .answered(await complete(call) { ready }) }
        switch await prepare(call, member) {
        case .done(let result): return .answered(await complete(call) { result })
        case .ready(let arguments, let payload):
            let prepared = self.prepared(call, member, arguments, payload, reason: nil)
            if member.manifest.traits.needsApproval { return await ask(prepared, canBeSuspended) }
            return await execute(prepared, member, canBeSuspended)
        case .needsApproval(let arguments, let payload, let reason):
            return await ask(self.prepared(call, member, arguments, payload, reason: reason), canBeSuspended)
        }
    }

    /// Checks arguments and lets the tool get ready.
    func prepare(_ call: HookedToolCall, _ member: ToolCatalog.Member) async -> ToolPreparation {
        guard let contract = member.provider.contract(of: call.name) else {
            return .done(
                .failure(
                    "tool `\(call.name)` has no contract",
                    code: "tool_contract_unavailable",
                    class: "unavailable"
                )
            )
        }
        if let problem = Self.problem(in: call.arguments, contract) {
            return .done(.failure(problem, code: "invalid_tool_args", class: "invalid_request"))
        }
        return await member.provider.prepare(
            PendingToolCall(
                id: call.id,
                name: call.name,
                arguments: call.arguments,
                context: context,
                runtime: runtime
            )
        )
    }

    func prepared(
        _ call: HookedToolCall,
        _ member: ToolCatalog.Member,
        _ arguments: Value,
        _ payload: Value,
        reason: String?
    ) -> PreparedCall {
        PreparedCall(
            request: ApprovalRequest(
                id: call.id,
                tool: call.name,
                callPath: member.callPath,
                arguments: arguments,
                reason: reason
            ),
            payload: payload
        )
    }

    // MARK: From the tool to the program

    func hooked(_ call: PreparedCall) -> HookedToolCall {
        HookedToolCall(
            id: call.request.id,
            name: call.request.tool,
            arguments: call.request.arguments,
            traits: catalog.member(at: call.request.callPath)?.manifest.traits ?? ToolTraits(),
            context: context
        )
    }

    func execute(
        _ call: PreparedCall,
        _ member: ToolCatalog.Member,
        _ canBeSuspended: Bool
    ) async -> Progress {
        let hooked = hooked(call)
        let execution = ToolExecution(member: member, runtime: runtime, session: context.session)
        let (began, started) = (clock.now, runtime.clock.now)
        await start(hooked)
        var result = await execution.run(call)
        var control: ToolControl?
        if case .pending(let limit, let lateness) = result.output {
            switch await wait(for: call, upTo: limit, orElse: lateness, canBeSuspended) {
            case .success(let arrival):
                result = execution.checked(arrival.result)
                control = arrival.control
            case .failure(let parked): return .awaitsCompletion(call, parked.completion, started: started)
            }
        } else {
            runtime.completions.drop(hooked.id)
        }
        let milliseconds = (clock.now - began) / .milliseconds(1)
        return .answered(await end(hooked, result, control: control, milliseconds: milliseconds))
    }

    /// Tells whoever watches of a call, does it, and asks the hooks after it.
    func complete(
        _ call: HookedToolCall,
        control: ToolControl? = nil,
        _ body: () async -> ToolResult
    ) async -> Answer {
        let began = clock.now
        await start(call)
        let result = await body()
        return await end(call, result, control: control, milliseconds: (clock.now - began) / .milliseconds(1))
    }

    private func start(_ call: HookedToolCall) async {
        let shown = Self.shown(call.arguments)
        await emitter.emit(.toolCallStarted(id: call.id, name: call.name, arguments: shown), call.id)
    }

    func end(
        _ call: HookedToolCall,
        _ result: ToolResult,
        control: ToolControl? = nil,
        milliseconds: Double
    ) async -> Answer {
        var result = result
        var abort = control
        do {
            for hook in hooks.afterTool {
                for directive in try await hook.body(call, result) {
                    switch directive {
                    case .abort(let code, let message): abort = abort ?? .abort(code: code, message: message)
                    case .replaceResult(let other): result = other
                    case .say(let message): state.withLock { $0.messages.append(message) }
                    case .emit(let event): await emitter.emit(.plugin(id: hook.plugin, event), call.id)
                    }
                }
            }
        } catch { result = .failure("\(error)", code: "plugin_after_tool_call", class: "internal") }
        if case .pending = result.output { result = Self.keyless(call.name) }
        let record = Self.record(call, result, milliseconds)
        state.withLock { $0.records.append(record) }
        await emitter.emit(.toolCallCompleted(record), call.id)
        return Answer(result: projected(result, of: call), control: abort ?? self.control(of: result, call.name))
    }

    private func projected(_ result: ToolResult, of call: HookedToolCall) -> CallResult {
        switch result.output {
        case .failure(let failure): return .failure(failure)
        case .cancelled, .pending:
            return .failure(CallFailure(class: "cancelled", code: "cancelled", message: "tool call cancelled"))
        case .success(let value):
            guard let hook = hooks.resultProjector else { return .value(value) }
            do { return .value(try hook.body(call, value) ?? value) } catch {
                return .failure(CallFailure(class: "internal", code: "tool_result_projector", message: "\(error)"))
            }
        }
    }

    private func control(of result: ToolResult, _ name: String) -> ToolControl? {
        guard case .success = result.output else { return nil }
        switch result.control {
        case nil: return nil
        case .finish(let value): return .finish(tool: name, FinishedValue(value))
        case .fail(let failure): return .fail(tool: name, FinishedValue(failure))
        case .switchFrame(let frameSwitch): return .switchFrame(frameSwitch)
        }
    }
}
