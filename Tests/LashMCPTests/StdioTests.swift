import InMemoryLogging
import LashAgent
import LashMCP
import Lashlang
import Logging
import Testing

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

@Suite struct StdioTests {
    /// Asks how many requests were taken back until there is one: the server hears of it beside everything else.
    private static let counting = """
        count = 0
        for i in range(500) { if count == 0 { count = len((await tools.mcp__t__calls({})?).cancelled) } }
        """

    @Test func aTurnCallsAToolOfAServer() async throws {
        let (result, sandbox, log) = try await MCPSandbox.run(
            TestServer.stdio(),
            blocks: "finish await tools.mcp__t__echo({text: \"hello\"})?"
        )
        #expect(result.value == "hello")
        #expect(sandbox.system(0).contains("#### tools.mcp__t__echo({ text?: str }) -> any\nSays what it is told."))
        #expect(result.calls.map(\.name) == ["mcp__t__echo"])
        let status = try #require(log.statuses.first)
        #expect(status.text.contains("\"title\":\"test server 7\""))
        #expect(log.statuses.count == 1)
    }

    @Test func aStructuredResultIsTheValue() async throws {
        let (result, sandbox, _) = try await MCPSandbox.run(
            TestServer.stdio(),
            blocks: "r = await tools.mcp__t__add({a: 1, b: 2})?\nfinish r.sum"
        )
        #expect(result.value == 3)
        #expect(sandbox.system(0).contains("- `sum: float` — The sum."))
    }

