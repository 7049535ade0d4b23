import LashAgent
import Lashlang
import Synchronization

/// Lets the model keep notes, which stay with the session.
struct NotePlugin: PluginFactory {
    let id = "notes"

    func build(_ context: PluginBuildContext) throws -> any SessionPlugin { Notes() }
}

final class Notes: SessionPlugin {
    private let notes = Mutex<[String]>([])

    func register(with registrar: inout PluginRegistrar) throws {
        try registrar.tools.provider(NoteTool(notes: self))
        registrar.prompt.contribute { [self] _ in
            all.isEmpty ? [] : [.environment("Notes", all.map { "- \($0)" }.joined(separator: "\n"))]
        }
        registrar.turn.checkpoint { [self] checkpoint, _ in
            checkpoint == .beforeCompletion && all.isEmpty ? [.say(PluginMessage(.system, "Take a note first."))] : []
        }
        try registrar.operations.query("notes.all") { [self] (_: Record) in all }
    }

    func snapshot() throws -> Value? { try ValueEncoder().encode(all) }

    func restore(_ state: PluginSnapshot?) throws {
        guard let state = state?.state else { return }
        let kept = try ValueDecoder().decode([String].self, from: state.value)
        notes.withLock { $0 = kept }
    }

    var all: [String] { notes.withLock { $0 } }

    func add(_ note: String) { notes.withLock { $0.append(note) } }
}

struct NoteTool: ToolProvider {
    let notes: Notes
    private static let definition = try? ToolDefinition(
        name: "note",
        description: "Keeps a note.",
        input: ["type": "object", "properties": ["text": ["type": "string"]], "required": ["text"]]
    )

    var manifests: [ToolManifest] { [Self.definition].compactMap { $0?.manifest } }

    func contract(of name: String) -> ToolContract? { Self.definition?.contract }

    func execute(_ call: ToolCall) async -> ToolResult {
        guard let text = (try? call.arguments(as: [String: String].self))?["text"] else { return .failure("no text") }
        notes.add(text)
        return .value(.null)
    }
}
