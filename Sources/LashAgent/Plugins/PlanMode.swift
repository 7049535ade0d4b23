internal import Lashlang
internal import Synchronization

/// Plan mode: while it is on, nothing is changed until somebody has agreed to a plan.
///
/// The model looks around with the tools that only look (``ToolTraits/isReadOnly``) and with those that are allowed by name;
/// calls of any other tool fail. Modules of the host (``AgentConfiguration/host``) are no tools, and go on working. It hands
/// in its plan with `plan.exit({ plan, fresh? })`, which needs approval like other calls: whoever is asked gives a ``Choice``.
/// With `fresh` the work begins in a frame of its own, whose task is the plan.
///
/// Where the host gives a folder, the plan has a file in it, `.lash/plans/SESSION.md`. The model writes it with
/// `plan.write({ text })`, or with tools of the host that may write to that path; `plan.exit({})` hands in what is in it.
///
/// Hosts switch with the operations `plan_mode.enable`, `plan_mode.disable` and `plan_mode.toggle`, and read
/// `plan_mode.state`. Root sessions only; the mode is kept with the session. Whoever watches is told by the event
/// `plan_mode.state` when a plan was agreed to, and when a turn begins after the mode was switched.
public struct PlanMode: PluginFactory {
    /// Identifies the plugin.
    public static let pluginID = "plan_mode"

    /// Whether the mode is on, and how often it was switched.
    public struct State: Hashable, Sendable, Codable {
        /// Whether it is on.
        public var enabled: Bool
        /// How often it was switched.
        public var generation = 0
        /// Where the plan is, below the folder of the host; `nil` where it has no file.
        public var planPath: String?

        private enum CodingKeys: String, CodingKey {
            case enabled, generation
            case planPath = "plan_path"
        }
    }

    /// What somebody says to a plan.
    public enum Choice: Hashable, Sendable {
        /// The work begins now.
        case startNow
        /// The plan is not good enough yet, and why.
        case keepPlanning(reason: String? = nil)
        /// The work begins in a frame of its own, which knows nothing but the plan.
        case startFresh

        /// The decision on the call of `plan.exit` that waits.
        public func decision(on request: ApprovalRequest) -> ApprovalDecision {
            switch self {
            case .startNow: return .allow
            case .keepPlanning(let reason): return .deny(reason: reason)
            case .startFresh:
                guard case .record(var fields) = request.arguments else { return .allow }
                fields["fresh"] = true
                return .edit(.record(fields))
            }
        }
    }

    private let settings: PlanModeSettings

    /// The plugin.
    ///
    /// - Parameters:
    ///   - allowed: the names of tools that can be called while planning, beside those that only look.
    ///   - folder: the folder of the host that the file of the plan is in; `nil` for a plan without a file.
    ///   - writers: the names of tools that can be called while planning where their argument `path` is the file of the plan.
    ///   - isEnabled: whether new sessions begin with planning.
    public init(
        allowed: Set<String> = [UpdatePlan.pluginID],
        folder: String? = nil,
        writers: Set<String> = [],
        isEnabled: Bool = false
    ) {
        settings = PlanModeSettings(
            allowed: allowed,
            folder: folder.map { PrivateFolder(path: $0) },
            writers: writers,
            isEnabled: isEnabled
        )
    }

    /// Identifies the plugin.
    public var id: String { Self.pluginID }

    /// Makes the plugin of a session. Throws where the id of the session is too long for the name of a file.
    public func build(_ context: PluginBuildContext) throws -> any SessionPlugin {
        try PlanModePlugin(settings, session: context.session, isActive: context.isRoot)
    }
}

/// What all sessions of a core share of their plan modes.
struct PlanModeSettings: Sendable {
    var allowed: Set<String>
    var folder: PrivateFolder?
    var writers: Set<String>
    var isEnabled: Bool
}
