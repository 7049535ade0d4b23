import Lashlang

/// What a name stands for.
enum SymbolKind: Hashable {
    case variable, function, process, type
    /// A field of a record, a key, or an argument by name.
    case field
    /// An operation of a module.
    case operation
    /// A builtin, or a function of the host.
    case call
}

/// One place where a name stands.
struct Occurrence {
    var kind: SymbolKind
    var name: String
    var span: Span
    /// The declaration that the place is in; variables of one are not those of another.
    var scope: Int?
    /// Whether it gets its meaning here: an assignment, a loop, a parameter, a declaration.
    var isDefinition = false
    var isParameter = false
    /// The node that it belongs to.
    var node: NodeID
}

/// A declaration of a program.
struct DeclaredSymbol {
    var kind: SymbolKind
    var name: String
    /// All of it, and its name alone.
    var span: Span
    var nameSpan: Span
    /// The first line, as help.
    var head: String
    var parameters: [String]
}

/// All names of a program with what they stand for. Made in time linear in the text, without recursion.
struct SymbolIndex {
    let tree: SyntaxTree
    private(set) var occurrences: [Occurrence] = []
    private(set) var declarations: [DeclaredSymbol] = []

    init(_ tree: SyntaxTree) {
        self.tree = tree
        for node in tree.declarations { declare(node) }
        let functions = Set(declarations.filter { $0.kind == .function }.map(\.name))
        for node in tree.nodes { note(node, functions) }
        for index in occurrences.indices { occurrences[index].scope = scope(at: occurrences[index].span.start) }
        occurrences.sort { ($0.span.start, $0.isDefinition ? 0 : 1) < ($1.span.start, $1.isDefinition ? 0 : 1) }
        // Nodes of attempts that the parser gave up say the same once more.
        var last = -1
        occurrences.removeAll { occurrence in
            defer { last = occurrence.span.start }
            return occurrence.span.start == last
        }
    }

    private mutating func declare(_ node: NodeID) {
        func add(_ kind: SymbolKind, _ name: Name, _ parameters: NodeList?) {
            let span = tree.statementSpan(of: node)
            let text = tree.source[span]
            let head = text.prefix { !$0.isNewline && $0 != "{" || kind == .type && !$0.isNewline }
            let names = parameters.map { list in
                list.compactMap { parameter in
                    if case .parameter = tree[parameter] { return tree.source[tree.span(of: parameter)] }
                    return nil
                }
            }
            declarations.append(
                DeclaredSymbol(
                    kind: kind,
                    name: tree.text(of: name),
                    span: span,
                    nameSpan: tree.span(of: name),
                    head: String(head).trimmed,
                    parameters: names ?? []
                )
            )
        }
        switch tree[node] {
        case .typeDeclaration(let name, _): add(.type, name, nil)
        case .processDeclaration(let process): add(.process, process.name, process.parameters)
        case .functionDeclaration(let function): add(.function, function.name, function.parameters)
        default: break
        }
    }

    private func scope(at offset: Int) -> Int? {
        // In the order of the text, none within another.
        var (low, high) = (0, declarations.count)
        while low < high {
            let middle = (low + high) / 2
            if declarations[middle].span.end <= offset { low = middle + 1 } else { high = middle }
        }
        guard low < declarations.count, declarations[low].span.start <= offset else { return nil }
        return low
    }

    private mutating func note(_ node: NodeID, _ functions: Set<String>) {
        func add(_ kind: SymbolKind, _ name: Name, isDefinition: Bool = false, isParameter: Bool = false) {
            occurrences.append(
                Occurrence(
                    kind: kind,
                    name: tree.text(of: name),
                    span: tree.span(of: name),
                    isDefinition: isDefinition,
                    isParameter: isParameter,
                    node: node
                )
            )
        }
        switch tree[node] {
        case .variable(let name): add(.variable, name)
        case .assign(let root, let steps, _): add(.variable, root, isDefinition: steps.isEmpty)
        case .forLoop(let binding, _, _), .forClause(let binding, _): add(.variable, binding, isDefinition: true)
        case .parameter(let name, _): add(.variable, name, isDefinition: true, isParameter: true)
        case .field(_, let name), .fieldStep(let name), .typeField(let name, _, _): add(.field, name)
        case .record(let entries): for entry in entries { add(.field, entry.key) }
        case .call(let name, _): add(functions.contains(tree.text(of: name)) ? .function : .call, name)
        case .receiverCall(_, let operation, _): add(.operation, operation)
        case .start(let process, let arguments):
            add(.process, process)
            for argument in arguments { add(.field, argument.key) }
        case .typeDeclaration(let name, _): add(.type, name, isDefinition: true)
        case .processDeclaration(let process): add(.process, process.name, isDefinition: true)
        case .functionDeclaration(let function): add(.function, function.name, isDefinition: true)
        case .namedType(let name) where !name.contains("."):
            let start = tree.anchor(of: node)
            let span = Span(start, start + name.utf8.count)
            occurrences.append(Occurrence(kind: .type, name: name, span: span, node: node))
        default: break
        }
    }

    /// The name at a place, or right before it.
    func occurrence(at offset: Int) -> Occurrence? {
        occurrences.first { $0.span.start <= offset && offset < $0.span.end }
            ?? occurrences.first { $0.span.end == offset }
    }

    /// All places that stand for the same as one; for fields, all of that name.
    func places(of one: Occurrence) -> [Occurrence] {
        occurrences.filter { place in
            // A function is also a key of `sort_by`, where it is written as a variable.
            let isKey = one.kind == .function && place.kind == .variable && function(place.name) != nil
            guard place.name == one.name, place.kind == one.kind || isKey else { return false }
            return one.kind != .variable || place.scope == one.scope
        }
    }

    func function(_ name: String) -> DeclaredSymbol? {
        declarations.first { $0.kind == .function && $0.name == name }
    }

    func declaration(of one: Occurrence) -> DeclaredSymbol? {
        declarations.first { $0.kind == one.kind && $0.name == one.name }
    }
}

extension String {
    /// Without blanks at its ends.
    fileprivate var trimmed: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }
}
