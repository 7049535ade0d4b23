public import Lashlang

/// What an application has one of: it opens sessions, which run turns. Immutable and cheap to copy.
///
/// ```swift
/// let core = AgentCore(model: model, limits: try ModelLimits(contextWindow: 200_000)) { core in
///     core.prompt.contribute(.guidance("App", "Answer as the host application assistant."))
/// }
/// let session = try await core.session("customer-42").open()
/// let result = try await session.turn("Draft the response.").run()
/// print(result.text)
/// ```
public struct AgentCore: Sendable {
    /// What all sessions share.
    public let configuration: AgentConfiguration

    /// A core.
    public init(_ configuration: AgentConfiguration) { self.configuration = configuration }

    /// A core whose configuration is the default one, changed.
    public init(
        model: any LanguageModel,
        limits: ModelLimits,
        _ configure: (inout AgentConfiguration) throws -> Void = { _ in }
    ) rethrows {
        var configuration = AgentConfiguration(model: model, limits: limits)
        try configure(&configuration)
        self.init(configuration)
    }

    /// A session to be set up and opened: one that is kept under the id, or a new one.
    public func session(_ id: String) -> SessionBuilder { SessionBuilder(core: self, id: id) }

    /// All sessions that are kept, the one that was committed last first.
    public func sessions() async throws -> [SessionSummary] { try await configuration.store.sessions() }

    /// Forgets a session. Whoever has it open cannot commit any more.
    public func deleteSession(_ id: String) async throws { try await configuration.store.delete(id) }
}

/// Sets up a session before it is opened. A value: every method gives a changed copy.
public struct SessionBuilder: Sendable {
    let core: AgentCore
    /// The id of the session.
    public let id: String
    private(set) var parent: String?
    private(set) var depth = 0
    private(set) var factories: [any PluginFactory] = []
    private(set) var boundPlugins: [String] = []
    private(set) var requiredInputs: [String] = []
    private(set) var options: TurnOptions?
    private(set) var prompt = PromptLayer()
    private(set) var bindings = ProjectedBindings()
    private(set) var seed = Seed()
    private(set) var model: (any LanguageModel)?

    init(core: AgentCore, id: String) {
        self.core = core
        self.id = id
    }

    private func with(_ change: (inout SessionBuilder) -> Void) -> SessionBuilder {
        var changed = self
        change(&changed)
        return changed
    }

    /// Adds a plugin of this session alone.
    public func plugin(_ factory: any PluginFactory) -> SessionBuilder { with { $0.factories.append(factory) } }

    /// Adds a plugin with a configuration of its own. The session remembers it: it has to be given again when the session is
    /// opened again.
    public func plugin<Plugin: PluginBinding>(
        _ plugin: Plugin.Type,
        _ configuration: Plugin.Configuration
    ) -> SessionBuilder {
        with { builder in
            builder.factories.append(Plugin.factory(configuration))
            builder.boundPlugins.append(Plugin.id)
            if Plugin.requiresTurnInput(configuration) { builder.requiredInputs.append(Plugin.id) }
        }
    }

    /// How turns may end where they do not say it themselves.
    public func options(_ options: TurnOptions) -> SessionBuilder { with { $0.options = options } }

    /// Another model than the core's.
    public func model(_ model: any LanguageModel) -> SessionBuilder { with { $0.model = model } }

    /// Another layout of the prompt than the core's.
    public func promptTemplate(_ template: PromptTemplate) -> SessionBuilder {
        with { $0.prompt.template = template }
    }

    /// Adds to a slot of the prompt.
    public func promptContribution(_ contribution: PromptContribution) -> SessionBuilder {
        with { $0.prompt.contribute(contribution) }
    }

    /// Drops what the core has put into a slot of the prompt, and puts something else there.
    public func replacePromptSlot(
        _ slot: PromptTemplate.Slot,
        with contributions: [PromptContribution]
    ) -> SessionBuilder {
        with { $0.prompt.replace(slot, with: contributions) }
    }

    /// Drops what the core has put into a slot of the prompt.
    public func clearPromptSlot(_ slot: PromptTemplate.Slot) -> SessionBuilder { with { $0.prompt.clear(slot) } }

    /// Adds a layer to the prompt.
    public func promptLayer(_ layer: PromptLayer) -> SessionBuilder { with { $0.prompt.merge(layer) } }

    /// Puts values in scope for every turn of the session, as long as it is open. Throws where a name is bound already,
    /// and for `history`.
    public func project(_ more: ProjectedBindings) throws(BindingError) -> SessionBuilder {
        if more.names.contains(AgentBindings.historyName) { throw AgentBindings.historyIsReserved }
        var changed = self
        try changed.bindings.merge(more)
        return changed
    }

    /// Makes it a child of another session.
    func child(of parent: String, depth: Int, seed: Seed) -> SessionBuilder {
        with { builder in
            builder.parent = parent
            builder.depth = depth
            builder.seed = seed
        }
    }

    /// Opens the session: the one that is kept under the id, or a new one.
    ///
    /// Throws what a plugin throws, `PluginError` for plugins that do not fit together, `SessionError` for a session that
    /// cannot be read or needs a plugin that is not there, and whatever the store throws.
    public func open() async throws -> AgentSession {
        try await AgentSession(self, record: try await core.configuration.store.load(id))
    }

    /// Forgets what is kept under the id, and opens a new session.
    public func openFresh() async throws -> AgentSession {
        try await core.configuration.store.delete(id)
        return try await AgentSession(self, record: nil)
    }
}
