import ArgumentParser
import LashAgent
import LashProviders
import LashTerminal

/// The services that are spoken to.
enum Provider: String, ExpressibleByArgument, CaseIterable {
    case openai, anthropic
}

struct ModelOptions: ParsableArguments {
    @Option(help: ArgumentHelp("What the service calls the model; LASH_MODEL if not said.", valueName: "NAME"))
    var model: String?

    @Option(
        help: ArgumentHelp(
            "Where the service is; LASH_BASE_URL if not said, or the provider's own address.",
            discussion: "Local servers have addresses such as http://localhost:11434/v1.",
            valueName: "URL"
        )
    )
    var baseUrl: String?

    @Option(help: "What the service speaks: openai (chat completions) or anthropic; guessed from model and address.")
    var provider: Provider?

    @Option(
        help: ArgumentHelp(
            "The environment variable that holds the key; OPENAI_API_KEY or ANTHROPIC_API_KEY if not said.",
            valueName: "VARIABLE"
        )
    )
    var keyFrom: String?

    @Option(
        help: ArgumentHelp(
            "Instead of a model: replies from a file, in order.",
            discussion: """
                A line `%% reply` begins each reply; after it may stand chunk=N, delay=MS, usage=IN,OUT, stop=REASON, and \
                cut=N, silence=N or restart=N for what goes wrong. `%% error KIND MESSAGE` is a failure.
                """,
            valueName: "FILE"
        )
    )
    var script: String?

    @Option(help: ArgumentHelp("How hard the model is to think, in its service's words.", valueName: "WORD"))
    var effort: String?

    @Option(
        help: ArgumentHelp("The most tokens that the model can read; what is known of it, or 200k.", valueName: "N")
    )
    var contextWindow: String?

    @Option(help: ArgumentHelp("The most tokens of one answer.", valueName: "N"))
    var maxTokens: String?

    @Option(help: ArgumentHelp("The longest silence of the service, as 30s or 2m.", valueName: "TIME"))
    var idleTimeout = "2m"

    /// What answers.
    func makeModel() throws(CommandFailure) -> any LanguageModel {
        if let script { return try scriptedModel(script) }
        guard let name = model ?? Console.environment("LASH_MODEL") else {
            throw .usage("no model: give --model NAME, or --script FILE for one that says what you wrote")
        }
        let address = baseUrl ?? Console.environment("LASH_BASE_URL")
        let provider = provider ?? Self.provider(of: name, at: address)
        let variable = keyFrom ?? (provider == .anthropic ? "ANTHROPIC_API_KEY" : "OPENAI_API_KEY")
        let key = APIKey(environment: variable)
        if key == nil, keyFrom != nil || address == nil {
            throw .usage("there is no key in the environment variable \(variable)")
        }
        let timeouts = ModelTimeouts(idle: try Quantity.time(idleTimeout))
        do throws(ModelError) {
            switch provider {
            case .anthropic:
                return try AnthropicModel(
                    name,
                    baseURL: address ?? "https://api.anthropic.com",
                    key: key,
                    timeouts: timeouts
                )
            case .openai:
                return try OpenAIModel(
                    name,
                    baseURL: address ?? "https://api.openai.com/v1",
                    key: key,
                    timeouts: timeouts
                )
            }
        } catch { throw .usage(error.message) }
    }

    private static func provider(of model: String, at address: String?) -> Provider {
        if let address { return address.contains("anthropic") ? .anthropic : .openai }
        return model.hasPrefix("claude") ? .anthropic : .openai
    }

    private func scriptedModel(_ path: String) throws(CommandFailure) -> ScriptedModel {
        let text = try Inputs.text(try Inputs.read(path), of: path)
        do throws(ScriptError) { return ScriptedModel(try ScriptedReply.read(script: text)) } catch {
            throw .data("\(path):\(error.line): \(error.message)")
        }
    }

    /// What the model can take and give.
    func limits() throws(CommandFailure) -> ModelLimits {
        let name = model ?? Console.environment("LASH_MODEL") ?? ""
        let window =
            try contextWindow.map { text throws(CommandFailure) in try Quantity.count(text) }
            ?? ModelWindows.tokens(of: name)
        let tokens = try maxTokens.map { text throws(CommandFailure) in try Quantity.count(text) }
        do throws(AgentConfigurationError) {
            return try ModelLimits(contextWindow: window, outputTokens: tokens)
        } catch {
            throw .usage(error.message)
        }
    }
}
