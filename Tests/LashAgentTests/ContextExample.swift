import LashAgent
import Lashlang

/// A core for long conversations: the model can go on in a fresh frame, and it can give work to agents of its own, which
/// share the budget of the turn. The history rolls by itself.
func core(answeredBy model: any LanguageModel) throws -> AgentCore {
    try AgentCore(model: model, limits: ModelLimits(contextWindow: 200_000)) { core in
        core.plugins.append(ContinueAs())
        core.plugins.append(Subagents())
        core.turnBudget = TurnBudget.Limits(modelCalls: 100, tokens: 2_000_000)
    }
}
