internal import Lashlang
internal import Logging

extension AgentSession {
    /// Keeps the session with the turn that is under way.
    func keep(_ state: inout TurnState) async throws {
        try writeVariables()
        head.plugins = try plugins.snapshots(since: head.plugins)
        head.queue = shared.queue
        head.turn = OpenTurn(
            machine: state.machine,
            committed: state.synced,
            bindings: state.ownBindings,
            pluginInputs: state.inputs,
            prompt: state.prompt,
            progress: state.progress,
            block: state.suspended
        )
        try await commit(finishing: nil, state.lease)
    }

    /// Keeps what a step has brought. The turn goes on where that fails, unless the session belongs to somebody else by now:
    /// the next commit has everything in it.
    func keepProgress(_ state: inout TurnState) async {
        do { try await keep(&state) } catch let error as SessionError {
            switch error {
            case .leaseLost, .conflict:
                state.machine.fail(code: error.code, message: error.description)
            default: core.logger.warning("a step of session \(id) was not kept: \(error)")
            }
        } catch { core.logger.warning("a step of session \(id) was not kept: \(error)") }
    }

    /// Keeps the session with a finished turn. Gives its revision.
    func keepEnd(_ state: inout TurnState) async throws -> Int {
        try writeVariables()
        head.plugins = try plugins.snapshots(since: head.plugins)
        head.queue = shared.queue
        head.turn = nil
        head.turnCount += 1
        head.lastTurn = state.rootID
        try await commit(finishing: state.rootID, state.lease)
        return head.revision
    }

    /// Keeps the session where no turn is under way.
    func keepBetweenTurns(_ lease: SessionLease?) async throws {
        try writeVariables()
        head.plugins = try plugins.snapshots(since: head.plugins)
        head.queue = shared.queue
        try await commit(finishing: nil, lease)
    }

    private func writeVariables() throws {
        guard hasNewVariables else { return }
        let isEmpty = variables.variableNames.isEmpty && variables.functions.isEmpty
        head.variables = Base64Bytes(isEmpty ? [] : try variables.snapshot())
        hasNewVariables = false
    }

    private func commit(finishing turn: String?, _ lease: SessionLease?) async throws {
        let commit = SessionCommit(
            expectedRevision: head.revision,
            head: head,
            historyCount: keptCount,
            appended: unkept,
            finishedTurn: turn,
            lease: lease
        )
        let store = core.store
        do {
            // A turn that was cancelled is kept like any other.
            if Task.isCancelled {
                head.revision = try await Task { try await store.commit(commit) }.value
            } else {
                head.revision = try await store.commit(commit)
            }
        } catch {
            guard try await wasKept(commit) else { throw error }
            head.revision = commit.expectedRevision + 1
        }
        keptCount += unkept.count
        unkept = []
        let revision = head.revision
        journal.add(revision: revision) { .committed(revision: revision) }
    }

    /// Whether a commit that seemed to fail has taken place all the same.
    private func wasKept(_ commit: SessionCommit) async throws -> Bool {
        let store = core.store
        let id = self.id
        let present = await Task { try? await store.load(id) }.value
        guard let present, present.head.revision == commit.expectedRevision + 1,
            present.history.count == commit.historyCount + commit.appended.count
        else { return false }
        var head = present.head
        head.revision = commit.head.revision
        head.lastTurn = commit.head.lastTurn
        return head == commit.head
    }

    /// Prolongs the lease while the turn is under way; cancels the turn where somebody else has taken it.
    func heartbeat(_ lease: SessionLease?) -> Task<Void, Never>? {
        guard let lease else { return nil }
        let (store, duration, shared, logger) = (core.store, core.leaseDuration, shared, core.logger)
        return Task {
            while true {
                do { try await Task.sleep(for: duration / 3) } catch { return }
                do { _ = try await store.renew(lease, duration: duration) } catch is SessionError {
                    logger.warning("session \(lease.session) was taken over by somebody else")
                    _ = shared.cancelAll()
                    return
                } catch { logger.warning("the lease of session \(lease.session) was not prolonged: \(error)") }
            }
        }
    }
}
