import LashAgent
import Lashlang
import Testing

/// Calls of tools that somebody has to approve.
@Suite struct ApprovalTests {
    private typealias Box = AgentSandbox

    private struct Mail: Codable {
        var to: String
        var body: String?
    }

    /// Two tools: one that needs approval, and one that does not.
    private static func tools(_ journal: Sayings, traits: ToolTraits = ToolTraits(needsApproval: true)) throws
        -> Toolset
    {
        try Toolset { tools in
            try tools.add("send", "Sends mail.", callPath: "mail.send", traits: traits) { (mail: Mail) in
                journal.say("send \(mail.to)")
                return "sent to \(mail.to)"
            }
            try tools.add("look", "Looks.", callPath: "mail.look") { (mail: Mail) in
                journal.say("look \(mail.to)")
                return "saw \(mail.to)"
            }
        }
    }

    private static func suspended(
        _ code: String,
        _ journal: Sayings,
        more: [ScriptedReply] = [],
        traits: ToolTraits = ToolTraits(needsApproval: true),
        log: EventLog = EventLog()
    ) async throws -> (session: AgentSession, result: TurnResult, sandbox: Box) {
        let tools = try tools(journal, traits: traits)
        let sandbox = try Box([Box.block(code)] + more) { $0.tools = [tools] }
        let session = try await sandbox.session()
        return (session, try await session.turn("Go").stream(to: log), sandbox)
    }

    @Test func theTurnStandsStillWithTheExactArguments() async throws {
        let journal = Sayings()
        let log = EventLog()
        let (session, result, _) = try await Self.suspended(
            "x = 1\nprint \"before\"\nfinish await mail.send({to: \"ann\"})?",
            journal,
            log: log
        )
        let request = ApprovalRequest(id: "s:turn:1:0:1", tool: "send", callPath: "mail.send", arguments: ["to": "ann"])
        #expect(result.outcome == .suspended([request]))
        #expect(!result.isSuccess && result.text == "")
        #expect(await session.pendingApprovals == [request])
        #expect(await session.interruptedTurn == "s:turn:1")
        #expect(journal.count == 0)
        #expect(log.events.contains(.approvalRequested(request)))
        #expect(!log.types.contains("tool_call_started") && !log.types.contains("code_block_completed"))
        await #expect(throws: SessionError.openTurn(session: "s")) { _ = try await session.turn("More").run() }
    }

    @Test func yesMakesTheCall() async throws {
        let journal = Sayings()
        let (session, result, _) = try await Self.suspended(
            "x = 1\nprint \"before\"\nr = await mail.send({to: \"ann\"})?\nx = x + 1\nfinish [r, x]",
            journal
        )
        guard case .suspended(let requests, _) = result.outcome else { throw NotSuspended() }
        let log = EventLog()
        let end = try await session.resumeTurn([requests[0].id: .allow], to: log)
        #expect(end?.value == ["sent to ann", 2])
        #expect(journal.words == ["send ann"])
        #expect(log.types.filter { $0.hasPrefix("tool_call") } == ["tool_call_started", "tool_call_completed"])
        #expect(end?.calls.map(\.name) == ["send"])
        guard case .step(let step)? = await session.history.last else { throw NotSuspended() }
        #expect(step.output == ["before"])
        #expect(await session.variableValues == ["x": 2, "r": "sent to ann"])
        #expect(await session.pendingApprovals.isEmpty)
        #expect(try await session.resumeTurn() == nil)
    }

    private struct NotSuspended: Error {}

    @Test func noIsAFailureThatTheModelIsToldNotToRepeat() async throws {
        let journal = Sayings()
        let (session, result, sandbox) = try await Self.suspended(
            "await mail.send({to: \"ann\"})?",
            journal,
            more: ["I will not send it."]
        )
        guard case .suspended(let requests, _) = result.outcome else { throw NotSuspended() }
        let end = try await session.resumeTurn([requests[0].id: .deny(reason: "not today")])
        #expect(end?.message == "I will not send it.")
        #expect(journal.count == 0)
        #expect(sandbox.observation(1).contains("[POLICY]"))
        #expect(sandbox.observation(1).contains("call of `send` was denied: not today"))
    }

    @Test func aDenialIsDataWhereItIsNotUnwrapped() async throws {
        let journal = Sayings()
        let (session, result, _) = try await Self.suspended(
            "r = await mail.send({to: \"ann\"})\nfinish [r.ok, r.error.class, r.error.code, r.error.message]",
            journal
        )
        guard case .suspended(let requests, _) = result.outcome else { throw NotSuspended() }
        let end = try await session.resumeTurn([requests[0].id: .deny()])
        #expect(end?.value == [false, "permission_denied", "approval_denied", "call of `send` was denied"])
        #expect(end?.calls.map(\.status) == [.error])
    }

