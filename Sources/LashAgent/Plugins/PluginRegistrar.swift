public import Lashlang

/// Where a plugin says what it does. Every namespace is a kind of thing; hooks of one kind are called in the order in which
/// plugins were registered.
public struct PluginRegistrar: Sendable {
    var hooks: PluginHooks
    /// The plugin that registers.
    public private(set) var plugin = ""
    /// What went wrong in a namespace that does not throw.
    var problem: PluginError?

    init(_ hooks: PluginHooks = PluginHooks()) { self.hooks = hooks }

    mutating func begin(_ plugin: String) { self.plugin = plugin }

    /// Tools.
    public var tools: Tools {
        get { Tools(registrar: self) }
        set { self = newValue.registrar }
    }
    /// The system prompt.
    public var prompt: Prompt {
        get { Prompt(registrar: self) }
        set { self = newValue.registrar }
    }
    /// Which tools are there.
    public var toolCatalog: Catalog {
        get { Catalog(registrar: self) }
        set { self = newValue.registrar }
    }
    /// Turns as a whole.
    public var turn: Turn {
        get { Turn(registrar: self) }
        set { self = newValue.registrar }
    }
    /// Calls of tools.
    public var toolCalls: ToolCalls {
        get { ToolCalls(registrar: self) }
        set { self = newValue.registrar }
    }
    /// What models write.
    public var output: Output {
        get { Output(registrar: self) }
        set { self = newValue.registrar }
    }
    /// What programs get from tools.
    public var toolResults: ToolResults {
        get { ToolResults(registrar: self) }
        set { self = newValue.registrar }
    }
    /// What hosts can do.
    public var operations: Operations {
        get { Operations(registrar: self) }
        set { self = newValue.registrar }
    }
    /// What models are shown of the history.
    public var context: Context {
        get { Context(registrar: self) }
        set { self = newValue.registrar }
    }
    /// The session as a whole.
    public var session: SessionHooks {
        get { SessionHooks(registrar: self) }
        set { self = newValue.registrar }
    }

    /// Tools.
    public struct Tools: Sendable {
        fileprivate var registrar: PluginRegistrar

        /// Adds the tools of a provider. Throws for a name, an id or a call path that is taken.
        public mutating func provider(_ provider: any ToolProvider) throws(PluginError) {
            do { try registrar.hooks.tools.add(provider, owner: registrar.plugin) } catch {
                throw .registration(error.message.replacing("duplicate tool", with: "duplicate plugin tool"))
            }
        }

        /// Adds tools that come and go. Asked before every call of the model: the block that it writes can call what was
        /// offered then. An error stops the turn.
        public mutating func offer(_ hook: @escaping @Sendable (TurnContext) async throws -> ToolOffer) {
            registrar.hooks.offeredTools.append(.init(registrar.plugin, hook))
        }
    }

    /// The system prompt.
    public struct Prompt: Sendable {
        fileprivate var registrar: PluginRegistrar

        /// Adds to the prompt before every call of the model. An error stops the turn.
        public mutating func contribute(
            _ hook: @escaping @Sendable (TurnContext) async throws -> [PromptContribution]
        ) {
            registrar.hooks.prompt.append(.init(registrar.plugin, hook))
        }
    }

    /// Which tools are there.
    public struct Catalog: Sendable {
        fileprivate var registrar: PluginRegistrar

        /// Takes tools away, by name: they are not in the prompt and cannot be called. Asked before every call of the model.
        public mutating func hide(_ hook: @escaping @Sendable ([ToolManifest], TurnContext) throws -> Set<String>) {
            registrar.hooks.hiddenTools.append(.init(registrar.plugin, hook))
        }
    }

    /// Turns as a whole.
    public struct Turn: Sendable {
        fileprivate var registrar: PluginRegistrar

        /// Called once for a turn, after its input is there and before the first prompt. An error stops the turn.
        public mutating func before(_ hook: @escaping @Sendable (TurnContext) async throws -> [TurnDirective]) {
            registrar.hooks.beforeTurn.append(.init(registrar.plugin, hook))
        }

        /// Called at every checkpoint. An error stops the turn.
        public mutating func checkpoint(
            _ hook: @escaping @Sendable (TurnMachine.Checkpoint, TurnContext) async throws -> [TurnDirective]
        ) {
            registrar.hooks.checkpoint.append(.init(registrar.plugin, hook))
        }

        /// Called once for a turn, after it is over and before it is kept. An error makes the turn one that failed.
        public mutating func after(
            _ hook: @escaping @Sendable (TurnSummary, TurnContext) async throws -> [AfterTurnDirective]
        ) {
            registrar.hooks.afterTurn.append(.init(registrar.plugin, hook))
        }
    }

    /// Calls of tools.
    public struct ToolCalls: Sendable {
        fileprivate var registrar: PluginRegistrar

        /// Called before the arguments of a call are checked. An error is the failure of the call.
        public mutating func before(_ hook: @escaping @Sendable (HookedToolCall) async throws -> [BeforeToolDirective])
        {
            registrar.hooks.beforeTool.append(.init(registrar.plugin, hook))
        }

        /// Called with the result of a call. An error is the failure of the call.
        public mutating func after(
            _ hook: @escaping @Sendable (HookedToolCall, ToolResult) async throws -> [AfterToolDirective]
        ) {
            registrar.hooks.afterTool.append(.init(registrar.plugin, hook))
        }
    }

    /// What models write.
    public struct Output: Sendable {
        fileprivate var registrar: PluginRegistrar

