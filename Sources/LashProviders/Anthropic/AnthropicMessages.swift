internal import LashAgent
internal import LashHTTP
internal import Lashlang

/// Requests in the form of Anthropic's messages.
struct AnthropicMessages: WireFormat {
    let model: String
    let address: WebAddress
    let maximumOutputTokens: Int
    let cacheRetention: AnthropicModel.CacheRetention

    var title: String { "Anthropic" }
    var path: String { address.path.hasSuffix("/v1") ? "/messages" : "/v1/messages" }

    func headers(_ request: ModelRequest, key: APIKey?) throws(ModelError) -> [(name: String, value: String)] {
        var headers = [(name: "anthropic-version", value: "2023-06-01")]
        if let key { headers.append(("x-api-key", try key.header())) }
        if thinkingBudget(request) != nil { headers.append(("anthropic-beta", "interleaved-thinking-2025-05-14")) }
        return headers
    }

    func body(_ request: ModelRequest) throws(ModelError) -> Value {
        var messages = request.messages[...]
        var body: Record = [
            "model": .string(model),
            "max_tokens": .number(Double(request.maximumOutputTokens ?? maximumOutputTokens)),
        ]
        if let system = messages.first, system.role == .system {
            messages = messages.dropFirst()
            let blocks = try blocks(system)
            if !blocks.isEmpty { body["system"] = .list(marked(blocks)) }
        }
        body["messages"] = .list(try turns(messages))
        body["stream"] = true
        if let temperature = request.temperature { body["temperature"] = .number(temperature) }
        if let budget = thinkingBudget(request) {
            body["thinking"] = ["type": "enabled", "budget_tokens": .number(Double(budget))]
        } else if let effort = request.effort {
            body["thinking"] = ["type": "adaptive"]
            body["output_config"] = ["effort": .string(effort)]
        }
        return .record(body)
    }

    func makeDecoder() -> AnthropicDecoder { AnthropicDecoder() }

    /// An effort that is a number is a count of tokens to think with.
    private func thinkingBudget(_ request: ModelRequest) -> Int? { request.effort.flatMap { Int($0) } }

    /// The conversation as the service wants it: user and assistant take turns, and the user begins.
    private func turns(_ messages: ArraySlice<ModelMessage>) throws(ModelError) -> [Value] {
        let lastUser = messages.lastIndex { $0.role != .assistant }
        let mark = messages.lastIndex { $0.endsCachedPrefix } ?? lastUser
        var turns: [(role: String, blocks: [Value])] = []
        for (position, message) in zip(messages.indices, messages) {
            let role = message.role == .assistant ? "assistant" : "user"
            var blocks = try blocks(message)
            if position == mark { blocks = marked(blocks) }
            if blocks.isEmpty { continue }
            if turns.isEmpty, role == "assistant" {
                turns.append(("user", [["type": "text", "text": "(The conversation goes on.)"]]))
            }
            if turns.last?.role == role {
                turns[turns.count - 1].blocks += blocks
            } else {
                turns.append((role, blocks))
            }
        }
        return turns.map { ["role": .string($0.role), "content": .list($0.blocks)] }
    }

    private func blocks(_ message: ModelMessage) throws(ModelError) -> [Value] {
        var blocks: [Value] = []
        for part in message.parts {
            switch part {
            // The service refuses texts without any letters.
            case .text(let text):
                if !text.allSatisfy(\.isWhitespace) { blocks.append(["type": "text", "text": .string(text)]) }
            case .image(let image):
                guard ["image/jpeg", "image/png", "image/gif", "image/webp"].contains(image.mime) else {
                    throw ModelError(.invalidRequest, "unsupported_image_format: \(image.mime)")
                }
                blocks.append([
                    "type": "image",
                    "source": [
                        "type": "base64", "media_type": .string(image.mime),
                        "data": .string(Base64.encode(image.bytes)),
                    ],
                ])
            }
        }
        return blocks
    }

    /// The blocks with the mark that the service is to keep everything up to them.
    private func marked(_ blocks: [Value]) -> [Value] {
        guard cacheRetention != .none, case .record(var last)? = blocks.last else { return blocks }
        last["cache_control"] =
            cacheRetention == .long ? ["type": "ephemeral", "ttl": "1h"] : ["type": "ephemeral"]
        return blocks.dropLast() + [.record(last)]
    }
}
