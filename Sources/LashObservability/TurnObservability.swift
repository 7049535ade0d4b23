public import LashAgent
internal import Lashlang
public import Metrics
internal import ServiceContextModule
public import Tracing

/// Makes spans and metrics of turns, for a core that has it among its instruments.
///
/// ```swift
/// core.instruments = [TurnObservability(tracer: tracer, metrics: metrics)]
/// ```
///
/// What is said, thought, written and read in a turn is in neither: no prompts, no answers, no code, no arguments, and no
/// messages of errors, only names, codes and numbers.
public struct TurnObservability: TurnInstrument {
    private let tracer: (any Tracer)?
    private let metrics: TurnMetrics?

    /// An instrument.
    ///
    /// - Parameters:
    ///   - tracer: gets a span for each turn, call of the model, block and call of a tool; `nil` for none. A turn belongs to
    ///     the span of whoever runs it, and what models and tools start belongs to the turn.
    ///   - metrics: makes counters and timers; `nil` for none.
    public init(tracer: (any Tracer)?, metrics: (any MetricsFactory)?) {
        self.tracer = tracer
        self.metrics = metrics.map { TurnMetrics($0) }
    }

    /// Runs a turn, and measures it.
    public func measure(
        _ start: TurnStart,
        _ body: @Sendable (any TurnEventSink) async throws -> TurnResult
    ) async throws -> TurnResult {
        let began = ContinuousClock.now
        let spans = tracer.map { TurnSpans($0, start) }
        let sink = Sink(spans: spans, metrics: metrics, measured: MeasuredTurn(model: start.model))
        do {
            let context = spans?.context ?? ServiceContext.current
            let result = try await ServiceContext.$current.withValue(context) { try await body(sink) }
            spans?.end(result)
            metrics?.turnEnded(result.outcome.label, ContinuousClock.now - began)
            return result
        } catch {
            spans?.fail(error)
            metrics?.turnEnded("error", ContinuousClock.now - began)
            throw error
        }
    }

    private struct Sink: TurnEventSink {
        let spans: TurnSpans?
        let metrics: TurnMetrics?
        let measured: MeasuredTurn

        func receive(_ activity: TurnActivity) async {
            spans?.receive(activity.event)
            metrics?.receive(activity.event, in: measured)
        }
    }
}

extension TurnOutcome {
    /// One word of a small set.
    var label: String {
        switch self {
        case .message: "message"
        case .value: "value"
        case .toolValue: "tool_value"
        case .frameSwitch: "frame_switch"
        case .suspended: "suspended"
        case .stopped(let stop): stop.name
        }
    }
}

extension ToolCallRecord {
    /// The code of the failure, where there is one.
    var errorCode: String? {
        if status == .cancelled { return "cancelled" }
        guard status == .error else { return nil }
        if case .record(let fields) = output, case .string(let code)? = fields["code"] { return code }
        return "tool_error"
    }
}
