internal import Lashlang

/// The JSON schema of what an agent is asked for, from what a program says: a record of type names, or a type literal.
enum OutputShape {
    /// Throws a `CallFailure` for what describes no shape.
    static func schema(_ value: Value) throws -> Value {
        guard case .record(let fields) = value else {
            throw failure("invalid `output`: expected a record describing the typed shape")
        }
        if fields.count == 1, let type = fields["$lash_type"] { return try literal(type) }
        if fields.isEmpty { throw failure("at least one output field is required") }
        var properties = Record()
        for (name, type) in fields {
            guard case .string(let text) = type else {
                throw failure("field `\(name)`: type descriptor must be a string")
            }
            properties[name] = try schema(named: text)
        }
        return [
            "type": "object", "properties": .record(properties), "required": .list(fields.keys.map { .string($0) }),
            "additionalProperties": false,
        ]
    }

    private static let scalars = [
        "str": "string", "string": "string", "int": "integer", "integer": "integer", "float": "number",
        "number": "number", "bool": "boolean", "boolean": "boolean", "record": "object", "dict": "object",
        "object": "object",
    ]

    private static func schema(named text: String) throws -> Value {
        var name = text.filter { $0 != " " }
        var lists = 0
        while name.hasPrefix("list["), name.hasSuffix("]"), lists < JSONSchema.depthLimit / 2 {
            name = String(name.dropFirst("list[".count).dropLast())
            lists += 1
        }
        guard let scalar = scalars[name] else { throw failure("unknown scalar type `\(name)`") }
        var schema: Value = ["type": .string(scalar)]
        for _ in 0..<lists { schema = ["type": "array", "items": schema] }
        return schema
    }

    private static func literal(_ type: Value) throws -> Value {
        guard case .record(let fields) = type else { throw failure("Type schema must be a JSON object") }
        guard let kind = fields["type"] else {
            if fields["enum"] != nil || fields["anyOf"] != nil { return type }
            throw failure("Type schema missing `type` field")
        }
        if case .string(let name) = kind, JSONType(rawValue: name) == nil {
            throw failure("unsupported Type schema kind `\(name)`")
        }
        do { return try JSONSchema(type).source } catch { throw failure(error.message) }
    }

    private static func failure(_ message: String) -> CallFailure {
        CallFailure(class: "invalid_request", code: "invalid_tool_args", message: message)
    }
}
