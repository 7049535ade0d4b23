import CoreMetrics
import InMemoryTracing
import LashAgent
import LashObservability
import Lashlang
import MetricsTestKit
import ServiceContextModule
import Synchronization
import Testing
import Tracing

@Suite struct TurnObservabilityTests {
    private struct Box {
        let tracer = InMemoryTracer()
        let metrics = TestMetrics()
        let core: AgentCore

        init(
            _ replies: [ScriptedReply],
            _ configure: (inout AgentConfiguration) throws -> Void = { _ in }
        ) throws {
            var core = try observedCore(ScriptedModel(replies), tracer: tracer, metrics: metrics).configuration
            struct Word: Codable { var word: String }
            core.tools = [
                try Toolset { tools in
                    try tools.add("shout", "Shouts.") { (word: Word) in word.word + "!" }
                    try tools.add("ask", "Asks.", traits: ToolTraits(needsApproval: true)) { (word: Word) in word.word }
                }
            ]
            try configure(&core)
            self.core = AgentCore(core)
        }

        var spans: [FinishedInMemorySpan] { tracer.finishedSpans }

        func span(_ name: String) throws -> FinishedInMemorySpan {
            try #require(spans.first { $0.operationName == name }, "\(spans.map(\.operationName))")
        }

        func count(_ label: String, _ dimensions: [(String, String)]) -> Int64 {
            metrics.counters(label: label, dimensions: dimensions).reduce(0) { $0 + $1.totalValue }
        }
    }

    private static func block(_ code: String) -> ScriptedReply {
        ScriptedReply(
            Reply.rendered(prose: "", code: code) + "\n",
            usage: ModelUsage(input: 100, output: 10, cacheRead: 5)
        )
    }

    @Test func aTurnIsATreeOfSpans() async throws {
        let box = try Box([Self.block("x = await tools.shout({word: \"secret\"})?\nprint x"), Self.block("finish x")])
        let outer = box.tracer.startSpan("request")
        let result = try await ServiceContext.$current.withValue(outer.context) {
            try await box.core.session("s").open().turn("Tell me the secret.").run()
        }
        #expect(result.value == "secret!")
        let turn = try box.span("invoke_agent")
        #expect(turn.parentSpanID == outer.spanID)
        #expect(turn.attributes.get("gen_ai.conversation.id") == "s")
        #expect(turn.attributes.get("lash.turn.id") == "s:turn:1")
        #expect(turn.attributes.get("lash.turn.outcome") == "value")
        #expect(turn.attributes.get("lash.model_calls")?.number == 2)
        #expect(turn.attributes.get("gen_ai.usage.input_tokens")?.number == 210)
        #expect(turn.attributes.get("gen_ai.usage.output_tokens")?.number == 20)
        #expect(turn.status == nil)
        let chats = box.spans.filter { $0.operationName == "chat scripted" }
        #expect(chats.map(\.parentSpanID) == [turn.spanID, turn.spanID])
        #expect(chats.map(\.kind) == [.client, .client])
        #expect(chats.map { $0.attributes.get("gen_ai.usage.output_tokens")?.number } == [10, 10])
        let blocks = box.spans.filter { $0.operationName == "run_block" }
        #expect(blocks.map(\.parentSpanID) == [turn.spanID, turn.spanID])
        let tool = try box.span("execute_tool shout")
        #expect(tool.parentSpanID == blocks[0].spanID)
        #expect(tool.attributes.get("gen_ai.tool.call.id") == "s:turn:1:0:1")
        #expect(box.tracer.activeSpans.map(\.operationName) == ["request"])
        // A tracer in memory keeps what has not ended, and is kept by it.
        outer.end()
    }

