internal import LashSyntax

/// The types of an operation as the linker compares them.
struct OperationTypes {
    let input: StaticType
    let output: StaticType
}

extension Linker {
    var catalog: HostCatalog { environment.catalog }

    /// The static type of a host type. Host types nest no deeper than catalogs let them.
    mutating func staticType(of host: HostType) -> StaticType {
        switch host {
        case .any: return TypeTable.any
        case .str: return TypeTable.str
        case .int: return TypeTable.int
        case .float: return TypeTable.float
        case .bool: return TypeTable.bool
        case .dict: return TypeTable.dict
        case .null: return TypeTable.null
        case .enumeration(let values): return types.make(.enumeration(values.map(ExactText.init)))
        case .list(let item):
            let inner = staticType(of: item)
            return types.make(.list(inner))
        case .object(let fields):
            var members: [ObjectField] = []
            for field in fields {
                members.append(
                    ObjectField(name: field.name, type: staticType(of: field.type), optional: field.isOptional)
                )
            }
            return types.make(.object(members))
        case .union(let members):
            var parts: [StaticType] = []
            for member in members { parts.append(staticType(of: member)) }
            return types.make(.union(parts))
        case .named(let name): return namedType(name)
        case .process(let input, let count, let output):
            let first = staticType(of: input)
            let second = staticType(of: output)
            return types.make(.process(input: first, count: count, output: second))
        case .triggerHandle(let event):
            let inner = staticType(of: event)
            return types.make(.triggerHandle(inner))
        }
    }

    /// The type of a name. What a catalog knows of it is looked up when it first occurs.
    mutating func namedType(_ name: String) -> StaticType {
        let type = types.make(.named(name))
        if program.types[name] != nil || !types.hostNames.insert(type).inserted { return type }
        if let data = catalog.dataType(name) {
            let shape = staticType(of: data.type)
            types.declare(name, as: shape)
        } else if catalog.isOpaque(name) {
            types.opaqueNames.insert(type)
        } else if catalog.resourceType(name) == nil {
            types.unknownNames.insert(type)
        }
        return type
    }

    /// The types of an operation, translated once.
    mutating func types(of signature: HostResourceType.Signature, _ resource: String) -> OperationTypes {
        let path = "\(resource).\(signature.operation)"
        if let known = operationTypes[path] { return known }
        let found = OperationTypes(
            input: staticType(of: signature.input),
            output: staticType(of: signature.output)
        )
        operationTypes[path] = found
        return found
    }

    /// What a name is bound to that is declared with a type: values of an authority type can be called.
    mutating func bound(_ type: StaticType) -> StaticType {
        guard case .named(let name) = shape(of: type), program.types[name] == nil,
            catalog.resourceType(name) != nil
        else { return type }
        return types.make(.authority(name))
    }

    /// The authority type that a parameter of a type takes, `nil` for plain values.
    mutating func authorityName(of type: StaticType) -> String? {
        let binding = bound(type)
        if case .authority(let name) = types[binding] { return name }
        return nil
    }

    /// What a type is, aliases followed.
    mutating func shape(of type: StaticType) -> TypeShape {
        let head = types.head(of: type)
        return types[head]
    }

    /// The dotted path of a chain of names, `nil` for anything else and for paths longer than any of the catalog.
    func path(of node: NodeID) -> (root: Name, path: String)? {
        var names: [String] = []
        var next = node
        let limit = catalog.longestPath
        while names.count < limit {
            switch tree[next] {
            case .field(let target, let name):
                names.append(text(name))
                next = target
            case .variable(let name):
                return (name, names.reversed().reduce(text(name)) { $0 + "." + $1 })
            default:
                return nil
            }
        }
        return nil
    }

    /// The module that a variable or a chain of fields names, unless its root is a variable of the program.
    mutating func module(at node: NodeID) -> StaticType? {
        guard let root = tree.root(of: node, longest: environment.catalog.longestPath),
            scope[tree.symbol(of: root)] == nil, let path = path(of: node)?.path, let module = catalog.module(path)
        else { return nil }
        program.resolutions[node] = .module(path: path, type: module.type)
        return types.make(.authority(module.type))
    }

    /// Whether `target.name` is more than a field of what the target gives: a module path, or a placeholder.
    mutating func hasOwnMeaning(_ node: NodeID, _ target: NodeID, inferred: Bool) -> Bool {
        if reportTriggerEvent(node, target, inferred: inferred) { return true }
        guard let authority = module(at: node) else { return false }
        values.append(authority)
        return true
    }

    /// The type of a field; an error where the target is opaque.
    mutating func field(_ name: Name, of target: StaticType, at node: NodeID, inferred: Bool) -> StaticType {
        if target == TypeTable.any { return target }
        let name = text(name)
        if isOpaque(target, ".\(name)", at: node, inferred: inferred) { return TypeTable.any }
        return types.asValue(types.fieldType(ExactText(name), of: target))
    }

    /// The type of an element; an error where the target is opaque.
    mutating func element(of target: StaticType, at node: NodeID, inferred: Bool) -> StaticType {
        if target == TypeTable.any { return target }
        if isOpaque(target, "[]", at: node, inferred: inferred) { return TypeTable.any }
        return types.elementType(of: target)
    }

    private mutating func isOpaque(
        _ target: StaticType,
        _ access: @autoclosure () -> String,
        at node: NodeID,
        inferred: Bool
    ) -> Bool {
        guard let name = types.opaqueName(in: target) else { return false }
        report(.opaqueAccess(access(), type: name), tree.span(of: node), inferred: inferred)
        return true
    }

    /// Checks that what a parameter with an authority type gets is such a module.
    mutating func checkAuthority(
        _ node: NodeID,
        process: String,
        argument: String,
        expected: String,
        inferred: Bool
    ) {
        guard let given = values.last else { return }
        var got = "value"
        if case .authority(let type) = types[given] {
            if type == expected { return }
            got = type
        }
        report(
            .authority(process: process, argument: argument, expected: expected, got: got),
            tree.span(of: node),
            inferred: inferred,
            hint: authorityHint(expected)
        )
    }

    private func authorityHint(_ type: String) -> String? {
        guard isWorthHint else { return nil }
        let paths = catalog.modules.lazy.filter { $0.type == type }.map { "`\($0.path)`" }.prefix(8)
        return paths.isEmpty ? nil : "modules of this type: \(paths.joined(separator: ", "))"
    }
}

extension SyntaxTree {
    /// The variable that a chain of names begins with; `nil` for anything else and for chains of more than `longest` names.
    fileprivate func root(of node: NodeID, longest: Int) -> Name? {
        var node = node
        for _ in 0..<longest {
            let row = row(node)
            if row.kind == .variable { return row.name }
            guard row.kind == .field else { return nil }
            node = row.first
        }
        return nil
    }
}
