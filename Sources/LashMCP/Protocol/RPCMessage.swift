internal import LashHTTP
internal import Lashlang

/// A message of JSON-RPC 2.0 that came from a server.
enum RPCMessage {
    case request(id: Value, method: String, params: Value)
    case notification(method: String, params: Value)
    case result(id: Int, Value)
    case failure(id: Int?, code: Int, message: String)

    /// Reads a message, or the messages of a batch. Throws for anything else, with its beginning but for secrets.
    static func read(_ bytes: [UInt8], _ secrets: Secrets) throws(MCPError) -> [Value] {
        let value: Value
        do throws(JSONParseError) { value = try Value(json: bytes) } catch {
            throw malformed("no JSON (\(error.message))", bytes, secrets)
        }
        switch value {
        case .record: return [value]
        case .list(let items): return items
        default: throw malformed("no JSON-RPC message", bytes, secrets)
        }
    }

    private static func malformed(_ problem: String, _ bytes: [UInt8], _ secrets: Secrets) -> MCPError {
        let excerpt = secrets.redacted(String(decoding: bytes, as: UTF8.self)).cut(to: 120)
            .split(whereSeparator: \.isNewline).joined(separator: " ")
        return MCPError(.malformed, "the server sent something that is \(problem): \(excerpt)")
    }

    /// Throws for a record that is no message.
    init(_ value: Value) throws(MCPError) {
        guard value[field: "jsonrpc"]?.asText == "2.0" else { throw Self.nonsense }
        if let method = value[field: "method"]?.asText {
            let params = value[field: "params"] ?? [:]
            switch value[field: "id"] {
            case nil: self = .notification(method: method, params: params)
            case .some(let id): self = .request(id: id, method: method, params: params)
            }
            return
        }
        let id = value[field: "id"]?.asCount
        if let error = value[field: "error"] {
            let code = if case .number(let code)? = error[field: "code"], code.magnitude < 1e15 { Int(code) } else { 0 }
            self = .failure(id: id, code: code, message: error[field: "message"]?.asText ?? "no details")
            return
        }
        guard let id, case .record(let fields) = value, let result = fields["result"] else { throw Self.nonsense }
        self = .result(id: id, result)
    }

    private static var nonsense: MCPError {
        MCPError(.malformed, "the server sent something that is no JSON-RPC message")
    }

    // MARK: Writing

    static func request(_ id: Int, _ method: String, _ params: Value) -> Value {
        ["jsonrpc": "2.0", "id": .number(Double(id)), "method": .string(method), "params": params]
    }

    static func notification(_ method: String, _ params: Value? = nil) -> Value {
        var message: Record = ["jsonrpc": "2.0", "method": .string(method)]
        message["params"] = params
        return .record(message)
    }

    static func answer(_ id: Value, _ result: Value) -> Value { ["jsonrpc": "2.0", "id": id, "result": result] }

    static func refusal(_ id: Value, _ method: String) -> Value {
        ["jsonrpc": "2.0", "id": id, "error": ["code": -32601, "message": .string("`\(method)` is not offered")]]
    }
}
