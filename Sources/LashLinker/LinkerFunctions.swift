internal import LashSyntax

/// What a call of a declared function is checked against.
struct FunctionSignature {
    let name: String
    let parameters: [(name: String, type: StaticType)]
    let result: StaticType
}

/// Functions that programs declare.
extension Linker {
    // MARK: Declarations

    mutating func collect(_ declaration: FunctionDeclaration, _ node: NodeID) {
        let name = text(declaration.name)
        let span = tree.span(of: declaration.name)
        if Builtin(name: name) != nil {
            return phases.add(LinkError.functionNameTaken(name, by: "a builtin").diagnostic(span), .declarations)
        }
        if catalog.function(name) != nil {
            return phases.add(LinkError.functionNameTaken(name, by: "a host function").diagnostic(span), .declarations)
        }
        if program.functionPositions[name] != nil {
            return phases.add(LinkError.duplicateDeclaration(name).diagnostic(span), .declarations)
        }
        program.functionPositions[name] = program.functions.count
        program.functions.append(
            LinkedFunction(
                name: name,
                node: node,
                parameters: entries(declaration.parameters),
                returnType: declaration.returnType,
                body: declaration.body
            )
        )
    }

    /// Whether a name is that of a function of this program.
    func isFunctionName(_ name: String) -> Bool { program.functionPositions[name] != nil }

    // MARK: Bodies

    /// Checks a function: that it is pure, then its parameters, its body, and what it gives.
    mutating func checkFunction(_ declaration: FunctionDeclaration) {
        beginBody(.function)
        function = text(declaration.name)
        if reportOffences(in: declaration.body) { return }
        checkDistinct(declaration.parameters) { .duplicateFunctionParameter($0) }
        for case (let name, let type) in entries(declaration.parameters) {
            let binding = bound(staticType(of: type))
            if let name = tree.symbol(of: name) { scope.bind(name, to: binding) }
        }
        let ends = endings(of: declaration.body)
        tails = Set(ends.values)
        run(declaration.body)
        flushErrors()
        checkResult(of: declaration, ends.open)
    }

    /// Reports everything in a body that has an effect.
    private mutating func reportOffences(in body: NodeID) -> Bool {
        var found: [(construct: String, place: Span, hint: String?)] = []
        var pending = [body]
        while let node = pending.popLast() {
            if let construct = effect(of: node) {
                found.append((construct, tree.span(of: node), offenceHint(node)))
            }
            for part in tree.parts(of: node).reversed() { pending.append(part.node) }
        }
        // What begins first comes first, and the outer before the inner.
        found.sort { ($0.place.start, $1.place.end) < ($1.place.start, $0.place.end) }
        for offence in found { reportImpure(offence.construct, offence.place, hint: offence.hint) }
        flushErrors()
        return !found.isEmpty
    }

    mutating func reportImpure(_ construct: String, _ span: Span, hint: String? = nil) {
        report(.impure(construct, function: function), span, inferred: false, hint: hint)
    }

    /// How messages call a node that has an effect.
    private func effect(of node: NodeID) -> String? {
        switch tree[node] {
        case .receiverCall(let target, let operation, _):
            isConstructor(target, operation) ? nil : "a module operation call"
        case .await: "await"
        case .sleepFor: "sleep for"
        case .sleepUntil: "sleep until"
        case .waitSignal: "wait_signal"
        case .signalRun: "signal_run"
        case .cancel: "cancel"
        case .start: "start"
        case .print: "print"
        case .yield: "yield"
        case .wake: "wake"
        case .finish: "finish"
        case .fail: "fail"
        case .labeled: "@label"
        default: nil
        }
    }

    private func isConstructor(_ target: NodeID, _ operation: Name) -> Bool {
        guard !catalog.constructors.isEmpty, let (_, prefix) = path(of: target) else { return false }
        return catalog.constructor("\(prefix).\(text(operation))") != nil
    }

