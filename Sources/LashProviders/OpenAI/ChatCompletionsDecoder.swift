internal import LashAgent
internal import LashHTTP
internal import Lashlang

/// Answers in the form of chat completions.
struct ChatCompletionsDecoder: AnswerDecoder {
    private(set) var isComplete = false
    private var stopReason: ModelStopReason?
    private var hasText = false
    private var hasReasoning = false
    private var hasToolCall = false

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
        let reason = stopReason ?? (hasToolCall ? .toolUse : hasText ? .stop : .unknown)
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
            for name in ["reasoning_content", "reasoning", "reasoning_text"] {
                guard let text = delta[field: name]?.asText, !text.isEmpty else { continue }
                hasReasoning = true
                events.append(.reasoning(text))
                break
            }
            for text in texts(delta[field: "content"]) + texts(delta[field: "refusal"]) {
                hasText = true
                events.append(.text(text))
            }
            if delta[field: "tool_calls"]?.asItems?.isEmpty == false { hasToolCall = true }
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

    /// A text, or the texts of a list of parts, as some servers write it.
    private func texts(_ content: Value?) -> [String] {
        if let text = content?.asText { return text.isEmpty ? [] : [text] }
        return (content?.asItems ?? []).compactMap { $0[field: "text"]?.asText }.filter { !$0.isEmpty }
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
