import LashAgent
import Lashlang
import Testing

/// Tools that are called by processes which a block starts.
@Suite struct ProcessToolTests {
    private typealias Box = AgentSandbox

    private struct Setting {
        let runner = ProcessRunner()
        let journal = Sayings()
        let trace = MemoryTrace()
        /// A tool waits here.
        let door = Door()
        /// It is opened when the tool begins to wait.
        let waiting = Door()

        func box(
            _ replies: [ScriptedReply],
            _ configure: (inout AgentConfiguration) throws -> Void = { _ in }
        ) throws -> Box {
            struct Word: Codable { var word: String }
            struct Nothing: Codable {}
            return try Box(replies) { core in
                try core.host.useProcesses(of: runner)
                core.trace = trace
                core.tools = [
                    try Toolset { tools in
                        try tools.add("shout", "Shouts.") { (word: Word) in
                            journal.say(word.word)
                            return word.word + "!"
                        }
                        try tools.add("send", "Sends.", traits: ToolTraits(needsApproval: true)) { (word: Word) in
                            journal.say("sent \(word.word)")
                            return "sent"
                        }
                        try tools.add("wait", "Waits.") { (_: Nothing) in
                            waiting.open()
                            await door.wait()
                            return "waited"
                        }
                        let serial = ToolTraits(scheduling: .serial)
                        try tools.add("one", "One after the other.", traits: serial) { (word: Word) in
                            journal.say("begin")
                            await Task.yield()
                            journal.say("end")
                            return word.word
                        }
                        let later = try ToolDefinition(name: "later", description: "Later.", input: ["type": "object"])
                        try tools.add(later) { call in
                            _ = call.completionKey()
                            return .pending()
                        }
                        let end = try ToolDefinition(name: "end", description: "Ends.", input: ["type": "object"])
                        try tools.add(end) { _ in .finish("over") }
                    }
                ]
                try configure(&core)
            }
        }
    }

    private static let shouting = """
        process shout(word: str) {
          finish (await tools.shout({word: word}))?
        }

        """

    @Test func aProcessCallsATool() async throws {
        let setting = Setting()
        let box = try setting.box([
            Box.block(
                Self.shouting + "hs = [start shout(word: w) for w in [\"a\", \"b\"]]\nfinish [h? for h in await hs]"
            )
        ])
        let log = EventLog()
        let result = try await box.session().turn("Go").stream(to: log)
        #expect(result.value == ["a!", "b!"])
        #expect(setting.journal.words.sorted() == ["a", "b"])
        #expect(result.calls.map(\.name) == ["shout", "shout"])
        #expect(Set(result.calls.map(\.id)) == ["s:turn:1:0:p1", "s:turn:1:0:p2"])
        #expect(log.types.filter { $0 == "tool_call_completed" }.count == 2)
        #expect(try await TraceReplay(setting.trace.records).run(box.core.configuration) == [])
    }

    @Test func aProcessGoesOnWhileTheTurnDoes() async throws {
        let setting = Setting()
        let code = """
            process slow() {
              x = (await tools.wait({}))?
              finish (await tools.shout({word: x}))?
            }
            h = start slow()
            """
        let box = try setting.box([Box.block(code), Box.block("finish (await h)?")])
        let log = EventLog { event in
            if case .modelRequestStarted(iteration: 1) = event { setting.door.open() }
        }
        let result = try await box.session().turn("Go").stream(to: log)
        #expect(result.value == "waited!")
        #expect(result.calls.map(\.id) == ["s:turn:1:0:p1", "s:turn:1:0:p2"])
    }

