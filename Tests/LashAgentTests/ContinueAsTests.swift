import LashAgent
import Lashlang
import Testing

/// Going on in a fresh frame.
@Suite struct ContinueAsTests {
    private typealias Box = AgentSandbox

    private static func sandbox(_ replies: [ScriptedReply]) throws -> Box {
        try Box(replies) { $0.plugins.append(ContinueAs()) }
    }

    @Test func theTurnGoesOnWithATaskAndASeed() async throws {
        let sandbox = try Self.sandbox([
            Box.block(
                "old = 1\nr = await control.continue_as({ task: \"go on\", seed: { docs: docs, note: \"n\", count: 2 } })?\nprint \"never\""
            ),
            Box.block("note = note + \"!\"\nfinish [len(docs), note, count]"),
        ])
        let session = try await sandbox.session()
        var bindings = ProjectedBindings()
        try bindings.bind("docs", [1, 2, 3])
        let log = EventLog()
        let result = try await session.turn(TurnInput.text("Go").project(bindings)).stream(to: log)
        #expect(result.value == [3, "n!", 2])
        #expect(result.turn == "s:turn:1" && result.modelCalls == 2)
        #expect(sandbox.conversation(1).map(\.text) == ["go on"])
        #expect(sandbox.tail(0).contains("`history`"))
        #expect(await session.frame == AgentFrame(id: "s:frame:1", task: "go on"))
        #expect(await session.variableValues == ["note": "n!", "count": 2])
        #expect(log.types.contains("frame_switched"))
        #expect(
            result.calls.map(\.output) == [
                [
                    "ok": true, "frame_id": "s:frame:1", "task": "go on", "seed_keys": ["count", "docs", "note"],
                    "seed_count": 3,
                ]
            ]
        )
    }

    @Test func aSeededBindingStaysReadOnlyUntilItIsBoundAnew() async throws {
        let sandbox = try Self.sandbox([
            Box.block("await control.continue_as({ task: \"t\", seed: { board: board, copy: board } })"),
            Box.block("copy.x = 2\nboard = 1"), "Done.", Box.block("finish [board.x, copy.x]"),
            Box.block("finish board.x"),
        ])
        let session = try await sandbox.session()
        func board(_ x: Double) throws -> ProjectedBindings {
            var bindings = ProjectedBindings()
            try bindings.bind("board", ["x": .number(x)])
            return bindings
        }
        _ = try await session.turn(TurnInput.text("Go").project(board(1))).run()
        #expect(sandbox.observation(2).contains("`board` is a read-only projected binding"))
        #expect(try await session.turn("Go").run().value == [1, 1])
        #expect(try await session.turn(TurnInput.text("Go").project(board(7))).run().value == 7)
    }

    @Test func aSessionBindingCanBeSeeded() async throws {
        let sandbox = try Self.sandbox([
            Box.block("await control.continue_as({ task: \"t\", seed: { tenant: tenant } })"),
            Box.block("finish tenant"),
        ])
        var bindings = ProjectedBindings()
        try bindings.bind("tenant", "acme")
        let session = try await sandbox.core.session("s").project(bindings).open()
        #expect(try await session.turn("Go").run().value == "acme")
    }

    @Test(arguments: [
        ("{}", "missing required parameter: task"),
        (#"{ task: "t", seed: [1] }"#, "continue_as `seed` must be a record/dict"),
        (#"{ task: "t", seed: { history: 1 } }"#, "`history` is reserved as an RLM built-in binding"),
        (#"{ task: "" }"#, "task: expected string length >= 1, got 0 characters"),
        (#"{ task: "t", more: 1 }"#, "more: unexpected property"),
    ])
    func aCallThatCannotBeMadeIsAnOrdinaryFailure(arguments: String, message: String) async throws {
        let sandbox = try Self.sandbox([
            Box.block("r = await control.continue_as(\(arguments))\nfinish r.error.message")
        ])
        #expect(try await sandbox.session().turn("Go").run().value == .string(message))
    }

    @Test func aSeedWithANameThatMeansSomethingElseIsRefused() async throws {
        let sandbox = try Self.sandbox([
            Box.block("r = await control.continue_as({ task: \"t\", seed: { \"my var\": 1 } })\nfinish r.error.message")
        ])
        let value = try await sandbox.session().turn("Go").run().value
        #expect(value?.text.hasPrefix("projected binding `my var` is not a valid identifier") == true)
    }

    @Test func switchesAreCounted() async throws {
        let again = Box.block("await control.continue_as({ task: \"again\" })")
        let sandbox = try Box(Array(repeating: again, count: 4)) { core in
            core.plugins.append(ContinueAs())
            core.maximumFrameSwitches = 3
        }
        let result = try await sandbox.session().turn("Go").run()
        #expect(result.outcome == .stopped(.maxTurns))
        #expect(result.issues.map(\.message) == ["the turn has switched frames 3 times"])
        #expect(result.modelCalls == 4)
    }

    @Test func theModelIsToldWhenToSwitch() async throws {
        let usage = ModelUsage(input: 95_000)
        let sandbox = try Box([ScriptedReply(Box.block("x = 1").text, usage: usage), "Done."]) {
            $0.plugins.append(ContinueAs())
        }
        _ = try await sandbox.session().turn("Go").run()
        #expect(sandbox.tail(1).contains("Tokens: 95000 · frame switch threshold: 100000 (95%)."))
        #expect(sandbox.tail(1).contains("switch with `control.continue_as`"))
    }
}