    private func offenceHint(_ node: NodeID) -> String? {
        switch tree[node] {
        case .finish: "write `return` in its place"
        case .receiverCall(let target, let operation, let arguments): methodHint(target, text(operation), arguments)
        default: nil
        }
    }

    // MARK: Results

    /// Where a body ends: the expressions whose value it then has, and the statements, or blocks without statements,
    /// after which it has none.
    private func endings(of body: NodeID) -> (values: [NodeID], open: [NodeID]) {
        var values: [NodeID] = []
        var open: [NodeID] = []
        var pending = [body]
        while let node = pending.popLast() {
            switch tree[node] {
            case .block(let statements):
                if let last = statements.last { pending.append(last) } else { open.append(node) }
            case .ifStatement(_, let then, let otherwise):
                pending.append(then)
                if let otherwise { pending.append(otherwise) } else { open.append(node) }
            case .whileLoop(let condition, let body):
                if case .boolean(true) = tree[condition], !hasBreak(body) { continue }
                open.append(node)
            case .assign, .forLoop: open.append(node)
            case .returnStatement, .breakLoop, .continueLoop, .labeled, .cancel, .print, .finish, .yield, .wake, .fail,
                .invalid:
                break
            default: values.append(node)
            }
        }
        return (values, open)
    }

    /// Whether a loop ends by `break`; those of loops inside count too.
    private func hasBreak(_ body: NodeID) -> Bool {
        var pending = [body]
        while let node = pending.popLast() {
            if case .breakLoop = tree[node] { return true }
            for part in tree.parts(of: node) { pending.append(part.node) }
        }
        return false
    }

    private mutating func checkResult(of declaration: FunctionDeclaration, _ open: [NodeID]) {
        guard !unknowable.contains(declaration.returnType) else { return }
        let name = text(declaration.name)
        let expected = staticType(of: declaration.returnType)
        if !open.isEmpty, !types.fits(TypeTable.null, expected) {
            for node in open.sorted(by: { tree.start(of: $0) < tree.start(of: $1) }) {
                let (hint, fixes) = missingValue(after: node)
                let span = tree.span(of: node)
                let error = LinkError.endsWithoutValue(name).diagnostic(span, hint: hint, fixes: fixes)
                phases.add(error, .processBodies)
            }
        }
        // A text that is written out fits every enum, as it does in a variable.
        let found = results.map { (type: types.widened($0.type), node: $0.node) }
        guard let culprit = found.first(where: { !types.fits($0.type, expected) }) else { return }
        let error = LinkError.functionResult(
            name,
            expected: types.display(expected, exact: true),
            got: types.display(types.inferredUnion(found.map { $0.type }), exact: true)
        )
        phases.add(error.diagnostic(tree.span(of: culprit.node)), .processBodies)
    }

    private func missingValue(after node: NodeID) -> (hint: String, fixes: [Fix]) {
        let end = tree.span(of: node).end
        switch tree[node] {
        case .assign(let root, _, _):
            let name = text(root)
            let text = "\n" + String(repeating: " ", count: column(of: node)) + name
            return ("an assignment has no value: end with the variable, `\(name)`", [Fix(Span(end, end), text)])
        case .ifStatement: return ("give it an `else`, or a value for the other case as the last line", [])
        case .block: return ("the last line of a block is its value; `return` gives one earlier", [])
        default: return ("a loop has no value: end with the variable that it filled", [])
        }
    }

    private func column(of node: NodeID) -> Int {
        let start = tree.start(of: node)
        var lineStart = start
        while lineStart > 0, tree.source.bytes[lineStart - 1] != UInt8(ascii: "\n") { lineStart -= 1 }
        return tree.source.bytes[lineStart..<start].allSatisfy { $0 == UInt8(ascii: " ") } ? start - lineStart : 0
    }

    // MARK: Calls

