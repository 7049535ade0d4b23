import Lashlang
import Testing

@testable import LashAgent

/// Calls on their way to their tools.
@Suite struct ToolDispatcherTests {
    @Test(arguments: [ApprovalDecision.allow, .edit(["name": "bob"])])
    func aDecidedCallWhoseToolIsGoneFailsAsOthersDo(decision: ApprovalDecision) async throws {
        let (model, log) = (ScriptedModel([]), EventLog())
        let dispatcher = ToolDispatcher(
            catalog: ToolCatalog(),
            hooks: PluginHooks(),
            context: TurnContext(session: "s", turn: "t", options: TurnOptions(), history: [], inputs: [:]),
            runtime: ToolRuntime(
                configuration: AgentConfiguration(model: model, limits: try ModelLimits(contextWindow: 1_000)),
                model: model,
                budget: TurnBudget(TurnBudget.Limits()),
                emitter: EventEmitter(log)
            )
        )
        let request = ApprovalRequest(id: "c", tool: "send", callPath: "jobs.send", arguments: [:])
        _ = await dispatcher.settle(PreparedCall(request: request, payload: .null), decision)
        #expect(log.types == ["approval_decided", "tool_call_started", "tool_call_completed"])
        #expect(dispatcher.records.map(\.status) == [.error])
        let failure = dispatcher.records.first?.output.text ?? ""
        #expect(failure.contains("the tool `send` is not there any more, so the call was not made: do without it"))
    }
}
