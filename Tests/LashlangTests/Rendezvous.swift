import Synchronization

/// Lets whoever comes wait until a number of others are there too.
final class Rendezvous: Sendable {
    private struct State {
        var missing: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    init(of count: Int) { state = Mutex(State(missing: count)) }

    /// Gives up on the others when the task is cancelled.
    func meet() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                state.withLock { state in
                    state.missing -= 1
                    state.waiting.append(continuation)
                }
                release(anyway: Task.isCancelled)
            }
        } onCancel: {
            release(anyway: true)
        }
    }

    private func release(anyway: Bool) {
        let here = state.withLock { state in
            if state.missing > 0 && !anyway { return [] as [CheckedContinuation<Void, Never>] }
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in here { continuation.resume() }
    }
}

/// Counts how many are inside of something at the same time.
final class Crowd: Sendable {
    private let state = Mutex((now: 0, most: 0, ever: 0))

    var most: Int { state.withLock { $0.most } }
    var ever: Int { state.withLock { $0.ever } }

    func enter() {
        state.withLock { state in
            state.now += 1
            state.ever += 1
            state.most = max(state.most, state.now)
        }
    }

    func leave() { state.withLock { $0.now -= 1 } }
}

/// Comes back when its task is cancelled.
func untilCancelled() async {
    let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
    for await _ in stream {}
    continuation.finish()
}
