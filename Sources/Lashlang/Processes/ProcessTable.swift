internal import Synchronization

/// The processes of a runner. It lives as long as one of them runs; the runner may be gone before.
final class ProcessTable: Sendable {
    let host: any EffectHandler
    let clock: any HostClock
    let options: ProcessRunner.Options
    /// Whether the runner has a registry of triggers, which bodies cannot reach.
    let servesTriggers: Bool
    let onEvent: @Sendable (ProcessNotice) async throws -> Void
    /// What runs belong to of which nothing is known.
    private let strangers = RunTree()
    private let state = Mutex(State())

    private struct State {
        var entries: [String: Entry] = [:]
        var started = 0
        /// Tasks that have not ended.
        var running = 0
        /// Ids in the order in which their tasks ended; some may be forgotten.
        private var ended = Queue<String>()
        /// How many of those are still known, and the bytes of their results.
        private var kept = 0
        private var keptBytes = 0
        /// The bytes of signals that nobody has waited for.
        var unreadBytes = 0
        var isClosed = false

        /// Notes that a task has ended, and drops the oldest results that are too many, but not this one.
        mutating func leave(_ id: String, _ options: ProcessRunner.Options) {
            running -= 1
            ended.append(id)
            kept += 1
            keptBytes += entries[id]?.resultBytes ?? 0
            while kept > options.maximumResults || keptBytes > options.maximumBytes && kept > 1,
                let oldest = ended.popFirst()
            { forget(oldest) }
        }

        /// Why a process may not wait for another one that waits for it, be it by way of others; `nil` where none does.
        func circle(from target: String, to process: String) -> CallFailure? {
            // Who awaits each process that was reached.
            var reached = [target: process]
            var open = [target]
            while let id = open.popLast() {
                if id == process {
                    var path = [id]
                    var next = reached[id]
                    while let step = next {
                        path.append(step)
                        next = step == process ? nil : reached[step]
                    }
                    return .circle(path.reversed())
                }
                for awaited in (entries[id]?.awaitedResults ?? [:]).keys where reached[awaited] == nil {
                    reached[awaited] = id
                    open.append(awaited)
                }
            }
            return nil
        }

        /// Drops the result of a process that has ended.
        @discardableResult
        mutating func forget(_ id: String) -> Bool {
            guard let entry = entries[id], entry.task == nil else { return false }
            entries[id] = nil
            kept -= 1
            keptBytes -= entry.resultBytes
            if ended.count > 2 * kept + 16 { ended.removeAll { entries[$0] == nil } }
            return true
        }
    }

    /// A signal that nobody has waited for.
    private struct Signal {
        let payload: Value
        let bytes: Int
    }

    /// What is known of a process.
    private final class Entry {
        let name: String
        let number: Int
        let tree: RunTree
        /// `nil` once it has ended.
        var task: Task<Void, Never>?
        private(set) var state = ProcessState.running
        private(set) var result: CallResult?
        var resultBytes = 0
        var statistics = RunStatistics()
        /// Who waits for the result.
        var waiters: [ObjectIdentifier: Waiter<CallResult>] = [:]
        /// The processes whose results it waits for, and how often. It goes on when it has all of them.
        var awaitedResults: [String: Int] = [:]
        /// Signals that nobody has waited for, by name.
        var signals: [String: Queue<Signal>] = [:]
        var unread = (signals: 0, bytes: 0)
        /// What it waits for. There is one, as a body does one thing at a time.
        var awaited: (signal: String, waiter: Waiter<Value>)?

        init(name: String, number: Int, tree: RunTree) {
            self.name = name
            self.number = number
            self.tree = tree
        }

        /// Gives it its result, and the result to whoever waits for it. Who is first decides.
        func end(_ state: ProcessState, _ result: CallResult) {
            guard self.state.isRunning else { return }
            self.state = state
            self.result = result
            for waiter in waiters.values { waiter.settle(result) }
            waiters = [:]
            awaited = nil
        }

        func stopAwaiting(_ id: String) {
            guard let count = awaitedResults[id] else { return }
            awaitedResults[id] = count > 1 ? count - 1 : nil
        }

        func summary(_ id: String) -> ProcessSummary {
            ProcessSummary(id: id, name: name, state: state, statistics: statistics)
        }
    }

