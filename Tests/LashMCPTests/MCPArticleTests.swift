import LashAgent
import LashMCP
import Lashlang
import Testing

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What the article about servers shows is what runs.
@Suite struct MCPArticleTests {
    private static let root = String(#filePath.dropLast("Tests/LashMCPTests/MCPArticleTests.swift".count))

    private static func text(_ path: String) throws -> String {
        let file = try #require(fopen(root + path, "rb"))
        defer { fclose(file) }
        var bytes: [UInt8] = []
        while case let byte = getc(file), byte != EOF { bytes.append(UInt8(truncatingIfNeeded: byte)) }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func theArticleShowsWhatRuns() throws {
        let article = try Self.text("Sources/LashAgent/LashAgent.docc/MCP.md")
        let example = try Self.text("Tests/LashMCPTests/MCPExample.swift")
        #expect(article.contains("```swift\n\(example)```\n"))
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
