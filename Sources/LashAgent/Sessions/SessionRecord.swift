public import Lashlang

/// Everything that a session is: one value that can be kept as JSON and opened again anywhere.
public struct SessionRecord: Equatable, Sendable, Codable {
    /// What changes from commit to commit.
    public var head: SessionHead
    /// All records of all frames, oldest first. It only grows.
    public var history: [StoredEntry]

    /// A record.
    public init(head: SessionHead, history: [StoredEntry] = []) {
        self.head = head
        self.history = history
    }
}

/// A record of the history and the frame that it belongs to.
public struct StoredEntry: Equatable, Sendable, Codable {
    /// The number of the frame.
    public var frame: Int
    /// The record.
    public var entry: HistoryEntry

    /// A record.
    public init(frame: Int, entry: HistoryEntry) {
        self.frame = frame
        self.entry = entry
    }
}

/// What of a session is not its history.
public struct SessionHead: Equatable, Sendable, Codable {
    /// The version of the form in which sessions are kept.
    public static let currentVersion = 1

    /// The version of the form that this is in.
    public var version = SessionHead.currentVersion
    /// The id of the session.
    public var id: String
    /// How often it was committed. A store counts.
    public var revision = 0
    /// The session that it is a child of.
    public var parent: String?
    /// How many sessions are above it.
    public var depth = 0
    /// The frames; the last one is current.
    public var frames: [AgentFrame]
    /// How many turns there were.
    public var turnCount = 0
    /// The variables of the current frame, in the form of Lashlang's snapshots.
    public var variables = Base64Bytes()
    /// The state of the plugins, by id.
    public var plugins: [PluginSnapshot] = []
    /// The plugins that were given to this session alone; they have to be there when it is opened again.
    public var requiredPlugins: [String] = []
    /// What models took.
    public var usage = UsageLedger()
    /// What the latest call of the model took; `nil` before the first one and where the service does not say.
    public var lastUsage: ModelUsage?
    /// What waits to be said to the model.
    public var queue: [QueuedInput] = []
    /// The turn that is under way or was interrupted.
    public var turn: OpenTurn?
    /// The last turn that was committed, so that committing it twice does nothing.
    public var lastTurn: String?
    /// What the tools of the session keep, by name of what keeps it.
    public var extensions = Record()

    /// A session at its beginning.
    public init(id: String, parent: String? = nil, depth: Int = 0) {
        self.id = id
        self.parent = parent
        self.depth = depth
        frames = [AgentFrame(id: "\(id):frame:initial")]
    }

    /// The number of the current frame.
    public var frame: Int { frames.count - 1 }

    private enum CodingKeys: String, CodingKey {
        case version = "schema_version"
        case id, revision, parent, depth, frames, variables, plugins, usage, queue, turn, extensions
        case turnCount = "turn_count"
        case requiredPlugins = "required_plugins"
        case lastUsage = "last_usage"
        case lastTurn = "last_turn"
    }

    /// Throws for a form of another version.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        guard let version = try container.decodeIfPresent(Int.self, forKey: .version) else {
            throw SessionError.version("session is missing schema_version (expected \(Self.currentVersion))")
        }
        guard version == Self.currentVersion else {
            throw SessionError.version(
                "session schema_version \(version) is not supported by this version (expected \(Self.currentVersion))"
            )
        }
        self.version = version
        id = try container.decode(String.self, forKey: .id)
        revision = try container.decode(Int.self, forKey: .revision)
        parent = try container.decodeIfPresent(String.self, forKey: .parent)
        depth = try container.decode(Int.self, forKey: .depth)
        frames = try container.decode([AgentFrame].self, forKey: .frames)
        if frames.isEmpty {
            throw DecodingError.dataCorruptedError(
                forKey: .frames,
                in: container,
                debugDescription: "a session has at least one frame"
            )
        }
        turnCount = try container.decode(Int.self, forKey: .turnCount)
        variables = try container.decode(Base64Bytes.self, forKey: .variables)
        plugins = try container.decode([PluginSnapshot].self, forKey: .plugins)
        requiredPlugins = try container.decode([String].self, forKey: .requiredPlugins)
        usage = try container.decode(UsageLedger.self, forKey: .usage)
        lastUsage = try container.decodeIfPresent(ModelUsage.self, forKey: .lastUsage)
        queue = try container.decode([QueuedInput].self, forKey: .queue)
        turn = try container.decodeIfPresent(OpenTurn.self, forKey: .turn)
        lastTurn = try container.decodeIfPresent(String.self, forKey: .lastTurn)
        extensions = try container.decode(Record.self, forKey: .extensions)
    }
}

/// A part of a session with a history and variables of its own.
public struct AgentFrame: Equatable, Sendable, Codable {
    /// The id, one of a kind in all sessions.
    public var id: String
    /// What is to be done in it, where a model said so.
    public var task: String?

    /// A frame.
    public init(id: String, task: String? = nil) {
        self.id = id
        self.task = task
    }
}

/// Input that waits for its turn.
public struct QueuedInput: Equatable, Sendable, Codable {
    /// When it is said.
    public enum Moment: String, Hashable, Sendable, Codable {
        /// At the next checkpoint of the turn that is under way, or with the next turn.
        case activeTurn = "active_turn"
        /// With the next turn.
        case nextTurn = "next_turn"
    }

