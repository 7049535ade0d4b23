import LashAgent
import Lashlang
import Testing

/// Plan mode.
@Suite struct PlanModeTests {
    private typealias Box = AgentSandbox

    private static func box(
        _ replies: [ScriptedReply],
        _ journal: Sayings,
        store: any SessionStore = MemoryStore(),
        folder: String? = nil,
        isEnabled: Bool = true
    ) throws -> Box {
        struct Path: Codable { var path: String }
        let tools = try Toolset { tools in
            try tools.add("read", "Reads.", callPath: "files.read", traits: ToolTraits(isReadOnly: true)) {
                (path: Path) in
                journal.say("read \(path.path)")
                return "text"
            }
            try tools.add("write", "Writes.", callPath: "files.write") { (path: Path) in
                journal.say("write \(path.path)")
                return true
            }
            try tools.add("note", "Notes.") { (path: Path) in
                journal.say("note \(path.path)")
                return true
            }
        }
        return try Box(replies) { core in
            core.tools = [tools]
            core.store = store
            core.plugins.append(
                PlanMode(allowed: ["note"], folder: folder, writers: ["write"], isEnabled: isEnabled)
            )
        }
    }

    private static let looking =
        "a = (await files.read({path: \"a\"}))?\nb = (await tools.note({path: \"b\"}))?\nr = await files.write({path: \"c\"})\n"
        + "print r.error.message\nprint r.error.class\np = (await plan.exit({plan: \"Write c.\"}))?\n"
        + "await files.write({path: \"c\"})?\nfinish p"

    private func requests(_ result: TurnResult?) throws -> [ApprovalRequest] {
        guard case .suspended(let requests, _)? = result?.outcome else { throw NotSuspended() }
        return requests
    }

    private struct NotSuspended: Error {}

    @Test func nothingIsChangedBeforeSomebodyHasAgreed() async throws {
        let journal = Sayings()
        let box = try Self.box([Box.block(Self.looking), "Bye."], journal)
        let session = try await box.session()
        let waiting = try requests(try await session.turn("Go").run())
        #expect(waiting.map(\.callPath) == ["plan.exit"] && waiting.map(\.arguments) == [["plan": "Write c."]])
        #expect(journal.words == ["read a", "note b"])
        #expect(box.system(0).contains("### Plan mode") && box.system(0).contains("#### plan.exit("))
        #expect(try await session.call("plan_mode.state") == ["enabled": true, "generation": 0])
        let log = EventLog()
        let end = try await session.resumeTurn([waiting[0].id: .allow], to: log)
        #expect(end?.value == ["agreed": true, "plan": "Write c."])
        #expect(journal.words == ["read a", "note b", "write c"])
        let state: Value = ["enabled": false, "generation": 1]
        #expect(log.events.contains(.plugin(id: "plan_mode", .custom(name: "plan_mode.state", payload: state))))
        #expect(try await session.call("plan_mode.state") == state)
        guard case .step(let step)? = await session.history.last else { throw NotSuspended() }
        #expect(step.output == ["Plan mode blocks `write`. Use planning tools or `plan.exit`.", "policy"])
        _ = try await session.turn("And now?").run()
        #expect(!box.system(1).contains("### Plan mode") && !box.system(1).contains("plan.exit"))
    }

    @Test func whoDeniesAPlanHasTheModelGoOnPlanning() async throws {
        let journal = Sayings()
        let retry = Box.block("r = await files.write({path: \"c\"})\nfinish r.ok")
        let session = try await Self.box([Box.block(Self.looking), retry], journal).session()
        let waiting = try requests(try await session.turn("Go").run())
        let end = try await session.resumeTurn([waiting[0].id: .deny(reason: "too short")])
        #expect(end?.value == false)
        #expect(try await session.call("plan_mode.state") == ["enabled": true, "generation": 0])
        #expect(journal.words == ["read a", "note b"])
    }

    @Test func theWorkCanBeginInAFrameOfItsOwn() async throws {
        let journal = Sayings()
        let box = try Self.box(
            [Box.block("await plan.exit({plan: \"Write c.\", fresh: true})?"), Box.block("finish 1")],
            journal
        )
        let session = try await box.session()
        let waiting = try requests(try await session.turn("Go").run())
        #expect(try await session.resumeTurn([waiting[0].id: .edit(["plan": "Write d.", "fresh": true])])?.value == 1)
        #expect(box.conversation(1).map(\.text) == ["Write d."])
    }