    @Test func turnsAreCountedAndTimed() async throws {
        let box = try Box([
            Self.block("x = await tools.shout({word: \"a\"})?\ny = await tools.shout({})"), Self.block("z = nope"),
            .failure(ModelError(.server, "out of order: secret")),
        ])
        let session = try await box.core.session("s").open()
        #expect(try await session.turn("Go").run().outcome == .stopped(.providerError))
        #expect(box.count("lash_turns_total", [("outcome", "provider_error")]) == 1)
        #expect(box.count("lash_model_requests_total", [("model", "scripted")]) == 3)
        #expect(box.count("lash_tokens_total", [("model", "scripted"), ("kind", "input")]) == 200)
        #expect(box.count("lash_tokens_total", [("model", "scripted"), ("kind", "output")]) == 20)
        #expect(box.count("lash_tokens_total", [("model", "scripted"), ("kind", "cache_read")]) == 10)
        #expect(box.count("lash_tool_calls_total", [("tool", "shout"), ("status", "ok")]) == 1)
        #expect(box.count("lash_tool_calls_total", [("tool", "shout"), ("status", "error")]) == 1)
        #expect(box.count("lash_blocks_total", [("status", "ok")]) == 1)
        #expect(box.count("lash_blocks_total", [("status", "error")]) == 1)
        #expect(box.count("lash_errors_total", [("source", "provider"), ("code", "server")]) == 1)
        for label in [
            "lash_turn_duration", "lash_model_request_duration", "lash_block_duration", "lash_tool_call_duration",
        ] {
            let values = box.metrics.timers(label: label).flatMap(\.values)
            #expect(!values.isEmpty, "\(label)")
            #expect(values.allSatisfy { $0 > 0 }, "\(label)")
        }
        #expect(box.metrics.timers(label: "lash_model_request_duration").flatMap(\.values).count == 3)
    }

    @Test func failuresAreMarkedByTheirCodes() async throws {
        let box = try Box([
            Self.block("await tools.shout({})?"), .failure(ModelError(.authentication, "secret")),
        ])
        _ = try await box.core.session("s").open().turn("Go").run()
        #expect(try box.span("execute_tool shout").attributes.get("error.type") == "invalid_tool_args")
        #expect(try box.span("run_block").attributes.get("error.type") == "block_failed")
        #expect(try box.span("run_block").status?.code == .error)
        let turn = try box.span("invoke_agent")
        #expect(turn.attributes.get("lash.turn.outcome") == "provider_error")
        #expect(turn.attributes.get("error.type") == "authentication")
        #expect(turn.status?.code == .error && turn.status?.message == nil)
        #expect(turn.events.map(\.name) == ["error"])
    }

    /// Whatever people, models and tools say is in no span and no dimension.
    @Test func nothingThatIsSaidIsInSpansOrMetrics() async throws {
        let box = try Box([
            Self.block("secret = await tools.shout({word: \"secret\"})?\nprint secret\nx = secret.secret.secret()"),
            ScriptedReply("secret", reasoning: "secret", fault: .error(ModelError(.server, "secret"), afterPieces: 1)),
        ]) { $0.prompt.contribute(.guidance("secret", "secret")) }
        _ = try await box.core.session("s").open().turn("secret").run()
        var words: [String] = []
        for span in box.spans {
            words += [span.operationName, span.status?.message ?? ""]
            span.attributes.forEach { words += [$0, "\($1)"] }
            for event in span.events {
                words.append(event.name)
                event.attributes.forEach { words += [$0, "\($1)"] }
            }
            #expect(span.errors.isEmpty)
        }
        for counter in box.metrics.counters { words += counter.dimensions.flatMap { [$0.0, $0.1] } }
        for timer in box.metrics.timers { words += timer.dimensions.flatMap { [$0.0, $0.1] } }
        #expect(words.count > 20)
        #expect(words.filter { $0.contains("secret") } == [])
    }

