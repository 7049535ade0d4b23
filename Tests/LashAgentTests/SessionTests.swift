import LashAgent
import Lashlang
import Synchronization
import Testing

/// Sessions that are kept, interrupted, and opened again.
@Suite struct AgentSessionTests {
    private typealias Box = AgentSandbox

    /// A store that fails where it is told to.
    private final class FaultyStore: SessionStore {
        enum Fault { case before, after }

        let inner: any SessionStore
        let faults: Mutex<[Int: Fault]>
        let commits = Counter()

        init(_ inner: any SessionStore = MemoryStore(), _ faults: [Int: Fault]) {
            self.inner = inner
            self.faults = Mutex(faults)
        }

        struct Broken: Error {}

        func load(_ id: String) async throws -> SessionRecord? { try await inner.load(id) }
        func commit(_ commit: SessionCommit) async throws -> Int {
            let number = commits.increment()
            let fault = faults.withLock { $0[number] }
            if case .before? = fault { throw Broken() }
            let revision = try await inner.commit(commit)
            if case .after? = fault { throw Broken() }
            return revision
        }
        func sessions() async throws -> [SessionSummary] { try await inner.sessions() }
        func delete(_ id: String) async throws { try await inner.delete(id) }
        func acquireLease(_ id: String, owner: String, duration: Duration) async throws -> SessionLease {
            try await inner.acquireLease(id, owner: owner, duration: duration)
        }
        func renew(_ lease: SessionLease, duration: Duration) async throws -> SessionLease {
            try await inner.renew(lease, duration: duration)
        }
        func release(_ lease: SessionLease) async { await inner.release(lease) }
    }

    private func sandbox(_ store: any SessionStore, _ replies: [ScriptedReply]) throws -> AgentSandbox {
        try Box(replies) { $0.store = store }
    }

    @Test func aSessionIsOneValue() async throws {
        let store = MemoryStore()
        let sandbox = try sandbox(
            store,
            [Box.block("x = {a: [1, null]}\nprint x", prose: "So."), Box.block("finish {b: x}")]
        )
        var bindings = ProjectedBindings()
        try bindings.bind("board", ["t": 1])
        _ = try await sandbox.session().turn(.text("Go").project(bindings)).run()
        let record = try #require(try await store.load("s"))
        let json = try ValueEncoder().encode(record).json()
        #expect(try ValueDecoder().decode(SessionRecord.self, from: Value(json: json)) == record)
        #expect(record.head.revision == 3 && record.head.turnCount == 1 && record.head.turn == nil)
        #expect(record.history.map(\.entry.id) == ["s:turn:1:input", "s:turn:1:m1", "s:turn:1:0", "s:turn:1:1"])
        let summary = try await sandbox.core.sessions()
        #expect(summary.map(\.id) == ["s"] && summary.map(\.turnCount) == [1])
    }

