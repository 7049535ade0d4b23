internal import LashSyntax

extension Linker {
    /// Goes on after the receiver of `receiver.operation(arguments)`. No value but a module has operations.
    mutating func receiver(_ node: NodeID, inferred: Bool, errorsBefore: Int) {
        let type = values.removeLast()
        guard case .receiverCall(let target, let operation, let arguments) = tree[node] else { return }
        let name = text(operation)
        if case .authority(let resource) = types[type] {
            if let signature = signature(of: name, on: resource, through: target) {
                program.operationUses.insert(OperationUse(type: resource, operation: name))
                if resource == TriggerRegistry.type, let operation = TriggerRegistry.Operation(rawValue: name) {
                    return beginTrigger(node, operation, inferred: inferred)
                }
                beginOperation(node, signature, resource, inferred: inferred)
                return
            }
            report(
                .unknownOperation(type: resource, operation: name),
                tree.span(of: operation),
                inferred: inferred,
                hint: operationHint(name, resource, target)
            )
        } else if problems == errorsBefore {
            reportNoAuthority(target, operation, arguments, type, inferred: inferred)
        }
        begin(node, arguments, inferred: false)
    }

    /// The operation of an authority. Of a module it must be among those that the module lists; of a variable only the
    /// type is known.
    private func signature(
        of operation: String,
        on resource: String,
        through target: NodeID
    ) -> HostResourceType.Signature? {
        if case .module(let path, _) = program.resolutions[target],
            catalog.module(path)?.operation(operation) == nil
        {
            return nil
        }
        return catalog.resourceType(resource)?.operation(operation)
    }

    private func operationHint(_ name: String, _ resource: String, _ target: NodeID) -> String? {
        guard isWorthHint else { return nil }
        var known = catalog.resourceType(resource)?.operations.map(\.operation) ?? []
        if case .module(let path, _) = program.resolutions[target] {
            let elsewhere = catalog.modules.filter { $0.type == resource && $0.operation(name) != nil }.map(\.path)
                .min()
            if let elsewhere { return "`\(elsewhere)` has it: `\(elsewhere).\(name)`" }
            known = catalog.module(path)?.operations.map(\.name) ?? []
        }
        if let close = closest(to: name, among: known) { return "did you mean `\(close)`?" }
        if known.isEmpty { return nil }
        let shown = known.prefix(20).joined(separator: ", ")
        return "it has \(shown)\(known.count > 20 ? ", …" : "")"
    }

    private mutating func reportNoAuthority(
        _ target: NodeID,
        _ operation: Name,
        _ arguments: NodeList,
        _ type: StaticType,
        inferred: Bool
    ) {
        let name = text(operation)
        let span = tree.span(of: operation)
        if let (root, path) = path(of: target), catalog.moduleRoots[text(root)] != nil {
            let paths = qualifiedPaths(below: path, name)
            if !paths.isEmpty {
                let whole = Span(tree.start(of: target), span.end)
                report(
                    .qualify(module: path, operation: name, paths: paths),
                    span,
                    inferred: inferred,
                    fixes: paths.count == 1 ? [Fix(whole, paths[0])] : []
                )
                return
            }
        }
        // A value whose type is that of a module is found out later than one that cannot be a module at all.
        let isModuleType = authorityName(of: type) != nil
        report(
            .notAuthority(operation: name),
            span,
            inferred: inferred && !isModuleType,
            hint: isModuleType
                ? "assign the module to a variable, or give it to a parameter, and call the operation on that"
                : moduleHint(target, name) ?? methodHint(target, name, arguments)
        )
    }

    /// The call paths of an operation in the modules below a path, sorted.
    private mutating func qualifiedPaths(below path: String, _ operation: String) -> [String] {
        let key = "\(path).\(operation)"
        if let known = qualified[key] { return known }
        let found = catalog.modules.filter { $0.path.hasPrefix(path + ".") && $0.operation(operation) != nil }
        let paths = found.map { "\($0.path).\(operation)" }.sorted()
        qualified[key] = paths
        return paths
    }

    /// The module that a misspelt receiver most likely means.
    private func moduleHint(_ target: NodeID, _ operation: String) -> String? {
        guard isWorthHint, !catalog.modules.isEmpty else { return nil }
        var names: [String] = []
        var next = target
        while case .field(let inner, let name) = tree[next], names.count <= catalog.longestPath {
            names.append(text(name))
            next = inner
        }
        guard case .variable(let root) = tree[next], scope[tree.symbol(of: root)] == nil else { return nil }
        let path = names.reversed().reduce(text(root)) { $0 + "." + $1 }
        if let close = closest(to: path, among: catalog.modules.map(\.path)) {
            return "did you mean `\(close).\(operation)`?"
        }
        guard let close = closest(to: text(root), among: catalog.moduleRoots.keys) else { return nil }
        return "did you mean `\(close)`?"
    }

    /// What to write in place of a method, where the receiver is certainly data and a builtin does the same.
    func methodHint(_ target: NodeID, _ operation: String, _ arguments: NodeList) -> String? {
        guard isWorthHint else { return nil }
        var root = target
        while true {
            switch tree[root] {
            case .field(let inner, _), .index(let inner, _): root = inner
            case .variable(let name) where scope[tree.symbol(of: name)] == nil: return nil
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
}
