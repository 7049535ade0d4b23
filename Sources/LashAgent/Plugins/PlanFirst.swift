internal import Lashlang
internal import Synchronization

/// Plan mode: while it is on, nothing is changed until somebody has agreed to a plan.
///
/// The model looks around with the tools that only look (``ToolTraits/isReadOnly``) and with those that are allowed by name;
/// calls of any other tool fail. It hands in its plan with `plan.exit({ plan, fresh? })`, which needs approval like other
/// calls: who allows it turns the mode off, who denies it has the model go on planning, and who edits it changes the plan.
/// With `fresh` the work begins in a frame of its own, whose task is the plan.
///
/// Hosts switch with the operations `plan_mode.enable`, `plan_mode.disable` and `plan_mode.toggle`, and read
/// `plan_mode.state`. Root sessions only; the mode is kept with the session. Whoever watches is told by the event
/// `plan_mode.state` when a plan was agreed to.
public struct PlanFirst: PluginFactory {
    /// Identifies the plugin.
    public static let pluginID = "plan_mode"

    /// Whether the mode is on, and how often it was switched.
    public struct State: Hashable, Sendable, Codable {
        /// Whether it is on.
        public var enabled: Bool
        /// How often it was switched.
        public var generation = 0
    }

    private let allowed: Set<String>
    private let isEnabled: Bool

    /// The plugin.
    ///
    /// - Parameters:
    ///   - allowed: the names of tools that can be called while planning, beside those that only look.
    ///   - isEnabled: whether new sessions begin with planning.
    public init(allowed: Set<String> = [PlanMode.pluginID], isEnabled: Bool = false) {
        self.allowed = allowed
        self.isEnabled = isEnabled
    }

    /// Identifies the plugin.
    public var id: String { Self.pluginID }

    /// Makes the plugin of a session.
    public func build(_ context: PluginBuildContext) throws -> any SessionPlugin {
        PlanFirstPlugin(isActive: context.isRoot, isEnabled: isEnabled, allowed: allowed)
    }
}

/// The mode of one session.
private final class PlanFirstPlugin: SessionPlugin {
    private static let exitName = "exit_plan"

    private struct Contents {
        var state: PlanFirst.State
        /// The tools that only look, as far as they were shown to the model.
        var readOnly: Set<String> = []
    }

    private let isActive: Bool
    private let allowed: Set<String>
    private let contents: Mutex<Contents>

    init(isActive: Bool, isEnabled: Bool, allowed: Set<String>) {
        self.isActive = isActive
        self.allowed = allowed
        contents = Mutex(Contents(state: PlanFirst.State(enabled: isActive && isEnabled)))
    }

    var revision: Int? { state.generation }
    var state: PlanFirst.State { contents.withLock { $0.state } }

    @discardableResult
    private func set(_ change: (Bool) -> Bool) -> PlanFirst.State {
        contents.withLock { contents in
            let enabled = change(contents.state.enabled)
            if enabled != contents.state.enabled {
                contents.state.enabled = enabled
                contents.state.generation += 1
            }
            return contents.state
        }
    }

    func register(with registrar: inout PluginRegistrar) throws {
        guard isActive else { return }
        try registrar.tools.provider(try exitTool())
        registrar.toolCatalog.hide { [self] manifests, _ in
            let readOnly = Set(manifests.filter(\.traits.isReadOnly).map(\.name))
            return contents.withLock { contents in
                contents.readOnly = readOnly
                return contents.state.enabled ? [] : [Self.exitName]
            }
        }
        registrar.prompt.contribute { [self] _ in
            guard state.enabled else { return [] }
            return [
                .guidance(
                    "Plan mode",
                    """
                    Nothing may be changed yet. Look around with tools that only look, and hand in a plan with `plan.exit`: what you \
                    are going to do, in which order. Tools that change something work once somebody has agreed to it.
                    """
                )
            ]
        }
        registrar.toolCalls.before { [self] call in
            let isBlocked = contents.withLock { contents in
                contents.state.enabled && call.name != Self.exitName && !contents.readOnly.contains(call.name)
            }
            if !isBlocked || allowed.contains(call.name) { return [] }
            let message = "Plan mode blocks `\(call.name)`. Use planning tools or `plan.exit`."
            return [.answer(.failure(message, code: "plan_mode", class: "policy"))]
        }
        registrar.toolCalls.after { [self] call, result in
            guard call.name == Self.exitName, case .success = result.output else { return [] }
            return [.emit(.custom(name: "plan_mode.state", payload: try ValueEncoder().encode(state)))]
        }
        try registrar.operations.query("plan_mode.state") { [self] (_: Record) in state }
        try registrar.operations.command("plan_mode.enable") { [self] (_: Record) in set { _ in true } }
        try registrar.operations.command("plan_mode.disable") { [self] (_: Record) in set { _ in false } }
        try registrar.operations.command("plan_mode.toggle") { [self] (_: Record) in set { !$0 } }
    }

    private struct Plan: Decodable {
        var plan: String
        var fresh: Bool?
    }

    private func exitTool() throws -> Toolset {
        let definition = try ToolDefinition(
            name: Self.exitName,
            description: "Hand in the plan. The work begins when somebody has agreed to it.",
            callPath: "plan.exit",
            input: [
                "type": "object",
                "properties": [
                    "plan": ["type": "string", "minLength": 1, "description": "What you are going to do."],
                    "fresh": [
                        "type": "boolean", "description": "Begin anew, knowing nothing but the plan.", "default": false,
                    ],
                ],
                "required": ["plan"],
            ],
            traits: ToolTraits(needsApproval: true)
        )
        return try Toolset { tools in
            try tools.add(definition) { [self] call in
                let plan = try call.arguments(as: Plan.self)
                set { _ in false }
                let agreed: Value = ["agreed": true, "plan": .string(plan.plan)]
                return plan.fresh == true ? .switchFrame(FrameSwitch(task: plan.plan), value: agreed) : .value(agreed)
            }
        }
    }

    func snapshot() throws -> Value? { try ValueEncoder().encode(state) }

    func restore(_ state: PluginSnapshot?) throws {
        guard let state = state?.state else { return }
        let kept = try ValueDecoder().decode(PlanFirst.State.self, from: state.value)
        contents.withLock { $0.state = kept }
    }
}
