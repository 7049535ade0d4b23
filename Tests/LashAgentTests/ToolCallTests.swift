import LashAgent
import Lashlang
import Synchronization
import Testing

/// Calls of tools from programs.
@Suite struct ToolCallTests {
    private typealias Box = AgentSandbox

    private let search: Value = [
        "type": "object",
        "properties": ["q": ["type": "string"], "limit": ["type": "integer", "maximum": 20]],
        "required": ["q"],
    ]

    @Test(arguments: [
        ("{}", "q: required property missing"), ("{q: \"a\", z: 1}", "z: unexpected property"),
        ("{q: \"a\", limit: 100}", "limit: expected integer <= 20, got 100"), ("\"a\"", "q: required property missing"),
    ])
    func argumentsAreCheckedFirst(arguments: String, problem: String) async throws {
        let executed = Counter()
        let tools = try TestTools("search", path: "web.search", input: search) { _ in
            executed.increment()
            return .value(1)
        }
        let sandbox = try Box([
            Box.block("await web.search(\(arguments))?"), Box.block("finish (await web.search({})).error.code"),
        ]) { $0.tools = [tools] }
        let result = try await sandbox.session().turn("Go").run()
        #expect(sandbox.conversation(1).last?.text.contains(problem) == true)
        #expect(result.value == "invalid_tool_args")
        #expect(executed.count == 0 && result.calls.map(\.status) == [.error, .error])
    }

    @Test func anIntegerMayBeWrittenAsANumber() async throws {
        let tools = try TestTools("search", path: "web.search", input: search) { .value($0.arguments) }
        let sandbox = try Box([Box.block("finish await web.search({q: \"a\", limit: 40 / 2})?")]) { $0.tools = [tools] }
        #expect(try await sandbox.session().turn("Go").run().value == ["q": "a", "limit": 20])
    }

    @Test func aBareCallIsRefusedBeforeAnythingRuns() async throws {
        let tools = try TestTools("read", path: "files.read") { _ in .value(1) }
        let sandbox = try Box([Box.block("print 1\nx = read(\"x\")"), "Sorry."]) { $0.tools = [tools] }
        let result = try await sandbox.session().turn("Go").run()
        let observation = sandbox.conversation(1).last?.text ?? ""
        #expect(observation.contains("files.read") && !observation.contains("output[0]"))
        #expect(result.calls.isEmpty)
    }

    @Test func aToolWithoutAPathHasOne() async throws {
        // A6: the reference refuses it.
        let tools = try TestTools("my-tool 2") { _ in .value("yes") }
        let sandbox = try Box([Box.block("finish await tools.my_tool_2({})?")]) { $0.tools = [tools] }
        #expect(try await sandbox.session().turn("Go").run().value == "yes")
    }

    @Test func callsOfOneAwaitRunAtTheSameTime() async throws {
        let barrier = Barrier(2)
        let tools = try TestTools("slow", path: "m.slow") { _ in
            await barrier.arrive()
            return .value("done")
        }
        let sandbox = try Box([Box.block("finish await {a: m.slow({}), b: m.slow({}), k: 1}")]) { $0.tools = [tools] }
        let result = try await sandbox.session().turn("Go").run()
        #expect(result.value == ["a": ["ok": true, "value": "done"], "b": ["ok": true, "value": "done"], "k": 1])
        #expect(Set(result.calls.map(\.id)) == ["s:turn:1:0:1", "s:turn:1:0:2"])
    }

    @Test func aToolCanEndTheTurn() async throws {
        var tools = TestTools()
        try tools.add("submit", path: "task.submit") { ToolResult(.success("given"), control: .finish($0.arguments)) }
        try tools.add("fail", path: "task.fail") { ToolResult(.success(nil), control: .fail($0.arguments)) }
        try tools.add("broken", path: "task.broken") { _ in
            ToolResult(.failure(CallFailure("no")), control: .finish(1))
        }
        let sandbox = try Box([
            Box.block("a = 1\nawait task.submit({x: 1})\na = 2\nfinish 3"),
            Box.block("await task.fail({reason: \"boom\"})"),
            Box.block("await task.broken({})\nfinish a"),
        ]) { [tools] in $0.tools = [tools] }
        let session = try await sandbox.session()
        let log = EventLog()
        let result = try await session.turn("Go").stream(to: log)
        // A1: in the reference the rest of the block runs.
        #expect(result.outcome == .toolValue(tool: "submit", ["x": 1]) && result.modelCalls == 1)
        #expect(await session.variableValues == ["a": 1])
        #expect(log.types.last == "tool_value")
        let failed = try await session.turn("Go").run()
        #expect(failed.outcome == .stopped(.toolError(tool: "fail", ["reason": "boom"])))
        // A call that failed ends nothing.
        #expect(try await session.turn("Go").run().value == 1)
    }

