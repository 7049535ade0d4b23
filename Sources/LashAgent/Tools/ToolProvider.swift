public import Lashlang

/// Offers tools and runs them. Every method may be called from several tasks at once.
public protocol ToolProvider: Sendable {
    /// The tools.
    var manifests: [ToolManifest] { get }

    /// What a tool takes and gives; `nil` for a tool that is not there.
    func contract(of name: String) -> ToolContract?

    /// Gets a call ready: the arguments have been checked, and what belongs to the turn can still be read.
    ///
    /// Without an implementation of its own a call is made as it is.
    func prepare(_ call: PendingToolCall) async -> ToolPreparation

    /// Runs a call.
    ///
    /// The task is cancelled when the turn is: answer as soon as possible then, with anything.
    func execute(_ call: ToolCall) async -> ToolResult

    /// Hears that nobody waits any more for a result that was to come later: its turn was cancelled or given up, or its time
    /// is over. Whoever does the work can stop it then. Nobody waits for the end of this.
    ///
    /// Without an implementation of its own the work goes on.
    func withdraw(_ completion: PendingCompletion) async
}

extension ToolProvider {
    /// Lets the work go on.
    public func withdraw(_ completion: PendingCompletion) async {}

    /// Makes the call as it is.
    public func prepare(_ call: PendingToolCall) async -> ToolPreparation {
        .ready(arguments: call.arguments, payload: .null)
    }
}

/// A call that is being made ready.
public struct PendingToolCall: Sendable {
    /// The id of the call, the same in every event about it.
    public var id: String
    /// The tool.
    public var name: String
    /// The arguments, a record.
    public var arguments: Value
    /// What belongs to the turn.
    public var context: TurnContext
    var runtime: ToolRuntime
}

/// What came of getting a call ready.
public enum ToolPreparation: Sendable {
    /// It is made with these arguments, and finds the payload.
    case ready(arguments: Value, payload: Value)
    /// The same, but only if somebody approves; the reason is for whoever is asked.
    case needsApproval(arguments: Value, payload: Value, reason: String)
    /// It is not made; this is its result.
    case done(ToolResult)
}

/// A call that is made.
public struct ToolCall: Sendable {
    /// The id of the call, the same in every event about it.
    public var id: String
    /// The tool.
    public var name: String
    /// The arguments, a record.
    public var arguments: Value
    /// What `prepare` has left for it.
    public var payload: Value
    /// The session that the call belongs to.
    public var session: String
    /// Which attempt it is, from 1.
    public var attempt: Int
    let runtime: ToolRuntime

    /// The same for all attempts of this call and for nothing else: services use it to do a thing only once.
    public var idempotencyKey: String { "lash-tool:\(session):\(id):\(name)" }

    /// Takes the key of a result that comes later: whoever has it gives the result with `AgentSession.complete`, as soon as he
    /// likes. The tool answers with `ToolResult.pending`.
    public func completionKey() -> String { runtime.completions.take(for: id) }

    /// What `prepare` has left for it, as a value of a type. Throws where it is something else.
    public func payload<T: Decodable>(as type: T.Type) throws -> T {
        try ValueDecoder().decode(type, from: payload, root: "payload")
    }

    /// The arguments as a value of a type. Throws where they are something else.
    public func arguments<T: Decodable>(as type: T.Type) throws -> T {
        try ValueDecoder().decode(type, from: arguments, root: "arguments")
    }
}

/// What came of a call.
public struct ToolResult: Equatable, Sendable {
    /// Value or failure.
    public enum Output: Equatable, Sendable {
        case success(Value)
        case failure(CallFailure)
        case cancelled
        /// The result comes later, by the key that the tool has taken, and within a time where one is given.
        case pending(within: Duration?, orElse: Lateness = .failure)
    }

    /// What becomes of a call whose result does not come in time.
    public enum Lateness: Equatable, Sendable {
        /// It has failed, as calls do.
        case failure
        /// It has failed, and its turn with it.
        case failedTurn
    }

    /// What a tool makes of the turn.
    public enum Control: Equatable, Sendable {
        /// It is finished with a value.
        case finish(Value)
        /// It has failed.
        case fail(Value)
        /// The session goes on in another frame.
        case switchFrame(FrameSwitch)
    }

    /// Value or failure.
    public var output: Output
    /// What the tool makes of the turn, if anything. It counts only beside a success.
    public var control: Control?

    /// A result.
    public init(_ output: Output, control: Control? = nil) {
        self.output = output
        self.control = control
    }

    /// A value.
    public static func value(_ value: Value) -> ToolResult { ToolResult(.success(value)) }

    /// A result that comes later. The tool has taken a key with `ToolCall.completionKey`; without one, this is a failure.
    ///
    /// - Parameters:
    ///   - limit: how long to wait for it.
    ///   - lateness: what becomes of the call after that.
    public static func pending(within limit: Duration? = nil, orElse lateness: Lateness = .failure) -> ToolResult {
        ToolResult(.pending(within: limit, orElse: lateness))
    }

    /// A failure that says what went wrong.
    public static func failure(_ message: String, code: String = "tool_error", class name: String = "execution")
        -> ToolResult
    {
        ToolResult(.failure(CallFailure(class: name, code: code, message: message)))
    }

    /// A failure after which nothing has happened, so that the call can be made again, perhaps after a while.
    public static func retryableFailure(
        _ message: String,
        code: String = "tool_error",
        class name: String = "external",
        after wait: Duration? = nil
    ) -> ToolResult {
        let more = wait.map { ["retry_after_ms": .number(($0 / .milliseconds(1)).rounded())] } ?? Record()
        return ToolResult(.failure(CallFailure(class: name, code: code, message: message, retry: true, more: more)))
    }

    /// Ends the turn with a value.
    public static func finish(_ value: Value) -> ToolResult { ToolResult(.success(value), control: .finish(value)) }

    /// Ends the turn as one that has failed.
    public static func fail(_ failure: Value) -> ToolResult { ToolResult(.success(.null), control: .fail(failure)) }

    /// Goes on in another frame.
    public static func switchFrame(_ frameSwitch: FrameSwitch, value: Value = .null) -> ToolResult {
        ToolResult(.success(value), control: .switchFrame(frameSwitch))
    }
}

extension CallFailure {
    /// Whether making the call again may help.
    var isRetryable: Bool { details?["retry"] == .bool(true) }

    /// How long to wait before that.
    var retryAfter: Duration? {
        guard case .number(let milliseconds)? = details?["retry_after_ms"], milliseconds >= 0, milliseconds < 1e12
        else { return nil }
        return .milliseconds(milliseconds)
    }

    /// The failure after the last of several attempts.
    func exhausted(after attempts: Int) -> CallFailure {
        var failure = self
        failure.details?["retry"] = .bool(false)
        failure.details?["attempts"] = .number(Double(attempts))
        return failure
    }
}
