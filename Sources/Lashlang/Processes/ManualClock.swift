internal import Synchronization

/// A clock that stands still until somebody advances it: for tests, and for trying out programs that sleep.
public final class ManualClock: HostClock {
    private struct Sleeper {
        var deadline: Double
        var waiter: Waiter<Void>
    }

    private struct State {
        var now: Double
        /// Who sleeps, by the order in which they fell asleep.
        var sleepers: [Int: Sleeper] = [:]
        var nextSleeper = 0
        /// Who waits for how many sleepers.
        var watchers: [(count: Int, waiter: Waiter<Void>)] = []
    }

    private let state: Mutex<State>

    /// A clock that shows a time, in milliseconds since 1970-01-01T00:00:00Z.
    public init(now: Double = 0) { state = Mutex(State(now: now)) }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    public var now: Double { state.withLock { $0.now } }

    /// How many sleep at this moment.
    public var sleepers: Int { state.withLock { $0.sleepers.count } }

    /// Moves the time forward and wakes whoever slept until then, in the order of their times; those of one time in the
    /// order in which they fell asleep. Who sleeps again after that counts from the new time.
    public func advance(by duration: Duration) { advance(to: now + duration.milliseconds) }

    /// Moves the time forward, in milliseconds since 1970, and wakes as `advance(by:)` does. A time that has passed
    /// changes nothing.
    public func advance(to time: Double) {
        let due = state.withLock { state in
            state.now = max(state.now, time)
            let now = state.now
            let due = state.sleepers.filter { $0.value.deadline <= now }
                .sorted { ($0.value.deadline, $0.key) < ($1.value.deadline, $1.key) }
            for (number, _) in due { state.sleepers[number] = nil }
            return due.map(\.value.waiter)
        }
        for waiter in due { waiter.settle(()) }
    }

    /// Waits until at least so many sleep: what they do before is done then. Returns early when the task is cancelled.
    public func waitForSleepers(_ count: Int) async {
        let waiter = Waiter<Void>()
        let isMet = state.withLock { state in
            if state.sleepers.count >= count { return true }
            state.watchers.append((count, waiter))
            return false
        }
        if isMet { return }
        if await waiter.answer() == nil {
            state.withLock { state in state.watchers.removeAll { $0.waiter === waiter } }
        }
    }

    /// Sleeps until somebody has advanced the clock as far.
    public func sleep(until deadline: Double) async throws(CancellationError) {
        let waiter = Waiter<Void>()
        let (number, watchers): (Int?, [Waiter<Void>]) = state.withLock { state in
            // Not a number is no time to wait for.
            guard deadline > state.now else { return (nil, []) }
            let number = state.nextSleeper
            state.nextSleeper += 1
            state.sleepers[number] = Sleeper(deadline: deadline, waiter: waiter)
            let count = state.sleepers.count
            let met = state.watchers.filter { $0.count <= count }
            state.watchers.removeAll { $0.count <= count }
            return (number, met.map(\.waiter))
        }
        for watcher in watchers { watcher.settle(()) }
        guard let number else {
            if Task.isCancelled { throw CancellationError() }
            return
        }
        if await waiter.answer() == nil {
            state.withLock { state in state.sleepers[number] = nil }
            throw CancellationError()
        }
    }
}
