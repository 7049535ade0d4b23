import LashAgent
import Lashlang
import Testing

/// What whole turns make of replies of all shapes. Names of decisions say where the result is not the reference's.
@Suite struct ScenarioTests {
    private typealias Box = AgentSandbox

    /// A reply, and what a turn with it as its first reply ends with: a message or a value.
    struct Reply: Sendable, CustomTestStringConvertible {
        var text: String
        var outcome: TurnOutcome
        /// What the model says when it is asked again.
        var next = "Never said."
        var decision = ""

        var testDescription: String { text.debugDescription }
    }

    private static let block = "<lashlang>\nfinish 1\n</lashlang>"

    static let replies: [Reply] = [
        Reply(text: "Hello there.", outcome: .message("Hello there.")),
        Reply(text: "Plan.\n<lashlang>\nx = 1\n</lashlang>", outcome: .message("Next."), next: "Next."),
        Reply(text: "<lashlang>\nfinish 42\n</lashlang>\n", outcome: .value(42)),
        Reply(text: "  <lashlang>  \n  finish 1\n   </lashlang>  ", outcome: .value(1)),
        Reply(text: "A\r\n<lashlang>\r\nfinish 1\r\n</lashlang>\r\n", outcome: .value(1)),
        Reply(text: "<lashlang>\na = 1\r\nb = 2\r\nfinish a + b\r\n</lashlang>", outcome: .value(3)),
        Reply(
            text: "Use <lashlang> tags like </lashlang>.",
            outcome: .message("Use <lashlang> tags like </lashlang>.")
        ),
        Reply(text: "```\n\(block)\n```", outcome: .value(1), decision: "A1"),
        Reply(
            text: "<lashlang>\ns = \"\"\"\n```md\nx\n```\n\"\"\"\nfinish s\n</lashlang>",
            outcome: .value("\n```md\nx\n```\n")
        ),
        Reply(text: "<lashlang>\nfinish 1", outcome: .message("Mended."), next: "Mended.", decision: "A1"),
        Reply(text: "<lashlang>", outcome: .message("<lashlang>")),
        Reply(text: "<lashlang></lashlang>", outcome: .message("Empty."), next: "Empty.", decision: "N6"),
        Reply(text: "<lashlang>\n</lashlang>", outcome: .message("Empty."), next: "Empty."),
        Reply(text: "<lashlang>\n\n</lashlang>", outcome: .message("Empty."), next: "Empty."),
        Reply(
            text: "<lashlang>\na = 1\n<lashlang>\nb = 2\n</lashlang>",
            outcome: .message("Mended."),
            next: "Mended."
        ),
        Reply(text: "<lashlang>\nx\n<lashlang>\ny", outcome: .message("Mended."), next: "Mended.", decision: "A1"),
        Reply(text: "\(block)\nand\n<lashlang>\nfinish 2\n</lashlang>", outcome: .value(1), decision: "A2"),
        Reply(text: "\(block)\nDone.", outcome: .value(1), decision: "A2"),
        Reply(text: "\(block)\n \n\t\n", outcome: .value(1)),
        Reply(text: "\(block)\n<lashlang>\nunfinished", outcome: .value(1), decision: "A2"),
        Reply(text: "</lashlang>\ntext\n\(block)", outcome: .value(1)),
        Reply(text: "<LASHLANG>\nfinish 1\n</LASHLANG>", outcome: .message("<LASHLANG>\nfinish 1\n</LASHLANG>")),
        Reply(text: "%%lashlang\nfinish 1", outcome: .message("%%lashlang\nfinish 1")),
        Reply(
            text: "<lashlang>\ns = \"\"\"\n</lashlang>\n\"\"\"\nfinish s\n</lashlang>",
            outcome: .value("\n</lashlang>\n"),
            decision: "A3"
        ),
        Reply(
            text: "<lashlang>\na = 1\n---\nfinish a\n</lashlang>",
            outcome: .message("Mended."),
            next: "Mended.",
            decision: "A3"
        ),
        Reply(
            text: "<lashlang>\nfinish \"\"\"a\n---\nb\"\"\"\n</lashlang>",
            outcome: .value("a\n---\nb"),
            decision: "A3"
        ),
    ]

    /// In one piece, and one character after the other: the turn is the same.
    @Test(arguments: replies, [ScriptedReply.Chunking.whole, .characters(1)])
    func aReplyMeansOneThing(reply: Reply, chunking: ScriptedReply.Chunking) async throws {
        let sandbox = try Box([ScriptedReply(reply.text, chunking: chunking), ScriptedReply(reply.next)])
        let log = EventLog()
        let result = try await sandbox.session().turn("Go").stream(to: log)
        #expect(result.outcome == reply.outcome)
        #expect(result.modelCalls == (reply.next == "Never said." ? 1 : 2))
        // Nobody is ever shown a program, and everybody is shown everything else.
        let shown = LashAgent.Reply(reply.text).shown
        #expect(log.prose == shown + (result.modelCalls == 2 ? reply.next : ""))
    }