        /// Changes prose on its way to whoever watches; each hook gets what the one before it made. An error ends the call
        /// of the model.
        public mutating func stream(_ hook: @escaping @Sendable (StreamPiece) throws -> StreamPiece) {
            registrar.hooks.stream.append(.init(registrar.plugin, hook))
        }

        /// Changes a whole answer before it is taken apart; each hook gets what the one before it made. An error ends the
        /// call of the model.
        public mutating func response(_ hook: @escaping @Sendable (ModelResponse) async throws -> ModelResponse) {
            registrar.hooks.response.append(.init(registrar.plugin, hook))
        }

        /// Called after every call of the model.
        public mutating func streamFinished(_ hook: @escaping @Sendable (StreamEnd) -> Void) {
            registrar.hooks.streamFinished.append(.init(registrar.plugin, hook))
        }

        /// Changes the prose that a turn ends with. Only one plugin can do this.
        public mutating func projectProse(_ hook: @escaping @Sendable (String) throws -> String) throws(PluginError) {
            try registrar.hooks.setExclusive(
                \.proseProjector,
                .init(registrar.plugin, hook),
                kind: "assistant prose projector",
                hook: "assistant_prose"
            )
        }
    }

    /// What programs get from tools.
    public struct ToolResults: Sendable {
        fileprivate var registrar: PluginRegistrar

        /// Changes the value that a program gets of a successful call; `nil` leaves it. Records and events keep what the tool
        /// gave. Only one plugin can do this.
        public mutating func project(
            _ hook: @escaping @Sendable (_ call: HookedToolCall, Value) throws -> Value?
        ) throws(PluginError) {
            try registrar.hooks.setExclusive(
                \.resultProjector,
                .init(registrar.plugin, hook),
                kind: "tool result projector",
                hook: "model_observation"
            )
        }

        /// Gives the bytes of images that tools have given, when a program prints one; `nil` for an image that is not the
        /// plugin's own. Asked where the core has none.
        public mutating func images(_ hook: @escaping @Sendable (Image) async -> ModelImage?) {
            registrar.hooks.images.append(.init(registrar.plugin, hook))
        }
    }

    /// What hosts can do.
    public struct Operations: Sendable {
        fileprivate var registrar: PluginRegistrar

        /// Adds an operation that only reads. Throws for a name that is taken.
        public mutating func query<A: Decodable & SendableMetatype, R: Encodable & SendableMetatype>(
            _ name: String,
            _ body: @escaping @Sendable (A) async throws -> R
        ) throws(PluginError) {
            try add(name, .query, body)
        }

        /// Adds an operation that changes something. Throws for a name that is taken.
        public mutating func command<A: Decodable & SendableMetatype, R: Encodable & SendableMetatype>(
            _ name: String,
            _ body: @escaping @Sendable (A) async throws -> R
        ) throws(PluginError) {
            try add(name, .command, body)
        }

        /// Adds an operation that takes long. Throws for a name that is taken.
        public mutating func task<A: Decodable & SendableMetatype, R: Encodable & SendableMetatype>(
            _ name: String,
            _ body: @escaping @Sendable (A) async throws -> R
        ) throws(PluginError) {
            try add(name, .task, body)
        }

        private mutating func add<A: Decodable & SendableMetatype, R: Encodable & SendableMetatype>(
            _ name: String,
            _ kind: PluginOperation.Kind,
            _ body: @escaping @Sendable (A) async throws -> R
        ) throws(PluginError) {
            if let present = registrar.hooks.operations[name] {
                throw .registration(
                    "duplicate plugin operation name `\(name)`: `\(registrar.plugin)` conflicts with `\(present.plugin)`"
                )
            }
            registrar.hooks.operations[name] = PluginOperation(name: name, kind: kind, plugin: registrar.plugin) {
                value in
                let arguments: A
                do { arguments = try ValueDecoder().decode(A.self, from: value, root: "arguments") } catch {
                    throw PluginError.operation("invalid arguments of `\(name)`: \(error)")
                }
                return try ValueEncoder().encode(try await body(arguments), root: "result")
            }
        }
    }

    /// What models are shown of the history.
    public struct Context: Sendable {
        fileprivate var registrar: PluginRegistrar

        /// Changes what models are shown, before every call; higher priorities come first, and each hook gets what the one
        /// before it made. An error stops the turn.
        public mutating func prepareTurn(
            priority: Int = 0,
            _ hook: @escaping @Sendable (ContextView) async throws -> [HistoryEntry]
        ) {
            registrar.hooks.prepareTurn.append((priority, .init(registrar.plugin, hook)))
        }

        /// Makes what a compacted frame begins with; higher priorities come first, and the first one that gives something is
        /// taken.
        public mutating func compact(
            priority: Int = 0,
            _ hook: @escaping @Sendable (ContextView, _ instructions: String?) async throws -> [HistoryEntry]
        ) {
            registrar.hooks.compact.append((priority, .init(registrar.plugin, hook)))
        }
    }

    /// The session as a whole.
    public struct SessionHooks: Sendable {
        fileprivate var registrar: PluginRegistrar

        /// Called when something has happened to the session. Errors are logged, and nothing else.
        public mutating func onEvent(_ hook: @escaping @Sendable (SessionEvent) async throws -> Void) {
            registrar.hooks.sessionEvents.append(.init(registrar.plugin, hook))
        }

        /// Changes the options of turns that do not say otherwise; each hook gets what the one before it made.
        public mutating func mutateOptions(_ hook: @escaping @Sendable (TurnOptions) throws -> TurnOptions) {
            registrar.hooks.options.append(.init(registrar.plugin, hook))
        }
    }
}