    @Test func hostsSwitchAndTheModeIsKept() async throws {
        let (journal, store) = (Sayings(), MemoryStore())
        let write = Box.block("finish (await files.write({path: \"c\"})).ok")
        let session = try await Self.box([write, write], journal, store: store, isEnabled: false).session()
        #expect(try await session.turn("Go").run().value == true)
        #expect(try await session.call("plan_mode.enable") == ["enabled": true, "generation": 1])
        #expect(try await session.call("plan_mode.enable") == ["enabled": true, "generation": 1])
        #expect(try await session.turn("Go").run().value == false)
        let again = try await Self.box([write, write], journal, store: store, isEnabled: false).session()
        #expect(try await again.turn("Go").run().value == false)
        #expect(try await again.call("plan_mode.toggle") == ["enabled": false, "generation": 2])
        #expect(try await again.turn("Go").run().value == true)
        #expect(try await again.call("plan_mode.disable") == ["enabled": false, "generation": 2])
    }

    @Test func whoeverIsAskedHasThreeChoices() {
        let request = ApprovalRequest(id: "c", tool: "exit_plan", callPath: "plan.exit", arguments: ["plan": "p"])
        #expect(PlanMode.Choice.startNow.decision(on: request) == .allow)
        #expect(PlanMode.Choice.keepPlanning(reason: "short").decision(on: request) == .deny(reason: "short"))
        #expect(PlanMode.Choice.startFresh.decision(on: request) == .edit(["plan": "p", "fresh": true]))
    }

    @Test func thePlanHasAFile() async throws {
        let folder = try TestFolder()
        let journal = Sayings()
        let code =
            "p = await plan.write({text: \"# Plan\"})?\nw = await files.write({path: p})\n"
            + "o = await files.write({path: \"./.lash/plans/s.md\"})\nprint [p, w.ok, o.ok]\nfinish (await plan.exit({})?).plan"
        let box = try Self.box([Box.block(code), Box.block("finish 2")], journal, folder: folder.path)
        let session = try await box.session()
        let waiting = try requests(try await session.turn("Go").run())
        #expect(waiting.map(\.arguments) == [["plan": "# Plan"]])
        #expect(folder.text(".lash/plans/s.md") == "# Plan")
        #expect(folder.mode(".lash/plans/s.md") == 0o600 && folder.mode(".lash/plans") == 0o700)
        #expect(journal.words == ["write .lash/plans/s.md"])
        #expect(box.system(0).contains("`.lash/plans/s.md`") && box.system(0).contains("#### plan.write("))
        let state: Value = ["enabled": true, "generation": 0, "plan_path": ".lash/plans/s.md"]
        #expect(try await session.call("plan_mode.state") == state)
        let end = try await session.resumeTurn([
            waiting[0].id: PlanMode.Choice.startNow.decision(on: waiting[0])
        ])
        #expect(end?.value == "# Plan")
        guard case .step(let step)? = await session.history.last else { throw NotSuspended() }
        #expect(step.output == [#"[".lash/plans/s.md",true,false]"#])
    }

