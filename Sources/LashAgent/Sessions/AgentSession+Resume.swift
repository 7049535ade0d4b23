internal import Lashlang

extension AgentSession {
    /// The turn that was interrupted: its process ended, or its last commit failed. `nil` where there is none.
    public var interruptedTurn: String? { head.turn?.progress.turn }

    /// Goes on with the turn that was interrupted, from the last step that was kept: the model is called again, with the
    /// variables as they were then. A block that stands still goes on there: calls that were decided are made or
    /// not, results that have come are handed on, and the turn is suspended again where some are left.
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
        return try await measured(TurnStart(session: id, model: model.name, isResumed: true), to: sink) { sink in
            try await self.track { try await self.performAgain(decisions, to: sink) }
        }
    }

    /// The calls that wait until somebody has said yes or no.
    public var pendingApprovals: [ApprovalRequest] { head.turn?.block?.approvals ?? [] }

    /// Gives up the turn that was interrupted: what it has done so far stays in the history. Does nothing where there is none.
    public func abandonTurn() async throws {
        await gate.enter()
        defer { gate.leave() }
        try await refresh()
        guard let open = head.turn else { return }
        _ = try await resume(open, isAbandoned: true, to: nil) { state in
            state.machine.cancel()
            state.suspended = nil
        }
    }

    private func interruptedAfterRefresh() async -> String? {
        try? await refresh()
        return interruptedTurn
    }

    private func performAgain(
        _ decisions: [String: ApprovalDecision],
        to sink: (any TurnEventSink)?
    ) async throws -> TurnResult {
        await gate.enter()
        defer { gate.leave() }
        try await refresh()
        guard let open = head.turn else { throw SessionError.openTurn(session: id) }
        try check(decisions, open.block)
        return try await resume(open, to: sink) { $0.decisions = decisions }
    }

    /// Goes on with a turn, with what it does written to the trace of the core where there is one.
    private func resume(
        _ open: OpenTurn,
        isAbandoned: Bool = false,
        to sink: (any TurnEventSink)?,
        _ prepare: (inout TurnState) -> Void
    ) async throws -> TurnResult {
        let recorder = core.trace.map { trace in
            TurnRecorder(session: id, turn: open.progress.turn, sink: trace, watcher: sink, clock: core.clock)
        }
        var state = try state(
            of: open,
            recorder.map { TracedModel(base: model, recorder: $0) } ?? model,
            EventEmitter(recorder ?? sink, journal: journal)
        )
        prepare(&state)
        let lease = try await core.store.acquireLease(id, owner: owner, duration: core.leaseDuration)
        state.lease = lease
        state.heartbeat = heartbeat(lease)
        for completion in open.block?.completions ?? [] { shared.completions.adopt(completion) }
        await recorder?.write(
            .turnResumed,
            [
                "suspended": .bool(open.block != nil), "abandoned": .bool(isAbandoned),
                "model_calls": .number(Double(open.progress.modelCalls)),
            ]
        )
        if !isAbandoned {
            do { try await takeOffers(state) } catch {
                state.machine.fail(code: error.code, message: error.message)
            }
            // Only now the tools are there that plugins offer.
            do throws(ApprovalError) { try check(state.decisions, open.block) } catch {
                await recorder?.fail(error)
                try await giveBack(open, state)
                throw error
            }
        }
        state.catalog = allTools.hiding(hiddenTools)
        if isAbandoned { state.catalog.withdraw(open.block?.completions ?? []) }
        do {
            let result = try await finish(&state, isNew: false)
            await recorder?.end(result)
            return result
        } catch {
            await recorder?.fail(error)
            throw error
        }
    }

    /// Lets a turn that was about to go on stand still as it was, with the results that have come in the meantime.
    private func giveBack(_ open: OpenTurn, _ state: TurnState) async throws {
        state.heartbeat?.cancel()
        defer { shared.completions.close() }
        guard let lease = state.lease else { return }
        if var block = open.block, takeCompletions(&block) {
            head.turn?.block = block
            do { try await keepBetweenTurns(lease) } catch {
                isStale = true
                await core.store.release(lease)
                throw error
            }
        }
        await core.store.release(lease)
    }

    /// Whether all decisions can be carried out: better before anything is done than after.
    private func check(_ decisions: [String: ApprovalDecision], _ block: SuspendedBlock?) throws(ApprovalError) {
        let waiting = block?.approvals ?? []
        for (id, decision) in decisions.sorted(by: { $0.key < $1.key }) {
            guard let request = waiting.first(where: { $0.id == id }) else { throw .unknownCall(id) }
            guard case .edit(let arguments) = decision,
                let contract = allTools.member(at: request.callPath)?.provider.contract(of: request.tool)
            else { continue }
            if let problem = ToolDispatcher.problem(in: arguments, contract) {
                throw .invalidArguments(call: id, problem: problem)
            }
        }
    }

    private func state(
        of open: OpenTurn,
        _ model: any LanguageModel,
        _ emitter: EventEmitter
    ) throws -> TurnState {
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
        try keepBindings(own, in: &state)
        return state
    }
}
