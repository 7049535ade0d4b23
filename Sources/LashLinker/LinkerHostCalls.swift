internal import LashSyntax

extension Linker {
    // MARK: Operations

    /// Goes on with the arguments of an operation that exists.
    mutating func beginOperation(
        _ node: NodeID,
        _ signature: HostResourceType.Signature,
        _ resource: String,
        inferred: Bool
    ) {
        guard case .receiverCall(_, _, let arguments) = tree[node] else { return }
        tasks.append(.operation(node, types(of: signature, resource)))
        for argument in arguments.reversed() { tasks.append(.expression(argument, inferred: false)) }
    }

    /// Compares the arguments of an operation to what it takes.
    mutating func operation(_ node: NodeID, _ signature: OperationTypes) {
        guard case .receiverCall(_, let operation, let arguments) = tree[node] else { return }
        let parts = take(arguments.count)
        let given = argumentType(parts)
        if !types.fits(given, signature.input) {
            let whole = tree.span(of: operation)
            let misfit = misfit(arguments, given, signature.input)
            report(
                .operationInput(text(operation), expected: display(signature.input), got: display(given)),
                misfit?.span ?? whole,
                inferred: false,
                hint: misfit?.hint
            )
        }
        let outcome = types.make(.outcome(signature.output))
        values.append(outcome)
    }

    /// The one type of all arguments of an operation.
    private mutating func argumentType(_ parts: [StaticType]) -> StaticType {
        switch parts.count {
        case 0: return TypeTable.null
        case 1: return parts[0]
        default:
            let item = types.inferredUnion(parts)
            return types.infer(.list(item))
        }
    }

    mutating func display(_ type: StaticType) -> String { types.display(type) }

    // MARK: Value constructors

    /// Begins `path.name(argument)` where that is a value constructor. Variables of the program do not hide it.
    mutating func beginConstruction(
        _ node: NodeID,
        _ target: NodeID,
        _ name: Name,
        _ arguments: NodeList
    ) -> Bool {
        guard !catalog.constructors.isEmpty, let (_, prefix) = path(of: target),
            let constructor = catalog.constructor("\(prefix).\(text(name))")
        else { return false }
        let input = staticType(of: constructor.input)
        let output = staticType(of: constructor.output)
        program.resolutions[node] = .constructor(path: constructor.path, typeName: constructor.typeName)
        if arguments.count != 1 {
            report(
                .constructorInput(
                    constructor.path,
                    expected: constructor.input.displayed,
                    got: "\(arguments.count) arguments"
                ),
                tree.span(of: name),
                inferred: false
            )
        }
        tasks.append(.construction(node, OperationTypes(input: input, output: output)))
        for argument in arguments.reversed() { tasks.append(.expression(argument, inferred: false)) }
        return true
    }

    /// Compares the argument of a constructor to what it takes.
    mutating func construction(_ node: NodeID, _ signature: OperationTypes) {
        guard case .receiverCall(_, let name, let arguments) = tree[node] else { return }
        let parts = take(arguments.count)
        if parts.count == 1, !types.fits(parts[0], signature.input),
            case .constructor(let path, _) = program.resolutions[node]
        {
            let misfit = misfit(arguments, parts[0], signature.input)
            report(
                .constructorInput(path, expected: display(signature.input), got: display(parts[0])),
                misfit?.span ?? tree.span(of: name),
                inferred: false,
                hint: misfit?.hint
            )
        }
        values.append(signature.output)
    }

    // MARK: Functions

    /// Begins a call of a function of the host.
    mutating func beginFunction(_ node: NodeID, _ name: Name, _ function: HostFunction, _ arguments: NodeList) {
        program.resolutions[node] = .function(function.name)
        if arguments.count != function.parameters.count {
            report(
                .functionArity(function.name, expected: function.parameters.count, got: arguments.count),
                tree.span(of: name),
                inferred: false,
                hint: "it is declared as `\(function.signature)`"
            )
        }
        tasks.append(task(.function(node, function)))
        for argument in arguments.reversed() { tasks.append(.expression(argument, inferred: false)) }
    }

    /// Compares the arguments of a function to its parameters.
    mutating func functionCall(_ node: NodeID, _ function: HostFunction) {
        guard case .call(_, let arguments) = tree[node] else { return }
        let parts = take(arguments.count)
        if parts.count == function.parameters.count {
            for (index, parameter) in function.parameters.enumerated() {
                let expected = staticType(of: parameter.type)
                if types.fits(parts[index], expected) { continue }
                let place = place(arguments[index], parts[index], expected)
                report(
                    .functionArgument(
                        function.name,
                        parameter: parameter.name,
                        expected: display(expected),
                        got: display(parts[index])
                    ),
                    place.span,
                    inferred: false,
                    hint: place.hint
                )
            }
        }
        let result = staticType(of: function.result)
        values.append(result)
    }

    // MARK: Places

    private mutating func misfit(
        _ arguments: NodeList,
        _ given: StaticType,
        _ expected: StaticType
    ) -> (span: Span, hint: String?)? {
        arguments.count == 1 ? place(arguments[0], given, expected) : nil
    }

    /// The part of an argument that does not fit: where it is a record literal, the first value that is wrong.
    private mutating func place(
        _ argument: NodeID,
        _ given: StaticType,
        _ expected: StaticType
    ) -> (span: Span, hint: String?) {
        var node = argument
        var (type, wanted) = (given, expected)
        while case .record(let entries) = tree[node], case .object(let have) = types[type],
            case .object(let want) = shape(of: wanted), have.count == entries.count
        {
            let keys = Set(have.map(\.key))
            if let missing = want.first(where: { !$0.optional && !keys.contains($0.key) }) {
                return missingField(missing.name, entries, wanted: want, node)
            }
            var inner: (node: NodeID, type: StaticType, wanted: StaticType)?
            for (index, field) in have.enumerated() {
                guard let target = want.first(where: { $0.key == field.key }), !types.fits(field.type, target.type)
                else { continue }
                inner = (entries[index].value, field.type, target.type)
                break
            }
            guard let inner else { break }
            (node, type, wanted) = inner
        }
        return (tree.span(of: node), nil)
    }

    private func missingField(
        _ name: String,
        _ entries: EntryList,
        wanted: [ObjectField],
        _ record: NodeID
    ) -> (span: Span, hint: String?) {
        guard isWorthHint else { return (tree.span(of: record), nil) }
        let known = Set(wanted.map(\.key))
        for (key, _) in entries
        where !known.contains(ExactText(text(key))) && closest(to: text(key), among: [name]) != nil {
            return (tree.span(of: key), "did you mean `\(name)`?")
        }
        return (tree.span(of: record), "`\(name)` is missing")
    }
}