    init(
        host: any EffectHandler,
        clock: any HostClock,
        options: ProcessRunner.Options,
        servesTriggers: Bool,
        onEvent: @escaping @Sendable (ProcessNotice) async throws -> Void
    ) {
        self.host = host
        self.clock = clock
        self.options = options
        self.servesTriggers = servesTriggers
        self.onEvent = onEvent
    }

    // MARK: Starting

    /// Starts a process on behalf of a run; gives its id.
    func start(_ start: ProcessStart, of program: Program, by context: RunContext?) throws(CallFailure) -> String {
        let names = program.compiled.processNames
        guard names.indices.contains(start.number), names[start.number] == start.name else {
            throw CallFailure(ProcessArguments.unknown(start.name))
        }
        let tree = context?.tree ?? strangers
        let body = RunContext(
            program: program,
            limits: options.limits ?? context?.limits ?? Limits(),
            tree: tree,
            operations: context?.operations
        )
        let id = try state.withLock { state throws(CallFailure) in
            if state.isClosed { throw CallFailure("the host starts no more processes") }
            let maximum = options.maximumRunning
            if state.running >= maximum {
                throw CallFailure("process limit exceeded: \((maximum + 1).grouped) of \(maximum.grouped) at once")
            }
            try tree.countStart(within: options.maximumStarts)
            state.started += 1
            state.running += 1
            let id = "process-\(state.started)"
            let entry = Entry(name: start.name, number: state.started, tree: tree)
            entry.task = Task { await self.run(start, id, body) }
            state.entries[id] = entry
            return id
        }
        if options.cancelsWithRun {
            tree.whenCancelled(self) { [weak self] tree in self?.cancelAll { $0 === tree } }
        }
        return id
    }

    private func run(_ start: ProcessStart, _ id: String, _ context: RunContext) async {
        let effects = ProcessEffects(table: self, id: id, name: start.name, operations: context.operations)
        let (end, statistics) = await ProcessBody(start: start, context: context, effects: effects).run()
        let result = end.result
        let bytes = end.bytes
        state.withLock { state in
            guard let entry = state.entries[id] else { return }
            entry.task = nil
            entry.statistics = statistics
            if entry.state.isRunning { entry.resultBytes = bytes }
            entry.end(end, result)
            state.unreadBytes -= entry.unread.bytes
            entry.signals = [:]
            entry.unread = (0, 0)
            state.leave(id, options)
        }
    }

    // MARK: Results

    /// The result of a process that has ended, or why there will be none; `nil` while it runs.
    func settledResult(of handle: Value) -> CallResult? {
        do throws(CallFailure) {
            let id = try ProcessHandle.id(of: handle)
            return state.withLock { state in
                state.entries[id].map(\.result) ?? .failure(ProcessHandle.unknown(id))
            }
        } catch {
            return .failure(error)
        }
    }

    /// The result of a process, once it has one.
    ///
    /// - Parameter process: the process that asks; `nil` for anybody else.
    func result(of handle: Value, for process: String? = nil) async -> CallResult {
        do throws(CallFailure) {
            let id = try ProcessHandle.id(of: handle)
            let waiter = Waiter<CallResult>()
            let settled: CallResult? = state.withLock { state in
                guard let entry = state.entries[id] else { return .failure(ProcessHandle.unknown(id)) }
                if let result = entry.result { return result }
                if let process {
                    if let circle = state.circle(from: id, to: process) { return .failure(circle) }
                    state.entries[process]?.awaitedResults[id, default: 0] += 1
                }
                entry.waiters[ObjectIdentifier(waiter)] = waiter
                return nil
            }
            if let settled { return settled }
            defer { if let process { state.withLock { $0.entries[process]?.stopAwaiting(id) } } }
            if let result = await waiter.answer() { return result }
            state.withLock { _ = $0.entries[id]?.waiters.removeValue(forKey: ObjectIdentifier(waiter)) }
            throw .cancelledWait
        } catch {
            return .failure(error)
        }
    }

    /// Drops the result of a process that has ended; gives whether there was one.
    func forget(_ id: String) -> Bool { state.withLock { $0.forget(id) } }