    /// A model that goes on after its block is not waited for.
    @Test func whatFollowsABlockIsNotWaitedFor() async throws {
        let endless = ScriptedReply(
            "",
            chunking: .pieces(["Now.\n<lashlang>\nfinish 1\n</lashlang>\n", "\n"]),
            fault: .silence(afterPieces: 2)
        )
        let chatty = ScriptedReply(
            "",
            chunking: .pieces(["<lashlang>\nfinish 2\n</lashlang>\n", "And ", "<lashlang>\nfinish 3\n</lashlang>"])
        )
        let session = try await Box([endless, chatty]).session()
        let logs = [EventLog(), EventLog()]
        #expect(try await session.turn("Go").stream(to: logs[0]).value == 1)
        #expect(try await session.turn("Go").stream(to: logs[1]).value == 2)
        #expect(logs.map(\.prose) == ["Now.\n", ""])
        #expect(logs.allSatisfy { $0.types.filter { $0 == "plugin_runtime" }.count == 2 })
    }

    /// A1: the reference runs the block, because it takes the end tag before its line has ended.
    @Test func anEndTagEndsWithItsLine() async throws {
        let reply = ScriptedReply("", chunking: .pieces(["<lashlang>\nfinish 1\n</lashlang>", " trailing"]))
        let sandbox = try Box([reply, "Mended."])
        #expect(try await sandbox.session().turn("Go").run().message == "Mended.")
        #expect(sandbox.conversation(1).last?.text.contains("was not closed") == true)
    }

    @Test func aFrameSwitchGoesBeforeFinish() async throws {
        let sandbox = try Box([
            Box.block("await control.continue_as({task: \"go on\"})?\nfinish 1"), Box.block("finish 2"),
        ]) { $0.plugins.append(ContinueAs()) }
        let result = try await sandbox.session().turn("Go").run()
        #expect(result.value == 2 && result.modelCalls == 2)
    }

    @Test func aVariableOfTheTurnBeforeIsListed() async throws {
        let sandbox = try Box([Box.block("n = 1\nfinish n"), Box.block("finish n + 1")])
        let session = try await sandbox.session()
        _ = try await session.turn("Go").run()
        #expect(try await session.turn("Go").run().value == 2)
        // A1: in the tail, and not in the system prompt.
        #expect(sandbox.tail(1).contains("- `n` = 1") && !sandbox.system(1).contains("`n`"))
    }

    @Test func whatIsSaidDuringAToolIsHeardBeforeTheNextCall() async throws {
        let tools = try TestTools("work") { _ in .value(1) }
        let sandbox = try Box([Box.block("x = await tools.work({})?"), "Heard."]) { $0.tools = [tools] }
        let session = try await sandbox.session()
        let log = EventLog { event in if case .toolCallStarted = event { session.enqueue("also X") } }
        #expect(try await session.turn("Go").stream(to: log).message == "Heard.")
        #expect(sandbox.conversation(1).last?.text == "also X")
    }

    @Test func anEmptyBlockIsAStepWithoutOutput() async throws {
        let sandbox = try Box(["<lashlang>\n</lashlang>", "Done."])
        _ = try await sandbox.session().turn("Go").run()
        #expect(sandbox.observation(1) == "(no printed output)")
    }

    @Test func aTagInsideABlockIsAnErrorOfTheProgram() async throws {
        let sandbox = try Box(["<lashlang>\na = 1\n<lashlang>\nb = 2\n</lashlang>", "Done."])
        _ = try await sandbox.session().turn("Go").run()
        #expect(sandbox.observation(1).hasPrefix("Error:\n[ERROR] line 3: unexpected `=`"), "\(sandbox.observation(1))")
    }

    @Test func lineEndsAreRunAsOneKindAndKeptAsWritten() async throws {
        let sandbox = try Box(["<lashlang>\na = \"\"\"x\r\ny\"\"\"\r\nfinish a\n</lashlang>"])
        let session = try await sandbox.session()
        #expect(try await session.turn("Go").run().value == "x\ny")
        guard case .step(let step)? = await session.history.last else {
            Issue.record("no step")
            return
        }
        #expect(step.code == "a = \"\"\"x\r\ny\"\"\"\r\nfinish a")
    }

    @Test func whatWasAskedIsTheLastItemOfTheHistoryInTheFirstBlock() async throws {
        let sandbox = try Box([Box.block("finish history[-1].content")])
        #expect(try await sandbox.session().turn("How many?").run().value == "How many?")
    }

