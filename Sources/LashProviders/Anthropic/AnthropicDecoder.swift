internal import LashAgent
internal import LashHTTP
internal import Lashlang

/// Answers in the form of Anthropic's messages.
struct AnthropicDecoder: AnswerDecoder {
    private(set) var isComplete = false
    private var stopReason: ModelStopReason?
    private var usage: Record = [:]
    private var hasAnything = false

    mutating func take(_ event: ServerSentEvent) throws(ModelError) -> [ModelEvent] {
        let payload: Value
        do throws(JSONParseError) { payload = try Value(json: event.data) } catch {
            throw ModelError(.malformedResponse, "Invalid Anthropic SSE payload: \(error.message)")
        }
        switch payload[field: "type"]?.asText ?? event.name {
        case "message_start": return take(usage: payload[field: "message"]?[field: "usage"])
        case "content_block_start": return start(payload[field: "content_block"])
        case "content_block_delta": return take(delta: payload[field: "delta"])
        case "message_delta":
            if let reason = payload[field: "delta"]?[field: "stop_reason"]?.asText { stopReason = Self.reason(reason) }
            return take(usage: payload[field: "usage"])
        case "message_stop":
            isComplete = true
            return []
        case "error":
            let failure = ServiceFailure(payload: payload)
            let message = failure?.message ?? "no details"
            let isPassing =
                failure?.codes.contains { ["overloaded_error", "api_error", "rate_limit_error"].contains($0) } ?? true
            throw ModelError(
                failure?.kind(status: nil) ?? .server,
                "Anthropic stream error: \(message)",
                isRetryable: isPassing
            )
        // Signs of life, the ends of blocks, and what services may add in the future.
        default: return []
        }
    }

    mutating func take(whole body: [UInt8]) throws(ModelError) -> [ModelEvent] {
        let payload: Value
        do throws(JSONParseError) { payload = try Value(json: body) } catch {
            throw ModelError(.malformedResponse, "Invalid Anthropic response: \(error.message)")
        }
        if let failure = ServiceFailure(payload: payload) {
            throw ModelError(failure.kind(status: nil), "Anthropic error: \(failure.message)")
        }
        var events: [ModelEvent] = []
        for block in payload[field: "content"]?.asItems ?? [] { events += start(block) }
        events += take(usage: payload[field: "usage"])
        if let reason = payload[field: "stop_reason"]?.asText { stopReason = Self.reason(reason) }
        isComplete = true
        return events
    }

    mutating func end() throws(ModelError) -> [ModelEvent] {
        guard isComplete || stopReason != nil else {
            throw ModelError(.network, "Anthropic answer ended before it was complete")
        }
        let reason = stopReason ?? .unknown
        if !hasAnything, reason == .stop || reason == .unknown {
            throw ModelError(.emptyResponse, "Anthropic empty_response")
        }
        return [.stop(reason)]
    }

    /// Begins a part of the answer, which may have its text already.
    private mutating func start(_ block: Value?) -> [ModelEvent] {
        switch block?[field: "type"]?.asText {
        case "text":
            let phase = block?[field: "phase"]?.asText.flatMap { ModelPart.Phase(rawValue: $0) }
            return [.part(.text(phase))] + write(text: block?[field: "text"]?.asText)
        case "thinking": return [.part(.reasoning())] + write(reasoning: block?[field: "thinking"]?.asText)
        case "redacted_thinking": return [.part(.reasoning())] + write(reasoning: "[Reasoning redacted]")
        case "tool_use": return [.part(.toolCall(name: block?[field: "name"]?.asText ?? ""))]
        default: return []
        }
    }

    private mutating func take(delta: Value?) -> [ModelEvent] {
        switch delta?[field: "type"]?.asText {
        case "text_delta": write(text: delta?[field: "text"]?.asText)
        case "thinking_delta": write(reasoning: delta?[field: "thinking"]?.asText)
        default: []
        }
    }

    private mutating func write(text piece: String?) -> [ModelEvent] {
        guard let piece, !piece.isEmpty else { return [] }
        hasAnything = true
        return [.text(piece)]
    }

    private mutating func write(reasoning piece: String?) -> [ModelEvent] {
        guard let piece, !piece.isEmpty else { return [] }
        hasAnything = true
        return [.reasoning(piece)]
    }

    /// Takes in counts; each replaces what was known before.
    private mutating func take(usage new: Value?) -> [ModelEvent] {
        guard case .record(let counts)? = new else { return [] }
        for (name, count) in counts where count != .null { usage[name] = count }
        let all = Value.record(usage)
        func count(_ name: String) -> Int { all[field: name]?.asCount ?? 0 }
        return [
            .usage(
                ModelUsage(
                    input: count("input_tokens"),
                    output: count("output_tokens"),
                    cacheRead: count("cache_read_input_tokens"),
                    cacheWrite: count("cache_creation_input_tokens"),
                    reasoning: all[field: "output_tokens_details"]?[field: "thinking_tokens"]?.asCount ?? 0
                )
            )
        ]
    }

    private static func reason(_ text: String) -> ModelStopReason {
        switch text {
        case "end_turn", "stop_sequence", "pause_turn": .stop
        case "tool_use": .toolUse
        case "max_tokens": .outputLimit
        case "model_context_window_exceeded": .contextOverflow
        case "refusal", "safety", "sensitive": .contentFilter
        default: .providerError
        }
    }
}