    /// All that are known, in the order of their starts.
    var summaries: [ProcessSummary] {
        state.withLock { state in
            state.entries.sorted { $0.value.number < $1.value.number }.map { $0.value.summary($0.key) }
        }
    }

    func summary(of id: String) -> ProcessSummary? { state.withLock { $0.entries[id]?.summary(id) } }

    // MARK: Cancelling

    /// Cancels a process; gives whether it was still running, or `nil` where it is unknown.
    func cancel(_ id: String) -> Bool? {
        let cancelled = ProcessState.cancelled.result
        let (wasRunning, task): (Bool?, Task<Void, Never>?) = state.withLock { state in
            guard let entry = state.entries[id] else { return (nil, nil) }
            let wasRunning = entry.state.isRunning
            entry.end(.cancelled, cancelled)
            return (wasRunning, entry.task)
        }
        // Outside of the lock, because handlers of the cancellation may come back here.
        task?.cancel()
        return wasRunning
    }

    /// Cancels whatever runs and belongs to certain runs.
    func cancelAll(where isMeant: (RunTree) -> Bool = { _ in true }) {
        let cancelled = ProcessState.cancelled.result
        let tasks = state.withLock { state in
            var tasks: [Task<Void, Never>] = []
            for entry in state.entries.values where isMeant(entry.tree) {
                entry.end(.cancelled, cancelled)
                if let task = entry.task { tasks.append(task) }
            }
            return tasks
        }
        for task in tasks { task.cancel() }
    }

    /// Cancels everything and starts nothing any more.
    func close() {
        state.withLock { $0.isClosed = true }
        cancelAll()
    }

    // MARK: Signals

    /// Sends a signal. Who has ended reads no signals; it is lost then.
    func signal(_ id: String, _ name: String, _ payload: Value) throws(CallFailure) {
        let bytes = name.utf8.count + payload.approximateBytes()
        try state.withLock { state throws(CallFailure) in
            guard let entry = state.entries[id] else { throw ProcessHandle.unknown(id) }
            if !entry.state.isRunning { return }
            if let awaited = entry.awaited, awaited.signal == name, awaited.waiter.settle(payload) {
                entry.awaited = nil
                return
            }
            let maximum = options.maximumSignals
            if entry.unread.signals >= maximum {
                throw CallFailure(
                    "signal limit exceeded: \((maximum + 1).grouped) of \(maximum.grouped) unread signals"
                )
            }
            let wanted = state.unreadBytes + bytes
            if wanted > options.maximumBytes {
                throw CallFailure(
                    "signal limit exceeded: \(wanted.grouped) of \(options.maximumBytes.grouped) bytes of unread signals"
                )
            }
            state.unreadBytes = wanted
            entry.unread.signals += 1
            entry.unread.bytes += bytes
            entry.signals[name, default: Queue()].append(Signal(payload: payload, bytes: bytes))
        }
    }

    /// The next signal of a name that a process was sent.
    func nextSignal(_ name: String, for id: String) async throws(CallFailure) -> Value {
        let waiter = Waiter<Value>()
        let read: Value? = try state.withLock { state throws(CallFailure) in
            guard let entry = state.entries[id], entry.state.isRunning else { throw .cancelledWait }
            guard let signal = entry.signals[name]?.popFirst() else {
                entry.awaited = (name, waiter)
                return nil
            }
            if entry.signals[name]?.isEmpty == true { entry.signals[name] = nil }
            entry.unread.signals -= 1
            entry.unread.bytes -= signal.bytes
            state.unreadBytes -= signal.bytes
            return signal.payload
        }
        if let read { return read }
        if let payload = await waiter.answer() { return payload }
        throw .cancelledWait
    }
}

extension CallFailure {
    /// Processes that would wait for each other for ever.
    static func circle(_ path: [String]) -> CallFailure {
        // A long circle is told by its ends.
        let names = path.count > 8 ? path.prefix(4) + ["…"] + path.suffix(3) : path[...]
        return CallFailure("processes would wait for each other for ever: \(names.joined(separator: " -> "))")
    }

    /// What a request gives whose run was cancelled while it waited; programs never see it.
    static var cancelledWait: CallFailure { CallFailure("the run was cancelled") }
}
