internal import Lashlang

/// Lets a model hand a task to an agent of its own: the tool `agents.spawn({ task, capability?, output?, seed? })`.
///
/// The agent is a child session with an empty history, no variables but those of the seed, and the plugins and tools of
/// the core. It ends with a value, of the shape that `output` asks for, which is what the call gives; it can give up with
/// `task.fail({ reason })`, which is a failure of the call. It shares the budget of the turn that started it, and what it
/// takes is counted in `TurnResult.childrenUsage`.
public struct Subagents: PluginFactory {
    /// Identifies the plugin.
    public static let pluginID = "subagents"

    /// A kind of agent.
    public struct Capability: Sendable {
        /// What programs call it.
        public var name: String
        /// What it is for, for the model.
        public var description: String
        /// Whether it has only the tools that look, and starts no agents.
        public var isReadOnly: Bool
        /// Another model than that of whoever starts it.
        public var model: (any LanguageModel)?

        /// A kind of agent.
        public init(
            name: String,
            description: String,
            isReadOnly: Bool = false,
            model: (any LanguageModel)? = nil
        ) {
            self.name = name
            self.description = description
            self.isReadOnly = isReadOnly
            self.model = model
        }

        /// Finds things out and changes nothing: it has only the tools whose traits say that they are read-only.
        public static let explore = Capability(
            name: "explore",
            description: "finds things out and changes nothing",
            isReadOnly: true
        )
        /// Can do whatever the agent that starts it can.
        public static let peer = Capability(name: "peer", description: "has the same tools as you")
    }

    private let capabilities: [Capability]
    private let maximumDepth: Int

    /// The plugin.
    ///
    /// - Parameters:
    ///   - capabilities: the kinds of agents. Where there is only one, programs need not name it.
    ///   - maximumDepth: how many agents may be above each other; below the last one nobody can start any.
    public init(capabilities: [Capability] = [.explore, .peer], maximumDepth: Int = 5) {
        self.capabilities = capabilities
        self.maximumDepth = maximumDepth
    }

    /// Identifies the plugin.
    public var id: String { Self.pluginID }

    /// Makes the plugin of a session.
    public func build(_ context: PluginBuildContext) throws -> any SessionPlugin {
        let (canSpawn, isRoot) = (context.depth < maximumDepth && !capabilities.isEmpty, context.isRoot)
        return ClosurePlugin(Self.pluginID) { registrar in
            if canSpawn { try registrar.tools.provider(try self.spawnTool()) }
            if !isRoot { try registrar.tools.provider(try Self.failTool()) }
        }
    }

    // MARK: Tools

    /// What a call of the tool comes to.
    private struct Plan: Codable {
        var task: String
        var capability: String
        var schema: FinishedValue?
        var seed: Seed
    }

