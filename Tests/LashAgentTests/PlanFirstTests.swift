import LashAgent
import Lashlang
import Testing

/// Plan mode.
@Suite struct PlanFirstTests {
    private typealias Box = AgentSandbox

    private static func box(
        _ replies: [ScriptedReply],
        _ journal: Sayings,
        store: any SessionStore = MemoryStore(),
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
            core.plugins.append(PlanFirst(allowed: ["note"], isEnabled: isEnabled))
        }
    }

    private static let looking =
        "a = (await files.read({path: \"a\"}))?\nb = (await tools.note({path: \"b\"}))?\nr = await files.write({path: \"c\"})\n"
        + "print r.error.message\nprint r.error.class\np = (await plan.exit({plan: \"Write c.\"}))?\n"
        + "await files.write({path: \"c\"})?\nfinish p"

    private func requests(_ result: TurnResult?) throws -> [ApprovalRequest] {
        guard case .suspended(let requests)? = result?.outcome else { throw NotSuspended() }
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
}
