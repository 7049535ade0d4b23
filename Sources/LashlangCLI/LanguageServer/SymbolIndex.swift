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
    /// The declaration that it belongs to; variables of one are not those of another.
    var scope: Int?
    /// Whether it gets its meaning here: an assignment, a loop, a parameter, a declaration.
    var isDefinition = false
    var isParameter = false
    /// The node that it belongs to.
    var node: NodeID
    /// The name in the tree, for those who ask for its type.
    var symbol: Name?
}

/// A declaration of a program.
struct DeclaredSymbol {
    var kind: SymbolKind
    var name: String
    /// All of it, and its name alone.
    var span: Span
    var nameSpan: Span
    /// What stands before its body, in one line, as help.
    var head: String
    var parameters: [String]
}

/// A statement with a title for people.
struct LabeledPlace {
    var title: String
    var span: Span
    var titleSpan: Span
}

/// All names of a program with what they stand for. Made in time linear in the text, without recursion.
struct SymbolIndex {
    let tree: SyntaxTree
    private(set) var occurrences: [Occurrence] = []
    private(set) var declarations: [DeclaredSymbol] = []
    private(set) var labels: [LabeledPlace] = []
    /// Elements of comprehensions, which stand before the loops that they mean, from the inside out.
    private var elements: [(span: Span, clauses: NodeList)] = []
    /// The first declaration of a name.
    private var declared: [Key: Int] = [:]

    /// What makes two places mean the same.
    private struct Key: Hashable {
        var kind: SymbolKind
        var name: String
        var scope: Int?
    }

    init(_ tree: SyntaxTree) {
        self.tree = tree
        for node in tree.declarations { declare(node) }
        for (position, declaration) in declarations.enumerated() {
            let key = Key(kind: declaration.kind, name: declaration.name)
            if declared[key] == nil { declared[key] = position }
        }
        for node in tree.nodes { note(node) }
        resolveVariables()
        occurrences.sort { ($0.span.start, $0.isDefinition ? 0 : 1) < ($1.span.start, $1.isDefinition ? 0 : 1) }
        // Nodes of attempts that the parser gave up say the same once more.
        var last = -1
        occurrences.removeAll { occurrence in
            defer { last = occurrence.span.start }
            return occurrence.span.start == last
        }
    }

    // MARK: Making

