/// What a program needs of the host that runs it: no more than what it mentions, each with the types it was checked
/// against. All lists are sorted by name.
public struct HostRequirements: Hashable, Sendable {
    /// A module, and what is called on it by its path.
    public struct Module: Hashable, Sendable {
        /// An operation, and what the host knows it as.
        public struct Operation: Hashable, Sendable {
            /// Its name.
            public let name: String
            /// What the host knows it as.
            public let hostOperation: String
        }

        /// Its dotted path.
        public let path: String
        /// Its authority type.
        public let type: String
        /// The operations that are called.
        public internal(set) var operations: [Operation]
    }

    /// An authority type, and what is called on modules of it.
    public struct ResourceType: Hashable, Sendable {
        /// Its name.
        public let name: String
        /// The operations that are called, by whatever path or variable.
        public internal(set) var operations: [HostResourceType.Signature]
    }

    /// A trigger source.
    public struct TriggerSource: Hashable, Sendable {
        /// Its name.
        public let name: String
        /// The name of the data type of its events.
        public let eventName: String
    }

    /// What the host must be able to do.
    public internal(set) var abilities: HostEnvironment.Abilities = []
    /// Whether the host must accept labels.
    public internal(set) var labelAnnotations = false
    /// Modules.
    public internal(set) var modules: [Module] = []
    /// Authority types.
    public internal(set) var resourceTypes: [ResourceType] = []
    /// Named data types.
    public internal(set) var dataTypes: [HostDataType] = []
    /// Value constructors.
    public internal(set) var constructors: [HostConstructor] = []
    /// Trigger sources.
    public internal(set) var triggerSources: [TriggerSource] = []
    /// Functions.
    public internal(set) var functions: [HostFunction] = []

    /// `lashlang-host-requirements:v1:sha256:…`: the same for the same requirements, wherever they come from.
    public var reference: String {
        var hasher = AtomHasher("host-requirements")
        hasher.add("abilities")
        for ability: HostEnvironment.Abilities in [.processes, .sleep, .processSignals, .triggers] {
            hasher.add(abilities.contains(ability))
        }
        if labelAnnotations {
            hasher.add("language-features")
            hasher.add("label-annotations")
        }
        addModules(to: &hasher)
        hasher.add("named-data-types")
        hasher.add(dataTypes.count)
        for data in dataTypes {
            hasher.add(data.name)
            hasher.add(data.type)
        }
        hasher.add("constructors")
        hasher.add(constructors.count)
        for constructor in constructors {
            hasher.add(constructor.path)
            hasher.add(constructor.typeName)
            hasher.add(constructor.input)
            hasher.add(constructor.output)
        }
        hasher.add("trigger-sources")
        hasher.add(triggerSources.count)
        for source in triggerSources {
            hasher.add(source.name)
            hasher.add(source.eventName)
        }
        addFunctions(to: &hasher)
        return "lashlang-host-requirements:v1:sha256:" + hasher.hexadecimal()
    }

    private func addModules(to hasher: inout AtomHasher) {
        hasher.add("resources")
        hasher.add("modules")
        hasher.add(modules.count)
        for module in modules {
            hasher.add(module.path)
            hasher.add(module.type)
            hasher.add(module.path)
            hasher.add("operations")
            hasher.add(module.operations.count)
            for operation in module.operations {
                hasher.add(operation.name)
                hasher.add(operation.hostOperation)
            }
        }
        hasher.add(resourceTypes.count)
        for type in resourceTypes {
            hasher.add(type.name)
            hasher.add("operations")
            hasher.add(type.operations.count)
            for signature in type.operations {
                hasher.add(signature.operation)
                hasher.add(signature.input)
                hasher.add(signature.output)
            }
        }
    }

    /// Functions are hashed only where there are some, so that programs without them keep the reference that other
    /// implementations give them.
    private func addFunctions(to hasher: inout AtomHasher) {
        if functions.isEmpty { return }
        hasher.add("functions")
        hasher.add(functions.count)
        for function in functions {
            hasher.add(function.name)
            hasher.add(function.parameters.count)
            for parameter in function.parameters {
                hasher.add(parameter.name)
                hasher.add(parameter.type)
            }
            hasher.add(function.result)
        }
    }
}

extension HostEnvironment {
    /// Whether a program with these requirements means the same here as where it was linked.
    public func satisfies(_ requirements: HostRequirements) -> Bool { missing(for: requirements).isEmpty }

    /// What a program needs and this host does not offer, or offers differently, each in a few words.
    public func missing(for requirements: HostRequirements) -> [String] {
        var missing: [String] = []
        let names: [(Abilities, String)] = [
            (.processes, "processes"), (.sleep, "sleep"), (.processSignals, "process signals"), (.triggers, "triggers"),
        ]
        for (ability, name) in names where requirements.abilities.contains(ability) && !abilities.contains(ability) {
            missing.append("feature `\(name)`")
        }
        if requirements.labelAnnotations && !labelAnnotations { missing.append("feature `label annotations`") }
        for module in requirements.modules { missing += self.missing(module) }
        for type in requirements.resourceTypes { missing += self.missing(type) }
        for data in requirements.dataTypes where catalog.dataType(data.name) != data {
            missing.append("data type `\(data.name)` as \(data.type)")
        }
        for needed in requirements.constructors where catalog.constructor(needed.path) != needed {
            missing.append("constructor `\(needed.path)` as \(needed.input) -> \(needed.output)")
        }
        for source in requirements.triggerSources
        where catalog.triggerSource(source.name)?.eventName != source.eventName {
            missing.append("trigger source `\(source.name)` with events `\(source.eventName)`")
        }
        for needed in requirements.functions {
            let found = catalog.function(needed.name)
            if found?.parameters != needed.parameters || found?.result != needed.result {
                missing.append("function `\(needed.signature)`")
            }
        }
        return missing
    }

    private func missing(_ needed: HostRequirements.Module) -> [String] {
        guard let module = catalog.module(needed.path), module.type == needed.type else {
            return ["module `\(needed.path)` of type `\(needed.type)`"]
        }
        return needed.operations.filter { module.operation($0.name)?.hostOperation != $0.hostOperation }.map {
            "operation `\(needed.path).\($0.name)`, which the host knows as `\($0.hostOperation)`"
        }
    }

    private func missing(_ needed: HostRequirements.ResourceType) -> [String] {
        guard let type = catalog.resourceType(needed.name) else { return ["modules of type `\(needed.name)`"] }
        return needed.operations.filter { type.operation($0.operation) != $0 }.map {
            "operation `\($0.operation)` of type `\(needed.name)` as \($0.input) -> \($0.output)"
        }
    }
}
