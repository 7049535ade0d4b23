internal import Lashlang

/// Takes a schema apart.
struct JSONSchemaCompiler {
    private let root: Value
    private(set) var nodes: [JSONSchema.Node] = []
    /// The parts that references have led to, by their pointers.
    private var referenced: [String: Int] = [:]

    init(_ root: Value) { self.root = root }

    /// Compiles a schema and gives its position.
    mutating func compile(_ source: Value, depth: Int) throws(JSONSchemaError) -> Int {
        if depth > JSONSchema.depthLimit {
            throw JSONSchemaError("the schema nests deeper than \(JSONSchema.depthLimit) levels")
        }
        let position = nodes.count
        nodes.append(JSONSchema.Node())
        if depth == 0 { referenced["#"] = position }
        var node = JSONSchema.Node()
        switch source {
        case .bool(let always): node.always = always
        case .record(let fields):
            for (key, value) in fields { try read(key, value, of: fields, into: &node, depth: depth + 1) }
        default: throw JSONSchemaError("a schema is an object or a boolean, not `\(shortened(source))`")
        }
        nodes[position] = node
        return position
    }

    private mutating func read(
        _ key: String,
        _ value: Value,
        of fields: Record,
        into node: inout JSONSchema.Node,
        depth: Int
    ) throws(JSONSchemaError) {
        switch key {
        case "type": node.types = try types(value)
        case "enum": node.allowed = try list(value, key)
        case "const": node.constant = FinishedValue(value)
        case "properties":
            node.hasProperties = true
            for (name, schema) in try record(value, key) {
                node.properties.append((name, try compile(schema, depth: depth)))
            }
        case "required": node.required = try strings(value, key)
        case "additionalProperties": node.additional = try compile(value, depth: depth)
        case "patternProperties":
            for (pattern, schema) in try record(value, key) {
                node.patternProperties.append((try SchemaPattern(pattern), try compile(schema, depth: depth)))
            }
        case "propertyNames": node.propertyNames = try compile(value, depth: depth)
        case "minProperties": node.propertyCount.minimum = try count(value, key)
        case "maxProperties": node.propertyCount.maximum = try count(value, key)
        case "dependentRequired":
            for (name, names) in try record(value, key) {
                node.dependentRequired.append((name, try strings(names, key)))
            }
        case "items":
            // Older schemas have a list here for what is `prefixItems` now.
            if case .list(let schemas) = value {
                node.prefixItems = try compileAll(schemas, depth)
            } else {
                node.items = try compile(value, depth: depth)
            }
        case "prefixItems": node.prefixItems = try compileAll(try list(value, key), depth)
        case "additionalItems":
            if case .list? = fields["items"] { node.items = try compile(value, depth: depth) }
        case "contains": node.contains = try compile(value, depth: depth)
        case "minContains": node.containsCount.minimum = try count(value, key)
        case "maxContains": node.containsCount.maximum = try count(value, key)
        case "minItems": node.itemCount.minimum = try count(value, key)
        case "maxItems": node.itemCount.maximum = try count(value, key)
        case "uniqueItems": node.hasUniqueItems = value == .bool(true)
        case "minLength": node.length.minimum = try count(value, key)
        case "maxLength": node.length.maximum = try count(value, key)
        case "pattern":
            guard case .string(let text) = value else { throw JSONSchemaError("`pattern` must be a string") }
            node.pattern = try SchemaPattern(text)
        case "minimum": node.minimum = try number(value, key)
        case "maximum": node.maximum = try number(value, key)
        // Older schemas have a boolean here, which sharpens the other bound.
        case "exclusiveMinimum":
            if value != .bool(false) { node.exclusiveMinimum = try bound(value, key, fields["minimum"]) }
        case "exclusiveMaximum":
            if value != .bool(false) { node.exclusiveMaximum = try bound(value, key, fields["maximum"]) }
        case "multipleOf":
            let divisor = try number(value, key)
            guard divisor > 0 else { throw JSONSchemaError("`multipleOf` must be greater than 0") }
            node.multipleOf = divisor
        case "allOf": node.allOf = try compileAll(try schemas(value, key), depth)
        case "anyOf": node.anyOf = try compileAll(try schemas(value, key), depth)
        case "oneOf": node.oneOf = try compileAll(try schemas(value, key), depth)
        case "not": node.not = try compile(value, depth: depth)
        case "if": node.condition = try compile(value, depth: depth)
        case "then": node.then = try compile(value, depth: depth)
        case "else": node.otherwise = try compile(value, depth: depth)
        case "$ref": node.reference = try reference(value, depth)
        default: break
        }
    }

