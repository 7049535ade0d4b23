import LashAgent
import Lashlang
import Synchronization
import Testing

@Suite struct ToolOfferTests {
    /// A plugin that offers what it is told to.
    private final class Offering: PluginFactory, SessionPlugin {
        let id = "offering"
        private let offers: Mutex<[ToolOffer]>

        init(_ offers: ToolOffer...) { self.offers = Mutex(offers) }

        func build(_ context: PluginBuildContext) throws -> any SessionPlugin { self }

        func register(with registrar: inout PluginRegistrar) throws {
            registrar.tools.offer { [self] _ in
                offers.withLock { $0.count > 1 ? $0.removeFirst() : $0.first ?? ToolOffer() }
            }
            registrar.toolResults.images { image in
                image.id == "own" ? ModelImage(mime: "image/png", bytes: [1, 2]) : nil
            }
        }
    }

    private static func tool(_ name: String, path: String? = nil, _ value: Value) throws -> TestTools {
        try TestTools(name, path: path) { _ in .value(value) }
    }

    @Test func whatIsOfferedCanBeCalledByTheNextBlock() async throws {
        let offering = Offering(ToolOffer([try Self.tool("a", 1)]), ToolOffer([try Self.tool("b", 2)]))
        let sandbox = try AgentSandbox([
            AgentSandbox.block("x = await tools.a({})?"), AgentSandbox.block("finish [x, await tools.b({})?]"),
        ]) { $0.plugins.append(offering) }
        let session = try await sandbox.session()
        #expect(try await session.turn("Go").run().value == [1, 2])
        #expect(sandbox.system(0).contains("#### tools.a(") && !sandbox.system(0).contains("#### tools.b("))
        #expect(!sandbox.system(1).contains("#### tools.a(") && sandbox.system(1).contains("#### tools.b("))
        #expect(await session.toolManifests.map(\.name) == ["b"])
    }

    @Test func anotherDescriptionIsAnotherPrompt() async throws {
        var (first, second) = (TestTools(), TestTools())
        try first.add("a", description: "As it was.") { _ in .value(1) }
        try second.add("a", description: "As it is.") { _ in .value(1) }
        let offering = Offering(ToolOffer([first]), ToolOffer([second], notes: ["One is missing."]))
        let sandbox = try AgentSandbox([AgentSandbox.block("await tools.a({})?"), "Done."]) {
            $0.plugins.append(offering)
        }
        _ = try await sandbox.session().turn("Go").run()
        #expect(sandbox.system(0).contains("As it was."))
        #expect(sandbox.system(1).contains("As it is."))
        #expect(!sandbox.system(0).contains("Tool Notes"))
        #expect(sandbox.system(1).contains("### Tool Notes\n\nOne is missing."))
    }

    @Test func aToolThatIsThereAlreadyIsLeftOut() async throws {
        let own = try Self.tool("a", path: "own.a", "own")
        let offering = Offering(ToolOffer([try Self.tool("a", path: "other.a", "other"), try Self.tool("b", "b")]))
        let sandbox = try AgentSandbox([AgentSandbox.block("finish [await own.a({})?, await tools.b({})?]")]) { core in
            core.tools = [own]
            core.plugins.append(offering)
        }
        #expect(try await sandbox.session().turn("Go").run().value == ["own", "b"])
        #expect(!sandbox.system(0).contains("other.a"))
    }

    @Test func whoeverWatchesIsTold() async throws {
        let event = PluginEvent.status(key: "k", label: "here", detail: nil)
        let sandbox = try AgentSandbox(["Done."]) { $0.plugins.append(Offering(ToolOffer(events: [event]))) }
        let log = EventLog()
        _ = try await sandbox.session().turn("Go").stream(to: log)
        #expect(log.events.contains(.plugin(id: "offering", event)))
    }

    @Test func aHookThatFailsStopsTheTurn() async throws {
        struct Trouble: Error {}
        let sandbox = try AgentSandbox(["Done."]) { core in
            core.plugins.append(ClosurePlugin("troubled") { $0.tools.offer { _ in throw Trouble() } })
        }
        let result = try await sandbox.session().turn("Go").run()
        #expect(result.issues.map(\.code) == ["plugin_tools"])
        #expect(result.outcome == .stopped(.runtimeError))
    }

    @Test func aPluginGivesTheBytesOfItsImages() async throws {
        let image = Value.image(Image(id: "own", mime: "image/png", label: "", size: 2))
        let sandbox = try AgentSandbox([AgentSandbox.block("print await tools.draw({})?"), "Done."]) { core in
            core.plugins.append(Offering(ToolOffer([try Self.tool("draw", image)])))
        }
        _ = try await sandbox.session().turn("Go").run()
        let parts = sandbox.model.requests[1].messages.flatMap(\.parts)
        #expect(parts.contains(.image(ModelImage(mime: "image/png", bytes: [1, 2]))))
    }
}