    private func spawnTool() throws -> Toolset {
        let kinds = capabilities.map { "`\($0.name)` \($0.description)" }.joined(separator: "; ")
        let definition = try ToolDefinition(
            name: "spawn_agent",
            description:
                "Give a task to another agent and wait for its result. It knows nothing but the task and the values of "
                + "`seed`.",
            callPath: "agents.spawn",
            input: [
                "type": "object",
                "properties": [
                    "task": ["type": "string", "minLength": 1, "description": "All that the agent has to know."],
                    "capability": ["description": .string("Which kind of agent: \(kinds).")],
                    "output": [
                        "description":
                            "The shape of the result: a record of type names such as `{ answer: \"str\", pages: \"list[int]\" }`, or a `Type`."
                    ],
                    "seed": ["type": ["object", "null"], "description": "Names and values that the agent can read."],
                ],
                "required": ["task"],
            ],
            examples: [#"await agents.spawn({task: "Find the cheapest offer.", output: {offer: "str"}})?"#],
            traits: ToolTraits(scheduling: .serial, projectionArgument: "seed")
        )
        return try Toolset { tools in
            try tools.add(definition) { call in
                let plan = try await self.plan(call)
                return .ready(arguments: call.arguments, payload: try ValueEncoder().encode(plan))
            } execute: { call in
                try await self.run(try call.payload(as: Plan.self), call)
            }
        }
    }

    private struct FailArguments: Codable {
        var reason: String
    }

    private static func failTool() throws -> Toolset {
        try Toolset { tools in
            try tools.add(
                "fail",
                "Give up the task, where it cannot be done.",
                callPath: "task.fail",
                fields: ["reason": "Why it cannot be done."],
                traits: ToolTraits(scheduling: .serial, isReadOnly: true)
            ) { (arguments: FailArguments, _: ToolCall) in .fail(.string(arguments.reason)) }
        }
    }

    private func plan(_ call: PendingToolCall) async throws -> Plan {
        guard case .record(let fields) = call.arguments, case .string(let task)? = fields["task"] else {
            throw Self.invalid("missing required parameter: task")
        }
        var schema: FinishedValue?
        if let output = fields["output"], output != .null { schema = FinishedValue(try OutputShape.schema(output)) }
        return Plan(
            task: task,
            capability: try capability(fields["capability"] ?? .null).name,
            schema: schema,
            seed: try await SeedArgument(call.arguments, context: call.context).seed
        )
    }

    private func capability(_ value: Value) throws -> Capability {
        let names = capabilities.map(\.name).joined(separator: ", ")
        switch value {
        case .null:
            if capabilities.count == 1 { return capabilities[0] }
            throw Self.invalid("field `capability` is required when multiple capabilities are available: \(names)")
        case .string(let name):
            if let found = capabilities.first(where: { $0.name == name }) { return found }
            throw Self.invalid("unknown capability `\(name)`: expected one of \(names)")
        default: throw Self.invalid("field `capability` must be a string")
        }
    }

    private static func invalid(_ message: String) -> CallFailure {
        CallFailure(class: "invalid_request", code: "invalid_tool_args", message: message)
    }

    // MARK: The child

    private func run(_ plan: Plan, _ call: ToolCall) async throws -> ToolResult {
        let runtime = call.runtime
        let capability = try capability(.string(plan.capability))
        let model = capability.model ?? runtime.model
        let depth = runtime.depth + 1
        let id = "\(call.id):child"
        var builder = AgentCore(runtime.configuration).session(id)
            .child(of: call.session, depth: depth, seed: plan.seed)
            .model(model)
            .plugin(Self.restriction(capability, depth: depth, of: maximumDepth))
        if !runtime.configuration.plugins.ids.contains(Self.pluginID) { builder = builder.plugin(self) }
        let session = try await builder.openFresh()
        var turn = session.turn(TurnInput.text(Self.text(of: plan))).requireFinish().answerFormat(.rawValue)
        if let schema = plan.schema { turn = try turn.requireFinish(schema: schema.value) }
        let sink = ChildSink(runtime: runtime, session: id, model: model.name)
        let result = try await turn.sharing(runtime.budget).stream(to: sink)
        if case .suspended = result.outcome { try await session.abandonTurn() }
        return Self.result(of: result)
    }

    private static func text(of plan: Plan) -> String {
        guard let schema = plan.schema, let json = try? schema.value.json(pretty: true) else { return plan.task }
        return "\(plan.task)\n\n# Required output\n\nFinish with a value that matches this JSON schema:\n\n\(json)"
    }

    /// What a kind of agent may do, and what it is told about itself.
    private static func restriction(_ capability: Capability, depth: Int, of maximumDepth: Int) -> ClosurePlugin {
        ClosurePlugin("agent_capability") { registrar in
            registrar.prompt.contribute { _ in
                [
                    .environment(
                        "Task agent",
                        "Another agent has given you a task and waits for the value that you finish with. Your capability is "
                            + "`\(capability.name)`, your depth \(depth)/\(maximumDepth). Where the task cannot be done, say so "
                            + "with `task.fail`."
                    )
                ]
            }
            guard capability.isReadOnly else { return }
            registrar.toolCatalog.hide { tools, _ in Set(tools.filter { !$0.traits.isReadOnly }.map(\.name)) }
        }
    }

    private static func result(of turn: TurnResult) -> ToolResult {
        func failed(_ message: String, _ code: String) -> ToolResult { .failure(message, code: code) }
        switch turn.outcome {
        case .value(let value), .toolValue(_, let value): return .value(value)
        case .message(let text): return .value(.string(WhiteSpace.trimmed(text)))
        case .suspended(let approvals, let completions):
            if approvals.isEmpty {
                let tools = completions.map { "`\($0.tool)`" }.joined(separator: ", ")
                return .failure(
                    "the agent needs the result of \(tools), which comes later, and cannot wait for it",
                    code: "completion_unavailable",
                    class: "unavailable"
                )
            }
            let tools = approvals.map { "`\($0.tool)`" }.joined(separator: ", ")
            return .failure(
                "the agent needs approval for \(tools), which nobody can give while it runs",
                code: "approval_unavailable",
                class: "permission_denied"
            )
        case .stopped(.toolError(_, let reason)): return failed("the agent gave up: \(reason.text)", "subagent_failed")
        case .stopped(.cancelled): return ToolResult(.cancelled)
        case .stopped(let stop):
            let why = turn.issues.last.map { ": \($0.message)" } ?? ""
            return failed("the agent stopped (\(stop.name))\(why)", "subagent_\(stop.name)")
        case .frameSwitch: return failed("the agent came to no end", "subagent_failed")
        }
    }
}

/// Tells whoever watches the parent what its child takes.
private struct ChildSink: TurnEventSink {
    let runtime: ToolRuntime
    let session: String
    let model: String

    func receive(_ activity: TurnActivity) async {
        switch activity.event {
        case .usage(_, let usage, _):
            runtime.children.add(usage, source: "subagent", model: model)
            await runtime.emitter.emit(
                .childUsage(session: session, source: "subagent", model: model, usage),
                session
            )
        case .childUsage(let session, let source, let model, let usage):
            runtime.children.add(usage, source: source, model: model)
            await runtime.emitter.emit(activity.event, session)
        default: break
        }
    }
}
