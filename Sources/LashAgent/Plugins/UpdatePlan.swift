internal import Lashlang
internal import Synchronization

/// Lets a model publish a plan and keep it up to date, with the tool `update_plan`.
///
/// Root sessions only. The plan is kept with the session, and whoever watches is told of every change by the event
/// `update_plan.snapshot`. Hosts read it with the operation `update_plan.current`.
public struct UpdatePlan: PluginFactory {
    /// Identifies the plugin.
    public static let pluginID = "update_plan"

    /// A step of a plan.
    public struct Step: Hashable, Sendable, Codable {
        /// How far a step is.
        public enum Status: String, Hashable, Sendable, Codable, CaseIterable {
            case pending
            case inProgress = "in_progress"
            case completed
        }

        /// What is to be done.
        public var step: String
        /// How far it is.
        public var status: Status

        /// A step.
        public init(step: String, status: Status) {
            self.step = step
            self.status = status
        }
    }

    /// A plan, and how often it was published.
    public struct Plan: Hashable, Sendable, Codable {
        /// The steps.
        public var steps: [Step] = []
        /// How often it was published.
        public var generation = 0

        /// No plan.
        public init() {}
    }

    /// The plugin.
    public init() {}

    /// Identifies the plugin.
    public var id: String { Self.pluginID }

    /// Makes the plugin of a session.
    public func build(_ context: PluginBuildContext) throws -> any SessionPlugin {
        UpdatePlanPlugin(isActive: context.isRoot)
    }
}

/// The plan of one session.
private final class UpdatePlanPlugin: SessionPlugin {
    private let isActive: Bool
    private let plan = Mutex(UpdatePlan.Plan())

    init(isActive: Bool) { self.isActive = isActive }

    var revision: Int? { plan.withLock(\.generation) }

    func register(with registrar: inout PluginRegistrar) throws {
        guard isActive else { return }
        try registrar.tools.provider(UpdatePlanTool(definition: try UpdatePlanTool.definition(), plugin: self))
        registrar.prompt.contribute { _ in
            [
                PromptContribution.guidance(
                    "Planning",
                    """
                    For work of several steps, publish a plan with `tools.update_plan` before you begin, and again whenever a step \
                    is done. At most one step is in progress.
                    """
                ).requiring(tool: UpdatePlan.pluginID)
            ]
        }
        registrar.toolCalls.after { [self] call, result in
            guard call.name == UpdatePlan.pluginID, case .success = result.output else { return [] }
            return [.emit(.custom(name: "update_plan.snapshot", payload: try ValueEncoder().encode(current)))]
        }
        try registrar.operations.query("update_plan.current") { [self] (_: Record) in current }
    }

    func snapshot() throws -> Value? { try ValueEncoder().encode(current) }

    func restore(_ state: PluginSnapshot?) throws {
        guard let state = state?.state else { return }
        let kept = try ValueDecoder().decode(UpdatePlan.Plan.self, from: state.value)
        plan.withLock { $0 = kept }
    }

    var current: UpdatePlan.Plan { plan.withLock { $0 } }

    func publish(_ steps: [UpdatePlan.Step]) -> UpdatePlan.Plan {
        plan.withLock { plan in
            plan.steps = steps
            plan.generation += 1
            return plan
        }
    }
}

private struct UpdatePlanTool: ToolProvider {
    let definition: ToolDefinition
    let plugin: UpdatePlanPlugin

    static func definition() throws(JSONSchemaError) -> ToolDefinition {
        try ToolDefinition(
            name: UpdatePlan.pluginID,
            description: "Publish or replace the current plan.",
            input: [
                "type": "object",
                "properties": [
                    "plan": [
                        "type": "array",
                        "minItems": 1,
                        "description": "The steps in order; at most one is in_progress.",
                        "items": [
                            "type": "object",
                            "properties": [
                                "step": ["type": "string", "minLength": 1],
                                "status": ["enum": .list(UpdatePlan.Step.Status.allCases.map { .string($0.rawValue) })],
                            ],
                            "required": ["step", "status"],
                        ],
                    ]
                ],
                "required": ["plan"],
            ],
            output: [
                "type": "object", "properties": ["generation": ["type": "integer"]], "required": ["generation"],
            ],
            examples: ["await tools.update_plan({plan: [{step: \"Read the file\", status: \"in_progress\"}]})?"]
        )
    }

    private struct Arguments: Decodable {
        var plan: [UpdatePlan.Step]
    }

    var manifests: [ToolManifest] { [definition.manifest] }

    func contract(of name: String) -> ToolContract? { name == definition.name ? definition.contract : nil }

    func execute(_ call: ToolCall) async -> ToolResult {
        do {
            let steps = try call.arguments(as: Arguments.self).plan
            if steps.count(where: { $0.status == .inProgress }) > 1 {
                return .failure("at most one step can be in_progress", code: "invalid_plan", class: "invalid_request")
            }
            let plan = plugin.publish(steps)
            return .value(["generation": .number(Double(plan.generation))])
        } catch { return .failure("\(error)") }
    }
}
