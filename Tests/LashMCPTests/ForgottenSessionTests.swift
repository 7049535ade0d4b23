import LashAgent
import LashMCP
import LashTestServers
import Lashlang
import Synchronization
import Testing

/// Services that forget their session, or do not say which tools they have.
@Suite struct ForgottenSessionTests {
    private static let call = "finish await tools.mcp__web__echo({text: \"hello\"})?"

    private final class Switch: Sendable {
        private let state = Mutex(false)
        var isOn: Bool { state.withLock { $0 } }
        func turnOn() { state.withLock { $0 = true } }
    }

    /// A service that can forget its first session: then it answers with 404 where that is named, and always with 400 where
    /// none is.
    private static func service(_ forgotten: Switch) async throws -> HTTPServer {
        try await HTTPServer(.json) { method, request in
            guard request.line.hasPrefix("POST"), method != "initialize" else { return nil }
            if method == "tools/call", request.text.contains("wait for ever") {
                forgotten.turnOn()
                return [.streamHead]
            }
            switch request.header("mcp-session-id") {
            case nil: return [.response(400, body: "no session is named")]
            case "s1" where forgotten.isOn: return [.response(404, body: "no such session")]
            default: return nil
            }
        }
    }

    private static func web(_ server: HTTPServer, _ change: (inout MCPServer) -> Void = { _ in }) -> MCPServer {
        var web = MCPServer.http("web", url: server.address + "/mcp")
        change(&web)
        return web
    }

    @Test func aCallThatWasTakenBackDoesNotLoseTheSession() async throws {
        let server = try await Self.service(Switch())
        let sandbox = try await MCPSandbox(
            Self.web(server) { $0.callTimeout = .seconds(1) },
            replies: [
                MCPSandbox.block("finish (await tools.mcp__web__echo({text: \"wait for ever\"})).error.class"),
                MCPSandbox.block(Self.call), MCPSandbox.block(Self.call),
            ]
        )
        #expect(try await sandbox.session.turn("One").run().value == "timeout")
        #expect(try await eventually { server.seen.contains("notifications/cancelled") })
        #expect(try await sandbox.session.turn("Two").run().value == "hello")
        #expect(try await sandbox.session.turn("Three").run().value == "hello")
        #expect(server.seen.count { $0 == "initialize" } == 2)
        await sandbox.servers.close()
    }

    @Test func callsAtTheSameTimeGetOneNewSession() async throws {
        let forgotten = Switch()
        let server = try await Self.service(forgotten)
        let calls = ["a", "b", "c"].map { "tools.mcp__web__echo({text: \"\($0)\"})?" }.joined(separator: ", ")
        let sandbox = try await MCPSandbox(
            Self.web(server),
            replies: [MCPSandbox.block(Self.call), MCPSandbox.block("finish await [\(calls)]")]
        )
        #expect(try await sandbox.session.turn("One").run().value == "hello")
        forgotten.turnOn()
        #expect(try await sandbox.session.turn("Two").run().value == ["a", "b", "c"])
        #expect(server.seen.count { $0 == "initialize" } == 2)
        await sandbox.servers.close()
    }

    @Test func aListThatIsReadAgainGetsANewSession() async throws {
        let forgotten = Switch()
        let server = try await Self.service(forgotten)
        let sandbox = try await MCPSandbox(
            Self.web(server),
            replies: ["Nothing.", MCPSandbox.block("finish await tools.mcp__web__grown({text: \"new\"})?")]
        )
        _ = try await sandbox.session.turn("One").run()
        #expect(try await eventually { server.isListenedTo })
        forgotten.turnOn()
        server.grow()
        #expect(
            try await eventually {
                await sandbox.servers.connect().first?.tools == ["mcp__web__echo", "mcp__web__grown"]
            }
        )
        #expect(await sandbox.servers.list().first?.state == .connected)
        #expect(try await sandbox.session.turn("Two").run().value == "new")
        await sandbox.servers.close()
    }

    @Test func aListThatDoesNotComeIsNotWaitedForEachTime() async throws {
        let silent = Switch()
        let server = try await HTTPServer(.json) { method, _ in
            method == "tools/list" && silent.isOn ? [.streamHead] : nil
        }
        let sandbox = try await MCPSandbox(
            Self.web(server) { $0.connectTimeout = .seconds(20) },
            replies: ["One.", MCPSandbox.block(Self.call)]
        )
        _ = try await sandbox.session.turn("One").run()
        #expect(try await eventually { server.isListenedTo })
        silent.turnOn()
        server.grow()
        #expect(try await eventually { await sandbox.servers.connect().first?.state == .failed })
        let count = server.seen.count { $0 == "tools/list" }
        #expect(try await sandbox.session.turn("Two").run().value == "hello")
        #expect(server.seen.count { $0 == "tools/list" } == count)
        await sandbox.servers.close()
    }
}
