internal import Lashlang

/// What is said to the model between the steps of a turn.
extension AgentSession {
    /// What is said to the model at a checkpoint: by hooks, by whoever has put something in the queue, and by tools.
    func checkpointMessages(
        _ checkpoint: TurnMachine.Checkpoint,
        _ state: inout TurnState
    ) async -> [HistoryMessage] {
        var messages: [HistoryMessage] = []
        for hook in plugins.hooks.checkpoint {
            do {
                let directives = try await hook.body(checkpoint, context(of: state))
                messages += await obey(directives, of: hook.plugin, in: &state) { _, _ in }
            } catch { state.machine.fail(code: "plugin_checkpoint", message: "\(hook.plugin): \(error)") }
            if state.machine.outcome != nil { return [] }
        }
        let queued = shared.take { $0.moment == .activeTurn }
        if !queued.isEmpty {
            tellQueue()
            await state.emitter.emit(.queuedInputAccepted(queued, checkpoint: checkpoint), state.machine.id)
            messages += queued.map { HistoryMessage(id: $0.id, role: .user, content: $0.text) }
        }
        let said = state.messages
        state.messages = []
        messages += said.map { state.message($0, of: "tool_calls") }
        if checkpoint == .afterWork { await warnOfBudget(&state) }
        return messages
    }

    /// Does what a plugin wants, and gives what it says.
    func obey(
        _ directives: [TurnDirective],
        of plugin: String,
        in state: inout TurnState,
        _ say: (inout TurnState, HistoryMessage) -> Void
    ) async -> [HistoryMessage] {
        var messages: [HistoryMessage] = []
        for directive in directives {
            switch directive {
            case .abort(let code, let message):
                state.machine.abort(code: code, message: message)
                return messages
            case .say(let message):
                let message = state.message(message, of: plugin)
                messages.append(message)
                say(&state, message)
            case .emit(let event): await state.emitter.emit(.plugin(id: plugin, event), state.machine.id)
            }
        }
        return messages
    }

    private func warnOfBudget(_ state: inout TurnState) async {
        guard let limit = core.frameSwitchTokens, state.progress.usage.total >= limit,
            state.progress.usage.total - (head.lastUsage?.total ?? 0) < limit
        else { return }
        let event = PluginEvent.status(
            key: "rlm_context_budget_warning",
            label: "context budget",
            detail: "\(state.progress.usage.total) tokens used; warn at \(limit); choose frame switch path"
        )
        await state.emitter.emit(.plugin(id: "rlm_protocol", event), state.machine.id)
    }
}
