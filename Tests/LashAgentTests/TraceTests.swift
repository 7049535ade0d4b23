import LashAgent
import Lashlang
import Testing

@Suite struct TraceTests {
    /// A tool that gives another number each time.
    private struct Counter: ToolProvider {
        let definition: ToolDefinition
        let answers: @Sendable () -> ToolResult

        var manifests: [ToolManifest] { [definition.manifest] }
        func contract(of name: String) -> ToolContract? { definition.contract }
        func execute(_ call: ToolCall) async -> ToolResult { answers() }
    }

    private func block(_ code: String) -> ScriptedReply {
        ScriptedReply(
            "Well.\n<lashlang>\n\(code)\n</lashlang>",
            reasoning: "Hm.",
            chunking: .characters(5),
            usage: ModelUsage(input: 100, output: 10)
        )
    }

    private func configuration(
        _ replies: [ScriptedReply],
        _ trace: MemoryTrace,
        answer: @escaping @Sendable () -> ToolResult = { .value(7) }
    ) throws -> AgentConfiguration {
        var configuration = AgentConfiguration(
            model: ScriptedModel(replies),
            limits: try ModelLimits(contextWindow: 100_000)
        )
        let input: Value = ["type": "object", "properties": ["n": ["type": "integer"]]]
        let definition = try ToolDefinition(name: "count", description: "Counts.", input: input)
        configuration.tools = [Counter(definition: definition, answers: answer)]
        configuration.trace = trace
        return configuration
    }

    /// A session of several turns with all that can happen in one.
    private func recorded() async throws -> [TraceRecord] {
        let trace = MemoryTrace()
        let configuration = try configuration(
            [
                block("r = await { a: tools.count({n: 1}), b: tools.count({n: 2}) }\nprint r.a.value"),
                block("x = nope"), block("y = await tools.count({n: \"x\"})\nprint y.error"),
                ScriptedReply("Once", chunking: .characters(2), fault: .restart(afterPieces: 1)),
                block("finish { total: board.cells[0] + 1 }"),
                .failure(ModelError(.server, "out of order")),
            ],
            trace
        )
        var bindings = ProjectedBindings()
        try bindings.bind("board", ["cells": [1, 2]])
        let session = try await AgentCore(configuration).session("s").open()
        _ = try await session.turn("One").run()
        let value = try await session.turn(TurnInput.text("Two").project(bindings)).requireFinish().run().value
        #expect(value == ["total": 2])
        #expect(try await session.turn("Three").run().outcome == .stopped(.providerError))
        return trace.records
    }

