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
        var environment = HostEnvironment(
            abilities: given.abilities.reduce(into: []) { $0.insert($1.bit) },
            labelAnnotations: given.labels,
            readOnlyNames: Set(given.bindings.map(\.name)),
            catalog: given.catalog
        )
        var host = given.host
        host.environment = environment
        let bindings = try given.bindings.map { ($0.name, BoundValue.frozen(try FrozenValue($0.value))) }
        for block in example.blocks {
            environment.functions = try Session(snapshot: bytes).functions
            guard let program = try? Program(block.source, environment: environment, optimization: optimization) else {
                continue
            }
            let process = given.process.flatMap { program.compiled.processNames.firstIndex(of: $0) }
            let limits = Limits(fuel: given.fuel, memory: given.memory)
            let suspensions = [false, true].map { Suspension(program, limits: limits, isTransferring: $0) }
            let traces = try suspensions.map { suspension in
                try RunTrace(
                    program,
                    process: process,
                    host: host,
                    session: bytes,
                    bindings: bindings,
                    limits: limits,
                    suspension: suspension
                )
            }
            if traces.contains(where: \.isLimited) { return }
            #expect(suspensions[1].problems.isEmpty, "\(example.title)")
            #expect(traces[1] == traces[0], "\(example.title)")
            #expect(suspensions[1].snapshots == suspensions[0].snapshots, "\(example.title)")
            #expect(!suspensions[1].snapshots.isEmpty)
            bytes = traces[0].session
        }
    }
}

/// The same of programs that nobody would write.
@Suite struct RandomSuspensionTests {
    private static let sessions = 600
    private static let groups = 12

    @Test(arguments: 0..<groups) func randomProgramsDoNotNotice(group: Int) throws {
        var environment = HostEnvironment(readOnlyNames: ["given"])
        let given: Value = ["a": [1, "é", nil, ["k": 2]], "b": ["c": 2.5]]
        let bindings = [(name: "given", value: BoundValue.frozen(try FrozenValue(given)))]
        var compared = 0
        for seed in stride(from: group, to: Self.sessions, by: Self.groups) {
            // Other programs than those of the tests of optimisation.
            var random = RandomPrograms(seed: 1_000_000 + seed)
            var bytes = try Session().snapshot()
            let optimization: Optimization = seed.isMultiple(of: 2) ? .full : .none
            for block in 0..<(1 + seed % 3) {
                let text = programText(random.block(isFirst: block == 0))
                environment.functions = try Session(snapshot: bytes).functions
                guard
                    let program = try? Program(
                        SourceText(text),
                        environment: environment,
                        optimization: optimization
                    )
                else { break }
                let limits = Limits(fuel: 4_000, memory: 2_000_000)
                let host = MockHost(environment: environment)
                let suspensions = [false, true].map {
                    Suspension(program, limits: limits, isTransferring: $0, first: 60, later: 31)
                }
                let traces = try suspensions.map { suspension in
                    try RunTrace(
                        program,
                        host: host,
                        session: bytes,
                        bindings: bindings,
                        limits: limits,
                        suspension: suspension
                    )
                }
                if traces.contains(where: \.isLimited) { break }
                let isSame =
                    suspensions[1].problems.isEmpty && traces[1] == traces[0]
                    && suspensions[1].snapshots == suspensions[0].snapshots
                if !isSame {
                    Issue.record("seed \(seed), block \(block):\n\(text)\n\(suspensions[1].problems)\n\(traces)")
                    return
                }
                compared += 1
                bytes = traces[0].session
            }
        }
        #expect(compared * 2 > Self.sessions / Self.groups, "\(compared) blocks were compared")
    }
}
