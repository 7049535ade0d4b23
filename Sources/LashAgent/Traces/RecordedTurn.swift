internal import Lashlang

/// A turn out of a trace.
struct RecordedTurn: Sendable {
    struct Call: Sendable {
        var request: Value
        var pieces: [String] = []
        var response = ModelResponse()
        var error: ModelError?
        /// What there was before it.
        let start: Mark
    }

    /// A place in a turn.
    struct Mark: Sendable {
        var calls = 0
        var codes = 0
        var outputs = 0
        var toolCalls = 0
        var parts = 1
    }

    /// A turn to where it was suspended, or from there on.
    struct Part: Sendable {
        /// What was decided on calls that waited for approval.
        var decisions: [String: ApprovalDecision] = [:]
        /// Calls whose results came while the turn stood still before it.
        var completions: [String: ToolCallRecord] = [:]
        /// Whether it was given up instead.
        var isAbandoned = false
    }

    let id: String
    let text: String
    let attachments: [Attachment]
    let bindings: Record
    let options: Value
    let modelName: String
    let settings: Record
    let tools: [RecordedTool]
    let turnCount: Int
    /// What plugins were told to do before it.
    let commands: [RecordedCommand]
    private(set) var calls: [Call] = []
    private(set) var codes: [Value] = []
    private(set) var outputs: [Value] = []
    private(set) var toolCalls: [ToolCallRecord] = []
    private(set) var parts = [Part()]
    /// Why calls waited for approval, by their ids; empty where no reason was given.
    private(set) var approvalReasons: [String: String] = [:]
    /// Calls whose results came while the turn stood still, by their ids.
    private(set) var lateCalls: Set<String> = []
    /// The part of the turn in which a tool said that its result comes later.
    private var pendingSince: [String: Int] = [:]
    /// The tools that the host found when they were called.
    private(set) var resolvedTools: [RecordedTool] = []
    /// The tools that plugins offered, and when.
    private(set) var offers: [RecordedOffer] = []
    private(set) var outcome = TurnOutcome.stopped(.cancelled)
    private(set) var usage = Value.null
    /// Where it was suspended last.
    private var suspension = Mark()
    /// Whether its end is only that it was given up after its process had ended: a replay is cancelled at its next call.
    private var isCutOff = false

    /// Reads the records of one turn; `nil` for one that did not come to an end.
    init?(_ all: [TraceRecord]) throws(TraceError) {
        // A process that ended before it had kept the turn began it in vain.
        let records = all[(all.lastIndex { $0.kind == .turnStarted } ?? 0)...]
        guard let first = records.first, first.kind == .turnStarted, case .record(let input)? = first.fields["input"],
            case .string(let text)? = input["text"], case .record(let bindings)? = first.fields["bindings"],
            let options = first.fields["options"], case .string(let model)? = first.fields["model"],
            case .record(let settings)? = first.fields["settings"], case .list(let tools)? = first.fields["tools"],
            case .number(let count)? = first.fields["turn_count"]
        else {
            throw TraceError(
                "turn \(records.first?.turn ?? "") does not begin with \(TraceRecord.Kind.turnStarted.rawValue)"
            )
        }
        guard records.last?.kind == .turnCompleted else { return nil }
        id = first.turn
        self.text = text
        attachments = try Self.decode(input["attachments"] ?? [], first)
        self.bindings = bindings
        self.options = options
        modelName = model
        self.settings = settings
        var found: [RecordedTool] = []
        for tool in tools { found.append(try RecordedTool(tool)) }
        self.tools = found
        turnCount = Int(exactly: count) ?? 0
        var commands: [RecordedCommand] = []
        if case .list(let recorded)? = first.fields["commands"] { commands = recorded.compactMap(RecordedCommand.init) }
        self.commands = commands
        for record in records { try take(record) }
    }

