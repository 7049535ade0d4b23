import GRDB
import LashAgent
import LashStore
import Lashlang
import Testing

@Suite struct SQLiteStoreTests {
    private let folder = Folder()
    private let clock = ManualClock(now: 1000)

    private func store() throws -> SQLiteStore { try SQLiteStore(path: folder.file("a.db"), clock: clock) }

    private func entry(_ text: String) -> StoredEntry {
        StoredEntry(frame: 0, entry: .message(HistoryMessage(id: text, role: .user, content: text)))
    }

    private func head(_ id: String = "s") -> SessionHead {
        var head = SessionHead(id: id)
        head.variables = Base64Bytes([1, 2, 3])
        head.plugins = [
            PluginSnapshot(id: "b", version: "1", revision: 2, state: FinishedValue(["x": 1])),
            PluginSnapshot(id: "a", version: "2", revision: 0, state: nil),
        ]
        head.usage.add(
            ModelUsage(input: 1, output: 2, cacheRead: 3, cacheWrite: 4, reasoning: 5),
            source: "turn",
            model: "m"
        )
        head.usage.add(ModelUsage(output: 1), source: "observer", model: "m")
        head.queue = [QueuedInput(id: "q", text: "later", moment: .nextTurn)]
        head.extensions = ["plan": ["step", 1]]
        return head
    }

    private func commit(_ revision: Int, _ head: SessionHead, at count: Int = 0, _ entries: StoredEntry...)
        -> SessionCommit
    {
        SessionCommit(expectedRevision: revision, head: head, historyCount: count, appended: entries)
    }

    @Test func whatWasCommittedIsThereInAnotherProcess() async throws {
        #expect(try await store().load("s") == nil)
        let first = try store()
        #expect(try await first.commit(commit(0, head(), at: 0, entry("a"), entry("b"))) == 1)
        var changed = head()
        changed.turnCount = 1
        changed.plugins.removeFirst()
        changed.variables = Base64Bytes()
        #expect(try await first.commit(commit(1, changed, at: 2, entry("c"))) == 2)
        try first.close()
        var expected = SessionRecord(head: changed, history: [entry("a"), entry("b"), entry("c")])
        expected.head.revision = 2
        #expect(try await store().load("s") == expected)
    }

