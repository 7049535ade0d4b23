import Lashlang

// What a name is, for people.
extension LanguageServer {
    func hover(_ parameters: Parameters) throws(Failure) -> Value {
        let analysis = try analysis(parameters)
        let offset = analysis.document.offset(of: try parameters.member("position").position())
        guard let occurrence = analysis.index.occurrence(at: offset), let help = help(analysis, occurrence) else {
            return .null
        }
        return [
            "contents": ["kind": "markdown", "value": .string(help)], "range": analysis.range(occurrence.span),
        ]
    }

    private func help(_ analysis: Analysis, _ occurrence: Occurrence) -> String? {
        if let declaration = analysis.index.declaration(of: occurrence) { return Self.code(declaration.head) }
        switch occurrence.kind {
        case .call: return callHelp(analysis, occurrence.name)
        case .operation:
            guard let path = analysis.receiver(of: occurrence.node),
                let operation = analysis.catalog.module(path)?.operation(occurrence.name)
            else { return nil }
            return Self.code(Self.signature(path, operation)) + "\n\n" + operation.description
        case .field:
            guard let value = analysis.value(at: path(analysis, endingWith: occurrence)) else { return nil }
            return Self.code("\(occurrence.name): \(ValueShape.describe(value))")
        case .variable:
            if let value = analysis.settings.bindings.value(of: occurrence.name) {
                let form = analysis.settings.bindings.summary(of: occurrence.name) ?? ValueShape.describe(value)
                return Self.code("\(occurrence.name): \(form)")
                    + "\n\nBound by the host: programs read it, and cannot change it."
            }
            if let function = analysis.index.function(occurrence.name) { return Self.code(function.head) }
            if let meaning = analysis.catalog.meaning(of: occurrence.name) { return "\(meaning) of the host" }
            return variableHelp(analysis, occurrence)
        case .function, .process, .type: return nil
        }
    }

    private func callHelp(_ analysis: Analysis, _ name: String) -> String? {
        if let function = analysis.catalog.function(name) {
            return Self.code(function.signature) + "\n\n" + function.description
        }
        return Builtin(name: name).map { Self.code($0.signature) + "\n\n" + $0.summary }
    }

    /// Where a variable gets its first value.
    private func variableHelp(_ analysis: Analysis, _ occurrence: Occurrence) -> String? {
        let places = analysis.index.places(of: occurrence)
        guard let first = places.first(where: \.isDefinition) else { return nil }
        let line = analysis.document.position(of: first.span.start).line
        let text = analysis.document.source[analysis.document.wholeLine(line)]
        if first.isParameter { return "a parameter\n\n" + Self.code(text) }
        return "first assigned in line \(line + 1)\n\n" + Self.code(text)
    }

    /// The path of a field up to and with its name, as it is written.
    private func path(_ analysis: Analysis, endingWith occurrence: Occurrence) -> String {
        let tree = analysis.parsed.tree
        guard case .field = tree[occurrence.node] else { return "" }
        return tree.source[tree.span(of: occurrence.node)]
    }

    static func signature(_ path: String, _ operation: HostOperation) -> String {
        "await \(path).\(operation.name)(\(operation.input)) -> \(operation.output)"
    }

    private static func code(_ text: String) -> String { "```lashlang\n\(text)\n```" }

    // MARK: Calls

    func signatureHelp(_ parameters: Parameters) throws(Failure) -> Value {
        let analysis = try analysis(parameters)
        let offset = analysis.document.offset(of: try parameters.member("position").position())
        guard let call = OpenCall(analysis.parsed.tree, at: offset) else { return .null }
        let (label, names, text): (String, [String], String)
        if let function = analysis.index.function(call.name) {
            (label, names, text) = (function.head, function.parameters, "")
        } else if let function = analysis.catalog.function(call.name) {
            names = function.parameters.map { "\($0.name): \($0.type)" }
            (label, text) = (function.signature, function.description)
        } else if let path = call.receiver, let operation = analysis.catalog.module(path)?.operation(call.name) {
            (label, names, text) = (Self.signature(path, operation), ["\(operation.input)"], operation.description)
        } else if call.receiver == nil, let builtin = Builtin(name: call.name) {
            (label, names, text) = (builtin.signature, builtin.parameters, builtin.summary)
        } else {
            return .null
        }
        return [
            "signatures": [
                [
                    "label": .string(label), "documentation": .string(text),
                    "parameters": .list(names.map { ["label": .string($0)] }),
                ]
            ],
            "activeSignature": 0,
            "activeParameter": .number(Double(min(call.argument, max(0, names.count - 1)))),
        ]
    }
}

/// The call whose parentheses are open at a place.
struct OpenCall {
    var name: String
    /// What stands before the dot in front of the name.
    var receiver: String?
    /// The argument that the place is in, from 0.
    var argument = 0

    init?(_ tree: SyntaxTree, at offset: Int) {
        let tokens = tree.tokens.prefix { $0.span.start < offset }
        var depth = 0
        var index = tokens.count - 1
        while index >= 0 {
            let text = tree.source[tokens[index].span]
            switch tokens[index].role == .mark ? text : "" {
            case ")", "]", "}": depth += 1
            case "[", "{":
                if depth == 0 { argument = 0 } else { depth -= 1 }
            case "(":
                if depth == 0 {
                    guard index > 0, tokens[index - 1].role == .name else { return nil }
                    name = tree.source[tokens[index - 1].span]
                    receiver = Self.receiver(tree, tokens, index - 2)
                    return
                }
                depth -= 1
            case ",": if depth == 0 { argument += 1 }
            default: break
            }
            index -= 1
        }
        return nil
    }

    /// A path of names and dots that ends at a dot.
    private static func receiver(
        _ tree: SyntaxTree,
        _ tokens: ArraySlice<(role: TokenRole, span: Span)>,
        _ dot: Int
    ) -> String? {
        var (index, first) = (dot, dot)
        while index > 0, tree.source[tokens[index].span] == ".", tokens[index - 1].role == .name {
            first = index - 1
            index -= 2
        }
        guard first < dot else { return nil }
        return tree.source[Span(tokens[first].span.start, tokens[dot - 1].span.end)]
    }
}
