public import Lashlang

/// A tool as its author describes it. What models are shown and what arguments are checked against come from this one
/// description.
public struct ToolDefinition: Sendable {
    /// Identifies the tool in its session, such as `tool:update_plan`.
    public var id: String
    /// The name on events and in traces.
    public var name: String
    /// What it does, for the model.
    public var description: String
    /// How programs call it, such as `files.read`; `tools.<name>` where it is `nil`.
    public var callPath: String?
    /// The JSON schema of the arguments, an object.
    public var input: JSONSchema
    /// The JSON schema of the result.
    public var output: JSONSchema
    /// Calls as programs write them; the model is shown at most two.
    public var examples: [String]
    /// How it may be called.
    public var traits: ToolTraits

    /// A tool whose arguments and result are described by JSON schemas.
    ///
    /// Throws for what is no schema.
    public init(
        id: String? = nil,
        name: String,
        description: String,
        callPath: String? = nil,
        input: Value = ["type": "object", "properties": [:]],
        output: Value = [:],
        examples: [String] = [],
        traits: ToolTraits = ToolTraits()
    ) throws(JSONSchemaError) {
        self.id = id ?? "tool:\(name)"
        self.name = name
        self.description = description
        self.callPath = callPath
        self.input = try JSONSchema(input)
        self.output = try JSONSchema(output)
        self.examples = examples
        self.traits = traits
    }

    /// What prompts and searches need.
    public var manifest: ToolManifest {
        ToolManifest(id: id, name: name, description: description, callPath: callPath, traits: traits)
    }

    /// What a call needs.
    public var contract: ToolContract { ToolContract(input: input, output: output, examples: examples) }
}

/// What prompts and searches need to know of a tool.
public struct ToolManifest: Hashable, Sendable {
    /// Identifies the tool in its session.
    public var id: String
    /// The name on events and in traces.
    public var name: String
    /// What it does, for the model.
    public var description: String
    /// How programs call it; `tools.<name>` where it is `nil`.
    public var callPath: String?
    /// How it may be called.
    public var traits: ToolTraits

    /// A manifest.
    public init(
        id: String,
        name: String,
        description: String,
        callPath: String? = nil,
        traits: ToolTraits = ToolTraits()
    ) {
        self.id = id
        self.name = name
        self.description = description
        self.callPath = callPath
        self.traits = traits
    }
}

/// What a tool takes and gives.
public struct ToolContract: Equatable, Sendable {
    /// The schema of the arguments.
    public var input: JSONSchema
    /// The schema of the result.
    public var output: JSONSchema
    /// Calls as programs write them.
    public var examples: [String]

    /// A contract.
    public init(input: JSONSchema, output: JSONSchema, examples: [String] = []) {
        self.input = input
        self.output = output
        self.examples = examples
    }
}