    @Test func anotherVersionIsRefused() throws {
        let head = try ValueEncoder().encode(SessionHead(id: "s"))
        guard case .record(var fields) = head else { return }
        fields["schema_version"] = 2
        #expect(throws: SessionError.version("session schema_version 2 is not supported by this version (expected 1)"))
        {
            try ValueDecoder().decode(SessionHead.self, from: .record(fields))
        }
        fields["schema_version"] = nil
        #expect(throws: SessionError.version("session is missing schema_version (expected 1)")) {
            try ValueDecoder().decode(SessionHead.self, from: .record(fields))
        }
    }

    /// Whatever commit a process dies at, the turn goes on from there, and nothing is there twice.
    @Test(arguments: 1...3)
    func anInterruptedTurnGoesOn(lastCommit: Int) async throws {
        struct Stopping: SessionStore {
            let inner: MemoryStore
            let allowed: Int
            let count = Counter()
            struct Dead: Error {}
            func load(_ id: String) async throws -> SessionRecord? { try await inner.load(id) }
            func commit(_ commit: SessionCommit) async throws -> Int {
                if count.increment() > allowed { throw Dead() }
                return try await inner.commit(commit)
            }
            func sessions() async throws -> [SessionSummary] { try await inner.sessions() }
            func delete(_ id: String) async throws { try await inner.delete(id) }
            func acquireLease(_ id: String, owner: String, duration: Duration) async throws -> SessionLease {
                try await inner.acquireLease(id, owner: owner, duration: duration)
            }
            func renew(_ lease: SessionLease, duration: Duration) async throws -> SessionLease {
                try await inner.renew(lease, duration: duration)
            }
            func release(_ lease: SessionLease) async { await inner.release(lease) }
        }
        let replies = [Box.block("n = 1", prose: "One."), Box.block("n = n + 1"), Box.block("finish n + board.t")]
        // The script answers by what has been asked, not by how often.
        let model = ScriptedModel { request, _ in
            replies[request.messages.count { $0.role == .assistant }]
        }
        let kept = MemoryStore()
        let first = AgentCore(model: model, limits: try ModelLimits(contextWindow: 100_000)) {
            $0.store = Stopping(inner: kept, allowed: lastCommit)
        }
        var bindings = ProjectedBindings()
        try bindings.bind("board", ["t": 10])
        let session = try await first.session("s").open()
        await #expect(throws: (any Error).self) {
            try await session.turn(.text("Go").project(bindings)).run()
        }
        let second = AgentCore(model: model, limits: try ModelLimits(contextWindow: 100_000)) { $0.store = kept }
        let again = try await second.session("s").open()
        #expect(await again.interruptedTurn == "s:turn:1")
        await #expect(throws: SessionError.openTurn(session: "s")) { try await again.turn("Other").run() }
        let result = try #require(try await again.resumeTurn())
        #expect(result.value == 12 && result.turn == "s:turn:1")
        let ids = await again.history.map(\.id)
        #expect(ids == ["s:turn:1:input", "s:turn:1:m1", "s:turn:1:0", "s:turn:1:1", "s:turn:1:2"])
        #expect(await again.interruptedTurn == nil)
        #expect(try await again.resumeTurn() == nil)
    }

    @Test func anInterruptedTurnCanBeGivenUp() async throws {
        let store = FaultyStore(MemoryStore(), [2: .before])
        let sandbox = try sandbox(store, [Box.block("finish 1"), "Yes."])
        let session = try await sandbox.session()
        await #expect(throws: FaultyStore.Broken.self) { try await session.turn("Go").run() }
        try await session.abandonTurn()
        #expect(try await session.turn("Again").run().message == "Yes.")
        #expect(sandbox.conversation(1).map(\.text).contains("Again"))
    }

    @Test(arguments: [FaultyStore.Fault.before, .after])
    private func aStepThatIsNotKeptIsKeptWithTheNextOne(fault: FaultyStore.Fault) async throws {
        let store = FaultyStore(MemoryStore(), [2: fault])
        let sandbox = try sandbox(store, [Box.block("n = 1"), Box.block("finish n")])
        let session = try await sandbox.session()
        #expect(try await session.turn("Go").run().value == 1)
        let record = try #require(try await store.load("s"))
        #expect(record.history.map(\.entry) == (await session.history))
        #expect(record.history.count == 3)
    }

    @Test func aLastCommitThatSeemedToFailCounts() async throws {
        let store = FaultyStore(MemoryStore(), [2: .after, 3: .after])
        let sandbox = try sandbox(store, ["Yes.", "No."])
        let session = try await sandbox.session()
        #expect(try await session.turn("Go").run().message == "Yes.")
        #expect(try await session.turn("Go").run().message == "No.")
        #expect(try await store.load("s")?.history.count == 4)
    }

    @Test func aTurnIsKeptOnceUnderItsID() async throws {
        let sandbox = try Box(["Yes."])
        let session = try await sandbox.session()
        _ = try await session.turn("Go").id("mine").run()
        await #expect(throws: SessionError.repeatedTurn(session: "s", turn: "mine")) {
            try await session.turn("Go").id("mine").run()
        }
    }

    @Test func twoCannotRunOneSession() async throws {
        // However slow the machine is, the lease of the first one does not expire.
        let store = MemoryStore(clock: ManualClock(now: 0))
        let door = Door()
        let tools = try TestTools("wait") { _ in
            await door.wait()
            return .value(1)
        }
        let first = try Box([Box.block("finish await tools.wait({})?")]) { core in
            core.store = store
            core.tools = [tools]
        }
        let second = try sandbox(store, ["Hi."])
        let session = try await first.session()
        let other = try await second.session()
        let log = EventLog { event in
            guard case .toolCallStarted = event else { return }
            await #expect(throws: SessionError.busy(session: "s")) { try await other.turn("Me too").run() }
            door.open()
        }
        #expect(try await session.turn("Go").stream(to: log).value == 1)
        // What the other one knew is old by now, and it says so instead of overwriting.
        await #expect(throws: SessionError.self) { try await other.turn("Me too").run() }
        #expect(try await other.turn("Again").run().message == "Hi.")
        #expect(try await store.load("s")?.head.turnCount == 2)
    }

    @Test func aLeaseThatHasExpiredCanBeTaken() async throws {
        let clock = ManualClock(now: 0)
        let store = MemoryStore(clock: clock)
        let lease = try await store.acquireLease("s", owner: "a", duration: .seconds(10))
        await #expect(throws: SessionError.busy(session: "s")) {
            try await store.acquireLease("s", owner: "b", duration: .seconds(10))
        }
        #expect(try await store.acquireLease("s", owner: "a", duration: .seconds(10)) == lease)
        clock.advance(by: .seconds(11))
        let taken = try await store.acquireLease("s", owner: "b", duration: .seconds(10))
        #expect(taken.token == 2)
        await #expect(throws: SessionError.leaseLost(session: "s")) {
            try await store.renew(lease, duration: .seconds(1))
        }
        let commit = SessionCommit(
            expectedRevision: 0,
            head: SessionHead(id: "s"),
            historyCount: 0,
            appended: [],
            lease: lease
        )
        await #expect(throws: SessionError.leaseLost(session: "s")) { try await store.commit(commit) }
        await store.release(lease)
        await #expect(throws: SessionError.busy(session: "s")) {
            try await store.acquireLease("s", owner: "c", duration: .seconds(10))
        }
        await store.release(taken)
        #expect(try await store.acquireLease("s", owner: "c", duration: .seconds(10)).token == 3)
    }

    @Test func aCommitKnowsWhatItChanges() async throws {
        let store = MemoryStore()
        let entry = StoredEntry(frame: 0, entry: .message(HistoryMessage(id: "m", role: .user, content: "Hi")))
        var commit = SessionCommit(
            expectedRevision: 0,
            head: SessionHead(id: "s"),
            historyCount: 0,
            appended: [entry],
            finishedTurn: "t"
        )
        #expect(try await store.commit(commit) == 1)
        // The same turn again changes nothing.
        #expect(try await store.commit(commit) == 1)
        commit.finishedTurn = "u"
        await #expect(throws: SessionError.conflict(session: "s", expected: 0, actual: 1)) {
            try await store.commit(commit)
        }
        #expect(try await store.load("s")?.history == [entry])
        try await store.delete("s")
        #expect(try await store.load("s") == nil)
    }

    @Test func framesHaveHistoriesOfTheirOwn() async throws {
        let tools = try TestTools("go_on", path: "control.go_on") { _ in
            var seed = Seed(variables: ["note": "n"])
            seed.projections = [.init(name: "docs", value: FinishedValue(["a": 1]))]
            return ToolResult(.success(.null), control: .switchFrame(FrameSwitch(task: "go on", seed: seed)))
        }
        let sandbox = try Box([
            Box.block("old = 1\nawait control.go_on({})?\nfinish 1"), Box.block("docs.a = 2"),
            Box.block("note = note + docs.a\nfinish [note, len(history)]"), Box.block("finish [note, docs.a]"),
        ]) { $0.tools = [tools] }
        let session = try await sandbox.session()
        let log = EventLog()
        let result = try await session.turn("Begin").stream(to: log)
        #expect(result.value == ["n1", 2] && result.turn == "s:turn:1" && result.modelCalls == 3)
        #expect(sandbox.conversation(1).map(\.text) == ["go on"])
        #expect(sandbox.conversation(2).last?.text.contains("`docs` is a read-only projected binding") == true)
        #expect(await session.variableValues == ["note": "n1"])
        #expect(log.types.contains("frame_switched"))
        #expect(await session.frame.task == "go on")
        // The seed is still there when the session is opened again.
        let again = try await sandbox.session()
        #expect(try await again.turn("More").run().value == ["n1", 1])
    }

    @Test func frameSwitchesHaveAnEnd() async throws {
        let tools = try TestTools("go_on", path: "control.go_on") { _ in
            ToolResult(.success(.null), control: .switchFrame(FrameSwitch(task: "again")))
        }
        let sandbox = try Box(Array(repeating: Box.block("await control.go_on({})"), count: 30)) { core in
            core.tools = [tools]
            core.maximumFrameSwitches = 3
        }
        let result = try await sandbox.session().turn("Begin").run()
        #expect(result.outcome == .stopped(.maxTurns) && result.modelCalls == 4)
        #expect(result.issues.map(\.code) == ["frame_switch_limit"])
    }

    @Test func usageIsSummedUp() async throws {
        let replies = [1, 2, 3].map { count in
            ScriptedReply(
                Reply.rendered(prose: "", code: "finish \(count)"),
                usage: ModelUsage(input: 10 * count, output: count)
            )
        }
        let sandbox = try Box(replies)
        let session = try await sandbox.session()
        for _ in 0..<3 { _ = try await session.turn("Go").run() }
        let usage = await session.usage
        #expect(usage.total == ModelUsage(input: 60, output: 6))
        #expect(usage.total(source: "turn") == usage.total && usage.total(model: "scripted") == usage.total)
        #expect(usage.total(source: "subagent").isZero)
    }
}
