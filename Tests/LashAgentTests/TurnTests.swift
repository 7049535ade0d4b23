import LashAgent
import Lashlang
import Testing

/// How turns go from reply to reply, and how they end. Names of decisions say where the result is not the reference's.
@Suite struct TurnTests {
    private typealias Box = AgentSandbox

    @Test func proseEndsANaturalTurn() async throws {
        let sandbox = try Box(["Hello there."])
        let result = try await sandbox.session().turn("Hi").run()
        #expect(result.outcome == .message("Hello there."))
        #expect(result.modelCalls == 1 && !result.ranCode)
    }

    @Test func blocksRunUntilOneFinishes() async throws {
        let sandbox = try Box([Box.block("x = 2"), Box.block("finish x * 3", prose: "Now.")])
        let log = EventLog()
        let result = try await sandbox.session().turn("Go").stream(to: log)
        #expect(result.value == 6)
        #expect(sandbox.conversation(1).map(\.text) == ["Go", "<lashlang>\nx = 2\n</lashlang>", "(no printed output)"])
        #expect(log.prose == "Now.\n")
        #expect(sandbox.tail(1).contains("- `x` = 2"))
    }

    @Test func outputsAreShownByTheirHandles() async throws {
        let sandbox = try Box([Box.block("print \"a\"\nprint [1,2]"), "Done"])
        let result = try await sandbox.session().turn("Go").run()
        #expect(result.message == "Done")
        #expect(
            sandbox.conversation(1).last?.text
                == "history[1].output[0] (1 chars):\na\n\nhistory[1].output[1] (5 chars):\n[1,2]"
        )
    }

    @Test func anErrorIsToldAndVariablesStay() async throws {
        let sandbox = try Box([Box.block("y = 1\nz = nope\ny = 2"), Box.block("finish y")])
        let result = try await sandbox.session().turn("Go").run()
        #expect(result.value == 1)
        let observation = sandbox.conversation(1).last?.text ?? ""
        #expect(
            observation.hasPrefix("Error:\n[ERROR] line 2: unknown name `nope` (E0301)\n  z = nope\n"),
            "\(observation)"
        )
        #expect(observation.hasSuffix("Next: mend the cause and send the block again."))
    }

    @Test func whatWasPrintedBeforeAFailureIsKept() async throws {
        let tools = try TestTools("fail") { _ in .failure("not today") }
        let sandbox = try Box([
            Box.block("print \"before\"\nx = await tools.fail({})?"),
            Box.block("r = await tools.fail({})\nfinish r.ok"),
        ]) { $0.tools = [tools] }
        let result = try await sandbox.session().turn("Go").run()
        #expect(result.value == false)
        let observation = sandbox.conversation(1).last?.text ?? ""
        #expect(observation.contains("output[0] (6 chars):\nbefore"))
        #expect(observation.contains("`?` unwrapped failed"))
        #expect(observation.contains("not today"))
    }

    // MARK: Replies

    @Test func severalBlocksRunTheFirstAndAreToldSo() async throws {
        // A2: the reference runs none of them.
        let sandbox = try Box([
            "<lashlang>\nx = 1\n</lashlang>\nand\n<lashlang>\nx = 2\n</lashlang>", Box.block("finish x"),
        ])
        let result = try await sandbox.session().turn("Go").run()
        #expect(result.value == 1)
        #expect(sandbox.conversation(1).last?.text.contains("Only the first block of the reply was run") == true)
    }

    @Test func anUnclosedBlockIsRepaired() async throws {
        // A1: the reference ends the turn with the raw text.
        let sandbox = try Box(["So.\n<lashlang>\nfinish 1", Box.block("finish 2")])
        let result = try await sandbox.session().turn("Go").run()
        #expect(result.value == 2)
        let messages = sandbox.conversation(1)
        #expect(messages[1].role == .assistant && messages[1].text == "So.\n<lashlang>\nfinish 1")
        #expect(messages[2].role == .system && messages[2].text.contains("was not closed"))
    }

    @Test func reasoningIsNeverRun() async throws {
        let sandbox = try Box([ScriptedReply("ok", reasoning: "<lashlang>\nfinish 1\n</lashlang>\n")])
        let log = EventLog()
        let result = try await sandbox.session().turn("Go").stream(to: log)
        #expect(result.message == "ok")
        #expect(log.types.contains("reasoning_delta"))
    }

    @Test func reasoningAloneIsNudgedOnce() async throws {
        // A1: the reference ends the turn with an empty answer.
        let nudged = try Box([ScriptedReply("", reasoning: "hm"), "Yes."])
        #expect(try await nudged.session().turn("Go").run().message == "Yes.")
        let sandbox = try Box([ScriptedReply("", reasoning: "hm"), ScriptedReply("", reasoning: "hm")])
        let result = try await sandbox.session().turn("Go").run()
        #expect(result.outcome == .stopped(.providerError) && result.modelCalls == 2)
    }

    @Test func nothingAtAllIsAnError() async throws {
        let sandbox = try Box([""])
        let log = EventLog()
        let result = try await sandbox.session().turn("Go").stream(to: log)
        #expect(result.outcome == .stopped(.providerError))
        #expect(result.issues.map(\.message) == ["Model returned no assistant text."])
        #expect(result.issues.map(\.code) == ["empty_response"])
        #expect(log.types.last == "error")
    }

    @Test func rulesInsideABlockAreLeftAlone() async throws {
        // A3: the reference drops the line of dashes, in strings too.
        let kept = try Box([Box.block("finish \"\"\"a\n---\nb\"\"\"")])
        #expect(try await kept.session().turn("Go").run().value == "a\n---\nb")
        let dropped = try Box([Box.block("---\nfinish 1\n---")])
        #expect(try await dropped.session().turn("Go").run().value == 1)
        let inside = try Box([Box.block("a = 1\n---\nfinish a"), Box.block("finish 2")])
        #expect(try await inside.session().turn("Go").run().value == 2)
        #expect(inside.conversation(1).last?.text.contains("Error:") == true)
    }

    @Test func linesAreThoseOfTheBlockAsWritten() async throws {
        let sandbox = try Box([Box.block("---\nx = 1\ny = nope"), "Sorry."])
        _ = try await sandbox.session().turn("Go").run()
        #expect(sandbox.conversation(1).last?.text.contains("[ERROR] line 3: unknown name `nope`") == true)
    }

    // MARK: Required values

    @Test func requiredFinishAsksAgain() async throws {
        let sandbox = try Box(["Thinking aloud", Box.block("finish \"ok\"")])
        let result = try await sandbox.session().turn("Go").requireFinish().run()
        #expect(result.value == "ok" && result.modelCalls == 2)
        let messages = sandbox.conversation(1)
        #expect(messages[1].role == .assistant && messages[1].text == "Thinking aloud")
        #expect(messages[2].role == .system && messages[2].text.contains("`finish <value>`"))
    }

    private let rating: Value = [
        "type": "object", "properties": ["rating": ["type": "string"]], "required": ["rating"],
    ]

    @Test func aValueThatDoesNotMatchIsMended() async throws {
        let sandbox = try Box([Box.block("finish { rating: 5 }"), Box.block("finish { rating: \"low\" }")])
        let session = try await sandbox.session()
        let result = try await session.turn("Go").requireFinish(schema: rating).run()
        #expect(result.value == ["rating": "low"])
        let messages = sandbox.conversation(1)
        #expect(messages[2].text == "Error:\nrating: expected string, got 5")
        #expect(messages[3].role == .system)
        #expect(
            messages[3].text.hasPrefix(
                "The `finish` value didn't match the required output schema:\nrating: expected string, got 5"
            )
        )
        #expect(sandbox.tail(0).contains("=== REQUIRED OUTPUT ===\n\n{ rating: str }"))
        guard case .step(let step)? = await session.history.dropFirst().first else {
            Issue.record("no step")
            return
        }
        #expect(step.error != nil && step.finalOutput == nil)
    }

    @Test func aSchemaThatIsNoneIsRefusedAtOnce() async throws {
        // A1: the reference refuses every value instead.
        let session = try await Box([]).session()
        #expect(throws: JSONSchemaError.self) { try session.turn("Go").requireFinish(schema: ["type": "strng"]) }
    }

    @Test func nullIsAValue() async throws {
        let sandbox = try Box([Box.block("finish null")])
        let result = try await sandbox.session().turn("Go").requireFinish().run()
        #expect(result.outcome == .value(.null) && result.text == "")
    }

    @Test func textOfValues() async throws {
        let sandbox = try Box([Box.block("finish \"**hi**\""), Box.block("finish { a: [1, 2] }")])
        let session = try await sandbox.session()
        #expect(try await session.turn("Go").run().text == "**hi**")
        #expect(try await session.turn("Go").run().text == "{\n  \"a\": [\n    1,\n    2\n  ]\n}")
    }

    // MARK: Limits

    @Test func atTheLimitTheModelMaySaySomethingOnce() async throws {
        let sandbox = try Box([Box.block("x = 1"), "Summary"])
        let result = try await sandbox.session().turn("Go").maximumCalls(1).run()
        #expect(result.message == "Summary")
        #expect(sandbox.conversation(1).last?.text.hasPrefix("Turn limit reached (1).") == true)
        let runs = try Box([Box.block("x = 1"), Box.block("finish 1")])
        #expect(try await runs.session().turn("Go").maximumCalls(1).run().value == 1)
        let stops = try Box([Box.block("x = 1"), Box.block("x = 2")])
        let session = try await stops.session()
        let stopped = try await session.turn("Go").maximumCalls(1).run()
        #expect(stopped.outcome == .stopped(.maxTurns) && stopped.modelCalls == 2)
        #expect(await session.history.count { if case .step = $0 { true } else { false } } == 2)
    }

    @Test func atTheLimitARequiredValueIsNotAskedForAgain() async throws {
        let sandbox = try Box(["One", "Two"])
        let session = try await sandbox.session()
        let result = try await session.turn("Go").requireFinish().maximumCalls(2).run()
        #expect(result.outcome == .stopped(.maxTurns) && result.modelCalls == 2)
        #expect(await session.history.count == 4)
    }

    @Test func atTheLimitAValueMayBeMendedOnce() async throws {
        // A1: the reference stops.
        let wrong = Box.block("finish { rating: 5 }")
        let mended = try Box([wrong, Box.block("finish { rating: \"ok\" }")])
        let result = try await mended.session().turn("Go").requireFinish(schema: rating).maximumCalls(1).run()
        #expect(result.value == ["rating": "ok"])
        let sandbox = try Box([wrong, wrong])
        let stopped = try await sandbox.session().turn("Go").requireFinish(schema: rating).maximumCalls(1).run()
        #expect(stopped.outcome == .stopped(.maxTurns) && stopped.modelCalls == 2)
    }

    @Test func fiftyCallsAreTheDefault() async throws {
        let sandbox = try Box(Array(repeating: Box.block("x = 1"), count: 60))
        let result = try await sandbox.session().turn("Go").run()
        #expect(result.outcome == .stopped(.maxTurns) && result.modelCalls == 51)
    }

    @Test func aBlockThatNeverEndsIsStopped() async throws {
        // A1: the reference hangs.
        let sandbox = try Box([Box.block("while true { x = 1 }"), Box.block("finish x")]) { core in
            core.blockLimits.fuel = 10_000
        }
        let result = try await sandbox.session().turn("Go").run()
        #expect(result.value == 1)
        #expect(sandbox.conversation(1).last?.text.contains("Error:\n[POLICY] ") == true)
    }

    // MARK: Services

    @Test func theEndOfAnAnswerDecides() async throws {
        let cut = try Box([ScriptedReply("I think", stopReason: .outputLimit)])
        #expect(try await cut.session().turn("Go").run().outcome == .stopped(.incomplete))
        let refused = try Box([ScriptedReply("I think", stopReason: .contentFilter)])
        let result = try await refused.session().turn("Go").run()
        #expect(result.outcome == .stopped(.providerError))
        #expect(result.issues.map(\.message) == ["Model call ended with terminal reason content_filter."])
        let overflow = try Box(
            [ScriptedReply("", usage: ModelUsage(input: 95_000), stopReason: .outputLimit)],
            window: 100_000
        )
        let overflowed = try await overflow.session().turn("Go").run()
        #expect(overflowed.outcome == .stopped(.providerError))
        #expect(overflowed.issues.map(\.code) == ["context_overflow"])
    }

    @Test func aFailureOfTheServiceStopsTheTurn() async throws {
        let error = ModelError(.contextOverflow, "maximum context length", status: 400)
        let sandbox = try Box([.failure(error)])
        let session = try await sandbox.session()
        let result = try await session.turn("Go").run()
        #expect(result.outcome == .stopped(.providerError))
        #expect(result.issues.map(\.message) == ["LLM error: maximum context length"])
        #expect(result.issues.map(\.code) == ["context_overflow"])
        #expect(await session.history.count == 1)
    }

    @Test func aRequestThatIsTooLongIsNotSent() async throws {
        let sandbox = try Box(["Hi"], window: 100)
        let result = try await sandbox.session().turn("Go").run()
        #expect(result.outcome == .stopped(.providerError) && result.modelCalls == 0)
        #expect(result.issues.map(\.code) == ["context_overflow"])
    }

    @Test func aRetryVoidsWhatWasShown() async throws {
        // A1: the reference shows the beginning twice.
        let sandbox = try Box([
            ScriptedReply(
                "Plan.\n<lashlang>\nfinish 1\n</lashlang>\n",
                chunking: .characters(3),
                fault: .restart(afterPieces: 4)
            )
        ])
        let log = EventLog()
        let result = try await sandbox.session().turn("Go").stream(to: log)
        #expect(result.value == 1)
        let reset = log.types.firstIndex(of: "stream_reset")
        #expect(reset != nil)
        let after = log.events[(reset ?? 0)...].compactMap { if case .prose(let text) = $0 { text } else { nil } }
        #expect(after.joined() == "Plan.\n")
    }

    @Test func theModelIsStoppedWhenABlockIsClosed() async throws {
        let sandbox = try Box([
            ScriptedReply("", chunking: .pieces(["<lashlang>\nfinish 1\n</lashlang>\n", "more", "and more"]))
        ])
        let log = EventLog()
        let result = try await sandbox.session().turn("Go").stream(to: log)
        #expect(result.value == 1 && log.prose == "")
    }

    @Test func aTurnAndASessionCanHaveModelsOfTheirOwn() async throws {
        let sandbox = try Box(["core"])
        let own = ScriptedModel(["session", "session"], name: "own")
        let once = ScriptedModel(["turn"], name: "once")
        let session = try await sandbox.core.session("s").model(own).open()
        #expect(try await session.turn("Go").run().message == "session")
        #expect(try await session.turn("Go").model(once).run().message == "turn")
        #expect(try await session.turn("Go").run().message == "session")
        #expect(sandbox.model.requests.isEmpty)
    }

    @Test func optionsOfTheTurnGoFirst() async throws {
        let sandbox = try Box(["hi", "hi"])
        let session = try await sandbox.core.session("s").options(TurnOptions(termination: .finishRequired(nil))).open()
        #expect(try await session.turn("Go").allowProseOrFinish().run().message == "hi")
        #expect(try await session.turn("Go").maximumCalls(1).run().outcome == .stopped(.maxTurns))
    }

    @Test func optionsThatCannotBeReadStopTheTurn() async throws {
        let sandbox = try Box([])
        let result = try await sandbox.session().turn("Go").options(json: ["terminaton": [:]]).run()
        #expect(result.outcome == .stopped(.runtimeError) && result.modelCalls == 0)
        #expect(result.issues.map(\.code) == ["invalid_turn_options"])
        #expect(result.issues.first?.message.hasPrefix("invalid RLM turn options: unknown field `terminaton`") == true)
    }

    // MARK: While it runs

    @Test func whatIsSaidMeanwhileIsHeardBeforeTheTurnEnds() async throws {
        let sandbox = try Box([Box.block("finish 1"), Box.block("finish 2")])
        let session = try await sandbox.session()
        let log = EventLog { event in
            if case .blockStarted(let code) = event, code == "finish 1" { session.enqueue("also X") }
        }
        let result = try await session.turn("Go").stream(to: log)
        #expect(result.value == 2)
        #expect(sandbox.conversation(1).map(\.text).contains("also X"))
        #expect(log.types.contains("queued_input_accepted"))
    }

    @Test func inputForTheNextTurnWaits() async throws {
        let sandbox = try Box([Box.block("finish 1"), "Yes."])
        let session = try await sandbox.session()
        let id = session.enqueue("not this", at: .nextTurn)
        session.enqueue("later", at: .nextTurn)
        #expect(session.cancelInput(id) && session.pendingInputs.map(\.text) == ["later"])
        _ = try await session.turn("Go").run()
        #expect(sandbox.conversation(0).map(\.text) == ["later", "Go"])
        #expect(session.pendingInputs.isEmpty)
    }

    @Test func adviceOnTokensFollowsTheLatestCall() async throws {
        // A1: the reference says it in the next turn only.
        let sandbox = try Box([
            ScriptedReply(
                Reply.rendered(prose: "", code: "x = 1") + "\n",
                usage: ModelUsage(input: 90_000, output: 5_000)
            ), "Done.",
        ])
        let result = try await sandbox.session().turn("Go").run()
        #expect(!sandbox.tail(0).contains("CONTEXT BUDGET"))
        #expect(sandbox.tail(1).contains("Turn: 2 · Tokens: 95000 · frame switch threshold: 100000 (95%)."))
        #expect(result.usage.total == 95_000)
    }

    @Test func cancellingEndsTheTurnAndLeavesTheSessionUsable() async throws {
        let sandbox = try Box([
            ScriptedReply("Pl", fault: .silence(afterPieces: 1)), Box.block("while true { }"), "Fine.",
        ]) { core in
            core.blockLimits = Limits()
        }
        let session = try await sandbox.session()
        let log = EventLog { event in if case .prose = event { session.cancelRunningTurns() } }
        let cancelled = try await session.turn("Go").stream(to: log)
        #expect(cancelled.outcome == .stopped(.cancelled))
        let busy = EventLog { event in if case .blockStarted = event { session.cancelRunningTurns() } }
        #expect(try await session.turn("Go").stream(to: busy).outcome == .stopped(.cancelled))
        #expect(try await session.turn("Go").run().message == "Fine.")
        // What was cancelled is kept like any other turn.
        #expect(await session.state.turnCount == 3)
    }

    @Test func aToolThatDoesNotListenIsCancelled() async throws {
        let tools = try TestTools("slow") { _ in
            // Ends only when the turn is cancelled.
            try? await Task.sleep(for: .seconds(3_600))
            return .value(1)
        }
        let sandbox = try Box([Box.block("x = await tools.slow({})?")]) { $0.tools = [tools] }
        let session = try await sandbox.session()
        let log = EventLog { event in if case .toolCallStarted = event { session.cancelRunningTurns() } }
        let result = try await session.turn("Go").stream(to: log)
        #expect(result.outcome == .stopped(.cancelled))
        #expect(result.calls.map(\.status) == [.cancelled])
    }

    @Test func turnsWaitForEachOther() async throws {
        let sandbox = try Box([Box.block("n = 0")] + Array(repeating: Box.block("n = n + 1\nfinish n"), count: 21))
        let session = try await sandbox.session()
        _ = try await session.turn("Go").run()
        let values = try await withThrowingTaskGroup(of: Value?.self) { group in
            for _ in 0..<20 { group.addTask { try await session.turn("Go").run().value } }
            return try await group.reduce(into: [Value?]()) { $0.append($1) }
        }
        #expect(
            values.compactMap { $0.flatMap { if case .number(let n) = $0 { n } else { nil } } }.sorted()
                == (2...21).map(Double.init)
        )
    }

    @Test func eventsCanBeReadAsASequence() async throws {
        let sandbox = try Box([Box.block("print 1", prose: "Counting."), "Done."])
        let stream = try await sandbox.session().turn("Go").stream()
        var types: [String] = []
        for await activity in stream { types.append(activity.event.type) }
        #expect(
            types == [
                "model_request_started", "assistant_prose_delta", "plugin_runtime", "code_delta", "plugin_runtime",
                "code_block_started", "code_block_completed", "model_request_started", "assistant_prose_delta",
            ]
        )
        #expect(try await stream.result.message == "Done.")
    }

    // MARK: From turn to turn

    @Test func aTurnGoesOnFromTheOneBefore() async throws {
        let sandbox = try Box([Box.block("n = 1\nfinish n"), Box.block("finish n + 1")])
        let session = try await sandbox.session()
        _ = try await session.turn("one").run()
        let result = try await session.turn("two").run()
        #expect(result.value == 2)
        let again = try await sandbox.core.session("s").open()
        #expect(await again.variableValues == ["n": 1])
        #expect(await again.history == session.history)
    }
}
