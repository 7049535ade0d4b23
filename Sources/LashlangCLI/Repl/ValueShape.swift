import Lashlang

/// The type that a value has now, as precise as its first elements tell.
enum ValueShape {
    /// Elements of a list that are looked at, and how deep.
    private static let mostElements = 100
    private static let deepest = 6

    /// The type in the notation of the language.
    static func describe(_ value: Value) -> String { type(of: value, 0)?.description ?? "list[any]" }

    /// `nil` where nothing is known: for the elements of an empty list.
    private static func type(of value: Value, _ depth: Int) -> HostType? {
        switch value {
        case .null: return .null
        case .bool: return .bool
        case .number(let number): return number.rounded() == number && number.magnitude < 0x1p63 ? .int : .float
        case .string: return .str
        case .tuple(let items), .list(let items):
            if depth == deepest { return .list(.any) }
            var element: HostType?
            for item in items.prefix(mostElements) { element = union(element, type(of: item, depth + 1)) }
            return .list(element ?? .any)
        case .record(let record):
            if depth == deepest { return .dict }
            return .object(record.map { HostField($0.key, type(of: $0.value, depth + 1) ?? .any) })
        case .resource(let resource): return .named(resource.type)
        default: return .any
        }
    }

    /// A type that both fit.
    private static func union(_ left: HostType?, _ right: HostType?) -> HostType? {
        guard let left, let right else { return left ?? right }
        switch (left, right) {
        case _ where left == right: return left
        case (.int, .float), (.float, .int): return .float
        // An empty list says nothing of its elements.
        case (.list(.any), .list), (.any, _): return right
        case (.list, .list(.any)), (_, .any): return left
        case (.list(let one), .list(let other)): return .list(union(one, other) ?? .any)
        case (.object(let one), .object(let other)): return .object(union(one, other))
        case (.union(let members), _):
            // Two members of one kind become one.
            for (index, member) in members.enumerated() {
                guard let both = union(member, right), both.isOneKind else { continue }
                var members = members
                members[index] = both
                return .union(members)
            }
            return .union(members + [right])
        default: return .union([left, right])
        }
    }

    /// Fields that only one has are optional.
    private static func union(_ left: [HostField], _ right: [HostField]) -> [HostField] {
        let others = Dictionary(right.map { ($0.name, $0) }) { first, _ in first }
        let names = Set(left.map(\.name))
        var fields = left.map { field in
            guard let other = others[field.name] else { return HostField(field.name, field.type, optional: true) }
            return HostField(
                field.name,
                union(field.type, other.type) ?? .any,
                optional: field.isOptional || other.isOptional
            )
        }
        for field in right where !names.contains(field.name) {
            fields.append(HostField(field.name, field.type, optional: true))
        }
        return fields
    }
}

extension HostType {
    fileprivate var isOneKind: Bool {
        if case .union = self { return false }
        return true
    }
}
