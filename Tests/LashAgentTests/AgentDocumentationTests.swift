import LashAgent
import LashTestSupport
import Lashlang
import Testing

/// What the articles show is what runs.
@Suite struct AgentDocumentationTests {
    private static func fences(of language: String, in document: String) throws -> [String] {
        var fences: [String] = []
        var open: String?
        for line in ProjectFiles.lines(try ProjectFiles.text(document)) {
            if let fence = open {
                if line == "```" {
                    fences.append(fence)
                    open = nil
                } else {
                    open = fence + line + "\n"
                }
            } else if line == "```" + language {
                open = ""
            }
        }
        return fences
    }

    @Test(arguments: [
        ("Embedding.md", ["EmbeddingExample.swift"]), ("Plugins.md", ["PluginExample.swift", "ToneExample.swift"]),
        ("Tools.md", ["ToolExample.swift"]), ("Context.md", ["ContextExample.swift"]),
        ("Observability.md", ["../LashObservabilityTests/ObservabilityExample.swift"]),
        ("MCP.md", ["../LashMCPTests/MCPExample.swift"]),
        ("ModelsAndStores.md", ["../LashCLITests/ModelsExample.swift"]),
    ])
    func articlesShowWhatRuns(article: String, examples: [String]) throws {
        let fences = try Self.fences(of: "swift", in: "Sources/LashAgent/LashAgent.docc/" + article)
        #expect(fences == (try examples.map { try ProjectFiles.text("Tests/LashAgentTests/" + $0) }))
    }

    @Test func theEmbeddingExampleAnswers() async throws {
        let model = ScriptedModel([
            AgentSandbox.block("sum = 0\nfor o in orders { sum = sum + o.cents }", prose: "Adding up."),
            AgentSandbox.block("finish {total: euros(sum)}"),
        ])
        let log = EventLog()
        let orders = [Order(id: 1, cents: 1_250), Order(id: 2, cents: 990)]
        #expect(try await total(of: orders, answeredBy: model, log: log) == ["total": "22,40 EUR"])
        #expect(log.prose == "Adding up.\n")
    }

    @Test func thePluginExampleKeepsNotes() async throws {
        let sandbox = try AgentSandbox([
            "I am done.", AgentSandbox.block("await tools.note({text: \"milk\"})?"), "Now I am.", "Yes.",
        ]) { $0.plugins.append(NotePlugin()) }
        let session = try await sandbox.session()
        #expect(try await session.turn("Go").run().message == "Now I am.")
        let again = try await sandbox.session()
        #expect(try await again.call("notes.all") == ["milk"])
        _ = try await again.turn("Still there?").run()
        #expect(sandbox.system(3).contains("### Notes\n\n- milk"))
    }
}
