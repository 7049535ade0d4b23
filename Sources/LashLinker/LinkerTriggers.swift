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
            for (name, type) in parameters ?? [] where types[name] == nil { types[name] = type }
        }
    }
    /// The types of the parameters by name.
    private(set) var types: [String: StaticType] = [:]
    /// How messages call the target.
    var target = "target"
    var seen: Set<String> = []
    var isMapped = false
}

extension Linker {
    // MARK: The placeholder

    /// Whether a node is `trigger.event`, which no variable hides.
    func isTriggerEvent(_ node: NodeID) -> Bool {
        guard case .field(let target, let name) = tree[node], case .variable(let root) = tree[target] else {
            return false
        }
        return text(name) == "event" && text(root) == "trigger"
    }

    /// Reports `trigger.event`, or a field of it, where it means nothing.
    mutating func reportTriggerEvent(_ node: NodeID, _ target: NodeID, inferred: Bool) -> Bool {
        if isTriggerEvent(target) {
            report(.triggerProjection, tree.span(of: node), inferred: inferred)
        } else if isTriggerEvent(node) {
            report(.triggerEventPlace, tree.span(of: node), inferred: inferred)
        } else {
            return false
        }
        values.append(TypeTable.any)
        return true
    }

    // MARK: Calls

    /// Begins a call of the registry. Its argument is checked by rules of its own, entry by entry.
    mutating func beginTrigger(_ node: NodeID, _ operation: TriggerRegistry.Operation, inferred: Bool) {
        guard case .receiverCall(_, let name, let arguments) = tree[node] else { return }
        if let error = disabled(.triggers) { report(error, tree.span(of: name), inferred: false) }
        guard arguments.count == 1, case .record(let entries) = tree[arguments[0]] else {
            let place = arguments.isEmpty ? tree.span(of: name) : tree.span(of: arguments[0])
            return refuse(operation, place, inferred: inferred, hint: "write the record itself: `\(text(name))({…})`")
        }
        var first: [String: (key: Name, value: NodeID)] = [:]
        for entry in entries where first[text(entry.key)] == nil { first[text(entry.key)] = entry }
        let required = operation.required
        let allowed = required + operation.optional
        let missing = required.first { first[$0] == nil }
        let unknown = entries.first { !allowed.contains(text($0.key)) }?.key
        let isStrict = operation == .list
        if let key = isStrict ? unknown : nil {
            let close = spelling(of: text(key), among: allowed).map { "did you mean `\($0)`?" }
            return refuse(
                operation,
                tree.span(of: key),
                inferred: inferred,
                hint: close ?? "it takes \(allowed.joined(separator: ", "))"
            )
        }
        if let missing {
            let close = unknown.flatMap { spelling(of: text($0), among: [missing]) != nil ? $0 : nil }
            return refuse(
                operation,
                tree.span(of: close ?? name),
                inferred: inferred,
                hint: close != nil ? "did you mean `\(missing)`?" : "`\(missing)` is missing"
            )
        }
        switch operation {
        case .register: beginRegistration(node, first, inferred: inferred)
        case .list: beginListing(node, entries, inferred: inferred)
        case .cancel:
            guard let handle = first["handle"]?.value else { return }
            program.resolutions[node] = .triggerCancellation([TriggerArgument(name: "handle", value: handle)])
            let result = types.make(.outcome(TypeTable.bool))
            tasks.append(.trigger(.result(result)))
            tasks.append(.discard)
            tasks.append(.expression(handle, inferred: false))
        }
    }

    private mutating func refuse(
        _ operation: TriggerRegistry.Operation,
        _ span: Span,
        inferred: Bool,
        hint: String?
    ) {
        let error: LinkError =
            switch operation {
            case .register: .registrationForm
            case .list: .listingForm
            case .cancel: .cancellationForm
            }
        report(error, span, inferred: inferred, hint: hint)
        values.append(TypeTable.any)
    }

    private mutating func beginRegistration(
        _ node: NodeID,
        _ entries: [String: (key: Name, value: NodeID)],
        inferred: Bool
    ) {
        guard let source = entries["source"]?.value, let target = entries["target"]?.value,
            let inputs = entries["inputs"]
        else { return }
        let name = entries["name"]?.value
        var order = [("source", source), ("target", target), ("inputs", inputs.value)]
        if let name { order.append(("name", name)) }
        program.resolutions[node] = .triggerRegistration(order.map { TriggerArgument(name: $0.0, value: $0.1) })
        registrations.append(Registration(inferred: inferred, problemsBefore: problems))
        var steps: [Task] = [.expression(source, inferred: inferred), .trigger(.source(source))]
        if declaredProcess(target) == nil { steps.append(.expression(target, inferred: inferred)) }
        steps.append(.trigger(.target(target)))
        if case .record(let list) = tree[inputs.value] {
            steps.append(.trigger(.promote(inferred ? 1 : 0)))
            for (key, value) in list { steps.append(.trigger(.input(key, value))) }
            steps.append(.trigger(.promote(inferred ? -1 : 0)))
            steps.append(.trigger(.mapped(inputs: inputs.key)))
        } else {
            let error = LinkError.inputsForm.diagnostic(tree.span(of: inputs.value))
            steps.append(.report(error, inferred: inferred))
        }
        if let name { steps.append(.expression(name, inferred: false)) }
        steps.append(.trigger(.registered(named: name != nil)))
        tasks.append(contentsOf: steps.reversed())
    }

    private mutating func beginListing(_ node: NodeID, _ entries: EntryList, inferred: Bool) {
        program.resolutions[node] = .triggerListing(
            entries.map { TriggerArgument(name: text($0.key), value: $0.value) }
        )
        let registration = namedType("TriggerRegistration")
        let list = types.make(.list(registration))
        let result = types.make(.outcome(list))
        tasks.append(.trigger(.result(result)))
        for (key, value) in entries.reversed() {
            tasks.append(.trigger(.filter(text(key), value, inferred: inferred)))
            tasks.append(.expression(value, inferred: inferred))
        }
    }

    /// The process that an expression names. Variables of the same name do not hide it where a trigger is registered.
    private func declaredProcess(_ node: NodeID) -> Int? {
        guard case .variable(let name) = tree[node] else { return nil }
        return program.processPositions[text(name)]
    }

    // MARK: Steps

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
        if !registrations[last].seen.insert(name).inserted {
            report(.duplicateInput(name), tree.span(of: key), inferred: inferred)
        } else if let parameters = registration.parameters {
            if let expected = registration.types[name] {
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
            tasks.append(.trigger(.inputValue(name, value)))
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
        if let type = registration.types[name], let expected = authorityName(of: type) {
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
        let missing = parameters.lazy.filter { !registration.seen.contains($0.name) }
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
