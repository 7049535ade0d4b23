internal import LashSyntax

extension TypeTable {
    /// The type as messages show it, aliases replaced by what they stand for.
    ///
    /// An alias inside itself stays a name. Aliases that use aliases twice grow without bound when written out, so very
    /// long texts end in `…`.
    /// `expanded: false` leaves names as they are; `exact` tells literals that are whole numbers from other numbers.
    mutating func display(_ type: StaticType, expanded: Bool = true, exact: Bool = false) -> String {
        var writer = TypeWriter(expandsNames: expanded, isExact: exact)
        return writer.text(of: type, in: &self, depth: 0)
    }
}

/// Writes types out within bounds.
private struct TypeWriter {
    let expandsNames: Bool
    let isExact: Bool
    private var expanding: Set<String> = []
    private var budget = 4_000
    private let depthLimit = 128

    init(expandsNames: Bool, isExact: Bool) {
        self.expandsNames = expandsNames
        self.isExact = isExact
    }

    mutating func text(of type: StaticType, in table: inout TypeTable, depth: Int) -> String {
        guard budget > 0, depth < depthLimit else { return "…" }
        budget -= 4
        switch table[type] {
        case .scalar(let kind): return kind.rawValue
        case .never: return "never"
        case .number: return "float"
        case .whole: return isExact ? "int" : "float"
        case .text: return "str"
        case .sum(let inner), .outcome(let inner): return text(of: inner, in: &table, depth: depth + 1)
        case .authority(let name): return spend(name)
        case .enumeration(let values):
            return "enum[" + spend(values.map { "\"\($0.text)\"" }.joined(separator: ", ")) + "]"
        case .list(let item):
            return "list[" + text(of: item, in: &table, depth: depth + 1) + "]"
        case .object(let fields):
            return "{ " + list(fields, in: &table, depth: depth) + " }"
        case .union(let members):
            return union(members, in: &table, depth: depth)
        case .process(let input, _, let output):
            let first = text(of: input, in: &table, depth: depth + 1)
            return "Process<" + first + ", " + text(of: output, in: &table, depth: depth + 1) + ">"
        case .triggerHandle(let event):
            return "TriggerHandle<" + text(of: event, in: &table, depth: depth + 1) + ">"
        case .named(let name):
            guard expandsNames, let target = table.aliases[name], depth < depthLimit / 2,
                expanding.insert(name).inserted
            else {
                return spend(name)
            }
            defer { expanding.remove(name) }
            return text(of: target, in: &table, depth: depth + 1)
        }
    }

    private mutating func list(_ fields: [ObjectField], in table: inout TypeTable, depth: Int) -> String {
        var parts: [String] = []
        for field in fields {
            if budget <= 0 {
                parts.append("…")
                break
            }
            let name = spend(field.name)
            parts.append(name + ": " + text(of: field.type, in: &table, depth: depth + 1) + (field.optional ? "?" : ""))
        }
        return parts.joined(separator: ", ")
    }

    /// Members that read the same, such as two known texts, are shown once.
    private mutating func union(_ members: [StaticType], in table: inout TypeTable, depth: Int) -> String {
        var parts: [String] = []
        var seen: Set<String> = []
        for member in members {
            if budget <= 0 {
                parts.append("…")
                break
            }
            let part = text(of: member, in: &table, depth: depth + 1)
            if seen.insert(part).inserted { parts.append(part) }
        }
        return parts.joined(separator: " | ")
    }

    private mutating func spend(_ text: String) -> String {
        budget -= text.utf8.count
        return text
    }
}
