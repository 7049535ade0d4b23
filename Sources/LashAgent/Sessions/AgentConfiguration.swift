public import Lashlang
public import Logging

/// What all sessions of a core share.
///
/// Only the model has to be given; everything else has a default that keeps nothing beyond the process.
public struct AgentConfiguration: Sendable {
    /// Answers.
    public var model: any LanguageModel
    /// What the model can take and give.
    public var limits: ModelLimits
    /// How hard the model is to think, in the words of its service.
    public var effort: String?
    /// How often the model may be called in one turn; `nil` for no limit.
    public var maximumCalls: Int? = 50
    /// How often a turn may go on in another frame.
    public var maximumFrameSwitches = 20
    /// The tokens of one call beyond which the model is told to switch frames; `nil` for no advice.
    public var frameSwitchTokens: Int? = 100_000
    /// What a block may use.
    public var blockLimits = Limits(
        fuel: 50_000_000,
        memory: 256 << 20,
        time: .seconds(60),
        hostCalls: 10_000,
        concurrentCalls: 32,
        outputBytes: 4 << 20
    )
    /// Modules and functions that programs call without the pipeline of tools.
    public var host = Host()
    /// Finds the data of lazy bindings, right before a block runs.
    public var projections: any ProjectionResolver = ProjectionRegistry()
    /// Tools that belong to no plugin.
    public var tools: [any ToolProvider] = []
    /// Finds tools that are not listed anywhere, when programs call them.
    public var toolResolver: (any ToolResolver)?
    /// The most bytes that the result of a tool may take, roughly, where the tool does not say.
    public var toolOutputBytes = 16 << 20
    /// Says yes or no to calls of tools that need approval while the turn waits. Without one, or where it gives `nil`, the
    /// turn is suspended.
    public var approver: (@Sendable (ApprovalRequest) async -> ApprovalDecision?)?
    /// How long a turn waits for the result of a tool that comes later, before it is suspended; `nil` for as long as it takes.
    public var completionWait: Duration? = .zero
    /// What a turn and the agents that it starts may use of models together.
    public var turnBudget = TurnBudget.Limits()
    /// Plugins.
    public var plugins = PluginStack.standard
    /// Options for plugins, by their ids.
    public var pluginOptions = Record()
    /// How turns may end where they do not say it themselves.
    public var turnOptions = TurnOptions(answerFormat: .markdown)
    /// The layer of the prompt that all sessions have.
    public var prompt = PromptLayer()
    /// How much of the history models are shown.
    public var history = HistoryRenderer.Settings()
    /// Where sessions are kept.
    public var store: any SessionStore
    /// How long a session belongs to whoever runs it, if he does not prolong it.
    public var leaseDuration = Duration.seconds(30)
    /// The bytes of images that programs print.
    public var images: (@Sendable (Image) async -> ModelImage?)?
    /// How much of what happens in an open session is kept for those who watch it and were away.
    public var observation = ObservationLimits()
    /// Where everything that happens in turns is written down.
    public var trace: (any TraceSink)?
    /// Measure turns, the first one on the outside.
    public var instruments: [any TurnInstrument] = []
    /// What time it is.
    public var clock: any HostClock = SystemClock()
    /// What plugins offered, in place of plugins that would offer something else now.
    var replayedOffers: (@Sendable () -> ToolOffer)?
    /// Where the runtime reports what nobody else is told.
    public var logger: Logger

    /// A configuration.
    public init(model: any LanguageModel, limits: ModelLimits) {
        self.model = model
        self.limits = limits
        store = MemoryStore()
        logger = Logger(label: "lash.agent") { _ in SwiftLogNoOpLogHandler() }
    }
}

/// What a model can take and give.
public struct ModelLimits: Hashable, Sendable, Codable {
    /// The most tokens of a request: messages of the system and the whole conversation.
    public let contextWindow: Int
    /// The most tokens of an answer; `nil` for what the model's client does by itself.
    public let outputTokens: Int?

    /// Limits. Throws where the window is not greater than zero.
    public init(contextWindow: Int, outputTokens: Int? = nil) throws(AgentConfigurationError) {
        guard contextWindow > 0 else {
            throw AgentConfigurationError("context_window_tokens must be greater than zero")
        }
        if let outputTokens, outputTokens <= 0 {
            throw AgentConfigurationError("output_token_capacity must be greater than zero")
        }
        self.contextWindow = contextWindow
        self.outputTokens = outputTokens
    }
}

/// A configuration that cannot be used.
public struct AgentConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Why.
    public var message: String

    /// An error with a reason.
    public init(_ message: String) { self.message = message }

    /// One sentence.
    public var description: String { message }
}
