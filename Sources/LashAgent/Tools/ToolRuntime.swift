internal import Lashlang
internal import Synchronization

/// What calls of tools need of the core and the session that they run in.
struct ToolRuntime: Sendable {
    var configuration: AgentConfiguration
    /// How many sessions are above this one.
    var depth = 0
    /// The model of the turn.
    var model: any LanguageModel
    /// What the turn and everything that it starts may use.
    var budget: TurnBudget
    /// What children of this session took.
    var children = ChildrenUsage()
    var emitter: EventEmitter
    /// The keys of results that come later.
    var completions = CompletionBoard()

    var clock: any HostClock { configuration.clock }
}

/// Waits for the first of several answers; the others come too late.
package final class FirstAnswer<Answer: Sendable>: Sendable {
    private enum State {
        case open
        case awaited(CheckedContinuation<Answer, Never>)
        case given(Answer)
        case taken
    }

    private let state = Mutex(State.open)

    /// No answer yet.
    package init() {}

    /// Gives an answer. Only the first one counts.
    package func give(_ answer: Answer) {
        let waiting = state.withLock { state -> CheckedContinuation<Answer, Never>? in
            switch state {
            case .open:
                state = .given(answer)
                return nil
            case .awaited(let continuation):
                state = .taken
                return continuation
            case .given, .taken: return nil
            }
        }
        waiting?.resume(returning: answer)
    }

    /// Waits for the answer. Only once.
    package func wait() async -> Answer {
        await withCheckedContinuation { continuation in
            let ready = state.withLock { state -> Answer? in
                if case .given(let answer) = state {
                    state = .taken
                    return answer
                }
                state = .awaited(continuation)
                return nil
            }
            if let ready { continuation.resume(returning: ready) }
        }
    }
}
