internal import Lashlang

/// The rows in which a prompt lists names: type, size and value, or as much of the value as fits.
enum VariableRow {
    /// What fits whole into a row.
    private static let wholeBytes = 1_024
    private static let preview = PrintBudget(bytes: 240, lines: 8, depth: 2)

    /// A variable that programs may change.
    static func row(_ name: String, _ value: Value) -> String {
        if case .projection(let projection) = value {
            return "- `\(name)`: `\(type(of: value))`, lazy (\(projection.descriptor.summary))"
        }
        if value.holdsProjections { return "- `\(name)`: `\(type(of: value))`, lazy" }
        if let whole = whole(value) { return "- `\(name)` = \(whole)" }
        return "- `\(name)`: \(description(of: value)) ≈ \(shortened(value)) (full value live — `print \(name)`)"
    }

    /// A binding, which programs only read.
    static func readOnlyRow(_ name: String, in bindings: ProjectedBindings) -> String {
        if let summary = bindings.summary(of: name) { return "- `\(name)`: read-only, lazy (\(summary))" }
        guard let value = bindings.value(of: name), !value.holdsProjections else {
            return "- `\(name)`: read-only, lazy"
        }
        if let whole = whole(value), whole.utf8.count <= 200 {
            return "- `\(name)`: `\(type(of: value))`, read-only = \(whole)"
        }
        return "- `\(name)`: \(description(of: value)), read-only ≈ \(shortened(value))"
    }

    /// A function that an earlier block declared.
    static func row(_ function: DeclaredFunction) -> String { "- `fn \(function.signature)`, declared earlier" }

    private static func description(of value: Value) -> String {
        let size = size(of: value)
        return "`\(type(of: value))`" + (size.isEmpty ? "" : ", \(size)")
    }

    private static func whole(_ value: Value) -> String? {
        guard let json = value.json(atMost: wholeBytes), depth(of: value) <= 3 else { return nil }
        return json
    }

    /// How deep a small value nests.
    private static func depth(of value: Value) -> Int {
        switch value {
        case .list(let items), .tuple(let items): 1 + (items.map { depth(of: $0) }.max() ?? 0)
        case .record(let fields): 1 + (fields.map { depth(of: $0.value) }.max() ?? 0)
        default: 0
        }
    }

    private static func shortened(_ value: Value) -> String {
        if case .string(let text) = value {
            return JSONText.quoted(String(text.unicodeScalars.prefix(200))) + "…"
        }
        return value.printText(preview).split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    private static func size(of value: Value) -> String {
        switch value {
        case .string(let text):
            let lines = text.utf8.count { $0 == 0x0A } + 1
            return "len=\(text.unicodeScalars.count)" + (lines > 1 ? ", lines=\(lines)" : "")
        case .list(let items), .tuple(let items): return "len=\(items.count)"
        case .record(let fields): return "keys=\(fields.count)"
        default: return ""
        }
    }

    /// The type of a value, as far as a glance at it tells.
    static func type(of value: Value, depth: Int = 0) -> String {
        switch value {
        case .null: return "null"
        case .bool: return "bool"
        case .number(let number): return number == number.rounded(.towardZero) ? "int" : "float"
        case .string: return "str"
        case .tuple: return "tuple"
        case .image: return "image"
        case .resource(let resource): return resource.type
        case .projection(let projection): return projection.descriptor.kind.rawValue
        case .list(let items):
            guard let first = items.first, depth < 3 else { return "list" }
            let type = type(of: first, depth: depth + 1)
            // A look at some of them is enough for a prompt.
            let same = items.prefix(16).allSatisfy { Self.type(of: $0, depth: depth + 1) == type }
            return "list[\(same ? type : "any")]"
        case .record(let fields):
            guard depth < 2, !fields.isEmpty, fields.count <= 12 else { return "record" }
            return "record{"
                + fields.map { "\($0.key): \(Self.type(of: $0.value, depth: depth + 1))" }
                .joined(separator: ", ") + "}"
        }
    }
}
