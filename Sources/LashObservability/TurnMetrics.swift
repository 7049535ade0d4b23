internal import LashAgent
internal import Metrics
internal import Synchronization

/// Counters and timers of turns. Their labels and dimensions are documented in the article about models, stores and traces.
struct TurnMetrics: Sendable {
    private let factory: any MetricsFactory

    init(_ factory: any MetricsFactory) { self.factory = factory }

    func turnEnded(_ outcome: String, _ took: Duration) {
        count("lash_turns_total", ["outcome": outcome])
        record("lash_turn_duration", took)
    }

    func receive(_ event: TurnEvent, in turn: MeasuredTurn) {
        switch event {
        case .prose, .reasoning, .code, .streamReset: return
        case .plugin, .retry: break
        default: if let took = turn.endRequest() { record("lash_model_request_duration", took, ["model": turn.model]) }
        }
        switch event {
        case .modelRequestStarted:
            turn.beginRequest()
            count("lash_model_requests_total", ["model": turn.model])
        case .usage(_, let usage, _): count(usage, of: turn.model)
        case .childUsage: break
        case .retry: count("lash_model_retries_total", ["model": turn.model])
        case .blockCompleted(let summary):
            count("lash_blocks_total", ["status": summary.error == nil ? "ok" : "error"])
            record("lash_block_duration", .milliseconds(summary.milliseconds))
        case .toolCallCompleted(let call):
            count("lash_tool_calls_total", ["tool": call.name, "status": call.status.rawValue])
            record("lash_tool_call_duration", .milliseconds(call.milliseconds), ["tool": call.name])
        case .approvalRequested(let request): count("lash_approvals_total", ["tool": request.tool])
        case .error(let issue): count("lash_errors_total", ["source": issue.source.rawValue, "code": issue.code])
        default: break
        }
    }

    private func count(_ usage: ModelUsage, of model: String) {
        let kinds = [
            ("input", usage.input), ("output", usage.output), ("cache_read", usage.cacheRead),
            ("cache_write", usage.cacheWrite),
        ]
        for (kind, tokens) in kinds where tokens > 0 {
            count("lash_tokens_total", ["model": model, "kind": kind], by: tokens)
        }
    }

    private func count(_ label: String, _ dimensions: KeyValuePairs<String, String>, by amount: Int = 1) {
        Counter(label: label, dimensions: dimensions.map { ($0.key, $0.value) }, factory: factory).increment(by: amount)
    }

    private func record(_ label: String, _ took: Duration, _ dimensions: KeyValuePairs<String, String> = [:]) {
        Timer(label: label, dimensions: dimensions.map { ($0.key, $0.value) }, factory: factory).record(duration: took)
    }
}

/// What metrics have to remember of a turn while it runs.
final class MeasuredTurn: Sendable {
    let model: String
    private let request = Mutex<ContinuousClock.Instant?>(nil)

    init(model: String) { self.model = model }

    func beginRequest() { request.withLock { $0 = .now } }

    /// How long the call of the model took that was under way, if one was.
    func endRequest() -> Duration? {
        request.withLock { began in
            defer { began = nil }
            return began.map { .now - $0 }
        }
    }
}
