/// Tools that come and go while a session is open, as a plugin has them right now.
public struct ToolOffer: Sendable {
    /// Who has them. A tool whose name, id or call path is taken is left out, and the core's logger is told.
    public var providers: [any ToolProvider]
    /// What the model has to know beside them, such as that some are missing: a sentence each, after the descriptions of all
    /// tools.
    public var notes: [String]
    /// What whoever watches is told.
    public var events: [PluginEvent]

    /// An offer.
    public init(_ providers: [any ToolProvider] = [], notes: [String] = [], events: [PluginEvent] = []) {
        self.providers = providers
        self.notes = notes
        self.events = events
    }
}

/// The tools that plugins offer, as they were before a call of the model.
struct OfferedTools: Sendable {
    var catalog = ToolCatalog()
    var notes: [String] = []

    /// What models are told of them: another one means another prompt.
    var description: [Described] {
        catalog.members.map {
            Described(manifest: $0.manifest, contract: $0.provider.contract(of: $0.manifest.name))
        }
    }

    /// A tool as models are told of it.
    struct Described: Equatable, Sendable {
        var manifest: ToolManifest
        var contract: ToolContract?
    }
}
