/// What one part of a host has to say about the prompt. Core, session and turn have a layer each; a later one goes on
/// from what the earlier ones have made.
public struct PromptLayer: Hashable, Sendable, Codable {
    /// One change.
    enum Change: Hashable, Sendable, Codable {
        case contribute(PromptContribution)
        case replace(PromptTemplate.Slot, [PromptContribution])
        case clear(PromptTemplate.Slot)
        case hideRuntimeParts(PromptTemplate.Slot)
    }

    /// The layout, where this layer has one of its own.
    public var template: PromptTemplate?
    private(set) var changes: [Change] = []

    /// A layer that changes nothing.
    public init() {}

    /// Whether it changes nothing.
    public var isEmpty: Bool { template == nil && changes.isEmpty }

    /// Adds something to a slot.
    public mutating func contribute(_ contribution: PromptContribution) { changes.append(.contribute(contribution)) }

    /// Drops everything that was put into a slot so far, and puts something else there. What the runtime itself has in
    /// the slot, tools and read-only variables, stays.
    public mutating func replace(_ slot: PromptTemplate.Slot, with contributions: [PromptContribution]) {
        let moved = contributions.map { contribution in
            var moved = contribution
            moved.slot = slot
            return moved
        }
        changes.append(.replace(slot, moved))
    }

    /// Drops everything that was put into a slot so far, but for what the runtime itself has there.
    public mutating func clear(_ slot: PromptTemplate.Slot) { changes.append(.clear(slot)) }

    /// Leaves out what the runtime itself has in a slot: tools, or read-only variables. The model then does not know of
    /// them, and programs can use them all the same.
    public mutating func hideRuntimeParts(of slot: PromptTemplate.Slot) { changes.append(.hideRuntimeParts(slot)) }

    /// Adds another layer to the end of this one.
    public mutating func merge(_ other: PromptLayer) {
        if let template = other.template { self.template = template }
        changes += other.changes
    }
}

/// Puts the system prompt together.
struct PromptComposer {
    private var template = PromptTemplate.standard
    private var accumulated: [PromptContribution] = []
    private var runtimeParts: [PromptContribution]
    private let builtins: [PromptTemplate.Builtin: String]
    private let tools: Set<String>

    /// - Parameters:
    ///   - builtins: the texts that come with the runtime.
    ///   - runtimeParts: what the runtime itself has in slots.
    ///   - tools: the names of the tools that are there.
    init(
        builtins: [PromptTemplate.Builtin: String],
        runtimeParts: [PromptContribution] = [],
        tools: Set<String> = []
    ) {
        self.builtins = builtins
        self.runtimeParts = runtimeParts
        self.tools = tools
    }

    mutating func add(_ contributions: [PromptContribution]) { accumulated += contributions }

    mutating func add(_ layer: PromptLayer) {
        if let template = layer.template { self.template = template }
        for change in layer.changes {
            switch change {
            case .contribute(let contribution): accumulated.append(contribution)
            case .clear(let slot): accumulated.removeAll { $0.slot == slot }
            case .replace(let slot, let contributions):
                accumulated.removeAll { $0.slot == slot }
                accumulated += contributions
            case .hideRuntimeParts(let slot): runtimeParts.removeAll { $0.slot == slot }
            }
        }
    }

    /// The text.
    func text() -> String {
        var slots: [PromptTemplate.Slot: [String]] = [:]
        var seen: Set<PromptContribution> = []
        // Sorting is stable: within a priority, layers and what is in them keep their order.
        let sorted = (runtimeParts + accumulated).enumerated()
            .sorted { ($0.element.priority, $0.offset) < ($1.element.priority, $1.offset) }
            .map(\.element)
        for contribution in sorted {
            let content = WhiteSpace.trimmed(contribution.content)
            guard !content.isEmpty, isOpen(contribution.requiredTools), seen.insert(contribution).inserted else {
                continue
            }
            let text = contribution.title.map { "### \($0)\n\n\(content)" } ?? content
            slots[contribution.slot, default: []].append(text)
        }
        return template.sections.compactMap { section in
            let parts = section.entries.flatMap { entry -> [String] in
                switch entry {
                case .text(let text): [WhiteSpace.trimmed(text)]
                case .builtin(let builtin): [WhiteSpace.trimmed(builtins[builtin] ?? "")]
                case .slot(let slot): slots[slot] ?? []
                }
            }.filter { !$0.isEmpty }
            if parts.isEmpty { return nil }
            let title = section.title.map { ["## \($0)"] } ?? []
            return (title + parts).joined(separator: "\n\n")
        }.joined(separator: "\n\n")
    }

    private func isOpen(_ gate: [String]) -> Bool { gate.isEmpty || gate.contains { tools.contains($0) } }
}
