import Lashlang

/// What a program did with a host that is not there.
struct Rehearsal {
    var outcome: Outcome
    var prints: [String]
    /// The calls, in their order.
    var calls: [String]
}

/// Runs a program against a host that is described as JSON. Where a program waits, no time passes.
func rehearse(_ text: String, host description: String) throws -> Rehearsal {
    let host = try MockHost(HostDescription(json: Array(description.utf8)))
    let program = try Program(text, environment: host.environment)
    let simulation = Simulation(host, program: program)
    var prints: [String] = []
    let outcome = try Session().run(program, in: simulation, onPrint: { prints.append($0.printText()) })
    let calls = simulation.log.flatMap { entry -> [String] in
        guard case .calls(let calls) = entry.asked else { return [] }
        return calls.map { call in
            switch call {
            case .operation(let operation): "\(operation.receiver.alias).\(operation.name)"
            case .function(let name, _): name
            case .result: "await"
            }
        }
    }
    return Rehearsal(outcome: outcome, prints: prints, calls: calls)
}