    @Test func aSuspendedTurnIsTwoTurnsOfSpans() async throws {
        let box = try Box([Self.block("finish await tools.ask({word: \"a\"})?")])
        let session = try await box.core.session("s").open()
        guard case .suspended(let requests, _) = try await session.turn("Go").run().outcome else {
            Issue.record("the turn is not suspended")
            return
        }
        #expect(try box.span("run_block").events.map(\.name) == ["approval_requested"])
        #expect(box.tracer.activeSpans.isEmpty)
        box.tracer.clearFinishedSpans()
        #expect(try await session.resumeTurn([requests[0].id: .allow])?.value == "a")
        let turn = try box.span("invoke_agent")
        #expect(turn.attributes.get("lash.turn.resumed") == .bool(true))
        #expect(try box.span("execute_tool ask").parentSpanID == turn.spanID)
        #expect(box.count("lash_turns_total", [("outcome", "suspended")]) == 1)
        #expect(box.count("lash_turns_total", [("outcome", "value")]) == 1)
        #expect(box.count("lash_approvals_total", [("tool", "ask")]) == 1)
        #expect(box.tracer.activeSpans.isEmpty)
    }

    @Test func toolsSeeTheContextOfTheirTurn() async throws {
        let seen = Mutex<String?>(nil)
        let box = try Box([Self.block("finish await tools.look({})?")]) { core in
            struct Nothing: Codable {}
            core.tools = [
                try Toolset { tools in
                    try tools.add("look", "Looks.") { (_: Nothing) in
                        seen.withLock { $0 = ServiceContext.current?.inMemorySpanContext?.spanID }
                        return 1
                    }
                }
            ]
        }
        _ = try await box.core.session("s").open().turn("Go").run()
        #expect(seen.withLock { $0 } == (try box.span("invoke_agent").spanID))
    }

    @Test func aTurnThatCannotBeginEndsItsSpan() async throws {
        let box = try Box([])
        let session = try await box.core.session("s").open()
        var bindings = ProjectedBindings()
        try bindings.bind("secret", 1)
        try await session.project(bindings)
        await #expect(throws: BindingError.self) {
            _ = try await session.turn(TurnInput.text("Go").project(bindings)).run()
        }
        #expect(try box.span("invoke_agent").attributes.get("error.type") == "BindingError")
        #expect(box.count("lash_turns_total", [("outcome", "error")]) == 1)
        #expect(box.tracer.activeSpans.isEmpty)
    }

    @Test func aCancelledTurnEndsAllItsSpans() async throws {
        let slow = ScriptedReply("Slow answer", chunking: .characters(4), fault: .silence(afterPieces: 1))
        let box = try Box([slow])
        let turn = try await box.core.session("s").open().turn("Go").stream()
        for await activity in turn {
            if case .prose = activity.event { turn.cancel() }
        }
        #expect(try await turn.result.outcome == .stopped(.cancelled))
        #expect(box.tracer.activeSpans.isEmpty)
        #expect(try box.span("invoke_agent").status == nil)
        #expect(try box.span("invoke_agent").attributes.get("lash.turn.outcome") == "cancelled")
        #expect(box.spans.contains { $0.operationName == "chat scripted" })
    }

    @Test func eitherCanBeLeftOut() async throws {
        let tracer = InMemoryTracer()
        let metrics = TestMetrics()
        for instrument in [
            TurnObservability(tracer: tracer, metrics: nil), TurnObservability(tracer: nil, metrics: metrics),
        ] {
            let core = try AgentCore(model: ScriptedModel(["Hi."]), limits: ModelLimits(contextWindow: 10_000)) {
                $0.instruments = [instrument]
            }
            #expect(try await core.session("s").open().turn("Go").run().message == "Hi.")
        }
        #expect(tracer.finishedSpans.map(\.operationName) == ["chat scripted", "invoke_agent"])
        #expect(metrics.counters(label: "lash_turns_total").map(\.totalValue) == [1])
    }
}

extension SpanAttribute {
    /// A whole number, of whatever size.
    fileprivate var number: Int? {
        switch self {
        case .int32(let number): Int(number)
        case .int64(let number): Int(exactly: number)
        default: nil
        }
    }
}
