import LashAgent
import Lashlang
import Testing

/// Tools that are found when they are called.
@Suite struct ToolResolverTests {
    private typealias Box = AgentSandbox

    private struct Catalogue: ToolResolver {
        let asked: Sayings
        let tools: Toolset

        struct Broken: Error, CustomStringConvertible { var description: String { "the registry does not answer" } }

        func provider(of callPath: String, session: String) async throws -> (any ToolProvider)? {
            asked.say("\(session) \(callPath)")
            if callPath == "crm.broken" { throw Broken() }
            return callPath.hasPrefix("crm.") ? tools : nil
        }
    }

    private struct Setting {
        let asked = Sayings()
        let trace = MemoryTrace()

        func box(
            _ replies: [ScriptedReply],
            _ configure: (inout AgentConfiguration) throws -> Void = { _ in }
        ) throws -> Box {
            struct Customer: Codable { var name: String }
            let tools = try Toolset { tools in
                try tools.add("find", "Finds.", callPath: "crm.find", traits: ToolTraits(isReadOnly: true)) {
                    (customer: Customer) in "found \(customer.name)"
                }
                let careful = ToolTraits(needsApproval: true)
                try tools.add("delete", "Deletes.", callPath: "crm.delete", traits: careful) {
                    (customer: Customer) in "deleted \(customer.name)"
                }
            }
            let listed = try TestTools("ping") { _ in .value("pong") }
            return try Box(replies) { core in
                core.tools = [listed]
                core.toolResolver = Catalogue(asked: asked, tools: tools)
                core.trace = trace
                try configure(&core)
            }
        }
    }

    @Test func aToolIsFoundWhenItIsCalledAndLookedForOnce() async throws {
        let setting = Setting()
        let box = try setting.box([
            Box.block("print await tools.ping({})?\nprint await crm.find({name: \"a\"})?\nx = crm.find({name: 1})"),
            Box.block("r = await crm.find({})\nfinish [await crm.find({name: \"b\"})?, r.error.code]"),
        ])
        let result = try await box.session().turn("Go").run()
        #expect(result.value == ["found b", "invalid_tool_args"])
        #expect(setting.asked.words == ["s crm.find"])
        #expect(result.calls.map(\.name).filter { $0 == "find" }.count >= 3)
        #expect(!box.system(0).contains("crm.") && !box.system(1).contains("crm."))
        #expect(try await TraceReplay(setting.trace.records).run(box.core.configuration) == [])
    }

    @Test func whatNobodyHasIsAnErrorBeforeAnythingRuns() async throws {
        let setting = Setting()
        let box = try setting.box([
            Box.block("print 1\nawait erp.find({})"), Box.block("await erp.find({})"), Box.block("await crm.list({})"),
            "Sorry.",
        ])
        #expect(try await box.session().turn("Go").run().message == "Sorry.")
        #expect(setting.asked.words == ["s erp.find", "s crm.list"])
        #expect(box.observation(1).contains("erp") && !box.observation(1).contains("output[0]"))
    }

    @Test func aFailureToLookIsOneOfTheBlockAndNotRemembered() async throws {
        let setting = Setting()
        let broken = Box.block("await crm.broken({})")
        let box = try setting.box([broken, broken, "Sorry."])
        #expect(try await box.session().turn("Go").run().message == "Sorry.")
        #expect(setting.asked.words == ["s crm.broken", "s crm.broken"])
        #expect(box.observation(1).contains("the registry does not answer"))
    }

    @Test func whoOnlyLooksFindsOnlyToolsThatLook() async throws {
        let setting = Setting()
        let box = try setting.box([
            Box.block("finish (await agents.spawn({task: \"t\"}))?"), Box.block("await crm.delete({name: \"a\"})?"),
            Box.block("finish (await crm.find({name: \"a\"}))?"),
        ]) { $0.plugins.append(Subagents(capabilities: [.explore])) }
        #expect(try await box.session().turn("Go").run().value == "found a")
        #expect(box.observation(2).contains("Error:"))
    }

    @Test func aFoundToolCanWaitForApproval() async throws {
        let setting = Setting()
        let box = try setting.box([Box.block("finish await [crm.find({name: \"a\"})?, crm.delete({name: \"b\"})?]")])
        guard case .suspended(let requests, _) = try await box.session().turn("Go").run().outcome else {
            Issue.record("the turn is not suspended")
            return
        }
        // In another session object, which has to look again.
        let end = try await box.session().resumeTurn([requests[0].id: .edit(["name": "c"])])
        #expect(end?.value == ["found a", "deleted c"])
        #expect(setting.asked.words == ["s crm.find", "s crm.delete", "s crm.find", "s crm.delete"])
        #expect(try await TraceReplay(setting.trace.records).run(box.core.configuration) == [])
    }

    @Test func aFoundToolCannotTakeTheNameOfAnother() async throws {
        struct Greedy: ToolResolver {
            let tools: TestTools
            func provider(of callPath: String, session: String) async throws -> (any ToolProvider)? { tools }
        }
        let setting = Setting()
        let greedy = Greedy(tools: try TestTools("ping", path: "crm.ping") { _ in .value(1) })
        let box = try setting.box([Box.block("await crm.ping({})"), "Sorry."]) { $0.toolResolver = greedy }
        #expect(try await box.session().turn("Go").run().message == "Sorry.")
        #expect(box.observation(1).contains("duplicate tool name `ping`"))
    }
}
