import LashTerminal
import Lashlang

/// Runs the inputs of a REPL in one session, and remembers what commands want to know of them.
final class Evaluator {
    /// What came of one input.
    struct Result {
        var value: Value?
        /// Diagnostics, ready to be shown.
        var problems: String?
        var isSuccess: Bool
        var isInterrupted = false
        var time = Duration.zero
    }

    private(set) var branch: SessionBranch
    /// The sessions that go on elsewhere.
    private(set) var otherBranches: [SessionBranch] = []
    let bindings: ProjectedBindings
    let host: MockHost?
    var limits: Limits
    /// Whether to tell what runs do besides printing.
    var isTracing = false
    /// Whether to colour standard error.
    let usesColor: Bool
    /// The code of the last error.
    private(set) var lastCode: String?
    /// What was run last, as it was typed.
    private(set) var lastSource: SourceText?
    /// What the last expression or `finish` gave: `_` in the next input.
    private(set) var lastValue: Value?
    /// The inputs that went well and may have changed variables.
    private(set) var inputs: [String] = []
    /// What the last input used.
    private(set) var statistics = RunStatistics()
    /// How many inputs went well and ended the program by themselves, so that nothing could come behind them.
    private(set) var endedInputs = 0

    static let lastName = "_"

    init(session: Session, bindings: ProjectedBindings, host: MockHost?, limits: Limits, usesColor: Bool) {
        branch = SessionBranch(name: "main", session: session)
        self.bindings = bindings
        self.host = host
        self.limits = limits
        self.usesColor = usesColor
    }

    var session: Session { branch.session }

    /// What programs are linked against.
    var environment: HostEnvironment {
        var environment = host?.environment ?? HostEnvironment()
        environment.readOnlyNames = Set(bindings.names)
        environment.functions = session.functions
        return environment
    }

    // MARK: Sessions

    /// Goes on with other variables.
    func replaceSession(_ session: Session) { branch.replace(session) }

    /// Takes back what the last input did to the variables; gives whether there was one.
    func undo() -> Bool { branch.goBack() }

    /// Goes on in the branch of a name, which is made from this one if there is none; gives whether it was made.
    func switchBranch(to name: String) throws(SnapshotError) -> Bool {
        if name == branch.name { return false }
        if let position = otherBranches.firstIndex(where: { $0.name == name }) {
            let old = branch
            branch = otherBranches[position]
            otherBranches[position] = old
            return false
        }
        let fork = try branch.fork(name)
        otherBranches.append(branch)
        branch = fork
        return true
    }

    // MARK: Runs

    /// Runs an input; an expression at its end gives the value.
    func run(_ source: SourceText) -> Result {
        let rewriting = Rewriting(source)
        if !rewriting.isExpression { branch.remember() }
        lastSource = source
        let hidesLast = offerLastValue(to: source)
        var run = ProgramRun(session, keepsPrints: false)
        _ = Interruption.take()
        run.perform(
            rewriting.source,
            bindings: bindings,
            host: host,
            limits: limits,
            onObservation: isTracing ? { self.show($0, of: rewriting, in: source) } : nil
        ) { value in
            // Prints and values keep their order because both are written at once. A closed output shows at the value.
            try? Console.write(line: value, .print)
        }
        _ = Interruption.take()
        statistics = session.statistics
        if hidesLast { takeLastValue() }
        if isTracing { run.asked.flatMap(CallReport.lines).forEach { Console.writeError(dimmed("  \($0)") + "\n") } }
        var result = Result(isSuccess: run.status == .success, time: run.runTime)
        var problems = ""
        if run.status == .interrupted {
            problems = "interrupted\n"
            result.isInterrupted = true
        } else {
            problems = rendered((run.warnings + run.errors).map(rewriting.restored), in: source)
            lastCode = run.errors.first?.code ?? lastCode
        }
        switch run.outcome {
        case .finished(let value):
            result.value = value
            lastValue = value
        case .failed(let value): problems += "failed: \(value.literal)\n"
        case .completed, nil: break
        }
        if !problems.isEmpty { result.problems = problems }
        if result.isSuccess { keep(source, rewriting, hasEnded: run.outcome != .completed) }
        return result
    }

