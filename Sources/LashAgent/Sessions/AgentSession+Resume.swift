internal import Lashlang

extension AgentSession {
    /// The turn that was interrupted: its process ended, or its last commit failed. `nil` where there is none.
    public var interruptedTurn: String? { head.turn?.progress.turn }

    /// Goes on with the turn that was interrupted, from the last step that was kept: the model is called again, with the
    /// variables as they were then.
    ///
    /// Gives `nil` where there is none. Throws what `TurnBuilder.run` throws.
    public nonisolated func resumeTurn(to sink: (any TurnEventSink)? = nil) async throws -> TurnResult? {
        if await interruptedAfterRefresh() == nil { return nil }
        return try await track { try await self.performAgain(EventEmitter(sink)) }
    }

    /// Gives up the turn that was interrupted: what it has done so far stays in the history. Does nothing where there is none.
    public func abandonTurn() async throws {
        await gate.enter()
        defer { gate.leave() }
        try await refresh()
        guard let open = head.turn else { return }
        var state = try state(of: open, EventEmitter(nil))
        state.machine.cancel()
        state.lease = try await core.store.acquireLease(id, owner: owner, duration: core.leaseDuration)
        _ = try await finish(&state, isNew: false)
    }

    private func interruptedAfterRefresh() async -> String? {
        try? await refresh()
        return interruptedTurn
    }

    private func performAgain(_ emitter: EventEmitter) async throws -> TurnResult {
        await gate.enter()
        defer { gate.leave() }
        try await refresh()
        guard let open = head.turn else { throw SessionError.openTurn(session: id) }
        var state = try state(of: open, emitter)
        state.lease = try await core.store.acquireLease(id, owner: owner, duration: core.leaseDuration)
        return try await finish(&state, isNew: false)
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
        state.catalog = plugins.hooks.tools
        try keepBindings(own, in: &state)
        return state
    }
}
