import Lashlang

/// What is bound, ready to be looked at again and again: values are copied out of their bindings once.
final class KnownValues {
    private let bindings: ProjectedBindings
    private var values: [String: Value?] = [:]
    private var shapes: [String: String] = [:]

    init(_ bindings: ProjectedBindings) { self.bindings = bindings }

    /// A bound value; `nil` for other names.
    func value(of name: String) -> Value? {
        if let known = values[name] { return known }
        let value = bindings.value(of: name)
        values[name] = .some(value)
        return value
    }

    /// The type of a bound value, or what a lazy one is; `nil` for other names.
    func shape(of name: String) -> String? {
        if let known = shapes[name] { return known }
        let shape = bindings.summary(of: name) ?? value(of: name).map(ValueShape.describe)
        shapes[name] = shape
        return shape
    }
}

extension Analysis {
    /// How many steps lead from a name to what is bound, at most.
    private static let longestWay = 32

    /// The value of an expression, as far as bound data tells; of the elements of a list any stands for the others.
    func value(of node: NodeID, steps: Int = Analysis.longestWay) -> Value? {
        if steps == 0 { return nil }
        let tree = parsed.tree
        switch tree[node] {
        case .variable(let name): return value(named: tree.text(of: name), at: tree.span(of: name).start, steps: steps)
        case .field(let target, let name):
            guard case .record(let record)? = value(of: target, steps: steps - 1) else { return nil }
            return record[tree.text(of: name)]
        case .index(let target, let index):
            guard let whole = value(of: target, steps: steps - 1) else { return nil }
            if case .record(let record) = whole, case .string(let key) = tree[index] { return record[key] }
            if case .number(let number) = tree[index] { return Self.element(of: whole, Int(exactly: number)) }
            return Self.element(of: whole, nil)
        case .call(let name, let arguments):
            guard let first = arguments.first, let builtin = Builtin(name: tree.text(of: name)) else { return nil }
            switch builtin.result {
            case .sameList: return value(of: first, steps: steps - 1)
            case .element: return value(of: first, steps: steps - 1).flatMap { Self.element(of: $0, nil) }
            default: return nil
            }
        default: return nil
        }
    }

    /// The value of a name at a place: what is bound, or else what the assignment or the loop before it says.
    private func value(named name: String, at offset: Int, steps: Int) -> Value? {
        // Functions and processes see their own variables alone.
        if index.scope(at: offset) == nil, settings.environment.readOnlyNames.contains(name) {
            return settings.known.value(of: name)
        }
        guard let origin = index.origin(of: name, before: offset) else { return nil }
        switch parsed.tree[origin.node] {
        case .assign(_, _, let value): return self.value(of: value, steps: steps - 1)
        case .forLoop(_, let iterable, _), .forClause(_, let iterable):
            return value(of: iterable, steps: steps - 1).flatMap { Self.element(of: $0, nil) }
        default: return nil
        }
    }

    /// The value that a path such as `board.rows[0]` has at a place: where somebody still types, there is no tree yet.
    func value(at path: String, _ offset: Int) -> Value? {
        var parts = path.split { $0 == "." || $0 == "[" || $0 == "]" }.map(String.init)[...]
        guard let name = parts.popFirst(),
            var value = value(named: name, at: offset, steps: Self.longestWay)
        else { return nil }
        for part in parts {
            let next: Value?
            if case .record(let record) = value {
                next = record[part.filter { $0 != "\"" && $0 != "'" }]
            } else {
                next = Self.element(of: value, Int(part))
            }
            guard let next else { return nil }
            value = next
        }
        return value
    }

    private static func element(of value: Value, _ position: Int?) -> Value? {
        guard case .list(let items) = value else {
            if case .tuple(let items) = value { return element(of: .list(items), position) }
            return nil
        }
        return position.flatMap { items.indices.contains($0) ? items[$0] : nil } ?? items.first
    }
}
