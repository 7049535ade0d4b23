import LashAgent
import LashProviders
import LashStore
import Testing

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What the article about models and stores shows is what runs.
@Suite struct ModelsArticleTests {
    private static let root = String(#filePath.dropLast("Tests/LashCLITests/ModelsArticleTests.swift".count))

    private static func text(_ path: String) throws -> String {
        let file = try #require(fopen(root + path, "rb"))
        defer { fclose(file) }
        var bytes: [UInt8] = []
        while case let byte = getc(file), byte != EOF { bytes.append(UInt8(truncatingIfNeeded: byte)) }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func theArticleShowsWhatRuns() throws {
        let article = try Self.text("Sources/LashAgent/LashAgent.docc/ModelsAndStores.md")
        let example = try Self.text("Tests/LashCLITests/ModelsExample.swift")
        #expect(article.contains("```swift\n\(example)```\n"))
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
