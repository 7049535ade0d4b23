import Lashlang

/// What a run can be observed to do.
private struct Observation: Equatable {
    var end: String
    var prints: [String] = []
    var variables = ""
    /// Not compared between optimised and plain runs.
    var fuel = 0
}

/// Any bytes are a program or are refused with errors inside the text; a program does the same with and without
/// optimisation, and suspended and resumed on the way, and leaves nothing behind.
func checkProgram(_ bytes: [UInt8]) {
    let source = SourceText(bytes: bytes)
    checkLinking(source)
    let environment = HostEnvironment(readOnlyNames: ["given"])
    let optimized: Program
    do { optimized = try Program(source, environment: environment) } catch {
        promise(!error.all.isEmpty, "a refused program has an error")
        checkPlaces(error.all, in: source)
        return
    }
    checkPlaces(optimized.warnings, in: source)
    guard let plain = try? Program(source, environment: environment, optimization: .none) else {
        promise(false, "a program that compiles does so without optimisation")
        return
    }
    let first = observe(optimized)
    let second = observe(plain)
    let suspended = observe(optimized, suspensions: 12)
    // Limits are met at different instructions, so a run that meets one says nothing about the other.
    guard var first, var second else { return }
    if let suspended { promise(first == suspended, "a suspended run does the same:\n\(first)\n\(suspended)") }
    first.fuel = 0
    second.fuel = 0
    promise(first == second, "both runs do the same:\n\(first)\n\(second)")
}

/// Diagnostics lie inside the text and can be rendered.
func checkPlaces(_ diagnostics: [Diagnostic], in source: SourceText) {
    for diagnostic in diagnostics {
        if let span = diagnostic.span {
            promise(
                0 <= span.start && span.start <= span.end && span.end <= source.bytes.count,
                "the place of \(diagnostic.code) lies in the text: \(span)"
            )
        }
        for fix in diagnostic.fixes {
            promise(
                0 <= fix.span.start && fix.span.start <= fix.span.end && fix.span.end <= source.bytes.count,
                "the fix of \(diagnostic.code) lies in the text: \(fix.span)"
            )
        }
        _ = DiagnosticRenderer(source).render(diagnostic)
    }
}

/// Runs the program once in a session of its own; `nil` if it met a limit. At the first stops it is taken apart and goes on
/// in another session.
private func observe(_ program: Program, suspensions: Int = 0) -> Observation? {
    var bindings = ProjectedBindings()
    do { try bindings.bind("given", json: Array(#"{"a": [1, "é", null], "b": {"c": 2.5}}"#.utf8)) } catch {
        promise(false, "the binding is accepted: \(error.message)")
    }
    let limits = Limits(fuel: 20_000, memory: 4_000_000)
    var run = Session().start(program, bindings: bindings, limits: limits)
    var seen = Observation(end: "")
    var isLimited = false
    var left = suspensions
    do throws(RuntimeError) {
        while true {
            if left > 0 {
                run = resumed(run, limits)
                left -= 1
                run.pauseInterval = left > 0 ? 1 : nil
            }
            switch try run.resume() {
            case .printed(let value): seen.prints.append(text(of: value))
            case .asked(let calls): for position in calls.indices { run.answer(noAnswer, at: position) }
            case .requested: run.answer(noAnswer)
            case .reading: run.answer([ProjectionAnswer.unanswered])
            case .paused: continue
            case .ended(let outcome):
                switch outcome {
                case .finished(let value): seen.end = "finished \(text(of: value))"
                case .failed(let value): seen.end = "failed \(text(of: value))"
                case .completed: seen.end = "completed"
                }
            }
            if !seen.end.isEmpty { break }
        }
    } catch {
        checkPlaces([error.diagnostic], in: program.source)
        isLimited = error.diagnostic.stage == .limit
        seen.end = "\(error.diagnostic.code) \(error.diagnostic.message)"
    }
    let session = run.session
    let variables = Value.record(session.variables)
    seen.variables = text(of: variables)
    seen.fuel = run.statistics.fuel
    promise(session.strayObjects == 0, "\(session.strayObjects) objects are left behind")
    checkSnapshot(of: session)
    return isLimited ? nil : seen
}

/// The whole value as text; of one that is large when it is written out, a part.
private func text(of value: Value) -> String { isSmall(value) ? value.literal : value.printText(PrintBudget()) }

/// Whether a value stays small as text. A list that holds one list twice, which holds one list twice, and so on, does
/// not: its text takes minutes.
private func isSmall(_ value: Value) -> Bool {
    var allowed = 50_000
    func visit(_ value: Value) {
        allowed -= 1
        if allowed < 0 { return }
        switch value {
        case .string(let text): allowed -= text.utf8.count / 16
        case .list(let elements), .tuple(let elements):
            for element in elements where allowed > 0 { visit(element) }
        case .record(let record):
            for (_, field) in record where allowed > 0 { visit(field) }
        default: break
        }
    }
    visit(value)
    return allowed >= 0
}

/// A snapshot brings the same variables back.
func checkSnapshot(of session: Session) {
    guard let bytes = try? session.snapshot() else {
        promise(false, "variables can be written")
        return
    }
    guard let again = try? Session(snapshot: bytes) else {
        promise(false, "a snapshot can be read")
        return
    }
    promise((try? again.snapshot()) == bytes, "a snapshot of a restored session is the same")
}
