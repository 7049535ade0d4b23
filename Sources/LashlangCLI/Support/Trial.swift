import Lashlang

/// Runs of programs that harm nobody, to find the mistakes that show only then: with small limits, in a session of
/// their own, and with no host but a mock.
struct Trial {
    var host: MockHost?
    var bindings: ProjectedBindings
    /// Bound names of whose values nothing is known: programs that read them are not tried.
    var unknownNames: Set<String>

    private static let limits = Limits(
        fuel: 20_000_000,
        memory: 64 << 20,
        time: .seconds(2),
        hostCalls: 1_000,
        outputBytes: 1 << 20
    )

    /// The error of the program, `nil` where there was none, or only a limit.
    func error(of program: Program) -> Diagnostic? {
        if !unknownNames.isEmpty { return nil }
        let session = Session()
        do throws(RuntimeError) {
            if let host {
                for (name, value) in host.globals {
                    do { try session.set(name, to: value) } catch { continue }
                }
                let simulation = Simulation(host, program: program, limits: Self.limits)
                _ = try session.run(program, in: simulation, bindings: bindings, limits: Self.limits)
            } else {
                _ = try session.run(program, bindings: bindings, limits: Self.limits)
            }
            return nil
        } catch {
            return error.diagnostic.stage == .runtime ? error.advisedDiagnostic : nil
        }
    }
}
