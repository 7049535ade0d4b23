public import Lashlang

/// Something that a plugin says to the model, in its own name or the user's.
public struct PluginMessage: Hashable, Sendable, Codable {
    /// Who seems to say it.
    public enum Role: String, Hashable, Sendable, Codable {
        case user, system
    }

    /// Who seems to say it.
    public var role: Role
    /// What is said.
    public var content: String

    /// A message.
    public init(_ role: Role, _ content: String) {
        self.role = role
        self.content = content
    }
}

/// What a plugin wants before a turn, or at one of its checkpoints.
public enum TurnDirective: Equatable, Sendable {
    /// The turn stops.
    case abort(code: String, message: String)
    /// Something is said to the model. Said before completion, it makes the turn go on.
    case say(PluginMessage)
    /// Whoever watches is told.
    case emit(PluginEvent)
}

/// What a plugin wants after a turn.
public enum AfterTurnDirective: Equatable, Sendable {
    /// Something is said to the model with the next turn.
    case say(PluginMessage)
    /// Whoever watches is told.
    case emit(PluginEvent)
}

/// What a plugin wants before a tool is called.
public enum BeforeToolDirective: Equatable, Sendable {
    /// The turn stops.
    case abort(code: String, message: String)
    /// The tool gets other arguments.
    case replaceArguments(Value)
    /// The tool is not called; this is the result.
    case answer(ToolResult)
    /// Whoever watches is told.
    case emit(PluginEvent)
}

/// What a plugin wants after a tool was called.
public enum AfterToolDirective: Equatable, Sendable {
    /// The turn stops.
    case abort(code: String, message: String)
    /// The program gets another result.
    case replaceResult(ToolResult)
    /// Something is said to the model at the next checkpoint.
    case say(PluginMessage)
    /// Whoever watches is told.
    case emit(PluginEvent)
}

/// What happens to a session.
public enum SessionEvent: Equatable, Sendable {
    /// The session is open; `isRestored` where it was there before.
    case opened(isRestored: Bool)
    /// A turn is over, and is about to be kept.
    case turnFinalized(turn: String, TurnOutcome)
    /// A turn is kept.
    case turnPersisted(turn: String, revision: Int)
}

/// A finished turn, as a hook after it gets it.
public struct TurnSummary: Equatable, Sendable {
    /// The turn.
    public var turn: String
    /// How it ended.
    public var outcome: TurnOutcome
    /// The tools that were called.
    public var calls: [ToolCallRecord]
    /// What the turn took.
    public var usage: ModelUsage
}

/// A call of a tool, as hooks get it.
public struct HookedToolCall: Sendable {
    /// The id of the call.
    public var id: String
    /// The tool.
    public var name: String
    /// The arguments.
    public var arguments: Value
    /// How the tool may be called.
    public var traits: ToolTraits
    /// The turn.
    public var context: TurnContext
}

/// A piece of an answer on its way to the prose stream.
public struct StreamPiece: Equatable, Sendable {
    /// The text.
    public var text: String
    /// Whether the model need not go on.
    public var stopsModel = false
    /// What whoever watches is told.
    public var events: [PluginEvent] = []

    /// A piece.
    public init(_ text: String) { self.text = text }
}

/// How a call of the model ended, as hooks are told.
public enum StreamEnd: String, Hashable, Sendable {
    case complete, aborted, cancelled
    case providerError = "provider_error"
}

/// Something that a plugin lets hosts do.
public struct PluginOperation: Sendable {
    /// What calling it means.
    public enum Kind: String, Hashable, Sendable {
        /// Only reads; may be called while a turn is under way.
        case query
        /// Changes something; waits until no turn is under way.
        case command
        /// Takes long; may be called while a turn is under way.
        case task
    }

    /// The name, one of a kind in the session.
    public var name: String
    /// What calling it means.
    public var kind: Kind
    /// The plugin.
    public var plugin: String
    let body: @Sendable (Value) async throws -> Value
}

/// What a context hook works on: the records that the model is shown, which it may replace. The history itself stays.
public struct ContextView: Sendable {
    /// The turn.
    public var context: TurnContext
    /// The records that the model is shown.
    public var entries: [HistoryEntry]
    /// The tokens that the model can read.
    public var contextWindow: Int
    /// What the tokens of the whole request are thought to be, with all records in it.
    public var estimatedTokens: Int
    /// Whether the request did not fit with what the hooks made of the records before: now they leave out what they can.
    public var isTight = false
    let completer: @Sendable (_ source: String, ModelRequest, (any LanguageModel)?) async throws -> ModelResponse
    /// The records of the frame, whatever hooks have made of them.
    let all: [HistoryEntry]

    /// Asks the turn's model, or another one, something beside the turn; the usage counts for the source.
    public func complete(
        _ source: String,
        _ request: ModelRequest,
        with model: (any LanguageModel)? = nil
    ) async throws -> ModelResponse {
        try await completer(source, request, model)
    }

    /// The indices in `history` of the records that are items, by the ids of the records.
    public var itemIndices: [String: Int] {
        var indices: [String: Int] = [:]
        for (index, entry) in all.lazy.filter(\.isItem).enumerated() { indices[entry.id] = index }
        return indices
    }
}
