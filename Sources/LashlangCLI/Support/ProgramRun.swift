import Lashlang

/// One program, compiled and run in a session, and everything that came of it.
struct ProgramRun {
    let session: Session
    private(set) var source = SourceText("")
    private(set) var outcome: Outcome?
    private(set) var errors: [Diagnostic] = []
    private(set) var warnings: [Diagnostic] = []
    private(set) var prints: [String] = []
    private(set) var hasStarted = false
    private(set) var compileTime = Duration.zero
    private(set) var runTime = Duration.zero

    init(_ session: Session) { self.session = session }

    /// Compiles and runs. `onPrint` gets what the program prints, at once.
    mutating func perform(
        _ source: SourceText,
        bindings: ProjectedBindings,
        limits: Limits,
        onPrint: (Value) -> Void
    ) {
        self.source = source
        let clock = ContinuousClock()
        let start = clock.now
        let environment = HostEnvironment(readOnlyNames: Set(bindings.names))
        do throws(Diagnostics) {
            let program = try Program(source, environment: environment)
            compileTime = clock.now - start
            warnings = program.warnings
            run(program, bindings: bindings, limits: limits, onPrint: onPrint)
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
        limits: Limits,
        onPrint: (Value) -> Void
    ) {
        hasStarted = true
        var prints: [String] = []
        do throws(RuntimeError) {
            outcome = try session.run(
                program,
                bindings: bindings,
                limits: limits,
                onPrint: { value in
                    prints.append(value.printText())
                    onPrint(value)
                },
                isCancelled: { Interruption.isPending }
            )
        } catch {
            errors = [error.diagnostic]
        }
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
