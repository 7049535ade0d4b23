internal import LashSyntax

extension ProgramHasher {
    // MARK: Declarations

    mutating func addDeclaration(_ node: NodeID) {
        switch tree[node] {
        case .typeDeclaration(let name, let type):
            add("type-decl")
            add(tree.text(of: name))
            addType(type)
        case .functionDeclaration(let function): addFunction(function)
        default: addProcess(node)
        }
    }

    private mutating func addFunction(_ function: FunctionDeclaration) {
        add("function-decl")
        add(tree.text(of: function.name))
        addEntries(function.parameters)
        addType(function.returnType)
        addBody(function.body, parameters: parameterNames(function.parameters))
    }

    private func parameterNames(_ nodes: NodeList) -> Set<String> {
        var names: Set<String> = []
        for node in nodes {
            if case .parameter(let name, _) = tree[node] { names.insert(tree.text(of: name)) }
        }
        return names
    }

    mutating func addProcess(_ node: NodeID) {
        guard case .processDeclaration(let process) = tree[node] else { return }
        add("process-decl")
        add(tree.text(of: process.name))
        addEntries(process.parameters)
        add("signals")
        addEntries(process.signals)
        if let type = process.returnType {
            add("return")
            addType(type)
        } else {
            add("no-return")
        }
        if let label = process.label { addLabel(label) }
        addBody(process.body, parameters: parameterNames(process.parameters))
    }

    private mutating func addEntries(_ nodes: NodeList) {
        add(nodes.count)
        for node in nodes {
            guard case .parameter(let name, let type) = tree[node] else { continue }
            add(tree.text(of: name))
            addType(type)
        }
    }

    mutating func addLabel(_ label: Label) {
        add("label")
        add(tree.text(of: label.title))
        if let description = label.description {
            add("description")
            add(tree.text(of: description))
        } else {
            add("no-description")
        }
    }

    // MARK: Types

    mutating func addType(_ node: NodeID) {
        switch tree[node] {
        case .scalarType(let kind): add("type:\(kind.rawValue)")
        case .enumType(let values):
            add("type:enum")
            add(values.count)
            for value in values { add(tree.text(of: value)) }
        case .listType(let item):
            add("type:list")
            addType(item)
        case .objectType(let fields):
            add("type:object")
            add(fields.count)
            for field in fields {
                guard case .typeField(let name, let type, let optional) = tree[field] else { continue }
                add(tree.text(of: name))
                hasher.add(optional)
                addType(type)
            }
        case .namedType(let name):
            add("type:ref")
            add(name)
        case .processType(let input, let output):
            add("type:process")
            add(1)
            addType(input)
            addType(output)
        case .triggerHandleType(let event):
            add("type:trigger-handle")
            addType(event)
        case .unionType(let members):
            add("type:union")
            add(members.count)
            for member in members { addType(member) }
        default: break
        }
    }
}