    @Test func aProcessThatOutlivesItsTurnIsToldThatItsToolsAreGone() async throws {
        let setting = Setting()
        let code = """
            process late() {
              s = wait_signal("go")
              r = await tools.shout({word: s})
              finish r.error
            }
            h = start late()
            finish 1
            """
        let box = try setting.box([Box.block(code), Box.block("signal_run(h, \"go\", \"a\")\nfinish (await h)?")])
        let session = try await box.session()
        #expect(try await session.turn("Go").run().value == 1)
        let log = EventLog()
        let end = try await session.turn("And?").stream(to: log)
        guard case .record(let failure)? = end.value else {
            Issue.record("\(end)")
            return
        }
        #expect(failure["class"] == "unavailable" && failure["code"] == "turn_ended")
        #expect(
            failure["message"]
                == "tool `tools.shout` cannot be called: the turn that started the process is not under way"
        )
        #expect(setting.journal.count == 0 && !log.types.contains("tool_call_started"))
    }

    /// What a call that was under way gives after the end of the turn is in no event and no trace.
    @Test func aCallThatEndsAfterItsTurnIsNotReported() async throws {
        let setting = Setting()
        let code = "process slow() { finish (await tools.wait({}))? }\nh = start slow()"
        let box = try setting.box([Box.block(code), "Done."])
        let log = EventLog { event in
            if case .modelRequestStarted(iteration: 1) = event { await setting.waiting.wait() }
        }
        let session = try await box.session()
        let result = try await session.turn("Go").stream(to: log)
        #expect(result.message == "Done." && result.calls == [])
        #expect(log.types.contains("tool_call_started"))
        setting.door.open()
        let handle = try #require(await session.variableValues["h"])
        #expect(await setting.runner.result(of: handle) == .value("waited"))
        #expect(!log.types.contains("tool_call_completed"))
        #expect(setting.trace.records.last?.kind == .turnCompleted)
    }

    private static let later = """
        process work() {
          r = await tools.later({})
          finish r
        }
        finish (await start work())?
        """

    @Test func aProcessCannotWaitForAResultThatComesLater() async throws {
        let result = try await Setting().box([Box.block(Self.later)]).session().turn("Go").run()
        guard case .record(let answer)? = result.value, case .record(let failure)? = answer["error"] else {
            Issue.record("\(result)")
            return
        }
        #expect(failure["class"] == "unavailable" && failure["code"] == "completion_in_process")
        #expect(
            failure["message"]
                == "the result of `later` comes later, for which a process cannot wait: make the call in the block itself"
        )
    }

    @Test func aProcessGetsAResultThatComesWhileItsTurnWaits() async throws {
        let session = try await Setting().box([Box.block(Self.later)]) { $0.completionWait = nil }.session()
        let log = EventLog { event in
            if case .toolCallPending(let completion) = event { try? await session.complete(completion.key, with: 7) }
        }
        #expect(try await session.turn("Go").stream(to: log).value == ["ok": true, "value": 7])
    }

    @Test func aProcessCannotWaitForApproval() async throws {
        let setting = Setting()
        let code = """
            process send() {
              r = await tools.send({word: "a"})
              finish r.error
            }
            finish (await start send())?
            """
        let box = try setting.box([Box.block(code)])
        let log = EventLog()
        let result = try await box.session().turn("Go").stream(to: log)
        guard case .record(let failure)? = result.value else {
            Issue.record("\(result)")
            return
        }
        #expect(failure["class"] == "permission_denied" && failure["code"] == "approval_in_process")
        #expect(
            failure["message"]
                == "call of `send` needs approval, for which a process cannot wait: make the call in the block itself"
        )
        #expect(!log.types.contains("approval_requested"))
        #expect(result.calls.map(\.status) == [.error])
        #expect(setting.journal.count == 0)
    }

    @Test func somebodyWhoIsAskedAtOnceCanAllowACallOfAProcess() async throws {
        let setting = Setting()
        let box = try setting.box([
            Box.block("process send() { finish (await tools.send({word: \"a\"}))? }\nfinish (await start send())?")
        ]) { $0.approver = { _ in .allow } }
        #expect(try await box.session().turn("Go").run().value == "sent")
        #expect(setting.journal.words == ["sent a"])
    }

    @Test func aProcessCannotEndTheTurn() async throws {
        let setting = Setting()
        let code = """
            process end() {
              r = await tools.end({})
              finish r.error.message
            }
            finish (await start end())?
            """
        let result = try await setting.box([Box.block(code)]).session().turn("Go").run()
        #expect(
            result.value
                == "tool `tools.end` ends turns or frames, which a process cannot: call it in the block itself"
        )
    }

    @Test func aPluginCanEndTheTurnAtACallOfAProcess() async throws {
        let setting = Setting()
        let box = try setting.box([
            Box.block(Self.shouting + "r = await start shout(word: \"a\")"), "Never said.",
        ]) { core in
            core.plugins.append(
                ClosurePlugin("strict") { $0.toolCalls.before { _ in [.abort(code: "no", message: "Not that.")] } }
            )
        }
        let result = try await box.session().turn("Go").run()
        #expect(result.outcome == .stopped(.pluginAbort(code: "no")))
        #expect(result.modelCalls == 1)
        #expect(setting.journal.count == 0)
    }

    @Test func serialToolsRunOneAfterTheOtherInOneProcess() async throws {
        let setting = Setting()
        let code = """
            process three() {
              finish await [tools.one({word: "a"})?, tools.one({word: "b"})?, tools.one({word: "c"})?]
            }
            finish (await start three())?
            """
        #expect(try await setting.box([Box.block(code)]).session().turn("Go").run().value == ["a", "b", "c"])
        #expect(setting.journal.words == ["begin", "end", "begin", "end", "begin", "end"])
    }

    /// Starts two agents, which answer once both of them are asked.
    private struct MeetingModel: LanguageModel {
        let barrier: Barrier
        let name = "meeting"

        func stream(_ request: ModelRequest) -> ModelStream {
            ModelStream { (writer) throws(ModelError) in
                if request.sessionID == "s" {
                    let code =
                        "process work() { finish (await agents.spawn({task: \"t\"}))? }\n"
                        + "r = await [start work(), start work()]\nfinish r[0]? + r[1]?"
                    writer.write(.text(Reply.rendered(prose: "", code: code)))
                } else {
                    await barrier.arrive()
                    writer.write(.text(Reply.rendered(prose: "", code: "finish 20")))
                }
                writer.write(.stop(.stop))
            }
        }
    }

    /// Agents run beside each other where processes start them.
    @Test func agentsOfProcessesRunAtTheSameTime() async throws {
        let setting = Setting()
        let box = try setting.box([]) { core in
            core.plugins.append(Subagents(capabilities: [.peer]))
            core.model = MeetingModel(barrier: Barrier(2))
        }
        let result = try await box.session().turn("Go").run()
        #expect(result.value == 40, "\(result)")
        #expect(result.calls.map(\.name) == ["spawn_agent", "spawn_agent"])
    }

    @Test func cancellingTheTurnCancelsItsProcesses() async throws {
        let setting = Setting()
        let code = "process slow() { finish (await tools.wait({}))? }\nh = start slow()\nfinish (await h)?"
        let session = try await setting.box([Box.block(code)]).session()
        let turn = session.turn("Go").stream()
        for await activity in turn {
            if case .toolCallStarted = activity.event { turn.cancel() }
        }
        #expect(try await turn.result.outcome == .stopped(.cancelled))
        #expect(setting.runner.processes.allSatisfy { if case .cancelled = $0.state { true } else { false } })
        setting.door.open()
    }
}
