/// A run that goes from stop to stop: its caller answers what the program asks, may let it wait, and may suspend it.
///
/// ```swift
/// let run = session.start(program)
/// while true {
///     switch try run.resume() {
///     case .printed(let value): show(value)
///     case .asked(let calls): for (position, call) in calls.enumerated() { run.answer(result(of: call), at: position) }
///     case .requested, .reading, .paused: return try run.snapshot()
///     case .ended(let outcome): return outcome
///     }
/// }
/// ```
///
/// A session has one run at a time: starting another one ends this one, and so does dropping it. Then, and when it has
/// ended by itself, its variables are back in the session. Not `Sendable`, like its session.
public final class Run {
    /// Why a run stands still.
    public enum Event: Equatable, Sendable {
        /// The program has printed a value.
        case printed(Value)
        /// The program waits for the answers to all of these, which may be asked at once.
        case asked([HostCall])
        /// The program waits for an answer to this.
        indirect case requested(HostRequest)
        /// The program looks at data of its host, and waits for what that says.
        indirect case reading(ProjectionRead)
        /// The run has worked for as long as `pauseInterval` says.
        case paused
        /// The run is over.
        case ended(Outcome)
    }

    /// How the run ended; behind one reference, for every `resume` looks whether it is there.
    private enum End {
        indirect case outcome(Outcome)
        indirect case error(RuntimeError)

        init(_ result: Result<Outcome, RuntimeError>) {
            switch result {
            case .success(let outcome): self = .outcome(outcome)
            case .failure(let error): self = .error(error)
            }
        }

        func get() throws(RuntimeError) -> Outcome {
            switch self {
            case .outcome(let outcome): return outcome
            case .error(let error): throw error
            }
        }
    }

    /// The session whose variables the run reads and writes.
    public let session: Session
    /// What is run.
    public let program: Program
    let execution: Execution
    private var end: End?

    init(_ execution: Execution, of program: Program, in session: Session) {
        self.execution = execution
        self.program = program
        self.session = session
    }

    /// A run that could not begin.
    init(failing error: RuntimeError, _ execution: Execution, of program: Program, in session: Session) {
        execution.close()
        self.execution = execution
        self.program = program
        self.session = session
        end = .error(error)
    }

    /// What the run has used so far, before it was suspended too.
    public var statistics: RunStatistics { execution.statistics }

    /// The units of fuel after which `resume` comes back although the program needs nothing; without it, never.
    public var pauseInterval: Int? {
        get { execution.pauseInterval }
        set { execution.pauseInterval = newValue }
    }

    /// Goes on until the program needs something or is over.
    ///
    /// While answers are missing it asks for the same again. After the end it says once more how the run ended.
    public func resume() throws(RuntimeError) -> Event {
        if let end { return .ended(try end.get()) }
        return try event(execution.resume())
    }

    /// Goes on against a mock host, to the end or to the question at which the simulation leaves it waiting.
    public func resume(
        in simulation: Simulation,
        onPrint: (Value) -> Void = { _ in }
    ) throws(RuntimeError) -> Event {
        if let end { return .ended(try end.get()) }
        return try event(simulation.run(execution, onPrint: onPrint))
    }

    private func event(_ effect: Effect) throws(RuntimeError) -> Event {
        switch effect {
        case .print(let value): return .printed(value)
        case .calls(let calls): return .asked(calls)
        case .request(let request): return .requested(request)
        case .read(let read): return .reading(read)
        case .pause: return .paused
        case .finish, .fail, .completed, .failure: break
        }
        execution.close()
        session.note(execution)
        do throws(RuntimeError) {
            let outcome = try Outcome(effect, of: program)
            end = .outcome(outcome)
            return .ended(outcome)
        } catch {
            end = .error(error)
            throw error
        }
    }

    /// Answers a call, by its position among those that were asked, or the request. Answers may come in any order.
    public func answer(_ result: CallResult, at call: Int = 0) { execution.answer(result, at: call) }

    /// Gives what the data says that the program looks at: an answer to the first question at least, and to as many of the
    /// others as there are.
    public func answer(_ answers: [ProjectionAnswer]) { execution.answer(answers) }

    /// What was read so far of data that stays with its host.
    public var receipts: [ProjectionReceipt] { execution.receipts }

    /// The calls that wait for an answer, by their positions; those that have one already are not among them.
    public var unansweredCalls: [(position: Int, call: HostCall)] { execution.unansweredCalls }

    /// Goes on to the end, with a host that answers everything. As `Session.run(_:host:bindings:limits:onPrint:)` does.
    ///
    /// - Parameter resolver: finds the data of lazy bindings, and of what variables hold, of a run from a snapshot.
    public nonisolated(nonsending) func finish(
        host handler: some EffectHandler,
        resolver: (any ProjectionResolver)? = nil,
        onPrint: (Value) throws -> Void = { _ in }
    ) async throws(RuntimeError) -> Outcome {
        if let end { return try end.get() }
        if let resolver { await resolve(resolver) }
        execution.keptArgument = { handler.projectionArgument(of: $0) }
        execution.pauseInterval = Session.pauseInterval
        let context = RunContext(program: program, limits: execution.limits, tree: RunTree(limits: execution.limits))
        execution.share(context.tree.budget)
        let driver = RunDriver(program: program, handler: handler, limits: execution.limits)
        let result = await context.runInFront { () async -> Result<Outcome, RuntimeError> in
            do throws(RuntimeError) { return .success(try await driver.run(execution, onPrint: onPrint)) } catch {
                return .failure(error)
            }
        }
        session.note(execution)
        let end = End(result)
        self.end = end
        return try end.get()
    }

