internal import LashSyntax

/// What can be said of the variables of a program from its text alone.
struct NameFacts {
    /// What a name was given, wherever it is assigned.
    struct Facts {
        var kinds: Set<Kind> = []
        /// The texts of string literals.
        var texts: Set<String> = []
        /// The keys of record literals; `nil` once it was given something else.
        var keys: Set<String>?
        var assignments = 0
        /// How often it is read as a whole, not only for a field or element.
        var wholeReads = 0
        var reads = 0
    }

    enum Kind {
        case text, number, boolean, list, record, null
        /// The result of a call, not unwrapped.
        case wrapper
        /// The value of a call.
        case unwrapped
        case handle
        /// What `find` gives.
        case position
        /// A part of another variable.
        case part
        case other
    }

    private(set) var names: [String: Facts] = [:]
    private let bound: Set<String>
    /// Loop variables and the variables that they go through.
    private var loops: [(name: String, list: String)] = []
    /// What the elements of variables are that were given list literals.
    private var elements: [String: Kind] = [:]

    init(_ tree: SyntaxTree, _ environment: HostEnvironment) {
        bound = environment.readOnlyNames
        var pending = [tree.main] + tree.declarations
        while let node = pending.popLast() {
            collect(node, tree, environment)
            for part in tree.parts(of: node) { pending.append(part.node) }
        }
        for (name, list) in loops where names[list]?.assignments == 1 {
            guard let element = elements[list], names[name]?.kinds == [.other] else { continue }
            names[name]?.kinds = [element]
        }
    }

    /// A value that was made from the variable that it replaces, and is of the same kind.
    private static func changes(_ name: String, _ value: NodeID, _ tree: SyntaxTree) -> Bool {
        guard case .call(let callee, let arguments) = tree[value], let first = arguments.first,
            case .variable(let root) = tree[first]
        else {
            return false
        }
        return tree.text(of: root) == name
            && ["slice", "push", "sort", "reverse", "unique", "sort_by"].contains(tree.text(of: callee))
    }

    /// The name is assigned in the program, or bound by its host.
    func isKnown(_ name: String) -> Bool { (names[name]?.assignments ?? 0) > 0 || bound.contains(name) }

    /// What a name certainly is: the same wherever it is assigned.
    func kind(_ name: String) -> Kind? {
        guard let facts = names[name], facts.kinds.count == 1, !bound.contains(name) else { return nil }
        return facts.kinds.first
    }

    private mutating func collect(_ node: NodeID, _ tree: SyntaxTree, _ environment: HostEnvironment) {
        switch tree[node] {
        case .assign(let root, let steps, let value):
            let name = tree.text(of: root)
            var facts = names[name] ?? Facts()
            if steps.isEmpty {
                facts.assignments += 1
                if !Self.changes(name, value, tree) { facts.kinds.insert(Self.kind(of: value, tree, environment)) }
                if case .string(let text) = tree[value] { facts.texts.insert(text) }
                if case .list = tree[value] { elements[name] = Self.element(of: value, tree) }
                if case .record(let entries) = tree[value], facts.assignments == 1 {
                    facts.keys = Set(entries.map { tree.text(of: $0.key) })
                } else {
                    facts.keys = nil
                }
            } else if case .fieldStep(let key) = tree[steps[0]] {
                facts.keys?.insert(tree.text(of: key))
            } else {
                facts.keys = nil
            }
            names[name] = facts
        case .forLoop(let binding, let iterable, _), .forClause(let binding, let iterable):
            let name = tree.text(of: binding)
            names[name, default: Facts()].assignments += 1
            if case .variable(let list) = tree[iterable] { loops.append((name, tree.text(of: list))) }
            names[name, default: Facts()].kinds.insert(Self.element(of: iterable, tree))
        case .variable(let name):
            names[tree.text(of: name), default: Facts()].reads += 1
            names[tree.text(of: name), default: Facts()].wholeReads += 1
        case .field(let target, _), .index(let target, _):
            if case .variable(let name) = tree[target] { names[tree.text(of: name), default: Facts()].wholeReads -= 1 }
        default: break
        }
    }

    /// The elements of a list literal, or of a variable that was given one.
    private static func element(of iterable: NodeID, _ tree: SyntaxTree) -> Kind {
        guard case .list(let items) = tree[iterable], let first = items.first else { return .other }
        let kinds = Set(items.map { kind(of: $0, tree, HostEnvironment()) })
        return kinds.count == 1 ? kind(of: first, tree, HostEnvironment()) : .other
    }

    static func kind(of value: NodeID, _ tree: SyntaxTree, _ environment: HostEnvironment) -> Kind {
        switch tree[value] {
        case .string: return .text
        case .number: return .number
        case .boolean: return .boolean
        case .list, .comprehension: return .list
        case .record: return .record
        case .null: return .null
        case .negate: return .number
        case .start: return .handle
        case .await(let operand):
            let inner = kind(of: operand, tree, environment)
            return inner == .handle ? .wrapper : inner
        case .receiverCall: return .wrapper
        case .unwrap(let operand): return kind(of: operand, tree, environment) == .wrapper ? .unwrapped : .other
        case .call(let name, _):
            switch tree.text(of: name) {
            case "find": return .position
            case "len", "to_int", "to_float", "floor_div", "ceil_div", "sum": return .number
            case "split", "keys", "values", "range", "push": return .list
            case "trim", "join", "to_string", "format", "upper", "lower", "replace": return .text
            default: return .other
            }
        case .field, .index: return .part
        default: return .other
        }
    }
}
