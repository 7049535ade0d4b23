internal import Lashlang
internal import Synchronization

/// The budget in one session.
final class ToolOutputBudgetPlugin: SessionPlugin {
    /// A printed text that is cut.
    private struct Cut: Codable {
        var keepsEnd: Bool
        /// The path of the whole text.
        var file: String?
    }

    private struct State {
        /// The tools of long texts that have not been printed yet, by the texts' hashes.
        var tools: [Int: String] = [:]
        /// What is cut, by step and position.
        var cuts: [String: Cut] = [:]
        var revision = 0
    }

    /// How many texts that were not printed yet are remembered.
    private static let rememberedTexts = 4_096

    private let budget: TextBudget
    private let tailTools: Set<String>
    private let folder: PrivateFolder?
    private let state = Mutex(State())

    init(budget: TextBudget, tailTools: Set<String>, folder: PrivateFolder?) {
        self.budget = budget
        self.tailTools = tailTools
        self.folder = folder
    }

    var revision: Int? { state.withLock { $0.revision } }

    func register(with registrar: inout PluginRegistrar) throws {
        registrar.toolCalls.after { [self] call, result in
            guard case .success(.string(let text)) = result.output, budget.cut(text, keepsEnd: false) != nil else {
                return []
            }
            state.withLock { state in
                if state.tools.count >= Self.rememberedTexts { state.tools = [:] }
                state.tools[text.hashValue] = call.name
            }
            return []
        }
        // Before others look at how long everything is.
        registrar.context.prepareTurn(priority: 1_000) { [self] view in view.entries.map(shown) }
    }

    private func shown(_ entry: HistoryEntry) -> HistoryEntry {
        guard case .step(var step) = entry else { return entry }
        for (position, text) in step.output.enumerated() where text.utf8.count > min(budget.bytes, budget.lines) {
            guard let cut = cut(of: text, "\(step.id)#\(position)"),
                var shown = budget.cut(text, keepsEnd: cut.keepsEnd)
            else { continue }
            if let file = cut.file { shown += "\nThe whole text is in the file \(file)." }
            step.output[position] = shown
        }
        return .step(step)
    }

    /// How a printed text is cut; `nil` for one that no tool gave. The whole is written down the first time.
    private func cut(of text: String, _ place: String) -> Cut? {
        let (known, tool) = state.withLock { ($0.cuts[place], $0.tools.isEmpty ? nil : $0.tools[text.hashValue]) }
        if let known { return known }
        guard let tool else { return nil }
        let cut = Cut(keepsEnd: tailTools.contains(tool), file: write(text, of: tool))
        state.withLock { state in
            state.cuts[place] = cut
            state.revision += 1
        }
        return cut
    }

    /// Writes the whole text down. A host whose folder cannot be written to has texts without a path.
    private func write(_ text: String, of tool: String) -> String? {
        guard let folder else { return nil }
        let number = String(UInt64.random(in: 1 << 44..<1 << 48), radix: 16)
        let name = "\((try? PrivateFolder.name(of: tool)) ?? "tool")-\(number).txt"
        do throws(PrivateFolderError) { try folder.write(text, to: [name]) } catch { return nil }
        return "\(folder.path)/\(name)"
    }

    func snapshot() throws -> Value? { try ValueEncoder().encode(state.withLock { $0.cuts }) }

    func restore(_ snapshot: PluginSnapshot?) throws {
        guard let value = snapshot?.state?.value else { return }
        let cuts = try ValueDecoder().decode([String: Cut].self, from: value)
        state.withLock { state in
            state.cuts = cuts
            state.revision = snapshot?.revision ?? 0
        }
    }
}
