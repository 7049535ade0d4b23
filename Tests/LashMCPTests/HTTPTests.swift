import LashAgent
import LashMCP
import LashTestServers
import Lashlang
import Testing

@Suite struct HTTPTests {
    private static let call = "finish await tools.mcp__web__echo({text: \"hello\"})?"

    private func web(
        _ server: HTTPServer,
        path: String = "/mcp",
        headers: [String: String] = [:],
        _ kind: MCPServer.Endpoint.Kind = .automatic
    ) -> MCPServer {
        MCPServer.http("web", url: server.address + path, headers: headers, kind: kind)
    }

    /// How a server stands after an attempt to connect.
    private func status(_ server: MCPServer) async throws -> MCPServerStatus {
        let servers = try MCPServers([server], environment: { _ in nil })
        let status = try #require(await servers.connect().first)
        await servers.close()
        return status
    }

    @Test func aServiceAnswersWithJSON() async throws {
        let server = try await HTTPServer(.json)
        let (result, _, _) = try await MCPSandbox.run(
            web(server, path: "/mcp/?k=1", headers: ["Authorization": "Bearer abc"]),
            blocks: Self.call
        )
        #expect(result.value == "hello")
        let posts = server.requests.filter { $0.line.hasPrefix("POST") }
        #expect(posts.allSatisfy { $0.line == "POST /mcp/?k=1 HTTP/1.1" })
        #expect(posts.allSatisfy { $0.header("accept") == "application/json, text/event-stream" })
        #expect(posts.allSatisfy { $0.header("authorization") == "Bearer abc" })
        #expect(posts.map { $0.header("mcp-session-id") } == [nil, "s1", "s1", "s1"])
        #expect(posts.map { $0.header("mcp-protocol-version") }.suffix(2) == ["2025-03-26", "2025-03-26"])
        let end = try #require(server.requests.last { $0.line.hasPrefix("DELETE") })
        #expect(end.header("mcp-session-id") == "s1")
    }

    @Test func aServiceAnswersWithAStream() async throws {
        let server = try await HTTPServer(.stream)
        let (result, _, _) = try await MCPSandbox.run(web(server), blocks: Self.call)
        #expect(result.value == "hello")
    }

    @Test func aServiceOfTheOlderFormAnswers() async throws {
        for (form, kind) in [(HTTPServer.Form.events, MCPServer.Endpoint.Kind.sse), (.eventsOnly, .automatic)] {
            let server = try await HTTPServer(form)
            let (result, _, _) = try await MCPSandbox.run(web(server, path: "/sse", kind), blocks: Self.call)
            #expect(result.value == "hello")
            #expect(server.requests.last?.line == "POST /messages?id=1 HTTP/1.1")
        }
    }

    @Test func theOlderFormDoesNotSendItsHeadersElsewhere() async throws {
        for place in ["http://127.0.0.1:9/messages", "//elsewhere/messages", ""] {
            let server = try await HTTPServer(.events, place: place)
            let status = try await status(web(server, .sse))
            #expect(status.state == .failed)
            #expect(server.seen == ["GET"])
        }
    }

