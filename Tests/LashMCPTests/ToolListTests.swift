import LashAgent
import Lashlang
import Synchronization
import Testing

@testable import LashMCP

@Suite struct ToolListTests {
    @Test func namesThatAreNoIdentifiersAreMapped() async throws {
        let servers = try MCPServers([TestServer.stdio("my-server", "--odd-names")])
        let status = try #require(await servers.connect().first)
        #expect(status.tools.contains("mcp__my_server__get_item"))
        #expect(status.tools.contains("mcp__my_server___"))
        let marked = status.tools.filter { $0.hasPrefix("mcp__my_server__get_item_") }
        #expect(marked.count == 2)
        #expect(Set(status.tools).count == 4)
        #expect(status.warnings.contains("a tool without a name is left out"))
        #expect(status.warnings.contains("the tool `get_item` is listed twice; the second one is left out"))
        #expect(status.warnings.contains { $0.hasSuffix("its name has more than 128 bytes") })
        await servers.close()
    }

    @Test func aSchemaThatCannotBeUsedIsLeftToTheServer() async throws {
        let (result, sandbox, log) = try await MCPSandbox.run(
            TestServer.stdio("t", "--odd-schemas") { $0.limits.descriptionCharacters = 100 },
            blocks: "r = await tools.mcp__t__astray({x: 1, y: 2})\nfinish r.error.message"
        )
        #expect(result.value == "MCP server `t`: no tool astray")
        #expect(sandbox.system(0).contains("The arguments are described by this JSON schema: "))
        #expect(sandbox.system(0).contains(String(repeating: "d", count: 100) + "…"))
        let told = try #require(log.statuses.first).text
        #expect(told.contains("the arguments of `astray` are not checked here: `$ref` leads nowhere: `#/$defs/x`"))
        #expect(told.contains("the arguments of `growing` are not checked here: the schema refers to itself so often"))
        #expect(told.contains("the arguments of `bare` are not checked here: there is no schema"))
    }

    @Test func patternsAreLeftToTheServer() async throws {
        let (result, _, _) = try await MCPSandbox.run(
            TestServer.stdio("t", "--odd-schemas"),
            blocks: """
                r = await tools.mcp__t__pattern({x: "\(String(repeating: "a", count: 60))!", pattern: 1, y: {z: 1}})
                s = await tools.mcp__t__pattern({pattern: "x"})
                finish [r.error.message, s.error.message]
                """
        )
        #expect(result.value == ["MCP server `t`: no tool pattern", "pattern: expected number, got \"x\""])
    }

    @Test func whatAServerSaysOfItsToolsIsInThePrompt() async throws {
        let (_, sandbox, _) = try await MCPSandbox.run(TestServer.stdio("t", "--instructions"), blocks: "finish 1")
        #expect(sandbox.system(0).contains("The MCP server `t` says of its tools: Be kind to it."))
    }

    @Test func toolsBeyondTheLimitAreLeftOut() async throws {
        let servers = try MCPServers([TestServer.stdio("t", "--pages") { $0.limits.tools = 4 }])
        let status = try #require(await servers.connect().first)
        #expect(status.tools.count == 4)
        #expect(status.warnings == ["there are more than 4 tools; the others are left out"])
        await servers.close()
    }

    @Test func entriesThatAreNoToolsAreNotCountedForEver() {
        var server = MCPServer.stdio("t", command: "t")
        server.limits.tools = 10
        let list = ToolList([Value](repeating: 0, count: 1_000), of: server)
        #expect(list.tools.isEmpty)
        #expect(list.warnings.count == 11)
        #expect(list.warnings.last == "there are more than 10 tools; the others are left out")
    }

    @Test func callsThatDestroyCanNeedApproval() async throws {
        let asked = Mutex<[String]>([])
        let servers = try MCPServers([TestServer.stdio { $0.approval = .destructive }])
        let sandbox = try await MCPSandbox(
            servers,
            [
                MCPSandbox.block(
                    "print await tools.mcp__t__echo({text: \"x\"})?\nr = await tools.mcp__t__wipe({})\nfinish r.error.message"
                )
            ]
        ) { core in
            core.approver = { request in
                asked.withLock { $0.append(request.tool) }
                return .deny(reason: "not today")
            }
        }
        let result = try await sandbox.session.turn("Go").run()
        #expect(asked.withLock { $0 } == ["mcp__t__wipe"])
        #expect(result.calls.last?.status == .error)
        await servers.close()
    }

    @Test func aToolThatOnlyLooksIsBelievedWhereTheHostSaysSo() async throws {
        for trusts in [false, true] {
            let sandbox = try await MCPSandbox(
                TestServer.stdio { $0.trustsReadOnlyHint = trusts },
                replies: ["Nothing."]
            )
            _ = try await sandbox.session.turn("Go").run()
            let echo = try #require(await sandbox.session.toolManifests.first { $0.name == "mcp__t__echo" })
            #expect(echo.traits.isReadOnly == trusts)
            #expect(echo.traits.retry.isIdempotent)
            await sandbox.servers.close()
        }
    }
}
