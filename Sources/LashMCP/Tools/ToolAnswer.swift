internal import LashAgent
internal import LashHTTP
internal import Lashlang

/// What a program gets of the answer to a call.
enum ToolAnswer {
    /// The characters of a failure that are kept.
    private static let failureCharacters = 8_000

    /// The structured value where there is one; the text where there is nothing but texts; else a list with everything.
    static func result(_ answer: Value, _ images: ImageStore) -> ToolResult {
        let content = answer[field: "content"]?.asItems ?? []
        if answer[field: "isError"] == .bool(true) {
            let said = content.compactMap { text(of: $0) }.joined(separator: "\n")
            let message = said.isEmpty ? "the tool failed and does not say why" : said
            return .failure(message.cut(to: failureCharacters), code: "mcp_tool_error")
        }
        if let structured = answer[field: "structuredContent"] { return .value(structured) }
        if content.isEmpty { return .value(.null) }
        let texts = content.compactMap { text(of: $0) }
        if texts.count == content.count { return .value(.string(texts.joined(separator: "\n"))) }
        return .value(.list(content.map { item($0, images) }))
    }

    private static func text(of item: Value) -> String? {
        item[field: "type"] == "text" ? item[field: "text"]?.asText : nil
    }

    private static func item(_ item: Value, _ images: ImageStore) -> Value {
        switch item[field: "type"]?.asText {
        case "text": return item[field: "text"] ?? ""
        case "image":
            guard let mime = item[field: "mimeType"]?.asText, mime.hasPrefix("image/"),
                let data = item[field: "data"]?.asText, let bytes = Base64.decode(data)
            else { return ["type": "image", "error": "the image cannot be read"] }
            return .image(images.add(ModelImage(mime: mime, bytes: bytes)))
        case "resource":
            guard case .record(let resource)? = item[field: "resource"] else { return item }
            var fields: Record = ["type": "resource"]
            for (name, value) in resource where name != "_meta" { fields[name] = value }
            return .record(fields)
        default:
            guard case .record(var fields) = item else { return item }
            fields["_meta"] = nil
            fields["annotations"] = nil
            return .record(fields)
        }
    }
}

extension ToolResult {
    /// The failure of a call.
    ///
    /// - Parameter isRepeatable: whether the call can be made again where its end is unknown.
    static func failure(_ error: MCPError, isRepeatable: Bool) -> ToolResult {
        let message = error.description
        switch error.kind {
        case .cancelled: return ToolResult(.cancelled)
        case .timeout:
            let failure = CallFailure(class: "timeout", code: "mcp_timeout", message: message, retry: isRepeatable)
            return ToolResult(.failure(failure))
        case .ended where isRepeatable: return .retryableFailure(message, code: "mcp_ended")
        case .ended: return .failure(message, code: "mcp_ended", class: "external")
        case .configuration, .connection, .unknownServer:
            return .failure(message, code: "mcp_unavailable", class: "unavailable")
        // Invalid parameters, in JSON-RPC.
        case .refused where error.code == -32602:
            return .failure(message, code: "mcp_refused", class: "invalid_request")
        case .refused, .malformed, .sessionExpired:
            return .failure(message, code: "mcp_\(error.kind.rawValue)", class: "external")
        }
    }
}
