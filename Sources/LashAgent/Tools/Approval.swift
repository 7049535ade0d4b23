public import Lashlang

/// A call of a tool that waits until somebody has said yes or no.
public struct ApprovalRequest: Equatable, Sendable, Codable {
    /// The id of the call, the same in every event about it.
    public var id: String
    /// The tool.
    public var tool: String
    /// How the program calls it.
    public var callPath: String
    /// Exactly what the tool would get.
    public var arguments: Value
    /// Why somebody is asked, where the tool says so.
    public var reason: String?

    /// A call that waits.
    public init(id: String, tool: String, callPath: String, arguments: Value, reason: String? = nil) {
        self.id = id
        self.tool = tool
        self.callPath = callPath
        self.arguments = arguments
        self.reason = reason
    }

    private enum CodingKeys: String, CodingKey {
        case id = "call_id"
        case tool
        case callPath = "call_path"
        case arguments = "args"
        case reason
    }
}

/// What somebody says to a call that waits.
public enum ApprovalDecision: Equatable, Sendable {
    /// The call is made as it is.
    case allow
    /// The call is not made; the program gets a failure with the reason.
    case deny(reason: String? = nil)
    /// The call is made with other arguments, which are checked like those of a program.
    case edit(Value)
}

/// `{"kind": "allow"}`, `{"kind": "deny", "reason": "…"}`, or `{"kind": "edit", "args": {…}}`.
extension ApprovalDecision: Codable {
    private enum Kind: String, Codable {
        case allow, deny, edit
    }

    private enum CodingKeys: String, CodingKey {
        case kind, reason
        case arguments = "args"
    }

    /// Reads that form.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        switch try container.decode(Kind.self, forKey: .kind) {
        case .allow: self = .allow
        case .deny: self = .deny(reason: try container.decodeIfPresent(String.self, forKey: .reason))
        case .edit: self = .edit(try container.decode(Value.self, forKey: .arguments))
        }
    }

    /// Writes that form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .allow: try container.encode(Kind.allow, forKey: .kind)
        case .deny(let reason):
            try container.encode(Kind.deny, forKey: .kind)
            try container.encodeIfPresent(reason, forKey: .reason)
        case .edit(let arguments):
            try container.encode(Kind.edit, forKey: .kind)
            try container.encode(arguments, forKey: .arguments)
        }
    }
}

/// A decision that cannot be carried out. The turn stays suspended as it was.
public enum ApprovalError: Error, Hashable, Sendable, CustomStringConvertible {
    /// No call of the id waits.
    case unknownCall(String)
    /// Edited arguments that the tool does not take.
    case invalidArguments(call: String, problem: String)

    /// One sentence.
    public var description: String {
        switch self {
        case .unknownCall(let id): "no call `\(id)` waits for approval"
        case .invalidArguments(let call, let problem):
            "the edited arguments of call `\(call)` do not fit the tool: \(problem)"
        }
    }
}

/// A call that is ready to be made: checked and prepared.
struct PreparedCall: Equatable, Sendable, Codable {
    var request: ApprovalRequest
    /// What `prepare` has left for the tool.
    var payload: Value
}

/// A block that stands still because calls wait for approval, or for results that come later, with everything that it takes
/// to go on elsewhere.
public struct SuspendedBlock: Equatable, Sendable, Codable {
    /// A call without an answer.
    struct Call: Equatable, Sendable, Codable {
        /// Its place among those that the program waits for.
        var position: Int
        /// Its id.
        var id: String
        /// The call as it waits; `nil` for one that was not begun.
        var prepared: PreparedCall?
        /// What its result comes by, where the tool was called and the result comes later.
        var completion: PendingCompletion?
        /// When the tool was called, in milliseconds since 1970.
        var started: Double?
        /// The result, where it has come.
        var result: CompletedCall?
    }

    /// The run, in the form of Lashlang's snapshots.
    var run: Base64Bytes
    /// What came of the block so far.
    var partial: BlockResult
    /// The calls without an answer. Those that were answered are settled in the run.
    var calls: [Call]
    /// How many calls the block has made.
    var count: Int
    /// What hooks want to say at the next checkpoint.
    var messages: [PluginMessage]

    /// The calls that wait for approval.
    public var approvals: [ApprovalRequest] {
        calls.compactMap { $0.completion == nil ? $0.prepared?.request : nil }
    }

    /// The calls whose results have not come yet.
    public var completions: [PendingCompletion] { calls.compactMap { $0.result == nil ? $0.completion : nil } }
}
