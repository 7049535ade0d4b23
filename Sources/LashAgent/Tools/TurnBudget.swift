internal import Synchronization

/// What a turn and the agents that it starts may use of models, all of them together.
public final class TurnBudget: Sendable {
    /// The most that may be used.
    public struct Limits: Hashable, Sendable, Codable {
        /// How often models may be called; `nil` for no limit.
        public var modelCalls: Int?
        /// The tokens that models may take; `nil` for no limit. The call that goes beyond it is the last one.
        public var tokens: Int?

        /// Limits.
        public init(modelCalls: Int? = 200, tokens: Int? = nil) {
            self.modelCalls = modelCalls
            self.tokens = tokens
        }
    }

    private let limits: Limits
    private let used = Mutex((calls: 0, tokens: 0))

    /// A budget of which some was used before.
    init(_ limits: Limits, calls: Int = 0, tokens: Int = 0) {
        self.limits = limits
        used.withLock { $0 = (calls, tokens) }
    }

    /// Counts a call of a model. Gives the reason where there is nothing left for it.
    func takeCall() -> String? {
        used.withLock { used in
            if let limit = limits.modelCalls, used.calls >= limit {
                return
                    "the turn and the agents that it started have called models \(used.calls) times, and \(limit) are allowed"
            }
            if let limit = limits.tokens, used.tokens >= limit {
                return
                    "the turn and the agents that it started have taken \(used.tokens) tokens, and \(limit) are allowed"
            }
            used.calls += 1
            return nil
        }
    }

    func count(tokens: Int) { used.withLock { $0.tokens += tokens } }
}

/// Collects what children take while their parent's block runs.
final class ChildrenUsage: Sendable {
    private let kept = Mutex(UsageLedger())

    func add(_ usage: ModelUsage, source: String, model: String) {
        kept.withLock { $0.add(usage, source: source, model: model) }
    }

    var ledger: UsageLedger { kept.withLock { $0 } }

    /// What was added since it was taken before.
    func take() -> UsageLedger {
        kept.withLock { kept in
            defer { kept = UsageLedger() }
            return kept
        }
    }
}
