import ArgumentParser
import LashAgent
import Testing

@testable import LashCLI

@Suite struct ModelWindowTests {
    @Test(arguments: [
        ("gpt-5.4", 272_000), ("openai/gpt-4.1-mini", 1_047_576), ("GPT-4o", 128_000), ("claude-opus-4-5", 200_000),
        ("google/gemini-2.5-pro", 1_048_576), ("qwen3", 200_000), ("", 200_000), ("/", 200_000),
    ])
    func whatIsKnownOfAModelIsUsed(model: String, tokens: Int) throws {
        #expect(ModelWindows.tokens(of: model) == tokens)
        #expect(try ModelOptions.parse(["--model", model]).limits().contextWindow == tokens)
    }

    @Test func whatIsSaidGoesFirst() throws {
        let options = try ModelOptions.parse(["--model", "gpt-5", "--context-window", "10k"])
        #expect(try options.limits().contextWindow == 10_000)
    }
}