    private func keep(_ source: SourceText, _ rewriting: Rewriting, hasEnded: Bool) {
        if rewriting.isExpression { return }
        if hasEnded, rewriting.source == source {
            endedInputs += 1
        } else {
            inputs.append(source[Span(0, source.bytes.count)])
        }
    }

    /// Diagnostics as people read them.
    private func rendered(_ diagnostics: [Diagnostic], in source: SourceText) -> String {
        let renderer = DiagnosticRenderer(source, usesColor: usesColor, maximumWidth: Console.width ?? 200)
        return diagnostics.map { renderer.render($0) }.joined()
    }

    // MARK: The last value

    /// Makes the last value a variable for an input that may mention it; gives whether it did.
    private func offerLastValue(to source: SourceText) -> Bool {
        guard !bindings.names.contains(Self.lastName), Self.mentionsLast(source.bytes) else { return false }
        if let lastValue { try? session.set(Self.lastName, to: lastValue) }
        return true
    }

    /// Keeps the variable out of the session, so that it is in no file and nothing goes back to it.
    private func takeLastValue() {
        lastValue = session[Self.lastName] ?? lastValue
        try? session.set(Self.lastName, to: nil)
    }

    /// Whether `_` stands by itself somewhere.
    private static func mentionsLast(_ bytes: [UInt8]) -> Bool {
        func isPart(_ position: Int) -> Bool {
            guard bytes.indices.contains(position) else { return false }
            let byte = bytes[position]
            return byte >= 0x80 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
                || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 || byte == UInt8(ascii: "_")
        }
        return bytes.indices.contains { bytes[$0] == UInt8(ascii: "_") && !isPart($0 - 1) && !isPart($0 + 1) }
    }

    // MARK: Looking

    /// The value of an expression, found without the host and without a trace in the session. `nil`, or what is wrong,
    /// where there is none.
    func look(_ text: String, fuel: Int? = nil) -> (value: Value?, problems: String) {
        let source = SourceText(text)
        let rewriting = Rewriting(source)
        guard rewriting.isExpression else {
            let problems = Program.check(source, environment: environment).filter { $0.severity == .error }
            return (nil, problems.isEmpty ? "`\(text)` is no expression\n" : rendered(problems, in: source))
        }
        var limits = limits
        if let fuel { limits.fuel = fuel }
        let hidesLast = offerLastValue(to: source)
        _ = Interruption.take()
        defer {
            _ = Interruption.take()
            if hidesLast { takeLastValue() }
        }
        do {
            let program = try Program(rewriting.source, environment: environment)
            let outcome = try session.run(
                program,
                bindings: bindings,
                limits: limits,
                isCancelled: { Interruption.isPending }
            )
            guard case .finished(let value) = outcome else { return (nil, "`\(text)` has no value\n") }
            return (value, "")
        } catch let error as Diagnostics {
            return (nil, rendered(error.all.map(rewriting.restored), in: source))
        } catch let error as RuntimeError {
            return (nil, rendered([rewriting.restored(error.advisedDiagnostic)], in: source))
        } catch {
            return (nil, "\(error)\n")
        }
    }

    // MARK: Tracing

    private func show(_ observation: RunObservation, of rewriting: Rewriting, in source: SourceText) {
        // How the program ends is shown anyway.
        if observation.kind == "terminal" { return }
        let offset = min(rewriting.restored(observation.span).start, source.bytes.count)
        let place = SourceMap(source).location(of: offset)
        let text: String
        switch observation.event {
        case .branch(let holds): text = "\(observation.label): \(holds)"
        case .started: text = "\(observation.label) …"
        case .completed: text = "\(observation.label) is done"
        case .failed(let reason): text = "\(observation.label) failed: \(reason)"
        case .child(let id): text = "\(observation.label): process \(id)"
        }
        Console.writeError(dimmed("  \(place.line):\(place.column) \(text)") + "\n")
    }

    func dimmed(_ text: String) -> String { usesColor ? "\u{1B}[2m\(text)\u{1B}[0m" : text }
}
