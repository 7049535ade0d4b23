import LashAgent
import LashTestSupport
import Lashlang
import Testing

/// Tools whose results come later.
@Suite struct CompletionTests {
    private typealias Box = AgentSandbox

    private struct Item: Codable { var name: String }
    private struct NotSuspended: Error {}

    /// `jobs.run` says that its result comes later, and `jobs.look` answers at once.
    private static func tools(
        _ journal: Sayings,
        traits: ToolTraits = ToolTraits(),
        within limit: Duration? = nil,
        orElse lateness: ToolResult.Lateness = .failure,
        onKey: @escaping @Sendable (String) async -> Void = { _ in }
    ) throws -> Toolset {
        try Toolset { tools in
            try tools.add("run", "Runs.", callPath: "jobs.run", traits: traits) { (item: Item, call: ToolCall) in
                journal.say("run \(item.name)")
                await onKey(call.completionKey())
                return .pending(within: limit, orElse: lateness)
            }
            try tools.whenWithdrawn("run") { journal.say("withdrawn \($0.key)") }
            try tools.add("look", "Looks.", callPath: "jobs.look") { (item: Item) in
                journal.say("look \(item.name)")
                return "saw \(item.name)"
            }
        }
    }

    private static func suspended(
        _ code: String,
        _ tools: Toolset,
        more: [ScriptedReply] = [],
        log: EventLog = EventLog(),
        _ configure: (inout AgentConfiguration) -> Void = { _ in }
    ) async throws -> (session: AgentSession, waiting: [PendingCompletion], sandbox: Box) {
        let sandbox = try Box([Box.block(code)] + more) { core in
            core.tools = [tools]
            configure(&core)
        }
        let session = try await sandbox.session()
        let result = try await session.turn("Go").stream(to: log)
        guard case .suspended(let approvals, let waiting) = result.outcome, approvals.isEmpty else {
            throw NotSuspended()
        }
        return (session, waiting, sandbox)
    }

    @Test func theTurnStandsStillUntilTheResultComes() async throws {
        let (journal, log) = (Sayings(), EventLog())
        let (session, waiting, _) = try await Self.suspended(
            "x = 1\nprint \"before\"\nr = await jobs.run({name: \"a\"})?\nx = x + 1\nfinish [r, x]",
            try Self.tools(journal),
            log: log
        )
        #expect(waiting.map(\.call) == ["s:turn:1:0:1"] && waiting.map(\.tool) == ["run"])
        #expect(await session.pendingCompletions == waiting)
        #expect(await session.pendingApprovals.isEmpty)
        #expect(log.events.contains(.toolCallPending(waiting[0])))
        #expect(log.types.filter { $0.hasPrefix("tool_call") } == ["tool_call_started", "tool_call_pending"])
        // Nothing has come: it goes on waiting.
        #expect(try await session.resumeTurn()?.outcome == .suspended([], completions: waiting))
        try await session.complete(waiting[0].key, with: ["rows": 3])
        #expect(await session.pendingCompletions.isEmpty)
        let end = EventLog()
        let result = try await session.resumeTurn(to: end)
        #expect(result?.value == [["rows": 3], 2])
        // The tool was called once, and there is one end to the one beginning.
        #expect(journal.words == ["run a"])
        #expect(end.types.filter { $0.hasPrefix("tool_call") } == ["tool_call_completed"])
        #expect(result?.calls.map(\.output) == [["rows": 3]])
        guard case .step(let step)? = await session.history.last else { throw NotSuspended() }
        #expect(step.output == ["before"])
    }

    @Test func aFanOutKeepsWhatHasCome() async throws {
        let journal = Sayings()
        let (session, waiting, _) = try await Self.suspended(
            "r = await [jobs.look({name: \"a\"}), jobs.run({name: \"b\"}), jobs.run({name: \"c\"}), jobs.run({name: \"d\"})]\n"
                + "finish [x.ok ? x.value : x.error.message for x in r]",
            try Self.tools(journal)
        )
        #expect(waiting.count == 3 && Set(waiting.map(\.key)).count == 3)
        try await session.complete(waiting[2].key, with: "D")
        #expect(try await session.resumeTurn()?.outcome == .suspended([], completions: [waiting[0], waiting[1]]))
        try await session.fail(waiting[0].key, with: CallFailure(class: "external", code: "job", message: "b is lost"))
        try await session.complete(waiting[1].key, with: .null)
        let end = try await session.resumeTurn()
        #expect(end?.value == ["saw a", "b is lost", .null, "D"])
        #expect(end?.calls.map(\.status).filter { $0 == .error }.count == 1)
        #expect(journal.words.sorted() == ["look a", "run b", "run c", "run d"])
    }

