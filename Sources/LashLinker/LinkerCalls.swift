internal import LashSyntax

extension Linker {
    /// Checks the name and the argument count of a bare call.
    mutating func call(_ name: Name, _ arguments: NodeList, _ node: NodeID) {
        let key = text(name)
        guard let builtin = Builtin(name: key) else {
            // A name from elsewhere has one meaning here; a misspelling is only a guess.
            let fixes = familiar(key).map { [Fix(tree.span(of: name), $0)] } ?? []
            report(.unknownBuiltin(key), tree.span(of: name), inferred: false, hint: callHint(key), fixes: fixes)
            return
        }
        if let message = builtin.arityMessage(count: arguments.count) {
            warnings.append(LinkWarning.arity(message).diagnostic(tree.span(of: node)))
        }
    }

    private func callHint(_ name: String) -> String? {
        guard isWorthHint else { return nil }
        if program.processPositions[name] != nil { return "start the process: `start \(name)(…)`" }
        let names = Builtin.allCases.map(\.name)
        let known = familiar(name) ?? closest(to: name, among: names) ?? closestFamiliar(to: name)
        return known.map { "did you mean `\($0)`?" } ?? "the functions are \(names.joined(separator: " "))"
    }

    private func spelling(of name: String, among names: some Sequence<String>) -> String? {
        isWorthHint ? closest(to: name, among: names) : nil
    }

    /// Goes on after the receiver of `receiver.operation(arguments)`. No value but a module has operations.
    mutating func receiver(_ node: NodeID, inferred: Bool, errorsBefore: Int) {
        values.removeLast()
        guard case .receiverCall(let target, let operation, let arguments) = tree[node] else { return }
        if problems == errorsBefore {
            report(
                .notAuthority(operation: text(operation)),
                tree.span(of: operation),
                inferred: inferred,
                hint: methodHint(target, text(operation), arguments)
            )
        }
        tasks.append(.combine(node))
        for argument in arguments.reversed() { tasks.append(.expression(argument, inferred: false)) }
    }

    /// What to write in place of a method, where the receiver is certainly data and a builtin does the same.
    private func methodHint(_ target: NodeID, _ operation: String, _ arguments: NodeList) -> String? {
        guard isWorthHint else { return nil }
        var root = target
        while true {
            switch tree[root] {
            case .field(let inner, _), .index(let inner, _): root = inner
            case .variable(let name) where scope[text(name)] == nil: return nil
            case .receiverCall: return nil
            default:
                guard let name = Builtin(name: operation)?.name ?? familiar(operation) else { return nil }
                var operands = ([target] + arguments).map { tree.source[tree.span(of: $0)] }
                if name == "join" { operands.reverse() }
                let call = "\(name)(\(operands.joined(separator: ", ")))"
                return call.utf8.count > 80
                    ? "values have no methods; call `\(name)`" : "values have no methods; call `\(call)`"
            }
        }
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
        tasks.append(.combine(node))
        var seen: Set<String> = []
        var steps: [Task] = []
        for (name, value) in arguments {
            let argument = text(name)
            if !seen.insert(argument).inserted {
                steps.append(.report(LinkError.duplicateArgument(argument).diagnostic(tree.span(of: name))))
            } else if let position, !facts[position].parameterNames.contains(argument) {
                let error = LinkError.unexpectedArgument(process: key, argument: argument)
                let hint = spelling(of: argument, among: facts[position].parameterNames).map { "did you mean `\($0)`?" }
                steps.append(.report(error.diagnostic(tree.span(of: name), hint: hint)))
            }
            steps.append(.expression(value, inferred: false))
        }
        if let position {
            let missing = program.processes[position].parameters.lazy.filter { !seen.contains($0.name) }
            for parameter in missing.prefix(PhasedErrors.limit) {
                let error = LinkError.missingArgument(process: key, argument: parameter.name)
                steps.append(.report(error.diagnostic(tree.span(of: process))))
            }
        }
        tasks.append(contentsOf: steps.reversed())
    }
}
