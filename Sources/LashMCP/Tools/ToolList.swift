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
        for (position, tool) in listed.enumerated() {
            if position == server.limits.tools {
                warnings.append("there are more than \(server.limits.tools) tools; the others are left out")
                break
            }
            guard let name = tool[field: "name"]?.asText, !name.isEmpty else {
                warnings.append("a tool without a name is left out")
                continue
            }
            let shown = name.cut(to: 60)
            if name.utf8.count > server.limits.nameBytes {
                warnings.append(
                    "the tool `\(shown)` is left out: its name has more than \(server.limits.nameBytes) bytes"
                )
            } else if names.contains(name) {
                warnings.append("the tool `\(shown)` is listed twice; the second one is left out")
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
        description = description.cut(to: server.limits.descriptionCharacters)
        var (input, output): (Value, Value) = (["type": "object"], [:])
        do throws(JSONSchemaError) {
            input = try ForeignSchema.usable(input: tool[field: "inputSchema"], server.limits)
        } catch {
            warnings.append("the arguments of `\(name)` are not checked here: \(error.message)")
            if let text = tool[field: "inputSchema"]?.json(atMost: 4_096) {
                description += "\nThe arguments are described by this JSON schema: \(text)"
            }
        }
        if let schema = tool[field: "outputSchema"] {
            do throws(JSONSchemaError) { output = try ForeignSchema.usable(schema, server.limits) } catch {
                warnings.append("the result of `\(name)` is not described: \(error.message)")
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
