import LashAgent
import LashMCP
import LashTestSupport
import Lashlang
import Testing

/// What the article about servers shows is what runs.
@Suite struct MCPArticleTests {
    @Test func theConfigurationInTheArticleIsRead() throws {
        let article = try ProjectFiles.text("Sources/LashAgent/LashAgent.docc/MCP.md")
        let start = try #require(article.firstRange(of: "```json\n"))
        let end = try #require(article[start.upperBound...].firstRange(of: "```"))
        let json = String(article[start.upperBound..<end.lowerBound])
        let read = try MCPConfiguration.servers(json: json) { $0 == "TRACKER_TOKEN" ? "abc" : nil }
        #expect(read.map(\.name) == ["files", "tracker"])
    }

    @Test func theExampleHasTheToolsOfItsServers() async throws {
        let json = "{\"mcpServers\": {\"gone\": {\"command\": \"no-such-program-here\"}}}"
        let servers = try servers(configuration: json, notes: TestServer.binary)
        #expect(await problems(of: servers) == ["gone": "there is no program `no-such-program-here`"])
        let model = ScriptedModel([
            MCPSandbox.block("r = await tools.mcp__notes__wipe({})\nprint r.error.message"),
            MCPSandbox.block("finish await tools.mcp__notes__variable({name: \"LEVEL\"})?"),
        ])
        let session = try await core(model, with: servers).session("s").open()
        #expect(try await session.turn("Go").run().value == "2")
        await servers.close()
    }
}
