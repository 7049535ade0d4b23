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

    /// A call that waits.
    public init(key: String, call: String, tool: String, deadline: Double? = nil) {
        self.key = key
        self.call = call
        self.tool = tool
        self.deadline = deadline
    }

    private enum CodingKeys: String, CodingKey {
        case key = "completion_key"
        case call = "call_id"
        case tool, deadline
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

    init(_ result: Result<Value, CallFailure>) {
        switch result {
        case .success(let value): self.value = FinishedValue(value)
        case .failure(let failure): self.failure = FinishedValue(failure.value)
        }
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
