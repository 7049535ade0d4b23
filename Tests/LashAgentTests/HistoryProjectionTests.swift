import LashAgent
import Lashlang
import Testing

/// `history` is a list whose items are made where a program looks at them, and otherwise a list like any other.
@Suite struct HistoryProjectionTests {
    private typealias Box = AgentSandbox

    /// Entries that count how often one of them is looked at.
    private struct Watched: RandomAccessCollection, Sendable {
        let entries: [HistoryEntry]
        let looks = Counter()
        var startIndex: Int { 0 }
        var endIndex: Int { entries.count }

        subscript(position: Int) -> HistoryEntry {
            looks.increment()
            return entries[position]
        }
    }

    private static func entries(_ count: Int) -> [HistoryEntry] {
        (0..<count).map { number in
            number % 2 == 0
                ? .message(HistoryMessage(id: "m\(number)", role: .user, content: "question \(number)"))
                : .step(HistoryStep(id: "s\(number)", iteration: number, code: "print 1", output: ["1", "ä"]))
        }
    }

    private static func outcome(_ code: String, _ history: Value) -> String {
        do {
            var bindings = ProjectedBindings()
            try bindings.bind("h", history)
            let program = try Program(code, environment: HostEnvironment(readOnlyNames: ["h"]))
            let outcome = try Session().run(program, bindings: bindings)
            guard case .finished(let value) = outcome else { return "\(outcome)" }
            return try value.json()
        } catch let error as RuntimeError {
            return "\(error.diagnostic.code) \(error.diagnostic.message)"
        } catch { return "\(error)" }
    }

    @Test(arguments: [
        "finish h", "finish len(h)", "finish empty(h)", "finish [h[0], h[-1], h[99], h[-99]]", "finish h[1].output[-1]",
        "finish slice(h, 1, -1)", "finish slice(h, -2, null)[0].id",
        "finish [x.kind for x in h if x.kind == \"message\"]",
        "n = 0\nfor x in h { n = n + len(x.id) }\nfinish n", "finish contains(h, h[2])", "finish h[2] in h",
        "finish contains(h, 1)", "finish h == h", "finish h == [x for x in h]", "finish h + [1]", "finish [0] + h",
        "finish push(h, 1)", "finish \"\" + h", "finish to_string(h)", "finish format(\"{}\", h[0])",
        "finish h ? 1 : 2",
        "finish not h", "finish json_parse(to_string(h)) == h", "finish validate(h, Type list[any])",
        "c = h\nc[0].content = \"new\"\nfinish [c[0].content, h[0].content]", "c = h\nc = push(c, 2)\nfinish len(c)",
        "finish keys(h[0])", "finish sort_by(h, \"id\")[0].id", "finish reverse(h)[0].id", "finish [h, {a: h}]",
        "for x in h { if x.kind != \"message\" { break }\nlast = x.id }\nfinish last",
        "finish join([x.id for x in h], \"-\")",
        // What fails, fails alike.
        "finish h.content", "finish h[\"a\"]", "finish h + 1", "finish keys(h)", "finish find(h, \"a\")",
        "finish h < 1",
        "finish h?", "finish join(h, \"\")", "finish split(h, \",\")", "finish range(h)", "finish sum(h)",
    ])
    func everyOperationGivesWhatThePlainListGives(_ code: String) throws {
        for count in [0, 1, 5] {
            let entries = Self.entries(count)
            let plain = Self.outcome(code, .list(HistoryItems.values(of: entries)))
            let lazy = Projection(HistoryItems.projection(of: entries), name: "h")
            #expect(Self.outcome(code, .projection(lazy)) == plain, "\(code) of \(count)")
        }
    }

    @Test(arguments: [
        ("finish len(h)", 0), ("finish empty(h)", 0), ("finish h[-1].id", 1), ("finish h[1].output[0] + h[3].id", 2),
        ("finish len(slice(h, 10, 5000))", 0), ("finish slice(h, -3, null)[1].id", 1), ("x = h\nfinish len(x)", 0),
        ("if h { finish 1 }", 0), ("for x in h { break }", 16),
    ])
    func itemsAreMadeWhereAProgramLooks(_ code: String, _ looks: Int) throws {
        let watched = Watched(entries: Self.entries(10_000))
        _ = Self.outcome(code, .projection(Projection(HistoryItems.projection(of: watched), name: "h")))
        #expect(watched.looks.count == looks)
    }

    // MARK: In sessions

    private struct Mail: Codable {
        var to: String
    }