    @Test func aBareCallNamesTheOperation() async throws {
        let tools = try TestTools("read", path: "files.read") { _ in .value(1) }
        let sandbox = try Box([Box.block("x = read(\"x\")"), "Sorry."]) { $0.tools = [tools] }
        _ = try await sandbox.session().turn("Go").run()
        let observation = sandbox.observation(1)
        // N5, S6: the reference has another text around it, and no form to write.
        #expect(
            observation == """
                Error:
                [POLICY] line 1: tools must be called through module paths, e.g. `files.read` (E0218)
                  x = read("x")
                  write `await files.read("x")?`
                Next: the same block will be refused again; write it as the error says, or reach the goal in another way.
                """
        )
    }

    @Test func afterTheLastCallNobodyIsReminded() async throws {
        let sandbox = try Box(["One", "Two"])
        let session = try await sandbox.session()
        _ = try await session.turn("Go").requireFinish().maximumCalls(2).run()
        guard case .message(let last)? = await session.history.last else {
            Issue.record("no message")
            return
        }
        #expect(last.role == .assistant && last.content == "Two")
    }

    /// A plugin that has its tool only where no session is above.
    private struct RootOnly: PluginFactory {
        let id = "root_only"
        let tools: TestTools

        func build(_ context: PluginBuildContext) throws -> any SessionPlugin {
            let isActive = context.isRoot
            return ClosurePlugin(id) { if isActive { try $0.tools.provider(tools) } }
        }
    }

    @Test func aPluginCanBeThereInTheRootAlone() async throws {
        let tools = try TestTools("plan", path: "plans.set") { _ in .value("set") }
        let sandbox = try Box([
            Box.block(
                "a = await plans.set({})?\nb = await agents.spawn({task: \"t\"})\nfinish [a, b.value]"
            ),
            Box.block("await plans.set({})?"), Box.block("finish \"none\""),
        ]) { core in
            core.plugins.append(RootOnly(tools: tools))
            core.plugins.append(Subagents(capabilities: [.peer]))
        }
        #expect(try await sandbox.session().turn("Go").run().value == ["set", "none"])
        #expect(sandbox.system(0).contains("plans.set") && !sandbox.system(1).contains("plans.set"))
        #expect(sandbox.observation(2).contains("plans"), "\(sandbox.observation(2))")
    }

    @Test func aPluginHasItsStateBeforeItsFirstHook() async throws {
        final class Counting: PluginFactory, SessionPlugin {
            let id = "counting"
            let journal: Sayings
            let count = Counter()
            init(_ journal: Sayings) { self.journal = journal }
            func build(_ context: PluginBuildContext) throws -> any SessionPlugin { Counting(journal) }
            func register(with registrar: inout PluginRegistrar) throws {
                registrar.turn.before { [self] _ in
                    journal.say("turn \(count.increment())")
                    return []
                }
                registrar.session.onEvent { [self] event in
                    if case .opened(let isRestored) = event, isRestored { journal.say("opened with \(count.count)") }
                }
            }
            func snapshot() throws -> Value? { .number(Double(count.count)) }
            func restore(_ state: PluginSnapshot?) throws {
                guard case .number(let number)? = state?.state?.value else { return }
                for _ in 0..<Int(number) { count.increment() }
            }
        }
        let journal = Sayings()
        let sandbox = try Box(["One.", "Two.", "Three."]) { $0.plugins.append(Counting(journal)) }
        let session = try await sandbox.session()
        _ = try await session.turn("Go").run()
        _ = try await session.turn("Go").run()
        _ = try await sandbox.session().turn("Go").run()
        #expect(journal.words == ["turn 1", "turn 2", "opened with 2", "turn 3"])
    }

    @Test func argumentsAreEditedInTheMiddleOfAFanOut() async throws {
        struct Mail: Codable { var to: String }
        let tools = try Toolset { tools in
            try tools.add("send", "Sends.", traits: ToolTraits(needsApproval: true)) { (mail: Mail) in mail.to }
            try tools.add("look", "Looks.") { (mail: Mail) in "saw \(mail.to)" }
        }
        let sandbox = try Box([
            Box.block(
                "r = await {a: tools.look({to: \"a\"}), b: tools.send({to: \"b\"}), c: [tools.look({to: \"c\"}), "
                    + "tools.send({to: \"d\"})]}\nfinish [r.a.value, r.b.value, r.c[0].value, r.c[1].value]"
            )
        ]) { $0.tools = [tools] }
        let session = try await sandbox.session()
        guard case .suspended(let requests, _) = try await session.turn("Go").run().outcome else {
            Issue.record("the turn is not suspended")
            return
        }
        #expect(requests.map(\.arguments) == [["to": "b"], ["to": "d"]])
        let end = try await session.resumeTurn([
            requests[0].id: .edit(["to": "edited"]), requests[1].id: .allow,
        ])
        #expect(end?.value == ["saw a", "edited", "saw c", "d"])
        #expect(end?.calls.map(\.arguments).contains(["to": "edited"]) == true)
    }
}
