/// Measures turns: stands around every turn of a core, also those of child sessions and those that are resumed.
///
/// The product `LashObservability` has one that makes spans and metrics.
public protocol TurnInstrument: Sendable {
    /// Runs a turn by calling `body` once, and gives what it gives.
    ///
    /// - Parameters:
    ///   - start: what is known before the turn begins.
    ///   - body: the turn. The sink that it takes gets every event before whoever watches the turn does. Task-local values
    ///     that are set around it are seen by models and tools.
    func measure(
        _ start: TurnStart,
        _ body: @Sendable (any TurnEventSink) async throws -> TurnResult
    ) async throws -> TurnResult
}

/// What is known of a turn before it begins.
public struct TurnStart: Hashable, Sendable {
    /// The session.
    public var session: String
    /// The name of the model.
    public var model: String
    /// Whether the turn was begun before, and stood still or was interrupted.
    public var isResumed: Bool

    /// A start.
    public init(session: String, model: String, isResumed: Bool) {
        self.session = session
        self.model = model
        self.isResumed = isResumed
    }
}

/// Hands events to one sink, and then to another.
private struct EventTee: TurnEventSink {
    let first: any TurnEventSink
    let second: (any TurnEventSink)?

    func receive(_ activity: TurnActivity) async {
        await first.receive(activity)
        await second?.receive(activity)
    }
}

extension AgentSession {
    /// Runs a turn inside the instruments of the core.
    nonisolated func measured(
        _ start: TurnStart,
        to sink: (any TurnEventSink)?,
        _ body: @escaping @Sendable ((any TurnEventSink)?) async throws -> TurnResult
    ) async throws -> TurnResult {
        var run = body
        for instrument in core.instruments.reversed() {
            run = { [run] watcher in
                try await instrument.measure(start) { try await run(EventTee(first: $0, second: watcher)) }
            }
        }
        return try await run(sink)
    }
}
