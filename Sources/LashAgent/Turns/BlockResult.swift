public import Lashlang

/// What came of running a block.
public struct BlockResult: Equatable, Sendable, Codable {
    /// What it printed, whole.
    public var output: [String]
    /// Images in what it printed.
    public var images: [Attachment]
    /// What the model is told beside the output: warnings.
    public var notes: [String]
    /// How it failed, as the model is told.
    public var error: String?
    /// The value of `finish`.
    public var finished: FinishedValue?
    /// What a tool made of the turn, which ends the block.
    public var control: ToolControl?
    /// The tools that were called, in the order in which they were completed.
    public var calls: [ToolCallRecord]

    /// A result.
    public init(
        output: [String] = [],
        images: [Attachment] = [],
        notes: [String] = [],
        error: String? = nil,
        finished: FinishedValue? = nil,
        control: ToolControl? = nil,
        calls: [ToolCallRecord] = []
    ) {
        self.output = output
        self.images = images
        self.notes = notes
        self.error = error
        self.finished = finished
        self.control = control
        self.calls = calls
    }
}

/// What a tool makes of the turn beyond its result. The block ends at the call.
public enum ToolControl: Equatable, Sendable, Codable {
    /// The turn is finished with a value.
    case finish(tool: String, FinishedValue)
    /// The turn has failed.
    case fail(tool: String, FinishedValue)
    /// The session goes on in another frame.
    case switchFrame(FrameSwitch)
    /// A plugin ended the turn.
    case abort(code: String, message: String)
}

/// A call of a tool, as events, results and traces have it.
public struct ToolCallRecord: Equatable, Sendable, Codable {
    /// How a call ended.
    public enum Status: String, Hashable, Sendable, Codable {
        case ok, error, cancelled
    }

    /// The id of the call, the same in every event about it.
    public var id: String
    /// The tool's name.
    public var name: String
    /// The arguments.
    public var arguments: Value
    /// How it ended.
    public var status: Status
    /// The result, or the failure.
    public var output: Value
    /// How long it took.
    public var milliseconds: Double

    /// A call.
    public init(
        id: String,
        name: String,
        arguments: Value,
        status: Status,
        output: Value,
        milliseconds: Double
    ) {
        self.id = id
        self.name = name
        self.arguments = arguments
        self.status = status
        self.output = output
        self.milliseconds = milliseconds
    }

    private enum CodingKeys: String, CodingKey {
        case id = "call_id"
        case name
        case arguments = "args"
        case status, output
        case milliseconds = "duration_ms"
    }
}