    @Test func aFailureThatCameLaterIsWhatItIs() async throws {
        let (session, waiting, _) = try await Self.suspended(
            "r = await jobs.run({name: \"a\"})\nfinish [r.ok, r.error.class, r.error.code, r.error.message, r.error.job]",
            try Self.tools(Sayings())
        )
        let failure = CallFailure(class: "external", code: "lost", message: "gone", more: ["job": 7])
        try await session.fail(waiting[0].key, with: failure)
        #expect(try await session.resumeTurn()?.value == [false, "external", "lost", "gone", 7])
    }

    @Test func aResultIsGivenOnceAndToACallThatWaits() async throws {
        let (session, waiting, _) = try await Self.suspended(
            "finish await [jobs.run({name: \"a\"})?, jobs.run({name: \"b\"})?]",
            try Self.tools(Sayings()),
            more: ["Hello."]
        )
        let (first, second) = (waiting[0].key, waiting[1].key)
        await #expect(throws: CompletionError.unknownKey("nobody")) {
            try await session.complete("nobody", with: 1)
        }
        try await session.complete(first, with: 1)
        await #expect(throws: CompletionError.alreadyCompleted(first)) { try await session.complete(first, with: 2) }
        _ = try await session.resumeTurn()
        await #expect(throws: CompletionError.alreadyCompleted(first)) {
            try await session.fail(first, with: CallFailure("no"))
        }
        try await session.complete(second, with: 2)
        #expect(try await session.resumeTurn()?.value == [1, 2])
        await #expect(throws: CompletionError.alreadyCompleted(second)) { try await session.complete(second, with: 3) }
        _ = try await session.turn("More").run()
        await #expect(throws: CompletionError.unknownKey(second)) { try await session.complete(second, with: 3) }
    }

    @Test func errorsSayWhatHappened() {
        #expect(
            "\(CompletionError.unknownKey("k"))"
                == "no call waits for the completion key `k`: there was none, or its turn is over"
        )
        #expect(
            "\(CompletionError.alreadyCompleted("k"))" == "the call of the completion key `k` has its result already"
        )
    }

    @Test func theTurnGoesOnElsewhere() async throws {
        let (_, waiting, sandbox) = try await Self.suspended(
            "n = 40\nr = await [jobs.look({name: \"a\"})?, jobs.run({name: \"b\"})?]\nfinish [r, n + len(r)]",
            try Self.tools(Sayings())
        )
        let record = try #require(try await sandbox.core.configuration.store.load("s"))
        let text = try ValueEncoder().encode(record).json()
        let read = try ValueDecoder().decode(SessionRecord.self, from: Value(json: text))
        #expect(read == record)
        let store = MemoryStore()
        var head = read.head
        head.revision = 0
        _ = try await store.commit(
            SessionCommit(expectedRevision: 0, head: head, historyCount: 0, appended: read.history)
        )
        let elsewhere = Sayings()
        func open() async throws -> AgentSession {
            let tools = try Self.tools(elsewhere)
            return try await Box([]) { core in
                core.tools = [tools]
                core.store = store
            }.session()
        }
        let session = try await open()
        #expect(await session.pendingCompletions == waiting)
        try await session.complete(waiting[0].key, with: "B")
        // What was given is kept, even if this process ends now.
        let last = try await open()
        await #expect(throws: CompletionError.alreadyCompleted(waiting[0].key)) {
            try await last.complete(waiting[0].key, with: "C")
        }
        #expect(try await last.resumeTurn()?.value == [["saw a", "B"], 42])
        #expect(elsewhere.count == 0)
    }

    @Test func theTurnCanWaitForTheResult() async throws {
        let keys = Sayings()
        let tools = try Self.tools(Sayings()) { keys.say($0) }
        let sandbox = try Box([Box.block("finish await jobs.run({name: \"a\"})?")]) { core in
            core.tools = [tools]
            core.completionWait = nil
        }
        let session = try await sandbox.session()
        let log = EventLog { event in
            guard case .toolCallPending(let completion) = event else { return }
            #expect(keys.words == [completion.key])
            try? await session.complete(completion.key, with: "A")
        }
        #expect(try await session.turn("Go").stream(to: log).value == "A")
        #expect(
            log.types.filter { $0.hasPrefix("tool_call") }
                == ["tool_call_started", "tool_call_pending", "tool_call_completed"]
        )
    }

    @Test func aResultMayComeBeforeTheToolHasAnswered() async throws {
        let keys = Sayings()
        let given = Door()
        let tools = try Self.tools(Sayings()) { key in
            keys.say(key)
            await given.wait()
        }
        let session = try await Box([Box.block("finish await jobs.run({name: \"a\"})?")]) { $0.tools = [tools] }
            .session()
        let turn = Task { try await session.turn("Go").run() }
        #expect(await eventually { keys.count != 0 })
        try await session.complete(keys.words[0], with: "early")
        given.open()
        #expect(try await turn.value.value == "early")
    }

    @Test func aTurnThatGoesOnCanWaitToo() async throws {
        let store = MemoryStore()
        let (first, waiting, _) = try await Self.suspended(
            "finish await [jobs.run({name: \"a\"})?, jobs.run({name: \"b\"})?]",
            try Self.tools(Sayings())
        ) { $0.store = store }
        try await first.complete(waiting[0].key, with: "A")
        let tools = try Self.tools(Sayings())
        let session = try await Box([]) { core in
            core.tools = [tools]
            core.store = store
            core.completionWait = nil
        }.session()
        let log = EventLog { event in
            guard case .toolCallCompleted = event else { return }
            // An error is there at once, and so is a result, although the turn is under way.
            await #expect(throws: CompletionError.unknownKey("nobody")) {
                try await session.complete("nobody", with: 1)
            }
            try? await session.complete(waiting[1].key, with: "B")
        }
        #expect(try await session.resumeTurn(to: log)?.value == ["A", "B"])
        await #expect(throws: CompletionError.alreadyCompleted(waiting[1].key)) {
            try await session.complete(waiting[1].key, with: 1)
        }
    }

    @Test func cancellingEndsTheWait() async throws {
        let tools = try Self.tools(Sayings())
        let session = try await Box([Box.block("finish await jobs.run({name: \"a\"})?"), "Hello."]) { core in
            core.tools = [tools]
            core.completionWait = nil
        }.session()
        let keys = Sayings()
        let log = EventLog { event in
            guard case .toolCallPending(let completion) = event else { return }
            keys.say(completion.key)
            session.cancelRunningTurns()
        }
        let result = try await session.turn("Go").stream(to: log)
        #expect(result.outcome == .stopped(.cancelled))
        #expect(result.calls.map(\.status) == [.cancelled])
        await #expect(throws: CompletionError.unknownKey(keys.words[0])) {
            try await session.complete(keys.words[0], with: 1)
        }
        #expect(try await session.turn("Hi").run().message == "Hello.")
    }

    @Test func aSuspendedTurnCanBeGivenUp() async throws {
        let (session, waiting, _) = try await Self.suspended(
            "await jobs.run({name: \"a\"})?",
            try Self.tools(Sayings()),
            more: ["Hello."]
        )
        try await session.abandonTurn()
        await #expect(throws: CompletionError.unknownKey(waiting[0].key)) {
            try await session.complete(waiting[0].key, with: 1)
        }
        #expect(try await session.turn("Hi").run().message == "Hello.")
    }

    @Test func whatComesTooLateIsAFailure() async throws {
        let clock = ManualClock()
        let (session, waiting, _) = try await Self.suspended(
            "r = await jobs.run({name: \"a\"})\nfinish [r.error.code, r.error.class, r.error.message]",
            try Self.tools(Sayings(), within: .seconds(10))
        ) { $0.clock = clock }
        #expect(waiting.map(\.deadline) == [10_000])
        #expect(try await session.resumeTurn()?.outcome == .suspended([], completions: waiting))
        clock.advance(by: .seconds(10))
        #expect(
            try await session.resumeTurn()?.value
                == ["tool_completion_timeout", "timeout", "the result of `run` did not come in time"]
        )
    }

    @Test func aTurnThatWaitsWaitsNoLongerThanTheToolSays() async throws {
        let tools = try Self.tools(Sayings(), within: .zero)
        let (result, _, _) = try await Box.run(
            [Box.block("r = await jobs.run({name: \"a\"})\nfinish r.error.code")],
            tools
        ) { $0.completionWait = nil }
        #expect(result.value == "tool_completion_timeout")
    }

    @Test func whatComesTooLateCanEndTheTurn() async throws {
        let (clock, trace) = (ManualClock(), MemoryTrace())
        let (session, waiting, sandbox) = try await Self.suspended(
            "r = await jobs.run({name: \"a\"})\nfinish r.error.code",
            try Self.tools(Sayings(), within: .seconds(10), orElse: .failedTurn)
        ) {
            $0.clock = clock
            $0.trace = trace
        }
        #expect(waiting.map(\.failsTurn) == [true])
        clock.advance(by: .seconds(10))
        guard case .stopped(.toolError(tool: "run", let failure))? = try await session.resumeTurn()?.outcome,
            case .record(let fields) = failure
        else { throw NotSuspended() }
        #expect(fields["code"] == "tool_completion_timeout")
        #expect(try await TraceReplay(trace.records).run(sandbox.core.configuration).map(\.description) == [])
        // The same where the turn waits itself.
        let tools = try Self.tools(Sayings(), within: .zero, orElse: .failedTurn)
        let (result, _, _) = try await Box.run([Box.block("finish await jobs.run({name: \"a\"})?")], tools)
        #expect(result.outcome == .stopped(.toolError(tool: "run", failure)))
    }

    /// Until a tool has heard of it: nobody waits for that.
    private static func withdrawals(_ journal: Sayings) async -> [String] {
        func heard() -> [String] { journal.words.filter { $0.hasPrefix("withdrawn ") } }
        _ = await eventually { !heard().isEmpty }
        return heard()
    }

    @Test func aToolHearsThatNobodyWaitsAnyMore() async throws {
        let (code, clock) = ("await jobs.run({name: \"a\"})?", ManualClock())
        // The turn is given up.
        var journal = Sayings()
        var (session, waiting, _) = try await Self.suspended(code, try Self.tools(journal))
        try await session.abandonTurn()
        #expect(await Self.withdrawals(journal) == ["withdrawn \(waiting[0].key)"])
        // It is too late.
        journal = Sayings()
        (session, waiting, _) = try await Self.suspended(code, try Self.tools(journal, within: .seconds(1))) {
            $0.clock = clock
        }
        clock.advance(by: .seconds(1))
        _ = try await session.resumeTurn()
        #expect(await Self.withdrawals(journal) == ["withdrawn \(waiting[0].key)"])
        // The turn is cancelled while it waits.
        journal = Sayings()
        let tools = try Self.tools(journal)
        let other = try await Box([Box.block(code)]) { core in
            core.tools = [tools]
            core.completionWait = nil
        }.session()
        _ = try await other.turn("Go").stream(
            to: EventLog { if case .toolCallPending = $0 { other.cancelRunningTurns() } }
        )
        #expect(await Self.withdrawals(journal).count == 1)
        // A result that has come is not withdrawn.
        journal = Sayings()
        (session, waiting, _) = try await Self.suspended(code, try Self.tools(journal))
        try await session.complete(waiting[0].key, with: 1)
        try await session.abandonTurn()
        #expect(journal.words == ["run a"])
    }

    @Test func onlyAToolThatIsThereCanHearOfIt() {
        var tools = Toolset()
        #expect(throws: ToolCatalogError("there is no tool `run`")) { try tools.whenWithdrawn("run") { _ in } }
    }

    @Test func withoutAKeyNothingCanCome() async throws {
        let tools = try TestTools("run", path: "jobs.run") { _ in .pending() }
        let (result, _, _) = try await Box.run(
            [Box.block("r = await jobs.run({})\nfinish [r.error.code, r.error.message]")],
            tools
        )
        #expect(
            result.value == [
                "pending_tool_missing_completion_key",
                "tool `run` says that its result comes later, and has taken no completion key for it",
            ]
        )
    }

    @Test func aKeyIsOfNoUseWhereTheToolAnswersAtOnce() async throws {
        let keys = Sayings()
        let tools = try TestTools("run", path: "jobs.run") { call in
            keys.say(call.completionKey())
            keys.say(call.completionKey())
            return .value("now")
        }
        let session = try await Box([Box.block("finish await jobs.run({})?")]) { $0.tools = [tools] }.session()
        #expect(try await session.turn("Go").run().value == "now")
        #expect(keys.words[0] == keys.words[1])
        await #expect(throws: CompletionError.unknownKey(keys.words[0])) {
            try await session.complete(keys.words[0], with: 1)
        }
    }

    @Test func aResultThatIsTooLargeIsRefused() async throws {
        let (session, waiting, _) = try await Self.suspended(
            "r = await jobs.run({name: \"a\"})\nfinish r.error.code",
            try Self.tools(Sayings(), traits: ToolTraits(outputBytes: 10))
        )
        try await session.complete(waiting[0].key, with: .string(String(repeating: "x", count: 1_000)))
        #expect(try await session.resumeTurn()?.value == "tool_output_limit")
    }

    @Test func aCallCanWaitForApprovalAndThenForItsResult() async throws {
        let tools = try Self.tools(Sayings(), traits: ToolTraits(needsApproval: true))
        let session = try await Box([Box.block("finish await jobs.run({name: \"a\"})?")]) { $0.tools = [tools] }
            .session()
        guard case .suspended(let requests, let none) = try await session.turn("Go").run().outcome else {
            throw NotSuspended()
        }
        #expect(requests.count == 1 && none.isEmpty)
        guard case .suspended(let left, let waiting)? = try await session.resumeTurn([requests[0].id: .allow])?.outcome
        else { throw NotSuspended() }
        #expect(left.isEmpty && waiting.map(\.call) == [requests[0].id])
        try await session.complete(waiting[0].key, with: "A")
        #expect(try await session.resumeTurn()?.value == "A")
    }

    @Test func whatCannotBeKeptIsNotTaken() async throws {
        let (session, waiting, sandbox) = try await Self.suspended(
            "finish await jobs.run({name: \"a\"})?",
            try Self.tools(Sayings())
        )
        let other = try await sandbox.core.configuration.store.acquireLease("s", owner: "other", duration: .seconds(60))
        await #expect(throws: SessionError.busy(session: "s")) {
            try await session.complete(waiting[0].key, with: 1)
        }
        await sandbox.core.configuration.store.release(other)
        #expect(await session.pendingCompletions == waiting)
        try await session.complete(waiting[0].key, with: 2)
        #expect(try await session.resumeTurn()?.value == 2)
    }

    @Test func anAgentCannotWait() async throws {
        let tools = try Self.tools(Sayings())
        let (result, _, _) = try await Box.run(
            [
                Box.block("r = await agents.spawn({task: \"t\"})\nfinish [r.error.code, r.error.message]"),
                Box.block("finish await jobs.run({name: \"a\"})?"),
            ],
            tools
        ) { $0.plugins.append(Subagents(capabilities: [.peer])) }
        #expect(
            result.value == [
                "completion_unavailable",
                "the agent needs the result of `run`, which comes later, and cannot wait for it",
            ]
        )
    }

    @Test func theTurnIsReplayed() async throws {
        let trace = MemoryTrace()
        let (session, waiting, sandbox) = try await Self.suspended(
            "r = await [jobs.run({name: \"a\"}), jobs.run({name: \"b\"})]\nfinish [r[0].value, r[1].error.message]",
            try Self.tools(Sayings())
        ) { $0.trace = trace }
        try await session.complete(waiting[0].key, with: "A")
        _ = try await session.resumeTurn()
        try await session.fail(waiting[1].key, with: CallFailure(class: "external", code: "job", message: "no"))
        #expect(try await session.resumeTurn()?.value == ["A", "no"])
        let replay = try TraceReplay(trace.records)
        #expect(replay.turnCount == 1)
        #expect(try await replay.run(sandbox.core.configuration).map(\.description) == [])
    }

    @Test func eventAndOutcomeAreJSON() throws {
        let completion = PendingCompletion(key: "k", call: "c", tool: "t", deadline: 5)
        let outcome = TurnOutcome.suspended([], completions: [completion])
        let value = try ValueEncoder().encode(outcome)
        #expect(
            try value.json()
                == #"{"kind":"suspended","approvals":[],"completions":[{"completion_key":"k","call_id":"c","tool":"t","deadline":5}]}"#
        )
        #expect(try ValueDecoder().decode(TurnOutcome.self, from: value) == outcome)
        let strict = PendingCompletion(key: "k", call: "c", tool: "t", failsTurn: true)
        let strictValue = try ValueEncoder().encode(strict)
        #expect(try strictValue.json() == #"{"completion_key":"k","call_id":"c","tool":"t","fails_turn":true}"#)
        #expect(try ValueDecoder().decode(PendingCompletion.self, from: strictValue) == strict)
        let activity = TurnActivity(id: 1, correlationID: "c", event: .toolCallPending(completion))
        #expect(
            try activity.json.json()
                == #"{"id":1,"correlation_id":"c","type":"tool_call_pending","call_id":"c","name":"t","completion_key":"k","deadline":5}"#
        )
    }
}
