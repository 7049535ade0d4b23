internal import Synchronization

/// What a run and the processes that it started may use, all of them together: fuel, live bytes, calls of the host.
///
/// Runs report at each look what they have used since the one before, so what runs at the same time can go beyond a limit
/// by what each of them does between two looks.
package final class SharedBudget: Sendable {
    private let limits: Limits
    private let calls = Atomic<Int>(0)
    private let fuel = Atomic<Int>(0)
    private let bytes = Atomic<Int>(0)

    /// A budget of which nothing is spent. Limits of time and output are those of each run.
    package init(_ limits: Limits) { self.limits = limits }

    /// Counts calls; fails where they are too many.
    func spend(calls count: Int) throws(Failure) {
        let total = calls.add(count, ordering: .relaxed).newValue
        if let limit = limits.hostCalls, total > limit { throw .tooManyCalls(total, limit) }
    }

    /// Counts fuel; fails where it is spent.
    func spend(fuel units: Int) throws(Failure) {
        guard let limit = limits.fuel else { return }
        let total = fuel.add(units, ordering: .relaxed).newValue
        if total > limit { throw .fuelSpent(total, of: limit) }
    }

    /// Notes how the live bytes of one run have changed; fails where all are too many. Gives those of the others.
    func note(bytes change: Int, to own: Int) throws(Failure) -> Int {
        let total = bytes.add(change, ordering: .relaxed).newValue
        if let limit = limits.memory, total > limit { throw .memoryLimit(total, of: limit) }
        return max(0, total - own)
    }

    /// Takes back the live bytes of a run that has ended.
    func release(bytes count: Int) { bytes.subtract(count, ordering: .relaxed) }
}
