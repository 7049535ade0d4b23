internal import Lashlang
internal import Synchronization

/// Calls that somebody has to approve.
extension ToolDispatcher {
    /// Asks the host's approver, where there is one.
    func ask(_ call: PreparedCall, _ canBeSuspended: Bool) async -> Progress {
        if runtime.configuration.approver == nil && !canBeSuspended { return .needsApproval(call) }
        await emitter.emit(.approvalRequested(call.request), call.request.id)
        guard let approver = runtime.configuration.approver, let decision = await approver(call.request) else {
            return .needsApproval(call)
        }
        return await settle(call, decision, canBeSuspended: canBeSuspended)
    }

    /// Does not make a call that would have to wait for approval where nothing can wait.
    func refuse(_ call: PreparedCall) async -> Answer {
        let name = call.request.tool
        return await complete(hooked(call)) {
            .failure(
                "call of `\(name)` needs approval, for which a process cannot wait: make the call in the block itself",
                code: "approval_in_process",
                class: "permission_denied"
            )
        }
    }

    /// Does what somebody decided on a call.
    func settle(
        _ call: PreparedCall,
        _ decision: ApprovalDecision,
        canBeSuspended: Bool = true
    ) async -> Progress {
        await emitter.emit(.approvalDecided(id: call.request.id, decision), call.request.id)
        var hooked = hooked(call)
        switch (decision, catalog.member(at: call.request.callPath)) {
        case (.deny(let reason), _):
            let message = "call of `\(hooked.name)` was denied" + (reason.map { ": \($0)" } ?? "")
            state.withLock { $0.refusals.append(message) }
            let denied = ToolResult.failure(message, code: "approval_denied", class: "permission_denied")
            return .answered(await complete(hooked) { denied })
        case (_, nil):
            let missing = ToolResult.failure(
                "the tool `\(hooked.name)` is not there any more, so the call was not made: do without it",
                code: "tool_unavailable",
                class: "unavailable"
            )
            return .answered(await complete(hooked) { missing })
        case (.allow, let member?): return await execute(call, member, canBeSuspended)
        case (.edit(let arguments), let member?):
            hooked.arguments = arguments
            switch await prepare(hooked, member) {
            case .done(let result): return .answered(await complete(hooked) { result })
            case .ready(let arguments, let payload), .needsApproval(let arguments, let payload, _):
                let prepared = prepared(hooked, member, arguments, payload, reason: nil)
                return await execute(prepared, member, canBeSuspended)
            }
        }
    }
}
