/// Runs the processes of programs as tasks of their own, and answers whatever concerns them: results, cancellation, time,
/// signals, triggers.
///
/// Give it to `Session.run` as the host; operations and functions go to the host that it was made with. Programs that
/// share a runner can reach each other's processes by their handles. Dropping the runner cancels what still runs.
public final class ProcessRunner: EffectHandler, ProcessHandler {
    /// How much a runner lets happen.
    public struct Options: Sendable {
        /// What each body may use; `nil` for the limits of the run that starts it.
        ///
        /// Where that run has limits of fuel, memory or host calls, it and everything that it starts share them, whatever
        /// stands here.
        public var limits: Limits?
        /// The most processes at once. One that was cancelled counts until the host has let go of it.
        public var maximumRunning = 1_000
        /// The most processes that one run may start, counting those that its processes start.
        public var maximumStarts = 100_000
        /// The most results that are kept; the oldest is dropped first.
        public var maximumResults = 10_000
        /// The most signals of one process that wait to be read.
        public var maximumSignals = 10_000
        /// About the most bytes of results that are kept, and of signals that wait to be read: as many of each.
        public var maximumBytes = 256 << 20
        /// The most registered triggers.
        public var maximumTriggers = 1_000
        /// Whether processes are cancelled when the task of the run is that started them.
        public var cancelsWithRun = true

        /// The defaults.
        public init() {}
    }

    let table: ProcessTable
    /// The triggers that programs have registered.
    public let triggers: TriggerRegistry

    /// A runner.
    ///
    /// - Parameters:
    ///   - host: answers operations and functions, of processes and of the programs that start them.
    ///   - clock: what `sleep` goes by.
    ///   - options: how much may happen.
    ///   - triggerSources: the sources that programs may register triggers for. Without any, operations of the module
    ///     `triggers` go to the host like others.
    ///   - onEvent: gets what processes `yield` and `wake` with. A process goes on when it returns; an error that it
    ///     throws ends the process.
    public init(
        host: (any EffectHandler)? = nil,
        clock: any HostClock = SystemClock(),
        options: Options = Options(),
        triggerSources: [TriggerSource] = [],
        onEvent: @escaping @Sendable (ProcessNotice) async throws -> Void = { _ in }
    ) {
        table = ProcessTable(
            host: host ?? NoEffects(),
            clock: clock,
            options: options,
            servesTriggers: !triggerSources.isEmpty,
            onEvent: onEvent
        )
        triggers = TriggerRegistry(table, sources: triggerSources)
    }

    deinit { table.close() }

    // MARK: Answers

    /// The result of a process that has ended, the answer of the trigger registry, or what the host says at once.
    public func immediateAnswer(to call: HostCall) -> CallResult? {
        switch call {
        case .result(let handle): table.settledResult(of: handle)
        case .operation(let operation) where table.servesTriggers && TriggerRegistry.serves(operation):
            triggers.answer(operation)
        default: table.host.immediateAnswer(to: call)
        }
    }

    /// The result of a process, or what the host answers.
    public func answer(_ call: HostCall) async -> CallResult {
        switch call {
        case .result(let handle): await table.result(of: handle)
        case .operation(let operation) where table.servesTriggers && TriggerRegistry.serves(operation):
            triggers.answer(operation)
        default: await table.host.answer(call)
        }
    }

    /// The answer to a request of a program that is no process.
    public func answer(_ request: HostRequest, of program: Program) async -> CallResult {
        await table.answer(request, of: program)
    }

    /// What the host makes of the value. It does not see what processes finish with.
    public func accept(_ value: Value, of program: Program) async throws(CallFailure) -> Value {
        try await table.host.accept(value, of: program)
    }

    // MARK: For the host

    /// All processes that are known, in the order of their starts.
    public var processes: [ProcessSummary] { table.summaries }

    /// A process by its id; `nil` where none is known, or no longer.
    public subscript(id: String) -> ProcessSummary? { table.summary(of: id) }

    /// Starts a process of a program, as the program itself could; gives its handle.
    public func start(
        _ name: String,
        of program: Program,
        arguments: Record = Record(),
        limits: Limits = Limits()
    ) throws(CallFailure) -> Value {
        let start = try ProcessStart(name, of: program, arguments: arguments)
        let context = RunContext(program: program, limits: limits, tree: RunTree(limits: limits))
        return ProcessHandle.value(id: try table.start(start, of: program, by: context))
    }

    /// What awaiting a handle gives. Waits until the process has ended, or the task is cancelled.
    public func result(of handle: Value) async -> CallResult { await table.result(of: handle) }

    /// Cancels a process, at once. Gives whether it was running.
    @discardableResult
    public func cancel(_ id: String) -> Bool { table.cancel(id) ?? false }

    /// Cancels all processes, at once.
    public func cancelAll() { table.cancelAll() }

    /// Sends a signal to a process. Throws where the process is unknown or leaves too many signals unread.
    public func signal(_ id: String, _ name: String, _ payload: Value = .null) throws(CallFailure) {
        try table.signal(id, name, payload)
    }

    /// Drops the result of a process: awaiting it fails from then on. Gives whether there was one; a process that has
    /// not ended stays.
    @discardableResult
    public func forget(_ id: String) -> Bool { table.forget(id) }
}

extension ProcessStart {
    /// The start of a declared process with exactly the arguments that it takes.
    init(_ name: String, of program: Program, arguments: Record) throws(CallFailure) {
        guard let number = program.compiled.processNames.firstIndex(of: name) else {
            throw CallFailure(ProcessArguments.unknown(name))
        }
        let parameters = program.compiled.processParameters[number]
        if let problem = ProcessArguments.problem(arguments.keys, of: name, parameters: parameters) {
            throw CallFailure(problem)
        }
        self.init(name: name, number: number, arguments: arguments)
    }
}
