internal import LashSyntax

extension Linker {
    // MARK: The placeholder

    /// Whether a node is `trigger.event`, which no variable hides.
    func isTriggerEvent(_ node: NodeID) -> Bool {
        guard let event else { return false }
        let row = tree.row(node)
        guard row.kind == .field, tree.symbol(of: row.name) == event else { return false }
        let root = tree.row(row.first)
        return root.kind == .variable && text(root.name) == "trigger"
    }

    /// Reports `trigger.event`, or a field of it, where it means nothing.
    mutating func reportTriggerEvent(_ node: NodeID, _ target: NodeID, inferred: Bool) -> Bool {
        if event == nil { return false }
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
            tasks.append(task(.trigger(.result(result))))
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
        var steps: [Task] = [.expression(source, inferred: inferred), task(.trigger(.source(source)))]
        if declaredProcess(target) == nil { steps.append(.expression(target, inferred: inferred)) }
        steps.append(task(.trigger(.target(target))))
        if case .record(let list) = tree[inputs.value] {
            steps.append(task(.trigger(.promote(inferred ? 1 : 0))))
            for (key, value) in list { steps.append(task(.trigger(.input(key, value)))) }
            steps.append(task(.trigger(.promote(inferred ? -1 : 0))))
            steps.append(task(.trigger(.mapped(inputs: inputs.key))))
        } else {
            let error = LinkError.inputsForm.diagnostic(tree.span(of: inputs.value))
            steps.append(task(.report(error, inferred: inferred)))
        }
        if let name { steps.append(.expression(name, inferred: false)) }
        steps.append(task(.trigger(.registered(named: name != nil))))
        tasks.append(contentsOf: steps.reversed())
    }

    private mutating func beginListing(_ node: NodeID, _ entries: EntryList, inferred: Bool) {
        program.resolutions[node] = .triggerListing(
            entries.map { TriggerArgument(name: text($0.key), value: $0.value) }
        )
        let registration = namedType("TriggerRegistration")
        let list = types.make(.list(registration))
        let result = types.make(.outcome(list))
        tasks.append(task(.trigger(.result(result))))
        for (key, value) in entries.reversed() {
            tasks.append(task(.trigger(.filter(text(key), value, inferred: inferred))))
            tasks.append(.expression(value, inferred: inferred))
        }
    }

    /// The process that an expression names. Variables of the same name do not hide it where a trigger is registered.
    func declaredProcess(_ node: NodeID) -> Int? {
        guard case .variable(let name) = tree[node] else { return nil }
        return program.processPositions[text(name)]
    }
}
