import LashAgent
import Lashlang
import Testing

/// What models are shown of long histories.
@Suite struct ContextTests {
    private typealias Box = AgentSandbox

    /// Answers whatever is asked with prose of some length.
    private static func talk(_ turns: Int, words: Int = 400) -> [ScriptedReply] {
        (0..<turns).map { ScriptedReply("answer \($0) " + String(repeating: "word ", count: words)) }
    }

    private static let image = ModelImage(mime: "image/png", bytes: [1, 2, 3])

    private static func imageCount(_ request: ModelRequest) -> Int {
        request.messages.reduce(0) { sum, message in
            sum + message.parts.count { if case .image = $0 { true } else { false } }
        }
    }

    // MARK: Limits

    @Test func limitsHaveToMakeSense() {
        #expect(throws: AgentConfigurationError("context_window_tokens must be greater than zero")) {
            try ModelLimits(contextWindow: 0)
        }
        #expect(throws: AgentConfigurationError("output_token_capacity must be greater than zero")) {
            try ModelLimits(contextWindow: 1, outputTokens: 0)
        }
    }

    @Test func aRequestThatIsTooLongIsNotSent() async throws {
        let sandbox = try Box(["never"], window: 100)
        let session = try await sandbox.session()
        let result = try await session.turn("Hi").run()
        #expect(result.outcome == .stopped(.providerError))
        #expect(result.issues.map(\.code) == ["context_overflow"])
        #expect(result.issues.first?.message.hasSuffix("and the model reads 100") == true)
        #expect(sandbox.model.requests.isEmpty)
        #expect(await session.history.count == 1)
    }

    // MARK: Rolling history

    @Test func aShortHistoryIsShownWhole() async throws {
        let sandbox = try Box(Self.talk(3))
        let session = try await sandbox.session()
        for turn in 0..<3 { _ = try await session.turn(TurnInput.text("question \(turn)")).run() }
        #expect(sandbox.conversation(2).count == 5)
    }

    @Test func onlyTheEndOfALongHistoryIsShown() async throws {
        let sandbox = try Box(Self.talk(30), window: 12_000)
        let session = try await sandbox.session()
        for turn in 0..<30 {
            let result = try await session.turn(TurnInput.text("question \(turn)")).run()
            #expect(result.isSuccess)
        }
        let shown = sandbox.conversation(29).map(\.text)
        #expect(shown.count < 40)
        #expect(shown[0] == "Earlier entries of the conversation are not shown here; `history` has all of them.")
        #expect(shown[1].hasPrefix("question ") && shown.last == "question 29")
        #expect(await session.history.count == 60)
    }

    @Test func handlesKeepTheirIndices() async throws {
        let long = String(repeating: "x", count: 30_000)
        var replies = Self.talk(20)
        replies.append(Box.block("print \"\(long)\""))
        replies.append("Done.")
        let sandbox = try Box(replies, window: 14_000) { core in
            core.history.output = PrintBudget(bytes: 1_000, lines: 10, depth: 2)
        }
        let session = try await sandbox.session()
        for turn in 0..<20 { _ = try await session.turn(TurnInput.text("question \(turn)")).run() }
        _ = try await session.turn("Print").run()
        let history = await session.history
        let index = try #require(history.lastIndex { if case .step = $0 { true } else { false } })
        #expect(sandbox.conversation(21).count < 40)
        #expect(sandbox.observation(21).hasPrefix("history[\(index)].output[0] (30000 chars"))
    }

    @Test func olderImagesAreLeftOut() async throws {
        let usage = ModelUsage(input: 120_000)
        let sandbox = try Box((0..<4).map { ScriptedReply("answer \($0)", usage: usage) }) {
            $0.plugins = .standard
        }
        let session = try await sandbox.session()
        for turn in 0..<4 { _ = try await session.turn(TurnInput.text("question \(turn)").image(Self.image)).run() }
        #expect(Self.imageCount(sandbox.model.requests[0]) == 1)
        #expect(Self.imageCount(sandbox.model.requests[3]) == 2)
        #expect(sandbox.conversation(3)[0].text.contains("[Image omitted from older context]"))
        guard case .message(let first)? = await session.history.first else { return }
        #expect(first.attachments[0].image != nil)
    }

    @Test func olderBlocksAreOneLineEach() async throws {
        let usage = ModelUsage(input: 172_000)
        let sandbox = try Box([
            Box.block("print \"first line\\nsecond line\"\nfinish 1"), ScriptedReply("ok", usage: usage), "Done.",
        ])
        let session = try await sandbox.session()
        for turn in 0..<3 { _ = try await session.turn(TurnInput.text("question \(turn)")).run() }
        #expect(sandbox.conversation(1).contains { $0.text.contains("<lashlang>") })
        let shown = sandbox.conversation(2).map(\.text)
        #expect(shown.contains("history[1]: a block that was run: first line"))
        #expect(!shown.contains { $0.contains("<lashlang>") })
    }

    @Test func whatTheServiceFindsTooLongIsSentOnceMoreInShort() async throws {
        let overflow = ScriptedReply.failure(ModelError(.contextOverflow, "maximum context length"))
        let sandbox = try Box([Box.block("print \"a\"\nfinish 1"), overflow, "Done."])
        let session = try await sandbox.session()
        _ = try await session.turn("one").run()
        #expect(try await session.turn("two").run().message == "Done.")
        #expect(sandbox.model.requests[2].messages.count < sandbox.model.requests[1].messages.count)
    }

    @Test func nothingIsSentAgainWhereNothingCanBeLeftOut() async throws {
        let overflow = ScriptedReply.failure(ModelError(.contextOverflow, "maximum context length"))
        let sandbox = try Box([overflow, "never"])
        let session = try await sandbox.session()
        let result = try await session.turn("one").run()
        #expect(result.outcome == .stopped(.providerError) && result.issues.map(\.code) == ["context_overflow"])
        #expect(sandbox.model.requests.count == 1)
    }

    // MARK: Compaction

    @Test func aSessionGoesOnFromASummary() async throws {
        let usage = ModelUsage(input: 7)
        let sandbox = try Box([
            Box.block("n = 41\nfinish n"), ScriptedReply(" The user counts. \n", usage: usage),
            Box.block("finish n + 1"),
        ])
        let session = try await sandbox.session()
        _ = try await session.turn("Count").run()
        let frame = try await session.compact("Keep the numbers.")
        #expect(frame.id == "s:frame:1")
        let question = sandbox.model.requests[1].messages
        #expect(question.count == 2 && question[1].text.contains("[user]\nCount"))
        #expect(question[1].text.hasSuffix("Summarize the conversation above. Heed this as well: Keep the numbers."))
        #expect(try await session.turn("Next").run().value == 42)
        #expect(sandbox.conversation(2).map(\.text) == ["Compaction summary:\n\nThe user counts.", "Next"])
        #expect(await session.usage.total(source: "compaction") == usage)
        let again = try await sandbox.session()
        #expect(await again.frame.id == "s:frame:1")
        #expect(await again.history == session.history)
        #expect(try await sandbox.core.configuration.store.load("s")?.history.map(\.frame) == [0, 0, 1, 1, 1])
    }

    @Test func aPluginCanCompact() async throws {
        let plugin = ClosurePlugin("short") { registrar in
            registrar.context.compact { view, instructions in
                [
                    .message(
                        HistoryMessage(
                            id: "sum",
                            role: .system,
                            content: "\(view.entries.count) \(instructions ?? "-")"
                        )
                    )
                ]
            }
        }
        let sandbox = try Box(["Hello.", "Again."]) { $0.plugins.append(plugin) }
        let session = try await sandbox.session()
        _ = try await session.turn("Hi").run()
        try await session.compact()
        _ = try await session.turn("Hi").run()
        #expect(sandbox.conversation(1).map(\.text) == ["2 -", "Hi"])
    }

    @Test func thereHasToBeSomethingToCompact() async throws {
        let sandbox = try Box(["Hello.", "  "])
        let session = try await sandbox.session()
        await #expect(throws: ContextError.nothingToCompact(session: "s")) { try await session.compact() }
        _ = try await session.turn("Hi").run()
        await #expect(throws: ContextError.emptySummary(session: "s")) { try await session.compact() }
        await #expect(throws: ModelError.self) { try await session.compact() }
        #expect(await session.frame.id == "s:frame:initial")
        #expect("\(ContextError.nothingToCompact(session: "s"))" == "session `s` has no history to compact")
        #expect("\(ContextError.emptySummary(session: "s"))" == "the model gave no summary of session `s`")
    }

    // MARK: Observational memory

    private static func small() -> ObservationalMemory.Settings {
        var settings = ObservationalMemory.Settings()
        settings.observationMessageTokens = 1_000
        settings.observationBufferTokens = 300
        settings.observationBlockAfter = 1_600
        settings.maximumTokensPerBatch = 600
        return settings
    }

    private static func observation(_ text: String) -> ScriptedReply {
        ScriptedReply(
            "<observations>\n- \(text)\n</observations>\n<current-task>Talk.</current-task>\n"
                + "<suggested-response>Say more.</suggested-response>",
            usage: ModelUsage(input: 1)
        )
    }

    /// Tells questions of the memory from those of the turn.
    private static func isObserver(_ request: ModelRequest) -> Bool {
        request.messages[0].text.hasPrefix("You are the memory of an agent. You read")
    }

    private static func isReflector(_ request: ModelRequest) -> Bool {
        request.messages[0].text.hasPrefix("You are the memory of an agent. You get all")
    }

    @Test func theDefaultsAreThoseThatPeopleKnow() {
        let settings = ObservationalMemory.Settings()
        #expect(settings.observationMessageTokens == 30_000 && settings.observationBufferTokens == 6_000)
        #expect(settings.observationBlockAfter == 36_000 && settings.maximumTokensPerBatch == 10_000)
        #expect(settings.previousObserverTokens == 2_000 && settings.reflectionObservationTokens == 40_000)
        #expect(settings.reflectionBufferActivation == 5_000 && settings.reflectionBlockAfter == 48_000)
        let rolling = RollingHistory.Settings()
        #expect(rolling.imageShare == 0.6 && rolling.imageTurns == 2)
        #expect(rolling.reserveTokens == 20_000 && rolling.tailTokens == 20_000)
    }

    private func core(
        _ settings: ObservationalMemory.Settings,
        store: any SessionStore = MemoryStore(),
        observer: @escaping @Sendable (ModelRequest) -> ScriptedReply
    ) throws -> (AgentCore, ScriptedModel) {
        let model = ScriptedModel { (request, position) throws(ModelError) in
            if Self.isObserver(request) || Self.isReflector(request) { return observer(request) }
            return ScriptedReply("answer \(position) " + String(repeating: "word ", count: 100))
        }
        let core = try AgentCore(model: model, limits: ModelLimits(contextWindow: 200_000)) { core in
            core.plugins.append(ObservationalMemory(settings))
            core.store = store
        }
        return (core, model)
    }

    @Test func observationsStandForOlderEntries() async throws {
        let store = MemoryStore()
        let (core, model) = try core(Self.small(), store: store) { _ in Self.observation("They talked.") }
        let session = try await core.session("s").open()
        for turn in 0..<12 { _ = try await session.turn(TurnInput.text("question \(turn)")).run() }
        let observed = model.requests.filter(Self.isObserver)
        #expect(!observed.isEmpty)
        #expect(observed[0].messages[1].text.contains("[user]\nquestion 0"))
        #expect(observed.count < 2 || observed[1].messages[1].text.hasPrefix("Earlier observations:\n- They talked."))
        let last = try #require(model.requests.last { !Self.isObserver($0) }).messages.dropFirst().dropLast()
        #expect(
            last.first?.text.hasPrefix("Observations of the conversation so far, oldest first:\n\n- They talked.")
                == true
        )
        #expect(last.contains { $0.text == "Current task: Talk.\nSuggested next response: Say more." })
        #expect(!last.contains { $0.text == "question 0" } && last.contains { $0.text == "question 11" })
        #expect(await session.history.count == 24)
        #expect(await session.usage.total(source: "observer").input == observed.count)
        // Another process remembers.
        let (other, otherModel) = try self.core(Self.small(), store: store) { _ in Self.observation("More.") }
        _ = try await other.session("s").open().turn("Hi").run()
        #expect(otherModel.requests.last?.messages.contains { $0.text.contains("- They talked.") } == true)
    }

    @Test func anObserverThatFailsIsAskedAgainUntilItIsTooLate() async throws {
        let (core, model) = try core(Self.small()) { _ in ScriptedReply("I have nothing to say.") }
        let session = try await core.session("s").open()
        var outcomes: [TurnOutcome] = []
        for turn in 0..<14 where outcomes.last?.isSuccess ?? true {
            outcomes.append(try await session.turn(TurnInput.text("question \(turn)")).run().outcome)
        }
        #expect(model.requests.filter(Self.isObserver).count > 1)
        #expect(outcomes.last == .stopped(.runtimeError))
    }

    @Test func manyObservationsAreCondensed() async throws {
        var settings = Self.small()
        settings.reflectionObservationTokens = 50
        let long = String(repeating: "They talked. ", count: 30)
        let (core, model) = try core(settings) { request in
            Self.isReflector(request) ? Self.observation("Short.") : Self.observation(long)
        }
        let session = try await core.session("s").open()
        for turn in 0..<12 { _ = try await session.turn(TurnInput.text("question \(turn)")).run() }
        #expect(model.requests.contains(where: Self.isReflector))
        #expect(model.requests.last?.messages.contains { $0.text.contains("oldest first:\n\n- Short.") } == true)
        #expect(await session.usage.total(source: "reflector").input > 0)
    }

    @Test func aReflectorThatDoesNotCondenseStopsTheTurnWhenItIsTooLate() async throws {
        var settings = Self.small()
        settings.reflectionObservationTokens = 50
        settings.reflectionBlockAfter = 60
        let long = String(repeating: "They talked. ", count: 30)
        let (core, _) = try core(settings) { _ in Self.observation(long) }
        let session = try await core.session("s").open()
        var last: TurnResult?
        for turn in 0..<14 where last?.isSuccess ?? true {
            last = try await session.turn(TurnInput.text("question \(turn)")).run()
        }
        #expect(last?.issues.map(\.message) == ["observational_memory: the reflector gave no observations"])
        #expect(last?.issues.map(\.code) == ["context_prepare_turn"])
    }
}
