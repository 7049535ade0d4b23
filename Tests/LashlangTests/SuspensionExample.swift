import Lashlang

/// Runs a program until it asks something, and gives the run as bytes; `nil` if it came to its end.
func suspend(_ program: Program, in session: Session, show: (Value) -> Void) throws -> [UInt8]? {
    let run = session.start(program)
    while true {
        switch try run.resume() {
        case .printed(let value): show(value)
        case .asked, .requested, .reading, .paused: return try run.snapshot()
        case .ended: return nil
        }
    }
}

/// Answers what the run had asked, perhaps in another process, and carries it to its end.
func resume(_ bytes: [UInt8], environment: HostEnvironment, answer: (HostCall) -> CallResult) throws -> Outcome {
    let run = try Run(snapshot: bytes, environment: environment)
    while true {
        for (position, call) in run.unansweredCalls { run.answer(answer(call), at: position) }
        if case .ended(let outcome) = try run.resume() { return outcome }
    }
}
