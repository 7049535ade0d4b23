internal import LashAgent
internal import LashHTTP
internal import Lashlang

/// What a service says when it refuses or fails.
struct ServiceFailure {
    /// The service's own message.
    var message: String
    /// The service's own kind or code of the error, where it has one.
    var codes: [String] = []

    /// Reads the body of a failed response, which may repeat what it was sent.
    init(body: [UInt8], without key: APIKey?) {
        if let value = try? Value(json: body), let failure = ServiceFailure(payload: value) {
            self = failure
        } else {
            let text = String(decoding: body, as: UTF8.self)
            let start = text.drop(while: \.isWhitespace)
            // A page of HTML tells nobody anything.
            message = start.isEmpty || start.hasPrefix("<") ? "no details" : String(start)
        }
        // First the key, then the cut: of a key that is cut in two, a half would be left.
        message = key?.redacted(message) ?? message
        if message.utf8.count > 2000 { message = String(message.prefix(2000)) + "…" }
    }

    /// Reads `{"error": {"message", "type", "code"}}` and its relatives; `nil` where there is no error.
    init?(payload: Value) {
        guard let error = payload[field: "error"] ?? (payload[field: "detail"].flatMap { $0 }) else { return nil }
        if let text = error.asText {
            message = text
        } else if let text = error[field: "message"]?.asText {
            message = text
        } else {
            message = error.text
        }
        for name in ["type", "code", "status"] {
            switch error[field: name] {
            case .string(let code): codes.append(code)
            case .number(let code): codes.append(Value.number(code).text)
            default: break
            }
        }
    }

    /// What kind of failure that is.
    func kind(status: Int?) -> ModelError.Kind {
        let words = (codes + [message]).joined(separator: "\n").lowercased()
        func says(_ markers: String...) -> Bool { markers.contains { words.contains($0) } }
        if says(
            "context length",
            "context_length",
            "context window",
            "maximum context",
            "prompt is too long",
            "prompt too long",
            "exceeds the context",
            "exceed_context_size"
        ) {
            return .contextOverflow
        }
        if says("insufficient_quota", "insufficient quota", "billing", "credit balance") { return .quota }
        if says("content policy", "content_policy", "content_filter", "content filter") { return .contentFilter }
        if says("model not found", "model_not_found", "does not exist", "unknown model", "no such model") {
            return .unsupportedModel
        }
        switch status {
        case 401, 403: return .authentication
        case 402: return .quota
        case 408: return .timeout
        case 409, 425: return .server
        case 429: return .rateLimit
        case .some(500...): return .server
        case .some: return .invalidRequest
        case nil: break
        }
        if says("rate_limit", "rate limit", "too many requests", "429") { return .rateLimit }
        if says("authentication", "permission", "api key") { return .authentication }
        if says("invalid_request") { return .invalidRequest }
        return .server
    }
}
