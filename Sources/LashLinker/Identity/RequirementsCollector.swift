internal import LashSyntax

extension LinkedProgram {
    /// What the program needs of its host. Walks the whole program.
    public var requirements: HostRequirements {
        var collector = RequirementsCollector(program: self)
        collector.collect()
        return collector.requirements
    }

    /// What is evaluated of a node, as the linker understood it, in order: of a module path nothing, of a constructor its
    /// argument, of a trigger call the entries that count.
    func loweredParts(of node: NodeID) -> [NodeID] {
        switch resolutions[node] {
        case .module, .process, .triggerEvent: break
        case .constructor:
            guard case .receiverCall(_, _, let arguments) = tree[node] else { return [] }
            return Array(arguments)
        case .triggerRegistration(let entries), .triggerListing(let entries), .triggerCancellation(let entries):
            guard case .receiverCall(let receiver, _, _) = tree[node] else { return [] }
            return [receiver] + entries.map(\.value)
        case .function, .declaredFunction, .sessionFunction, .functionKey, nil: return tree.parts(of: node).map(\.node)
        }
        guard case .start = tree[node] else { return [] }
        return tree.parts(of: node).map(\.node)
    }
}

/// Collects what a program needs.
private struct RequirementsCollector {
    let program: LinkedProgram
    var requirements = HostRequirements()

    private var modules: [String: Set<String>] = [:]
    private var resourceTypes: [String: Set<String>] = [:]
    private var dataTypes: Set<String> = []
    private var constructors: Set<String> = []
    private var sources: Set<String> = []
    private var functions: Set<String> = []

    private var tree: SyntaxTree { program.tree }
    private var catalog: HostCatalog { program.catalog }

    init(program: LinkedProgram) { self.program = program }

    mutating func collect() {
        for use in program.tables.operationUses { resourceTypes[use.type, default: []].insert(use.operation) }
        for node in tree.declarations {
            switch tree[node] {
            case .typeDeclaration(_, let type): collectNames(in: type)
            case .processDeclaration(let process):
                requirements.abilities.insert(.processes)
                if !process.signals.isEmpty { requirements.abilities.insert(.processSignals) }
                if process.label != nil { requirements.labelAnnotations = true }
                for parameter in Array(process.parameters) + Array(process.signals) { collectNames(in: parameter) }
                if let type = process.returnType { collectNames(in: type) }
                collectBody(process.body)
            case .functionDeclaration(let function):
                for parameter in function.parameters { collectNames(in: parameter) }
                collectNames(in: function.returnType)
                collectBody(function.body)
            default: break
            }
        }
        collectBody(tree.main)
        finish()
    }

    private mutating func collectBody(_ body: NodeID) {
        var pending = [body]
        while let node = pending.popLast() {
            note(node)
            pending.append(contentsOf: program.loweredParts(of: node))
        }
    }

    private mutating func note(_ node: NodeID) {
        switch program.resolutions[node] {
        case .process: requirements.abilities.insert(.processes)
        case .module(let path, _): modules[path, default: []].formUnion([])
        case .constructor(let path, _):
            constructors.insert(path)
            if catalog.triggerSource(path) != nil { sources.insert(path) }
        case .function(let name): functions.insert(name)
        case .triggerRegistration, .triggerListing, .triggerCancellation: requirements.abilities.insert(.triggers)
        case .triggerEvent, .declaredFunction, .sessionFunction, .functionKey, nil: break
        }
        switch tree[node] {
        case .receiverCall(let receiver, let operation, _):
            if case .module(let path, _) = program.resolutions[receiver] {
                modules[path, default: []].insert(tree.text(of: operation))
            }
        case .start: requirements.abilities.insert(.processes)
        case .sleepFor, .sleepUntil: requirements.abilities.insert(.sleep)
        case .waitSignal, .signalRun: requirements.abilities.insert(.processSignals)
        case .labeled: requirements.labelAnnotations = true
        case .typeLiteral(let type): collectNames(in: type)
        default: break
        }
    }

    /// Notes what the names in a type stand for, where the host gives them their meaning.
    private mutating func collectNames(in type: NodeID) {
        var pending = [type]
        while let node = pending.popLast() {
            switch tree[node] {
            case .namedType(let name) where program.types[name] == nil: noteType(name)
            case .listType(let inner), .triggerHandleType(let inner), .parameter(_, let inner),
                .typeField(_, let inner, _):
                pending.append(inner)
            case .objectType(let inner), .unionType(let inner): pending.append(contentsOf: inner)
            case .processType(let input, let output): pending += [input, output]
            default: break
            }
        }
    }

    private mutating func noteType(_ name: String) {
        if catalog.dataType(name) != nil {
            dataTypes.insert(name)
        } else if catalog.resourceType(name) != nil {
            resourceTypes[name, default: []].formUnion([])
        } else if catalog.triggerSource(name) != nil {
            sources.insert(name)
        } else if catalog.isOpaque(name) {
            constructors.formUnion(catalog.constructors.filter { $0.output == .named(name) }.map(\.path))
        }
    }

    private mutating func finish() {
        sources.formUnion(program.tables.sourceUses)
        for path in modules.keys.sorted() {
            guard let module = catalog.module(path) else { continue }
            let operations = (modules[path] ?? []).sorted().compactMap { module.operation($0) }
            requirements.modules.append(
                .init(
                    path: path,
                    type: module.type,
                    operations: operations.map { .init(name: $0.name, hostOperation: $0.hostOperation) }
                )
            )
            resourceTypes[module.type, default: []].formUnion([])
        }
        for name in resourceTypes.keys.sorted() {
            guard let type = catalog.resourceType(name) else { continue }
            let operations = (resourceTypes[name] ?? []).sorted().compactMap { type.operation($0) }
            requirements.resourceTypes.append(.init(name: name, operations: operations))
        }
        for name in sources.sorted() {
            guard let source = catalog.triggerSource(name) else { continue }
            requirements.triggerSources.append(.init(name: name, eventName: source.eventName))
            dataTypes.insert(source.eventName)
        }
        requirements.dataTypes = dataTypes.sorted().compactMap { catalog.dataType($0) }
        requirements.constructors = constructors.sorted().compactMap { catalog.constructor($0) }
        requirements.functions = functions.sorted().compactMap { catalog.function($0) }
    }
}
