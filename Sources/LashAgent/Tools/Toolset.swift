public import Lashlang

/// Tools that are closures. What models are shown of a tool, what its arguments are checked against, and what is run all
/// come from the one place where it is added.
///
/// The closure of a tool takes one `Decodable` structure with the arguments, or nothing, and gives an `Encodable` value.
/// The schemas of both are derived from the types. A `CallFailure` that it throws is the failure of the call as it is;
/// any other error is one with its description.
public struct Toolset: ToolProvider {
    private struct Entry: Sendable {
        var definition: ToolDefinition
        var prepare: @Sendable (PendingToolCall) async throws -> ToolPreparation
        var execute: @Sendable (ToolCall) async throws -> ToolResult
        var withdraw: @Sendable (PendingCompletion) async -> Void = { _ in }
    }

    private var entries: [Entry] = []
    private var positions: [String: Int] = [:]

    /// No tools.
    public init() {}

    /// The tools that a closure adds.
    public init(_ add: (inout Toolset) throws -> Void) rethrows { try add(&self) }

    /// Adds a tool that is described by itself.
    ///
    /// - Parameters:
    ///   - prepare: gets a call ready while what belongs to the turn can be read.
    ///   - execute: runs a call.
    ///
    /// Throws for a name that is taken.
    public mutating func add(
        _ definition: ToolDefinition,
        prepare: @escaping @Sendable (PendingToolCall) async throws -> ToolPreparation = { call in
            .ready(arguments: call.arguments, payload: .null)
        },
        execute: @escaping @Sendable (ToolCall) async throws -> ToolResult
    ) throws(ToolCatalogError) {
        if positions[definition.name] != nil { throw ToolCatalogError("duplicate tool name `\(definition.name)`") }
        positions[definition.name] = entries.count
        entries.append(Entry(definition: definition, prepare: prepare, execute: execute))
    }

    /// Says what happens when nobody waits any more for a result of a tool that was to come later: see
    /// ``ToolProvider/withdraw(_:)``.
    ///
    /// Throws for a tool that is not there.
    public mutating func whenWithdrawn(
        _ name: String,
        _ body: @escaping @Sendable (PendingCompletion) async -> Void
    ) throws(ToolCatalogError) {
        guard let position = positions[name] else { throw ToolCatalogError("there is no tool `\(name)`") }
        entries[position].withdraw = body
    }

    /// Adds a tool with typed arguments and a typed result.
    ///
    /// - Parameters:
    ///   - name: the name on events and in traces.
    ///   - description: what it does, for the model.
    ///   - callPath: how programs call it; `tools.<name>` where it is `nil`.
    ///   - fields: what the fields of the arguments mean, for the model.
    ///   - examples: calls as programs write them.
    ///
    /// Throws for a name that is taken, for arguments that are no structure, and for a description of a field that is not
    /// there.
    public mutating func add<A: Decodable & SendableMetatype, R: Encodable & SendableMetatype>(
        _ name: String,
        _ description: String,
        callPath: String? = nil,
        fields: KeyValuePairs<String, String> = [:],
        examples: [String] = [],
        traits: ToolTraits = ToolTraits(),
        _ body: @escaping @Sendable (A) async throws -> R
    ) throws {
        let definition = try Self.definition(
            name,
            description,
            callPath,
            A.self,
            JSONSchema.describing(R.self),
            fields,
            examples,
            traits
        )
        try add(definition) { call in .value(try Self.result(await body(try Self.arguments(call.arguments)))) }
    }

    /// Adds a tool without arguments.
    ///
    /// Throws for a name that is taken.
    public mutating func add<R: Encodable & SendableMetatype>(
        _ name: String,
        _ description: String,
        callPath: String? = nil,
        examples: [String] = [],
        traits: ToolTraits = ToolTraits(),
        _ body: @escaping @Sendable () async throws -> R
    ) throws {
        let definition = try ToolDefinition(
            name: name,
            description: description,
            callPath: callPath,
            output: JSONSchema.describing(R.self),
            examples: examples,
            traits: traits
        )
        try add(definition) { _ in .value(try Self.result(await body())) }
    }

    /// Adds a tool with typed arguments that says by itself what comes of the call: a value, a failure, or the end of the
    /// turn.
    ///
    /// Throws as the others do.
    public mutating func add<A: Decodable & SendableMetatype>(
        _ name: String,
        _ description: String,
        callPath: String? = nil,
        fields: KeyValuePairs<String, String> = [:],
        output: Value = [:],
        examples: [String] = [],
        traits: ToolTraits = ToolTraits(),
        _ body: @escaping @Sendable (A, ToolCall) async throws -> ToolResult
    ) throws {
        let definition = try Self.definition(name, description, callPath, A.self, output, fields, examples, traits)
        try add(definition) { call in try await body(try Self.arguments(call.arguments), call) }
    }

