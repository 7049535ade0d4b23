import LashAgent
import Lashlang
import Testing

/// Data that stays with its host, in turns.
@Suite struct LazyBindingTests {
    private typealias Box = AgentSandbox

    /// Counts what is asked of it.
    private final class Docs: ProjectionDescriptor {
        let kind = ProjectionKind.record
        let summary = "three pages"
        let questions = Counter()
        private let value: ValueProjection

        init() { value = ValueProjection(["pages": [["title": "a"], ["title": "b"], ["title": "c"]], "n": 3]) }

        func answer(_ question: ProjectionQuestion) throws -> ProjectionAnswer {
            questions.increment()
            return try value.answer(question)
        }
    }

    private final class Resolver: ProjectionResolver {
        let registry = ProjectionRegistry()
        let asked = Counter()

        func resolve(_ ref: ProjectionRef) async throws -> any ProjectionDescriptor {
            asked.increment()
            return try await registry.resolve(ref)
        }
    }

    private func input(_ ref: ProjectionRef) throws -> TurnInput {
        var bindings = ProjectedBindings()
        try bindings.bindLazy("docs", ref)
        return try TurnInput.text("Answer using docs only when needed.").project(bindings)
    }

    @Test func dataIsLookedForWhenABlockRuns() async throws {
        let resolver = Resolver()
        let docs = Docs()
        let sandbox = try Box(["No docs needed.", Box.block("print docs.pages[2].title"), Box.block("finish docs.n")]) {
            $0.projections = resolver
        }
        let session = try await sandbox.session()
        let ref = resolver.registry.registerMemory(docs)
        _ = try await session.turn(input(ref)).run()
        #expect(resolver.asked.count == 0)
        #expect(sandbox.system(0).contains("- `docs`: read-only, lazy (memory)"))
        #expect(try await session.turn(input(ref)).run().value == 3)
        #expect(resolver.asked.count == 2)
        #expect(sandbox.conversation(2).last?.text.hasSuffix("output[0] (1 chars):\nc") == true)
        // A field, not the whole.
        #expect(docs.questions.count <= 4)
    }

    @Test func dataThatIsGoneIsAnErrorAndNeverNull() async throws {
        let sandbox = try Box([Box.block("finish docs == null"), "Gone."])
        let ref = ProjectionRegistry().registerMemory(Docs())
        let result = try await sandbox.session().turn(input(ref)).run()
        #expect(result.message == "Gone.")
        #expect(
            sandbox.conversation(1).last?.text.contains("projection ref unavailable: kind `memory`, key \"") == true
        )
    }

    @Test func threeWaysToBindReadAlike() async throws {
        let registry = ProjectionRegistry()
        let value: Value = ["a": [1, 2], "b": "x"]
        var bindings = ProjectedBindings()
        try bindings.bind("one", json: Array(value.json().utf8))
        try bindings.bind("two", value)
        try bindings.bindLazy("three", registry.registerMemory(ValueProjection(value)))
        let sandbox = try Box([
            Box.block("finish [[v.a[1], len(v.a), v.b, keys(v), v.none] for v in [one, two, three]]")
        ]) { $0.projections = registry }
        let result = try await sandbox.session().turn(TurnInput.text("Go").project(bindings)).run()
        let read: Value = [2, 2, "x", ["a", "b"], nil]
        #expect(result.value == [read, read, read])
    }

    @Test func aSeedKeepsWhatThingsAre() async throws {
        let registry = ProjectionRegistry()
        let sandbox = try Box([
            Box.block("await control.continue_as({task: \"go on\", seed: {docs: docs, board: board, note: \"n\"}})?"),
            Box.block("board = 1"),
            Box.block("note = note + \"!\"\nfinish [docs.n, board.t, note]"), Box.block("finish docs.pages[0].title"),
        ]) { core in
            core.plugins.append(ContinueAs())
            core.projections = registry
        }
        let session = try await sandbox.session()
        var own = ProjectedBindings()
        try own.bind("board", ["t": "x"])
        let input = try input(registry.registerMemory(Docs())).project(own)
        let result = try await session.turn(input).run()
        #expect(result.value == [3, "x", "n!"])
        #expect(sandbox.conversation(2).last?.text.contains("`board` is a read-only projected binding") == true)
        guard case .seed(let seed)? = await session.history.first else {
            Issue.record("no seed")
            return
        }
        #expect(seed.projections.map(\.name) == ["docs", "board"] && seed.variables == ["note": "n"])
        #expect(seed.projections.map { $0.reference == nil } == [false, true])
        // The reference is still good when the session is opened again.
        let again = try await sandbox.session()
        #expect(try await again.turn("More").run().value == "a")
        #expect(result.calls.map(\.name) == ["continue_as"])
    }

    @Test func aTurnWithLazyDataIsKept() async throws {
        let registry = ProjectionRegistry()
        let store = MemoryStore()
        let sandbox = try Box([Box.block("d = docs.pages[1]\nprint d.title"), Box.block("finish d.title")]) { core in
            core.projections = registry
            core.store = store
        }
        let session = try await sandbox.session()
        let result = try await session.turn(input(registry.registerMemory(Docs()))).run()
        #expect(result.value == "b")
        let record = try #require(try await store.load("s"))
        let json = try ValueEncoder().encode(record).json()
        #expect(try ValueDecoder().decode(SessionRecord.self, from: Value(json: json)) == record)
    }

    @Test func theHistoryIsAnOrdinaryList() async throws {
        let sandbox = try Box([
            Box.block("print 1"),
            Box.block(
                """
                copy = history
                finish [history[0].content, history[-1].output, len(slice(history, 1, null)), contains(keys(history[1]), "code"),
                        [h.kind for h in history if h.kind == "message"], empty(history), len(copy)]
                """
            ),
        ])
        let result = try await sandbox.session().turn("Go").run()
        #expect(result.value == ["Go", ["1"], 1, true, ["message"], false, 2])
    }
}
