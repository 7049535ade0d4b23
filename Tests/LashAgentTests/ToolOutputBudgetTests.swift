import LashAgent
import Lashlang
import Testing

/// What models are shown of long texts of tools.
@Suite struct ToolOutputBudgetTests {
    private typealias Box = AgentSandbox

    private static func tool(_ name: String, _ text: String) throws -> Toolset {
        try Toolset { tools in try tools.add(name, "Reads.") { text } }
    }

    private static let print = Box.block("t = await tools.read({})?\nprint t\nprint len(t)")

    @Test(arguments: [
        ("abc", 3, 9, false, "abc"), ("abcdef", 3, 9, false, "abc\n...3 bytes truncated..."),
        ("abcdef", 3, 9, true, "...3 bytes truncated...\ndef"), ("aäb", 2, 9, false, "a\n...3 bytes truncated..."),
        ("bäa", 2, 9, true, "...3 bytes truncated...\na"),
        ("1\n2\n3\n4", 99, 2, false, "1\n2\n...2 lines truncated..."),
        ("1\n2\n3\n4", 99, 2, true, "...2 lines truncated...\n3\n4"),
        ("123\n456\n7", 5, 2, false, "123\n4\n...1 lines truncated..."),
        ("1\r\n2\r\n3\r\n4", 99, 2, false, "1\r\n2\r\n...2 lines truncated..."),
        ("1\r\n2\r\n3\r\n4", 99, 2, true, "...2 lines truncated...\n3\r\n4"),
    ])
    func longTextsAreCut(text: String, bytes: Int, lines: Int, keepsEnd: Bool, expected: String) async throws {
        let tool = try Self.tool("read", text)
        let sandbox = try Box([Self.print, Box.block("finish t")]) { core in
            core.tools = [tool]
            core.plugins.append(ToolOutputBudget(bytes: bytes, lines: lines, tailTools: keepsEnd ? ["read"] : []))
        }
        let session = try await sandbox.session()
        let result = try await session.turn("Go").run()
        #expect(sandbox.observation(1).contains("chars):\n\(expected)\n\n"), "\(sandbox.observation(1))")
        // Programs, records and the history have the whole.
        #expect(result.value == .string(text))
        #expect(result.calls.map(\.output) == [.string(text)])
        guard case .step(let step)? = await session.history.dropFirst().first else { return }
        #expect(step.output == [text, "\(text.unicodeScalars.count)"])
    }

    @Test func theDefaultsAreThoseThatPeopleKnow() async throws {
        for (name, count) in [("read", 400), ("exec_command", 400)] {
            let text = (1...(count + 1)).map { "line \($0)" }.joined(separator: "\n")
            let tool = try Self.tool(name, text)
            let sandbox = try Box([Box.block("print await tools.\(name)({})?"), "Done."]) { core in
                core.tools = [tool]
                core.plugins.append(ToolOutputBudget())
            }
            _ = try await sandbox.session().turn("Go").run()
            let shown = sandbox.observation(1)
            #expect(shown.contains("...1 lines truncated..."))
            #expect(shown.contains("line 401") == (name == "exec_command"))
        }
    }

    @Test func onlyTextsOfToolsAreCut() async throws {
        let tool = try Self.tool("read", "abcdef")
        let sandbox = try Box([Box.block("t = await tools.read({})?\nprint \"longer than three\"\nprint [t]"), "Done."])
        {
            core in
            core.tools = [tool]
            core.plugins.append(ToolOutputBudget(bytes: 3))
        }
        _ = try await sandbox.session().turn("Go").run()
        #expect(!sandbox.observation(1).contains("truncated"))
    }

    @Test func theWholeIsInAFile() async throws {
        let (folder, store) = (try TestFolder(), MemoryStore())
        let tool = try Self.tool("read", "abcdef")
        func open(_ replies: [ScriptedReply]) throws -> Box {
            try Box(replies) { core in
                core.tools = [tool]
                core.store = store
                core.plugins.append(ToolOutputBudget(bytes: 3, folder: folder.path))
            }
        }
        let sandbox = try open([Self.print, "One.", "Two."])
        let session = try await sandbox.session()
        _ = try await session.turn("Go").run()
        _ = try await session.turn("Go on").run()
        let names = folder.names("")
        #expect(names.count == 1)
        let name = try #require(names.first)
        #expect(name.hasPrefix("read-") && name.hasSuffix(".txt") && name.utf8.count == "read-.txt".utf8.count + 12)
        #expect(folder.text(name) == "abcdef" && folder.mode(name) == 0o600)
        #expect(sandbox.observation(1).contains("The whole text is in the file \(folder.path)/\(name)."))
        // What was shown once is shown again, also when the session is opened again.
        let again = try open(["Three."])
        _ = try await again.session().turn("And on").run()
        #expect(again.conversation(0).prefix(3) == sandbox.conversation(2).prefix(3))
        #expect(folder.names("") == names)
    }

    @Test func aFolderThatIsNotThereIsNoReasonToFail() async throws {
        let tool = try Self.tool("read", "abcdef")
        let sandbox = try Box([Self.print, "Done."]) { core in
            core.tools = [tool]
            core.plugins.append(ToolOutputBudget(bytes: 3, folder: "/nowhere/at/all"))
        }
        #expect(try await sandbox.session().turn("Go").run().message == "Done.")
        #expect(sandbox.observation(1).contains("...3 bytes truncated...") && !sandbox.observation(1).contains("file"))
    }
}
