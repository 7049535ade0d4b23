import LashAgent
import Lashlang
import Testing

/// Tools that come and go.
@Suite struct ToolMembershipTests {
    private typealias Box = AgentSandbox

    private static func tool(_ name: String, _ answer: String = "yes") throws -> Toolset {
        try Toolset { tools in try tools.add(name, "Answers.") { answer } }
    }

    @Test func toolsCanBeAddedBetweenTurns() async throws {
        let call = Box.block("finish await tools.late({})?")
        let sandbox = try Box([call, "No.", call])
        let session = try await sandbox.session()
        #expect(try await session.turn("Go").run().message == "No.")
        try await session.addTools(try Self.tool("late"))
        #expect(try await session.turn("Go").run().value == "yes")
        #expect(!sandbox.system(0).contains("tools.late") && sandbox.system(2).contains("#### tools.late({}) -> str"))
        await #expect(throws: ToolCatalogError("duplicate tool name `late`")) {
            try await session.addTools(try Self.tool("late"))
        }
    }

    @Test func toolsCanBeTakenAwayAndStayAway() async throws {
        let tools = [try Self.tool("a"), try Self.tool("b")]
        let store = MemoryStore()
        func box(_ replies: [ScriptedReply]) throws -> Box {
            try Box(replies) { core in
                core.tools = tools
                core.store = store
            }
        }
        let sandbox = try box([Box.block("finish await tools.a({})?"), "It is gone."])
        let session = try await sandbox.session()
        try await session.setTool("a", isAvailable: false)
        #expect(await session.toolManifests.map(\.name) == ["b"])
        #expect(try await session.turn("Go").run().message == "It is gone.")
        let again = try await box([Box.block("finish await tools.a({})?")]).session()
        #expect(await again.toolManifests.map(\.name) == ["b"])
        try await again.setTool("a", isAvailable: true)
        #expect(try await again.turn("Go").run().value == "yes")
        await #expect(throws: ToolCatalogError("session `s` has no tool `c`")) {
            try await again.setTool("c", isAvailable: false)
        }
    }

    @Test func whatAnObserverTakesCountsForTheBudget() async throws {
        let hook = ClosurePlugin("asks") { registrar in
            registrar.context.prepareTurn { view in
                _ = try await view.complete("observer", ModelRequest(messages: []))
                return view.entries
            }
        }
        let usage = ModelUsage(input: 600)
        let sandbox = try Box(Array(repeating: ScriptedReply(Box.block("x = 1").text, usage: usage), count: 6)) {
            core in
            core.plugins.append(hook)
            core.turnBudget = TurnBudget.Limits(modelCalls: nil, tokens: 1_500)
        }
        let result = try await sandbox.session().turn("Go").run()
        #expect(result.outcome == .stopped(.maxTurns) && result.modelCalls == 1)
    }
}
