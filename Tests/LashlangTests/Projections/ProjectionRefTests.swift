import Lashlang
import Synchronization
import Testing

/// Counts what it resolves.
private final class CountingResolver: ProjectionResolver {
    let registry = ProjectionRegistry()
    private let count = Mutex(0)

    var resolutions: Int { count.withLock { $0 } }

    func resolve(_ ref: ProjectionRef) async throws -> any ProjectionDescriptor {
        count.withLock { $0 += 1 }
        return try await registry.resolve(ref)
    }
}

@Suite struct ProjectionRefTests {
    let rows: Value = [["name": "ada", "tags": ["x", "y"]], ["name": "bob", "tags": []]]

    @Test func referencesAreResolvedOnceForEachRun() async throws {
        let resolver = CountingResolver()
        let ref = resolver.registry.registerMemory(ValueProjection(rows))
        var bindings = ProjectedBindings()
        try bindings.bindLazy("rows", ref)
        try bindings.bindLazy("same", ref)
        #expect(bindings.unresolved == ref)
        let program = try program("finish [rows[0].name, same[1].name, len(rows)]", reading: ["rows", "same"])
        let session = Session()
        let outcome = try await session.run(program, host: Host(), bindings: bindings, resolver: resolver)
        #expect(outcome == .finished(["ada", "bob", 2]))
        #expect(resolver.resolutions == 1)
        #expect(session.receipts.map(\.name) == ["rows", "same"])
        _ = try await session.run(program, host: Host(), bindings: bindings, resolver: resolver)
        #expect(resolver.resolutions == 2)
        #expect(try session.run(program, bindings: await bindings.resolved(by: resolver)) == outcome)
    }