    private mutating func compileAll(_ schemas: [Value], _ depth: Int) throws(JSONSchemaError) -> [Int] {
        var positions: [Int] = []
        for schema in schemas { positions.append(try compile(schema, depth: depth)) }
        return positions
    }

    private mutating func reference(_ value: Value, _ depth: Int) throws(JSONSchemaError) -> Int {
        guard case .string(let pointer) = value else { throw JSONSchemaError("`$ref` must be a string") }
        if let known = referenced[pointer] { return known }
        guard let target = JSONPointer.value(at: pointer, in: root) else {
            throw JSONSchemaError("`$ref` leads nowhere: `\(pointer)`")
        }
        // What is compiled next has the next position, so that a schema can refer to itself.
        referenced[pointer] = nodes.count
        return try compile(target, depth: depth)
    }

    // MARK: Reading

    private func types(_ value: Value) throws(JSONSchemaError) -> [JSONType] {
        let names: [Value]
        if case .list(let several) = value { names = several } else { names = [value] }
        var types: [JSONType] = []
        for name in names {
            guard case .string(let text) = name, let type = JSONType(rawValue: text) else {
                throw JSONSchemaError("`\(shortened(name))` is no type")
            }
            types.append(type)
        }
        return types
    }

    private func list(_ value: Value, _ key: String) throws(JSONSchemaError) -> [Value] {
        guard case .list(let items) = value else { throw JSONSchemaError("`\(key)` must be an array") }
        return items
    }

    private func schemas(_ value: Value, _ key: String) throws(JSONSchemaError) -> [Value] {
        let schemas = try list(value, key)
        if schemas.isEmpty { throw JSONSchemaError("`\(key)` must not be empty") }
        return schemas
    }

    private func record(_ value: Value, _ key: String) throws(JSONSchemaError) -> Record {
        guard case .record(let fields) = value else { throw JSONSchemaError("`\(key)` must be an object") }
        return fields
    }

    private func strings(_ value: Value, _ key: String) throws(JSONSchemaError) -> [String] {
        var strings: [String] = []
        for item in try list(value, key) {
            guard case .string(let text) = item else { throw JSONSchemaError("`\(key)` must be an array of strings") }
            strings.append(text)
        }
        return strings
    }

    private func number(_ value: Value, _ key: String) throws(JSONSchemaError) -> Double {
        guard case .number(let number) = value, number.isFinite else {
            throw JSONSchemaError("`\(key)` must be a number")
        }
        return number
    }

    private func bound(_ value: Value, _ key: String, _ other: Value?) throws(JSONSchemaError) -> Double? {
        if value == .bool(true) { return try other.map { value throws(JSONSchemaError) in try number(value, key) } }
        return try number(value, key)
    }

    private func count(_ value: Value, _ key: String) throws(JSONSchemaError) -> Int {
        let number = try number(value, key)
        guard let count = Int(exactly: number), count >= 0 else {
            throw JSONSchemaError("`\(key)` must be a whole number that is not negative")
        }
        return count
    }

    private func shortened(_ value: Value) -> String { JSONExcerpt.of(value) }
}

/// Ways into a JSON document, such as `#/$defs/point`.
enum JSONPointer {
    static func value(at pointer: String, in root: Value) -> Value? {
        guard pointer.hasPrefix("#") else { return nil }
        if pointer == "#" { return root }
        var value = root
        for part in pointer.dropFirst().split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
            let key = String(part).replacing("~1", with: "/").replacing("~0", with: "~")
            switch value {
            case .record(let fields):
                guard let next = fields[key] else { return nil }
                value = next
            case .list(let items):
                guard let index = Int(key), items.indices.contains(index) else { return nil }
                value = items[index]
            default: return nil
            }
        }
        return value
    }
}

/// A value as messages show it.
enum JSONExcerpt {
    /// Compact JSON, cut where it is long.
    static func of(_ value: Value, characters: Int = 80) -> String {
        let text = value.printText(PrintBudget(bytes: 4 * characters, lines: 4, depth: 3))
        let json: String
        if case .string(let string) = value {
            json = JSONText.quoted(String(string.prefix(characters + 1)))
        } else if let whole = value.json(atMost: 4 * characters) {
            json = whole
        } else {
            json = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        }
        return json.count > characters ? json.prefix(characters) + "…" : json
    }
}
