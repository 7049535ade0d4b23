internal import Lashlang
internal import Synchronization

/// Runs the turns of a trace again, without its model and its tools: both say what they said before.
///
/// Everything else is done anew, so that a replay shows whether this version, or this configuration, still does what was
/// done then.
public struct TraceReplay: Sendable {
    /// Something that was not as before.
    public struct Difference: Equatable, Sendable, CustomStringConvertible {
        /// The turn.
        public var turn: String
        /// What differs: `request 2`, `code 1`, `output 1`, `tool call 3`, `outcome`, and ``command `name` `` for one of a
        /// plugin that could not be carried out before the turn.
        public var place: String
        /// What it was.
        public var recorded: String
        /// What it is.
        public var replayed: String

        /// One line for each of the two.
        public var description: String {
            "\(turn): \(place) differs\n  recorded: \(recorded)\n  replayed: \(replayed)"
        }
    }

    /// The session of the trace.
    public let session: String
    /// The turns that came to an end.
    let turns: [RecordedTurn]

    /// How many turns it has.
    public var turnCount: Int { turns.count }

    /// The turns of a session, from its first one on. A turn that was interrupted is left out, and so is what follows it.
    ///
    /// - Parameter session: which session, for a trace with several.
    ///
    /// Throws for a trace with several sessions where none is named, without any turn, and one that begins in the middle of
    /// its session.
    public init(_ records: [TraceRecord], session: String? = nil) throws(TraceError) {
        var sessions: [String] = []
        for record in records where !sessions.contains(record.session) { sessions.append(record.session) }
        guard let chosen = session ?? sessions.first else { throw TraceError("the trace is empty") }
        if session == nil, sessions.count > 1 {
            throw TraceError("the trace has several sessions (\(sessions.joined(separator: ", "))): name one")
        }
        self.session = chosen
        var order: [String] = []
        var byTurn: [String: [TraceRecord]] = [:]
        for record in records where record.session == chosen {
            if byTurn[record.turn] == nil { order.append(record.turn) }
            byTurn[record.turn, default: []].append(record)
        }
        guard !order.isEmpty else { throw TraceError("the trace has no session `\(chosen)`") }
        var turns: [RecordedTurn] = []
        for (position, name) in order.enumerated() {
            guard let turn = try RecordedTurn(byTurn[name] ?? []) else { break }
            if turn.turnCount != position {
                if position > 0 { break }
                throw TraceError("the trace begins in the middle of session `\(chosen)`")
            }
            turns.append(turn)
        }
        self.turns = turns
    }

    /// What the recorded turns were made with, put into a configuration: limits of the model, and of calls.
    public func configure(_ configuration: inout AgentConfiguration) throws {
        guard let settings = turns.first?.settings else { return }
        func count(_ name: String) -> Int? {
            if case .number(let number)? = settings[name] { Int(exactly: number) } else { nil }
        }
        configuration.limits = try ModelLimits(
            contextWindow: count("context_window") ?? configuration.limits.contextWindow,
            outputTokens: count("max_output_tokens")
        )
        if case .string(let effort)? = settings["effort"] { configuration.effort = effort }
        configuration.maximumCalls = count("max_calls")
    }

    /// Runs the turns again, and gives what is not as before; nothing, if all is well.
    ///
    /// - Parameter configuration: what the turns were made with. Its model, tools, store and trace are not used. Plugins and
    ///   host functions are part of what is run again.
    public func run(_ configuration: AgentConfiguration) async throws -> [Difference] {
        let store = MemoryStore()
        var differences: [Difference] = []
        for recorded in turns {
            let trace = MemoryTrace()
            var configuration = configuration
            let model = recorded.model
            configuration.model = model
            let tools = ReplayedTools(recorded)
            configuration.tools = [tools]
            configuration.toolResolver = tools
            configuration.replayedOffers = { tools.offer(after: model.requests.count) }
            configuration.store = store
            configuration.trace = trace
            let part = Mutex(0)
            configuration.approver = { request in
                recorded.parts[min(part.withLock { $0 }, recorded.parts.count - 1)].decisions[request.id]
            }
            let session = try await AgentCore(configuration).session(self.session).open()
            for command in recorded.commands {
                do { _ = try await session.call(command.name, command.arguments) } catch {
                    let place = "command `\(command.name)`"
                    differences.append(
                        Difference(turn: recorded.id, place: place, recorded: "done", replayed: "\(error)")
                    )
                }
            }
            let turn = TurnBuilder(session: session, input: try recorded.input())
                .id(recorded.id).options(json: recorded.options)
            var result = try await turn.run()
            for next in recorded.parts.dropFirst() {
                guard case .suspended(let requests, let completions) = result.outcome else { break }
                part.withLock { $0 += 1 }
                if next.isAbandoned {
                    try await session.abandonTurn()
                    break
                }
                for completion in completions {
                    guard let call = next.completions[completion.call] else { continue }
                    switch ReplayedTools.result(of: call).output {
                    case .success(let value): try await session.complete(completion.key, with: value)
                    case .failure(let failure):
                        let failed = CompletedCall(.failure(failure), failsTurn: tools.hasFailedTurn(call))
                        try await session.complete(completion.key, failed)
                    case .cancelled, .pending: break
                    }
                }
                let waiting = Set(requests.map(\.id))
                guard let end = try await session.resumeTurn(next.decisions.filter { waiting.contains($0.key) })
                else { break }
                result = end
            }
            guard let replayed = try RecordedTurn(trace.records) else {
                throw TraceError("\(recorded.id): the replay did not come to an end")
            }
            differences += recorded.differences(to: replayed)
        }
        return differences
    }
}
