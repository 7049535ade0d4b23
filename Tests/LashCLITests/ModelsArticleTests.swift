import LashAgent
import LashProviders
import LashStore
import LashTestSupport
import Testing

/// What the article about models and stores shows is what runs.
@Suite struct ModelsArticleTests {
    @Test func theScriptInTheArticleIsRead() throws {
        let article = try ProjectFiles.text("Sources/LashAgent/LashAgent.docc/ModelsAndStores.md")
        let script = try #require(article.firstRange(of: "```text\n"))
        let lines = article[script.upperBound...].prefix { $0 != "`" }
        #expect(try ScriptedReply.read(script: String(lines)).count == 3)
    }

    @Test func theExampleKeepsAndReplays() async throws {
        let place = Workplace()
        let path = "\(place.path)/a.db"
        let core = try core(at: path, key: nil, service: "http://127.0.0.1:9/v1")
        let session = try await core.session("s").open()
        let result = try await session.turn("Hello").model(ScriptedModel(["Hi."])).run()
        #expect(result.message == "Hi.")
        #expect(try await differences(in: "s", of: path, like: core) == [])
    }
}