    private mutating func declare(_ node: NodeID) {
        func add(_ kind: SymbolKind, _ name: Name, _ parameters: NodeList?, _ body: NodeID? = nil) {
            let span = tree.statementSpan(of: node)
            let head = tree.source[Span(span.start, body.map { tree.start(of: $0) } ?? span.end)]
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
                    head: head.joiningLines,
                    parameters: names ?? []
                )
            )
        }
        switch tree[node] {
        case .typeDeclaration(let name, _): add(.type, name, nil)
        case .processDeclaration(let process): add(.process, process.name, process.parameters, process.body)
        case .functionDeclaration(let function): add(.function, function.name, function.parameters, function.body)
        default: break
        }
    }

    /// The declaration that a place is in.
    func scope(at offset: Int) -> Int? {
        // In the order of the text, none within another.
        var (low, high) = (0, declarations.count)
        while low < high {
            let middle = (low + high) / 2
            if declarations[middle].span.end <= offset { low = middle + 1 } else { high = middle }
        }
        guard low < declarations.count, declarations[low].span.start <= offset else { return nil }
        return low
    }

    private mutating func note(_ node: NodeID) {
        switch tree[node] {
        case .variable(let name): add(.variable, name, node)
        case .assign(let root, let steps, _): add(.variable, root, node, isDefinition: steps.isEmpty)
        case .forLoop(let binding, _, _), .forClause(let binding, _): add(.variable, binding, node, isDefinition: true)
        case .parameter(let name, _): add(.variable, name, node, isDefinition: true, isParameter: true)
        case .field(_, let name), .fieldStep(let name), .typeField(let name, _, _): add(.field, name, node)
        case .record(let entries): for entry in entries { add(.field, entry.key, node) }
        case .call(let name, _):
            let isDeclared = declared[Key(kind: .function, name: tree.text(of: name))] != nil
            add(isDeclared ? .function : .call, name, node)
        case .receiverCall(_, let operation, _): add(.operation, operation, node)
        case .start(let process, let arguments):
            add(.process, process, node)
            let position = declared[Key(kind: .process, name: tree.text(of: process))]
            for argument in arguments { addArgument(argument.key, of: position, node) }
        case .typeDeclaration(let name, _): add(.type, name, node, isDefinition: true)
        case .processDeclaration(let process): add(.process, process.name, node, isDefinition: true)
        case .functionDeclaration(let function): add(.function, function.name, node, isDefinition: true)
        case .namedType(let name):
            occurrences.append(Occurrence(kind: .type, name: name, span: tree.span(of: node), node: node))
        case .comprehension(let element, let clauses): elements.append((tree.span(of: element), clauses))
        case .labeled(let label, _):
            let (whole, title) = (tree.span(of: node), tree.span(of: label.title))
            labels.append(LabeledPlace(title: tree.text(of: label.title), span: whole, titleSpan: title))
        default: break
        }
    }

    private mutating func add(
        _ kind: SymbolKind,
        _ name: Name,
        _ node: NodeID,
        isDefinition: Bool = false,
        isParameter: Bool = false
    ) {
        let span = tree.span(of: name)
        occurrences.append(
            Occurrence(
                kind: kind,
                name: tree.text(of: name),
                span: span,
                scope: scope(at: span.start),
                isDefinition: isDefinition,
                isParameter: isParameter,
                node: node,
                symbol: name
            )
        )
    }

    /// The name of an argument is that of a parameter of the process that is started.
    private mutating func addArgument(_ key: Name, of process: Int?, _ node: NodeID) {
        add(.field, key, node)
        guard let process, process < declarations.count else { return }
        let last = occurrences.count - 1
        occurrences[last].kind = .variable
        occurrences[last].scope = process
        occurrences[last].isParameter = true
    }

    /// Tells names that are only written like variables from those that are some: declared functions as keys, processes as
    /// values, and signals, which are known by their texts.
    private mutating func resolveVariables() {
        var signals: Set<Int> = []
        for node in tree.declarations {
            guard case .processDeclaration(let process) = tree[node] else { continue }
            for signal in process.signals {
                if case .parameter(let name, _) = tree[signal] { signals.insert(tree.span(of: name).start) }
            }
        }
        var assigned: Set<Key> = []
        for place in occurrences where place.kind == .variable && place.isDefinition {
            if !signals.contains(place.span.start) {
                assigned.insert(Key(kind: .variable, name: place.name, scope: place.scope))
            }
        }
        for index in occurrences.indices where occurrences[index].kind == .variable {
            let place = occurrences[index]
            if signals.contains(place.span.start) {
                occurrences[index].kind = .field
            } else if !assigned.contains(Key(kind: .variable, name: place.name, scope: place.scope)) {
                for kind in [SymbolKind.function, .process] where declared[Key(kind: kind, name: place.name)] != nil {
                    occurrences[index].kind = kind
                    break
                }
            }
        }
    }

    // MARK: Questions

    /// The name at a place, or right before it.
    func occurrence(at offset: Int) -> Occurrence? {
        last(before: offset + 1).flatMap { offset <= $0.span.end ? $0 : nil }
    }

    /// The name that a token is, or is a part of.
    func occurrence(covering span: Span) -> Occurrence? {
        last(before: span.start + 1).flatMap { span.end <= $0.span.end ? $0 : nil }
    }

    /// The last name that begins before a place.
    private func last(before offset: Int) -> Occurrence? {
        var (low, high) = (0, occurrences.count)
        while low < high {
            let middle = (low + high) / 2
            if occurrences[middle].span.start < offset { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? nil : occurrences[low - 1]
    }

    /// All places that stand for the same as one; for fields, all of that name.
    func places(of one: Occurrence) -> [Occurrence] {
        occurrences.filter { place in
            place.name == one.name && place.kind == one.kind && (one.kind != .variable || place.scope == one.scope)
        }
    }

    /// Where a variable that is read at a place got its value last.
    func origin(of name: String, before offset: Int) -> Occurrence? {
        let scope = scope(at: offset)
        for (span, clauses) in elements where span.start <= offset && offset <= span.end {
            for clause in clauses {
                guard case .forClause(let binding, _) = tree[clause], tree.text(of: binding) == name else { continue }
                return occurrence(at: tree.span(of: binding).start)
            }
        }
        return occurrences.last { place in
            place.span.start < offset && place.isDefinition && place.kind == .variable && place.name == name
                && place.scope == scope
        }
    }

    func process(_ name: String) -> DeclaredSymbol? {
        declared[Key(kind: .process, name: name)].map { declarations[$0] }
    }

    func function(_ name: String) -> DeclaredSymbol? {
        declared[Key(kind: .function, name: name)].map { declarations[$0] }
    }

    func declaration(of one: Occurrence) -> DeclaredSymbol? {
        declared[Key(kind: one.kind, name: one.name)].map { declarations[$0] }
    }
}

extension String {
    /// The words of a text with a blank between two.
    fileprivate var joiningLines: String { split(whereSeparator: \.isWhitespace).joined(separator: " ") }
}