    /// The id of the message.
    public var id: String
    /// What is said.
    public var text: String
    /// When.
    public var moment: Moment

    /// Input.
    public init(id: String, text: String, moment: Moment) {
        self.id = id
        self.text = text
        self.moment = moment
    }
}

/// The state of a plugin.
public struct PluginSnapshot: Equatable, Sendable, Codable {
    /// The plugin.
    public var id: String
    /// The version of the plugin that wrote it.
    public var version: String
    /// How often the state had changed.
    public var revision: Int
    /// The state, in a form that the plugin alone knows.
    public var state: FinishedValue?

    /// A state.
    public init(id: String, version: String, revision: Int, state: FinishedValue?) {
        self.id = id
        self.version = version
        self.revision = revision
        self.state = state
    }
}

/// A turn that is not finished yet: with it, the session goes on where it stood.
public struct OpenTurn: Equatable, Sendable, Codable {
    /// The loop. What it added to the history is in the session's history as well, up to `committed`.
    public var machine: TurnMachine
    /// How many records of the machine's log are in the session's history.
    public var committed: Int
    /// The bindings of the turn.
    public var bindings: [Seed.Projection]
    /// The input of plugins, by their ids.
    public var pluginInputs: Record
    /// The part of the prompt that belongs to the turn.
    public var prompt: PromptLayer
    /// What has become of the turn so far.
    public var progress: TurnProgress
    /// The block that stands still because calls wait for approval.
    public var block: SuspendedBlock?

    /// A turn.
    public init(
        machine: TurnMachine,
        committed: Int = 0,
        bindings: [Seed.Projection] = [],
        pluginInputs: Record = Record(),
        prompt: PromptLayer = PromptLayer(),
        progress: TurnProgress,
        block: SuspendedBlock? = nil
    ) {
        self.machine = machine
        self.committed = committed
        self.bindings = bindings
        self.pluginInputs = pluginInputs
        self.prompt = prompt
        self.progress = progress
        self.block = block
    }
}

/// What has become of a turn so far, its earlier frames included.
public struct TurnProgress: Equatable, Sendable, Codable {
    /// The id that the host knows; in frames after the first the loop has other ids.
    public var turn: String
    /// When it began, in milliseconds since 1970.
    public var started: Double
    /// What the model took.
    public var usage = ModelUsage()
    /// What children took.
    public var children = UsageLedger()
    /// The tools that were called, in the order in which they were completed.
    public var calls: [ToolCallRecord] = []
    /// Whether a block was run.
    public var ranCode = false
    /// How often the model was called.
    public var modelCalls = 0
    /// How often the turn went on in another frame.
    public var frameSwitches = 0

    /// A turn at its beginning.
    public init(turn: String, started: Double) {
        self.turn = turn
        self.started = started
    }

    private enum CodingKeys: String, CodingKey {
        case turn, started, usage, children, calls
        case ranCode = "ran_code"
        case modelCalls = "model_calls"
        case frameSwitches = "frame_switches"
    }
}

/// Bytes that are base64 in JSON.
public struct Base64Bytes: Hashable, Sendable, Codable {
    /// The bytes.
    public var bytes: [UInt8]

    /// Bytes.
    public init(_ bytes: [UInt8] = []) { self.bytes = bytes }

    /// Reads it; throws for what is none.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let bytes = Base64.decode(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not base64")
        }
        self.bytes = bytes
    }

    /// Writes it in the form that is read.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(Base64.encode(bytes))
    }
}

/// What models took in a session, by what they were asked for.
public struct UsageLedger: Equatable, Sendable, Codable {
    /// One kind of use.
    public struct Entry: Equatable, Sendable, Codable {
        /// What the model was asked for: `turn`, `subagent`, `compaction`, `observer`, `reflector`, or a plugin's own word.
        public var source: String
        /// The model.
        public var model: String
        /// What it took.
        public var usage: ModelUsage
    }

    /// The kinds of use in the order in which they first occurred.
    public private(set) var entries: [Entry] = []

    /// Nothing used.
    public init() {}

    /// Adds what a call took.
    public mutating func add(_ usage: ModelUsage, source: String, model: String) {
        if let position = entries.firstIndex(where: { $0.source == source && $0.model == model }) {
            entries[position].usage += usage
        } else {
            entries.append(Entry(source: source, model: model, usage: usage))
        }
    }

    /// Adds everything of another ledger.
    public mutating func add(_ other: UsageLedger) {
        for entry in other.entries { add(entry.usage, source: entry.source, model: entry.model) }
    }

    /// All of it.
    public var total: ModelUsage { entries.reduce(ModelUsage()) { $0 + $1.usage } }

    /// What one kind of question took.
    public func total(source: String) -> ModelUsage {
        entries.reduce(ModelUsage()) { $1.source == source ? $0 + $1.usage : $0 }
    }

    /// What one model took.
    public func total(model: String) -> ModelUsage {
        entries.reduce(ModelUsage()) { $1.model == model ? $0 + $1.usage : $0 }
    }
}