    /// Adds a tool that reads what belongs to the turn before it runs. What `prepare` gives is what `body` gets: where a
    /// call waits for approval in between, it is kept with the turn.
    ///
    /// Throws as the others do.
    public mutating func add<
        A: Decodable & SendableMetatype,
        P: Codable & SendableMetatype,
        R: Encodable & SendableMetatype
    >(
        _ name: String,
        _ description: String,
        callPath: String? = nil,
        fields: KeyValuePairs<String, String> = [:],
        examples: [String] = [],
        traits: ToolTraits = ToolTraits(),
        prepare: @escaping @Sendable (A, TurnContext) async throws -> P,
        _ body: @escaping @Sendable (A, P) async throws -> R
    ) throws {
        let definition = try Self.definition(
            name,
            description,
            callPath,
            A.self,
            JSONSchema.describing(R.self),
            fields,
            examples,
            traits
        )
        try add(definition) { call in
            let payload = try await prepare(try Self.arguments(call.arguments), call.context)
            return .ready(
                arguments: call.arguments,
                payload: try ValueEncoder().encode(payload, root: "payload")
            )
        } execute: { call in
            .value(try Self.result(await body(try Self.arguments(call.arguments), try call.payload(as: P.self))))
        }
    }

    // MARK: The provider

    /// The tools.
    public var manifests: [ToolManifest] { entries.map(\.definition.manifest) }

    /// What a tool takes and gives.
    public func contract(of name: String) -> ToolContract? {
        positions[name].map { entries[$0].definition.contract }
    }

    /// Gets a call ready. What goes wrong there is the failure of the call.
    public func prepare(_ call: PendingToolCall) async -> ToolPreparation {
        guard let position = positions[call.name] else { return .done(Self.missing(call.name)) }
        do { return try await entries[position].prepare(call) } catch { return .done(ToolResult(describing: error)) }
    }

    /// Runs a call.
    public func execute(_ call: ToolCall) async -> ToolResult {
        guard let position = positions[call.name] else { return Self.missing(call.name) }
        do { return try await entries[position].execute(call) } catch { return ToolResult(describing: error) }
    }

    /// Tells the tool that nobody waits any more.
    public func withdraw(_ completion: PendingCompletion) async {
        if let position = positions[completion.tool] { await entries[position].withdraw(completion) }
    }

    private static func missing(_ name: String) -> ToolResult {
        .failure("there is no tool `\(name)`", code: "tool_unavailable", class: "unavailable")
    }

    // MARK: Coding

    private static func arguments<A: Decodable>(_ value: Value) throws -> A {
        do { return try ValueDecoder().decode(A.self, from: value, root: "arguments") } catch {
            throw CallFailure(class: "invalid_request", code: "invalid_tool_args", message: "\(error)")
        }
    }

    private static func result<R: Encodable>(_ result: R) throws -> Value {
        do { return try ValueEncoder().encode(result, root: "result") } catch {
            throw CallFailure(class: "internal", code: "invalid_tool_result", message: "\(error)")
        }
    }

    private static func definition(
        _ name: String,
        _ description: String,
        _ callPath: String?,
        _ arguments: Any.Type,
        _ output: Value,
        _ fields: KeyValuePairs<String, String>,
        _ examples: [String],
        _ traits: ToolTraits
    ) throws -> ToolDefinition {
        guard case .record(var schema) = JSONSchema.describing(arguments), schema["type"] ?? "object" == "object"
        else { throw ToolCatalogError("the arguments of tool `\(name)` must be a structure") }
        schema["type"] = "object"
        if !fields.isEmpty {
            guard case .record(var properties)? = schema["properties"] else {
                throw ToolCatalogError("the arguments of tool `\(name)` have no field `\(fields[0].key)`")
            }
            for (field, meaning) in fields {
                guard case .record(var property)? = properties[field] else {
                    throw ToolCatalogError("the arguments of tool `\(name)` have no field `\(field)`")
                }
                property["description"] = .string(meaning)
                properties[field] = .record(property)
            }
            schema["properties"] = .record(properties)
        }
        return try ToolDefinition(
            name: name,
            description: description,
            callPath: callPath,
            input: .record(schema),
            output: output,
            examples: examples,
            traits: traits
        )
    }
}

extension ToolResult {
    /// The failure that an error is.
    init(describing error: any Error) {
        switch error {
        case let failure as CallFailure: self.init(.failure(failure))
        case is CancellationError: self.init(.cancelled)
        default: self = .failure("\(error)")
        }
    }
}
