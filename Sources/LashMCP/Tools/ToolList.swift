internal import LashAgent
internal import LashHTTP
internal import Lashlang

/// The tools of a server, as agents have them.
struct ToolList: Sendable {
    /// A tool.
    struct Tool: Sendable {
        /// What the server calls it.
        var name: String
        /// What agents know of it.
        var definition: ToolDefinition
    }

    private(set) var tools: [Tool] = []
    /// What is left out or changed, and why.
    private(set) var warnings: [String] = []

    /// No tools.
    init() {}

    /// What a server has listed, as far as it can be used.
    init(_ listed: [Value], of server: MCPServer) {
        var names: [String] = []
        var usable: [Value] = []
        for tool in listed {
            guard let name = tool[field: "name"]?.asText, !name.isEmpty else {
                warnings.append("a tool without a name is left out")
                continue
            }
            let shown = String(name.prefix(60))
            if name.utf8.count > server.limits.nameBytes {
                warnings.append(
                    "the tool `\(shown)…` is left out: its name has more than \(server.limits.nameBytes) bytes"
                )
            } else if names.contains(name) {
                warnings.append("the tool `\(shown)` is listed twice; the second one is left out")
            } else if names.count == server.limits.tools {
                warnings.append(
                    "there are more than \(server.limits.tools) tools; those from `\(shown)` on are left out"
                )
                break
            } else {
                names.append(name)
                usable.append(tool)
            }
        }
        let mapped = ToolName.names(of: names, on: server.name)
        var taken: Set<String> = []
        for (name, tool) in zip(names, usable) {
            let own = mapped[name] ?? name
            guard taken.insert(own).inserted, let definition = definition(tool, name, as: own, server) else {
                warnings.append("the tool `\(name)` is left out: another one has the name `\(own)`")
                continue
            }
            tools.append(Tool(name: name, definition: definition))
        }
    }

    /// A list that was read only in part.
    mutating func warn(_ warning: String) { warnings.append(warning) }

    /// The tool as agents know it. A schema that cannot be used is not held against the tool: the server checks arguments
    /// itself.
    private mutating func definition(_ tool: Value, _ name: String, as mapped: String, _ server: MCPServer)
        -> ToolDefinition?
    {
        var description = tool[field: "description"]?.asText ?? tool[field: "title"]?.asText ?? ""
        if description.count > server.limits.descriptionCharacters {
            description = description.prefix(server.limits.descriptionCharacters) + "…"
        }
        var input: Value = ["type": "object"]
        switch Self.problem(ofInput: tool[field: "inputSchema"], server.limits) {
        case nil: input = tool[field: "inputSchema"] ?? input
        case .some(let problem):
            warnings.append("the arguments of `\(name)` are not checked here: \(problem)")
            if let text = tool[field: "inputSchema"]?.text, text.utf8.count <= 4_096 {
                description += "\nThe arguments are described by this JSON schema: \(text)"
            }
        }
        var output: Value = [:]
        if let schema = tool[field: "outputSchema"] {
            if let problem = Self.problem(of: schema, server.limits) {
                warnings.append("the result of `\(name)` is not described: \(problem)")
            } else {
                output = schema
            }
        }
        return try? ToolDefinition(
            id: "mcp:\(server.name):\(name)",
            name: mapped,
            description: description,
            input: input,
            output: output,
            traits: Self.traits(tool[field: "annotations"], server)
        )
    }

    private static func problem(ofInput schema: Value?, _ limits: MCPServer.Limits) -> String? {
        guard let schema else { return "there is no schema" }
        guard case .record = schema, schema[field: "type"] == "object" else {
            return "the schema does not describe an object"
        }
        return problem(of: schema, limits)
    }

    private static func problem(of schema: Value, _ limits: MCPServer.Limits) -> String? {
        if schema.json(atMost: limits.schemaBytes) == nil {
            return "the schema has more than \(limits.schemaBytes) bytes"
        }
        do throws(JSONSchemaError) { _ = try JSONSchema(schema) } catch { return error.message }
        return nil
    }

    private static func traits(_ hints: Value?, _ server: MCPServer) -> ToolTraits {
        let isReadOnly = hints?[field: "readOnlyHint"] == .bool(true)
        let isDestructive = hints?[field: "destructiveHint"] == .bool(true) && !isReadOnly
        let isRepeatable = isReadOnly || hints?[field: "idempotentHint"] == .bool(true)
        let needsApproval =
            switch server.approval {
            case .never: false
            case .destructive: isDestructive
            case .unlessReadOnly: !isReadOnly
            case .always: true
            }
        return ToolTraits(
            retry: isRepeatable ? .idempotent(attempts: 2) : .never,
            needsApproval: needsApproval,
            isReadOnly: isReadOnly && server.trustsReadOnlyHint
        )
    }
}
