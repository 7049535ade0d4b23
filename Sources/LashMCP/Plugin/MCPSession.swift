internal import LashAgent
internal import LashHTTP
internal import Lashlang
internal import Synchronization

/// The servers in one session.
final class MCPSession: SessionPlugin {
    private let servers: MCPServers
    /// What whoever watches was told last.
    private let told = Mutex<[MCPServerStatus]>([])

    init(_ servers: MCPServers) { self.servers = servers }

    func register(with registrar: inout PluginRegistrar) throws {
        let servers = servers
        registrar.tools.offer { [self] _ in try await offer() }
        registrar.toolResults.images { image in servers.images[image.id] }
        try registrar.operations.query("mcp.list") { (_: Record) in await servers.list() }
        try registrar.operations.task("mcp.attach") { (entry: Record) in try await Self.attach(entry, to: servers) }
        try registrar.operations.task("mcp.detach") { (arguments: [String: String]) in
            guard let name = arguments["name"] else {
                throw MCPError(.configuration, "`mcp.detach` needs the `name` of a server")
            }
            try await servers.detach(name)
            return await servers.list()
        }
    }

    /// The tools of all servers that can be reached.
    private func offer() async throws -> ToolOffer {
        await servers.refresh()
        var offer = ToolOffer()
        var list: [MCPServerStatus] = []
        for slot in servers.attached {
            let status = await slot.status
            offer.providers.append(ServerTools(slot, await slot.tools, servers.images))
            if status.state == .failed, let error = status.error {
                let line = error.split(whereSeparator: \.isNewline).first ?? ""
                offer.notes.append(
                    "The MCP server `\(status.name)` cannot be used now, so its tools may be missing: \(String(line).cut(to: 300))"
                )
            }
            if let instructions = await slot.instructions {
                offer.notes.append("The MCP server `\(status.name)` says of its tools: \(instructions)")
            }
            list.append(status)
        }
        let isNews = told.withLock { told in
            defer { told = list }
            return told != list
        }
        if isNews { offer.events = [.custom(name: "mcp.servers", payload: try ValueEncoder().encode(list))] }
        return offer
    }

    private static func attach(_ entry: Record, to servers: MCPServers) async throws -> MCPServerStatus {
        guard let name = Value.record(entry)[field: "name"]?.asText else {
            throw MCPError(.configuration, "`mcp.attach` needs the `name` of the server")
        }
        let server = try MCPConfiguration.server(
            name,
            .record(entry),
            at: ConfigurationPlace(path: "arguments"),
            environment: { Environment.process($0) }
        )
        try servers.attach(server)
        guard let slot = servers.slot(name) else {
            throw MCPError(.unknownServer, "the MCP server `\(name)` was detached")
        }
        await slot.refresh(force: true)
        return await slot.status
    }
}

/// The tools of one server as they were before a call of the model.
private struct ServerTools: ToolProvider {
    private let slot: ServerSlot
    private let images: ImageStore
    private let tools: [ToolList.Tool]
    private let positions: [String: Int]

    init(_ slot: ServerSlot, _ tools: [ToolList.Tool], _ images: ImageStore) {
        self.slot = slot
        self.tools = tools
        self.images = images
        positions = Dictionary(tools.enumerated().map { ($1.definition.name, $0) }) { first, _ in first }
    }

    var manifests: [ToolManifest] { tools.map(\.definition.manifest) }

    func contract(of name: String) -> ToolContract? { positions[name].map { tools[$0].definition.contract } }

    func execute(_ call: ToolCall) async -> ToolResult {
        guard let position = positions[call.name] else { return .failure("there is no tool `\(call.name)`") }
        let tool = tools[position]
        do throws(MCPError) {
            let answer = try await slot.call(tool.name, call.arguments)
            return ToolAnswer.result(answer, images)
        } catch {
            return .failure(error, isRepeatable: tool.definition.traits.retry.isIdempotent)
        }
    }
}