    private mutating func take(_ record: TraceRecord) throws(TraceError) {
        switch record.kind {
        case .modelCallStarted: calls.append(Call(request: record.fields["request"] ?? .null, start: mark))
        case .modelCallCompleted, .modelCallFailed:
            guard !calls.isEmpty, case .list(let pieces)? = record.fields["pieces"] else {
                throw TraceError("record \(record.id) of turn \(record.turn) makes no sense")
            }
            calls[calls.count - 1].pieces = pieces.compactMap { piece in
                if case .string(let text) = piece { text } else { nil }
            }
            calls[calls.count - 1].response = try Self.decode(record.fields["response"] ?? .null, record)
            // What was heard of the usage is what the turn made of it.
            calls[calls.count - 1].response.usage = nil
            if let error = record.fields["error"] { calls[calls.count - 1].error = try Self.decode(error, record) }
        case .usage:
            guard !calls.isEmpty else { return }
            calls[calls.count - 1].response.usage = try Self.decode(record.fields["usage"] ?? .null, record)
        case .codeStarted: codes.append(record.fields["code"] ?? .null)
        case .codeCompleted:
            outputs.append(["output": record.fields["output"] ?? .null, "error": record.fields["error"] ?? .null])
        case .toolCallCompleted:
            let call: ToolCallRecord = try Self.decode(.record(record.fields), record)
            toolCalls.append(call)
            guard let since = pendingSince[call.id], since < parts.count else { return }
            parts[parts.count - 1].completions[call.id] = call
            lateCalls.insert(call.id)
        case .turnCompleted:
            outcome = try Self.decode(record.fields["outcome"] ?? .null, record)
            usage = record.fields["usage"] ?? .null
        case .event: if case .record(let event)? = record.fields["event"] { try take(event, record) }
        case .turnSuspended: suspension = mark
        case .turnResumed: try resume(record)
        case .turnStarted, .retry, .toolCallStarted, .turnFailed: break
        }
    }

    private mutating func take(_ event: Record, _ record: TraceRecord) throws(TraceError) {
        if case .record(let custom)? = event["event"], custom["name"] == .string(RecordedTool.resolvedEvent),
            let tool = custom["payload"]
        {
            resolvedTools.append(try RecordedTool(tool))
        }
        if case .record(let custom)? = event["event"], custom["name"] == .string(RecordedOffer.event),
            let payload = custom["payload"]
        {
            offers.append(try RecordedOffer(payload, calls: calls.count))
        }
        guard case .string(let id)? = event["call_id"] else { return }
        switch event["type"] {
        case "approval_requested":
            approvalReasons[id] = if case .string(let reason)? = event["reason"] { reason } else { "" }
        case "approval_decided":
            parts[parts.count - 1].decisions[id] = try Self.decode(event["decision"] ?? .null, record)
        case "tool_call_pending": pendingSince[id] = parts.count
        default: break
        }
    }

    private var mark: Mark {
        Mark(
            calls: calls.count,
            codes: codes.count,
            outputs: outputs.count,
            toolCalls: toolCalls.count,
            parts: parts.count
        )
    }

    /// Forgets what was done after the last step that was kept, and begins a part where the turn was suspended.
    private mutating func resume(_ record: TraceRecord) throws(TraceError) {
        guard case .bool(let isSuspended)? = record.fields["suspended"],
            case .bool(let isAbandoned)? = record.fields["abandoned"],
            case .number(let number)? = record.fields["model_calls"], let count = Int(exactly: number), count >= 0
        else { throw TraceError("record \(record.id) of turn \(record.turn) makes no sense") }
        let kept = isSuspended ? suspension : count < calls.count ? calls[count].start : mark
        calls.removeSubrange(min(kept.calls, calls.count)...)
        codes.removeSubrange(min(kept.codes, codes.count)...)
        outputs.removeSubrange(min(kept.outputs, outputs.count)...)
        toolCalls.removeSubrange(min(kept.toolCalls, toolCalls.count)...)
        parts.removeSubrange(min(kept.parts, parts.count)...)
        offers.removeAll { $0.calls > calls.count }
        if isSuspended { parts.append(Part(isAbandoned: isAbandoned)) }
        isCutOff = isAbandoned && !isSuspended
    }

