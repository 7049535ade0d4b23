import LashAgent
import Lashlang
import Testing

/// Turns that stood still, or whose process ended, in traces.
@Suite struct ResumedTraceTests {
    private typealias Box = AgentSandbox

    private static func tools(_ journal: Sayings) throws -> Toolset {
        struct Mail: Codable { var to: String }
        return try Toolset { tools in
            let careful = ToolTraits(needsApproval: true)
            try tools.add("send", "Sends mail.", callPath: "mail.send", traits: careful) { (mail: Mail) in
                journal.say("send \(mail.to)")
                return "sent to \(mail.to) as number \(journal.count)"
            }
            try tools.add("look", "Looks.", callPath: "mail.look") { (mail: Mail) in
                journal.say("look \(mail.to)")
                return "saw \(mail.to) as number \(journal.count)"
            }
        }
    }

    private static func box(
        _ replies: [ScriptedReply],
        _ trace: MemoryTrace,
        _ store: any SessionStore,
        _ journal: Sayings = Sayings(),
        _ configure: (inout AgentConfiguration) -> Void = { _ in }
    ) throws -> Box {
        let tools = try tools(journal)
        return try Box(replies) { core in
            core.tools = [tools]
            core.trace = trace
            core.store = store
            configure(&core)
        }
    }

    /// What differs in a replay without model and tools.
    private static func differences(_ trace: MemoryTrace) async throws -> [TraceReplay.Difference] {
        let lines = trace.records.map(\.line).joined()
        let replay = try TraceReplay(try TraceRecord.read(lines: lines))
        var configuration = AgentConfiguration(model: ScriptedModel([]), limits: try ModelLimits(contextWindow: 1))
        try replay.configure(&configuration)
        return try await replay.run(configuration)
    }

    private static let fanOut =
        "n = 40\nprint \"before\"\n"
        + "r = await [mail.look({to: \"a\"}), mail.send({to: \"b\"}), mail.send({to: \"c\"}), mail.send({to: \"d\"})]\n"
        + "print [x.ok ? x.value : x.error.message for x in r]"

