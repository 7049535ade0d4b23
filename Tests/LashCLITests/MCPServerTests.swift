import Testing

@Suite struct MCPServerTests {
    private let place = Workplace()
    /// The server of the tests, beside the commands.
    private static let server = String(LashProcess.binary.dropLast("lash".count)) + "MCPTestServer"

    init() {
        place.write("{\"mcpServers\": {\"test\": {\"command\": \"\(Self.server)\"}}}", to: "mcp.json")
        place.write(
            """
            %% reply
            <lashlang>
            finish await tools.mcp__test__echo({ text: "from the server" })?
            </lashlang>
            """,
            to: "echo.txt"
        )
    }

    @Test func programsCallTheToolsOfServers() {
        let run = place.lash("run", "Go", "--script", "echo.txt", "--mcp", "mcp.json", "--trace", "t.jsonl")
        #expect(run.status == 0)
        #expect(run.output == "from the server\n")
        #expect(run.errors == "")
        #expect(place.lash("replay", "t.jsonl").output == "1 turn, no difference\n")
    }

    @Test func aChatHasTheToolsInEveryTurn() {
        place.write(place.read("echo.txt") + "\n" + place.read("echo.txt"), to: "twice.txt")
        let chat = place.lash("chat", "--script", "twice.txt", "--mcp", "mcp.json", input: "One\nTwo\n")
        #expect(chat.output == "from the server\nfrom the server\n")
        #expect(chat.status == 0)
    }

    @Test func aServerThatFailsIsToldOf() {
        place.write("{\"mcpServers\": {\"gone\": {\"command\": \"no-such-program-here\"}}}", to: "gone.json")
        let run = place.lash("run", "Go", "--script", "echo.txt", "--mcp", "mcp.json", "--mcp", "gone.json")
        #expect(run.output == "from the server\n")
        #expect(run.errors == "warning: MCP server `gone`: there is no program `no-such-program-here`\n")
        #expect(run.status == 0)
    }

    @Test func aFileThatIsWrongIsRefused() {
        place.write("{\"mcpServers\": {\"a\": {}}}", to: "bad.json")
        let run = place.lash("run", "Go", "--script", "echo.txt", "--mcp", "bad.json")
        #expect(run.status == 65)
        #expect(run.errors == "error: bad.json: `mcpServers.a` has neither `command` nor `url`\n")
        let twice = place.lash("run", "Go", "--script", "echo.txt", "--mcp", "mcp.json", "--mcp", "mcp.json")
        #expect(twice.status == 64)
        #expect(twice.errors.contains("--mcp: there is an MCP server `test` already"))
    }

    @Test func theHelpSaysWhatTheFileIs() {
        for command in ["run", "chat"] { #expect(place.lash(command, "--help").output.contains("--mcp <FILE>")) }
    }
}
