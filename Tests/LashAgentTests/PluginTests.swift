import LashAgent
import Lashlang
import Synchronization
import Testing

/// What plugins can do, and how they fail.
@Suite struct PluginTests {
    private typealias Box = AgentSandbox

    /// Keeps words in the order in which they are said.
    private final class Journal: Sendable {
        private let kept = Mutex<[String]>([])
        func say(_ word: String) { kept.withLock { $0.append(word) } }
        var words: [String] { kept.withLock { $0 } }
    }

    private struct CountingFactory: PluginFactory {
        let id: String
        let journal: Journal
        func build(_ context: PluginBuildContext) throws -> any SessionPlugin {
            journal.say("build \(id) \(context.session)")
            return ClosurePlugin(id) { [journal, id] _ in journal.say("register \(id)") }
        }
    }

    @Test func aPluginIsBuiltForEverySession() async throws {
        let journal = Journal()
        let sandbox = try Box([]) { core in
            core.plugins.append(CountingFactory(id: "a", journal: journal))
            core.plugins.append(CountingFactory(id: "b", journal: journal))
        }
        _ = try await sandbox.session("one")
        _ = try await sandbox.session("two")
        #expect(
            journal.words == [
                "build a one", "build b one", "register a", "register b", "build a two", "build b two", "register a",
                "register b",
            ]
        )
    }

    @Test func theStackCanBeChanged() {
        var stack = PluginStack()
        stack.append(ClosurePlugin("a") { _ in })
        stack.append(ClosurePlugin("b") { _ in })
        stack.replace(ClosurePlugin("a") { _ in })
        stack.replace(ClosurePlugin("c") { _ in })
        #expect(stack.ids == ["a", "b", "c"])
        stack.remove("b")
        #expect(stack.ids == ["a", "c"])
    }

    @Test func whatACoreHasByItself() throws {
        let configuration = AgentConfiguration(
            model: ScriptedModel([]),
            limits: try ModelLimits(contextWindow: 1_000)
        )
        #expect(configuration.plugins.ids == [RollingHistory.pluginID])
    }

    @Test func stateThatIsNotWrittenDownIsGone() async throws {
        final class Forgetful: PluginFactory, SessionPlugin {
            let id = "forgetful"
            let count = Counter()
            func build(_ context: PluginBuildContext) throws -> any SessionPlugin { Forgetful() }
            func register(with registrar: inout PluginRegistrar) throws {
                try registrar.operations.query("count") { [self] (_: Record) in count.increment() }
            }
        }
        let sandbox = try Box(["Hi."]) { $0.plugins.append(Forgetful()) }
        let session = try await sandbox.session()
        #expect(try await session.call("count") == 1)
        _ = try await session.turn("Go").run()
        #expect(try await session.call("count") == 2)
        #expect(try await sandbox.session().call("count") == 1)
    }

    @Test func aPluginThatCannotBeBuiltKeepsTheSessionShut() async throws {
        struct Unbuildable: PluginFactory {
            let id = "unbuildable"
            func build(_ context: PluginBuildContext) throws -> any SessionPlugin { throw Broken() }
        }
        #expect(try await openError([Unbuildable()]) == "broken")
    }

    private func openError(_ plugins: [any PluginFactory], tools: [any ToolProvider] = []) async throws -> String {
        let sandbox = try Box([]) { core in
            for plugin in plugins { core.plugins.append(plugin) }
            core.tools = tools
        }
        do { _ = try await sandbox.session() } catch { return "\(error)" }
        return ""
    }

    @Test func whatCannotStandTogetherIsRefused() async throws {
        let tools = try TestTools("x") { _ in .value(1) }
        let adds = { (id: String) in ClosurePlugin(id) { try $0.tools.provider(tools) } }
        #expect(
            try await openError([adds("a"), adds("b")])
                == "plugin registration error: duplicate plugin tool name `x`: `b` conflicts with `a`"
        )
        #expect(
            try await openError([adds("a")], tools: [tools])
                == "plugin registration error: duplicate plugin tool name `x`: `a` conflicts with the tools of the core"
        )
        #expect(
            try await openError([ClosurePlugin("a") { _ in }, ClosurePlugin("a") { _ in }])
                == "plugin registration error: duplicate plugin id `a`"
        )
        let projects = { (id: String) in ClosurePlugin(id) { try $0.toolResults.project { _, _ in nil } } }
        #expect(
            try await openError([projects("a"), projects("b")])
                == "plugin registration error: duplicate tool result projector for `model_observation`: `b` conflicts with `a`"
        )
        let prose = { (id: String) in ClosurePlugin(id) { try $0.output.projectProse { $0 } } }
        #expect(
            try await openError([prose("a"), prose("b")])
                == "plugin registration error: duplicate assistant prose projector for `assistant_prose`: `b` conflicts with `a`"
        )
        let asks = { (id: String) in ClosurePlugin(id) { try $0.operations.query("q") { (_: Record) in 1 } } }
        #expect(
            try await openError([asks("a"), asks("b")])
                == "plugin registration error: duplicate plugin operation name `q`: `b` conflicts with `a`"
        )
        var same = TestTools()
        try same.add("a", path: "m.op") { _ in .value(1) }
        try same.add("b", path: "m.op") { _ in .value(1) }
        // A6 and the rule that no path has two meanings.
        #expect(
            try await openError([], tools: [same])
                == "plugin registration error: duplicate tool call path `m.op` (tools `a`, `b`)"
        )
        struct Broken: Error {}
        #expect(try await openError([ClosurePlugin("a") { _ in throw Broken() }]) == "Broken()")
    }

    @Test func hooksAreCalledInOrder() async throws {
        let journal = Journal()
        let tools = try TestTools("work") { call in
            journal.say("execute \(call.arguments.text)")
            return .value("raw")
        }
        let plugin = ClosurePlugin("p") { p in
            try p.tools.provider(tools)
            p.prompt.contribute { _ in
                journal.say("prompt")
                return [.guidance("P", "Said by a plugin.")]
            }
            p.toolCatalog.hide { _, _ in
                journal.say("catalog")
                return []
            }
            p.turn.before { _ in
                journal.say("before")
                return [.say(PluginMessage(.system, "Be quick.")), .emit(.custom(name: "begun", payload: 1))]
            }
            p.turn.checkpoint { checkpoint, _ in
                journal.say("checkpoint \(checkpoint.rawValue)")
                return []
            }
            p.turn.after { summary, _ in
                journal.say("after \(summary.calls.count)")
                return [.say(PluginMessage(.user, "for the next turn"))]
            }
            p.toolCalls.before { call in
                journal.say("before \(call.name)")
                return [.replaceArguments(["n": 2])]
            }
            p.toolCalls.after { _, _ in
                journal.say("after tool")
                return [.say(PluginMessage(.system, "A tool was called."))]
            }
            try p.toolResults.project { _, value in .string("projected " + value.text) }
            p.output.streamFinished { journal.say("stream \($0.rawValue)") }
            p.context.prepareTurn { view in
                journal.say("context")
                return view.entries
            }
            p.session.onEvent { event in
                if case .turnPersisted = event { journal.say("persisted") }
            }
        }
        let sandbox = try Box([Box.block("print await tools.work({n: 1})?"), "Done.", "Again."]) {
            $0.plugins.append(plugin)
        }
        let session = try await sandbox.session()
        let log = EventLog()
        let result = try await session.turn("Go").stream(to: log)
        #expect(
            journal.words == [
                "before", "catalog", "prompt", "context", "stream complete", "before work", "execute {\"n\":2}",
                "after tool",
                "checkpoint after_work", "catalog", "prompt", "context", "stream complete",
                "checkpoint before_completion",
                "after 1", "persisted",
            ]
        )
        #expect(sandbox.system(0).contains("### P\n\nSaid by a plugin."))
        #expect(sandbox.conversation(0).map(\.text) == ["Go", "Be quick."])
        #expect(
            sandbox.conversation(1).map(\.text).suffix(2) == [
                "history[2].output[0] (13 chars):\nprojected raw", "A tool was called.",
            ]
        )
        // Records keep what the tool gave.
        #expect(result.calls.map(\.output) == ["raw"] && result.calls.map(\.arguments) == [["n": 2]])
        #expect(log.events.contains(.plugin(id: "p", .custom(name: "begun", payload: 1))))
        _ = try await session.turn("Next").run()
        #expect(sandbox.conversation(2).map(\.text).contains("for the next turn"))
    }

    @Test func aPluginCanStopTheTurn() async throws {
        let aborts = ClosurePlugin("p") { $0.turn.before { _ in [.abort(code: "quota", message: "Nothing left.")] } }
        let sandbox = try Box([]) { $0.plugins.append(aborts) }
        let session = try await sandbox.session()
        let log = EventLog()
        let result = try await session.turn("Go").stream(to: log)
        #expect(result.outcome == .stopped(.pluginAbort(code: "quota")) && result.modelCalls == 0)
        #expect(log.events == [.error(TurnIssue(source: .plugin, code: "quota", message: "Nothing left."))])
        #expect(await session.state.turnCount == 1)
        // A1: the reference makes a failed result of it.
        let tools = try TestTools("x") { _ in .value(1) }
        let stops = ClosurePlugin("p") { p in
            try p.tools.provider(tools)
            p.toolCalls.before { _ in [.abort(code: "no", message: "Not this one.")] }
        }
        let other = try Box([Box.block("x = await tools.x({})\ny = 1")]) { $0.plugins.append(stops) }
        let second = try await other.session()
        #expect(try await second.turn("Go").run().outcome == .stopped(.pluginAbort(code: "no")))
        #expect(await second.variableValues.isEmpty)
    }

    private struct Broken: Error, CustomStringConvertible {
        var description: String { "broken" }
    }

    @Test func aHookThatFailsStopsTheTurn() async throws {
        let plugins: [(String, ClosurePlugin)] = [
            ("plugin_prepare_turn", ClosurePlugin("p") { $0.turn.before { _ in throw Broken() } }),
            ("plugin_checkpoint", ClosurePlugin("p") { $0.turn.checkpoint { _, _ in throw Broken() } }),
            ("plugin_finalize_turn", ClosurePlugin("p") { $0.turn.after { _, _ in throw Broken() } }),
            ("plugin_prompt", ClosurePlugin("p") { $0.prompt.contribute { _ in throw Broken() } }),
            ("plugin_tool_catalog", ClosurePlugin("p") { $0.toolCatalog.hide { _, _ in throw Broken() } }),
            ("context_prepare_turn", ClosurePlugin("p") { $0.context.prepareTurn { _ in throw Broken() } }),
        ]
        for (code, plugin) in plugins {
            let sandbox = try Box(["Hi."]) { $0.plugins.append(plugin) }
            let result = try await sandbox.session().turn("Go").run()
            #expect(result.outcome == .stopped(.runtimeError), "\(code)")
            #expect(result.issues.map(\.code) == [code])
            #expect(result.issues.first?.message.contains("broken") == true)
        }
        let streaming = ClosurePlugin("p") { $0.output.stream { _ in throw Broken() } }
        let sandbox = try Box(["Hi."]) { $0.plugins.append(streaming) }
        #expect(try await sandbox.session().turn("Go").run().outcome == .stopped(.providerError))
        let tools = try TestTools("x") { _ in .value(1) }
        for hook in 0..<2 {
            let failing = ClosurePlugin("p") { p in
                try p.tools.provider(tools)
                if hook == 0 {
                    p.toolCalls.before { _ in throw Broken() }
                } else {
                    p.toolCalls.after { _, _ in throw Broken() }
                }
            }
            let sandbox = try Box([Box.block("finish (await tools.x({})).error.message")]) {
                $0.plugins.append(failing)
            }
            #expect(try await sandbox.session().turn("Go").run().value == "broken")
        }
    }

    @Test func toolsCanBeHidden() async throws {
        var tools = TestTools()
        try tools.add("search", path: "web.search") { _ in .value(1) }
        try tools.add("fetch", path: "web.fetch") { _ in .value(2) }
        final class Switch: Sendable {
            let isHidden = Mutex(true)
        }
        let state = Switch()
        let offered = tools
        let plugin = ClosurePlugin("p") { p in
            try p.tools.provider(offered)
            p.toolCatalog.hide { _, _ in state.isHidden.withLock { $0 } ? ["search"] : [] }
        }
        let sandbox = try Box([
            Box.block("finish await web.search({})?"), "No.", Box.block("finish await web.search({})?"),
        ]) {
            $0.plugins.append(plugin)
        }
        let session = try await sandbox.session()
        _ = try await session.turn("Go").run()
        #expect(!sandbox.system(0).contains("web.search") && sandbox.system(0).contains("web.fetch"))
        #expect(sandbox.conversation(1).last?.text.contains("does not expose operation `search`") == true)
        state.isHidden.withLock { $0 = false }
        #expect(try await session.turn("Go").run().value == 1)
    }

    @Test func aHookCanAnswerForATool() async throws {
        let called = Counter()
        let tools = try TestTools("x") { _ in
            called.increment()
            return .value(1)
        }
        let plugin = ClosurePlugin("p") { p in
            try p.tools.provider(tools)
            p.toolCalls.before { _ in [.answer(.value("short"))] }
            p.toolCalls.after { _, _ in [.replaceResult(.value("replaced"))] }
        }
        let sandbox = try Box([Box.block("finish await tools.x({})?")]) { $0.plugins.append(plugin) }
        #expect(try await sandbox.session().turn("Go").run().value == "replaced")
        #expect(called.count == 0)
    }

    @Test func whatIsSaidBeforeCompletionProlongsTheTurn() async throws {
        let said = Counter()
        let plugin = ClosurePlugin("p") { p in
            p.turn.checkpoint { checkpoint, _ in
                guard checkpoint == .beforeCompletion, said.increment() == 1 else { return [] }
                return [.say(PluginMessage(.user, "Are you sure?"))]
            }
        }
        let sandbox = try Box(["Yes.", "Really."]) { $0.plugins.append(plugin) }
        let result = try await sandbox.session().turn("Go").run()
        #expect(result.message == "Really." && result.modelCalls == 2)
        #expect(sandbox.conversation(1).map(\.text) == ["Go", "Yes.", "Are you sure?"])
    }

    @Test func answersCanBeChanged() async throws {
        let plugin = ClosurePlugin("p") { p in
            p.output.stream { piece in
                var piece = piece
                piece.text = piece.text.uppercased()
                return piece
            }
            p.output.response { response in
                var response = response
                response.text = response.text.replacing("wrong", with: "right")
                return response
            }
            try p.output.projectProse { $0 + "!" }
            p.session.mutateOptions { options in
                var options = options
                options.answerFormat = .custom("By a plugin.")
                return options
            }
        }
        let sandbox = try Box(["wrong"]) { $0.plugins.append(plugin) }
        let log = EventLog()
        #expect(try await sandbox.session().turn("Go").stream(to: log).message == "right!")
        #expect(log.prose == "WRONG")
        #expect(sandbox.tail(0).contains("By a plugin."))
    }

    @Test func operationsAreTyped() async throws {
        struct Sum: Codable { var a: Int; var b: Int }
        let plugin = ClosurePlugin("p") { p in
            try p.operations.query("sum") { (sum: Sum) in sum.a + sum.b }
            try p.operations.command("change") { (_: Record) in "changed" }
            try p.operations.task("long") { (_: Record) in "done" }
        }
        let session = try await Box([]) { $0.plugins.append(plugin) }.session()
        #expect(session.operations.map(\.name) == ["change", "long", "sum"])
        #expect(try await session.call("sum", ["a": 1, "b": 2]) == 3)
        #expect(try await session.call("change") == "changed")
        let unknown = await #expect(throws: PluginError.self) { try await session.call("none") }
        #expect("\(unknown, default: "")" == "plugin invoke error: unknown operation `none`")
        let invalid = await #expect(throws: PluginError.self) { try await session.call("sum", ["a": "x"]) }
        #expect("\(invalid, default: "")".hasPrefix("plugin invoke error: invalid arguments of `sum`: "))
    }

    // MARK: Typed input

    @Test func inputReachesPromptAndTool() async throws {
        let sandbox = try Box([Box.block("finish await tools.speak({text: \"Hi\"})?"), "No tone."])
        let session = try await sandbox.core.session("s").plugin(TonePlugin.self, ToneConfiguration(isRequired: false))
            .open()
        let log = EventLog()
        let result = try await session.turn("Summarize this incident.").withTone("brief").requireFinish().stream(
            to: log
        )
        #expect(result.value == "Hi, said brief" && log.types.last == "final_value")
        #expect(sandbox.system(0).contains("### Tone\n\nUse this response tone: brief"))
        _ = try await session.turn("Go").run()
        #expect(!sandbox.system(1).contains("### Tone"))
    }

    @Test func requiredInputIsAskedForFirst() async throws {
        let sandbox = try Box([])
        let session = try await sandbox.core.session("s").plugin(TonePlugin.self, ToneConfiguration(isRequired: true))
            .open()
        let error = await #expect(throws: PluginError.self) { try await session.turn("Go").run() }
        #expect("\(error, default: "")" == "missing required turn input for plugin `tone`")
        #expect(sandbox.model.requests.isEmpty)
    }

    @Test func aSessionAsksForItsPluginsWhenItIsOpenedAgain() async throws {
        let sandbox = try Box(["Hi."])
        let session = try await sandbox.core.session("s").plugin(TonePlugin.self, ToneConfiguration(isRequired: false))
            .open()
        _ = try await session.turn("Go").run()
        let error = await #expect(throws: SessionError.self) { try await sandbox.core.session("s").open() }
        #expect(error == .missingPlugin(session: "s", plugin: "tone"))
    }

    // MARK: State

    @Test func aPlanIsKeptWithItsSession() async throws {
        let update = "await tools.update_plan({plan: [{step: \"One\", status: \"in_progress\"}]})?"
        let sandbox = try Box([
            Box.block("finish \(update).generation"), Box.block("finish \(update).generation"),
            Box.block("finish \(update).generation"),
            Box.block(
                "r = await tools.update_plan({plan: [{step: \"a\", status: \"in_progress\"}, {step: \"b\", status: \"in_progress\"}]})\nfinish r.error.message"
            ),
        ]) { $0.plugins.append(UpdatePlan()) }
        let session = try await sandbox.session()
        let log = EventLog()
        #expect(try await session.turn("Go").stream(to: log).value == 1)
        #expect(
            log.events.contains { event in
                guard case .plugin("update_plan", .custom("update_plan.snapshot", let payload)) = event else {
                    return false
                }
                return payload == ["steps": [["step": "One", "status": "in_progress"]], "generation": 1]
            }
        )
        #expect(try await session.turn("Go").run().value == 2)
        // The reference forgets the plan here.
        let again = try await sandbox.session()
        #expect(
            try await again.call("update_plan.current") == [
                "steps": [["step": "One", "status": "in_progress"]], "generation": 2,
            ]
        )
        #expect(try await again.turn("Go").run().value == 3)
        #expect(try await again.turn("Go").run().value == "at most one step can be in_progress")
        #expect(sandbox.system(0).contains("### Planning"))
    }

    @Test func stateThatCannotBeTakenBackKeepsTheSessionShut() async throws {
        final class Fragile: PluginFactory, SessionPlugin {
            let id = "fragile"
            func build(_ context: PluginBuildContext) throws -> any SessionPlugin { self }
            func register(with registrar: inout PluginRegistrar) throws {}
            func snapshot() throws -> Value? { 1 }
            func restore(_ state: PluginSnapshot?) throws { throw Broken() }
        }
        let sandbox = try Box(["Hi."]) { $0.plugins.append(Fragile()) }
        _ = try await sandbox.session().turn("Go").run()
        let error = await #expect(throws: PluginError.self) { try await sandbox.session() }
        #expect("\(error, default: "")" == "plugin snapshot error: fragile: broken")
    }
}