    @Test func aStreamOfTheOlderFormThatEndsIsOpenedAgain() async throws {
        let server = try await HTTPServer(.events)
        let sandbox = try await MCPSandbox(
            web(server, .sse),
            replies: [MCPSandbox.block(Self.call), MCPSandbox.block(Self.call)]
        )
        #expect(try await sandbox.session.turn("One").run().value == "hello")
        server.hangUp()
        #expect(
            try await eventually {
                await sandbox.servers.connect()
                return server.seen.count { $0 == "GET" } == 2
            }
        )
        #expect(try await sandbox.session.turn("Two").run().value == "hello")
        await sandbox.servers.close()
    }

    @Test func aForgottenSessionIsBegunAgain() async throws {
        let server = try await HTTPServer(.json)
        let sandbox = try await MCPSandbox(
            web(server),
            replies: [MCPSandbox.block(Self.call), MCPSandbox.block(Self.call)]
        )
        #expect(try await sandbox.session.turn("One").run().value == "hello")
        server.forget()
        #expect(try await sandbox.session.turn("Two").run().value == "hello")
        #expect(server.seen.count { $0 == "initialize" } == 2)
        #expect(server.requests.last { $0.text.contains("tools/call") }?.header("mcp-session-id") == "s2")
        await sandbox.servers.close()
    }

    @Test func aServiceTellsOfNewToolsByItself() async throws {
        let server = try await HTTPServer(.json)
        let sandbox = try await MCPSandbox(
            web(server),
            replies: ["Nothing.", MCPSandbox.block("finish await tools.mcp__web__grown({text: \"new\"})?")]
        )
        _ = try await sandbox.session.turn("One").run()
        #expect(try await eventually { server.isListenedTo })
        server.grow()
        #expect(
            try await eventually {
                await sandbox.servers.connect().first?.tools == ["mcp__web__echo", "mcp__web__grown"]
            }
        )
        #expect(try await sandbox.session.turn("Two").run().value == "new")
        await sandbox.servers.close()
    }

    @Test func aRefusalShowsNoSecret() async throws {
        let secret = "token-1234567890"
        let server = try await HTTPServer(.json) { _, request in
            [.response(401, body: "{\"error\": {\"message\": \"bad \(request.header("authorization") ?? "")\"}}")]
        }
        let status = try await status(
            web(server, path: "/mcp?key=query-secret", headers: ["Authorization": "Bearer \(secret)"])
        )
        let error = try #require(status.error)
        #expect(error.contains("status 401, so it does not accept the headers that it was given: bad [secret]"))
        #expect(!error.contains(secret) && !error.contains("query-secret"))
    }

    @Test(arguments: [500, 200]) func nothingIsLeftOfALongSecret(code: Int) async throws {
        let token = "sk-" + String(repeating: "0123456789", count: 50)
        let server = try await HTTPServer(.json) { _, request in
            let body = "bad \(request.header("authorization") ?? "") indeed"
            return [.response(code, "content-type: application/json", body: body)]
        }
        let status = try await status(web(server, headers: ["Authorization": "Bearer \(token)"]))
        let error = try #require(status.error)
        #expect(error.hasSuffix(": bad [secret] indeed"))
        #expect(!error.contains("sk-") && !error.contains("0123456789"))
    }

    /// So many copies of a secret that what is read of the answer ends in the middle of one, and what is shown as well.
    @Test func nothingIsLeftOfASecretAtTheEndOfWhatIsRead() async throws {
        let token = "sk-" + String(repeating: "0123456789", count: 30)
        let server = try await HTTPServer(.json) { _, request in
            let copies = Array(repeating: request.header("authorization") ?? "", count: 40)
            return [.response(500, "content-type: text/plain", body: copies.joined(separator: ""))]
        }
        let error = try #require(try await status(web(server, headers: ["Authorization": token])).error)
        #expect(error.hasSuffix("[secret][secret]"))
        #expect(!error.contains("sk-") && !error.contains("0123456789"))
    }

    @Test func aSecretThatAServerSendsBackIsSeenNowhere() async throws {
        let secret = "token-1234567890"
        let trace = MemoryTrace()
        let server = try await HTTPServer(.json)
        let sandbox = try await MCPSandbox(
            try MCPServers([web(server, headers: ["X-Key": secret])], environment: { _ in nil }),
            [MCPSandbox.block("a = \"token-\"\nfinish await tools.mcp__web__echo({text: a + \"1234567890\"})?")]
        ) { $0.trace = trace }
        #expect(try await sandbox.session.turn("Go").run().value == "[secret]")
        let kept = trace.records.map(\.line).filter { $0.contains("tool_call_completed") && $0.contains("\"output\"") }
        #expect(!kept.isEmpty)
        await sandbox.servers.close()
    }

    @Test func aSessionWhoseNameCannotBeSentBackIsRefused() async throws {
        let server = try await HTTPServer(.json) { _, _ in
            [.response(200, "mcp-session-id: " + String(repeating: "s", count: 2_000), body: "{}")]
        }
        #expect(
            try await status(web(server)).error == "the server gave the session a name that cannot be sent back"
        )
    }

    @Test func aListOfToolsThatIsNoneIsAFailure() async throws {
        let server = try await HTTPServer(.json) { method, request in
            guard method == "tools/list", case .record(let fields)? = try? Value(json: request.text) else { return nil }
            let answer: Value = ["jsonrpc": "2.0", "id": fields["id"] ?? .null, "result": ["tools": 1]]
            return [.response(200, "content-type: application/json", body: (try? answer.json()) ?? "")]
        }
        #expect(try await status(web(server)).error == "the server's list of tools is no list")
    }

    @Test func aServiceThatHasMovedIsNotFollowed() async throws {
        let server = try await HTTPServer(.json) { _, _ in [.response(302, "location: http://127.0.0.1:9/", body: "")] }
        #expect(try await status(web(server)).error == "the server has moved (status 302); give its new address")
    }

    @Test(arguments: [
        ("{\"jsonrpc\": ", "the server sent something that is no JSON"),
        ("17", "the server sent something that is no JSON-RPC message: 17"),
        ("", "the server ended its response without an answer"),
        (
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}",
            "the server does not say which version of the protocol it speaks"
        ),
        ("{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-1,\"message\":\"closed today\"}}", "closed today"),
    ]) func whatIsNoAnswerIsAFailure(body: String, message: String) async throws {
        let server = try await HTTPServer(.json) { _, _ in
            [.response(200, "content-type: application/json", body: body)]
        }
        let error = try #require(try await status(web(server, .streamable)).error)
        #expect(error.hasPrefix(message))
    }

    @Test func anAnswerThatIsTooLongIsNotRead() async throws {
        let server = try await HTTPServer(.json) { method, _ in
            guard method == "tools/call" else { return nil }
            return [
                .bytes(
                    Array(
                        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n".utf8
                    )
                ),
                .endless(Array("400\r\n".utf8) + [UInt8](repeating: 0x20, count: 1024) + Array("\r\n".utf8)),
            ]
        }
        var limited = web(server)
        limited.limits.messageBytes = 20_000
        let (result, _, _) = try await MCPSandbox.run(
            limited,
            blocks: "r = await tools.mcp__web__echo({text: \"x\"})\nfinish r.error.message"
        )
        #expect(result.value == "MCP server `web`: the server sent a message of more than 20000 bytes")
    }

    @Test func aServiceThatIsNotThereIsAFailure() async throws {
        let status = try await status(.http("web", url: "http://127.0.0.1:9/mcp"))
        let error = try #require(status.error)
        #expect(error.contains("127.0.0.1:9") && error.contains("refused"))
    }

    @Test func aServiceWithoutAStreamOfItsOwnIsFine() async throws {
        let server = try await HTTPServer(.json) { method, _ in method == "GET" ? [.response(405, body: "")] : nil }
        let (result, _, _) = try await MCPSandbox.run(web(server), blocks: Self.call)
        #expect(result.value == "hello")
    }

    @Test func anAddressThatIsNoneIsRefused() throws {
        let error = #expect(throws: MCPError.self) { try MCPServers([.http("web", url: "x.example/hidden")]) }
        #expect(
            error?.description
                == "MCP server `web`: the address is no address of a server: it has to begin with http:// or https://"
        )
    }
}
