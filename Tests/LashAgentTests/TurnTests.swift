import LashAgent
import Lashlang
import Testing

/// Turns from end to end, with a model that says what it is told to say.
@Suite struct TurnTests {
    @Test func proseEndsANaturalTurn() async throws {
        let sandbox = try AgentSandbox(["Hello there."])
        let result = try await sandbox.session().turn("Hi").run()
        #expect(result.outcome == .message("Hello there."))
        #expect(result.modelCalls == 1 && !result.ranCode)
    }

    @Test func blocksRunUntilOneFinishes() async throws {
        let sandbox = try AgentSandbox([AgentSandbox.block("x = 2"), AgentSandbox.block("finish x * 3", prose: "Now.")])
        let log = EventLog()
        let result = try await sandbox.session().turn("Go").stream(to: log)
        #expect(result.value == 6)
        #expect(sandbox.conversation(1).map(\.text) == ["Go", "<lashlang>\nx = 2\n</lashlang>", "(no printed output)"])
        #expect(log.prose == "Now.\n")
        #expect(sandbox.tail(1).contains("- `x` = 2"))
    }

    @Test func aTurnGoesOnFromTheOneBefore() async throws {
        let sandbox = try AgentSandbox([AgentSandbox.block("n = 1\nfinish n"), AgentSandbox.block("finish n + 1")])
        let session = try await sandbox.session()
        _ = try await session.turn("one").run()
        let result = try await session.turn("two").run()
        #expect(result.value == 2)
        let again = try await sandbox.core.session("s").open()
        #expect(await again.variableValues == ["n": 1])
        #expect(await again.history == session.history)
    }
}
