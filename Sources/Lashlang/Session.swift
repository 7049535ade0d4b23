/// How a run ended.
public enum Outcome: Equatable, Sendable {
    /// `finish` with a value.
    case finished(Value)
    /// The program fell off its end.
    case completed
    /// `fail` with a value.
    case failed(Value)
}

extension Outcome {
    /// How a run ended whose last effect is given.
    init(_ end: Effect, of program: Program) throws(RuntimeError) {
        switch end {
        case .finish(let value): self = .finished(value)
        case .fail(let value): self = .failed(value)
        case .failure(let diagnostic):
            throw RuntimeError(diagnostic, in: program)
        default: self = .completed
        }
    }
}

/// A run-time error: a mistake of the program, a limit, or a cancellation. The session stays usable, and what was
/// assigned before stays assigned.
public struct RuntimeError: Error, Sendable {
    /// What went wrong, with its place.
    public var diagnostic: Diagnostic
    /// The text that the place refers to.
    public let source: SourceText
    private let environment: HostEnvironment

    init(_ diagnostic: Diagnostic, in program: Program) {
        self.diagnostic = diagnostic
        source = program.source
        environment = program.environment
    }

    /// The diagnostic, with a hint and fixes where a habit from another language explains the mistake. Costs about as much
    /// as parsing the program: for errors that somebody reads.
    public var advisedDiagnostic: Diagnostic { Program.advised([diagnostic], source, environment)[0] }
}

/// Variables that stay from one run to the next.
///
/// A session is not `Sendable`: it runs one program at a time.
public final class Session {
    let store: VariableStore
    private var lastRun: (statistics: RunStatistics, receipts: [ProjectionReceipt]) = (RunStatistics(), [])

    /// What the last run used.
    public var statistics: RunStatistics { lastRun.statistics }

    /// What the last run read of data that stays with its host: a receipt for each lazy binding, and for whatever else was
    /// read.
    public var receipts: [ProjectionReceipt] { lastRun.receipts }

    /// A session without variables.
    public init() { store = VariableStore() }

    /// A session with the variables of a store.
    package init(_ store: VariableStore) { self.store = store }

    /// A session with the variables of a snapshot.
    ///
    /// The bytes may come from anywhere: what is no snapshot, or was damaged, is refused. Takes time and memory linear in
    /// the bytes.
    public init(snapshot: [UInt8]) throws(SnapshotError) { store = try VariableStore(snapshot: snapshot) }

    /// The variables and functions as bytes that `init(snapshot:)` reads, in the format that <doc:Snapshots> describes.
    ///
    /// What values share is written once, so the size is linear in the memory that they take. Equal sessions give equal
    /// bytes. Throws where it would be more than two gigabytes.
    public func snapshot() throws(SnapshotError) -> [UInt8] { try store.snapshot() }

    /// A copy of all variables, in the order of their first assignment.
    public var variables: Record { store.record }

    /// The functions that programs of the session have declared. Programs that are compiled with them, as
    /// `HostEnvironment.functions`, can call them.
    public var functions: FunctionLibrary {
        get { store.functions }
        set { store.functions = newValue }
    }

    /// The names of all variables, in that order. Copies no values.
    public var variableNames: [String] { store.assignedNames }

    /// A variable. Assigning `nil` removes it.
    public subscript(name: String) -> Value? { store[name] }

    /// Sets or removes a variable. Throws for a value that nests deeper than 512 levels.
    public func set(_ name: String, to value: Value?) throws(ValueError) { try store.set(name, to: value) }

    /// Runs a program to its end.
    ///
    /// - Parameters:
    ///   - bindings: values that the program reads and cannot change; the program must have been compiled with their
    ///     names as `readOnlyNames`.
    ///   - limits: what the run may use.
    ///   - onPrint: gets what the program prints, in order. What it takes counts as time of the run.
    ///   - isCancelled: asked about ten thousand times a second; the run ends when it says so.
    public func run(
        _ program: Program,
        bindings: ProjectedBindings = ProjectedBindings(),
        limits: Limits = Limits(),
        onPrint: (Value) -> Void = { _ in },
        isCancelled: (@Sendable () -> Bool)? = nil
    ) throws(RuntimeError) -> Outcome {
        let execution = try execution(of: program, bindings, limits, isCancelled)
        while true {
            let effect = execution.resume()
            switch effect {
            case .print(let value):
                execution.counting { onPrint(value) }
                continue
            case .calls(let calls):
                for position in calls.indices { execution.answer(NoEffects.failure, at: position) }
                continue
            case .request:
                execution.answer(NoEffects.failure)
                continue
            case .read:
                execution.answer([Self.noWaiting])
                continue
            default: break
            }
            execution.close()
            note(execution)
            return try Outcome(effect, of: program)
        }
    }

