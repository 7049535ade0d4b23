internal import Lashlang
internal import Synchronization

/// The tools that plugins offered before a call of the model, as traces have them.
struct RecordedOffer: Sendable {
    /// The event that tells of other tools than before.
    static let event = "tools_offered"

    /// How many calls of the model there were before.
    let calls: Int
    let tools: [RecordedTool]
    let notes: [String]

    static func event(of offered: OfferedTools) -> PluginEvent {
        let tools = offered.catalog.members.map { member in
            var manifest = member.manifest
            manifest.callPath = member.callPath
            return RecordedTool(manifest, member.provider.contract(of: manifest.name)).value
        }
        let notes = offered.notes.map { Value.string($0) }
        return .custom(name: event, payload: ["tools": .list(tools), "notes": .list(notes)])
    }

    init(_ payload: Value, calls: Int) throws(TraceError) {
        guard case .record(let fields) = payload, case .list(let tools)? = fields["tools"],
            case .list(let notes)? = fields["notes"]
        else { throw TraceError("tools that were offered cannot be read") }
        self.calls = calls
        var found: [RecordedTool] = []
        for tool in tools { found.append(try RecordedTool(tool)) }
        self.tools = found
        self.notes = notes.compactMap { if case .string(let note) = $0 { note } else { nil } }
    }
}
