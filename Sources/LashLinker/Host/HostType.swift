internal import LashSyntax

/// A type of the host's surface, which does not depend on any program.
///
/// `description` is the notation of the language, and `HostType(parsing:)` reads it.
public indirect enum HostType: Hashable, Sendable {
    /// Any value.
    case any
    /// Text.
    case str
    /// A number without a fraction.
    case int
    /// A number.
    case float
    /// `true` or `false`.
    case bool
    /// Any record.
    case dict
    /// The null value.
    case null
    /// One of some texts: `enum["a", "b"]`.
    case enumeration([String])
    /// A list whose elements have a type; tuples too.
    case list(HostType)
    /// A record with the given fields, and possibly others.
    case object([HostField])
    /// A value of one of the types.
    case union([HostType])
    /// A named type: a data type, an authority type or an opaque type of a catalog.
    case named(String)
    /// A process as a value. `inputCount` is the number of its parameters: `input` is `null` for none, the type of the
    /// parameter for one, and an object of all parameters for several. Written types have one.
    case process(input: HostType, inputCount: Int, output: HostType)
    /// A registered trigger with the type of its events.
    case triggerHandle(HostType)

    /// How deep a type may nest to be added to a catalog.
    public static let nestingLimit = 64
}

extension HostType {
    /// Whether both are written alike. Keys and texts are the same only if their characters are.
    public static func == (left: HostType, right: HostType) -> Bool {
        switch (left, right) {
        case (.any, .any), (.str, .str), (.int, .int), (.float, .float), (.bool, .bool), (.dict, .dict), (.null, .null):
            true
        case (.enumeration(let some), .enumeration(let others)):
            some.elementsEqual(others) { ExactText($0) == ExactText($1) }
        case (.list(let item), .list(let other)): item == other
        case (.object(let fields), .object(let others)): fields == others
        case (.union(let members), .union(let others)): members == others
        case (.named(let name), .named(let other)): name == other
        case (.process(let input, let count, let output), .process(let otherInput, let otherCount, let otherOutput)):
            count == otherCount && input == otherInput && output == otherOutput
        case (.triggerHandle(let event), .triggerHandle(let other)): event == other
        default: false
        }
    }
}

/// A field of an object type.
public struct HostField: Hashable, Sendable {
    /// The key.
    public var name: String
    /// The type of its value.
    public var type: HostType
    /// Whether it may be absent.
    public var isOptional: Bool

    /// A field that must be present, unless `optional` says otherwise.
    public init(_ name: String, _ type: HostType, optional: Bool = false) {
        self.name = name
        self.type = type
        self.isOptional = optional
    }

    /// Whether key, type and optionality are the same.
    public static func == (left: HostField, right: HostField) -> Bool {
        ExactText(left.name) == ExactText(right.name) && left.type == right.type && left.isOptional == right.isOptional
    }
}

extension HostType: CustomStringConvertible {
    /// The type as the language writes it: `{ path: str, limit: int? }`.
    public var description: String { text(escaped: true) }

    /// The type as messages show it: texts are not escaped, and the empty object has two spaces.
    var displayed: String { text(escaped: false) }

    private func text(escaped: Bool) -> String {
        switch self {
        case .any: return "any"
        case .str: return "str"
        case .int: return "int"
        case .float: return "float"
        case .bool: return "bool"
        case .dict: return "dict"
        case .null: return "null"
        case .enumeration(let values):
            return "enum[" + values.map { escaped ? Self.quoted($0) : "\"\($0)\"" }.joined(separator: ", ") + "]"
        case .list(let item): return "list[" + item.text(escaped: escaped) + "]"
        case .object(let fields):
            if fields.isEmpty { return escaped ? "{}" : "{  }" }
            let parts = fields.map { field in
                let name = escaped && !isIdentifier(field.name) ? Self.quoted(field.name) : field.name
                return name + ": " + field.type.text(escaped: escaped) + (field.isOptional ? "?" : "")
            }
            return "{ " + parts.joined(separator: ", ") + " }"
        case .union(let members): return members.map { $0.text(escaped: escaped) }.joined(separator: " | ")
        case .named(let name): return name
        case .process(let input, _, let output):
            return "Process<" + input.text(escaped: escaped) + ", " + output.text(escaped: escaped) + ">"
        case .triggerHandle(let event): return "TriggerHandle<" + event.text(escaped: escaped) + ">"
        }
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}

/// Whether a text has the shape of an identifier; it may still be a keyword.
package func isIdentifier(_ text: String) -> Bool {
    guard let first = text.utf8.first, !(0x30...0x39).contains(first) else { return false }
    return text.utf8.allSatisfy(isWordByte)
}