    mutating func signature(ofFunction position: Int) -> FunctionSignature {
        let function = program.functions[position]
        var parameters: [(name: String, type: StaticType)] = []
        for (name, type) in function.parameters { parameters.append((name, staticType(of: type))) }
        return FunctionSignature(
            name: function.name,
            parameters: parameters,
            result: bound(staticType(of: function.returnType))
        )
    }

    /// What a function of the session takes and gives.
    mutating func sessionSignature(_ name: String) -> FunctionSignature? {
        guard let function = environment.functions[name] else { return nil }
        var parameters: [(name: String, type: StaticType)] = []
        for parameter in function.parameters { parameters.append((parameter.name, staticType(of: parameter.type))) }
        return FunctionSignature(name: name, parameters: parameters, result: staticType(of: function.result))
    }

    mutating func beginDeclared(
        _ node: NodeID,
        _ resolution: Resolution,
        _ signature: FunctionSignature,
        _ arguments: NodeList
    ) {
        program.resolutions[node] = resolution
        if case .sessionFunction(let name) = resolution { noteSessionCall(name, node) }
        if arguments.count != signature.parameters.count {
            let error = LinkError.declaredArity(
                signature.name,
                expected: signature.parameters.count,
                got: arguments.count
            )
            report(error, tree.span(of: node), inferred: false)
        }
        tasks.append(task(.declared(node, signature)))
        for argument in arguments.reversed() { tasks.append(.expression(argument, inferred: false)) }
    }

    /// Compares the arguments of a call to the parameters.
    mutating func declaredCall(_ node: NodeID, _ signature: FunctionSignature) {
        guard case .call(_, let arguments) = tree[node] else { return }
        let given = take(arguments.count)
        // What a process finishes with has never been compared to what functions declare.
        values.append(body == .process ? TypeTable.any : signature.result)
        guard given.count == signature.parameters.count else { return }
        for (index, parameter) in signature.parameters.enumerated() {
            if let literal = misfit(arguments[index], parameter.type) {
                report(
                    .literal(literal.text, expected: types.display(literal.expected, exact: true)),
                    tree.span(of: literal.node),
                    inferred: false
                )
            } else if !types.fits(given[index], parameter.type) {
                report(
                    .declaredArgument(
                        signature.name,
                        parameter: parameter.name,
                        expected: types.display(parameter.type, exact: true),
                        got: types.display(given[index], exact: true)
                    ),
                    tree.span(of: arguments[index]),
                    inferred: false
                )
            }
        }
    }

    /// The first text in an argument that is written out and is none of those that are expected there.
    private mutating func misfit(
        _ argument: NodeID,
        _ expected: StaticType
    ) -> (text: String, node: NodeID, expected: StaticType)? {
        var pending = [(argument, expected)]
        while let (node, type) = pending.popLast() {
            switch (tree[node], shape(of: type)) {
            case (.string(let text), .enumeration(let values)):
                if !values.contains(ExactText(text)) { return (text, node, type) }
            case (.string(let text), .union):
                let known = types.make(.text(ExactText(text)))
                if !types.fits(known, type) { return (text, node, type) }
            case (.conditional(_, let then, let otherwise), _): pending += [(otherwise, type), (then, type)]
            case (.list(let items), .list(let item)), (.tuple(let items), .list(let item)):
                pending += items.reversed().map { ($0, item) }
            case (.record(let entries), .object(let fields)):
                for (key, value) in entries.reversed() {
                    let key = ExactText(text(key))
                    guard let field = fields.first(where: { $0.key == key }) else { continue }
                    pending.append((value, field.type))
                }
            default: break
            }
        }
        return nil
    }

    // MARK: Keys

