import LashVM
import Lashlang
import Testing

@testable import LashCases

/// A run that is suspended wherever it can be, and resumed from its bytes, does what it does without that.
@Suite struct SuspensionTests {
    private static let folder: String = {
        let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        return parts.dropLast(2).joined(separator: "/") + "/Conformance"
    }()

    private static let files = (try? Suite.files(at: folder)) ?? []

    @Test(arguments: files) func casesDoNotNotice(file: String) throws {
        for example in try Suite(paths: [file]).cases where example.reach == .run && example.skipped == nil {
            for optimization in [Optimization.full, .none] {
                try compare(example, optimization)
            }
        }
    }

    private func compare(_ example: Case, _ optimization: Optimization) throws {
        let given = example.given
        let session = Session()
        for (name, value) in given.globals { try session.set(name, to: value) }
        var bytes = try session.snapshot()
        let environment = HostEnvironment(
            abilities: given.abilities.reduce(into: []) { $0.insert($1.bit) },
            labelAnnotations: given.labels,
            readOnlyNames: Set(given.bindings.map(\.name)),
            catalog: given.catalog
        )
        var host = given.host
        host.environment = environment
        let bindings = try given.bindings.map { ($0.name, try FrozenValue($0.value)) }
        for block in example.blocks {
            guard let program = try? Program(block.source, environment: environment, optimization: optimization) else {
                continue
            }
            let process = given.process.flatMap { program.compiled.processNames.firstIndex(of: $0) }
            let limits = Limits(fuel: given.fuel, memory: given.memory)
            let plain = try RunTrace(
                program,
                process: process,
                host: host,
                session: bytes,
                bindings: bindings,
                limits: limits,
                suspension: nil
            )
            let suspension = Suspension(program.compiled, limits: limits)
            let suspended = try RunTrace(
                program,
                process: process,
                host: host,
                session: bytes,
                bindings: bindings,
                limits: limits,
                suspension: suspension
            )
            if plain.isLimited || suspended.isLimited { return }
            #expect(suspension.problems.isEmpty, "\(example.title)")
            #expect(suspended == plain, "\(example.title)")
            #expect(suspension.suspensions > 0)
            bytes = plain.session
        }
    }
}
