import LashAgent
import Lashlang
import Testing

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What the articles show is what runs.
@Suite struct AgentDocumentationTests {
    private static let root = String(#filePath.dropLast("Tests/LashAgentTests/AgentDocumentationTests.swift".count))

    private static func text(_ path: String) throws -> String {
        let file = try #require(fopen(root + path, "rb"))
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes += chunk.prefix(count)
        }
    }

    private static func fences(of language: String, in document: String) throws -> [String] {
        var fences: [String] = []
        var open: String?
        for line in try text(document).split(separator: "\n", omittingEmptySubsequences: false) {
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
    ])
    func articlesShowWhatRuns(article: String, examples: [String]) throws {
        let fences = try Self.fences(of: "swift", in: "Sources/LashAgent/LashAgent.docc/" + article)
        #expect(fences == (try examples.map { try Self.text("Tests/LashAgentTests/" + $0) }))
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