    @Test func aPlanHasToBeThere() async throws {
        let folder = try TestFolder()
        let code = "r = await plan.exit({})\nfinish [r.error.code, r.error.message]"
        let session = try await Self.box([Box.block(code)], Sayings(), folder: folder.path).session()
        #expect(
            try await session.turn("Go").run().value
                == ["no_plan", "there is no plan yet: write it with `plan.write`, or hand it in as `plan`"]
        )
    }

    @Test func aPlanIsNoLongerThanAnybodyReads() async throws {
        let folder = try TestFolder()
        let write =
            "t = \"x\"\nfor i in range(21) { t = t + t }\nr = await plan.write({text: t})\nfinish [r.error.code, r.error.message]"
        let hand = Box.block("finish (await plan.exit({})).error.message")
        let session = try await Self.box([Box.block(write), hand], Sayings(), folder: folder.path).session()
        #expect(
            try await session.turn("Go").run().value == ["plan_too_long", "a plan has at most 1048576 bytes"]
        )
        folder.makeFolder(".lash/plans")
        folder.write(String(repeating: "x", count: 1_048_577), to: ".lash/plans/s.md")
        #expect(
            try await session.turn("Go").run().value == "`.lash/plans/s.md` is longer than 1048576 bytes"
        )
    }

    @Test(arguments: [
        ("../../etc/passwd", "%2E%2E%2F%2E%2E%2Fetc%2Fpasswd"), ("..", "%2E%2E"), ("a/b", "a%2Fb"), ("%", "%25"),
        ("", "%"), ("a\0b", "a%00b"), ("ä", "%C3%A4"), ("A-b_3", "A-b_3"),
    ])
    func noIDLeadsOutOfTheFolder(id: String, name: String) async throws {
        let folder = try TestFolder()
        let box = try Self.box([Box.block("finish await plan.write({text: \"p\"})?")], Sayings(), folder: folder.path)
        let session = try await box.session(id)
        #expect(try await session.turn("Go").run().value == .string(".lash/plans/\(name).md"))
        #expect(folder.text(".lash/plans/\(name).md") == "p")
        #expect(folder.names("") == [".lash"] && folder.names(".lash/plans") == ["\(name).md"])
    }

    @Test func anIDThatIsTooLongIsRefused() async throws {
        let folder = try TestFolder()
        let box = try Self.box([], Sayings(), folder: folder.path)
        let error = await #expect(throws: (any Error).self) {
            _ = try await box.session(String(repeating: "x", count: 201))
        }
        #expect("\(error.map { "\($0)" } ?? "")".contains("is too long for the name of a file"))
    }

    @Test func linksAreNotFollowed() async throws {
        let (folder, other) = (try TestFolder(), try TestFolder())
        folder.makeFolder(".lash")
        folder.link(".lash/plans", to: other.path)
        let code = "r = await plan.write({text: \"p\"})\nfinish [r.ok, r.error.message]"
        let box = try Self.box([Box.block(code)], Sayings(), folder: folder.path)
        guard case .list(let found)? = try await box.session().turn("Go").run().value else { throw NotSuspended() }
        #expect(found[0] == false && found[1].text.hasPrefix("`.lash/plans/s.md` cannot be used: "))
        #expect(other.names("").isEmpty)
        // A link in the place of the file itself gives way to the file.
        let third = try TestFolder()
        third.makeFolder(".lash")
        third.makeFolder(".lash/plans")
        third.link(".lash/plans/s.md", to: other.path + "/target")
        let again = try Self.box([Box.block(code)], Sayings(), folder: third.path)
        _ = try await again.session().turn("Go").run()
        #expect(third.text(".lash/plans/s.md") == "p" && other.names("").isEmpty)
    }

    @Test func aTurnSaysThatTheModeWasSwitched() async throws {
        let session = try await Self.box(["One.", "Two.", "Three."], Sayings(), isEnabled: false).session()
        let logs = [EventLog(), EventLog(), EventLog()]
        _ = try await session.turn("Go").stream(to: logs[0])
        _ = try await session.call("plan_mode.enable")
        _ = try await session.turn("Go").stream(to: logs[1])
        _ = try await session.turn("Go").stream(to: logs[2])
        let told = logs.map { log in log.events.filter { if case .plugin("plan_mode", _) = $0 { true } else { false } }
        }
        let state: Value = ["enabled": true, "generation": 1]
        #expect(told == [[], [.plugin(id: "plan_mode", .custom(name: "plan_mode.state", payload: state))], []])
    }

    @Test func aTurnThatCannotBeginLeavesCommandsToTheNextOneOfItsTrace() async throws {
        let trace = MemoryTrace()
        func configuration() throws -> AgentConfiguration {
            var configuration = AgentConfiguration(
                model: ScriptedModel(["One.", "Two."]),
                limits: try ModelLimits(contextWindow: 100_000)
            )
            configuration.plugins.append(PlanMode())
            return configuration
        }
        var recording = try configuration()
        recording.trace = trace
        let session = try await AgentCore(recording).session("s").open()
        _ = try await session.turn("Go").id("t").run()
        _ = try await session.call("plan_mode.enable")
        await #expect(throws: SessionError.repeatedTurn(session: "s", turn: "t")) {
            try await session.turn("Go").id("t").run()
        }
        _ = try await session.turn("Go on").run()
        let replay = try TraceReplay(trace.records)
        #expect(replay.turnCount == 2)
        #expect(try await replay.run(try configuration()).map(\.description) == [])
    }

    @Test func aBlockThatGoesOnElsewhereKnowsWhichToolsOnlyLook() async throws {
        let (journal, store) = (Sayings(), MemoryStore())
        let code = "await plan.exit({plan: \"p\"})\na = await files.read({path: \"a\"})\nfinish a.ok"
        let waiting = try requests(
            try await Self.box([Box.block(code)], journal, store: store).session().turn("Go").run()
        )
        let again = try await Self.box([], journal, store: store).session()
        #expect(try await again.resumeTurn([waiting[0].id: .deny()])?.value == true)
    }
}
