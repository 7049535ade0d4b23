extension HostCatalog {
    /// Adds everything from another catalog behind what is there. What both have alike stays as it is; throws, and
    /// changes nothing, where they disagree.
    public mutating func merge(_ other: HostCatalog) throws(HostCatalogError) {
        var merged = self
        for added in other.modules { try merged.merge(added) }
        for type in other.dataTypes { try merged.addDataType(type.name, type.type) }
        for source in other.triggerSources where merged.triggerSource(source.name) != source {
            try merged.addTriggerSource(
                source.name,
                input: source.input,
                eventName: source.eventName,
                event: source.event
            )
        }
        for constructor in other.constructors where merged.constructor(constructor.path) != constructor {
            try merged.addConstructor(constructor.path, input: constructor.input, output: constructor.output)
        }
        for function in other.functions where merged.function(function.name) != function {
            try merged.addFunction(
                function.name,
                parameters: function.parameters.map { ($0.name, $0.type) },
                result: function.result,
                description: function.description
            )
        }
        self = merged
    }

    private mutating func merge(_ added: HostModule) throws(HostCatalogError) {
        try addModule(added.path, type: added.type)
        for operation in added.operations where module(added.path)?.operation(operation.name) != operation {
            try addOperation(
                operation.name,
                to: added.path,
                input: operation.input,
                output: operation.output,
                description: operation.description,
                hostOperation: operation.hostOperation
            )
        }
    }
}
