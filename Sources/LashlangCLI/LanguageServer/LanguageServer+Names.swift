import Lashlang

// Where names come from, and where they are used.
extension LanguageServer {
    /// The name at the position of a request.
    private func occurrence(_ parameters: Parameters) throws(Failure) -> (Analysis, Occurrence)? {
        let analysis = try analysis(parameters)
        let offset = analysis.document.offset(of: try parameters.member("position").position())
        return analysis.index.occurrence(at: offset).map { (analysis, $0) }
    }

    func definition(_ parameters: Parameters) throws(Failure) -> Value {
        guard let (analysis, occurrence) = try occurrence(parameters) else { return .null }
        if let declaration = analysis.index.declaration(of: occurrence) {
            return analysis.location(declaration.nameSpan)
        }
        guard occurrence.kind == .variable else { return .null }
        let first = analysis.index.places(of: occurrence).first { $0.isDefinition }
        return first.map { analysis.location($0.span) } ?? .null
    }

    func references(_ parameters: Parameters) throws(Failure) -> Value {
        guard let (analysis, occurrence) = try occurrence(parameters) else { return [] }
        let withDefinition = parameters.optional("context")?.optional("includeDeclaration")?.value != .bool(false)
        let places = analysis.index.places(of: occurrence).filter { withDefinition || !$0.isDefinition }
        return .list(places.map { analysis.location($0.span) })
    }

    func highlights(_ parameters: Parameters) throws(Failure) -> Value {
        guard let (analysis, occurrence) = try occurrence(parameters) else { return [] }
        return .list(
            analysis.index.places(of: occurrence).map { place in
                ["range": analysis.range(place.span), "kind": place.isDefinition ? 3 : 2]
            }
        )
    }

    // MARK: Renaming

    func prepareRename(_ parameters: Parameters) throws(Failure) -> Value {
        let (analysis, occurrence) = try renamed(parameters)
        return ["range": analysis.range(occurrence.span), "placeholder": .string(occurrence.name)]
    }

    func rename(_ parameters: Parameters) throws(Failure) -> Value {
        let (analysis, occurrence) = try renamed(parameters)
        let name = try parameters.string("newName")
        guard isIdentifier(name), !isReservedWord(name) else {
            throw Failure(
                .refused,
                "`\(name)` is no name: names are made of letters, digits and `_`, and are no keywords"
            )
        }
        if analysis.settings.environment.readOnlyNames.contains(name) {
            throw Failure(.refused, "`\(name)` is bound by the host")
        }
        if let meaning = analysis.catalog.meaning(of: name) {
            throw Failure(.refused, "`\(name)` belongs to the host: \(meaning)")
        }
        let places = analysis.index.places(of: occurrence)
        let isTaken = analysis.index.occurrences.contains { other in
            other.name == name && Self.canMeet(other, occurrence)
        }
        if isTaken, name != occurrence.name { throw Failure(.refused, "`\(name)` is used already") }
        if let reason = changed(analysis, places, to: name) {
            throw Failure(.refused, "`\(name)` would mean something else: \(reason)")
        }
        let edits = places.map { analysis.edit($0.span, name) }
        return ["changes": .record(Record([(analysis.document.uri, .list(edits))]))]
    }

    /// Whether two names could be taken for each other if they were the same.
    private static func canMeet(_ other: Occurrence, _ renamed: Occurrence) -> Bool {
        switch (other.kind, renamed.kind) {
        case (.field, _), (.operation, _): false
        case (.variable, .variable): other.scope == renamed.scope
        default: true
        }
    }

    /// Why the program would not mean the same with a new name; `nil` where it would. Some words are names at some places
    /// and not at others, so the changed program is read, and compared.
    private func changed(_ analysis: Analysis, _ places: [Occurrence], to name: String) -> String? {
        let fixes = places.map { Fix($0.span, name) }
        guard let source = analysis.document.source.applying(fixes) else { return "the places overlap" }
        let (tree, problems) = SyntaxTree.parse(source)
        if let problem = problems.first { return problem.message }
        let (old, new) = (analysis.index.occurrences, SymbolIndex(tree).occurrences)
        let renamed = Set(places.map(\.span.start))
        let isSame = old.elementsEqual(new) { one, other in
            other.kind == one.kind && other.scope == one.scope && other.isDefinition == one.isDefinition
                && other.name == (renamed.contains(one.span.start) ? name : one.name)
        }
        if !isSame || tree.nodeCount != analysis.parsed.tree.nodeCount { return "it is a word of the language there" }
        let before = analysis.diagnostics.count { $0.severity == .error }
        let after = Program.check(source, environment: analysis.settings.environment).filter { $0.severity == .error }
        return after.count > before ? after.first?.message : nil
    }

