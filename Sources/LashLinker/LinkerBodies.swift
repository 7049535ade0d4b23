internal import LashSyntax

/// A step of checking a body. Steps lie on a stack of their own, so the shape of a program cannot overflow the native one.
///
/// Nothing in it is counted: what needs more than numbers is an `Errand`.
enum Task {
    /// Checks an expression and leaves its type on `values`. `inferred`: its errors count among those of inference.
    case expression(NodeID, inferred: Bool)
    /// Takes the types of the parts of an expression and leaves its own.
    case combine(NodeID, inferred: Bool)
    /// Drops a type.
    case discard
    /// Checks a statement.
    case statement(NodeID)
    /// Checks the statements at the positions of a range.
    case statements(Range<UInt32>)
    case assign(NodeID, inferred: Bool)
    case finish(NodeID, inferred: Bool)
    case fail
    /// What follows is not reached.
    case jump
    case receiver(NodeID, inferred: Bool, errorsBefore: Int)
    /// Takes the types of the arguments of a call on the host and leaves that of its result.
    case operation(NodeID, OperationTypes)
    case construction(NodeID, OperationTypes)
    /// Takes the type of a value that the function may return with.
    case result(NodeID)
    /// Does what lies at a position of `errands`.
    case errand(Int)
    case condition(NodeID)
    case thenBlock(NodeID)
    case afterThen(NodeID)
    case afterElse
    case forBody(NodeID)
    case afterLoop(reachable: Bool)
    /// Binds the variable of a clause to the elements of what the expression gave.
    case bindClause(Name, iterable: NodeID, inferred: Bool)
    case restore(Symbol, StaticType?)
}

/// A rarer step of checking a body.
enum Errand {
    case done
    /// Takes the types of the arguments of a call on a function of the host and leaves that of its result.
    case function(NodeID, HostFunction)
    /// As `function`, of one that the program or an earlier one of the session declares.
    case declared(NodeID, FunctionSignature)
    /// Takes the type of a list whose elements a function makes keys of.
    case keyed(NodeID, FunctionSignature)
    /// Checks that the argument of a parameter with an authority type is one.
    case authority(NodeID, process: String, argument: String, expected: String)
    case report(Diagnostic, inferred: Bool)
    case trigger(TriggerStep)
}

/// An `if` with its `else if` branches while they are checked.
struct BranchState {
    var mark: Int
    var reachableBefore: Bool
    var reachableAfter = false
    /// Where its names begin in `created`.
    var firstCreated: Int
}

extension Linker {
    /// Checks processes and functions in source order: labels, parameters, signals, body, result.
    mutating func checkBodies() {
        noteMainNames()
        for node in tree.declarations {
            if case .functionDeclaration(let declaration) = tree[node] { checkFunction(declaration) }
            guard case .processDeclaration(let declaration) = tree[node], let process = processOfNode[node] else {
                continue
            }
            if let label = declaration.label { checkLabel(label, .declarationLabels) }
            checkNames(of: declaration)
            beginBody(.process)
            for parameter in process.parameters {
                let type = staticType(of: parameter.type)
                let binding = bound(type)
                if let name = tree.symbol(of: parameter.name) { scope.bind(name, to: binding) }
            }
            run(process.body)
            flushErrors()
            checkResult(of: process, declaration)
        }
    }

    /// Checks the top-level statements.
    mutating func checkMain() {
        beginBody(.main)
        run(tree.main)
        flushErrors()
    }

    private mutating func noteMainNames() {
        guard !tree.declarations.isEmpty, case .block(let statements) = tree[tree.main] else { return }
        for statement in statements {
            if case .assign(let root, _, _) = tree[statement] { mainNames.insert(text(root)) }
        }
    }

    private mutating func checkNames(of declaration: ProcessDeclaration) {
        checkDistinct(declaration.parameters) { .duplicateParameter($0) }
        for signal in declaration.signals {
            guard case .parameter(let name, _) = tree[signal], let error = disabled(.processSignals) else { break }
            phases.add(error.diagnostic(tree.span(of: name)), .processBodies)
        }
        checkDistinct(declaration.signals) { .duplicateSignal($0) }
    }

    mutating func checkDistinct(_ nodes: NodeList, _ error: (String) -> LinkError) {
        var seen: Set<String> = []
        for node in nodes {
            guard case .parameter(let name, _) = tree[node] else { continue }
            let key = text(name)
            if !seen.insert(key).inserted {
                phases.add(error(key).diagnostic(tree.span(of: name)), .processBodies)
            }
        }
    }

    /// Compares what a body finishes with to what is declared.
    private mutating func checkResult(of process: LinkedProcess, _ declaration: ProcessDeclaration) {
        var results = finishes.map { $0.type }
        if reachable { results.append(TypeTable.null) }
        let output = results.isEmpty ? TypeTable.never : types.inferredUnion(results)
        let position = program.processPositions[process.name]
        if let position, program.processes[position].node == process.node { facts[position].output = output }
        guard let declared = process.returnType, !unknowable.contains(declared) else { return }
        let expected = staticType(of: declared)
        if types.fits(output, expected) { return }
        // The place is the first `finish` that does not fit, or else the end that is reached without one.
        let culprit = finishes.first { !types.fits($0.type, expected) }
        let span = culprit.map { tree.span(of: $0.node) } ?? tree.span(of: declared)
        let hint =
            culprit == nil
            ? "the body can end without `finish`, and then its result is null: finish on every path, or declare `| null`"
            : nil
        let error = LinkError.returnType(
            process: process.name,
            expected: types.display(expected),
            got: types.display(output)
        )
        phases.add(error.diagnostic(span, hint: hint), .inference)
    }

