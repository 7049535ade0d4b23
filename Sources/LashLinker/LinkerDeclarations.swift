internal import LashSyntax

extension Linker {
    /// Finds the declared types and processes.
    mutating func collectDeclarations() {
        for node in tree.declarations {
            switch tree[node] {
            case .typeDeclaration(let name, let type):
                let key = text(name)
                if program.types[key] == nil {
                    program.types[key] = type
                } else {
                    phases.add(LinkError.duplicateDeclaration(key).diagnostic(tree.span(of: name)), .declarations)
                }
            case .processDeclaration(let declaration):
                collect(declaration, node)
            case .functionDeclaration(let declaration):
                collect(declaration, node)
            default:
                break
            }
        }
        for (name, type) in program.types { types.declare(name, as: staticType(of: type)) }
        for index in program.processes.indices {
            facts[index].input = inputType(of: program.processes[index])
            for parameter in program.processes[index].parameters {
                let type = staticType(of: parameter.type)
                if let name = authorityName(of: type) { facts[index].authorities[ExactText(parameter.name)] = name }
            }
        }
    }

    private mutating func collect(_ declaration: ProcessDeclaration, _ node: NodeID) {
        let name = text(declaration.name)
        let process = LinkedProcess(
            name: name,
            node: node,
            parameters: entries(declaration.parameters),
            signals: entries(declaration.signals),
            returnType: declaration.returnType,
            body: declaration.body
        )
        processOfNode[node] = process
        if let error = disabled(.processes) {
            phases.add(error.diagnostic(tree.span(of: declaration.name)), .declarations)
        }
        if program.processPositions[name] != nil {
            phases.add(
                LinkError.duplicateDeclaration(name).diagnostic(tree.span(of: declaration.name)),
                .declarations
            )
            return
        }
        program.processPositions[name] = program.processes.count
        program.processes.append(process)
        facts.append(ProcessFacts(parameterNames: Set(process.parameters.map { ExactText($0.name) })))
    }

    func entries(_ nodes: NodeList) -> [(name: String, type: NodeID)] {
        nodes.compactMap { node in
            guard case .parameter(let name, let type) = tree[node] else { return nil }
            return (text(name), type)
        }
    }

    private mutating func inputType(of process: LinkedProcess) -> StaticType {
        switch process.parameters.count {
        case 0: return TypeTable.null
        case 1: return staticType(of: process.parameters[0].type)
        default:
            let fields = process.parameters.map { ObjectField(name: $0.name, type: staticType(of: $0.type)) }
            return types.make(.object(fields))
        }
    }

    /// Checks that every name of a type in a declaration is a type.
    mutating func checkTypeReferences() {
        for node in tree.declarations {
            switch tree[node] {
            case .typeDeclaration(_, let type): checkNames(in: type)
            case .processDeclaration(let declaration):
                for parameter in declaration.parameters { checkNames(in: parameter) }
                for signal in declaration.signals { checkNames(in: signal) }
                if let type = declaration.returnType { checkNames(in: type) }
            case .functionDeclaration(let declaration):
                for parameter in declaration.parameters { checkNames(in: parameter) }
                checkNames(in: declaration.returnType)
            default: break
            }
        }
    }

    private mutating func checkNames(in root: NodeID) {
        var pending = [root]
        while let node = pending.popLast() {
            switch tree[node] {
            case .namedType(let name):
                if program.types[name] == nil, !catalog.isType(name) {
                    problems += 1
                    unknowable.insert(root)
                    phases.add(
                        LinkError.unknownType(name).diagnostic(
                            tree.span(of: node),
                            hint: typeHint(name),
                            fixes: familiarType(name).map { [Fix(tree.span(of: node), $0)] } ?? []
                        ),
                        .typeReferences
                    )
                }
            case .listType(let inner), .triggerHandleType(let inner), .parameter(_, let inner),
                .typeField(_, let inner, _):
                pending.append(inner)
            case .objectType(let inner), .unionType(let inner):
                pending.append(contentsOf: inner.reversed())
            case .processType(let input, let output):
                pending.append(output)
                pending.append(input)
            default:
                break
            }
        }
    }

    private func typeHint(_ name: String) -> String? {
        guard isWorthHint else { return nil }
        if let known = familiarType(name) { return "write `\(known)`" }
        let known = Array(program.types.keys) + catalog.dataTypes.map(\.name) + catalog.resourceTypes.map(\.name)
        if let close = closest(to: name, among: known + catalog.triggerSources.map(\.name)) {
            return "did you mean `\(close)`?"
        }
        return "declare it: `type \(name) = …`"
    }

    /// The static type that a type node describes. Types nest no deeper than the parser lets them.
    mutating func staticType(of node: NodeID) -> StaticType {
        switch tree[node] {
        case .scalarType(let kind):
            return types.make(.scalar(kind))
        case .enumType(let names):
            return types.make(.enumeration(names.map { ExactText(text($0)) }))
        case .listType(let item):
            let inner = staticType(of: item)
            return types.make(.list(inner))
        case .objectType(let members):
            var fields: [ObjectField] = []
            for member in members {
                guard case .typeField(let name, let type, let optional) = tree[member] else { continue }
                fields.append(ObjectField(name: text(name), type: staticType(of: type), optional: optional))
            }
            return types.make(.object(fields))
        case .namedType(let name):
            return namedType(name)
        case .processType(let input, let output):
            let first = staticType(of: input)
            let second = staticType(of: output)
            return types.make(.process(input: first, count: 1, output: second))
        case .triggerHandleType(let event):
            let inner = staticType(of: event)
            return types.make(.triggerHandle(inner))
        case .unionType(let members):
            var parts: [StaticType] = []
            for member in members { parts.append(staticType(of: member)) }
            return types.make(.union(parts))
        default:
            return TypeTable.any
        }
    }
}
