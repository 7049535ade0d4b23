internal import Lashlang
internal import Synchronization

/// Carries calls of tools from the program to the tool and back: hooks, checks, preparation, execution, events.
final class ToolDispatcher: Sendable {
    /// What a program gets for a call, and what the call makes of the turn.
    struct Answer: Sendable {
        var result: CallResult
        var control: ToolControl?
    }

    private let catalog: ToolCatalog
    private let hooks: PluginHooks
    private let context: TurnContext
    private let emitter: EventEmitter
    private let clock = ContinuousClock()
    private let state = Mutex(State())

    private struct State {
        var records: [ToolCallRecord] = []
        var messages: [PluginMessage] = []
        var count = 0
    }

    init(catalog: ToolCatalog, hooks: PluginHooks, context: TurnContext, emitter: EventEmitter) {
        self.catalog = catalog
        self.hooks = hooks
        self.context = context
        self.emitter = emitter
    }

    /// The calls that were completed, in that order.
    var records: [ToolCallRecord] { state.withLock { $0.records } }

    /// What hooks want to say at the next checkpoint.
    func takeMessages() -> [PluginMessage] {
        state.withLock { state in
            defer { state.messages = [] }
            return state.messages
        }
    }

    /// Whether a path is a tool.
    func isTool(_ callPath: String) -> Bool { catalog.member(at: callPath) != nil }

    /// An id for the next call. Calls are numbered where the program stands, so that a repetition has the same ids.
    func nextID(iteration: Int) -> String {
        let count = state.withLock { state in
            state.count += 1
            return state.count
        }
        return "\(context.turn):\(iteration):\(count)"
    }

    func call(_ callPath: String, id: String, arguments: [Value]) async -> Answer {
        guard let member = catalog.member(at: callPath) else {
            return Answer(
                result: .failure(
                    CallFailure(
                        class: "unavailable",
                        code: "tool_unavailable",
                        message: "Tool is unavailable in this session"
                    )
                )
            )
        }
        let name = member.manifest.name
        var call = HookedToolCall(id: id, name: name, arguments: Self.record(of: arguments), context: context)
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
        await emitter.emit(.toolCallStarted(id: id, name: name, arguments: call.arguments), id)
        let began = clock.now
        var result: ToolResult
        if let abort, case .abort(_, let message) = abort {
            result = ToolResult(.failure(CallFailure(class: "policy", code: "plugin_abort", message: message)))
        } else if let ready {
            result = ready
        } else {
            result = await run(call, member)
        }
        do {
            for hook in hooks.afterTool {
                for directive in try await hook.body(call, result) {
                    switch directive {
                    case .abort(let code, let message): abort = abort ?? .abort(code: code, message: message)
                    case .replaceResult(let other): result = other
                    case .say(let message): state.withLock { $0.messages.append(message) }
                    case .emit(let event): await emitter.emit(.plugin(id: hook.plugin, event), id)
                    }
                }
            }
        } catch { result = .failure("\(error)", code: "plugin_after_tool_call", class: "internal") }
        let record = Self.record(call, result, took: clock.now - began)
        state.withLock { $0.records.append(record) }
        await emitter.emit(.toolCallCompleted(record), id)
        return Answer(result: projected(result, of: call), control: abort ?? control(of: result, name))
    }

    private func run(_ call: HookedToolCall, _ member: ToolCatalog.Member) async -> ToolResult {
        guard let contract = member.provider.contract(of: call.name) else {
            return .failure(
                "tool `\(call.name)` has no contract",
                code: "tool_contract_unavailable",
                class: "unavailable"
            )
        }
        let problems = contract.input.problems(in: call.arguments, root: "arguments", refusesUnknown: true, limit: 1)
        if let problem = problems.first {
            return .failure(problem, code: "invalid_tool_args", class: "invalid_request")
        }
        let pending = PendingToolCall(id: call.id, name: call.name, arguments: call.arguments, context: context)
        switch await member.provider.prepare(pending) {
        case .done(let result): return result
        case .ready(let arguments, let payload):
            let result = await member.provider.execute(
                ToolCall(
                    id: call.id,
                    name: call.name,
                    arguments: arguments,
                    payload: payload,
                    session: context.session
                )
            )
            // Nobody waits for the result of a call that was cancelled.
            return Task.isCancelled ? ToolResult(.cancelled) : result
        }
    }

    /// What a tool gets: the one record, nothing as an empty record, and anything else under `args`.
    private static func record(of arguments: [Value]) -> Value {
        if arguments.isEmpty { return .record(Record()) }
        if arguments.count == 1, case .record = arguments[0] { return arguments[0] }
        return ["args": .list(arguments)]
    }

    private func projected(_ result: ToolResult, of call: HookedToolCall) -> CallResult {
        switch result.output {
        case .failure(let failure): return .failure(failure)
        case .cancelled:
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

    private static func record(_ call: HookedToolCall, _ result: ToolResult, took: Duration) -> ToolCallRecord {
        let (status, output): (ToolCallRecord.Status, Value)
        switch result.output {
        case .success(let value): (status, output) = (.ok, value)
        case .failure(let failure): (status, output) = (.error, failure.value)
        case .cancelled: (status, output) = (.cancelled, .null)
        }
        return ToolCallRecord(
            id: call.id,
            name: call.name,
            arguments: call.arguments,
            status: status,
            output: output,
            milliseconds: took / .milliseconds(1)
        )
    }
}