    mutating func beginBody(_ kind: BodyKind) {
        body = kind
        results = []
        tails = []
        scope.clear()
        reachable = true
        finishes = []
        values.removeAll(keepingCapacity: true)
        tasks.removeAll(keepingCapacity: true)
        errands = []
        branches = []
        created = []
        registrations = []
        bodyErrors = []
        errorCounts = [:]
        unknownNames = [:]
    }

    mutating func run(_ body: NodeID) {
        tasks.append(.statement(body))
        while let task = tasks.popLast() { perform(task) }
    }

    /// The step that does an errand.
    mutating func task(_ errand: Errand) -> Task {
        errands.append(errand)
        return .errand(errands.count - 1)
    }

    mutating func run(errand position: Int) {
        let errand = errands[position]
        errands[position] = .done
        while case .done? = errands.last { errands.removeLast() }
        switch errand {
        case .done: break
        case .function(let node, let function): functionCall(node, function)
        case .declared(let node, let signature): declaredCall(node, signature)
        case .keyed(let node, let signature): keyedCall(node, signature)
        case .authority(let node, let process, let argument, let expected):
            checkAuthority(node, process: process, argument: argument, expected: expected, inferred: false)
        case .report(let diagnostic, let inferred): report(diagnostic, inferred: inferred)
        case .trigger(let step): trigger(step)
        }
    }

    /// Hands over the errors of a body. A name that was unknown to inference is not reported a second time.
    mutating func flushErrors() {
        for (diagnostic, phase, name) in bodyErrors {
            if phase == .processBodies, let name, unknownNames[name] == .inference { continue }
            phases.add(diagnostic, phase)
        }
        bodyErrors = []
    }

    func bodyPhase(_ inferred: Bool) -> Phase {
        switch body {
        case .main: .main
        case .process: inferred || promotions > 0 ? .inference : .processBodies
        case .function: .processBodies
        }
    }

    mutating func report(_ error: LinkError, _ span: Span, inferred: Bool, hint: String? = nil, fixes: [Fix] = []) {
        report(error.diagnostic(span, hint: hint, fixes: fixes), inferred: inferred)
    }

    mutating func report(_ diagnostic: Diagnostic, inferred: Bool) {
        problems += 1
        let phase = bodyPhase(inferred)
        // More than are ever shown of a phase: messages may be long, and a program may have very many errors.
        if errorCounts[phase, default: 0] >= 4 * PhasedErrors.limit { return }
        errorCounts[phase, default: 0] += 1
        bodyErrors.append((diagnostic, phase, nil))
    }

    mutating func checkLabel(_ label: Label, _ phase: Phase) {
        if environment.labelAnnotations { return }
        let title = tree.span(of: label.title)
        let end = label.description.map { tree.span(of: $0).end } ?? title.end
        let span = Span(min(title.start, end), max(title.end, end))
        phases.add(LinkError.featureDisabled("label annotations").diagnostic(span), phase)
    }

    /// The type of a bare name; an unknown one in a process body is reported once.
    mutating func resolve(_ name: Name, _ node: NodeID, inferred: Bool) -> StaticType {
        if let type = scope[tree.symbol(of: name)] { return type }
        let key = text(name)
        if isFunctionName(key) {
            report(.functionAsValue(key), tree.span(of: name), inferred: false)
            return TypeTable.any
        }
        if let authority = module(at: node) { return authority }
        if let position = program.processPositions[key] {
            if body == .function { reportImpure("a process reference", tree.span(of: name)) }
            program.resolutions[node] = .process(position)
            return processType(position)
        }
        if body != .main { reportUnknown(name, inferred: inferred) }
        return TypeTable.any
    }

    /// The type of a declared process as a value.
    mutating func processType(_ position: Int) -> StaticType {
        let count = program.processes[position].parameters.count
        return types.make(
            .process(input: facts[position].input, count: count, output: facts[position].output)
        )
    }

    /// Reports an unknown name, once in each phase.
    mutating func reportUnknown(_ name: Name, inferred: Bool) {
        let key = text(name)
        let phase = bodyPhase(inferred)
        problems += 1
        if unknownNames[key] == nil || (unknownNames[key] == .processBodies && phase == .inference) {
            unknownNames[key] = phase
            let error = LinkError.unknownName(key)
            bodyErrors.append((error.diagnostic(tree.span(of: name), hint: nameHint(key)), phase, key))
        }
    }

    private func nameHint(_ name: String) -> String? {
        guard isWorthHint else { return nil }
        if mainNames.contains(name) {
            return body == .function
                ? "a function sees only its parameters and its own variables: add a parameter `\(name)` and pass the value"
                : "a process sees only its parameters and its own variables: add a parameter `\(name)` and pass it at `start`"
        }
        if catalog.moduleRoots[name] != nil {
            let paths = catalog.modules.lazy.map(\.path).filter { $0.hasPrefix(name + ".") }.prefix(8)
            return "it begins the module paths \(paths.map { "`\($0)`" }.joined(separator: ", "))"
        }
        let bound = scope.names.map { tree.text(of: $0) }
        let known = bound + Array(program.processPositions.keys) + Array(catalog.moduleRoots.keys)
        return closest(to: name, among: known).map { "did you mean `\($0)`?" }
    }

    /// Whether main may give this name a value.
    mutating func checkWritable(_ name: Name) {
        if body != .main { return }
        if !program.functions.isEmpty, isFunctionName(text(name)) {
            report(.functionAsValue(text(name)), tree.span(of: name), inferred: false)
        }
        if readOnly.contains(tree.symbol(of: name)) {
            report(.readOnly(text(name)), tree.span(of: name), inferred: false)
        }
    }
}
