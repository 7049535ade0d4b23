internal import Lashlang

/// A hook and the plugin that it belongs to.
struct PluginHook<Body: Sendable>: Sendable {
    let plugin: String
    let body: Body

    init(_ plugin: String, _ body: Body) {
        self.plugin = plugin
        self.body = body
    }
}

/// Everything that the plugins of a session have registered.
struct PluginHooks: Sendable {
    var tools = ToolCatalog()
    var offeredTools: [PluginHook<@Sendable (TurnContext) async throws -> ToolOffer>] = []
    var prompt: [PluginHook<@Sendable (TurnContext) async throws -> [PromptContribution]>] = []
    var hiddenTools: [PluginHook<@Sendable ([ToolManifest], TurnContext) throws -> Set<String>>] = []
    var beforeTurn: [PluginHook<@Sendable (TurnContext) async throws -> [TurnDirective]>] = []
    var checkpoint: [PluginHook<@Sendable (TurnMachine.Checkpoint, TurnContext) async throws -> [TurnDirective]>] = []
    var afterTurn: [PluginHook<@Sendable (TurnSummary, TurnContext) async throws -> [AfterTurnDirective]>] = []
    var beforeTool: [PluginHook<@Sendable (HookedToolCall) async throws -> [BeforeToolDirective]>] = []
    var afterTool: [PluginHook<@Sendable (HookedToolCall, ToolResult) async throws -> [AfterToolDirective]>] = []
    var stream: [PluginHook<@Sendable (StreamPiece) throws -> StreamPiece>] = []
    var response: [PluginHook<@Sendable (ModelResponse) async throws -> ModelResponse>] = []
    var streamFinished: [PluginHook<@Sendable (StreamEnd) -> Void>] = []
    var proseProjector: PluginHook<@Sendable (String) throws -> String>?
    var resultProjector: PluginHook<@Sendable (HookedToolCall, Value) throws -> Value?>?
    var images: [PluginHook<@Sendable (Image) async -> ModelImage?>] = []
    var operations: [String: PluginOperation] = [:]
    var prepareTurn: [(priority: Int, hook: PluginHook<@Sendable (ContextView) async throws -> [HistoryEntry]>)] = []
    var compact: [(priority: Int, hook: PluginHook<@Sendable (ContextView, String?) async throws -> [HistoryEntry]>)] =
        []
    var sessionEvents: [PluginHook<@Sendable (SessionEvent) async throws -> Void>] = []
    var options: [PluginHook<@Sendable (TurnOptions) throws -> TurnOptions>] = []

    mutating func setExclusive<Body>(
        _ place: WritableKeyPath<PluginHooks, PluginHook<Body>?>,
        _ hook: PluginHook<Body>,
        kind: String,
        hook name: String
    ) throws(PluginError) {
        if let present = self[keyPath: place] {
            throw .registration(
                "duplicate \(kind) for `\(name)`: `\(hook.plugin)` conflicts with `\(present.plugin)`"
            )
        }
        self[keyPath: place] = hook
    }
}