    /// A turn that is suspended twice, and goes on each time in another core that has nothing but the store.
    @Test func aSuspendedTurnThatGoesOnElsewhereIsTracedToItsEnd() async throws {
        let (trace, store) = (MemoryTrace(), MemoryStore())
        let first = try await Self.box([Box.block(Self.fanOut)], trace, store).session()
        guard case .suspended(let requests, _) = try await first.turn("Go").run().outcome else {
            throw NotSuspended()
        }
        let second = try await Self.box([], trace, store).session()
        let half = try await second.resumeTurn([requests[1].id: .deny(reason: "no")])
        #expect(half?.outcome == .suspended([requests[0], requests[2]]))
        let third = try await Self.box([Box.block("finish n")], trace, store).session()
        let end = try await third.resumeTurn([requests[0].id: .allow, requests[2].id: .edit(["to": "e"])])
        #expect(end?.value == 40)

        let calls = ["tool_call_started", "tool_call_completed"]
        let kinds = trace.records.map(\.kind.rawValue)
        #expect(
            kinds.filter { !calls.contains($0) && $0 != "runtime_event" } == [
                "turn_started", "llm_call_started", "llm_call_completed", "exec_code_started", "turn_suspended",
                "turn_resumed", "turn_suspended", "turn_resumed", "exec_code_completed", "llm_call_started",
                "llm_call_completed", "exec_code_started", "exec_code_completed", "turn_completed",
            ]
        )
        #expect(kinds.filter { calls.contains($0) }.count == 8)
        #expect(Set(trace.records.map(\.turn)) == ["s:turn:1"])
        let decisions = trace.records.compactMap { record -> Value? in
            guard case .record(let event)? = record.fields["event"], event["type"] == "approval_decided" else {
                return nil
            }
            return event["decision"]
        }
        #expect(decisions.count == 3)
        #expect(decisions.contains(["kind": "deny", "reason": "no"]))
        #expect(try await Self.differences(trace) == [])
    }

    private struct NotSuspended: Error {}

    @Test func whatComesAfterAResumedTurnIsReplayedToo() async throws {
        let (trace, store) = (MemoryTrace(), MemoryStore())
        let code = "r = (await mail.send({to: \"b\"}))?"
        let session = try await Self.box([Box.block(code), "Sent.", Box.block("finish r")], trace, store).session()
        guard case .suspended(let requests, _) = try await session.turn("Go").run().outcome else {
            throw NotSuspended()
        }
        #expect(try await session.resumeTurn([requests[0].id: .allow])?.message == "Sent.")
        #expect(try await session.turn("And?").run().value == "sent to b as number 1")
        let replay = try TraceReplay(trace.records)
        #expect(replay.turnCount == 2)
        #expect(try await Self.differences(trace) == [])
    }

    @Test func decisionsWhileTheTurnWaitsAreReplayed() async throws {
        let (trace, store) = (MemoryTrace(), MemoryStore())
        let session = try await Self.box([Box.block(Self.fanOut), "Done."], trace, store) { core in
            core.approver = { request in
                switch request.arguments {
                case ["to": "b"]: .allow
                case ["to": "c"]: .deny(reason: "c is away")
                default: .edit(["to": "e"])
                }
            }
        }.session()
        #expect(try await session.turn("Go").run().message == "Done.")
        #expect(!trace.records.contains { $0.kind == .turnSuspended })
        #expect(try await Self.differences(trace) == [])
    }

    @Test func aReplayShowsAnotherEndOfASuspendedTurn() async throws {
        let (trace, store) = (MemoryTrace(), MemoryStore())
        let session = try await Self.box([Box.block("finish (await mail.send({to: \"b\"}))?")], trace, store).session()
        guard case .suspended(let requests, _) = try await session.turn("Go").run().outcome else {
            throw NotSuspended()
        }
        _ = try await session.resumeTurn([requests[0].id: .allow])
        var records = trace.records
        let place = try #require(records.firstIndex { $0.kind == .toolCallCompleted })
        records[place].fields["output"] = "lost"
        let differences = try await TraceReplay(records).run(
            AgentConfiguration(model: ScriptedModel([]), limits: try ModelLimits(contextWindow: 200_000))
        )
        #expect(differences.map(\.place).contains("outcome"))
    }

    @Test func aTurnThatIsStillSuspendedIsLeftOut() async throws {
        let (trace, store) = (MemoryTrace(), MemoryStore())
        let box = try Self.box([Box.block("x = 1"), "Fine.", Box.block("await mail.send({to: \"b\"})?")], trace, store)
        let session = try await box.session()
        _ = try await session.turn("One").run()
        _ = try await session.turn("Two").run()
        #expect(try TraceReplay(trace.records).turnCount == 1)
        #expect(try await Self.differences(trace) == [])
    }

    @Test func aSuspendedTurnThatIsGivenUpIsTracedAndReplayed() async throws {
        let (trace, store) = (MemoryTrace(), MemoryStore())
        let session = try await Self.box([Box.block(Self.fanOut), "Hello."], trace, store).session()
        _ = try await session.turn("Go").run()
        try await session.abandonTurn()
        #expect(try await session.turn("Hi").run().message == "Hello.")
        let first = trace.records.filter { $0.turn == "s:turn:1" }
        #expect(first.last?.fields["outcome"] == ["kind": "stopped", "reason": "cancelled"])
        #expect(first.contains { $0.kind == .turnResumed && $0.fields["abandoned"] == true })
        #expect(try TraceReplay(trace.records).turnCount == 2)
        #expect(try await Self.differences(trace) == [])
    }

    /// Keeps what it was given up to some commit, as if the process had been killed after it.
    private final class KilledStore: SessionStore {
        let base = MemoryStore()
        private let commits = Counter()
        private let last: Int

        init(last: Int) { self.last = last }

        struct Killed: Error {}

        func load(_ id: String) async throws -> SessionRecord? { try await base.load(id) }
        func commit(_ commit: SessionCommit) async throws -> Int {
            if commits.increment() > last { throw Killed() }
            return try await base.commit(commit)
        }
        func sessions() async throws -> [SessionSummary] { try await base.sessions() }
        func delete(_ id: String) async throws { try await base.delete(id) }
        func acquireLease(_ id: String, owner: String, duration: Duration) async throws -> SessionLease {
            try await base.acquireLease(id, owner: owner, duration: duration)
        }
        func renew(_ lease: SessionLease, duration: Duration) async throws -> SessionLease {
            try await base.renew(lease, duration: duration)
        }
        func release(_ lease: SessionLease) async { await base.release(lease) }
    }

    /// A process that ends after its first, second, … commit; the turn goes on in another one.
    @Test(arguments: 1...3, [false, true])
    func aTurnWhoseProcessEndedIsReplayedAsItWasKept(commits: Int, isAbandoned: Bool) async throws {
        let (trace, store) = (MemoryTrace(), KilledStore(last: commits))
        let blocks = [
            Box.block("a = (await mail.look({to: \"a\"}))?\nprint a"),
            Box.block("b = (await mail.look({to: \"b\"}))?\nprint b"), Box.block("finish [a, b]"),
        ]
        let session = try await Self.box(blocks, trace, store).session()
        await #expect(throws: KilledStore.Killed.self) { _ = try await session.turn("Go").run() }
        // What was in the middle is done again, by another model that does it otherwise.
        let rest = [
            Box.block("a = (await mail.look({to: \"c\"}))?\nprint a"), Box.block("b = 2\nprint b"),
            Box.block("finish [a, b]"),
        ]
        let other = try await Self.box(Array(rest[(commits - 1)...]) + ["Hm."], trace, store.base).session()
        if isAbandoned {
            try await other.abandonTurn()
        } else {
            #expect(try await other.resumeTurn()?.isSuccess == true)
        }
        let kinds = trace.records.map(\.kind)
        #expect(kinds.contains(.turnFailed) && kinds.contains(.turnResumed) && kinds.last == .turnCompleted)
        #expect(try TraceReplay(trace.records).turnCount == 1)
        #expect(try await Self.differences(trace) == [])
    }

    @Test func aTurnThatWasNeverKeptBeginsAgain() async throws {
        let (trace, store) = (MemoryTrace(), KilledStore(last: 0))
        let session = try await Self.box([], trace, store).session()
        await #expect(throws: KilledStore.Killed.self) { _ = try await session.turn("Go").run() }
        let other = try await Self.box(["Here."], trace, store.base).session()
        #expect(try await other.turn("Go").run().message == "Here.")
        #expect(try await Self.differences(trace) == [])
    }

    @Test func aRecordOfAResumptionThatMakesNoSenseIsRefused() async throws {
        let (trace, store) = (MemoryTrace(), MemoryStore())
        let session = try await Self.box([Box.block("await mail.send({to: \"b\"})?")], trace, store).session()
        _ = try await session.turn("Go").run()
        try await session.abandonTurn()
        var records = trace.records
        let place = try #require(records.firstIndex { $0.kind == .turnResumed })
        records[place].fields["model_calls"] = -1
        let error = #expect(throws: TraceError.self) { try TraceReplay(records) }
        #expect(error?.message == "record 1 of turn s:turn:1 makes no sense")
    }
}
