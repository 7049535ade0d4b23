import LashAgent
import Lashlang
import Testing

/// Agents that programs start.
@Suite struct SubagentTests {
    private typealias Box = AgentSandbox

    private static func sandbox(
        _ replies: [ScriptedReply],
        _ plugin: Subagents = Subagents(capabilities: [.peer]),
        _ configure: (inout AgentConfiguration) throws -> Void = { _ in }
    ) throws -> Box {
        try Box(replies) { core in
            core.plugins.append(plugin)
            try configure(&core)
        }
    }

    @Test func aChildHasItsTaskAndSeedAndGivesATypedValue() async throws {
        let usage = ModelUsage(input: 10, output: 1)
        let sandbox = try Self.sandbox([
            Box.block(
                "r = await agents.spawn({ task: \"Add.\", output: { sum: \"int\" }, seed: { xs: xs, more: 4 } })?\nfinish r.sum"
            ),
            ScriptedReply(Box.block("more = more + 1\nfinish { sum: \"no\" }").text, usage: usage),
            ScriptedReply(Box.block("finish { sum: sum(xs) + more }").text, usage: usage),
        ])
        let session = try await sandbox.session()
        var bindings = ProjectedBindings()
        try bindings.bind("xs", [1, 2])
        let log = EventLog()
        let result = try await session.turn(TurnInput.text("Go").project(bindings)).stream(to: log)
        #expect(result.value == 8)
        let child = sandbox.conversation(1).map(\.text)
        #expect(child.count == 1 && child[0].hasPrefix("Add.\n\n# Required output\n"))
        #expect(sandbox.tail(1).contains("=== REQUIRED OUTPUT ===\n\n{ sum: int }"))
        #expect(sandbox.system(1).contains("Your capability is `peer`, your depth 1/5."))
        #expect(sandbox.system(0).contains("#### agents.spawn(") && !sandbox.system(0).contains("task.fail"))
        #expect(sandbox.system(1).contains("#### task.fail("))
        // What the child took is counted apart.
        #expect(result.modelCalls == 1)
        #expect(result.childrenUsage.total(source: "subagent") == usage + usage)
        #expect(await session.usage.total == usage + usage)
        #expect(log.types.filter { $0 == "child_usage" }.count == 2)
        let kept = try await sandbox.core.configuration.store.load("s:turn:1:0:1:child")
        #expect(kept?.head.parent == "s" && kept?.head.depth == 1)
    }

    @Test func aChildCanGiveUp() async throws {
        let sandbox = try Self.sandbox([
            Box.block(
                "r = await agents.spawn({ task: \"t\" })\nprint r.error.message\nawait agents.spawn({ task: \"t\" })?"
            ),
            Box.block("await task.fail({ reason: \"boom\" })"), Box.block("await task.fail({ reason: \"boom\" })"),
            "Too bad.",
        ])
        let result = try await sandbox.session().turn("Go").run()
        #expect(result.message == "Too bad.")
        #expect(sandbox.observation(3).contains("the agent gave up: boom\n"))
        #expect(sandbox.observation(3).contains("`?` unwrapped failed module operation: the agent gave up: boom"))
    }