    @Test func aRunWithoutItsDataDoesNotBegin() async throws {
        let ref = ProjectionRef(kind: "memory", key: "gone")
        var bindings = ProjectedBindings()
        try bindings.bindLazy("docs", ref)
        let program = try program("print 1\nfinish 2", reading: ["docs"])
        let message = #"projection ref unavailable: kind `memory`, key "gone""#
        for resolver in [ProjectionRegistry(), nil] {
            var prints = 0
            let error = await #expect(throws: RuntimeError.self) {
                try await Session().run(program, host: Host(), bindings: bindings, resolver: resolver) { _ in
                    prints += 1
                }
            }
            #expect(error?.diagnostic.code == "E0503")
            #expect(error?.diagnostic.message == message)
            #expect(prints == 0)
        }
        #expect(throws: RuntimeError.self) { try Session().run(program, bindings: bindings) }
        let error = #expect(throws: RuntimeError.self) { try Session().start(program, bindings: bindings).resume() }
        #expect(error?.diagnostic.message == message)
    }

    private func keptSession(_ registry: ProjectionRegistry) async throws -> Session {
        let ref = registry.registerMemory(ValueProjection(["rows": rows]))
        var bindings = ProjectedBindings()
        try bindings.bindLazy("doc", ref)
        let session = Session()
        let program = try program("all = doc\nrow = [doc.rows[0]]\npart = slice(doc.rows, 1, null)", reading: ["doc"])
        _ = try await session.run(program, host: Host(), bindings: bindings, resolver: registry)
        return session
    }

    @Test func variablesKeepReferencesThroughSnapshots() async throws {
        let registry = ProjectionRegistry()
        let bytes = try await keptSession(registry).snapshot()
        let session = try Session(snapshot: bytes)
        #expect(try session.snapshot() == bytes)
        let program = try Program("finish [all.rows[1].name, row[0].tags, part[0].name, len(all)]")
        let outcome = try await session.run(program, host: Host(), resolver: registry)
        #expect(outcome == .finished(["bob", ["x", "y"], "bob", 1]))
        // They are still what they were.
        #expect(try session.snapshot() == bytes)
    }

    @Test func whatIsNotThereAfterASnapshotIsAnErrorWhereItIsLookedAt() async throws {
        let session = try Session(snapshot: try await keptSession(ProjectionRegistry()).snapshot())
        #expect(
            try await session.run(Program("finish 1"), host: Host(), resolver: ProjectionRegistry()) == .finished(1)
        )
        for text in ["finish len(all)", "finish row[0].name", "for r in part { print r }", "finish [all] == [1]"] {
            let error = await #expect(throws: RuntimeError.self) {
                try await session.run(Program(text), host: Host(), resolver: ProjectionRegistry())
            }
            #expect(error?.diagnostic.code == "E0503", "\(text)")
            #expect(error?.diagnostic.message.hasPrefix("projection ref unavailable: kind `memory`, key ") == true)
        }
    }

    @Test func whatHasNoReferenceSaysSoAfterASnapshot() throws {
        var bindings = ProjectedBindings()
        try bindings.bind("doc", projecting: ValueProjection(["body": ["text"]]))
        let session = Session()
        _ = try session.run(program("x = [doc.body]", reading: ["doc"]), bindings: bindings)
        let restored = try Session(snapshot: session.snapshot())
        let error = #expect(throws: RuntimeError.self) { try restored.run(Program("finish x[0][0]")) }
        #expect(
            error?.diagnostic.message
                == "projected host descriptor `doc.body` (list) is unavailable after snapshot restore; rerun the producing "
                + "tool to recreate it"
        )
        #expect(try restored.run(Program("finish len(x)")) == .finished(1))
    }

    @Test func runsAreSuspendedWhileTheyRead() async throws {
        let registry = ProjectionRegistry()
        let late = LateProjection(ValueProjection([1, 2, 3, 4]))
        let ref = registry.registerMemory(late)
        var bindings = ProjectedBindings()
        try bindings.bindLazy("xs", ref)
        bindings = try await bindings.resolved(by: registry)
        let text = "t = 0\nfor x in xs { t = t + x\nprint t }\nfinish [t, len(xs)]"
        let program = try program(text, reading: ["xs"])
        var run = Session().start(program, bindings: bindings)
        var prints: [Value] = []
        var reads = 0
        // At every stop the run goes through bytes.
        while true {
            switch try run.resume() {
            case .reading(let read):
                reads += 1
                if reads % 2 == 1 {
                    let bytes = try run.snapshot()
                    let next = try Run(snapshot: bytes, program: program)
                    #expect(try next.snapshot() == bytes)
                    run = next
                    // The next run has to find the data first.
                    guard case .reading = try await resumed(run, registry) else {
                        Issue.record("it does not read")
                        return
                    }
                } else {
                    run.answer(await read.answers())
                }
            case .printed(let value): prints.append(value)
            case .ended(let outcome):
                #expect(outcome == .finished([10, 4]))
                #expect(prints == [1, 3, 6, 10])
                #expect(reads >= 2)
                return
            default:
                Issue.record("an unexpected stop")
                return
            }
        }
    }

    private func resumed(_ run: Run, _ resolver: any ProjectionResolver) async throws -> Run.Event {
        await run.resolve(resolver)
        return try run.resume()
    }

    @Test func aRestoredRunFindsItsBindings() async throws {
        let registry = ProjectionRegistry()
        let ref = registry.registerMemory(ValueProjection(rows))
        var bindings = ProjectedBindings()
        try bindings.bindLazy("rows", ref)
        bindings = try await bindings.resolved(by: registry)
        let program = try program("x = rows[0]\nprint 1\nfinish [x.name, rows[1].name]", reading: ["rows"])
        let run = Session().start(program, bindings: bindings)
        #expect(try run.resume() == .printed(1))
        let restored = try Run(snapshot: run.snapshot())
        #expect(try await restored.finish(host: Host(), resolver: registry) == .finished(["ada", "bob"]))
        let lost = try Run(snapshot: run.snapshot())
        let error = await #expect(throws: RuntimeError.self) { try await lost.finish(host: Host()) }
        #expect(error?.diagnostic.code == "E0503")
    }

    @Test func severalReadsOfOneProjectionAreAskedTogether() async throws {
        let asked = Mutex<[[ProjectionQuestion]]>([])
        final class Batching: ProjectionDescriptor {
            let kind = ProjectionKind.record
            let note: @Sendable ([ProjectionQuestion]) -> Void
            init(_ note: @escaping @Sendable ([ProjectionQuestion]) -> Void) { self.note = note }
            func answerLater(_ question: ProjectionQuestion) async throws -> ProjectionAnswer {
                note([question])
                return answer(to: question)
            }
            func answersLater(_ questions: [ProjectionQuestion]) async throws -> [ProjectionAnswer] {
                note(questions)
                return questions.map(answer(to:))
            }
            private func answer(to question: ProjectionQuestion) -> ProjectionAnswer {
                if case .field("bad") = question { return .failure("damaged") }
                if case .field(let name) = question { return .string(name) }
                return .unanswered
            }
        }
        let p = Batching { questions in asked.withLock { $0.append(questions) } }
        var bindings = ProjectedBindings()
        try bindings.bind("p", projecting: p)
        func run(_ text: String) async throws -> Outcome {
            try await Session().run(program(text, reading: ["p"]), host: Host(), bindings: bindings)
        }
        #expect(
            try await run("finish {a: p.a, b: [p.b, p.c], d: p.a}")
                == .finished(["a": "a", "b": ["b", "c"], "d": "a"])
        )
        #expect(asked.withLock { $0.first } == [.field("a"), .field("b"), .field("c")])
        // What fails fails in its own place.
        asked.withLock { $0.removeAll() }
        #expect(try await run("x = [p.a, p.b]\nif x[0] == \"a\" { finish x }\nfinish p.bad") == .finished(["a", "b"]))
        await #expect(throws: RuntimeError.self) { try await run("print p.a\nfinish [p.a, p.bad]") }
    }

    @Test func processesGetProjectionsAsTheyAre() async throws {
        let p = ScriptedProjection(.list) { question in
            if case .element(7) = question { return .string("seven") }
            return .failure("nobody needs the rest")
        }
        var bindings = ProjectedBindings()
        try bindings.bind("rows", projecting: p)
        let runner = ProcessRunner(host: Host())
        let text = "process pick(rows: any) { finish rows[7] }\nh = start pick(rows: rows)\nfinish (await h)?"
        let environment = HostEnvironment(abilities: .all, readOnlyNames: ["rows"])
        let program = try Program(text, environment: environment)
        let outcome = try await Session().run(program, host: runner, bindings: bindings)
        #expect(outcome == .finished("seven"))
    }

    @Test func valuesWithReferencesAreEncodedAsThem() throws {
        let ref = ProjectionRef(kind: "file", key: "a.txt")
        let value = Value.list([.projection(Projection(ValueProjection("x"), name: "a", ref: ref))])
        #expect(try ValueEncoder().encode(value) == value)
        #expect(value.text == #"["<a: string>"]"#)
    }

    @Test func hostsGetPlainValuesUnlessTheyKeepProjections() async throws {
        struct Keeper: EffectHandler {
            func immediateAnswer(to call: HostCall) -> CallResult? {
                guard case .operation(let call) = call, case .record(let input)? = call.arguments.first,
                    case .record(let seed)? = input["seed"]
                else { return .failure(CallFailure("not a call of ours")) }
                func isLazy(_ value: Value?) -> Value {
                    if case .projection? = value { return true }
                    return false
                }
                return .value([isLazy(seed["doc"]), isLazy(input["doc"]), .bool(seed["list"] == [[1]])])
            }
            func answer(_ call: HostCall) async -> CallResult { .failure(CallFailure("not asked")) }
            func answer(_ request: HostRequest, of program: Program) async -> CallResult {
                .failure(CallFailure("not asked"))
            }
            func projectionArgument(of operation: String) -> String? { operation == "tools.spawn" ? "seed" : nil }
        }
        var catalog = HostCatalog()
        try catalog.addModule("tools", type: "Tools")
        try catalog.addOperation("spawn", to: "tools")
        try catalog.addOperation("plain", to: "tools")
        let environment = HostEnvironment(readOnlyNames: ["doc"], catalog: catalog)
        var bindings = ProjectedBindings()
        try bindings.bind("doc", projecting: ValueProjection([1]))
        for (name, isKept) in [("spawn", true), ("plain", false)] {
            for form in ["tools.\(name)(I)?", "await [tools.\(name)(I)?]"] {
                let call = form.split(separator: "I").joined(separator: "{seed: {doc: doc, list: [doc]}, doc: doc}")
                let program = try Program("finish \(call)", environment: environment)
                let outcome = try await Session().run(program, host: Keeper(), bindings: bindings)
                let expected: Value = [.bool(isKept), false, true]
                #expect(outcome == .finished(form.hasPrefix("await") ? [expected] : expected), "\(call)")
            }
        }
    }
}