    @Test func argumentsCanBeEdited() async throws {
        let journal = Sayings()
        let (session, result, _) = try await Self.suspended("finish await mail.send({to: \"ann\"})?", journal)
        guard case .suspended(let requests, _) = result.outcome else { throw NotSuspended() }
        let id = requests[0].id
        await #expect(throws: ApprovalError.invalidArguments(call: id, problem: "to: required property missing")) {
            _ = try await session.resumeTurn([id: .edit([:])])
        }
        await #expect(throws: ApprovalError.unknownCall("nobody")) {
            _ = try await session.resumeTurn(["nobody": .allow])
        }
        #expect(await session.pendingApprovals == requests)
        let end = try await session.resumeTurn([id: .edit(["to": "bob"])])
        #expect(end?.value == "sent to bob")
        #expect(end?.calls.map(\.arguments) == [["to": "bob"]])
    }

    @Test func errorsSayWhatToDo() {
        #expect("\(ApprovalError.unknownCall("c"))" == "no call `c` waits for approval")
        #expect(
            "\(ApprovalError.invalidArguments(call: "c", problem: "to: expected string, got 1"))"
                == "the edited arguments of call `c` do not fit the tool: to: expected string, got 1"
        )
    }

    @Test func aFanOutKeepsWhatIsSettled() async throws {
        let journal = Sayings()
        let (session, result, _) = try await Self.suspended(
            "r = await [mail.look({to: \"a\"}), mail.send({to: \"b\"}), mail.look({to: \"c\"}), mail.send({to: \"d\"})]\n"
                + "finish [x.ok ? x.value : x.error.message for x in r]",
            journal
        )
        guard case .suspended(let requests, _) = result.outcome else { throw NotSuspended() }
        #expect(requests.map(\.arguments) == [["to": "b"], ["to": "d"]])
        #expect(journal.words.sorted() == ["look a", "look c"])
        // One after the other, in any order: what has been decided is not asked again.
        let half = try await session.resumeTurn([requests[1].id: .allow])
        #expect(half?.outcome == .suspended([requests[0]]))
        #expect(journal.words.last == "send d" && journal.count == 3)
        #expect(try await session.resumeTurn()?.outcome == .suspended([requests[0]]))
        let end = try await session.resumeTurn([requests[0].id: .deny(reason: "no")])
        #expect(end?.value == ["saw a", "call of `send` was denied: no", "saw c", "sent to d"])
        #expect(journal.count == 3)
        #expect(end?.calls.count == 4)
    }

    @Test func serialCallsWaitForThoseBeforeThem() async throws {
        let journal = Sayings()
        let (session, result, _) = try await Self.suspended(
            "r = await [mail.send({to: \"a\"})?, mail.send({to: \"b\"})?, mail.look({to: \"c\"})?]\nfinish r",
            journal,
            traits: ToolTraits(scheduling: .serial, needsApproval: true)
        )
        guard case .suspended(let requests, _) = result.outcome else { throw NotSuspended() }
        #expect(requests.map(\.arguments) == [["to": "a"]])
        guard case .suspended(let next, _)? = try await session.resumeTurn([requests[0].id: .allow])?.outcome else {
            throw NotSuspended()
        }
        #expect(next.map(\.arguments) == [["to": "b"]])
        let end = try await session.resumeTurn([next[0].id: .allow])
        #expect(end?.value == ["sent to a", "sent to b", "saw c"])
        #expect(journal.words == ["look c", "send a", "send b"])
    }

    @Test func aSuspendedTurnGoesOnElsewhere() async throws {
        let journal = Sayings()
        let (_, result, sandbox) = try await Self.suspended(
            "n = 40\nprint \"before\"\nr = await [mail.look({to: \"a\"})?, mail.send({to: \"b\"})?]\nn = n + len(r)\nfinish [r, n]",
            journal
        )
        guard case .suspended(let requests, _) = result.outcome else { throw NotSuspended() }
        // As JSON, into the store of another core.
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
        let tools = try Self.tools(elsewhere)
        let other = try Box(["Thanks."]) { core in
            core.tools = [tools]
            core.store = store
        }
        let session = try await other.session()
        #expect(await session.pendingApprovals == requests)
        let end = try await session.resumeTurn([requests[0].id: .allow])
        #expect(end?.value == [["saw a", "sent to b"], 42])
        #expect(elsewhere.words == ["send b"])
        #expect(try await session.turn("More").run().message == "Thanks.")
        #expect(await session.variableValues["n"] == 42)
    }

    @Test func aSuspendedTurnCanBeGivenUp() async throws {
        let journal = Sayings()
        let (session, _, _) = try await Self.suspended(
            "x = 1\nawait mail.send({to: \"ann\"})?",
            journal,
            more: ["Hello."]
        )
        try await session.abandonTurn()
        #expect(await session.pendingApprovals.isEmpty)
        #expect(await session.variableValues == ["x": 1])
        #expect(try await session.turn("Hi").run().message == "Hello.")
        #expect(journal.count == 0)
    }

    @Test func decisionsCanBeMadeWhileTheTurnWaits() async throws {
        let journal = Sayings()
        let tools = try Self.tools(journal)
        let code =
            "r = await [mail.send({to: \"a\"}), mail.send({to: \"b\"}), mail.send({to: \"c\"})]\n"
            + "finish [x.ok ? x.value : x.error.message for x in r]"
        let (result, _, _) = try await Box.run([Box.block(code)], tools) { core in
            core.approver = { request in
                switch request.arguments {
                case ["to": "a"]: .allow
                case ["to": "b"]: .deny(reason: "b is away")
                default: .edit(["to": "d"])
                }
            }
        }
        #expect(result.value == ["sent to a", "call of `send` was denied: b is away", "sent to d"])
    }

    @Test func anEditThatDoesNotFitIsAFailureWhereNobodyCanBeAskedAgain() async throws {
        let tools = try Self.tools(Sayings())
        let (result, _, _) = try await Box.run(
            [Box.block("r = await mail.send({to: \"a\"})\nfinish r.error.message")],
            tools
        ) { $0.approver = { _ in .edit(["to": 1]) } }
        #expect(result.value == "to: expected string, got 1")
    }

    @Test func aToolCanAskForApprovalOfSomeCalls() async throws {
        let journal = Sayings()
        let definition = try ToolDefinition(
            name: "pay",
            description: "Pays.",
            input: ["type": "object", "properties": ["cents": ["type": "integer"]], "required": ["cents"]]
        )
        let tools = try Toolset { tools in
            try tools.add(definition) { call in
                guard case .record(let fields) = call.arguments, case .number(let cents)? = fields["cents"] else {
                    return .done(.failure("no amount"))
                }
                // What the tool gets ready is kept while it waits.
                let payload: Value = ["rounded": .number((cents / 100).rounded())]
                if cents < 1_000 { return .ready(arguments: call.arguments, payload: payload) }
                return .needsApproval(arguments: call.arguments, payload: payload, reason: "more than ten euros")
            } execute: { call in
                journal.say(call.payload.text)
                return .value(call.payload)
            }
        }
        let sandbox = try Box([
            Box.block("a = await tools.pay({cents: 500})?\nb = await tools.pay({cents: 5000})?\nfinish [a, b]")
        ]) {
            $0.tools = [tools]
        }
        let session = try await sandbox.session()
        guard case .suspended(let requests, _) = try await session.turn("Go").run().outcome else {
            throw NotSuspended()
        }
        #expect(requests.map(\.reason) == ["more than ten euros"])
        let end = try await session.resumeTurn([requests[0].id: .allow])
        #expect(end?.value == [["rounded": 5], ["rounded": 50]])
    }

    @Test func decisionsAndRequestsAreJSON() throws {
        let decisions: [ApprovalDecision] = [.allow, .deny(), .deny(reason: "no"), .edit(["a": 1])]
        for decision in decisions {
            let value = try ValueEncoder().encode(decision)
            #expect(try ValueDecoder().decode(ApprovalDecision.self, from: value) == decision)
        }
        let outcome = TurnOutcome.suspended([
            ApprovalRequest(id: "c", tool: "t", callPath: "tools.t", arguments: [:], reason: "why")
        ])
        let value = try ValueEncoder().encode(outcome)
        #expect(try ValueDecoder().decode(TurnOutcome.self, from: value) == outcome)
        #expect(
            try value.json()
                == #"{"kind":"suspended","approvals":[{"call_id":"c","tool":"t","call_path":"tools.t","args":{},"reason":"why"}]}"#
        )
    }

    @Test func theEventIsJSON() throws {
        let request = ApprovalRequest(id: "c", tool: "t", callPath: "tools.t", arguments: ["a": 1])
        let activity = TurnActivity(id: 1, correlationID: "c", event: .approvalRequested(request))
        #expect(
            try activity.json.json()
                == #"{"id":1,"correlation_id":"c","type":"approval_requested","call_id":"c","name":"t","call_path":"tools.t","args":{"a":1}}"#
        )
    }

    @Test func aChangedProgramMeaningIsAnErrorOfTheBlock() async throws {
        let journal = Sayings()
        let (_, _, sandbox) = try await Self.suspended("finish await mail.send({to: \"b\"})?", journal)
        // The tool is gone.
        let other = try Box(["So be it."]) { $0.store = sandbox.core.configuration.store }
        let session = try await other.session()
        let id = try #require(await session.pendingApprovals.first?.id)
        let end = try await session.resumeTurn([id: .allow])
        #expect(end?.message == "So be it.")
        #expect(other.observation(0).contains("the block could not go on: "))
    }
}
