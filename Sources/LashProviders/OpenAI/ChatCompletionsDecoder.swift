internal import LashAgent
internal import LashHTTP
internal import Lashlang

/// Answers in the form of chat completions.
struct ChatCompletionsDecoder: AnswerDecoder {
    private(set) var isComplete = false
    private var stopReason: ModelStopReason?
    private var hasText = false
    private var hasReasoning = false
    private var toolCalls: Set<Int> = []
    /// What the content was part of before, where the service writes it as a list.
    private var lastPart: ContentPart?

    mutating func take(_ event: ServerSentEvent) throws(ModelError) -> [ModelEvent] {
        if event.data.elementsEqual("[DONE]".utf8) {
            isComplete = true
            return []
        }
        let payload: Value
        do throws(JSONParseError) { payload = try Value(json: event.data) } catch {
            throw ModelError(.malformedResponse, "Invalid Chat Completions SSE payload: \(error.message)")
        }
        return try take(payload, message: "delta")
    }

    mutating func take(whole body: [UInt8]) throws(ModelError) -> [ModelEvent] {
        let payload: Value
        do throws(JSONParseError) { payload = try Value(json: body) } catch {
            throw ModelError(.malformedResponse, "Invalid Chat Completions response: \(error.message)")
        }
        let events = try take(payload, message: "message")
        isComplete = true
        return events
    }

    mutating func end() throws(ModelError) -> [ModelEvent] {
        guard isComplete || stopReason != nil else {
            throw ModelError(.network, "OpenAI-compatible chat answer ended before it was complete")
        }
        let reason = stopReason ?? (!toolCalls.isEmpty ? .toolUse : hasText ? .stop : .unknown)
        if !hasText, !hasReasoning, reason == .stop || reason == .unknown {
            throw ModelError(.emptyResponse, "OpenAI-compatible empty_response")
        }
        return [.stop(reason)]
    }

    private mutating func take(_ payload: Value, message: String) throws(ModelError) -> [ModelEvent] {
        if let failure = ServiceFailure(payload: payload) {
            throw ModelError(failure.kind(status: nil), "OpenAI-compatible chat stream error: \(failure.message)")
        }
        guard case .record = payload else {
            throw ModelError(.malformedResponse, "Invalid Chat Completions SSE payload: it is no object")
        }
        var events: [ModelEvent] = []
        let choice = payload[field: "choices"]?.asItems?.first
        if let delta = choice?[field: message] {
            let isWhole = message == "message"
            events += reasoning(delta, isWhole: isWhole)
            let phase = delta[field: "phase"]?.asText.flatMap { ModelPart.Phase(rawValue: $0) }
            events += content(delta[field: "content"], phase: phase, isWhole: isWhole)
            if let refusal = delta[field: "refusal"]?.asText { events += text(refusal) }
            events += calls(delta[field: "tool_calls"]?.asItems ?? [])
        }
        if let usage = payload[field: "usage"] ?? choice?[field: "usage"] {
            events.append(.usage(ModelUsage(chatCompletions: usage)))
        }
        if let reason = choice?[field: "finish_reason"]?.asText {
            stopReason =
                switch reason {
                case "stop", "eos": .stop
                case "tool_calls", "function_call": .toolUse
                case "length": .outputLimit
                case "content_filter": .contentFilter
                default: .providerError
                }
        }
        return events
    }

    private mutating func text(_ text: String) -> [ModelEvent] {
        if text.isEmpty { return [] }
        hasText = true
        return [.text(text)]
    }

    private mutating func thought(_ text: String) -> [ModelEvent] {
        if text.isEmpty { return [] }
        hasReasoning = true
        return [.reasoning(text)]
    }

    /// What the model thinks, under the names that services have for it; otherwise what they say in its place.
    private mutating func reasoning(_ delta: Value, isWhole: Bool) -> [ModelEvent] {
        for name in ["reasoning_content", "reasoning", "reasoning_text"] {
            if let text = delta[field: name]?.asText, !text.isEmpty { return thought(text) }
        }
        let summary = (delta[field: "reasoning_details"]?.asItems ?? []).compactMap { $0[field: "summary"]?.asText }
        if !isWhole { return thought(summary.joined()) }
        if summary.allSatisfy(\.isEmpty) { return [] }
        hasReasoning = true
        return [.part(.reasoning(summary: summary))]
    }

    /// The calls of tools, which nobody has offered. Each is told of once, however it is cut.
    private mutating func calls(_ calls: [Value]) -> [ModelEvent] {
        var events: [ModelEvent] = []
        for (position, call) in calls.enumerated() {
            guard toolCalls.insert(call[field: "index"]?.asCount ?? position).inserted else { continue }
            events.append(.part(.toolCall(name: call[field: "function"]?[field: "name"]?.asText ?? "")))
        }
        return events
    }

    /// A part of a content that is a list.
    private struct ContentPart: Equatable {
        var type: String?
        var phase: ModelPart.Phase?
        var index: Int?
    }

    /// A text, or a list of parts, as some servers write it. In the pieces of a stream, what looks like the part before
    /// goes on with it.
    private mutating func content(_ content: Value?, phase: ModelPart.Phase?, isWhole: Bool) -> [ModelEvent] {
        if let whole = content?.asText {
            let part = ContentPart(phase: phase)
            defer { if !whole.isEmpty { lastPart = part } }
            let begins = !whole.isEmpty && phase != nil && part != lastPart
            return (begins ? [.part(.text(phase))] : []) + text(whole)
        }
        var events: [ModelEvent] = []
        for item in content?.asItems ?? [] {
            let part = ContentPart(
                type: item[field: "type"]?.asText,
                phase: item[field: "phase"]?.asText.flatMap { ModelPart.Phase(rawValue: $0) } ?? phase,
                index: item[field: "index"]?.asCount
            )
            let begins = isWhole || part != lastPart
            lastPart = part
            if let thinking = item[field: "thinking"] {
                let thoughts =
                    thinking.asText ?? (thinking.asItems ?? []).compactMap { $0[field: "text"]?.asText }.joined()
                events += (begins ? [.part(.reasoning())] : []) + thought(thoughts)
            } else if let piece = item[field: "text"]?.asText {
                events += (begins ? [.part(.text(part.phase))] : []) + text(piece)
            }
        }
        return events
    }
}

extension ModelUsage {
    /// Reads the usage of chat completions, whose count of the prompt has all of it.
    fileprivate init(chatCompletions usage: Value) {
        let prompt = usage[field: "prompt_tokens_details"]
        let cacheRead = prompt?[field: "cached_tokens"]?.asCount ?? 0
        let cacheWrite = prompt?[field: "cache_write_tokens"]?.asCount ?? 0
        self.init(
            input: max(0, (usage[field: "prompt_tokens"]?.asCount ?? 0) - cacheRead - cacheWrite),
            output: usage[field: "completion_tokens"]?.asCount ?? 0,
            cacheRead: cacheRead,
            cacheWrite: cacheWrite,
            reasoning: usage[field: "completion_tokens_details"]?[field: "reasoning_tokens"]?.asCount ?? 0
        )
    }
}
