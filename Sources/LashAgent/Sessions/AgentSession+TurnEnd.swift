internal import Lashlang

/// How turns end, or stand still.
extension AgentSession {
    private static func outcome(of block: SuspendedBlock?) -> TurnOutcome {
        .suspended(block?.approvals ?? [], completions: block?.completions ?? [])
    }

    /// Keeps a turn whose block stands still, and says what it waits for.
    func suspend(_ state: inout TurnState) async throws -> TurnResult {
        closeProcessTools(&state)
        sync(&state)
        try await keep(&state)
        var result = result(of: state, Self.outcome(of: state.suspended), state.machine.issues)
        result.calls += state.suspended?.partial.calls ?? []
        return result
    }

    /// Asks the hooks after a turn, keeps it, and says how it ended.
    func conclude(_ state: inout TurnState) async throws -> TurnResult {
        closeProcessTools(&state)
        var outcome = state.machine.outcome ?? .stopped(.runtimeError)
        var issues = state.machine.issues
        if case .message(let text) = outcome, let hook = plugins.hooks.proseProjector {
            do { outcome = .message(try hook.body(text)) } catch {
                issues.append(TurnIssue(source: .plugin, code: "assistant_prose_projector", message: "\(error)"))
            }
        }
        let summary = TurnSummary(
            turn: state.rootID,
            outcome: outcome,
            calls: state.progress.calls,
            usage: state.progress.usage
        )
        for hook in plugins.hooks.afterTurn {
            do {
                for directive in try await hook.body(summary, context(of: state)) {
                    switch directive {
                    case .say(let message):
                        let id = RandomID.make("input")
                        shared.add(QueuedInput(id: id, text: message.content, moment: .nextTurn))
                        tellQueue()
                    case .emit(let event): await state.emitter.emit(.plugin(id: hook.plugin, event), state.rootID)
                    }
                }
            } catch {
                issues.append(TurnIssue(source: .plugin, code: "plugin_finalize_turn", message: "\(error)"))
                outcome = .stopped(.runtimeError)
            }
        }
        await tell(.turnFinalized(turn: state.rootID, outcome))
        let revision = try await keepEnd(&state)
        await announce(outcome, issues, state)
        await tell(.turnPersisted(turn: state.rootID, revision: revision))
        return result(of: state, outcome, issues)
    }

    private func result(of state: TurnState, _ outcome: TurnOutcome, _ issues: [TurnIssue]) -> TurnResult {
        TurnResult(
            turn: state.rootID,
            outcome: outcome,
            issues: issues,
            usage: state.progress.usage,
            childrenUsage: state.progress.children,
            calls: state.progress.calls,
            ranCode: state.progress.ranCode,
            modelCalls: state.progress.modelCalls,
            started: state.progress.started,
            milliseconds: core.clock.now - state.progress.started
        )
    }

    private func announce(_ outcome: TurnOutcome, _ issues: [TurnIssue], _ state: TurnState) async {
        for issue in issues { await state.emitter.emit(.error(issue), state.rootID) }
        switch outcome {
        case .value(let value): await state.emitter.emit(.finalValue(value), state.rootID)
        case .toolValue(let tool, let value):
            await state.emitter.emit(.toolValue(tool: tool, value), state.rootID)
        default: break
        }
    }
}