    @Test func aTraceSaysWhatHappened() async throws {
        let records = try await recorded()
        let first = records.filter { $0.turn == "s:turn:1" }
        // Which of two calls at once is the first to end is a matter of chance.
        let calls = first.filter { $0.kind == .toolCallStarted || $0.kind == .toolCallCompleted }
        #expect(calls.count == 6)
        #expect(
            first.filter { !calls.contains($0) }.map(\.kind.rawValue) == [
                "turn_started", "llm_call_started", "llm_call_completed", "token_usage", "exec_code_started",
                "exec_code_completed", "llm_call_started", "llm_call_completed", "token_usage", "exec_code_started",
                "exec_code_completed", "llm_call_started", "llm_call_completed", "token_usage", "exec_code_started",
                "exec_code_completed", "llm_call_started", "retry_status", "llm_call_completed", "turn_completed",
            ]
        )
        #expect(first.map(\.id) == Array(1...first.count))
        #expect(first[0].fields["model"] == "scripted")
        #expect(first.last?.fields["outcome"] == ["kind": "message", "text": "Once"])
        let answer = first.first { $0.kind == .modelCallCompleted }
        let said = block("r = await { a: tools.count({n: 1}), b: tools.count({n: 2}) }\nprint r.a.value")
        #expect(answer?.fields["pieces"] == .list(said.pieces.map { .string($0) }))
        #expect(records.last?.fields["outcome"] == ["kind": "stopped", "reason": "provider_error"])
        #expect(records.contains { $0.kind == .modelCallFailed })
    }

    @Test func recordsComeBackFromTheirLines() async throws {
        let records = try await recorded()
        let read = try TraceRecord.read(lines: records.map(\.line).joined())
        #expect(read.map(\.fields) == records.map(\.fields))
        #expect(read.map(\.time) == records.map { $0.time.rounded(.down) })
    }

    @Test func aReplayDiffersNowhere() async throws {
        let records = try TraceRecord.read(lines: try await recorded().map(\.line).joined())
        let replay = try TraceReplay(records)
        #expect(replay.turnCount == 3)
        var configuration = try configuration([], MemoryTrace())
        try replay.configure(&configuration)
        #expect(try await replay.run(configuration) == [])
    }

    @Test func aReplayShowsWhatDiffers() async throws {
        var records = try await recorded()
        let place = try #require(records.firstIndex { $0.kind == .codeCompleted })
        records[place].fields["output"] = "8"
        let replay = try TraceReplay(records)
        let differences = try await replay.run(configuration([], MemoryTrace()))
        #expect(differences.map(\.place) == ["output 1"])
        #expect(
            differences.first?.description
                == "s:turn:1: output 1 differs\n  recorded: {\"output\":\"8\",\"error\":null}\n"
                + "  replayed: {\"output\":\"7\",\"error\":null}"
        )
    }

    @Test func aReplayWithAnotherPromptDiffersInItsRequests() async throws {
        let replay = try TraceReplay(try await recorded())
        var configuration = try configuration([], MemoryTrace())
        configuration.prompt.contribute(.guidance("App", "Be brief."))
        let differences = try await replay.run(configuration)
        #expect(differences.contains { $0.turn == "s:turn:1" && $0.place == "request 1" })
        #expect(!differences.contains { $0.place.hasPrefix("output") })
    }

    @Test func aToolThatEndsTheTurnEndsTheReplay() async throws {
        let trace = MemoryTrace()
        let configuration = try configuration([block("await tools.count({})")], trace) {
            ToolResult(.success(1), control: .finish(["done": true]))
        }
        let session = try await AgentCore(configuration).session("s").open()
        #expect(try await session.turn("Go").run().toolValue == ["done": true])
        #expect(try await TraceReplay(trace.records).run(configuration) == [])
    }

    @Test func aCancelledTurnIsReplayedAsOne() async throws {
        let trace = MemoryTrace()
        let slow = ScriptedReply("Slow answer", chunking: .characters(4), fault: .silence(afterPieces: 1))
        let session = try await AgentCore(configuration([slow], trace)).session("s").open()
        let turn = session.turn("Go").stream()
        for await activity in turn {
            if case .prose = activity.event { turn.cancel() }
        }
        #expect(try await turn.result.outcome == .stopped(.cancelled))
        #expect(try await TraceReplay(trace.records).run(configuration([], MemoryTrace())) == [])
    }

    @Test func whatCannotBeReplayedIsRefused() async throws {
        let records = try await recorded()
        func refusal(_ records: [TraceRecord], session: String? = nil) -> String? {
            let error = #expect(throws: TraceError.self) { try TraceReplay(records, session: session) }
            return error?.message
        }
        #expect(refusal([]) == "the trace is empty")
        #expect(refusal(records, session: "t") == "the trace has no session `t`")
        #expect(refusal(Array(records.dropFirst())) == "turn s:turn:1 does not begin with turn_started")
        let later = records.filter { $0.turn != "s:turn:1" }
        #expect(refusal(later) == "the trace begins in the middle of session `s`")
        var other = records
        other[0].session = "t"
        #expect(refusal(other) == "the trace has several sessions (t, s): name one")
        // A turn whose process was killed is left out.
        #expect(try TraceReplay(Array(records.dropLast())).turnCount == 2)
    }

    @Test(arguments: [
        ("{}", "line 1: it is no record of a trace"), ("\n[1]\n", "line 2: it is no record of a trace"),
        ("{\"schema_version\":1}\n", "line 1: version 1 of traces is not supported (expected 2)"),
        ("{\"schema\n\n", "line 1: it is no record of a trace"),
        (
            "{\"schema_version\":2,\"id\":1,\"timestamp\":\"2026-01-02T03:04:05.678Z\","
                + "\"context\":{\"session_id\":\"s\",\"turn_id\":\"t\"},\"type\":\"boom\"}",
            "line 1: unknown type `boom`"
        ),
    ])
    func aLineThatIsNoRecordIsAnError(text: String, message: String) {
        let error = #expect(throws: TraceError.self) { try TraceRecord.read(lines: text) }
        #expect(error?.message == message)
    }

    @Test func aLineThatWasNotFinishedIsSkipped() async throws {
        let lines = try await recorded().map(\.line).joined()
        let whole = try TraceRecord.read(lines: lines)
        let cut = try TraceRecord.read(lines: String(lines.dropLast(20)))
        #expect(cut == whole.dropLast())
    }

    @Test(arguments: [
        (0.0, "1970-01-01T00:00:00.000Z"), (1_709_210_096_789, "2024-02-29T12:34:56.789Z"),
        (4_107_542_399_999, "2100-02-28T23:59:59.999Z"), (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
    ])
    func timesAreThoseOfTheCalendar(milliseconds: Double, text: String) throws {
        let record = TraceRecord(id: 1, time: milliseconds, session: "s", turn: "t", kind: .event, fields: [:])
        #expect(record.json == (try Value(json: record.line)))
        #expect(record.line.contains(text))
        #expect(try TraceRecord(json: record.json) == record)
    }
}
