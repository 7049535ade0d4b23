internal import Lashlang

/// Results of tools that come later.
extension ToolDispatcher {
    /// A call that nobody waits for at the moment.
    struct Parked: Error {
        var completion: PendingCompletion
    }

    /// What a call got in the end, and what that makes of the turn.
    struct Arrival {
        var result: ToolResult
        var control: ToolControl?

        init(_ result: ToolResult) { self.result = result }

        init(_ call: CompletedCall, of tool: String) {
            result = call.result
            control = call.control(of: tool)
        }
    }

    /// Waits as long as the host wants for the result of a call. What comes too late is a failure, and a call that can wait
    /// longer is parked.
    func wait(
        for call: PreparedCall,
        upTo limit: Duration?,
        orElse lateness: ToolResult.Lateness,
        _ canBeSuspended: Bool
    ) async -> Result<Arrival, Parked> {
        let (id, name) = (call.request.id, call.request.tool)
        guard let key = runtime.completions.key(of: id) else { return .success(Arrival(Self.keyless(name))) }
        let completion = PendingCompletion(
            key: key,
            call: id,
            tool: name,
            deadline: limit.map { runtime.clock.now + $0 / .milliseconds(1) },
            failsTurn: lateness == .failedTurn
        )
        await emitter.emit(.toolCallPending(completion), id)
        let wait = patience(limit)
        if let result = await runtime.completions.wait(key, upTo: wait, runtime.clock) {
            return .success(Arrival(result, of: name))
        }
        let isCancelled = Task.isCancelled
        let isLate = limit != nil && wait == limit
        if canBeSuspended && !isCancelled && !isLate { return .failure(Parked(completion: completion)) }
        // What was taken until now counts.
        if let result = runtime.completions.drop(id) { return .success(Arrival(result, of: name)) }
        catalog.withdraw([completion])
        if isCancelled { return .success(Arrival(ToolResult(.cancelled))) }
        if isLate { return .success(Arrival(CompletedCall(late: completion), of: name)) }
        return .success(
            Arrival(
                .failure(
                    "the result of `\(name)` comes later, for which a process cannot wait: make the call in the block itself",
                    code: "completion_in_process",
                    class: "unavailable"
                )
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
        let came = later ?? last
        if came == nil { catalog.withdraw([completion]) }
        var arrival =
            (came ?? (isLate ? CompletedCall(late: completion) : nil)).map { Arrival($0, of: completion.tool) }
            ?? Arrival(ToolResult(.cancelled))
        if let member = catalog.member(at: prepared.request.callPath) {
            let execution = ToolExecution(member: member, runtime: runtime, session: context.session)
            arrival.result = execution.checked(arrival.result)
        }
        let milliseconds = max(0, runtime.clock.now - started)
        return .answered(
            await end(hooked(prepared), arrival.result, control: arrival.control, milliseconds: milliseconds)
        )
    }

    /// What a program gets for a call that cannot wait.
    func giveUp(_ call: SuspendedBlock.Call, _ failure: CallFailure) async -> CallResult {
        guard let completion = call.completion, let prepared = call.prepared else { return .failure(failure) }
        let came = runtime.completions.drop(call.id)
        if came == nil { catalog.withdraw([completion]) }
        let result = came?.result ?? ToolResult(.failure(failure))
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
}

extension ToolCatalog {
    /// Tells the tools of calls that nobody waits for their results any more. That may take long, so nobody waits for it.
    func withdraw(_ completions: [PendingCompletion]) {
        for completion in completions {
            guard let member = members.first(where: { $0.manifest.name == completion.tool }) else { continue }
            Task { await member.provider.withdraw(completion) }
        }
    }
}
