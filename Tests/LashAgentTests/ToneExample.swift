import LashAgent
import Lashlang

struct ToneConfiguration: Sendable {
    var isRequired: Bool
}

struct Tone: Codable, Sendable {
    var tone: String
}

/// Lets every turn say in which tone it is to be answered.
enum TonePlugin: PluginBinding {
    typealias Input = Tone

    static let id = "tone"

    static func factory(_ configuration: ToneConfiguration) -> any PluginFactory {
        ClosurePlugin(id) { plugin in
            plugin.prompt.contribute { turn in
                guard let input = turn.input(of: TonePlugin.self) else { return [] }
                return [.environment("Tone", "Use this response tone: \(input.tone)")]
            }
            try plugin.tools.provider(ToneTools())
        }
    }

    static func requiresTurnInput(_ configuration: ToneConfiguration) -> Bool { configuration.isRequired }
}

extension TurnBuilder {
    func withTone(_ tone: String) -> TurnBuilder { input(Tone(tone: tone), for: TonePlugin.self) }
}

/// A tool that reads the input of its turn while a call is made ready, and finds it again when it runs.
struct ToneTools: ToolProvider {
    private var speak: ToolDefinition? {
        try? ToolDefinition(
            name: "speak",
            description: "Says something in the tone of the turn.",
            input: ["type": "object", "properties": ["text": ["type": "string"]], "required": ["text"]],
            output: ["type": "string"]
        )
    }

    var manifests: [ToolManifest] { [speak].compactMap { $0?.manifest } }

    func contract(of name: String) -> ToolContract? { name == "speak" ? speak?.contract : nil }

    func prepare(_ call: PendingToolCall) async -> ToolPreparation {
        guard let input = call.context.input(of: TonePlugin.self) else { return .done(.failure("missing tone input")) }
        return .ready(arguments: call.arguments, payload: .string(input.tone))
    }

    func execute(_ call: ToolCall) async -> ToolResult {
        do {
            let tone = try call.payload(as: String.self)
            let arguments = try call.arguments(as: [String: String].self)
            return .value(.string("\(arguments["text"] ?? ""), said \(tone)"))
        } catch { return .failure("\(error)") }
    }
}
