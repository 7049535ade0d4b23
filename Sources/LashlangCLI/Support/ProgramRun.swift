import LashTerminal
import Lashlang

/// One program, compiled and run in a session, and everything that came of it.
struct ProgramRun {
    let session: Session
    private(set) var source = SourceText("")
    private(set) var outcome: Outcome?
    private(set) var errors: [Diagnostic] = []
    /// What is probably not meant in a program that could run. Found when it is asked for.
    var warnings: [Diagnostic] { compiled?.allWarnings ?? warningsBesideErrors }
    private var compiled: Program?
    private var warningsBesideErrors: [Diagnostic] = []
    private(set) var prints: [String] = []
    /// What the program asked of its host.
    private(set) var asked: [HostLogEntry] = []
    private(set) var hasStarted = false
    /// What the program waits for, where it was left waiting, and the run as bytes.
    private(set) var suspension: (event: Run.Event, snapshot: [UInt8])?
    private(set) var compileTime = Duration.zero
    private(set) var runTime = Duration.zero
    private let keepsPrints: Bool

    /// A run in a session. Prints are kept for a report, or else forgotten once they were shown.
    init(_ session: Session, keepsPrints: Bool) {
        self.session = session
        self.keepsPrints = keepsPrints
    }

    /// Compiles and runs. `onPrint` gets what the program prints, at once. `onObservation` gets what it does besides; a
    /// program that is watched is slower.
    mutating func perform(
        _ source: SourceText,
        bindings: ProjectedBindings,
        host: MockHost? = nil,
        suspendsAt: Int? = nil,
        limits: Limits,
        onObservation: ((RunObservation) -> Void)? = nil,
        onPrint: (Value) -> Void
    ) {
        self.source = source
        let needsHost = suspendsAt != nil || onObservation != nil
        let host = host ?? (needsHost ? MockHost(environment: HostEnvironment()) : nil)
        let clock = ContinuousClock()
        let start = clock.now
        var environment = host?.environment ?? HostEnvironment()
        environment.readOnlyNames = Set(bindings.names)
        environment.functions = session.functions
        // What the session has already counts more than what the host begins with.
        for (name, value) in host?.globals ?? Record() where session[name] == nil {
            do { try session.set(name, to: value) } catch { continue }
        }
        do throws(Diagnostics) {
            let program = try Program(source, environment: environment, observed: onObservation != nil)
            compileTime = clock.now - start
            compiled = program
            if let host, let onObservation {
                watch(program, bindings, host, limits, onObservation, onPrint)
            } else if let host {
                let run = session.start(
                    program,
                    bindings: bindings,
                    limits: limits,
                    isCancelled: { Interruption.isPending }
                )
                resume(run, host: host, suspendsAt: suspendsAt, limits: limits, onPrint: onPrint)
            } else {
                self.run(program, bindings: bindings, limits: limits, onPrint: onPrint)
            }
            runTime = clock.now - start - compileTime
        } catch {
            compileTime = clock.now - start
            errors = error.all.filter { $0.severity == .error }
            warningsBesideErrors = error.all.filter { $0.severity == .warning }
        }
    }

    /// Goes on with a run against a mock host, to its end or to the question at which it is left waiting.
    mutating func resume(
        _ run: Run,
        host: MockHost,
        suspendsAt: Int?,
        limits: Limits,
        onPrint: (Value) -> Void
    ) {
        hasStarted = true
        source = run.program.source
        let simulation = Simulation.inRealTime(host, program: run.program, limits: limits)
        simulation.suspendsAt = suspendsAt
        var prints: [String] = []
        do throws(RuntimeError) {
            let event = try run.resume(in: simulation) { value in
                if keepsPrints { prints.append(value.printText()) }
                onPrint(value)
            }
            if case .ended(let outcome) = event {
                self.outcome = outcome
            } else {
                suspend(run, event)
            }
        } catch {
            errors = [error.advisedDiagnostic]
        }
        run.close()
        asked = simulation.log
        self.prints = prints
    }

    /// Runs a program that was compiled to be observed.
    private mutating func watch(
        _ program: Program,
        _ bindings: ProjectedBindings,
        _ host: MockHost,
        _ limits: Limits,
        _ onObservation: @escaping (RunObservation) -> Void,
        _ onPrint: (Value) -> Void
    ) {
        hasStarted = true
        let simulation = Simulation.inRealTime(host, program: program, limits: limits)
        do throws(RuntimeError) {
            outcome = try session.run(
                program,
                in: simulation,
                bindings: bindings,
                limits: limits,
                onPrint: onPrint,
                onObservation: onObservation,
                isCancelled: { Interruption.isPending }
            )
        } catch {
            errors = [error.advisedDiagnostic]
        }
        asked = simulation.log
    }

    private mutating func suspend(_ run: Run, _ event: Run.Event) {
        do { suspension = (event, try run.snapshot()) } catch {
            errors = [
                Diagnostic(
                    code: FailureCode.hostFailed.rawValue,
                    stage: .host,
                    message: "the run cannot be suspended: \(error.message)",
                    span: nil
                )
            ]
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
                    if keepsPrints { prints.append(value.printText()) }
                    onPrint(value)
                },
                isCancelled: { Interruption.isPending }
            )
        } catch {
            errors = [error.advisedDiagnostic]
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
        if suspension != nil { return .suspended }
        if !hasStarted { return .dataError }
        if errors.contains(where: { $0.code == FailureCode.cancelled.rawValue }) { return .interrupted }
        return errors.contains { $0.stage == .limit } ? .limit : .failure
    }
}
