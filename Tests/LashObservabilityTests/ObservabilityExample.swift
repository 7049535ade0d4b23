import LashAgent
import LashObservability
import Metrics
import Tracing

/// A core whose turns show up in the tracing and the metrics of the process.
func observedCore(_ model: any LanguageModel, tracer: any Tracer, metrics: any MetricsFactory) throws -> AgentCore {
    try AgentCore(model: model, limits: ModelLimits(contextWindow: 200_000)) { core in
        core.instruments = [TurnObservability(tracer: tracer, metrics: metrics)]
    }
}
