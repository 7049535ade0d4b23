public import Lashlang

/// What happens in a turn, for whoever watches it.
public enum TurnEvent: Equatable, Sendable {
    /// The model is called.
    case modelRequestStarted(iteration: Int)
    /// Prose of the model, as it is written. Code is never among it.
    case prose(String)
    /// What the model thinks before it answers.
    case reasoning(String)
    /// Code of the block that the model is writing.
    case code(String)
    /// The answer begins again, or its final part does: prose, reasoning and code since the call began are void.
    case streamReset
    /// A block is run.
    case blockStarted(code: String)
    /// A call of a tool waits for somebody's approval.
    case approvalRequested(ApprovalRequest)
    /// Somebody has decided on a call that waited, by its id.
    case approvalDecided(id: String, ApprovalDecision)
    /// A tool is called.
    case toolCallStarted(id: String, name: String, arguments: Value)
    /// A tool has said that its result comes later.
    case toolCallPending(PendingCompletion)
    /// A tool has answered; once for each that was started.
    case toolCallCompleted(ToolCallRecord)
    /// A block has ended.
    case blockCompleted(BlockSummary)
    /// What a call of the model took, and the turn so far.
    case usage(iteration: Int, ModelUsage, cumulative: ModelUsage)
    /// What a child session took.
    case childUsage(session: String, source: String, model: String, ModelUsage)
    /// The model's service failed and is asked again.
    case retry(ModelRetry)
    /// What a plugin has to say; the runtime itself speaks as the plugin `rlm_protocol`.
    case plugin(id: String, PluginEvent)
    /// Input that waited was taken into the turn.
    case queuedInputAccepted([QueuedInput], checkpoint: TurnMachine.Checkpoint?)
    /// The session goes on in another frame.
    case frameSwitched(frame: String, task: String)
    /// The turn is finished with a value.
    case finalValue(Value)
    /// A tool has finished the turn with a value.
    case toolValue(tool: String, Value)
    /// Something went wrong.
    case error(TurnIssue)

    /// What came of a block.
    public struct BlockSummary: Equatable, Sendable {
        /// What it printed, a line end between two outputs.
        public var output: String
        /// How it failed.
        public var error: String?
        /// How long it ran, waits for tools among it.
        public var milliseconds: Double
        /// The calls of tools.
        public var callIDs: [String]
    }
}

/// What a plugin tells whoever watches a turn.
public enum PluginEvent: Equatable, Sendable {
    /// The state of something, under a key of its own.
    case status(key: String, label: String, detail: String?)
    /// Anything.
    case custom(name: String, payload: Value)
}

/// An event with its place in the turn.
public struct TurnActivity: Equatable, Sendable {
    /// Counts the events of a turn, from 1.
    public var id: Int
    /// What belongs together has the same: a call and its answer, or all prose of one answer.
    public var correlationID: String
    /// What happened.
    public var event: TurnEvent

    /// An event.
    public init(id: Int, correlationID: String, event: TurnEvent) {
        self.id = id
        self.correlationID = correlationID
        self.event = event
    }
}

/// Takes the events of a turn, one after the other; the turn waits until it has taken one.
public protocol TurnEventSink: Sendable {
    /// Takes an event.
    func receive(_ activity: TurnActivity) async
}
