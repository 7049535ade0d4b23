import LashMCP
import Testing

@Suite struct ConfigurationTests {
    private func read(_ json: String, _ variables: [String: String] = [:]) throws(MCPError) -> [MCPServer] {
        try MCPConfiguration.servers(json: json) { variables[$0] }
    }

    @Test func theUsualFormIsRead() throws {
        let servers = try read(
            """
            {"mcpServers": {
                "files": {"command": "mcp-files", "args": ["/srv", "${LEVEL:-1}"], "env": {"A": "b"}, "cwd": "/tmp"},
                "off": {"command": "x", "disabled": true},
                "web": {"type": "http", "url": "https://x.example/mcp/?k=${KEY}", "headers": {"X-Key": "${KEY}"}},
                "old": {"type": "sse", "url": "http://localhost:1/sse"},
                "any": {"url": "http://localhost:1/mcp", "autoApprove": []}}, "other": 1}
            """,
            ["KEY": "abc"]
        )
        #expect(
            servers == [
                .stdio(
                    "files",
                    command: "mcp-files",
                    arguments: ["/srv", "1"],
                    environment: ["A": "b"],
                    folder: "/tmp"
                ), .http("web", url: "https://x.example/mcp/?k=abc", headers: ["X-Key": "abc"], kind: .streamable),
                .http("old", url: "http://localhost:1/sse", kind: .sse), .http("any", url: "http://localhost:1/mcp"),
            ]
        )
    }

    @Test(arguments: [
        ("{}", "there is no object `mcpServers`"), ("{\"mcpServers\": []}", "there is no object `mcpServers`"),
        ("{\"mcpServers\": {\"a\": 1}}", "`mcpServers.a` must be an object"),
        ("{\"mcpServers\": {\"a b\": {}}}", "`mcpServers[\"a b\"]` has neither `command` nor `url`"),
        (
            "{\"mcpServers\": {\"a\": {\"command\": \"x\", \"url\": \"y\"}}}",
            "`mcpServers.a` has both `command` and `url`: a server is one or the other"
        ), ("{\"mcpServers\": {\"a\": {\"command\": \"\"}}}", "`mcpServers.a.command` must not be empty"),
        ("{\"mcpServers\": {\"a\": {\"command\": 1}}}", "`mcpServers.a.command` must be a text"),
        (
            "{\"mcpServers\": {\"a\": {\"command\": \"x\", \"type\": \"http\"}}}",
            "`mcpServers.a.type` must be `stdio` for a server with a `command`"
        ),
        (
            "{\"mcpServers\": {\"a\": {\"command\": \"x\", \"args\": \"y\"}}}",
            "`mcpServers.a.args` must be a list of texts"
        ),
        (
            "{\"mcpServers\": {\"a\": {\"command\": \"x\", \"args\": [\"y\", 2]}}}",
            "`mcpServers.a.args[1]` must be a text"
        ),
        (
            "{\"mcpServers\": {\"a\": {\"command\": \"x\", \"env\": []}}}",
            "`mcpServers.a.env` must be an object of texts"
        ),
        ("{\"mcpServers\": {\"a\": {\"command\": \"x\", \"env\": {\"B\": 1}}}}", "`mcpServers.a.env.B` must be a text"),
        (
            "{\"mcpServers\": {\"a\": {\"command\": \"${X}\"}}}",
            "`mcpServers.a.command` needs the environment variable `X`, which is not set"
        ), ("{\"mcpServers\": {\"a\": {\"command\": \"${X\"}}}", "`mcpServers.a.command` has a `${` without a `}`"),
        (
            "{\"mcpServers\": {\"a\": {\"url\": \"x\", \"type\": \"ws\"}}}",
            "`mcpServers.a.type` must be `http` or `sse` for a server with a `url`"
        ),
        (
            "{\"mcpServers\": {\"a\": {\"url\": \"ftp://secret\"}}}",
            "`mcpServers.a.url` is no address of a server: it has to begin with http:// or https://"
        ),
        (
            "{\"mcpServers\": {\"a\": {\"command\": \"x\"}, \"a_\": {\"command\": \"x\"}}}",
            "the MCP servers `a` and `a_` cannot stand beside each other: their tools would have the same names"
        ),
        (
            "{\"mcpServers\": {\"ß\": {\"command\": \"x\"}}}",
            "`mcpServers[\"ß\"]` the name of an MCP server has a letter or a digit and at most 64 bytes, unlike `ß`"
        ),
    ]) func whatIsWrongHasItsPlace(json: String, message: String) throws {
        let error = #expect(throws: MCPError.self) { try read(json) }
        #expect(error?.message == message)
    }

    @Test func whatIsNoJSONSaysWhere() throws {
        let error = #expect(throws: MCPError.self) { try read("{\"mcpServers\": }") }
        #expect(error?.message.hasPrefix("no JSON: ") == true)
        #expect(error?.message.contains("line 1") == true)
    }

    @Test func headersThatCannotBeSentAreRefused() throws {
        let error = #expect(throws: MCPError.self) {
            try read("{\"mcpServers\": {\"a\": {\"url\": \"http://x\", \"headers\": {\"X-Key\": \"sec\\nret\"}}}}")
        }
        #expect(error?.message.contains("sec") == false)
    }

    @Test func descriptionsShowNoSecrets() {
        let servers: [MCPServer] = [
            .http("a", url: "https://x/hidden?k=hidden", headers: ["X": "hidden"]),
            .stdio("b", command: "run", arguments: ["hidden"], environment: ["KEY": "hidden"]),
        ]
        for server in servers {
            var dumped = ""
            dump(server, to: &dumped)
            dump(server.transport, to: &dumped)
            #expect(!"\(server) \(String(reflecting: server)) \(server.transport) \(dumped)".contains("hidden"))
        }
    }
}
