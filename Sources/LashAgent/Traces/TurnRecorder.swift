internal import Lashlang
internal import Synchronization

/// Writes what happens in one turn to a trace: it stands between the turn, whoever watches it, and the model.
final class TurnRecorder: TurnEventSink {
    private struct Call {
        var iteration: Int
        var request: ModelRequest
        var pieces: [String] = []
        var response = ModelResponse()
    }

    private struct State {
        var turn: String?
        var hasBegun = false
        var count = 0
        /// Records from before the turn had an id.
        var waiting: [(TraceRecord.Kind, Record)] = []
        var iteration = 0
        /// The call of the model that is under way, as far as it was read.
        var call: Call?
        var began: Double?
    }

    private let session: String
    private let sink: any TraceSink
    private let watcher: (any TurnEventSink)?
    private let clock: any HostClock
    private let state: Mutex<State>

    /// - Parameter turn: the turn, where its id is known already.
    init(
        session: String,
        turn: String? = nil,
        sink: any TraceSink,
        watcher: (any TurnEventSink)?,
        clock: any HostClock
    ) {
        state = Mutex(State(turn: turn))
        self.session = session
        self.sink = sink
        self.watcher = watcher
        self.clock = clock
    }

    /// The turn has begun: nothing refuses it any more.
    func begin() { state.withLock { $0.hasBegun = true } }

    var hasBegun: Bool { state.withLock { $0.hasBegun } }

    /// Takes an event of the turn.
    func receive(_ activity: TurnActivity) async {
        switch activity.event {
        // What shows the answer while it is written; the pieces of the answer say the same.
        case .prose, .reasoning, .code, .streamReset: break
        case .plugin(_, .custom(let name, _)) where name.hasPrefix("rlm_lashlang_cell_"): break
        case .retry: await write(.retry, Self.fields(of: activity))
        case .plugin: await write(event: activity.event, Self.fields(of: activity))
        default:
            await endCall()
            await write(activity, Self.fields(of: activity))
        }
        await watcher?.receive(activity)
    }

    private static func fields(of activity: TurnActivity) -> Record {
        guard case .record(var fields) = activity.json else { return Record() }
        for name in ["type", "id", "correlation_id"] { fields[name] = nil }
        return fields
    }

    private func write(_ activity: TurnActivity, _ fields: Record) async {
        switch activity.event {
        case .modelRequestStarted(let iteration):
            let turn = activity.correlationID.split(separator: ":").dropLast().joined(separator: ":")
            state.withLock { $0.iteration = iteration }
            await begin(turn)
        case .usage: await write(.usage, fields)
        case .blockStarted: await write(.codeStarted, fields)
        case .toolCallStarted: await write(.toolCallStarted, fields)
        case .toolCallCompleted: await write(.toolCallCompleted, fields)
        case .blockCompleted: await write(.codeCompleted, fields)
        default: await write(event: activity.event, fields)
        }
    }

    private func write(event: TurnEvent, _ fields: Record) async {
        var all: Record = ["type": .string(event.type)]
        for (name, value) in fields { all[name] = value }
        await write(.event, ["event": .record(all)])
    }

    /// Writes how the turn ended, or that it stands still.
    func end(_ result: TurnResult) async {
        await endCall()
        var fields = Record()
        var kind = TraceRecord.Kind.turnCompleted
        if case .suspended(let approvals, let completions) = result.outcome {
            kind = .turnSuspended
            fields["approvals"] = Self.value(approvals)
            if !completions.isEmpty { fields["completions"] = Self.value(completions) }
        } else {
            fields["outcome"] = Self.value(result.outcome)
            fields["issues"] = Self.value(result.issues)
        }
        fields["usage"] = Self.value(result.usage)
        fields["model_calls"] = .number(Double(result.modelCalls))
        fields["duration_ms"] = .number(result.milliseconds)
        await begin(result.turn)
        await write(kind, fields)
    }

    /// Writes that the turn could not be run or kept. A turn that had not begun leaves nothing.
    func fail(_ error: any Error) async {
        await endCall()
        if state.withLock({ $0.turn == nil }) { return }
        await write(.turnFailed, ["message": .string("\(error)")])
    }

    // MARK: Calls of the model

    func callBegan(_ request: ModelRequest) async {
        await endCall()
        let iteration = state.withLock { state in
            state.call = Call(iteration: state.iteration, request: request)
            return state.iteration
        }
        await write(
            .modelCallStarted,
            ["protocol_iteration": .number(Double(iteration)), "request": Self.value(request)]
        )
    }

    /// Takes in what the model has sent, unless the turn has gone on already.
    func callBrought(_ event: ModelEvent, _ request: ModelRequest) {
        state.withLock { state in
            guard state.call?.request == request else { return }
            state.call?.response.append(event)
            switch event {
            case .text(let piece): state.call?.pieces.append(piece)
            case .retry(let retry) where retry.discardsText: state.call?.pieces = []
            default: break
            }
        }
    }

    func callFailed(_ error: ModelError, _ request: ModelRequest) async {
        let call = state.withLock { state -> Call? in
            guard state.call?.request == request else { return nil }
            defer { state.call = nil }
            return state.call
        }
        guard let call else { return }
        // A block that is closed, or a turn that is cancelled, ends the answer in the middle: that is no failure.
        if error.kind == .cancelled { return await write(.modelCallCompleted, Self.fields(of: call, stop: .cancelled)) }
        var fields = Self.fields(of: call, stop: call.response.stopReason)
        fields["error"] = Self.value(error)
        await write(.modelCallFailed, fields)
    }

    /// Writes the answer of the call that is under way: whatever happens next in the turn comes after it.
    private func endCall() async {
        let call = state.withLock { state -> Call? in
            // Events that show the answer come while it is being written.
            defer { state.call = nil }
            return state.call
        }
        guard let call else { return }
        await write(.modelCallCompleted, Self.fields(of: call, stop: call.response.stopReason))
    }

    private static func fields(of call: Call, stop: ModelStopReason) -> Record {
        var response = call.response
        response.stopReason = stop
        return [
            "protocol_iteration": .number(Double(call.iteration)),
            "response": value(response),
            "pieces": .list(call.pieces.map { .string($0) }),
        ]
    }

    // MARK: Writing

    /// Names the turn, and writes what has waited for its name.
    private func begin(_ turn: String) async {
        let waiting = state.withLock { state -> [(TraceRecord.Kind, Record)] in
            if state.turn != nil { return [] }
            state.turn = turn
            defer { state.waiting = [] }
            return state.waiting
        }
        for (kind, fields) in waiting { await write(kind, fields) }
    }

    func write(_ kind: TraceRecord.Kind, _ fields: Record) async {
        let now = clock.now
        let record = state.withLock { state -> TraceRecord? in
            guard let turn = state.turn else {
                state.waiting.append((kind, fields))
                return nil
            }
            state.count += 1
            return TraceRecord(
                id: state.count,
                time: now,
                session: session,
                turn: turn,
                kind: kind,
                fields: fields
            )
        }
        if let record { await sink.append(record) }
    }

    private static func value(_ value: some Encodable) -> Value { (try? ValueEncoder().encode(value)) ?? .null }
}
