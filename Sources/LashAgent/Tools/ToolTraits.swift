/// How a tool may be called: what the runtime has to know of it besides its arguments.
public struct ToolTraits: Hashable, Sendable {
    /// Whether its calls may run beside others.
    public enum Scheduling: String, Hashable, Sendable, Codable {
        /// Calls of one `await` run at the same time.
        case parallel
        /// Calls run one after the other, after all parallel ones of the same `await`.
        case serial
    }

    /// Whether its calls may run beside others.
    public var scheduling = Scheduling.parallel
    /// How often a call that failed is made again.
    public var retry = ToolRetryPolicy.never
    /// How long one attempt may take; `nil` for as long as it likes.
    public var timeout: Duration?
    /// Whether somebody has to approve of every call.
    public var needsApproval = false
    /// Whether it only looks: agents that may not change anything can call it.
    public var isReadOnly = false
    /// The most bytes that a result may take, roughly; `nil` for what the core allows.
    public var outputBytes: Int?
    /// The argument whose direct entries stay lazy where they are; everything else arrives as plain values.
    public var projectionArgument: String?

    /// Traits; without arguments, those of a tool that needs nothing special.
    public init(
        scheduling: Scheduling = .parallel,
        retry: ToolRetryPolicy = .never,
        timeout: Duration? = nil,
        needsApproval: Bool = false,
        isReadOnly: Bool = false,
        outputBytes: Int? = nil,
        projectionArgument: String? = nil
    ) {
        self.projectionArgument = projectionArgument
        self.scheduling = scheduling
        self.retry = retry
        self.timeout = timeout
        self.needsApproval = needsApproval
        self.isReadOnly = isReadOnly
        self.outputBytes = outputBytes
    }
}

/// How often a call that failed is made again: only where its failure says that this makes sense.
public struct ToolRetryPolicy: Hashable, Sendable {
    /// How often a call is made at most, the first time included.
    public var attempts: Int
    /// How long to wait before the second attempt; each further wait is twice as long. A failure can ask for another time.
    public var delay: Duration
    /// The longest wait, whatever a failure asks for.
    public var maximumDelay: Duration
    /// Whether a call whose end is unknown, because it took too long, may be made again.
    public var isIdempotent: Bool

    /// Calls are made once.
    public static let never = ToolRetryPolicy(attempts: 1)

    /// Calls are made again where the tool says that nothing has happened.
    public static func safe(
        attempts: Int = 3,
        delay: Duration = .milliseconds(200),
        maximumDelay: Duration = .seconds(10)
    ) -> ToolRetryPolicy {
        ToolRetryPolicy(attempts: attempts, delay: delay, maximumDelay: maximumDelay)
    }

    /// Calls are also made again where they took too long: twice is as good as once.
    public static func idempotent(
        attempts: Int = 3,
        delay: Duration = .milliseconds(200),
        maximumDelay: Duration = .seconds(10)
    ) -> ToolRetryPolicy {
        ToolRetryPolicy(attempts: attempts, delay: delay, maximumDelay: maximumDelay, isIdempotent: true)
    }

    /// A policy; at least one attempt is made.
    public init(
        attempts: Int,
        delay: Duration = .milliseconds(200),
        maximumDelay: Duration = .seconds(10),
        isIdempotent: Bool = false
    ) {
        self.attempts = max(1, attempts)
        self.delay = delay
        self.maximumDelay = maximumDelay
        self.isIdempotent = isIdempotent
    }

    /// How long to wait after so many attempts.
    func wait(after attempts: Int, asked: Duration?) -> Duration {
        if let asked { return min(asked, maximumDelay) }
        var wait = delay
        for _ in 1..<max(1, attempts) where wait < maximumDelay { wait *= 2 }
        return min(wait, maximumDelay)
    }
}
