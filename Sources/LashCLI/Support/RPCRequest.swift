import Lashlang

/// Why a request cannot be answered.
struct RPCError: Error {
    var code: String
    var message: String
    /// The request, as far as is known.
    var id = Value.null

    init(_ code: String, _ message: String, id: Value = .null) {
        self.code = code
        self.message = message
        self.id = id
    }
}

/// A request.
struct RPCRequest {
    enum Method: Equatable {
        case prompt(String)
        case ping, shutdown
    }

    let id: Value
    let method: Method

    /// Reads a line; `nil` for an empty one.
    init?(_ line: RequestLines.Line) throws(RPCError) {
        guard case .text(let text) = line else {
            throw RPCError("parse_error", "a request is longer than \(RequestLines.limit) bytes")
        }
        guard let text = String(validating: text, as: UTF8.self) else {
            throw RPCError("parse_error", "a request is no UTF-8")
        }
        if text.allSatisfy(\.isWhitespace) { return nil }
        let value: Value
        do throws(JSONParseError) { value = try Value(json: text) } catch {
            throw RPCError("parse_error", "a request is no JSON: \(error.message)")
        }
        guard case .record(let fields) = value else { throw RPCError("invalid_request", "a request is no object") }
        switch fields["id"] {
        case .string, .number: id = fields["id"] ?? .null
        default: throw RPCError("invalid_request", "a request needs an `id`, a string or a number")
        }
        for key in fields.keys where !["id", "method", "params"].contains(key) {
            throw RPCError("invalid_request", "unknown field `\(key.prefix(100))` of a request", id: id)
        }
        guard case .string(let name)? = fields["method"] else {
            throw RPCError("invalid_request", "a request needs a `method`, a string", id: id)
        }
        let params: Record
        switch fields["params"] {
        case nil, .null: params = [:]
        case .record(let given): params = given
        default: throw RPCError("invalid_params", "`params` must be an object", id: id)
        }
        let known = name == "prompt" ? ["text"] : []
        guard RPCServer.methods.contains(name) else {
            let methods = RPCServer.methods.joined(separator: ", ")
            throw RPCError("unknown_method", "unknown method `\(name.prefix(100))`, expected one of \(methods)", id: id)
        }
        for key in params.keys where !known.contains(key) {
            throw RPCError("invalid_params", "`\(name)` has no parameter `\(key.prefix(100))`", id: id)
        }
        switch name {
        case "ping": method = .ping
        case "shutdown": method = .shutdown
        default:
            guard case .string(let text)? = params["text"] else {
                throw RPCError("invalid_params", "`prompt` needs `text`, a string", id: id)
            }
            method = .prompt(text)
        }
    }
}
