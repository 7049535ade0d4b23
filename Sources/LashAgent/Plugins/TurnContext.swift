internal import Lashlang

/// What hooks and tools may know of the turn that they work in.
public struct TurnContext: Sendable {
    /// The session.
    public var session: String
    /// The session that it is a child of.
    public var parent: String?
    /// The turn.
    public var turn: String
    /// How the turn may end.
    public var options: TurnOptions
    /// The history of the current frame when the hook is called.
    public var history: [HistoryEntry]
    /// What the latest call of the model took.
    public var lastUsage: ModelUsage?
    var inputs: Record
    var bindings = ProjectedBindings()
    /// The id of the frame that the session would go on in.
    var nextFrame = ""

    /// The input that the turn has for a plugin; `nil` where it has none, or none of the type.
    public func input<Plugin: PluginBinding>(of plugin: Plugin.Type) -> Plugin.Input? {
        input(Plugin.Input.self, of: Plugin.id)
    }

    /// The input that the turn has for a plugin, by its id.
    public func input<T: Decodable>(_ type: T.Type, of plugin: String) -> T? {
        guard let value = inputs[plugin] else { return nil }
        return try? ValueDecoder().decode(type, from: value)
    }
}
