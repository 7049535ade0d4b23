public import LashLinker
public import LashVM

/// What programs can call: modules with operations, functions, value constructors, and the types of all of them.
///
/// A host is a value. What is added is checked against what is there; what cannot be added changes nothing.
///
///     var host = Host()
///     try host.module("files", type: "Files") { files in
///         try files.operation("read", description: "The text of a file") { (file: File) async throws -> String in
///             try await text(of: file.path)
///         }
///     }
///     try host.function("twice", parameters: ["n"]) { (n: Int) in 2 * n }
///     let program = try Program(source, environment: host.environment())
///     let outcome = try await Session().run(program, host: host)
///
/// Closures may be called from several tasks at once. What they throw is a failure of the call that the program sees,
/// and never ends a run by itself.
public struct Host: Sendable {
    /// What is there, as the linker and prompts see it.
    public private(set) var catalog = HostCatalog()
    /// The parts of the language that this host does its share for. None by default.
    public var abilities: HostEnvironment.Abilities = []
    /// Whether programs may contain labels. Off by default: only hosts that show labels have a use for them.
    public var labelAnnotations = false
    /// Runs processes and keeps the time. Without one, whatever needs it fails.
    public var processes: (any ProcessHandler)?

    /// Looks at what a program finishes with, and gives the value that counts. What it throws is an error of the program
    /// at its `finish`.
    public var onFinish: (@Sendable (Value) async throws -> Value)?

    /// By module path, then by name.
    private var operations: [String: [String: OperationBody]] = [:]
    private var functions: [String: @Sendable ([Value]) throws -> Value] = [:]

    /// A host that offers nothing.
    public init() {}

    /// Adds a module, or more operations to one that is there. `type` names its kind: modules of one type have the same
    /// operations, and programs can take them as arguments of processes.
    ///
    /// Throws a `HostCatalogError` where the catalog does not take the module or one of its operations, and whatever
    /// else `add` throws.
    public mutating func module(
        _ path: String,
        type: String,
        _ add: (inout HostModuleBuilder) throws -> Void = { _ in }
    ) throws {
        var changed = catalog
        try changed.addModule(path, type: type)
        var builder = HostModuleBuilder(path: path, catalog: changed)
        try add(&builder)
        catalog = builder.catalog
        operations[path, default: [:]].merge(builder.bodies) { _, new in new }
    }

    /// Adds a pure function that programs call by its bare name. It gets one argument for each name of a parameter; the
    /// types of parameters and result are derived from the closure's.
    ///
    /// Throws where the catalog does not take it, and where there are more or fewer names than parameters.
    public mutating func function<each A: Decodable & SendableMetatype, R: Encodable & SendableMetatype>(
        _ name: String,
        parameters: [String],
        result: StatedType? = nil,
        description: String = "",
        _ body: @escaping @Sendable (repeat each A) throws -> R
    ) throws(HostCatalogError) {
        let types = describedTypes(repeat (each A).self)
        guard types.count == parameters.count else { throw .parameters(name, parameters.count, types.count) }
        try addFunction(
            name,
            Array(zip(parameters, types)),
            result ?? StatedType(describing: R.self),
            description
        ) { arguments in
            var reader = try ArgumentReader(arguments, names: parameters)
            return try encodedResult(body(repeat reader.next((each A).self)))
        }
    }

    /// Adds a pure function whose parameters have stated types.
    ///
    /// Throws where the catalog does not take it, and where there are more or fewer names than parameters.
    public mutating func function<each A: Decodable & SendableMetatype, R: Encodable & SendableMetatype>(
        _ name: String,
        parameters: KeyValuePairs<String, StatedType>,
        result: StatedType? = nil,
        description: String = "",
        _ body: @escaping @Sendable (repeat each A) throws -> R
    ) throws(HostCatalogError) {
        let count = typeCount(repeat (each A).self)
        guard count == parameters.count else { throw .parameters(name, parameters.count, count) }
        let names = parameters.map(\.key)
        try addFunction(
            name,
            try stated(parameters),
            result ?? StatedType(describing: R.self),
            description
        ) { arguments in
            var reader = try ArgumentReader(arguments, names: names)
            return try encodedResult(body(repeat reader.next((each A).self)))
        }
    }

    /// Adds a pure function in terms of values. It gets as many as it has parameters.
    ///
    /// Throws where the catalog does not take it.
    public mutating func function(
        _ name: String,
        parameters: KeyValuePairs<String, StatedType>,
        result: StatedType = "any",
        description: String = "",
        _ body: @escaping @Sendable ([Value]) throws -> Value
    ) throws(HostCatalogError) {
        try addFunction(name, try stated(parameters), result, description, body)
    }

    /// Adds a value constructor: `cfg.Limits({…})` makes a value that says which constructor made it.
    ///
    /// Throws where the catalog does not take it.
    public mutating func constructor(
        _ path: String,
        input: StatedType,
        output: StatedType
    ) throws(HostCatalogError) {
        try catalog.addConstructor(path, input: try input.type(), output: try output.type())
    }

