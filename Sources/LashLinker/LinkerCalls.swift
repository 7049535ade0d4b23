internal import LashSyntax

extension Linker {
    /// Checks the name and the argument count of a bare call; the types of the arguments follow.
    mutating func call(_ name: Name, _ arguments: NodeList, _ node: NodeID) {
        if let builtin = program.builtins.lookUp(name, in: tree) {
            if let key = functionKey(builtin, arguments) {
                return beginKeyed(node, builtin, key, arguments)
            }
            let isTooMany = (builtin == .min || builtin == .max) && arguments.count == 2
            if let message = builtin.arityMessage(count: arguments.count)
                ?? (isTooMany ? builtin.arityText(count: 2) : nil)
            {
                program.warnings.append(LinkWarning.arity(message).diagnostic(tree.span(of: node)))
            }
            if asksForElements(builtin), let list = arguments.first {
                switch tree.row(list).kind {
                case .list, .tuple: elementTypes[list] = []
                default: break
                }
            }
            return begin(node, arguments, inferred: false)
        }
        let key = text(name)
        if let position = program.functionPositions[key] {
            return beginDeclared(node, .declaredFunction(position), signature(ofFunction: position), arguments)
        } else if let function = catalog.function(key) {
            return beginFunction(node, name, function, arguments)
        } else if let signature = sessionSignature(key) {
            return beginDeclared(node, .sessionFunction(key), signature, arguments)
        } else {
            reportUnknownCall(name, key)
        }
        begin(node, arguments, inferred: false)
    }

    private mutating func reportUnknownCall(_ name: Name, _ key: String) {
        let span = tree.span(of: name)
        if let path = catalog.callPaths[key] {
            report(.bareOperation(path), span, inferred: false, fixes: [Fix(span, path)])
            return
        }
        // A name from elsewhere has one meaning here; a misspelling is only a guess.
        let fixes = familiar(key).map { [Fix(span, $0)] } ?? []
        report(.unknownBuiltin(key), span, inferred: false, hint: callHint(key), fixes: fixes)
    }

    private func callHint(_ name: String) -> String? {
        guard isWorthHint else { return nil }
        if program.processPositions[name] != nil { return "start the process: `start \(name)(…)`" }
        if let path = catalog.path(ofOperation: name) { return "operations are called on their module: `\(path)`" }
        let own = program.functions.map(\.name) + environment.functions.names
        let names = Builtin.allCases.map(\.name) + catalog.functions.prefix(100).map(\.name) + own.prefix(100)
        let known = familiar(name) ?? closest(to: name, among: names) ?? closestFamiliar(to: name)
        return known.map { "did you mean `\($0)`?" } ?? "the functions are \(names.joined(separator: " "))"
    }

    func spelling(of name: String, among names: some Sequence<String>) -> String? {
        isWorthHint ? closest(to: name, among: names) : nil
    }

    /// Checks `start process(name: value)`, the arguments from left to right.
    mutating func start(_ node: NodeID, _ process: Name, _ arguments: EntryList) {
        if let error = disabled(.processes) { report(error, tree.span(of: process), inferred: false) }
        let key = text(process)
        let position = program.processPositions[key]
        if let position {
            program.resolutions[node] = .process(position)
        } else {
            let hint = spelling(of: key, among: program.processPositions.keys).map { "did you mean `\($0)`?" }
            report(.unknownProcess(key), tree.span(of: process), inferred: false, hint: hint)
        }
        tasks.append(.combine(node, inferred: false))
        var seen: Set<ExactText> = []
        var steps: [Task] = []
        for (name, value) in arguments {
            let argument = text(name)
            let exact = ExactText(argument)
            if !seen.insert(exact).inserted {
                let error = LinkError.duplicateArgument(argument).diagnostic(tree.span(of: name))
                steps.append(task(.report(error, inferred: false)))
            } else if let position, !facts[position].parameterNames.contains(exact) {
                let error = LinkError.unexpectedArgument(process: key, argument: argument)
                let names = facts[position].parameterNames.map(\.text)
                let hint = spelling(of: argument, among: names).map { "did you mean `\($0)`?" }
                steps.append(task(.report(error.diagnostic(tree.span(of: name), hint: hint), inferred: false)))
            }
            steps.append(.expression(value, inferred: false))
            if let position, let expected = facts[position].authorities[exact] {
                steps.append(task(.authority(value, process: key, argument: argument, expected: expected)))
            }
        }
        if let position {
            let missing = program.processes[position].parameters.lazy.filter { !seen.contains(ExactText($0.name)) }
            for parameter in missing.prefix(PhasedErrors.limit) {
                let error = LinkError.missingArgument(process: key, argument: parameter.name)
                steps.append(task(.report(error.diagnostic(tree.span(of: process)), inferred: false)))
            }
        }
        tasks.append(contentsOf: steps.reversed())
    }
}
