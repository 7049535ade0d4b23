internal import Synchronization

/// How often runs may ask their host, all of them together.
package final class CallBudget: Sendable {
    /// The most calls.
    package let limit: Int
    private let used = Atomic<Int>(0)

    /// A budget that nothing was spent of.
    package init(limit: Int) { self.limit = limit }

    /// Counts calls; fails where they are too many.
    func spend(_ calls: Int) throws(Failure) {
        let total = used.add(calls, ordering: .relaxed).newValue
        if total > limit { throw .tooManyCalls(total, limit) }
    }
}