    @Test func aToolThatWaitsForAPersonIsATool() async throws {
        let door = Door()
        let tools = try TestTools("ask") { _ in
            await door.wait()
            return .value("blue")
        }
        let sandbox = try Box([Box.block("finish await tools.ask({question: \"Which?\"})?")]) { $0.tools = [tools] }
        let log = EventLog { event in if case .toolCallStarted = event { door.open() } }
        #expect(try await sandbox.session().turn("Go").stream(to: log).value == "blue")
        #expect(sandbox.system(0).contains("ask with the tool `ask`"))
    }

    @Test func imagesThatAreShownReachTheModel() async throws {
        let picture = Image(id: "i1", mime: "image/png", label: "chart", size: 3)
        let tools = try TestTools("draw") { call in
            .value(.image(Image(id: call.arguments == [:] ? "i1" : "gone", mime: "image/png", label: "chart", size: 3)))
        }
        let sandbox = try Box([Box.block("print await tools.draw({})?\nprint await tools.draw({x: 1})?"), "Nice."]) {
            core in
            core.tools = [tools]
            core.images = { image in image.id == picture.id ? ModelImage(mime: image.mime, bytes: [1, 2, 3]) : nil }
        }
        _ = try await sandbox.session().turn("Go").run()
        let observation = try #require(sandbox.conversation(1).last)
        #expect(observation.parts.contains(.image(ModelImage(mime: "image/png", bytes: [1, 2, 3]))))
        #expect(
            observation.text.contains(
                "Images:\n- history[1].images[0]: {\"id\":\"i1\",\"media_type\":\"image/png\",\"label\":\"chart\"}"
            )
        )
        #expect(observation.text.contains("image bytes for `gone` are unavailable or were pruned"))
    }

    @Test func aWholeTurnOnTheWire() async throws {
        var tools = TestTools()
        try tools.add("count", output: ["type": "integer"]) { _ in .value(3) }
        let sandbox = try Box([Box.block("n = await tools.count({})?\nprint n", prose: "Counting."), "There are 3."]) {
            [tools] in $0.tools = [tools]
        }
        let session = try await sandbox.session()
        let log = EventLog()
        let result = try await session.turn("How many?").stream(to: log)
        #expect(
            log.types == [
                "model_request_started", "assistant_prose_delta", "plugin_runtime", "code_delta", "plugin_runtime",
                "code_block_started", "tool_call_started", "tool_call_completed", "code_block_completed",
                "model_request_started", "assistant_prose_delta",
            ]
        )
        #expect(
            sandbox.conversation(1).map(\.text) == [
                "How many?", "Counting.\n<lashlang>\nn = await tools.count({})?\nprint n\n</lashlang>",
                "history[2].output[0] (1 chars):\n3",
            ]
        )
        #expect(sandbox.tail(1).contains("=== CURRENT ITERATION: 2 ==="))
        #expect(result.message == "There are 3." && result.ranCode && result.calls.count == 1)
        #expect(await session.variableValues == ["n": 3])
        // The events as JSON, as other programs read them.
        let started = TurnActivity(id: 7, correlationID: "c", event: log.events[6]).json
        #expect(
            started == [
                "id": 7, "correlation_id": "c", "type": "tool_call_started", "call_id": "s:turn:1:0:1", "name": "count",
                "args": [:],
            ]
        )
    }

    @Test func theContractDecidesNotTheManifest() async throws {
        struct Stale: ToolProvider {
            let shown: ToolDefinition
            let real: ToolDefinition
            var manifests: [ToolManifest] { [shown.manifest] }
            func contract(of name: String) -> ToolContract? { real.contract }
            func execute(_ call: ToolCall) async -> ToolResult { .value(1) }
        }
        let tools = Stale(
            shown: try ToolDefinition(name: "x", description: ""),
            real: try ToolDefinition(name: "x", description: "", input: search)
        )
        let sandbox = try Box([Box.block("finish (await tools.x({})).error.message")]) { $0.tools = [tools] }
        #expect(try await sandbox.session().turn("Go").run().value == "q: required property missing")
    }

    @Test func aToolWithoutAContractIsUnavailable() async throws {
        struct Empty: ToolProvider {
            var manifests: [ToolManifest] { [ToolManifest(id: "tool:x", name: "x", description: "")] }
            func contract(of name: String) -> ToolContract? { nil }
            func execute(_ call: ToolCall) async -> ToolResult { .value(1) }
        }
        let sandbox = try Box([Box.block("finish (await tools.x({})).error.code")]) { $0.tools = [Empty()] }
        #expect(try await sandbox.session().turn("Go").run().value == "tool_contract_unavailable")
    }
}
