import Lashlang

// What a name is, for people.
extension LanguageServer {
    /// The most characters of a line or a type that are shown.
    private static let longestText = 400

    func hover(_ parameters: Parameters) throws(Failure) -> Value {
        let analysis = try analysis(parameters)
        let offset = analysis.document.offset(of: try parameters.member("position").position())
        let occurrence = analysis.index.occurrence(at: offset)
        let problems = analysis.diagnostics.filter { problem in
            problem.span.map { $0.start <= offset && offset < max($0.end, $0.start + 1) } ?? false
        }
        var parts = [occurrence.flatMap { help(analysis, $0) }].compactMap { $0 }
        var seen: Set<String> = []
        for problem in problems where seen.insert(problem.code).inserted {
            guard let page = Explanations.page(problem.code) else { continue }
            parts.append("**\(page.code): \(page.title)**\n\n\(page.explanation)")
        }
        guard !parts.isEmpty, let span = occurrence?.span ?? problems.first?.span else { return .null }
        return [
            "contents": ["kind": "markdown", "value": .string(parts.joined(separator: "\n\n---\n\n"))],
            "range": analysis.range(span),
        ]
    }

    private func help(_ analysis: Analysis, _ occurrence: Occurrence) -> String? {
        if let declaration = analysis.index.declaration(of: occurrence) { return Self.code(declaration.head) }
        switch occurrence.kind {
        case .call: return callHelp(analysis, occurrence.name)
        case .operation: return operationHelp(analysis, occurrence)
        case .field:
            if case .field = analysis.parsed.tree[occurrence.node], let value = analysis.value(of: occurrence.node) {
                return Self.code("\(occurrence.name): \(ValueShape.describe(value))")
            }
            return typed(analysis, occurrence)
        case .variable:
            if analysis.settings.environment.readOnlyNames.contains(occurrence.name), occurrence.scope == nil {
                let shape = analysis.settings.known.shape(of: occurrence.name)
                return Self.code(occurrence.name + (shape.map { ": \($0)" } ?? ""))
                    + "\n\nBound by the host: programs read it, and cannot change it."
            }
            return variableHelp(analysis, occurrence)
                ?? analysis.catalog.module(occurrence.name).map { Self.code("\($0.path): \($0.type)") }
                ?? analysis.catalog.meaning(of: occurrence.name).map { "\($0) of the host" }
        case .type:
            return analysis.catalog.dataType(occurrence.name).map { Self.code("type \($0.name) = \($0.type)") }
                ?? analysis.catalog.resourceType(occurrence.name).map {
                    Self.code($0.name) + "\n\na module of the host"
                }
        case .function, .process: return nil
        }
    }

    private func callHelp(_ analysis: Analysis, _ name: String) -> String? {
        if let function = analysis.catalog.function(name) {
            return Self.code(function.signature) + "\n\n" + function.description
        }
        return Builtin(name: name).map { Self.code($0.signature) + "\n\n" + $0.summary }
    }

    private func operationHelp(_ analysis: Analysis, _ occurrence: Occurrence) -> String? {
        guard let path = analysis.receiver(of: occurrence.node) else { return nil }
        if let operation = analysis.catalog.module(path)?.operation(occurrence.name) {
            return Self.code(Self.signature(path, operation)) + "\n\n" + operation.description
        }
        return analysis.catalog.constructor("\(path).\(occurrence.name)").map { Self.code(Self.signature($0)) }
    }

    /// A name with its type, as far as it is known.
    private func typed(_ analysis: Analysis, _ occurrence: Occurrence) -> String? {
        guard let symbol = occurrence.symbol, let type = analysis.types.text(of: symbol) else { return nil }
        return Self.code("\(occurrence.name): \(type)")
    }