    @Test func aChildThatComesToNoEndIsAFailure() async throws {
        let sandbox = try Self.sandbox([
            Box.block("r = await agents.spawn({ task: \"t\" })\nfinish [r.error.code, r.error.message]"), "Prose.",
        ]) { $0.maximumCalls = 1 }
        #expect(
            try await sandbox.session().turn("Go").run().value == [
                "subagent_max_turns", "the agent stopped (max_turns)",
            ]
        )
    }

    @Test func aChildWhoseModelFailsSaysWhy() async throws {
        let sandbox = try Self.sandbox([
            Box.block("r = await agents.spawn({ task: \"t\" })\nfinish [r.error.code, r.error.message]"),
            .failure(ModelError(.quota, "no money left")),
        ])
        #expect(
            try await sandbox.session().turn("Go").run().value == [
                "subagent_provider_error", "the agent stopped (provider_error): LLM error: no money left",
            ]
        )
    }

    @Test func theDepthIsBounded() async throws {
        let spawn = Box.block("finish await agents.spawn({ task: \"deeper\" })?")
        let sandbox = try Self.sandbox(
            [spawn, spawn, spawn, Box.block("finish \"bottom\"")],
            Subagents(capabilities: [.peer], maximumDepth: 2)
        )
        let result = try await sandbox.session().turn("Go").run()
        // The third agent has nobody to start: its block does not link.
        #expect(result.value == "bottom")
        #expect(sandbox.system(1).contains("#### agents.spawn(") && !sandbox.system(2).contains("#### agents.spawn("))
        #expect(sandbox.observation(3).contains("agents"))
    }

    @Test func theBudgetIsShared() async throws {
        let spawn = Box.block("finish await agents.spawn({ task: \"deeper\" })?")
        let sandbox = try Self.sandbox(Array(repeating: spawn, count: 6)) {
            $0.turnBudget = TurnBudget.Limits(modelCalls: 3)
        }
        let result = try await sandbox.session().turn("Go").run()
        #expect(result.outcome == .stopped(.maxTurns))
        #expect(
            result.issues == [
                TurnIssue(
                    source: .runtime,
                    code: "turn_budget",
                    message: "the turn and the agents that it started have called models 3 times, and 3 are allowed"
                )
            ]
        )
        #expect(sandbox.model.requests.count == 3)
    }

    @Test func tokensCanBeBounded() async throws {
        let step = ScriptedReply(Box.block("x = 1").text, usage: ModelUsage(input: 600))
        let sandbox = try Box([step, step, step]) { $0.turnBudget = TurnBudget.Limits(modelCalls: nil, tokens: 1_000) }
        let result = try await sandbox.session().turn("Go").run()
        #expect(result.outcome == .stopped(.maxTurns) && result.modelCalls == 2)
        #expect(
            result.issues.map(\.message) == [
                "the turn and the agents that it started have taken 1200 tokens, and 1000 are allowed"
            ]
        )
    }

    @Test func whoOnlyExploresHasOnlyToolsThatLook() async throws {
        let tools = try Toolset { tools in
            try tools.add("look", "Looks.", traits: ToolTraits(isReadOnly: true)) { 1 }
            try tools.add("change", "Changes.") { 2 }
        }
        let sandbox = try Self.sandbox(
            [
                Box.block("finish await agents.spawn({ task: \"t\", capability: \"explore\" })?"),
                Box.block("finish await tools.change({})?"), Box.block("finish await tools.look({})?"),
            ],
            Subagents()
        ) { $0.tools = [tools] }
        #expect(try await sandbox.session().turn("Go").run().value == 1)
        #expect(sandbox.system(1).contains("tools.look") && !sandbox.system(1).contains("tools.change"))
        #expect(!sandbox.system(1).contains("#### agents.spawn(") && sandbox.system(1).contains("#### task.fail("))
    }

    @Test func aChildThatNeedsApprovalAsksTheApproverOrFails() async throws {
        let tools = try Toolset { tools in
            try tools.add("send", "Sends.", traits: ToolTraits(needsApproval: true)) { "sent" }
        }
        let code = Box.block(
            "r = await agents.spawn({ task: \"t\" })\nfinish r.ok ? r.value : [r.error.code, r.error.message]"
        )
        let child = Box.block("finish await tools.send({})?")
        let sandbox = try Self.sandbox([code, child]) { $0.tools = [tools] }
        #expect(
            try await sandbox.session().turn("Go").run().value == [
                "approval_unavailable", "the agent needs approval for `send`, which nobody can give while it runs",
            ]
        )
        let asked = try Self.sandbox([code, child]) { core in
            core.tools = [tools]
            core.approver = { _ in .allow }
        }
        #expect(try await asked.session().turn("Go").run().value == "sent")
    }

    @Test func cancellingTheTurnCancelsItsChildren() async throws {
        let begun = Meeting(of: 2)
        let tools = try Toolset { tools in
            try tools.add("wait", "Waits.") { () async throws -> Int in
                await begun.join()
                try await ManualClock().sleep(until: .infinity)
                return 1
            }
        }
        let sandbox = try Self.sandbox([
            Box.block("finish await agents.spawn({ task: \"t\" })?"), Box.block("finish await tools.wait({})?"),
        ]) { $0.tools = [tools] }
        let session = try await sandbox.session()
        async let turn = session.turn("Go").run()
        await begun.join()
        session.cancelRunningTurns()
        #expect(try await turn.outcome == .stopped(.cancelled))
    }

    @Test(arguments: [
        (#"capability: "x""#, "unknown capability `x`: expected one of explore, peer"),
        ("capability: 1", "field `capability` must be a string"),
        ("", "field `capability` is required when multiple capabilities are available: explore, peer"),
        (#"capability: "peer", output: 1"#, "invalid `output`: expected a record describing the typed shape"),
        (#"capability: "peer", output: {}"#, "at least one output field is required"),
        (#"capability: "peer", output: { f: 1 }"#, "field `f`: type descriptor must be a string"),
        (#"capability: "peer", output: { f: "list[x]" }"#, "unknown scalar type `x`"),
        (#"capability: "peer", output: { "$lash_type": 1 }"#, "Type schema must be a JSON object"),
        (#"capability: "peer", output: { "$lash_type": {} }"#, "Type schema missing `type` field"),
        (#"capability: "peer", output: { "$lash_type": { type: "k" } }"#, "unsupported Type schema kind `k`"),
    ])
    func whatCannotBeAskedForIsRefused(fields: String, message: String) async throws {
        let sandbox = try Self.sandbox(
            [
                Box.block(
                    "r = await agents.spawn({ task: \"t\"\(fields.isEmpty ? "" : ", " + fields) })\nfinish r.error.message"
                )
            ],
            Subagents()
        )
        #expect(try await sandbox.session().turn("Go").run().value == .string(message))
    }

    @Test func aTypeLiteralIsAShape() async throws {
        let sandbox = try Self.sandbox([
            Box.block("t = Type { names: list[str] }\nfinish await agents.spawn({ task: \"t\", output: t })?"),
            Box.block("finish { names: [1] }"), Box.block("finish { names: [\"a\"] }"),
        ])
        #expect(try await sandbox.session().turn("Go").run().value == ["names": ["a"]])
        #expect(sandbox.tail(1).contains("{ names: list[str] }"))
    }
}
