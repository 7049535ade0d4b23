internal import LashSyntax

/// A step of checking a call of the trigger registry.
enum TriggerStep {
    /// Takes the type of the source.
    case source(NodeID)
    /// Takes the type of the target, unless that is the name of a declared process.
    case target(NodeID)
    /// Checks an entry of the inputs; its value is still to come.
    case input(Name, NodeID)
    /// Checks the type of the value of an entry of the inputs.
    case inputValue(String, NodeID)
    /// Looks at what was mapped, once all inputs are known.
    case mapped(inputs: Name)
    /// Takes the type of the name, where there is one, and leaves the type of the registration.
    case registered(named: Bool)
    /// Takes the type of a filter of `list`.
    case filter(String, NodeID, inferred: Bool)
    /// Leaves the type of a result.
    case result(StaticType)
    /// Begins (1) or ends (-1) a part whose errors all count among those of inference.
    case promote(Int)
}

/// What is known of a registration while it is checked.
struct Registration {
    let inferred: Bool
    let problemsBefore: Int
    var event = TypeTable.any
    /// The parameters of the target; `nil` where it is no process.
    var parameters: [(name: String, type: StaticType)]? {
        didSet {
            for (name, type) in parameters ?? [] where types[ExactText(name)] == nil { types[ExactText(name)] = type }
        }
    }
    /// The types of the parameters by name.
    private(set) var types: [ExactText: StaticType] = [:]
    /// How messages call the target.
    var target = "target"
    var seen: Set<ExactText> = []
    var isMapped = false
}

extension Linker {
    mutating func trigger(_ step: TriggerStep) {
        switch step {
        case .source(let node): takeSource(node)
        case .target(let node): takeTarget(node)
        case .input(let key, let value): input(key, value)
        case .inputValue(let name, let node): inputValue(name, node)
        case .mapped(let inputs): mapped(inputs)
        case .registered(let named):
            if named { values.removeLast() }
            let registration = registrations.removeLast()
            let handle = types.make(.triggerHandle(registration.event))
            let result = types.make(.outcome(handle))
            values.append(result)
        case .filter(let name, let node, let inferred): filter(name, node, inferred: inferred)
        case .result(let type): values.append(type)
        case .promote(let change): promotions += change
        }
    }

    private mutating func takeSource(_ node: NodeID) {
        let type = values.removeLast()
        let last = registrations.count - 1
        if case .named(let name) = types[type], let source = catalog.triggerSource(name) {
            let event = namedType(source.eventName)
            registrations[last].event = event
            program.sourceUses.insert(name)
            return
        }
        report(
            .unknownSource(types.display(type, expanded: false)),
            tree.span(of: node),
            inferred: registrations[last].inferred,
            hint: sourceHint()
        )
    }

    private func sourceHint() -> String? {
        guard let source = catalog.triggerSources.first else { return "this host has no trigger sources" }
        return "make the source in the same program, as in `\(source.name)(…)`"
    }

    private mutating func takeTarget(_ node: NodeID) {
        let last = registrations.count - 1
        if case .variable(let name) = tree[node] { registrations[last].target = text(name) }
        if let position = declaredProcess(node) {
            program.resolutions[node] = .process(position)
            let parameters = program.processes[position].parameters
            let known = parameters.map { ($0.name, staticType(of: $0.type)) }
            registrations[last].parameters = known
            return
        }
        let type = values.removeLast()
        if case .process(let input, let count, _) = shape(of: type), count != 1 {
            guard count > 0 else {
                registrations[last].parameters = []
                return
            }
            if case .object(let fields) = shape(of: input) {
                registrations[last].parameters = fields.map { ($0.name, $0.type) }
                return
            }
        }
        report(
            .targetType(types.display(type, expanded: false)),
            tree.span(of: node),
            inferred: registrations[last].inferred,
            hint: "name a process of this program"
        )
    }

    private mutating func input(_ key: Name, _ value: NodeID) {
        let last = registrations.count - 1
        let registration = registrations[last]
        let name = text(key)
        let inferred = registration.inferred
        let isEvent = isTriggerEvent(value)
        if isEvent {
            registrations[last].isMapped = true
            program.resolutions[value] = .triggerEvent
        }
        if !registrations[last].seen.insert(ExactText(name)).inserted {
            report(.duplicateInput(name), tree.span(of: key), inferred: inferred)
        } else if let parameters = registration.parameters {
            if let expected = registration.types[ExactText(name)] {
                if isEvent { checkEvent(registration.event, name, expected, at: value, inferred: inferred) }
            } else {
                report(
                    .unknownInput(target: registration.target, input: name),
                    tree.span(of: key),
                    inferred: inferred,
                    hint: spelling(of: name, among: parameters.map(\.name)).map { "did you mean `\($0)`?" }
                )
            }
        }
        if !isEvent {
            tasks.append(task(.trigger(.inputValue(name, value))))
            tasks.append(.expression(value, inferred: inferred))
        }
    }

    private mutating func checkEvent(
        _ event: StaticType,
        _ name: String,
        _ expected: StaticType,
        at node: NodeID,
        inferred: Bool
    ) {
        if types.fits(event, expected) { return }
        report(
            .eventType(types.display(event), input: name, expected: types.display(expected)),
            tree.span(of: node),
            inferred: inferred
        )
    }

    private mutating func inputValue(_ name: String, _ node: NodeID) {
        let registration = registrations[registrations.count - 1]
        if let type = registration.types[ExactText(name)], let expected = authorityName(of: type) {
            checkAuthority(
                node,
                process: registration.target,
                argument: name,
                expected: expected,
                inferred: registration.inferred
            )
        }
        values.removeLast()
    }

    private mutating func mapped(_ inputs: Name) {
        let registration = registrations[registrations.count - 1]
        guard let parameters = registration.parameters else { return }
        let span = tree.span(of: inputs)
        let missing = parameters.lazy.filter { !registration.seen.contains(ExactText($0.name)) }
        for parameter in missing.prefix(PhasedErrors.limit) {
            report(
                .missingInput(target: registration.target, input: parameter.name),
                span,
                inferred: registration.inferred
            )
        }
        if !registration.isMapped, problems == registration.problemsBefore {
            report(.nothingMapped, span, inferred: registration.inferred)
        }
    }

    private mutating func filter(_ name: String, _ node: NodeID, inferred: Bool) {
        let type = values.removeLast()
        let expected: StaticType
        switch name {
        case "target": expected = types.make(.process(input: TypeTable.any, count: 1, output: TypeTable.any))
        case "enabled": expected = TypeTable.bool
        default: expected = TypeTable.str
        }
        if types.fits(type, expected) { return }
        let error: LinkError =
            name == "target"
            ? .targetType(types.display(type, expanded: false))
            : .operationInput("list", expected: types.display(expected), got: types.display(type))
        report(error, tree.span(of: node), inferred: inferred)
    }
}
