internal import Lashlang

/// Results of tools that come later.
extension ToolDispatcher {
    /// A call that nobody waits for at the moment.
    struct Parked: Error {
        var completion: PendingCompletion
    }

    /// Waits as long as the host wants for the result of a call. What comes too late is a failure, and a call that can wait
    /// longer is parked.
    func wait(
        for call: PreparedCall,
        upTo limit: Duration?,
        _ canBeSuspended: Bool
    ) async -> Result<ToolResult, Parked> {
        let (id, name) = (call.request.id, call.request.tool)
        guard let key = runtime.completions.key(of: id) else { return .success(Self.keyless(name)) }
        let deadline = limit.map { runtime.clock.now + $0 / .milliseconds(1) }
        let completion = PendingCompletion(key: key, call: id, tool: name, deadline: deadline)
        await emitter.emit(.toolCallPending(completion), id)
        let wait = patience(limit)
        if let result = await runtime.completions.wait(key, upTo: wait, runtime.clock) {
            return .success(result.result)
        }
        let isCancelled = Task.isCancelled
        let isLate = limit != nil && wait == limit
        if canBeSuspended && !isCancelled && !isLate { return .failure(Parked(completion: completion)) }
        // What was taken until now counts.
        if let result = runtime.completions.drop(id) { return .success(result.result) }
        if isCancelled { return .success(ToolResult(.cancelled)) }
        if isLate { return .success(Self.timedOut(name)) }
        return .success(
            .failure(
                "the result of `\(name)` comes later, for which a process cannot wait: make the call in the block itself",
                code: "completion_in_process",
                class: "unavailable"
            )
        )
    }

    /// How long the turn waits for a result that may take so long at most.
    private func patience(_ limit: Duration?) -> Duration? {
        [limit, runtime.configuration.completionWait].compactMap(\.self).min()
    }

    /// Goes on with a call of a block that stood still.
    func settle(_ call: SuspendedBlock.Call, _ prepared: PreparedCall, _ completion: PendingCompletion) async
        -> Progress
    {
        let started = call.started ?? runtime.clock.now
        let left = completion.deadline.map { Duration.milliseconds(max(0, $0 - runtime.clock.now)) }
        var later = call.result
        if later == nil {
            later = await runtime.completions.wait(completion.key, upTo: patience(left), runtime.clock)
        }
        let isLate = completion.deadline.map { $0 <= runtime.clock.now } ?? false
        if later == nil && !isLate && !Task.isCancelled {
            return .awaitsCompletion(prepared, completion, started: started)
        }
        // What was taken until now counts.
        let last = runtime.completions.settle(completion.key)
        var result = (later ?? last)?.result ?? (isLate ? Self.timedOut(completion.tool) : ToolResult(.cancelled))
        if let member = catalog.member(at: prepared.request.callPath) {
            result = ToolExecution(member: member, runtime: runtime, session: context.session).checked(result)
        }
        return .answered(await end(hooked(prepared), result, milliseconds: max(0, runtime.clock.now - started)))
    }

    /// What a program gets for a call that cannot wait.
    func giveUp(_ call: SuspendedBlock.Call, _ failure: CallFailure) async -> CallResult {
        guard call.completion != nil, let prepared = call.prepared else { return .failure(failure) }
        let result = runtime.completions.drop(call.id)?.result ?? ToolResult(.failure(failure))
        let milliseconds = max(0, runtime.clock.now - (call.started ?? runtime.clock.now))
        return await end(hooked(prepared), result, milliseconds: milliseconds).result
    }

    /// A tool that said that its result comes later, and did not say by which key.
    static func keyless(_ name: String) -> ToolResult {
        .failure(
            "tool `\(name)` says that its result comes later, and has taken no completion key for it",
            code: "pending_tool_missing_completion_key",
            class: "internal"
        )
    }

    private static func timedOut(_ name: String) -> ToolResult {
        .failure("the result of `\(name)` did not come in time", code: "tool_completion_timeout", class: "timeout")
    }
}
