internal import Lashlang

extension AgentSession {
    /// The turn that was interrupted: its process ended, or its last commit failed. `nil` where there is none.
    public var interruptedTurn: String? { head.turn?.progress.turn }

    /// Goes on with the turn that was interrupted, from the last step that was kept: the model is called again, with the
    /// variables as they were then. A block that waits for approval goes on where it stands: calls that were decided are
    /// made or not, and the turn is suspended again where some are left.
    ///
    /// - Parameter decisions: what was decided, by the ids of `pendingApprovals`.
    ///
    /// Gives `nil` where there is none. Throws `ApprovalError` for a decision that cannot be carried out, and what
    /// `TurnBuilder.run` throws.
    public nonisolated func resumeTurn(
        _ decisions: [String: ApprovalDecision] = [:],
        to sink: (any TurnEventSink)? = nil
    ) async throws -> TurnResult? {
        if await interruptedAfterRefresh() == nil { return nil }
        return try await track { try await self.performAgain(decisions, EventEmitter(sink)) }
    }

    /// The calls that wait until somebody has said yes or no.
    public var pendingApprovals: [ApprovalRequest] { head.turn?.block?.approvals ?? [] }

    /// Gives up the turn that was interrupted: what it has done so far stays in the history. Does nothing where there is none.
    public func abandonTurn() async throws {
        await gate.enter()
        defer { gate.leave() }
        try await refresh()
        guard let open = head.turn else { return }
        var state = try state(of: open, EventEmitter(nil))
        state.machine.cancel()
        state.suspended = nil
        state.lease = try await core.store.acquireLease(id, owner: owner, duration: core.leaseDuration)
        _ = try await finish(&state, isNew: false)
    }

    private func interruptedAfterRefresh() async -> String? {
        try? await refresh()
        return interruptedTurn
    }

    private func performAgain(
        _ decisions: [String: ApprovalDecision],
        _ emitter: EventEmitter
    ) async throws -> TurnResult {
        await gate.enter()
        defer { gate.leave() }
        try await refresh()
        guard let open = head.turn else { throw SessionError.openTurn(session: id) }
        try check(decisions, open.block)
        var state = try state(of: open, emitter)
        state.decisions = decisions
        state.lease = try await core.store.acquireLease(id, owner: owner, duration: core.leaseDuration)
        return try await finish(&state, isNew: false)
    }

    /// Whether all decisions can be carried out: better before anything is done than after.
    private func check(_ decisions: [String: ApprovalDecision], _ block: SuspendedBlock?) throws(ApprovalError) {
        let waiting = block?.approvals ?? []
        for (id, decision) in decisions.sorted(by: { $0.key < $1.key }) {
            guard let request = waiting.first(where: { $0.id == id }) else { throw .unknownCall(id) }
            guard case .edit(let arguments) = decision,
                let contract = tools.member(at: request.callPath)?.provider.contract(of: request.tool)
            else { continue }
            if let problem = ToolDispatcher.problem(in: arguments, contract) {
                throw .invalidArguments(call: id, problem: problem)
            }
        }
    }

    private func state(of open: OpenTurn, _ emitter: EventEmitter) throws -> TurnState {
        var own = ProjectedBindings()
        try own.add(open.bindings)
        var state = TurnState(
            machine: open.machine,
            progress: open.progress,
            emitter: emitter,
            model: model,
            bindings: try bindings(with: own),
            inputs: open.pluginInputs,
            prompt: open.prompt
        )
        state.synced = open.committed
        state.suspended = open.block
        state.budget = TurnBudget(
            core.turnBudget,
            calls: open.progress.modelCalls,
            tokens: open.progress.usage.total + open.progress.children.total.total
        )
        state.catalog = tools.hiding(hiddenTools)
        try keepBindings(own, in: &state)
        return state
    }
}