    /// Runs a program to its end against a mock host, or the body of one of its processes with the variables of the
    /// session as arguments.
    public func run(
        _ program: Program,
        process: String? = nil,
        in simulation: Simulation,
        bindings: ProjectedBindings = ProjectedBindings(),
        limits: Limits = Limits(),
        onPrint: (Value) -> Void = { _ in },
        onObservation: ((RunObservation) -> Void)? = nil,
        isCancelled: (@Sendable () -> Bool)? = nil
    ) throws(RuntimeError) -> Outcome {
        let number = try process.map { name throws(RuntimeError) in try program.number(ofProcess: name) }
        let execution = try execution(of: program, process: number, bindings, limits, isCancelled)
        defer { note(execution) }
        if let onObservation { execution.observe(onObservation) }
        let end = simulation.run(execution, onPrint: onPrint)
        execution.close()
        let outcome = try Outcome(end, of: program)
        // A body that falls off its end has a result like any other.
        return process != nil && outcome == .completed ? .finished(.null) : outcome
    }

    /// Runs a program to its end, with a host that answers its effects.
    ///
    /// Cancelling the task cancels the run and the calls that are under way.
    ///
    /// - Parameters:
    ///   - handler: answers operations, functions, processes, time and signals.
    ///   - bindings: values that the program reads and cannot change; the program must have been compiled with their
    ///     names as `readOnlyNames`.
    ///   - resolver: finds the data of lazy bindings, and of what variables kept through a snapshot, right before the run
    ///     begins. Where that of a binding is not available, the run fails with what the resolver says.
    ///   - limits: what the run may use.
    ///   - onPrint: gets what the program prints, in order. An error that it throws ends the run.
    public nonisolated(nonsending) func run(
        _ program: Program,
        host handler: some EffectHandler,
        bindings: ProjectedBindings = ProjectedBindings(),
        resolver: (any ProjectionResolver)? = nil,
        limits: Limits = Limits(),
        onPrint: (Value) throws -> Void = { _ in }
    ) async throws(RuntimeError) -> Outcome {
        let bindings = try await bindings.resolved(by: resolver, for: program)
        if let resolver, !store.restored.isEmpty {
            let restored = store.restored
            store.restored = await resolver.resolve(restored)
        }
        let execution = try execution(of: program, bindings, limits, { Task.isCancelled })
        execution.keptArgument = { handler.projectionArgument(of: $0) }
        execution.pauseInterval = Self.pauseInterval
        let context = RunContext(program: program, limits: limits, tree: RunTree(limits: limits))
        execution.share(context.tree.budget)
        defer { note(execution) }
        let driver = RunDriver(program: program, handler: handler, limits: limits)
        return try await context.runInFront { () async -> Result<Outcome, RuntimeError> in
            do throws(RuntimeError) { return .success(try await driver.run(execution, onPrint: onPrint)) } catch {
                return .failure(error)
            }
        }.get()
    }

    /// A run that begins. Fails where a lazy binding has no data.
    func execution(
        of program: Program,
        process: Int? = nil,
        _ bindings: ProjectedBindings,
        _ limits: Limits,
        _ isCancelled: (@Sendable () -> Bool)?
    ) throws(RuntimeError) -> Execution {
        if let ref = bindings.unresolved { throw RuntimeError(unavailable: ref.unavailable, for: program) }
        return Execution(
            program.compiled,
            process: process,
            store: store,
            bindings: bindings.values,
            limits: limits,
            isCancelled: isCancelled
        )
    }

    /// Keeps what a run used.
    func note(_ execution: Execution) {
        lastRun = (execution.statistics, execution.receipts)
    }

    /// What a run without a host says where it would have to wait for an answer.
    static let noWaiting = ProjectionAnswer.failure(
        "its data has to be waited for, which only a run with a host can do"
    )

    /// Fuel after which a run lets other tasks of its thread work: about a millisecond.
    static let pauseInterval = 200_000

    /// Heap objects that are alive although no variable refers to them: zero, unless we have a leak. Walks everything.
    public var strayObjects: Int { store.strayObjects }
}
