internal import Lashlang
internal import Synchronization

/// The plan mode of one session.
final class PlanModePlugin: SessionPlugin {
    private static let exitName = "exit_plan"
    private static let writeName = "write_plan"

    private struct Contents {
        var state: PlanMode.State
        /// What whoever watches was told last.
        var told: PlanMode.State?
    }

    private let settings: PlanModeSettings
    private let isActive: Bool
    /// The file of the plan, below the folder.
    private let file: [String]
    private let contents: Mutex<Contents>

    init(_ settings: PlanModeSettings, session: String, isActive: Bool) throws {
        self.settings = settings
        self.isActive = isActive
        file = settings.folder == nil ? [] : [".lash", "plans", try PrivateFolder.name(of: session) + ".md"]
        let path = file.isEmpty ? nil : file.joined(separator: "/")
        contents = Mutex(
            Contents(state: PlanMode.State(enabled: isActive && settings.isEnabled, planPath: path))
        )
    }

    var revision: Int? { state.generation }
    private var state: PlanMode.State { contents.withLock { $0.state } }

    @discardableResult
    private func set(_ change: (Bool) -> Bool) -> PlanMode.State {
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
        try registrar.tools.provider(try tools())
        registrar.toolCatalog.hide { [self] _, _ in state.enabled ? [] : [Self.exitName, Self.writeName] }
        registrar.prompt.contribute { [self] _ in state.enabled ? [.guidance("Plan mode", guidance)] : [] }
        registrar.turn.before { [self] _ in try news.map { [.emit($0)] } ?? [] }
        registrar.toolCalls.before { [self] call in
            if !state.enabled || isAllowed(call) { return [] }
            let message = "Plan mode blocks `\(call.name)`. Use planning tools or `plan.exit`."
            return [.answer(.failure(message, code: "plan_mode", class: "policy"))]
        }
        registrar.toolCalls.after { [self] call, result in
            guard call.name == Self.exitName, case .success = result.output else { return [] }
            return try news.map { [.emit($0)] } ?? []
        }
        try registrar.operations.query("plan_mode.state") { [self] (_: Record) in state }
        try registrar.operations.command("plan_mode.enable") { [self] (_: Record) in set { _ in true } }
        try registrar.operations.command("plan_mode.disable") { [self] (_: Record) in set { _ in false } }
        try registrar.operations.command("plan_mode.toggle") { [self] (_: Record) in set { !$0 } }
    }

    private func isAllowed(_ call: HookedToolCall) -> Bool {
        if [Self.exitName, Self.writeName].contains(call.name) || call.traits.isReadOnly { return true }
        if settings.allowed.contains(call.name) { return true }
        guard settings.writers.contains(call.name), let path = state.planPath,
            case .record(let arguments) = call.arguments
        else { return false }
        return arguments["path"] == .string(path)
    }

    /// What whoever watches does not know yet of the mode.
    private var news: PluginEvent? {
        get throws {
            let state = contents.withLock { contents -> PlanMode.State? in
                let isKnown = contents.told.map { $0 == contents.state } ?? !contents.state.enabled
                contents.told = contents.state
                return isKnown ? nil : contents.state
            }
            return try state.map { .custom(name: "plan_mode.state", payload: try ValueEncoder().encode($0)) }
        }
    }

    private var guidance: String {
        let place = state.planPath.map { " The plan has a file, `\($0)`: write it with `plan.write`." } ?? ""
        return """
            Nothing may be changed yet. Look around with tools that only look, and hand in a plan with `plan.exit`: what you \
            are going to do, in which order.\(place) Tools that change something work once somebody has agreed to it.
            """
    }

    // MARK: Tools

    private struct Plan: Decodable {
        var plan: String?
        var fresh: Bool?
    }

    private func tools() throws -> Toolset {
        let exit = try exitTool()
        return try Toolset { tools in
            try tools.add(exit) { [self] call in
                // Whoever is asked sees the plan itself.
                guard case .record(var fields) = call.arguments else {
                    return .ready(arguments: call.arguments, payload: .null)
                }
                if fields["plan"] == nil { fields["plan"] = .string(try written()) }
                return .ready(arguments: .record(fields), payload: .null)
            } execute: { [self] call in
                let plan = try call.arguments(as: Plan.self)
                let text = try plan.plan ?? written()
                set { _ in false }
                let agreed: Value = ["agreed": true, "plan": .string(text)]
                return plan.fresh == true ? .switchFrame(FrameSwitch(task: text), value: agreed) : .value(agreed)
            }
            guard let folder = settings.folder else { return }
            struct Text: Codable { var text: String }
            try tools.add(
                Self.writeName,
                "Write the file of the plan anew, as Markdown.",
                callPath: "plan.write",
                fields: ["text": "The whole plan."]
            ) { [file] (arguments: Text) in
                guard arguments.text.utf8.count <= PrivateFolder.readLimit else {
                    throw CallFailure(
                        class: "resource_limit",
                        code: "plan_too_long",
                        message: "a plan has at most \(PrivateFolder.readLimit) bytes"
                    )
                }
                try folder.write(arguments.text, to: file)
                return file.joined(separator: "/")
            }
        }
    }

    private func exitTool() throws -> ToolDefinition {
        try ToolDefinition(
            name: Self.exitName,
            description: "Hand in the plan. The work begins when somebody has agreed to it.",
            callPath: "plan.exit",
            input: [
                "type": "object",
                "properties": [
                    "plan": [
                        "type": "string", "minLength": 1,
                        "description": file.isEmpty
                            ? "What you are going to do."
                            : "What you are going to do; what is in its file where it is missing.",
                    ],
                    "fresh": [
                        "type": "boolean", "description": "Begin anew, knowing nothing but the plan.", "default": false,
                    ],
                ],
                "required": file.isEmpty ? ["plan"] : [],
            ],
            traits: ToolTraits(needsApproval: true)
        )
    }

    /// The plan in its file.
    private func written() throws -> String {
        let text = try settings.folder?.read(file) ?? ""
        if WhiteSpace.isBlank(text) {
            throw CallFailure(
                class: "invalid_request",
                code: "no_plan",
                message: "there is no plan yet: write it with `plan.write`, or hand it in as `plan`"
            )
        }
        return text
    }

    // MARK: State

    func snapshot() throws -> Value? { try ValueEncoder().encode(state) }

    func restore(_ state: PluginSnapshot?) throws {
        guard let state = state?.state else { return }
        let kept = try ValueDecoder().decode(PlanMode.State.self, from: state.value)
        contents.withLock { contents in
            contents.state.enabled = kept.enabled
            contents.state.generation = kept.generation
            contents.told = contents.state
        }
    }
}