    @Test func variablesKeepTheHistoryAsItWas() async throws {
        let store = MemoryStore()
        let sandbox = try Box([
            Box.block("h = history\nlast = slice(history, -1, null)\nfirst = history[0]"),
            Box.block("finish [len(h), len(history), last[0].content, first.content, h == slice(history, 0, 1)]"),
            Box.block("finish [len(h), h[0].content, last[0].id, len(history), first.role]"),
        ]) { $0.store = store }
        let session = try await sandbox.session()
        #expect(try await session.turn("Go").run().value == [1, 2, "Go", "Go", true])
        #expect(sandbox.tail(1).contains("- `h`: `list`, lazy (list of 1)"))
        // From the store, where the entries are and not their values.
        let again = try await sandbox.session()
        #expect(try await again.turn("More").run().value == [1, "Go", "s:turn:1:input", 4, "user"])
    }

    @Test func partsThatWereReadArePlainValues() async throws {
        let sandbox = try Box([Box.block("first = history[0]\nfinish history[0]")])
        let session = try await sandbox.session()
        let result = try await session.turn("Go").run()
        let first: Value = ["kind": "message", "id": "s:turn:1:input", "role": "user", "content": "Go"]
        #expect(result.value == first)
        #expect(await session.variableValues == ["first": first])
    }

    @Test func aSuspendedBlockGoesOnWithTheHistoryThatItHad() async throws {
        let tools = try Toolset { tools in
            let traits = ToolTraits(needsApproval: true)
            try tools.add("send", "Sends mail.", callPath: "mail.send", traits: traits) { (mail: Mail) in
                "sent to \(mail.to)"
            }
        }
        let store = MemoryStore()
        let block = """
            print 1
            seen = []
            for h in history {
              r = await mail.send({to: h.content})?
              seen = push(seen, [h.kind, r])
            }
            finish [seen, len(history), history[-1].content, history == [history[0]]]
            """
        let sandbox = try Box([Box.block(block)]) { core in
            core.tools = [tools]
            core.store = store
        }
        guard case .suspended(let requests, _) = try await sandbox.session().turn("Go").run().outcome else {
            Issue.record("not suspended")
            return
        }
        let again = try await sandbox.session()
        let end = try await again.resumeTurn([requests[0].id: .allow])
        #expect(end?.value == [[["message", "sent to Go"]], 1, "Go", true])
    }

    @Test func aFrameMayBeginWithTheHistoryOfTheOneBefore() async throws {
        let store = MemoryStore()
        let sandbox = try Box([
            Box.block("print 7"),
            Box.block("await control.continue_as({task: \"go on\", seed: {past: history, code: history[1].code}})?"),
            Box.block("finish [len(past), past[-1].output, code, len(history), history[0].content]"),
            Box.block("finish past[0].content"),
        ]) { core in
            core.plugins.append(ContinueAs())
            core.store = store
        }
        let session = try await sandbox.session()
        #expect(try await session.turn("Go").run().value == [2, ["7"], "print 7", 1, "go on"])
        guard case .seed(let seed)? = await session.history.first else {
            Issue.record("no seed")
            return
        }
        // The reference, not the entries.
        #expect(seed.projections.map(\.name) == ["past"] && seed.projections[0].value == nil)
        #expect(seed.variables == ["code": "print 7"])
        #expect(try await sandbox.session().turn("More").run().value == "Go")
    }

    @Test func anAgentMayReadTheHistoryOfTheOneThatStartsIt() async throws {
        let sandbox = try Box([
            Box.block("finish await agents.spawn({task: \"Look.\", capability: \"peer\", seed: {past: history}})?"),
            Box.block("finish [len(past), past[0].content, history[0].content == past[0].content]"),
        ]) { $0.plugins.append(Subagents()) }
        #expect(try await sandbox.session().turn("Go").run().value == [1, "Go", false])
    }

    private static let missing: [(key: Value, message: String)] = [
        (["session": "gone", "frame": 0, "count": 1], "projection ref unavailable: kind `history`, key {\""),
        (["session": "s", "frame": 0, "count": 99], "projection ref unavailable: kind `history`"),
        ("s", "history projection ref key must be `{session, frame, count}`"),
        (["session": "s", "frame": -1, "count": 1], "history projection ref key must be `{session, frame, count}`"),
    ]

    @Test(arguments: missing)
    func aHistoryThatIsNotThereIsAnErrorAndNeverNull(_ key: Value, _ message: String) async throws {
        let sandbox = try Box([Box.block("finish old == null"), "Gone."])
        var bindings = ProjectedBindings()
        try bindings.bindLazy("old", ProjectionRef(kind: "history", key: key))
        let result = try await sandbox.session().turn(TurnInput.text("Go").project(bindings)).run()
        #expect(result.message == "Gone.")
        #expect(sandbox.conversation(1).last?.text.contains(message) == true)
    }
}
