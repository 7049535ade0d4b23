import LashAgent
import LashMCP
import Lashlang
import Testing

@Suite struct AttachmentTests {
    @Test func serversComeAndGoBetweenTurns() async throws {
        let sandbox = try await MCPSandbox(
            replies: [
                "Nothing yet.", MCPSandbox.block("finish await tools.mcp__late__echo({text: \"here\"})?"),
                MCPSandbox.block("finish await tools.mcp__late__echo({text: \"here\"})"), "Gone.",
            ]
        )
        let session = sandbox.session
        _ = try await session.turn("One").run()
        #expect(!sandbox.system(0).contains("mcp__"))
        let status = try await session.call("mcp.attach", ["name": "late", "command": .string(TestServer.binary)])
        #expect(status.text.contains("\"state\":\"connected\""))
        #expect(try await session.turn("Two").run().value == "here")
        #expect(try await session.call("mcp.list").text.contains("\"mcp__late__echo\""))
        #expect(await session.toolManifests.contains { $0.name == "mcp__late__echo" })
        #expect(try await session.call("mcp.detach", ["name": "late"]) == [])
        let after = try await session.turn("Three").run()
        #expect(!sandbox.system(2).contains("mcp__late__"))
        #expect(after.message == "Gone.")
    }

    @Test func aServerThatFailsLeavesTheOthers() async throws {
        let (result, sandbox, log) = try await MCPSandbox.run(
            TestServer.stdio("good"),
            TestServer.stdio("old", "--version=1999-01-01"),
            MCPServer.stdio("missing", command: "no-such-program-here"),
            TestServer.stdio("broken", "--no-start"),
            blocks: "finish await tools.mcp__good__echo({text: \"on\"})?"
        )
        #expect(result.value == "on")
        let prompt = sandbox.system(0)
        #expect(
            prompt.contains(
                """
                The MCP server `old` cannot be used now, so its tools may be missing: the server speaks version 1999-01-01 of the \
                protocol, and this client 2025-06-18, 2025-03-26, 2024-11-05
                """
            )
        )
        #expect(prompt.contains("`missing` cannot be used now, so its tools may be missing: there is no program"))
        #expect(
            prompt.contains(
                "`broken` cannot be used now, so its tools may be missing: the server has ended with status 1"
            )
        )
        let told = try #require(log.statuses.first)
        #expect(told.text.contains("no configuration found"))
    }

    @Test func nothingIsLeftOfALongSecretThatAServerWrites() async throws {
        let token = "sk-" + String(repeating: "0123456789", count: 50)
        let servers = try MCPServers([TestServer.stdio("t", "--no-start", environment: ["API_TOKEN": token])])
        let error = try #require(await servers.connect().first?.error)
        #expect(error.contains("no configuration found, token is [secret]"))
        #expect(!error.contains("sk-") && !error.contains("0123456789"))
        await servers.close()
    }

    @Test func whatCannotBeStartedIsAFailure() async throws {
        let servers = try MCPServers([
            .stdio("folder", command: TestServer.binary, folder: "/no/such/folder"),
            .stdio("data", command: "/etc/passwd"),
        ])
        let errors = await servers.connect().map(\.error)
        #expect(errors[0] == "there is no folder `/no/such/folder` to run in")
        #expect(errors[1]?.contains("`/etc/passwd`") == true)
        await servers.close()
    }

    @Test func aServerThatIsSilentIsGivenUp() async throws {
        let servers = try MCPServers([TestServer.stdio("t", "--silent") { $0.connectTimeout = .milliseconds(300) }])
        let status = try #require(await servers.connect().first)
        #expect(status.state == .failed)
        #expect(status.error?.contains(" within ") == true)
        await servers.close()
    }

    @Test func aServerThatFailedCanBeTriedAgain() async throws {
        let servers = try MCPServers([MCPServer.stdio("t", command: "no-such-program-here")])
        #expect(await servers.connect().first?.state == .failed)
        try await servers.detach("t")
        try servers.attach(TestServer.stdio())
        #expect(await servers.list().first?.state == .idle)
        #expect(await servers.connect().first?.state == .connected)
        await servers.close()
    }

    @Test func twoServersOfOneNameAreRefused() throws {
        let servers = try MCPServers([TestServer.stdio("my-server")])
        #expect(throws: MCPError(.configuration, "there is an MCP server `my-server` already")) {
            try servers.attach(TestServer.stdio("my-server"))
        }
        #expect(
            throws: MCPError(
                .configuration,
                "the MCP servers `my-server` and `my__server` cannot stand beside each other: their tools would have the same names"
            )
        ) { try servers.attach(TestServer.stdio("my__server")) }
        #expect(throws: MCPError.self) { try servers.attach(TestServer.stdio("ß")) }
    }

    @Test func whatIsNotThereCannotBeDetached() async throws {
        let servers = try MCPServers()
        await #expect(throws: MCPError(.unknownServer, "there is no MCP server `x`")) { try await servers.detach("x") }
    }

    @Test func operationsSayWhatTheyNeed() async throws {
        let sandbox = try await MCPSandbox(replies: [])
        func failure(_ operation: String, _ arguments: Value) async -> String {
            do { return try await sandbox.session.call(operation, arguments).text } catch { return "\(error)" }
        }
        #expect(await failure("mcp.attach", [:]) == "`mcp.attach` needs the `name` of the server")
        #expect(await failure("mcp.detach", [:]) == "`mcp.detach` needs the `name` of a server")
        #expect(await failure("mcp.attach", ["name": "x"]) == "`arguments` has neither `command` nor `url`")
    }

    @Test func oneToolCanBeTakenAway() async throws {
        let sandbox = try await MCPSandbox(
            TestServer.stdio(),
            replies: ["One.", "Two."]
        )
        _ = try await sandbox.session.turn("One").run()
        try await sandbox.session.setTool("mcp__t__echo", isAvailable: false)
        _ = try await sandbox.session.turn("Two").run()
        #expect(sandbox.system(0).contains("mcp__t__echo"))
        #expect(!sandbox.system(1).contains("mcp__t__echo"))
        await sandbox.servers.close()
    }

    @Test func aCallThatWaitedForApprovalIsMadeInAnotherProcess() async throws {
        let store = MemoryStore()
        func sandbox(_ replies: [ScriptedReply]) async throws -> MCPSandbox {
            try await MCPSandbox(try MCPServers([TestServer.stdio { $0.approval = .always }]), replies) {
                $0.store = store
            }
        }
        let first = try await sandbox([MCPSandbox.block("finish await tools.mcp__t__echo({text: \"late\"})?")])
        guard case .suspended(let requests, _) = try await first.session.turn("Go").run().outcome else {
            Issue.record("the turn did not wait")
            return
        }
        await first.servers.close()
        let second = try await sandbox([])
        let id = try #require(requests.first?.id)
        #expect(try await second.session.resumeTurn([id: .allow])?.value == "late")
        await second.servers.close()
    }

    @Test func aReplayNeedsNoServer() async throws {
        let trace = MemoryTrace()
        let servers = try MCPServers([TestServer.stdio(), TestServer.stdio("old", "--version=1")])
        let sandbox = try await MCPSandbox(
            servers,
            [
                MCPSandbox.block("print await tools.mcp__t__grow({})?"),
                MCPSandbox.block("finish await tools.mcp__t__grown({})?"),
                MCPSandbox.block("finish await tools.mcp__t__echo({text: \"x\"})?"),
            ]
        ) { $0.trace = trace }
        #expect(try await sandbox.session.turn("Go").run().value == "here I am")
        #expect(try await sandbox.session.turn("Again").run().value == "x")
        await servers.close()
        let replay = try TraceReplay(trace.records)
        #expect(try await replay.run(sandbox.core.configuration) == [])
    }
}
