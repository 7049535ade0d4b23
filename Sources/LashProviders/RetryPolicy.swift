internal import LashAgent

/// When a client asks again after a failure.
///
/// It does so for failures that may pass: broken connections, timeouts, failures of the service, too many requests. An
/// answer that has begun is void then, and its reader is told.
public struct RetryPolicy: Hashable, Sendable {
    /// How often a request is sent at most.
    public var maximumAttempts: Int
    /// The wait before the second attempt; it doubles with each further one.
    public var firstWait: Duration
    /// The longest such wait.
    public var longestWait: Duration
    /// The part of a wait that chance may add, so that many sessions do not ask at the same moment.
    public var jitter: Double
    /// The longest wait that a service may ask for; a request that would have to wait longer fails.
    public var longestRequestedWait: Duration
    /// How long one request may wait in all because the service asks for it. Such waits do not count as attempts.
    public var requestedWaitBudget: Duration

    /// Four attempts, with waits of 2, 4 and 8 seconds, unless told otherwise.
    public init(
        maximumAttempts: Int = 4,
        firstWait: Duration = .seconds(2),
        longestWait: Duration = .seconds(10),
        jitter: Double = 0.1,
        longestRequestedWait: Duration = .seconds(60),
        requestedWaitBudget: Duration = .seconds(90)
    ) {
        self.maximumAttempts = maximumAttempts
        self.firstWait = firstWait
        self.longestWait = longestWait
        self.jitter = jitter
        self.longestRequestedWait = longestRequestedWait
        self.requestedWaitBudget = requestedWaitBudget
    }

    /// No second attempt.
    public static let never = RetryPolicy(maximumAttempts: 1)
}

/// The attempts of one request, as far as they went.
struct RetryState {
    let policy: RetryPolicy
    private(set) var attempt = 1
    private var requestedWait = Duration.zero

    init(_ policy: RetryPolicy) { self.policy = policy }

    /// How long to wait before the next attempt; `nil` where there is none.
    mutating func wait(after error: ModelError) -> Duration? {
        guard error.isRetryable else { return nil }
        if let requested = error.retryAfter {
            guard requested <= policy.longestRequestedWait else { return nil }
            if error.kind == .rateLimit {
                // A service that says zero again and again must not be asked for ever.
                let charge = max(requested, .seconds(1))
                guard policy.maximumAttempts > 1, requestedWait + charge <= policy.requestedWaitBudget else {
                    return nil
                }
                requestedWait += charge
                return requested
            }
        }
        guard attempt < policy.maximumAttempts else { return nil }
        var wait = policy.firstWait
        for _ in 1..<attempt where wait < policy.longestWait { wait *= 2 }
        attempt += 1
        wait = min(wait, policy.longestWait) * (1 + policy.jitter * Double.random(in: 0...1))
        return max(wait, error.retryAfter ?? .zero)
    }
}
