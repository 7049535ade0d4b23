internal import LashAgent
internal import LashHTTP
internal import Lashlang

/// Schemas of servers, as far as values can be checked against what a stranger wrote.
enum ForeignSchema {
    /// The schema to check against. Throws for one that cannot be used.
    static func usable(_ schema: Value, _ limits: MCPServer.Limits) throws(JSONSchemaError) -> Value {
        if schema.json(atMost: limits.schemaBytes) == nil {
            throw JSONSchemaError("the schema has more than \(limits.schemaBytes) bytes")
        }
        let usable = hasPatterns(schema) ? withoutPatterns(schema) : schema
        if try JSONSchema(usable).isExpensive() {
            throw JSONSchemaError("the schema refers to itself so often that it cannot be followed")
        }
        return usable
    }

    /// The same for the schema of arguments.
    static func usable(input schema: Value?, _ limits: MCPServer.Limits) throws(JSONSchemaError) -> Value {
        guard let schema else { throw JSONSchemaError("there is no schema") }
        guard case .record = schema, schema[field: "type"] == "object" else {
            throw JSONSchemaError("the schema does not describe an object")
        }
        return try usable(schema, limits)
    }

    /// The schema without regular expressions: some take longer than anybody lives. The server checks them.
    private static func withoutPatterns(_ schema: Value) -> Value {
        guard case .record(let fields) = schema else { return schema }
        var kept = Record()
        for (key, value) in fields {
            switch (key, value) {
            // What refuses the more, the more its part fits.
            case ("not", _), ("if", _), ("contains", _):
                if !hasPatterns(value, orReferences: true) { kept[key] = value }
            case ("oneOf", .list(let items)) where hasPatterns(value, orReferences: true):
                if fields["anyOf"] == nil { kept["anyOf"] = .list(items.map { withoutPatterns($0) }) }
            case ("pattern", .string), ("patternProperties", _): continue
            case ("additionalProperties", _) where fields["patternProperties"] != nil: continue
            case ("properties", .record(let named)), ("$defs", .record(let named)), ("definitions", .record(let named)),
                ("dependentSchemas", .record(let named)):
                kept[key] = .record(Record(named.map { ($0.key, withoutPatterns($0.value)) }))
            case ("enum", _), ("const", _), ("default", _), ("examples", _): kept[key] = value
            case (_, .list(let items)): kept[key] = .list(items.map { withoutPatterns($0) })
            default: kept[key] = withoutPatterns(value)
            }
        }
        if fields["patternProperties"] != nil { kept["additionalProperties"] = true }
        return .record(kept)
    }

    /// Whether there is a regular expression in a schema, or a reference, which may lead to one.
    private static func hasPatterns(_ schema: Value, orReferences: Bool = false) -> Bool {
        switch schema {
        case .list(let items): return items.contains { hasPatterns($0, orReferences: orReferences) }
        case .record(let fields):
            return fields.contains { key, value in
                switch (key, value) {
                case ("pattern", .string), ("patternProperties", _): true
                case ("$ref", .string): orReferences
                default: hasPatterns(value, orReferences: orReferences)
                }
            }
        default: return false
        }
    }
}
