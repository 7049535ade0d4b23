import LashAgent
import Lashlang
import Synchronization
import Testing

/// A core with a scripted model, and what it takes to look into it.
struct AgentSandbox {
    let model: ScriptedModel
    let core: AgentCore

    init(
        _ replies: [ScriptedReply],
        window: Int = 200_000,
        _ configure: (inout AgentConfiguration) throws -> Void = { _ in }
    ) throws {
        model = ScriptedModel(replies)
        core = try AgentCore(model: model, limits: try ModelLimits(contextWindow: window), configure)
    }

    /// A block as a model writes it.
    static func block(_ code: String, prose: String = "") -> ScriptedReply {
        ScriptedReply(Reply.rendered(prose: prose, code: code) + "\n")
    }

    func session(_ id: String = "s") async throws -> AgentSession { try await core.session(id).open() }

    /// The messages of a request after the system prompt, without the tail.
    func conversation(_ request: Int) -> [ModelMessage] {
        Array(model.requests[request].messages.dropFirst().dropLast())
    }

    func system(_ request: Int) -> String { model.requests[request].messages.first?.text ?? "" }

    func tail(_ request: Int) -> String { model.requests[request].messages.last?.text ?? "" }
}

/// Keeps the events of a turn.
final class EventLog: TurnEventSink {
    private let kept = Mutex<[TurnActivity]>([])
    private let onEvent: (@Sendable (TurnEvent) async -> Void)?

    init(onEvent: (@Sendable (TurnEvent) async -> Void)? = nil) { self.onEvent = onEvent }

    func receive(_ activity: TurnActivity) async {
        kept.withLock { $0.append(activity) }
        await onEvent?(activity.event)
    }

    var events: [TurnEvent] { kept.withLock { $0.map(\.event) } }
    var types: [String] { events.map(\.type) }
    var prose: String {
        events.compactMap { if case .prose(let text) = $0 { text } else { nil } }.joined()
    }

    /// The prose of the last answer that was not taken back.
    var lastProse: String {
        var prose = ""
        for event in events {
            switch event {
            case .prose(let text): prose += text
            case .streamReset, .modelRequestStarted: prose = ""
            default: break
            }
        }
        return prose
    }
}
