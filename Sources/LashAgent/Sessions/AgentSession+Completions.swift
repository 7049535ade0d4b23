public import Lashlang

extension AgentSession {
    /// The calls whose results come later, and for which a suspended turn waits.
    public var pendingCompletions: [PendingCompletion] { head.turn?.block?.completions ?? [] }

    /// Gives the result of a call that comes later, by the key that its tool has taken. A turn that waits goes on at once; one
    /// that is suspended keeps the result, and goes on with `resumeTurn`.
    ///
    /// Throws `CompletionError` where nothing waits for it, and whatever the store throws; then the result is not taken.
    public nonisolated func complete(_ key: String, with value: Value) async throws {
        try await complete(key, CompletedCall(.success(value)))
    }

    /// Says that a call whose result comes later has failed. Otherwise like `complete`.
    public nonisolated func fail(_ key: String, with failure: CallFailure) async throws {
        try await complete(key, CompletedCall(.failure(failure)))
    }

    nonisolated func complete(_ key: String, _ result: CompletedCall) async throws {
        switch shared.completions.resolve(key, result) {
        case .taken: return
        case .already: throw CompletionError.alreadyCompleted(key)
        case .unknown: try await keep(result, of: key)
        }
    }

    /// Keeps a result with the block that waits for it.
    private func keep(_ result: CompletedCall, of key: String) async throws {
        // A turn that is under way is waited for only where that helps.
        let isKept = head.turn?.block?.calls.contains { $0.completion?.key == key } == true
        guard isKept || isStale else {
            throw shared.completions.isSettled(key)
                ? CompletionError.alreadyCompleted(key) : CompletionError.unknownKey(key)
        }
        switch shared.completions.leave(key, result) {
        case .taken: return
        case .already: throw CompletionError.alreadyCompleted(key)
        case .unknown: break
        }
        await gate.enter()
        defer { gate.leave() }
        // A turn that has gone on has taken it.
        guard shared.completions.withdraw(key) else { return }
        try await refresh()
        if shared.completions.isSettled(key) { throw CompletionError.alreadyCompleted(key) }
        guard let position = head.turn?.block?.calls.firstIndex(where: { $0.completion?.key == key }),
            let call = head.turn?.block?.calls[position]
        else { throw CompletionError.unknownKey(key) }
        if call.result != nil { throw CompletionError.alreadyCompleted(key) }
        let lease = try await core.store.acquireLease(id, owner: owner, duration: core.leaseDuration)
        head.turn?.block?.calls[position].result = result
        do { try await keepBetweenTurns(lease) } catch {
            isStale = true
            await core.store.release(lease)
            throw error
        }
        await core.store.release(lease)
    }

    /// Takes the results that have come while a block was being suspended. Says whether any has: the block goes on then.
    func takeCompletions(_ block: inout SuspendedBlock) -> Bool {
        let results = shared.completions.collect(block.completions.map(\.key))
        for position in block.calls.indices where block.calls[position].result == nil {
            block.calls[position].result = block.calls[position].completion.flatMap { results[$0.key] }
        }
        return !results.isEmpty
    }
}
