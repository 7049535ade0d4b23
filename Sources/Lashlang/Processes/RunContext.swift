internal import Synchronization

/// Which run it is that asks its host for something.
///
/// A task-local value, so that it arrives wherever a request does: handlers that wrap others need not pass it on.
struct RunContext: Sendable {
    @TaskLocal static var current: RunContext?

    /// What runs.
    let program: Program
    /// What it may use.
    let limits: Limits
    /// What it belongs to.
    let tree: RunTree
    /// Answers operations of what it starts before the host does.
    var operations: (any ProcessOperations)?

    /// Does something as this run.
    nonisolated(nonsending) func run<Result>(
        _ body: nonisolated(nonsending) () async -> Result
    ) async -> Result {
        await Self.$current.withValue(self) { await body() }
    }

    /// Does something as this run, and cancels all that belongs to it when the task is cancelled in that time.
    nonisolated(nonsending) func runInFront<Result>(
        _ body: nonisolated(nonsending) () async -> Result
    ) async -> Result {
        await withTaskCancellationHandler {
            await run(body)
        } onCancel: {
            tree.cancel()
        }
    }
}

/// A run that a host asked for, with all processes that it started, and those that they started.
final class RunTree: Sendable {
    /// What all of them may use together.
    let budget: SharedBudget

    private struct State {
        var starts = 0
        var isCancelled = false
        /// What is to be done when the run is cancelled, by who does it.
        var handlers: [ObjectIdentifier: @Sendable (RunTree) -> Void] = [:]
    }

    private let state = Mutex(State())

    init(limits: Limits = Limits()) { budget = SharedBudget(limits) }

    /// Counts the start of a process.
    func countStart(within maximum: Int) throws(CallFailure) {
        try state.withLock { state throws(CallFailure) in
            if state.starts >= maximum {
                throw CallFailure("start limit exceeded: \((maximum + 1).grouped) of \(maximum.grouped) processes")
            }
            state.starts += 1
        }
    }

    /// Does something when the run is cancelled; at once where it has been. There is one handler for each owner.
    func whenCancelled(_ owner: AnyObject, _ handler: @escaping @Sendable (RunTree) -> Void) {
        let isCancelled = state.withLock { state in
            if !state.isCancelled { state.handlers[ObjectIdentifier(owner)] = handler }
            return state.isCancelled
        }
        if isCancelled { handler(self) }
    }

    func cancel() {
        let handlers = state.withLock { state in
            state.isCancelled = true
            defer { state.handlers = [:] }
            return state.handlers
        }
        for handler in handlers.values { handler(self) }
    }
}