    @Test func aCommitOnAnotherRevisionChangesNothing() async throws {
        let store = try store()
        _ = try await store.commit(commit(0, head(), at: 0, entry("a")))
        let before = try await store.load("s")
        let error = await #expect(throws: SessionError.self) {
            try await store.commit(commit(0, head(), at: 0, entry("b")))
        }
        #expect(error == .conflict(session: "s", expected: 0, actual: 1))
        await #expect(throws: SessionError.conflict(session: "s", expected: 1, actual: 1)) {
            try await store.commit(commit(1, head(), at: 7, entry("b")))
        }
        #expect(try await store.load("s") == before)
    }

    @Test func aTurnIsCommittedOnce() async throws {
        let store = try store()
        var end = commit(0, head(), at: 0, entry("a"))
        end.finishedTurn = "s:turn:1"
        #expect(try await store.commit(end) == 1)
        #expect(try await store.commit(end) == 1)
        let record = try await store.load("s")
        #expect(record?.history.count == 1)
        #expect(record?.head.lastTurn == "s:turn:1")
    }

    @Test func aLeaseKeepsOthersAway() async throws {
        let (mine, other) = (try store(), try store())
        let lease = try await mine.acquireLease("s", owner: "me", duration: .seconds(30))
        #expect(lease == SessionLease(session: "s", owner: "me", token: 1, expires: 31_000))
        await #expect(throws: SessionError.busy(session: "s")) {
            try await other.acquireLease("s", owner: "you", duration: .seconds(30))
        }
        #expect(try await mine.acquireLease("s", owner: "me", duration: .seconds(30)).token == 1)
        await mine.release(lease)
        #expect(try await other.acquireLease("s", owner: "you", duration: .seconds(30)).token == 2)
    }

    @Test func aLeaseExpiresUnlessItIsRenewed() async throws {
        let store = try store()
        let lease = try await store.acquireLease("s", owner: "me", duration: .seconds(30))
        clock.advance(by: .seconds(29))
        #expect(try await store.renew(lease, duration: .seconds(30)).expires == 60_000)
        clock.advance(by: .seconds(29))
        await #expect(throws: SessionError.busy(session: "s")) {
            try await store.acquireLease("s", owner: "you", duration: .seconds(1))
        }
        clock.advance(by: .seconds(1))
        let taken = try await store.acquireLease("s", owner: "you", duration: .seconds(30))
        await #expect(throws: SessionError.leaseLost(session: "s")) {
            try await store.renew(lease, duration: .seconds(30))
        }
        var late = commit(0, head(), at: 0, entry("a"))
        late.lease = lease
        await #expect(throws: SessionError.leaseLost(session: "s")) { try await store.commit(late) }
        #expect(try await store.load("s") == nil)
        // Giving back what was lost takes nothing from the one who has it.
        await store.release(lease)
        late.lease = taken
        #expect(try await store.commit(late) == 1)
    }

    @Test func aLeaseOfAProcessThatIsGoneIsFree() async throws {
        let store = try store()
        let lease = try await store.acquireLease("s", owner: "me", duration: .seconds(30))
        let gone = spawned("/bin/true")
        try await DatabaseQueue(path: folder.file("a.db")).write { database in
            try database.execute(sql: "UPDATE lease SET process = ?", arguments: [gone])
        }
        let taken = try await store.acquireLease("s", owner: "you", duration: .seconds(30))
        #expect(taken.token == lease.token + 1)
        try await DatabaseQueue(path: folder.file("a.db")).write { database in
            try database.execute(sql: "UPDATE lease SET process = ?, machine = 'another'", arguments: [gone])
        }
        await #expect(throws: SessionError.busy(session: "s")) {
            try await store.acquireLease("s", owner: "me", duration: .seconds(30))
        }
    }

    @Test func sessionsAreListedAndForgotten() async throws {
        let store = try store()
        _ = try await store.commit(commit(0, head("a"), at: 0, entry("x")))
        clock.advance(by: .seconds(1))
        var open = head("b")
        open.turnCount = 3
        _ = try await store.commit(commit(0, open))
        let listed = [
            SessionSummary(id: "b", revision: 1, turnCount: 3, updated: 2000, hasOpenTurn: false),
            SessionSummary(id: "a", revision: 1, turnCount: 0, updated: 1000, hasOpenTurn: false),
        ]
        #expect(try await store.sessions() == listed)
        try await store.delete("a")
        try await store.delete("nobody")
        #expect(try await store.sessions() == [listed[0]])
        #expect(try await store.load("a") == nil)
        let rows = try await DatabaseQueue(path: folder.file("a.db")).read { database in
            try Int.fetchOne(database, sql: "SELECT count(*) FROM history")
        }
        #expect(rows == 0)
    }

    @Test func aFileThatIsNoStoreIsRefused() throws {
        folder.write(String(repeating: "no database ", count: 100), to: "text.db")
        #expect(refusal("text.db") == "it is no SQLite database")
        try DatabaseQueue(path: folder.file("other.db")).write { try $0.execute(sql: "CREATE TABLE t(x)") }
        #expect(refusal("other.db") == "it is the database of another program")
        #expect(refusal("nowhere/a.db") == "it cannot be opened; its folder has to be there")
        _ = try store()
        try DatabaseQueue(path: folder.file("a.db")).write { database in
            try database.execute(sql: "INSERT INTO grdb_migrations VALUES ('999')")
        }
        #expect(refusal("a.db") == "a newer version of lash has written it")
    }

    private func refusal(_ name: String) -> String? {
        let error = #expect(throws: StoreError.self) { try SQLiteStore(path: folder.file(name)) }
        #expect(error?.description == "cannot use the store \(folder.file(name)): \(error?.message ?? "")")
        return error?.message
    }

    @Test(arguments: [
        (
            "UPDATE session SET head = '{'",
            "session `s` cannot be read: JSONParseError(message: \"EOF while parsing an object at line 1 column 1\")"
        ),
        ("DELETE FROM history WHERE position = 0", "session `s` cannot be read: its history has gaps"),
        (
            "UPDATE session SET head = json_set(head, '$.schema_version', 9)",
            "session schema_version 9 is not supported by this version (expected 1)"
        ),
    ])
    func aDamagedSessionIsAnError(sql: String, message: String) async throws {
        let store = try store()
        _ = try await store.commit(commit(0, head(), at: 0, entry("a"), entry("b")))
        try await DatabaseQueue(path: folder.file("a.db")).write { try $0.execute(sql: sql) }
        do {
            _ = try await store.load("s")
            Issue.record("no error")
        } catch { #expect("\(error)" == message) }
    }
}