    private static func decode<T: Decodable>(_ value: Value, _ record: TraceRecord) throws(TraceError) -> T {
        do { return try ValueDecoder().decode(from: value) } catch {
            throw TraceError("record \(record.id) of turn \(record.turn) cannot be read: \(error)")
        }
    }

    /// What the turn begins with.
    func input() throws -> TurnInput {
        var bound = ProjectedBindings()
        for (name, value) in bindings { try bound.bind(name, value) }
        var input = try TurnInput.text(text).project(bound)
        for attachment in attachments {
            if let image = attachment.image { input = try input.image(image, label: attachment.label) }
        }
        return input
    }

    /// A model that says what was said.
    var model: ScriptedModel {
        let calls = calls
        let isCutOff = isCutOff
        return ScriptedModel(name: modelName) { (_, position) throws(ModelError) in
            guard position < calls.count else {
                if isCutOff { throw ModelError(.cancelled, "the turn was given up") }
                throw ModelError(
                    .configuration,
                    "the trace has \(calls.count) calls of the model, and this is one more"
                )
            }
            let call = calls[position]
            if !call.response.isPlain {
                return ScriptedReply(
                    parts: call.response.parts,
                    usage: call.response.usage,
                    stopReason: call.response.stopReason,
                    fault: call.error.map { .error($0, afterPieces: .max) }
                )
            }
            return ScriptedReply(
                "",
                reasoning: call.response.reasoning,
                chunking: .pieces(call.pieces),
                usage: call.response.usage,
                stopReason: call.response.stopReason,
                fault: call.error.map { .error($0, afterPieces: call.pieces.count) }
            )
        }
    }

    // MARK: Comparing

    /// What is not the same in another turn.
    func differences(to other: RecordedTurn) -> [TraceReplay.Difference] {
        var found: [TraceReplay.Difference] = []
        func compare(_ place: String, _ recorded: [Value], _ replayed: [Value]) {
            for position in 0..<max(recorded.count, replayed.count) {
                let old = position < recorded.count ? recorded[position] : nil
                let new = position < replayed.count ? replayed[position] : nil
                if old == new { continue }
                let (left, right) = Self.parts(old, new)
                let name = recorded.count == 1 && replayed.count == 1 ? place : "\(place) \(position + 1)"
                found.append(.init(turn: id, place: name, recorded: left, replayed: right))
            }
        }
        let calledAgain = isCutOff ? other.calls.prefix(calls.count) : other.calls[...]
        compare("request", calls.map(\.request), calledAgain.map(\.request))
        compare("code", codes, other.codes)
        compare("output", outputs, other.outputs)
        compare("tool call", sortedCalls, other.sortedCalls)
        compare("outcome", [Self.value(outcome)], [Self.value(other.outcome)])
        compare("usage", [usage], [other.usage])
        return found
    }

    /// The calls in an order that does not depend on which of several at once was faster.
    private var sortedCalls: [Value] {
        let values = toolCalls.map { call -> Value in
            [
                "name": .string(call.name), "args": call.arguments, "status": .string(call.status.rawValue),
                "output": call.output,
            ]
        }
        return values.map { ($0, $0.text) }.sorted { $0.1 < $1.1 }.map(\.0)
    }

    private static func value(_ outcome: TurnOutcome) -> Value { (try? ValueEncoder().encode(outcome)) ?? .null }

    /// The texts of two values from a little before the place where they part.
    private static func parts(_ left: Value?, _ right: Value?) -> (String, String) {
        let texts = [left, right].map { $0.map { (try? $0.json()) ?? $0.text } ?? "nothing" }
        let common = zip(texts[0], texts[1]).prefix { $0 == $1 }.count
        func part(_ text: String) -> String {
            let start = text.dropFirst(max(0, common - 40))
            let cut = start.prefix(160)
            return (common > 40 ? "…" : "") + cut + (cut.endIndex < start.endIndex ? "…" : "")
        }
        return (part(texts[0]), part(texts[1]))
    }
}
