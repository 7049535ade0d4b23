import LashAgent
import Lashlang
import Testing

/// What stands around turns.
@Suite struct InstrumentTests {
    private struct Noting: TurnInstrument {
        let name: String
        let journal: Sayings

        func measure(
            _ start: TurnStart,
            _ body: @Sendable (any TurnEventSink) async throws -> TurnResult
        ) async throws -> TurnResult {
            journal.say("\(name) begins \(start.session) with \(start.model)\(start.isResumed ? " again" : "")")
            defer { journal.say("\(name) ends \(start.session)") }
            return try await body(
                EventLog { event in
                    if case .finalValue(let value) = event { journal.say("\(name) sees \(value.text)") }
                }
            )
        }
    }

    @Test func theFirstInstrumentIsOutsideAndTheWatcherComesLast() async throws {
        let journal = Sayings()
        let sandbox = try AgentSandbox([AgentSandbox.block("finish 1")]) { core in
            core.instruments = [Noting(name: "a", journal: journal), Noting(name: "b", journal: journal)]
        }
        let log = EventLog { event in
            if case .finalValue = event { journal.say("the watcher sees it") }
        }
        #expect(try await sandbox.session().turn("Go").stream(to: log).value == 1)
        #expect(
            journal.words == [
                "a begins s with scripted", "b begins s with scripted", "b sees 1", "a sees 1", "the watcher sees it",
                "b ends s", "a ends s",
            ]
        )
    }

    @Test func turnsOfChildrenAreMeasuredToo() async throws {
        let journal = Sayings()
        let sandbox = try AgentSandbox([
            AgentSandbox.block("finish (await agents.spawn({task: \"Add.\"}))?"), AgentSandbox.block("finish 2"),
        ]) { core in
            core.plugins.append(Subagents(capabilities: [.peer]))
            core.instruments = [Noting(name: "a", journal: journal)]
        }
        #expect(try await sandbox.session().turn("Go").run().value == 2)
        #expect(
            journal.words == [
                "a begins s with scripted", "a begins s:turn:1:0:1:child with scripted", "a sees 2",
                "a ends s:turn:1:0:1:child", "a sees 2", "a ends s",
            ]
        )
    }
}
