internal import Lashlang
internal import Synchronization

/// Tools that answer as they answered before.
final class ReplayedTools: ToolProvider, ToolResolver {
    let manifests: [ToolManifest]
    /// By their call paths.
    private let resolved: [String: ToolManifest]
    private let offers: [RecordedOffer]
    private let contracts: [String: ToolContract]
    private let left: Mutex<[ToolCallRecord]>
    private let approvalReasons: [String: String]
    private let lateCalls: Set<String>
    private let outcome: TurnOutcome

    init(_ turn: RecordedTurn) {
        manifests = turn.tools.map(\.manifest)
        resolved = Dictionary(turn.resolvedTools.map { ($0.manifest.callPath ?? "", $0.manifest) }) { $1 }
        offers = turn.offers
        let tools = turn.tools + turn.resolvedTools
        contracts = Dictionary(tools.compactMap { tool in tool.contract.map { (tool.manifest.name, $0) } }) { $1 }
        left = Mutex(turn.toolCalls)
        approvalReasons = turn.approvalReasons
        lateCalls = turn.lateCalls
        outcome = turn.outcome
    }

    func contract(of name: String) -> ToolContract? { contracts[name] }

    /// What was offered after so many calls of the model.
    func offer(after calls: Int) -> ToolOffer {
        guard let offer = offers.last(where: { $0.calls <= calls }) else { return ToolOffer() }
        let contracts = Dictionary(
            offer.tools.compactMap { tool in tool.contract.map { (tool.manifest.name, $0) } }
        ) { $1 }
        return ToolOffer(
            [Offered(tools: self, manifests: offer.tools.map(\.manifest), contracts: contracts)],
            notes: offer.notes
        )
    }

    /// Tools that a plugin offered.
    private struct Offered: ToolProvider {
        let tools: ReplayedTools
        let manifests: [ToolManifest]
        let contracts: [String: ToolContract]

        func contract(of name: String) -> ToolContract? { contracts[name] }
        func prepare(_ call: PendingToolCall) async -> ToolPreparation { await tools.prepare(call) }
        func execute(_ call: ToolCall) async -> ToolResult { await tools.execute(call) }
    }

    /// A tool that was found when it was called.
    private struct Resolved: ToolProvider {
        let tools: ReplayedTools
        let manifests: [ToolManifest]

        func contract(of name: String) -> ToolContract? { tools.contract(of: name) }
        func prepare(_ call: PendingToolCall) async -> ToolPreparation { await tools.prepare(call) }
        func execute(_ call: ToolCall) async -> ToolResult { await tools.execute(call) }
    }

    func provider(of callPath: String, session: String) async throws -> (any ToolProvider)? {
        resolved[callPath].map { Resolved(tools: self, manifests: [$0]) }
    }

    /// Lets those calls wait for approval that waited then.
    func prepare(_ call: PendingToolCall) async -> ToolPreparation {
        guard let reason = approvalReasons[call.id] else { return .ready(arguments: call.arguments, payload: .null) }
        return .needsApproval(arguments: call.arguments, payload: .null, reason: reason)
    }

    /// Gives what the call got; where another one had its number, what the first one with the same arguments got that was
    /// not given yet.
    func execute(_ call: ToolCall) async -> ToolResult {
        let found = left.withLock { left -> ToolCallRecord? in
            let same = left.indices.filter { left[$0].name == call.name && left[$0].arguments == call.arguments }
            guard let position = same.first(where: { left[$0].id == call.id }) ?? same.first else { return nil }
            return left.remove(at: position)
        }
        if lateCalls.contains(call.id) {
            _ = call.completionKey()
            return .pending()
        }
        guard let found else { return .failure("the trace has no such call", code: "no_such_call", class: "replay") }
        var result = Self.result(of: found)
        result.control = control(of: found)
        return result
    }

    /// What a call got.
    static func result(of call: ToolCallRecord) -> ToolResult {
        switch call.status {
        case .ok: .value(call.output)
        case .error: ToolResult(.failure(CallFailure(of: call.output)))
        case .cancelled: ToolResult(.cancelled)
        }
    }

    /// Whether a call that failed ended its turn.
    func hasFailedTurn(_ call: ToolCallRecord) -> Bool {
        if case .stopped(.toolError(call.name, call.output)) = outcome { true } else { false }
    }

    private func control(of call: ToolCallRecord) -> ToolResult.Control? {
        switch outcome {
        case .toolValue(call.name, let value): .finish(value)
        case .stopped(.toolError(call.name, let value)): .fail(value)
        default: nil
        }
    }
}
