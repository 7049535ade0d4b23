internal import Lashlang

extension JSONSchema {
    /// The schema of the values that a Swift type is decoded from and encoded to, as far as it can be found out; see
    /// `HostType.init(describing:)`.
    static func describing(_ type: Any.Type) -> Value { schema(of: HostType(describing: type)) }

    /// The schema of a type of the language.
    static func schema(of type: HostType) -> Value {
        switch type {
        case .any, .named, .process, .triggerHandle: return [:]
        case .str: return ["type": "string"]
        case .int: return ["type": "integer"]
        case .float: return ["type": "number"]
        case .bool: return ["type": "boolean"]
        case .dict: return ["type": "object"]
        case .null: return ["type": "null"]
        case .enumeration(let names): return ["type": "string", "enum": .list(names.map { .string($0) })]
        case .list(let element): return ["type": "array", "items": schema(of: element)]
        case .object(let fields):
            var properties = Record()
            for field in fields { properties[field.name] = schema(of: field.type) }
            var parts: Record = ["type": "object", "properties": .record(properties)]
            let required = fields.filter { !$0.isOptional }.map { Value.string($0.name) }
            if !required.isEmpty { parts["required"] = .list(required) }
            return .record(parts)
        case .union(let members):
            let parts = members.map { schema(of: $0) }
            let names = parts.compactMap { part -> Value? in
                if case .record(let fields) = part, fields.count == 1 { fields["type"] } else { nil }
            }
            return names.count == parts.count ? ["type": .list(names)] : ["anyOf": .list(parts)]
        }
    }
}
