import LashAgent
import LashMCP

/// The servers of a configuration file, and one more whose calls somebody has to approve of.
func servers(configuration json: String, notes program: String) throws -> MCPServers {
    let servers = try MCPServers(try MCPConfiguration.servers(json: json))
    var notes = MCPServer.stdio("notes", command: program, environment: ["LEVEL": "2"])
    notes.approval = .unlessReadOnly
    notes.callTimeout = .seconds(20)
    try servers.attach(notes)
    return servers
}

/// A core whose sessions have the tools of servers.
func core(_ model: any LanguageModel, with servers: MCPServers) throws -> AgentCore {
    AgentCore(model: model, limits: try ModelLimits(contextWindow: 128_000)) { core in
        core.plugins.append(servers)
        core.approver = { request in request.tool.hasSuffix("__wipe") ? .deny(reason: "not today") : .allow }
    }
}

/// What is wrong with servers, by their names.
func problems(of servers: MCPServers) async -> [String: String] {
    var problems: [String: String] = [:]
    for status in await servers.connect() { problems[status.name] = status.error }
    return problems
}