    /// Finds the data of lazy bindings, and of what variables hold, in a run from a snapshot. What is not there is an error
    /// where the program looks at it.
    public nonisolated(nonsending) func resolve(_ resolver: any ProjectionResolver) async {
        let restored = execution.store.restored
        if !restored.isEmpty { execution.store.restored = await resolver.resolve(restored) }
    }

    /// Ends the run where it stands. Variables keep what was assigned.
    public func close() {
        if end == nil { end = .outcome(.completed) }
        execution.close()
    }
}

// MARK: - Suspending

extension Run {
    /// The run and all variables of its session as bytes, in the format that <doc:Snapshots> describes.
    ///
    /// Whoever reads them goes on where this run stands: what was printed is not printed again, calls that have their
    /// answer keep it, and the other ones are asked again. This run can go on as well, and the two do not see each other.
    /// What values share is written once, so the size is linear in the memory that they take. Equal runs give equal
    /// bytes.
    ///
    /// - Parameter includingSource: whether the program's text is among the bytes. Without it, whoever reads them must have
    ///   the program.
    public func snapshot(includingSource: Bool = true) throws(SnapshotError) -> [UInt8] {
        try execution.snapshot(includingSource: includingSource)
    }

    /// A run from a snapshot, in a session of its own. Its program is compiled from the text in the snapshot.
    ///
    /// The bytes may come from anywhere: what is no snapshot, or was damaged, is refused. A program that means something
    /// else to this host is refused too.
    ///
    /// - Parameters:
    ///   - environment: what this host offers; the names of the run's bindings are added.
    ///   - limits: what the run may use; what it used before it was suspended counts, but for time.
    ///   - isCancelled: as for `Session.run`.
    public convenience init(
        snapshot: [UInt8],
        environment: HostEnvironment = HostEnvironment(),
        limits: Limits = Limits(),
        isCancelled: (@Sendable () -> Bool)? = nil
    ) throws(SnapshotError) {
        let suspended = try SuspendedRun(snapshot)
        guard let source = suspended.source else {
            throw SnapshotError(message: "the snapshot does not contain its program")
        }
        var environment = environment
        environment.readOnlyNames.formUnion(suspended.bindings)
        environment.functions = suspended.functions
        let program: Program
        do {
            program = try Program(
                source,
                environment: environment,
                optimization: suspended.optimization,
                observed: suspended.isObserved
            )
        } catch {
            let reason = error.all.first?.message ?? ""
            throw SnapshotError(message: "this host refuses the program of the snapshot: \(reason)")
        }
        try self.init(suspended, program, limits, isCancelled)
    }

    /// A run from a snapshot of this program, in a session of its own.
    public convenience init(
        snapshot: [UInt8],
        program: Program,
        limits: Limits = Limits(),
        isCancelled: (@Sendable () -> Bool)? = nil
    ) throws(SnapshotError) {
        try self.init(try SuspendedRun(snapshot), program, limits, isCancelled)
    }

    private convenience init(
        _ suspended: SuspendedRun,
        _ program: Program,
        _ limits: Limits,
        _ isCancelled: (@Sendable () -> Bool)?
    ) throws(SnapshotError) {
        let execution = try suspended.resume(program.compiled, limits: limits, isCancelled: isCancelled)
        self.init(execution, of: program, in: Session(execution.store))
    }
}

extension Session {
    /// Begins a run that its caller carries from stop to stop.
    ///
    /// - Parameters: as for `run(_:bindings:limits:onPrint:isCancelled:)`.
    public func start(
        _ program: Program,
        bindings: ProjectedBindings = ProjectedBindings(),
        limits: Limits = Limits(),
        isCancelled: (@Sendable () -> Bool)? = nil
    ) -> Run {
        do throws(RuntimeError) {
            return Run(try execution(of: program, bindings, limits, isCancelled), of: program, in: self)
        } catch {
            let execution = Execution(
                program.compiled,
                store: store,
                bindings: [],
                limits: limits,
                isCancelled: isCancelled
            )
            return Run(failing: error, execution, of: program, in: self)
        }
    }
}

extension Run {
    /// Does something as this run: processes that it starts meanwhile belong to it, and are cancelled with the task.
    ///
    /// - Parameter operations: answers operations of these processes before the host of their runner does.
    package nonisolated(nonsending) func inFront<Result>(
        operations: (any ProcessOperations)? = nil,
        _ body: nonisolated(nonsending) () async -> Result
    ) async -> Result {
        let limits = execution.limits
        let tree = RunTree(limits: limits)
        let context = RunContext(program: program, limits: limits, tree: tree, operations: operations)
        execution.share(context.tree.budget)
        return await context.runInFront(body)
    }

    /// Lets the entries of an argument of some operations stay projections, by the path of the operation.
    package func keepProjections(_ argument: @escaping (_ operation: String) -> String?) {
        execution.keptArgument = argument
    }
}