    /// The type of a variable, and where it gets its first value.
    private func variableHelp(_ analysis: Analysis, _ occurrence: Occurrence) -> String? {
        let places = analysis.index.places(of: occurrence)
        guard let first = places.first(where: \.isDefinition) else { return nil }
        if first.isParameter {
            return "a parameter\n\n" + Self.code(analysis.document.source[parameter(analysis, first)])
        }
        let line = analysis.document.position(of: first.span.start).line
        let text = analysis.document.source[analysis.document.wholeLine(line)]
        // Of bound data the value says more than the linker can know.
        let here = analysis.index.origin(of: occurrence.name, before: occurrence.span.end) ?? first
        let type =
            analysis.value(at: occurrence.name, occurrence.span.end).map {
                Self.code("\(occurrence.name): \(ValueShape.describe($0))")
            } ?? typed(analysis, occurrence) ?? typed(analysis, here)
        return (type.map { $0 + "\n\n" } ?? "") + "first assigned in line \(line + 1)\n\n" + Self.code(text)
    }

    private func parameter(_ analysis: Analysis, _ place: Occurrence) -> Span {
        if case .parameter = analysis.parsed.tree[place.node] { return analysis.parsed.tree.span(of: place.node) }
        return place.span
    }

    static func signature(_ path: String, _ operation: HostOperation) -> String {
        "await \(path).\(operation.name)(\(operation.input)) -> \(operation.output)"
    }

    static func signature(_ constructor: HostConstructor) -> String {
        "\(constructor.path)(\(constructor.input)) -> \(constructor.output)"
    }

    private static func code(_ text: String) -> String {
        let shown = text.utf8.count > longestText ? text.prefix(longestText) + "…" : text[...]
        return "```lashlang\n\(shown)\n```"
    }

    // MARK: Calls

    func signatureHelp(_ parameters: Parameters) throws(Failure) -> Value {
        let analysis = try analysis(parameters)
        let offset = analysis.document.offset(of: try parameters.member("position").position())
        guard let call = OpenCall(analysis, at: offset) else { return .null }
        let (label, names, text): (String, [String], String)
        if call.receiver == nil, let function = analysis.index.function(call.name) {
            (label, names, text) = (function.head, function.parameters, "")
        } else if call.receiver == nil, let function = analysis.catalog.function(call.name) {
            names = function.parameters.map { "\($0.name): \($0.type)" }
            (label, text) = (function.signature, function.description)
        } else if let path = call.receiver, let operation = analysis.catalog.module(path)?.operation(call.name) {
            (label, names, text) = (Self.signature(path, operation), ["\(operation.input)"], operation.description)
        } else if let path = call.receiver, let constructor = analysis.catalog.constructor("\(path).\(call.name)") {
            (label, names, text) = (Self.signature(constructor), ["\(constructor.input)"], "")
        } else if call.receiver == nil, let process = analysis.index.process(call.name) {
            (label, names, text) = (process.head, process.parameters, "")
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

    /// How many tokens are looked at, at most: nobody writes a call of more.
    private static let reach = 100_000

    init?(_ analysis: Analysis, at offset: Int) {
        let (tree, tokens) = (analysis.parsed.tree, analysis.tokens)
        guard let last = analysis.token(before: offset) else { return nil }
        var depth = 0
        for index in stride(from: last, through: max(0, last - Self.reach), by: -1) {
            let text = tokens[index].role == .mark ? tree.source[tokens[index].span] : ""
            switch text {
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
        }
        return nil
    }

    /// A path of names and dots that ends at a dot.
    private static func receiver(
        _ tree: SyntaxTree,
        _ tokens: [(role: TokenRole, span: Span)],
        _ dot: Int
    ) -> String? {
        var (index, names) = (dot, [String]())
        while index > 0, tree.source[tokens[index].span] == ".", tokens[index - 1].role == .name {
            names.append(tree.source[tokens[index - 1].span])
            index -= 2
        }
        return names.isEmpty ? nil : names.reversed().joined(separator: ".")
    }
}
