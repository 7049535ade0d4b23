public import LashLinker
public import LashVM

/// Adds operations to a module of a host; `Host.module(_:type:_:)` makes it.
///
/// The closure of an operation says how the operation is called and answered:
///
/// * No parameter: the program gives no argument, or an empty record. One parameter: its one argument, mostly a record,
///   is decoded. Several parameters: as many arguments, each decoded by itself.
/// * A closure that does not wait is called where the program stands, without leaving its task; one that is `async`
///   runs beside the others that the program awaits.
/// * The result is encoded; no result is null. An error that the closure throws is the failure of the call: a
///   `CallFailure` as it is, any other by its description.
///
/// Types that are not stated are derived from the closure's; see `HostType.init(describing:)`.
public struct HostModuleBuilder: Sendable {
    /// The module's path.
    public let path: String
    private(set) var catalog: HostCatalog
    private(set) var bodies: [String: OperationBody] = [:]

    init(path: String, catalog: HostCatalog) {
        self.path = path
        self.catalog = catalog
    }

    /// Adds an operation that answers at once.
    ///
    /// Throws where the catalog does not take it.
    public mutating func operation<each A: Decodable & SendableMetatype, R: Encodable & SendableMetatype>(
        _ name: String,
        input: StatedType? = nil,
        output: StatedType? = nil,
        description: String = "",
        _ body: @escaping @Sendable (repeat each A) throws -> R
    ) throws(HostCatalogError) {
        let count = typeCount(repeat (each A).self)
        try add(
            name,
            input: input ?? StatedType(operationInput(describedTypes(repeat (each A).self))),
            output: output ?? StatedType(describing: R.self),
            description: description,
            .immediate { arguments in
                var reader = try ArgumentReader(arguments, parameters: count)
                return try encodedResult(body(repeat reader.next((each A).self)))
            }
        )
    }

    /// Adds an operation that answers at once, with null.
    ///
    /// Throws where the catalog does not take it.
    public mutating func operation<each A: Decodable & SendableMetatype>(
        _ name: String,
        input: StatedType? = nil,
        output: StatedType? = nil,
        description: String = "",
        _ body: @escaping @Sendable (repeat each A) throws -> Void
    ) throws(HostCatalogError) {
        let count = typeCount(repeat (each A).self)
        try add(
            name,
            input: input ?? StatedType(operationInput(describedTypes(repeat (each A).self))),
            output: output ?? StatedType(.null),
            description: description,
            .immediate { arguments in
                var reader = try ArgumentReader(arguments, parameters: count)
                try body(repeat reader.next((each A).self))
                return .null
            }
        )
    }

    /// Adds an operation that waits before it answers.
    ///
    /// Throws where the catalog does not take it.
    public mutating func operation<each A: Decodable & SendableMetatype, R: Encodable & SendableMetatype>(
        _ name: String,
        input: StatedType? = nil,
        output: StatedType? = nil,
        description: String = "",
        _ body: @escaping @Sendable (repeat each A) async throws -> R
    ) throws(HostCatalogError) {
        let count = typeCount(repeat (each A).self)
        try add(
            name,
            input: input ?? StatedType(operationInput(describedTypes(repeat (each A).self))),
            output: output ?? StatedType(describing: R.self),
            description: description,
            .suspending { arguments in
                var reader = try ArgumentReader(arguments, parameters: count)
                return try encodedResult(await body(repeat reader.next((each A).self)))
            }
        )
    }

    /// Adds an operation that waits before it answers, with null.
    ///
    /// Throws where the catalog does not take it.
    public mutating func operation<each A: Decodable & SendableMetatype>(
        _ name: String,
        input: StatedType? = nil,
        output: StatedType? = nil,
        description: String = "",
        _ body: @escaping @Sendable (repeat each A) async throws -> Void
    ) throws(HostCatalogError) {
        let count = typeCount(repeat (each A).self)
        try add(
            name,
            input: input ?? StatedType(operationInput(describedTypes(repeat (each A).self))),
            output: output ?? StatedType(.null),
            description: description,
            .suspending { arguments in
                var reader = try ArgumentReader(arguments, parameters: count)
                try await body(repeat reader.next((each A).self))
                return .null
            }
        )
    }

    /// Adds an operation that answers at once, in terms of values: with the arguments as they are.
    ///
    /// Throws where the catalog does not take it.
    public mutating func operation(
        _ name: String,
        input: StatedType = "any",
        output: StatedType = "any",
        description: String = "",
        _ body: @escaping @Sendable ([Value]) throws -> Value
    ) throws(HostCatalogError) {
        try add(name, input: input, output: output, description: description, .immediate(body))
    }

    /// Adds an operation that waits before it answers, in terms of values: with the arguments as they are.
    ///
    /// Throws where the catalog does not take it.
    public mutating func operation(
        _ name: String,
        input: StatedType = "any",
        output: StatedType = "any",
        description: String = "",
        _ body: @escaping @Sendable ([Value]) async throws -> Value
    ) throws(HostCatalogError) {
        try add(name, input: input, output: output, description: description, .suspending(body))
    }

    private mutating func add(
        _ name: String,
        input: StatedType,
        output: StatedType,
        description: String,
        _ body: OperationBody
    ) throws(HostCatalogError) {
        try catalog.addOperation(
            name,
            to: path,
            input: try input.type(),
            output: try output.type(),
            description: description
        )
        bodies[name] = body
    }

    /// Adds the operations of the trigger registry, whose types the linker knows.
    mutating func addTriggers(_ registry: TriggerRegistry) throws(HostCatalogError) {
        try catalog.addTriggerRegistry()
        for name in TriggerRegistry.operations {
            let receiver = Resource(type: TriggerRegistry.resourceType, alias: path)
            bodies[name] = .immediate { arguments in
                let call = OperationCall(receiver: receiver, name: name, arguments: arguments)
                switch registry.answer(call) {
                case .value(let value): return value
                case .failure(let failure): throw failure
                }
            }
        }
    }
}

/// How an operation is answered.
enum OperationBody: Sendable {
    /// At once, in the task of the run.
    case immediate(@Sendable ([Value]) throws -> Value)
    /// After a while, in a task of its own where several are asked.
    case suspending(@Sendable ([Value]) async throws -> Value)
}

/// The types of the parameters of a closure.
func describedTypes<each A>(_ types: repeat (each A).Type) -> [HostType] {
    var described: [HostType] = []
    for type in repeat each types { described.append(HostType(describing: type)) }
    return described
}

/// How many parameters a closure has.
func typeCount<each A>(_ types: repeat (each A).Type) -> Int {
    var count = 0
    for _ in repeat each types { count += 1 }
    return count
}

/// What an operation takes, as catalogs say it.
private func operationInput(_ parameters: [HostType]) -> HostType {
    switch parameters.count {
    case 0: .union([.null, .object([])])
    case 1: parameters[0]
    default: .list(.common(parameters))
    }
}
