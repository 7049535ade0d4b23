internal import Lashlang

/// A call of a tool whose result comes later, by a key that the tool has taken for it.
public struct PendingCompletion: Equatable, Sendable, Codable {
    /// What the result is given by. Nobody can guess it.
    public var key: String
    /// The id of the call, the same in every event about it.
    public var call: String
    /// The tool.
    public var tool: String
    /// When nobody waits for it any more, in milliseconds since 1970; `nil` for never.
    public var deadline: Double?
    /// Whether the turn has failed after that, and not the call alone.
    public var failsTurn: Bool

    /// A call that waits.
    public init(key: String, call: String, tool: String, deadline: Double? = nil, failsTurn: Bool = false) {
        self.key = key
        self.call = call
        self.tool = tool
        self.deadline = deadline
        self.failsTurn = failsTurn
    }

    private enum CodingKeys: String, CodingKey {
        case key = "completion_key"
        case call = "call_id"
        case tool, deadline
        case failsTurn = "fails_turn"
    }

    /// Reads the form of events and outcomes, in which what is not so is left out.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            key: try fields.decode(String.self, forKey: .key),
            call: try fields.decode(String.self, forKey: .call),
            tool: try fields.decode(String.self, forKey: .tool),
            deadline: try fields.decodeIfPresent(Double.self, forKey: .deadline),
            failsTurn: try fields.decodeIfPresent(Bool.self, forKey: .failsTurn) ?? false
        )
    }

    /// Writes it.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(key, forKey: .key)
        try fields.encode(call, forKey: .call)
        try fields.encode(tool, forKey: .tool)
        try fields.encodeIfPresent(deadline, forKey: .deadline)
        if failsTurn { try fields.encode(true, forKey: .failsTurn) }
    }
}

/// A result that cannot be given.
public enum CompletionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// No call waits for the key.
    case unknownKey(String)
    /// The call has its result.
    case alreadyCompleted(String)

    /// One sentence.
    public var description: String {
        switch self {
        case .unknownKey(let key): "no call waits for the completion key `\(key)`: there was none, or its turn is over"
        case .alreadyCompleted(let key): "the call of the completion key `\(key)` has its result already"
        }
    }
}

/// The result of a call that came later.
struct CompletedCall: Equatable, Sendable, Codable {
    private var value: FinishedValue?
    private var failure: FinishedValue?
    /// Whether the turn has failed with the call.
    private var failsTurn: Bool?

    init(_ result: Result<Value, CallFailure>, failsTurn: Bool = false) {
        switch result {
        case .success(let value): self.value = FinishedValue(value)
        case .failure(let failure):
            self.failure = FinishedValue(failure.value)
            self.failsTurn = failsTurn ? true : nil
        }
    }

    /// What becomes of a call whose result has not come in time.
    init(late completion: PendingCompletion) {
        let failure = CallFailure(
            class: "timeout",
            code: "tool_completion_timeout",
            message: "the result of `\(completion.tool)` did not come in time"
        )
        self.init(.failure(failure), failsTurn: completion.failsTurn)
    }

    /// What the call makes of its turn.
    func control(of tool: String) -> ToolControl? {
        guard failsTurn == true, let failure else { return nil }
        return .fail(tool: tool, failure)
    }

    var result: ToolResult {
        if let value { return .value(value.value) }
        return ToolResult(.failure(CallFailure(of: failure?.value ?? .null)))
    }
}

extension CallFailure {
    /// The failure that stands in the `.error` of a result.
    init(of value: Value) {
        guard case .record(let details) = value, case .string(let message)? = details["message"] else {
            self.init(value.text)
            return
        }
        self.init(message)
        self.details = details
    }
}
