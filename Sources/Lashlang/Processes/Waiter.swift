internal import Synchronization

/// One task that waits for an answer, which somebody gives once. A task that is cancelled stops waiting.
final class Waiter<Answer: Sendable>: Sendable {
    private enum State {
        case open
        case waiting(CheckedContinuation<Answer?, Never>)
        case settled(Answer?)
    }

    private let state = Mutex(State.open)

    /// Gives the answer, or `nil` for none. Returns whether it is the first one, so that it will arrive.
    @discardableResult
    func settle(_ answer: Answer?) -> Bool {
        let (isFirst, continuation): (Bool, CheckedContinuation<Answer?, Never>?) = state.withLock { state in
            switch state {
            case .settled: return (false, nil)
            case .open:
                state = .settled(answer)
                return (true, nil)
            case .waiting(let continuation):
                state = .settled(nil)
                return (true, continuation)
            }
        }
        continuation?.resume(returning: answer)
        return isFirst
    }

    /// Waits for the answer; `nil` once the task is cancelled. To be called once.
    func answer() async -> Answer? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let settled: Answer?? = state.withLock { state in
                    if case .settled(let answer) = state { return .some(answer) }
                    state = .waiting(continuation)
                    return nil
                }
                if let settled { continuation.resume(returning: settled) }
            }
        } onCancel: {
            settle(nil)
        }
    }
}
