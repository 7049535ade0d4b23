public import LashAgent
internal import LashHTTP
internal import Lashlang
public import Logging
internal import Synchronization

/// The servers whose tools agents have: a plugin, and the host's hold on it.
///
/// ```swift
/// let servers = try MCPServers([.stdio("files", command: "mcp-files", arguments: ["/srv/notes"])])
/// let session = try await core.session("s").plugin(servers).open()
/// ```
///
/// Programs call a tool as `await tools.mcp__files__read({…})?`. All sessions with the plugin share the servers. A server is
/// started or called when a model is asked for the first time, and again where it has ended; one that fails leaves the others
/// as they are. Servers that are processes end when they are detached, and at the latest with this object and the last
/// session that has it.
///
/// Sessions have the operations `mcp.list`, `mcp.attach` with `{name, command, args?, env?, cwd?}` or
/// `{name, url, type?, headers?}`, and `mcp.detach` with `{name}`. Whoever watches a turn is told of changes by the event
/// `mcp.servers`.
public final class MCPServers: PluginFactory {
    /// Identifies the plugin.
    public static let pluginID = "mcp"

    private let slots: Mutex<[ServerSlot]>
    private let logger: Logger
    private let environment: @Sendable (String) -> String?
    let images = ImageStore()

    /// The plugin.
    ///
    /// - Parameters:
    ///   - servers: what is attached at first. Nothing is started here.
    ///   - logger: is told of failures, and at the level debug of what servers say.
    ///   - environment: where to look for proxies, instead of in the environment of the process.
    ///
    /// Throws for two servers of one name, for a name that no tool could have, and for an address that is none.
    public init(
        _ servers: [MCPServer] = [],
        logger: Logger = Logger(label: "lash.mcp") { _ in SwiftLogNoOpLogHandler() },
        environment: (@Sendable (String) -> String?)? = nil
    ) throws(MCPError) {
        self.logger = logger
        self.environment = environment ?? { Environment.process($0) }
        slots = Mutex([])
        for server in servers { try attach(server) }
    }

    /// Identifies the plugin.
    public var id: String { Self.pluginID }

    /// Makes the plugin of a session.
    public func build(_ context: PluginBuildContext) throws -> any SessionPlugin { MCPSession(self) }

    /// Adds a server. It is connected when the next model is asked, or by `connect`.
    ///
    /// Throws as `init` does.
    public func attach(_ server: MCPServer) throws(MCPError) {
        if case .http(let endpoint) = server.transport {
            do throws(MCPError) { _ = try HTTPTarget.address(endpoint.url) } catch {
                throw MCPError(.configuration, server: server.name, "the address \(error.message)")
            }
            do throws(MCPError) { try HTTPTarget.check(headers: endpoint.headers) } catch {
                throw MCPError(.configuration, server: server.name, error.message)
            }
        }
        let slot = ServerSlot(server, logger: logger, environment: environment)
        let result = slots.withLock { slots -> Result<Void, MCPError> in
            do throws(MCPError) { try ServerName.check(server.name, among: slots.map(\.server.name)) } catch {
                return .failure(error)
            }
            slots.append(slot)
            return .success(())
        }
        try result.get()
    }

    /// Takes a server away. Calls that are under way fail; a process has ended when this returns.
    ///
    /// Throws for a server that is not there.
    public func detach(_ name: String) async throws(MCPError) {
        let slot = slots.withLock { slots in
            slots.firstIndex { $0.server.name == name }.map { slots.remove(at: $0) }
        }
        guard let slot else { throw MCPError(.unknownServer, "there is no MCP server `\(name)`") }
        await slot.close()
    }

    /// Connects all servers that are not, also those that have failed a moment ago, and says how they stand.
    @discardableResult
    public func connect() async -> [MCPServerStatus] {
        await refresh(force: true)
        return await list()
    }

    /// How the servers stand, in the order in which they were attached.
    public func list() async -> [MCPServerStatus] {
        var list: [MCPServerStatus] = []
        for slot in attached { list.append(await slot.status) }
        return list
    }

    /// Takes all servers away. Their processes have ended when this returns.
    public func close() async {
        let closing = slots.withLock { slots in
            defer { slots = [] }
            return slots
        }
        await withTaskGroup { group in
            for slot in closing { group.addTask { await slot.close() } }
        }
    }

    var attached: [ServerSlot] { slots.withLock { $0 } }

    func slot(_ name: String) -> ServerSlot? { attached.first { $0.server.name == name } }

    /// Connects and reads what is needed, all servers at the same time.
    func refresh(force: Bool = false) async {
        await withTaskGroup { group in
            for slot in attached { group.addTask { await slot.refresh(force: force) } }
        }
    }
}
