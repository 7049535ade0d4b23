internal import Lashlang

extension AgentSession {
    /// The tools that the model can be shown, hidden ones not among them. What plugins offer is there as of the last call of
    /// the model.
    public var toolManifests: [ToolManifest] { allTools.hiding(hiddenTools).members.map(\.manifest) }

    /// Adds the tools of a provider, from the next call of the model on and as long as the session is open.
    ///
    /// Throws for a name, an id or a call path that is taken, and adds nothing then.
    public func addTools(_ provider: any ToolProvider) throws(ToolCatalogError) {
        var changed = tools
        try changed.add(provider)
        tools = changed
    }

    /// Takes a tool away, or gives it back, from the next call of the model on. What is taken away stays so when the session
    /// is opened again; it is kept with the next turn.
    ///
    /// Throws for a tool that is not there.
    public func setTool(_ name: String, isAvailable: Bool) throws(ToolCatalogError) {
        guard allTools.names.contains(name) else {
            throw ToolCatalogError("session `\(id)` has no tool `\(name)`")
        }
        var hidden = hiddenTools
        if isAvailable { hidden.remove(name) } else { hidden.insert(name) }
        head.extensions[Self.hiddenToolsKey] =
            hidden.isEmpty ? nil : .list(hidden.sorted().map { .string($0) })
    }

    private static let hiddenToolsKey = "hidden_tools"

    /// The names of the tools that were taken away.
    var hiddenTools: Set<String> {
        guard case .list(let names)? = head.extensions[Self.hiddenToolsKey] else { return [] }
        return Set(names.compactMap { if case .string(let name) = $0 { name } else { nil } })
    }
}