    /// The name that is to be changed, where that changes nothing else.
    private func renamed(_ parameters: Parameters) throws(Failure) -> (Analysis, Occurrence) {
        guard let (analysis, occurrence) = try occurrence(parameters) else {
            throw Failure(.refused, "there is no name here")
        }
        switch occurrence.kind {
        case .call: throw Failure(.refused, "`\(occurrence.name)` is a builtin or a function of the host")
        case .field, .operation: throw Failure(.refused, "`\(occurrence.name)` is a part of data or of the host")
        case .variable
        where occurrence.scope == nil && analysis.settings.environment.readOnlyNames.contains(occurrence.name):
            throw Failure(.refused, "`\(occurrence.name)` is bound by the host")
        case .variable where analysis.catalog.meaning(of: occurrence.name) != nil && !isAssigned(occurrence, analysis):
            throw Failure(.refused, "`\(occurrence.name)` belongs to the host")
        case .function, .process, .type:
            guard analysis.index.declaration(of: occurrence) != nil else {
                throw Failure(.refused, "`\(occurrence.name)` is not declared in this program")
            }
        case .variable: break
        }
        guard analysis.parsed.diagnostics.isEmpty else {
            throw Failure(.refused, "the program cannot be read to its end; mend that first")
        }
        return (analysis, occurrence)
    }

    private func isAssigned(_ occurrence: Occurrence, _ analysis: Analysis) -> Bool {
        analysis.index.places(of: occurrence).contains { $0.isDefinition }
    }

    // MARK: Outline

    func symbols(_ parameters: Parameters) throws(Failure) -> Value {
        let analysis = try analysis(parameters)
        var symbols = analysis.index.declarations.map { declaration in
            let kind: Value =
                switch declaration.kind {
                case .function: 12
                case .process: 6
                default: 23
                }
            return (
                declaration.span.start, symbol(analysis, declaration.name, kind, declaration.span, declaration.nameSpan)
            )
        }
        var seen: Set<String> = []
        for place in analysis.index.occurrences where place.kind == .variable && place.isDefinition {
            guard place.scope == nil, seen.insert(place.name).inserted else { continue }
            symbols.append((place.span.start, symbol(analysis, place.name, 13, place.span, place.span)))
        }
        for label in analysis.index.labels {
            // Editors refuse symbols without a name.
            let title = label.title.isEmpty ? "label" : label.title
            symbols.append((label.span.start, symbol(analysis, title, 24, label.span, label.titleSpan)))
        }
        return .list(symbols.sorted { $0.0 < $1.0 }.map(\.1))
    }

    /// What lies between brackets on different lines; the line of the closing one stays in sight.
    func folds(_ parameters: Parameters) throws(Failure) -> Value {
        let analysis = try analysis(parameters)
        let bytes = analysis.document.source.bytes
        var open: [Int] = []
        var folds: [Value] = []
        for (role, span) in analysis.tokens where role == .mark && span.end == span.start + 1 {
            switch bytes[span.start] {
            case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "("):
                open.append(analysis.document.position(of: span.start).line)
            case UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: ")"):
                guard let start = open.popLast() else { continue }
                let end = analysis.document.position(of: span.start).line - 1
                if end > start {
                    folds.append(["startLine": .number(Double(start)), "endLine": .number(Double(end))])
                }
            default: break
            }
        }
        return .list(folds)
    }

    private func symbol(_ analysis: Analysis, _ name: String, _ kind: Value, _ span: Span, _ nameSpan: Span) -> Value {
        [
            "name": .string(name), "kind": kind, "range": analysis.range(span),
            "selectionRange": analysis.range(nameSpan),
        ]
    }
}