@Suite struct StoredTurnTests {
    private let folder = Folder()
    private let limits: ModelLimits

    init() throws { limits = try ModelLimits(contextWindow: 100_000) }

    private func core(_ store: any SessionStore, _ replies: [ScriptedReply]) -> AgentCore {
        AgentCore(model: ScriptedModel(replies), limits: limits) { $0.store = store }
    }

    private func block(_ code: String) -> ScriptedReply {
        ScriptedReply("Well.\n<lashlang>\n\(code)\n</lashlang>", usage: ModelUsage(input: 100, output: 10))
    }

    @Test func aSessionGoesOnAfterItsStoreWasOpenedAgain() async throws {
        let path = folder.file("a.db")
        let first = try await core(SQLiteStore(path: path), [block("n = 1\nprint n"), block("finish {n: n}")])
            .session("s").open()
        #expect(try await first.turn("One").run().value == ["n": 1])
        let again = try await core(SQLiteStore(path: path), [block("n = n + 1\nfinish [n, history[0].content]")])
            .session("s").open()
        #expect(await again.history == first.history)
        #expect(try await again.turn("Two").run().value == [2, "One"])
        #expect(await again.usage.total == ModelUsage(input: 300, output: 30))
    }

    /// A turn that is suspended in one process and goes on in another; what each of them writes is there when it stops.
    @Test func theTraceOfASuspendedTurnIsKeptInBothParts() async throws {
        struct Mail: Codable { var to: String }
        let path = folder.file("a.db")
        let tools = try Toolset { tools in
            try tools.add("send", "Sends.", traits: ToolTraits(needsApproval: true)) { (mail: Mail) in "sent \(mail.to)"
            }
        }
        func session(_ replies: [ScriptedReply]) async throws -> AgentSession {
            let store = try SQLiteStore(path: path)
            var configuration = core(store, replies).configuration
            configuration.tools = [tools]
            configuration.trace = store.trace
            return try await AgentCore(configuration).session("s").open()
        }
        let first = try await session([block("x = await tools.send({to: \"ann\"})?\nprint x")])
        guard case .suspended(let requests, _) = try await first.turn("Go").run().outcome else {
            Issue.record("the turn is not suspended")
            return
        }
        let half = try await SQLiteStore(path: path).traces(of: "s")
        #expect(half.last?.kind == .turnSuspended)
        #expect(try await session(["Done."]).resumeTurn([requests[0].id: .allow])?.message == "Done.")
        let records = try await SQLiteStore(path: path).traces(of: "s")
        #expect(records[half.count].kind == .turnResumed && records.last?.kind == .turnCompleted)
        let replay = try TraceReplay(records)
        #expect(replay.turnCount == 1)
        #expect(try await replay.run(AgentConfiguration(model: ScriptedModel([]), limits: limits)) == [])
    }

    @Test func bothStoresKeepTheSame() async throws {
        let replies = [
            block("x = [1, {a: \"ä🙂\"}]"), block("print history[0].content\ny = x"), block("finish y"), "Done.",
        ]
        let (memory, file) = (MemoryStore(), try SQLiteStore(path: folder.file("a.db")))
        for store in [memory, file] as [any SessionStore] {
            let session = try await core(store, replies).session("s").open()
            _ = try await session.turn("One").run()
            _ = try await session.turn("Two").run()
        }
        #expect(try await memory.load("s") == file.load("s"))
    }

    @Test func aSessionRunsInOneProcessAtATime() async throws {
        let path = folder.file("a.db")
        let slow = ScriptedReply("Slow", fault: .silence(afterPieces: 1))
        let first = try await core(SQLiteStore(path: path), [slow]).session("s").open()
        let turn = first.turn("One").stream()
        for await activity in turn {
            if case .prose = activity.event { break }
        }
        let second = try await core(SQLiteStore(path: path), ["Fast"]).session("s").open()
        let error = await #expect(throws: SessionError.self) { try await second.turn("Two").run() }
        #expect(error == .busy(session: "s") || error == .openTurn(session: "s"))
        turn.cancel()
        _ = try await turn.result
    }
}
