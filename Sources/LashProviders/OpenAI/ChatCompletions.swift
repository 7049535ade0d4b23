internal import LashAgent
internal import LashHTTP
internal import Lashlang

/// Requests in the form of chat completions.
struct ChatCompletions: WireFormat {
    let model: String
    let address: WebAddress
    let maximumOutputTokens: Int

    var title: String { "OpenAI-compatible chat" }
    var path: String { "/chat/completions" }
    private var isOpenAI: Bool { address.host == "api.openai.com" }
    private var isOpenRouter: Bool { address.host == "openrouter.ai" || address.host.hasSuffix(".openrouter.ai") }

    func headers(_ request: ModelRequest, key: APIKey?) throws(ModelError) -> [(name: String, value: String)] {
        var headers: [(name: String, value: String)] = []
        if let key { headers.append(("authorization", try key.header("Bearer "))) }
        if !address.isLocal, let session = request.sessionID, session.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) {
            headers.append(("x-session-id", session))
        }
        return headers
    }

    func body(_ request: ModelRequest) -> Value {
        var body: Record = [
            "model": .string(model),
            "messages": .list(request.messages.map(message)),
            "stream": true,
            "stream_options": ["include_usage": true],
        ]
        let limit = Value.number(Double(request.maximumOutputTokens ?? maximumOutputTokens))
        // OpenAI itself has given the field another name, which the others do not know.
        body[isOpenAI ? "max_completion_tokens" : "max_tokens"] = limit
        if let temperature = request.temperature { body["temperature"] = .number(temperature) }
        if let effort = request.effort {
            if isOpenRouter {
                body["reasoning"] = ["effort": .string(effort)]
            } else {
                body["reasoning_effort"] = .string(effort)
            }
        }
        return .record(body)
    }

    func makeDecoder() -> ChatCompletionsDecoder { ChatCompletionsDecoder() }

    private func message(_ message: ModelMessage) -> Value {
        // Only what OpenRouter passes on to Anthropic knows such marks.
        let isMarked = message.endsCachedPrefix && isOpenRouter && model.lowercased().contains("claude")
        var parts: [Value] = []
        for (position, part) in message.parts.enumerated() {
            switch part {
            case .text(let text):
                var entry: Record = ["type": "text", "text": .string(text)]
                if isMarked, position == message.parts.count - 1 { entry["cache_control"] = ["type": "ephemeral"] }
                parts.append(.record(entry))
            case .image(let image):
                let url = "data:\(image.mime);base64,\(Base64.encode(image.bytes))"
                parts.append(["type": "image_url", "image_url": ["url": .string(url)]])
            }
        }
        var content = Value.list(parts)
        if message.parts.count == 1, !isMarked, case .text(let text) = message.parts[0] { content = .string(text) }
        return ["role": .string(message.role.rawValue), "content": content]
    }
}
