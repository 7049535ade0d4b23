internal import Lashlang

/// Lets a model go on with a task in a fresh frame, when its conversation has become long: the tool
/// `control.continue_as({ task, seed? })`.
///
/// The block ends at the call. The turn goes on with the task as its input, an empty history, and no variables but those
/// of the seed. An entry of the seed that is a read-only binding under its own name stays one; everything else becomes a
/// variable.
public struct ContinueAs: PluginFactory {
    /// Identifies the plugin.
    public static let pluginID = "continue_as"

    /// The plugin.
    public init() {}

    /// Identifies the plugin.
    public var id: String { Self.pluginID }

    /// The plugin has no state.
    public func build(_ context: PluginBuildContext) throws -> any SessionPlugin {
        ClosurePlugin(Self.pluginID) { registrar in
            try registrar.tools.provider(try Self.tools())
            // In the words that models know, before the general check.
            registrar.toolCalls.before { call in
                guard call.name == Self.pluginID, case .record(let fields) = call.arguments else { return [] }
                if fields["task"] == nil { return [.answer(Self.invalid("missing required parameter: task"))] }
                switch fields["seed"] {
                case nil, .null, .record: return []
                default: return [.answer(Self.invalid("continue_as `seed` must be a record/dict"))]
                }
            }
        }
    }

    private static func invalid(_ message: String) -> ToolResult {
        .failure(message, code: "invalid_tool_args", class: "invalid_request")
    }

    /// What a frame begins with, and its id.
    private struct Start: Codable {
        var seed: Seed
        var frame: String
    }

    private static func tools() throws -> Toolset {
        let definition = try ToolDefinition(
            name: "continue_as",
            description:
                "Go on with a task in a fresh context: with an empty history, and with the values of `seed` as variables. "
                + "Say in `task` everything that is needed; nothing else is remembered. Ends this block.",
            callPath: "control.continue_as",
            input: [
                "type": "object",
                "properties": [
                    "task": ["type": "string", "minLength": 1, "description": "What is left to be done."],
                    "seed": ["type": ["object", "null"], "description": "Names and values that the task needs."],
                ],
                "required": ["task"],
            ],
            traits: ToolTraits(scheduling: .serial, projectionArgument: "seed")
        )
        return try Toolset { tools in
            try tools.add(definition) { call in
                let seed = try await SeedArgument(call.arguments, context: call.context).seed
                let start = Start(seed: seed, frame: call.context.nextFrame)
                return .ready(arguments: call.arguments, payload: try ValueEncoder().encode(start))
            } execute: { call in
                guard case .record(let fields) = call.arguments, case .string(let task)? = fields["task"] else {
                    return Self.invalid("missing required parameter: task")
                }
                let start = try call.payload(as: Start.self)
                let seed = start.seed
                let names = (seed.variables.keys + seed.projections.map(\.name)).sorted()
                return .switchFrame(
                    FrameSwitch(task: task, seed: seed),
                    value: [
                        "ok": true, "frame_id": .string(start.frame), "task": .string(task),
                        "seed_keys": .list(names.map { .string($0) }),
                        "seed_count": .number(Double(names.count)),
                    ]
                )
            }
        }
    }
}

/// The `seed` among the arguments of a call.
struct SeedArgument {
    var seed = Seed()

    /// Takes it apart. Throws a `CallFailure` for what is none.
    init(_ arguments: Value, context: TurnContext) async throws {
        guard case .record(let fields) = arguments, case .record(let entries)? = fields["seed"] else { return }
        func failure(_ message: String) -> CallFailure {
            CallFailure(class: "invalid_request", code: "invalid_tool_args", message: message)
        }
        for (name, value) in entries {
            if name == AgentBindings.historyName { throw failure(AgentBindings.historyIsReserved.message) }
            // Programs cannot give the name of a binding to anything else, so this is the binding itself.
            if let bound = context.bindings.value(of: name), bound == value {
                seed.projections.append(Seed.Projection(name: name, value: FinishedValue(value)))
                continue
            }
            if value.holdsProjections {
                if case .projection(let projection) = value, let ref = projection.ref {
                    seed.projections.append(Seed.Projection(name: name, reference: ref))
                } else {
                    let plain = FinishedValue(try await value.materialized())
                    seed.projections.append(Seed.Projection(name: name, value: plain))
                }
                continue
            }
            var check = ProjectedBindings()
            do throws(BindingError) { try check.bind(name, value) } catch { throw failure(error.message) }
            seed.variables[name] = value
        }
    }
}
