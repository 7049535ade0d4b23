/// The module through which programs register triggers, and how its calls are named.
enum TriggerRegistry {
    static let module = "triggers"
    static let type = "Triggers"

    /// The operations whose arguments the linker checks by rules of their own.
    enum Operation: String, CaseIterable {
        case register, list, cancel

        /// The keys that its argument must have.
        var required: [String] {
            switch self {
            case .register: ["source", "target", "inputs"]
            case .list: []
            case .cancel: ["handle"]
            }
        }

        /// The keys that its argument may have besides.
        var optional: [String] {
            switch self {
            case .register: ["name"]
            case .list: ["target", "name", "source_type", "enabled"]
            case .cancel: []
            }
        }
    }

    static let inputs: [(Operation, input: HostType, output: HostType, description: String)] = [
        (
            .register,
            .object([
                HostField("source", .dict), HostField("target", anyProcess), HostField("inputs", .dict),
                HostField("name", .str, optional: true),
            ]),
            .triggerHandle(.any),
            "Start a process for every event of a source"
        ),
        (
            .list,
            .object([
                HostField("target", anyProcess, optional: true), HostField("name", .str, optional: true),
                HostField("source_type", .str, optional: true), HostField("enabled", .bool, optional: true),
            ]),
            .list(.named("TriggerRegistration")),
            "The registered triggers that match"
        ),
        (.cancel, .object([HostField("handle", .triggerHandle(.any))]), .bool, "Remove a registered trigger"),
    ]

    private static let anyProcess = HostType.process(input: .any, inputCount: 1, output: .any)
}

extension HostCatalog {
    /// Adds the built-in module `triggers` with `register`, `list` and `cancel`. Calls of these are checked by rules of
    /// their own, because what they take depends on the process that is to be started.
    public mutating func addTriggerRegistry() throws(HostCatalogError) {
        try addModule(TriggerRegistry.module, type: TriggerRegistry.type)
        for (operation, input, output, description) in TriggerRegistry.inputs {
            try addOperation(
                operation.rawValue,
                to: TriggerRegistry.module,
                input: input,
                output: output,
                description: description,
                hostOperation: "triggers.\(operation.rawValue)"
            )
        }
    }
}