    /// The function that the second argument of `sort_by`, `min` or `max` names.
    mutating func functionKey(_ builtin: Builtin, _ arguments: NodeList) -> (FunctionSignature, Resolution)? {
        guard builtin == .sortBy || builtin == .min || builtin == .max, arguments.count >= 2,
            arguments.count <= (builtin.maximumArguments ?? 2)
        else { return nil }
        let row = tree.row(arguments[1])
        guard row.kind == .variable, scope[tree.symbol(of: row.name)] == nil else { return nil }
        let key = text(row.name)
        if let position = program.functionPositions[key] {
            return (signature(ofFunction: position), .declaredFunction(position))
        }
        if let signature = sessionSignature(key) { return (signature, .sessionFunction(key)) }
        return nil
    }

    mutating func beginKeyed(
        _ node: NodeID,
        _ builtin: Builtin,
        _ key: (signature: FunctionSignature, resolution: Resolution),
        _ arguments: NodeList
    ) {
        program.resolutions[node] = .functionKey(key.resolution)
        if case .sessionFunction(let name) = key.resolution { noteSessionCall(name, node) }
        tasks.append(task(.keyed(node, key.signature)))
        if arguments.count == 3 {
            tasks.append(.discard)
            tasks.append(.expression(arguments[2], inferred: false))
        }
        tasks.append(.expression(arguments[0], inferred: false))
    }

    /// Leaves the type of a call with a function as the key.
    mutating func keyedCall(_ node: NodeID, _ signature: FunctionSignature) {
        guard case .call(let name, let arguments) = tree[node], let builtin = Builtin(name: text(name)) else { return }
        let list = values.removeLast()
        let item = types.elementType(of: list)
        values.append(builtin == .sortBy ? types.infer(.list(item)) : item)
        if !types.mayBe(list, .list) {
            let error = LinkError.builtinArgument(
                builtin,
                expected: "a list or tuple",
                got: types.display(list, exact: true)
            )
            return report(error, tree.span(of: node), inferred: false)
        }
        if signature.parameters.count != 1 {
            let error = LinkError.declaredArity(signature.name, expected: signature.parameters.count, got: 1)
            report(error, tree.span(of: arguments[1]), inferred: false, hint: "a key is made of one element")
        } else if !types.fits(item, signature.parameters[0].type) {
            report(
                .declaredArgument(
                    signature.name,
                    parameter: signature.parameters[0].name,
                    expected: types.display(signature.parameters[0].type, exact: true),
                    got: types.display(item, exact: true)
                ),
                tree.span(of: arguments[1]),
                inferred: false
            )
        }
    }

    // MARK: Functions of the session

    private mutating func noteSessionCall(_ name: String, _ node: NodeID) {
        if sessionCalls[name] == nil { sessionCalls[name] = node }
    }

    /// Links the functions of the session that the program calls, and those that these call, against what the names of
    /// functions mean here: those of the program come first.
    mutating func linkSessionFunctions() {
        guard !sessionCalls.isEmpty else { return }
        var environment = environment
        environment.abilities = .all
        environment.functions = environment.functions.adding(linkedProgram.declaredFunctions)
        var pending = sessionCalls.sorted { tree.start(of: $0.value) < tree.start(of: $1.value) }.map {
            ($0.key, $0.value)
        }
        var seen = Set(sessionCalls.keys)
        while !pending.isEmpty {
            let (name, call) = pending.removeFirst()
            guard let function = environment.functions[name] else { continue }
            var linker = Linker(tree: SyntaxTree.parse(function.source).tree, environment: environment)
            linker.collectDeclarations()
            linker.checkTypeReferences()
            linker.checkBodies()
            if let problem = linker.phases.errors.first {
                let error = LinkError.unusableFunction(name, problem.message)
                phases.add(error.diagnostic(tree.span(of: call), hint: "declare it again"), .main)
            }
            program.sessionFunctions.append(SessionFunction(name: name, program: linker.linkedProgram))
            for next in linker.sessionCalls.keys.sorted() where program.functionPositions[next] == nil {
                if seen.insert(next).inserted { pending.append((next, call)) }
            }
        }
    }
}
