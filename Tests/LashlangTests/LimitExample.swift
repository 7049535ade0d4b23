import Lashlang

/// What became of a program that somebody else wrote.
enum Verdict: Equatable {
    case value(Value)
    /// The program is wrong, or failed: what to tell its author.
    case mistake(String)
    /// It wanted more than it may have.
    case tooMuch(String)
}

/// Runs a program that nobody has looked at, with a few milliseconds and a few megabytes.
func judge(_ text: String, with orders: Value) throws -> Verdict {
    var bindings = ProjectedBindings()
    try bindings.bind("orders", orders)
    let environment = HostEnvironment(readOnlyNames: ["orders"])
    let limits = Limits(
        fuel: 1_000_000,
        memory: 16 << 20,
        time: .milliseconds(200),
        hostCalls: 0,
        outputBytes: 10_000
    )
    do {
        let program = try Program(text, environment: environment)
        switch try Session().run(program, bindings: bindings, limits: limits) {
        case .finished(let value): return .value(value)
        case .completed: return .mistake("the program ends without `finish`")
        case .failed(let value): return .mistake("the program fails with \(value.text)")
        }
    } catch let errors as Diagnostics {
        return .mistake(ModelReport(errors.source).text(of: errors.all))
    } catch let error as RuntimeError where error.diagnostic.stage == .limit {
        return .tooMuch(error.diagnostic.message)
    } catch let error as RuntimeError {
        return .mistake(ModelReport(error.source).text(of: error.advisedDiagnostic))
    }
}