    /// Adds a named data type, such as `geo.Point`, that programs can use in types. Throws where the catalog does not
    /// take it.
    public mutating func dataType(_ name: String, _ type: StatedType) throws(HostCatalogError) {
        try catalog.addDataType(name, try type.type())
    }

    /// Adds a trigger source: a constructor of its descriptors, and the data type of its events. Throws where the
    /// catalog does not take it.
    public mutating func triggerSource(
        _ name: String,
        input: StatedType,
        eventName: String,
        event: StatedType
    ) throws(HostCatalogError) {
        try catalog.addTriggerSource(
            name,
            input: try input.type(),
            eventName: eventName,
            event: try event.type()
        )
    }

    /// What programs are compiled against: the catalog, the abilities, and the names of the bindings.
    ///
    /// Throws where the name of a binding means something else in the catalog.
    public func environment(
        bindings: ProjectedBindings = ProjectedBindings()
    ) throws(BindingError) -> HostEnvironment {
        for name in bindings.names {
            if let meaning = catalog.meaning(of: name) {
                throw BindingError(message: "`\(name)` cannot be bound: \(meaning)")
            }
        }
        return HostEnvironment(
            abilities: abilities,
            labelAnnotations: labelAnnotations,
            readOnlyNames: Set(bindings.names),
            catalog: catalog
        )
    }

    private mutating func addFunction(
        _ name: String,
        _ parameters: [(String, HostType)],
        _ result: StatedType,
        _ description: String,
        _ body: @escaping @Sendable ([Value]) throws -> Value
    ) throws(HostCatalogError) {
        try catalog.addFunction(
            name,
            parameters: parameters.map { (name: $0.0, type: $0.1) },
            result: try result.type(),
            description: description
        )
        functions[name] = body
    }

    private func stated(
        _ parameters: KeyValuePairs<String, StatedType>
    ) throws(HostCatalogError) -> [(String, HostType)] {
        var types: [(String, HostType)] = []
        for (name, type) in parameters { types.append((name, try type.type())) }
        return types
    }
}

extension HostCatalogError {
    fileprivate static func parameters(_ function: String, _ names: Int, _ parameters: Int) -> HostCatalogError {
        HostCatalogError("function `\(function)` names \(names) parameters, but its closure takes \(parameters)")
    }
}

// MARK: - Answers

extension Host: EffectHandler {
    /// The answer to a call of a function, or of an operation that does not wait.
    public func immediateAnswer(to call: HostCall) -> CallResult? {
        switch call {
        case .operation(let call):
            switch operations[call.receiver.alias]?[call.name] {
            case .immediate(let body)?: return result { () throws in try body(call.arguments) }
            case .suspending?: return nil
            case nil: return .failure(missing(call))
            }
        case .function(let name, let arguments):
            guard let body = functions[name] else {
                return .failure(CallFailure("this host has no function `\(name)`"))
            }
            return result { () throws in try body(arguments) }
        case .result: return processes == nil ? .failure(Self.noProcesses) : nil
        }
    }

    /// The answer to any call.
    public func answer(_ call: HostCall) async -> CallResult {
        switch call {
        case .operation(let operation):
            guard case .suspending(let body)? = operations[operation.receiver.alias]?[operation.name] else { break }
            do { return .value(try await body(operation.arguments)) } catch {
                return .failure(CallFailure(describing: error))
            }
        case .function: break
        case .result(let handle): if let processes { return await processes.result(of: handle) }
        }
        return immediateAnswer(to: call) ?? .failure(Self.noProcesses)
    }

    /// The answer to a request, which `processes` gives.
    public func answer(_ request: HostRequest, of program: Program) async -> CallResult {
        if let processes { return await processes.answer(request, of: program) }
        switch request {
        case .sleepFor, .sleepUntil: return .failure(CallFailure("this host has no clock"))
        case .start, .cancel, .event, .waitSignal, .signalRun: return .failure(Self.noProcesses)
        }
    }

    /// What `onFinish` makes of the value.
    public func accept(_ value: Value, of program: Program) async throws(CallFailure) -> Value {
        guard let onFinish else { return value }
        do { return try await onFinish(value) } catch { throw CallFailure(describing: error) }
    }

    private func result(_ body: () throws -> Value) -> CallResult {
        do { return .value(try body()) } catch { return .failure(CallFailure(describing: error)) }
    }

    private static let noProcesses = CallFailure("this host runs no processes")

    /// Only programs that were compiled against another catalog ask for what is not there.
    private func missing(_ call: OperationCall) -> CallFailure {
        if call.receiver.alias.isEmpty {
            return CallFailure("module operation `\(call.name)` requires a module authority receiver")
        }
        if let known = catalog.module(call.receiver.alias)?.operation(call.name) {
            return CallFailure(
                "module operation `\(call.name)` resolved to unavailable host operation `\(known.hostOperation)`"
            )
        }
        return CallFailure(
            "module `\(call.receiver.alias)` of type `\(call.receiver.type)` does not expose operation `\(call.name)`"
        )
    }
}
