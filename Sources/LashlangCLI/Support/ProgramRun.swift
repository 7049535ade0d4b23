import Lashlang

/// One program, compiled and run in a session, and everything that came of it.
struct ProgramRun {
    let session: Session
    private(set) var source = SourceText("")
    private(set) var outcome: Outcome?
    private(set) var errors: [Diagnostic] = []
    private(set) var warnings: [Diagnostic] = []
    private(set) var prints: [String] = []
    /// What the program asked of its host.
    private(set) var asked: [HostLogEntry] = []
    private(set) var hasStarted = false
    private(set) var compileTime = Duration.zero
    private(set) var runTime = Duration.zero

    init(_ session: Session) { self.session = session }

    /// Compiles and runs. `onPrint` gets what the program prints, at once.
    mutating func perform(
        _ source: SourceText,
        bindings: ProjectedBindings,
        host: MockHost? = nil,
        limits: Limits,
        onPrint: (Value) -> Void
    ) {
        self.source = source
        let clock = ContinuousClock()
        let start = clock.now
        var environment = host?.environment ?? HostEnvironment()
        environment.readOnlyNames = Set(bindings.names)
        // What the session has already counts more than what the host begins with.
        for (name, value) in host?.globals ?? Record() where session[name] == nil {
            do { try session.set(name, to: value) } catch { continue }
        }
        do throws(Diagnostics) {
            let program = try Program(source, environment: environment)
            compileTime = clock.now - start
            warnings = program.warnings
            run(program, bindings: bindings, host: host, limits: limits, onPrint: onPrint)
            runTime = clock.now - start - compileTime
        } catch {
            compileTime = clock.now - start
            errors = error.all.filter { $0.severity == .error }
            warnings = error.all.filter { $0.severity == .warning }
        }
    }

    private mutating func run(
        _ program: Program,
        bindings: ProjectedBindings,
        host: MockHost?,
        limits: Limits,
        onPrint: (Value) -> Void
    ) {
        hasStarted = true
        var prints: [String] = []
        func note(_ value: Value) {
            prints.append(value.printText())
            onPrint(value)
        }
        let simulation = host.map { Simulation.inRealTime($0, program: program, limits: limits) }
        do throws(RuntimeError) {
            if let simulation {
                outcome = try session.run(
                    program,
                    in: simulation,
                    bindings: bindings,
                    limits: limits,
                    onPrint: note,
                    isCancelled: { Interruption.isPending }
                )
            } else {
                outcome = try session.run(
                    program,
                    bindings: bindings,
                    limits: limits,
                    onPrint: note,
                    isCancelled: { Interruption.isPending }
                )
            }
        } catch {
            errors = [error.diagnostic]
        }
        asked = simulation?.log ?? []
        self.prints = prints
    }

    /// How a command that does nothing but this run ends.
    var status: ExitStatus {
        switch outcome {
        case .finished, .completed: return .success
        case .failed: return .failure
        case nil: break
        }
        if !hasStarted { return .dataError }
        if errors.contains(where: { $0.code == FailureCode.cancelled.rawValue }) { return .interrupted }
        return errors.contains { $0.stage == .limit } ? .limit : .failure
    }
}