    @Test func whatAToolSaysOfItsFailureIsTheFailure() async throws {
        let (result, _, _) = try await MCPSandbox.run(
            TestServer.stdio(),
            blocks: """
                r = await tools.mcp__t__fail({})
                s = await tools.mcp__t__add({})
                finish [r.ok, r.error.code, r.error.message, s.error.code, s.error.message]
                """
        )
        #expect(
            result.value == [
                false, "mcp_tool_error", "nothing works", "mcp_refused", "MCP server `t`: a and b are numbers",
            ]
        )
    }

    @Test func argumentsAreCheckedBeforeTheyAreSent() async throws {
        let (result, _, _) = try await MCPSandbox.run(
            TestServer.stdio(),
            blocks: "r = await tools.mcp__t__add({a: \"one\"})\nfinish r.error.message"
        )
        #expect(result.value == "a: expected number, got \"one\"")
    }

    @Test func imagesAndResourcesAreItemsOfAList() async throws {
        let (result, sandbox, _) = try await MCPSandbox.run(
            TestServer.stdio(),
            blocks: "parts = await tools.mcp__t__mixed({})?\nprint parts[1]",
            "finish [parts[0], parts[2], parts[3]]"
        )
        #expect(
            result.value == [
                "a picture", ["type": "resource_link", "uri": "file:///a.txt", "name": "a.txt"],
                ["type": "resource", "uri": "file:///b.txt", "mimeType": "text/plain", "text": "b"],
            ]
        )
        let images = sandbox.model.requests[1].messages.flatMap(\.parts).compactMap { part in
            if case .image(let image) = part { image } else { nil }
        }
        #expect(images == [ModelImage(mime: "image/png", bytes: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])])
    }

    @Test func allPagesOfTheListAreRead() async throws {
        let servers = try MCPServers([TestServer.stdio("t", "--pages")])
        let status = await servers.connect()
        #expect(status.first?.tools.count == 14)
        #expect(status.first?.tools.last == "mcp__t__wipe")
        await servers.close()
    }

    @Test func aListThatDoesNotEndIsReadInPart() async throws {
        let servers = try MCPServers([TestServer.stdio("t", "--endless")])
        let status = try #require(await servers.connect().first)
        #expect(status.tools.count == 14)
        #expect(status.warnings.contains("the list of tools does not come to an end; it is read up to page 2"))
        await servers.close()
    }

    @Test func toolsThatComeLaterCanBeCalledByTheNextBlock() async throws {
        let (result, sandbox, log) = try await MCPSandbox.run(
            TestServer.stdio(),
            blocks: "print await tools.mcp__t__grow({})?",
            "finish await tools.mcp__t__grown({})?"
        )
        #expect(result.value == "here I am")
        #expect(!sandbox.system(0).contains("mcp__t__grown"))
        #expect(sandbox.system(1).contains("mcp__t__grown"))
        #expect(log.statuses.count == 2)
    }

    @Test func aServerThatDiesFailsItsCallsAndIsStartedAgain() async throws {
        let (result, _, log) = try await MCPSandbox.run(
            TestServer.stdio(),
            blocks: """
                r = await tools.mcp__t__die({})
                s = await tools.mcp__t__echo({text: "again"})?
                finish [r.error.code, s]
                """
        )
        #expect(result.value == ["mcp_ended", "again"])
        #expect(
            log.failures == [
                "MCP server `t`: the server has ended with status 3; it wrote last:\nstarting\nout of paper"
            ]
        )
    }

    @Test func aServerThatIsGoneIsStartedAgainForTheNextTurn() async throws {
        let sandbox = try await MCPSandbox(
            TestServer.stdio(),
            replies: [MCPSandbox.block("finish (await tools.mcp__t__die({})).error.code"), "Done."]
        )
        #expect(try await sandbox.session.turn("One").run().value == "mcp_ended")
        let status = try #require(await sandbox.servers.list().first)
        #expect(status.state == .ended)
        #expect(status.error?.hasPrefix("the server has ended with status 3") == true)
        _ = try await sandbox.session.turn("Two").run()
        #expect(await sandbox.servers.list().first?.state == .connected)
        #expect(!sandbox.system(1).contains("cannot be used now"))
        await sandbox.servers.close()
    }

    @Test func aProcessIsGoneWhenItsServerIsDetachedBeforeItAnswers() async throws {
        let log = InMemoryLogHandler()
        var logger = Logger(label: "test") { _ in log }
        logger.logLevel = .debug
        let command = "echo $$ >&2; exec \(TestServer.binary) --silent"
        let servers = try MCPServers([.stdio("t", command: "/bin/sh", arguments: ["-c", command])], logger: logger)
        async let connected = servers.connect()
        #expect(try await eventually { log.entries.contains { Int32("\($0.message)") != nil } })
        let number = try #require(log.entries.lazy.compactMap { Int32("\($0.message)") }.first)
        try await servers.detach("t")
        #expect(!TestServer.isRunning(number))
        #expect(await connected.isEmpty)
    }

    @Test func aServerThatDoesNotAnswerIsNotWaitedForForEver() async throws {
        let (result, _, _) = try await MCPSandbox.run(
            TestServer.stdio { $0.callTimeout = .seconds(1) },
            blocks: """
                r = await tools.mcp__t__hang({})
                \(Self.counting)
                finish [r.error.class, r.error.message, count]
                """
        )
        #expect(
            result.value == ["timeout", "MCP server `t`: the server did not answer `tools/call` within 1.0 s", 1]
        )
    }

    @Test func aCancelledTurnTakesItsCallBack() async throws {
        let sandbox = try await MCPSandbox(
            TestServer.stdio(),
            replies: [
                MCPSandbox.block("await tools.mcp__t__hang({})?"),
                MCPSandbox.block("\(Self.counting)\nfinish count"),
            ]
        )
        let session = sandbox.session
        let log = EventLog { event in
            if case .toolCallStarted = event { session.cancelRunningTurns() }
        }
        #expect(try await session.turn("Go").stream(to: log).outcome == .stopped(.cancelled))
        #expect(try await session.turn("How many?").run().value == 1)
        await sandbox.servers.close()
    }

    @Test func whatIsNoMessageEndsTheServer() async throws {
        let (result, _, log) = try await MCPSandbox.run(
            TestServer.stdio(),
            blocks: "r = await tools.mcp__t__junk({})\nfinish [r.error.code, await tools.mcp__t__echo({text: \"on\"})?]"
        )
        #expect(result.value == ["mcp_malformed", "on"])
        #expect(log.failures.first?.contains("the server sent something that is no JSON") == true)
    }

    @Test func aMessageThatIsTooLongEndsTheServer() async throws {
        let (result, _, _) = try await MCPSandbox.run(
            TestServer.stdio { $0.limits.messageBytes = 50_000 },
            blocks: "r = await tools.mcp__t__huge({bytes: 200000})\nfinish r.error.message"
        )
        #expect(
            result.value?.text.hasPrefix("MCP server `t`: the server sent a message of more than 50000 bytes") == true
        )
    }

    @Test func aRequestThatIsTooLongIsNotSent() async throws {
        let (result, _, _) = try await MCPSandbox.run(
            TestServer.stdio { $0.limits.messageBytes = 20_000 },
            blocks: """
                text = "0123456789"
                for i in range(12) { text = text + text }
                r = await tools.mcp__t__echo({text: text})
                finish r.error.message
                """
        )
        #expect(result.value == "MCP server `t`: the request is longer than 20000 bytes, or no JSON")
    }

    @Test func aGreetingOnTheStreamOfMessagesIsLetPass() async throws {
        let servers = try MCPServers([TestServer.stdio("t", "--greeting")])
        #expect(await servers.connect().first?.state == .connected)
        await servers.close()
    }

    @Test func requestsOfTheServerAreAnswered() async throws {
        let log = InMemoryLogHandler()
        var logger = Logger(label: "test") { _ in log }
        logger.logLevel = .debug
        let servers = try MCPServers([TestServer.stdio("t", "--asks")], logger: logger)
        let sandbox = try await MCPSandbox(
            servers,
            [MCPSandbox.block("c = await tools.mcp__t__calls({})?\nfinish c.refusals")]
        )
        let answers = try await sandbox.session.turn("Go").run().value
        #expect(
            answers == [
                ["jsonrpc": "2.0", "id": "p", "result": [:]],
                [
                    "jsonrpc": "2.0", "id": "s",
                    "error": ["code": -32601, "message": "`sampling/createMessage` is not offered"],
                ],
            ]
        )
        #expect(log.entries.contains { $0.message == "a word" && $0.level == .debug })
        await servers.close()
    }

    @Test func aServerSeesLittleOfTheEnvironment() async throws {
        setenv("LASH_MCP_HIDDEN", "secret", 1)
        let (result, _, _) = try await MCPSandbox.run(
            TestServer.stdio("t", environment: ["LEVEL": "2"]),
            blocks: """
                finish [
                  await tools.mcp__t__variable({name: "LASH_MCP_HIDDEN"})?, await tools.mcp__t__variable({name: "LEVEL"})?,
                  await tools.mcp__t__variable({name: "PATH"})? == "unset"
                ]
                """
        )
        #expect(result.value == ["unset", "2", false])
    }

    @Test func aServerRunsInItsFolder() async throws {
        var server = TestServer.stdio()
        if case .stdio(var command) = server.transport {
            var path = [CChar](repeating: 0, count: 4_096)
            let here = getcwd(&path, path.count).map { String(cString: $0) } ?? ""
            if !command.executable.hasPrefix("/") { command.executable = "\(here)/\(command.executable)" }
            command.folder = "/"
            server.transport = .stdio(command)
        }
        let (result, _, _) = try await MCPSandbox.run(server, blocks: "finish await tools.mcp__t__where({})?")
        #expect(result.value == "/")
    }

    @Test(arguments: [false, true]) func aProcessIsGoneWhenItsServerIsDetached(isStubborn: Bool) async throws {
        let servers = try MCPServers([TestServer.stdio("t", isStubborn ? "--stubborn" : "--polite")])
        let process = try await Self.process(servers)
        #expect(TestServer.isRunning(process))
        try await servers.detach("t")
        #expect(!TestServer.isRunning(process))
        #expect(await servers.list().isEmpty)
    }

    @Test func whatAServerHasStartedEndsWithIt() async throws {
        let path = "/tmp/lash-mcp-test.\(UInt64.random(in: .min ... .max))"
        defer { unlink(path) }
        let helper =
            "(trap 'echo ended > \(path); exit' TERM; echo ready > \(path); while :; do sleep 1; done) 2>/dev/null &"
        let command = "\(helper) exec \(TestServer.binary)"
        let servers = try MCPServers([.stdio("t", command: "/bin/sh", arguments: ["-c", command])])
        #expect(await servers.connect().first?.state == .connected)
        #expect(try await eventually { Self.firstLine(of: path) == "ready" })
        await servers.close()
        #expect(try await eventually { Self.firstLine(of: path) == "ended" })
    }

    private static func firstLine(of path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 80)
        guard fgets(&line, Int32(line.count), file) != nil else { return nil }
        return String(decoding: line.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    @Test func aProcessEndsWithTheLastWhoHasIt() async throws {
        func process() async throws -> Int32 { try await Self.process(try MCPServers([TestServer.stdio()])) }
        let number = try await process()
        #expect(try await eventually { !TestServer.isRunning(number) })
    }

    private static func process(_ servers: MCPServers) async throws -> Int32 {
        let sandbox = try await MCPSandbox(servers, [MCPSandbox.block("finish (await tools.mcp__t__pid({})?).pid")])
        guard case .number(let number)? = try await sandbox.session.turn("Go").run().value else { return 0 }
        return Int32(number)
    }
}
