internal import Lashlang

/// A JSON schema as a signature that models read: `{ path: str, mode?: enum["r", "rb"] }`.
struct SchemaSignature {
    private let root: Value
    private static let depthLimit = 6

    init(_ schema: Value) { root = schema }

    /// A parameter of a tool, or a field of a value.
    struct Field {
        var name: String
        var type: String
        var isOptional: Bool
        var constraints: String
        var defaultValue: String?
        var description: String

        /// `name?: type`
        var signature: String { "\(name)\(isOptional ? "?" : ""): \(type)" }
        /// With constraints and default.
        var detailed: String {
            let parts = (constraints.isEmpty ? [] : [constraints]) + (defaultValue.map { ["= \($0)"] } ?? [])
            return signature + (parts.isEmpty ? "" : " " + parts.joined(separator: ", "))
        }
        /// With the default.
        var withDefault: String { signature + (defaultValue.map { " = \($0)" } ?? "") }
    }

    /// The type of the whole.
    var type: String { type(root, depth: 0) }

    /// The fields of an object: the required ones in the order of `required`, then the others by name.
    var fields: [Field] { fields(of: resolve(root), depth: 0) }

    /// The fields on one line, as the parameters of a call: `{ path: str, mode?: enum["r", "rb"] = "r" }`.
    var parameters: String {
        let fields = fields
        if fields.isEmpty { return "{}" }
        return "{ " + fields.map(\.withDefault).joined(separator: ", ") + " }"
    }

    /// The whole as a prompt shows it: the type, and one line for every field.
    var compact: String {
        let fields = fields
        if fields.isEmpty { return type }
        var lines = ["{ " + fields.map(\.signature).joined(separator: ", ") + " }", "Fields:"]
        for field in fields {
            lines.append("- `\(field.detailed)`" + (field.description.isEmpty ? "" : " — \(field.description)"))
        }
        return lines.joined(separator: "\n")
    }

    /// The fields of a result, those of nested objects by their paths.
    var resultFields: [(path: String, type: String, description: String)] {
        var found: [(path: String, type: String, description: String)] = []
        collect(root, "", depth: 0, into: &found)
        var seen: Set<String> = []
        return found.filter { seen.insert($0.path).inserted }
    }

    private func collect(
        _ schema: Value,
        _ path: String,
        depth: Int,
        into found: inout [(path: String, type: String, description: String)]
    ) {
        guard depth <= Self.depthLimit, case .record(let schema) = resolve(schema) else { return }
        if case .record(let properties)? = schema["properties"] {
            for (name, property) in properties {
                let below = path.isEmpty ? name : "\(path).\(name)"
                let resolved = resolve(property)
                let description = description(of: resolved)
                let isContainer = self.isContainer(resolved)
                if !isContainer || !description.isEmpty {
                    found.append((below, type(property, depth: depth + 1), description))
                }
                collect(property, below, depth: depth + 1, into: &found)
            }
        }
        if let items = schema["items"], case .record = items {
            collect(items, path + "[]", depth: depth + 1, into: &found)
        }
    }

    private func isContainer(_ schema: Value) -> Bool {
        guard case .record(let fields) = schema else { return false }
        if case .record? = fields["properties"] { return true }
        if let items = fields["items"], case .record(let inner) = resolve(items), inner["properties"] != nil {
            return true
        }
        return false
    }

    private func fields(of schema: Value, depth: Int) -> [Field] {
        guard depth <= Self.depthLimit, case .record(let schema) = schema,
            case .record(let properties)? = schema["properties"]
        else { return [] }
        var required: [String] = []
        if case .list(let names)? = schema["required"] {
            required = names.compactMap { if case .string(let name) = $0 { name } else { nil } }
        }
        let optional = properties.keys.filter { !required.contains($0) }.sorted()
        return (required + optional).compactMap { name in
            guard let property = properties[name] else { return nil }
            let resolved = resolve(property)
            return Field(
                name: name,
                type: type(property, depth: depth + 1),
                isOptional: !required.contains(name),
                constraints: constraints(of: resolved),
                defaultValue: defaultValue(of: resolved),
                description: description(of: resolved)
            )
        }
    }

    private func type(_ schema: Value, depth: Int) -> String {
        guard depth <= Self.depthLimit, case .record(let fields) = resolve(schema) else { return "any" }
        if case .list(let values)? = fields["enum"] {
            return "enum[" + values.map { JSONExcerpt.of($0, characters: 40) }.joined(separator: ", ") + "]"
        }
        if let constant = fields["const"] { return "enum[\(JSONExcerpt.of(constant, characters: 40))]" }
        for key in ["anyOf", "oneOf"] {
            if case .list(let schemas)? = fields[key] {
                return union(schemas.map { type($0, depth: depth + 1) })
            }
        }
        switch fields["type"] {
        case .string(let name)?: return type(named: name, fields, depth: depth)
        case .list(let names)?:
            return union(
                names.map { name in
                    if case .string(let name) = name { type(named: name, fields, depth: depth) } else { "any" }
                }
            )
        default: return fields["properties"] == nil ? "any" : type(named: "object", fields, depth: depth)
        }
    }

    private func union(_ types: [String]) -> String {
        var distinct: [String] = []
        for type in types where !distinct.contains(type) { distinct.append(type) }
        return distinct.joined(separator: " | ")
    }

    private func type(named name: String, _ schema: Record, depth: Int) -> String {
        switch name {
        case "string": return "str"
        case "integer": return "int"
        case "number": return "float"
        case "boolean": return "bool"
        case "null": return "null"
        case "array": return "list[" + (schema["items"].map { type($0, depth: depth + 1) } ?? "any") + "]"
        case "object":
            let fields = fields(of: .record(schema), depth: depth)
            return fields.isEmpty ? "record" : "record{" + fields.map(\.signature).joined(separator: ", ") + "}"
        default: return "any"
        }
    }

    private func constraints(of schema: Value) -> String {
        guard case .record(let fields) = schema else { return "" }
        var parts: [String] = []
        let words = [
            ("minimum", ">="), ("maximum", "<="), ("exclusiveMinimum", ">"), ("exclusiveMaximum", "<"),
            ("minLength", "min_len"), ("maxLength", "max_len"), ("minItems", "min_items"), ("maxItems", "max_items"),
        ]
        for (key, word) in words {
            if case .number(let number)? = fields[key] { parts.append("\(word) \(Value.number(number).text)") }
        }
        return parts.joined(separator: ", ")
    }

    private func defaultValue(of schema: Value) -> String? {
        guard case .record(let fields) = schema else { return nil }
        return fields["default"].map { JSONExcerpt.of($0, characters: 60) }
    }

    private func description(of schema: Value) -> String {
        guard case .record(let fields) = schema, case .string(let text)? = fields["description"] else { return "" }
        return text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    private func resolve(_ schema: Value) -> Value {
        var schema = schema
        for _ in 0..<Self.depthLimit {
            guard case .record(let fields) = schema, case .string(let pointer)? = fields["$ref"],
                let target = JSONPointer.value(at: pointer, in: root)
            else { return schema }
            schema = target
        }
        return schema
    }
}
