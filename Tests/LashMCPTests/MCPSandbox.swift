import LashAgent
import LashMCP
import Lashlang
import Synchronization
import Testing

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The server of the tests, which is a process of its own.
enum TestServer {
    /// The binary beside the test bundle.
    static let binary: String = {
        let bundle = CommandLine.arguments.first { $0.contains(".xctest") } ?? CommandLine.arguments[0]
        let parts = bundle.split(separator: "/", omittingEmptySubsequences: false)
        let end = parts.firstIndex { $0.hasSuffix(".xctest") } ?? parts.count - 1
        let folder = parts[..<end].joined(separator: "/")
        return (folder.hasPrefix("/") ? folder : "./" + folder) + "/MCPTestServer"
    }()

    static func stdio(
        _ name: String = "t",
        _ options: String...,
        environment: [String: String] = [:],
        _ change: (inout MCPServer) -> Void = { _ in }
    ) -> MCPServer {
        var server = MCPServer.stdio(name, command: binary, arguments: options, environment: environment)
        change(&server)
        return server
    }

    /// Whether a process is there.
    static func isRunning(_ process: Int32) -> Bool { kill(process, 0) == 0 }
}

/// A session with servers and a scripted model.
struct MCPSandbox {
    let model: ScriptedModel
    let servers: MCPServers
    let core: AgentCore
    let session: AgentSession

    init(
        _ servers: MCPServers,
        _ replies: [ScriptedReply],
        _ configure: (inout AgentConfiguration) throws -> Void = { _ in }
    ) async throws {
        model = ScriptedModel(replies)
        self.servers = servers
        core = try AgentCore(model: model, limits: try ModelLimits(contextWindow: 200_000), configure)
        session = try await core.session("s").plugin(servers).open()
    }

    init(_ servers: MCPServer..., replies: [ScriptedReply]) async throws {
        try await self.init(try MCPServers(servers, environment: { _ in nil }), replies)
    }

    /// A block as a model writes it.
    static func block(_ code: String) -> ScriptedReply { ScriptedReply(Reply.rendered(prose: "", code: code) + "\n") }

    /// Runs blocks of one turn, each an answer of the model, with some servers; they are gone afterwards.
    static func run(
        _ servers: MCPServer...,
        blocks: String...
    ) async throws -> (result: TurnResult, sandbox: MCPSandbox, log: EventLog) {
        let sandbox = try await MCPSandbox(try MCPServers(servers, environment: { _ in nil }), blocks.map { block($0) })
        let log = EventLog()
        let result = try await sandbox.session.turn("Go").stream(to: log)
        await sandbox.servers.close()
        return (result, sandbox, log)
    }

    func system(_ request: Int) -> String { model.requests[request].messages.first?.text ?? "" }
}

/// Keeps the events of a turn.
final class EventLog: TurnEventSink {
    private let kept = Mutex<[TurnEvent]>([])
    private let onEvent: (@Sendable (TurnEvent) async -> Void)?

    init(onEvent: (@Sendable (TurnEvent) async -> Void)? = nil) { self.onEvent = onEvent }

    func receive(_ activity: TurnActivity) async {
        kept.withLock { $0.append(activity.event) }
        await onEvent?(activity.event)
    }

    /// What the plugin told of its servers.
    var statuses: [Value] {
        kept.withLock { $0 }.compactMap { event in
            if case .plugin(id: "mcp", .custom(name: "mcp.servers", let payload)) = event { payload } else { nil }
        }
    }

    /// The failures of calls.
    var failures: [String] {
        kept.withLock { $0 }.compactMap { event in
            guard case .toolCallCompleted(let call) = event, call.status == .error,
                case .record(let error) = call.output,
                case .string(let message)? = error["message"]
            else { return nil }
            return message
        }
    }
}

/// Asks again until something is so; gives up after a good while.
func eventually(_ condition: () async throws -> Bool) async throws -> Bool {
    for _ in 0..<10_000 {
        if try await condition() { return true }
        try await Task.sleep(for: .milliseconds(10))
    }
    return false
}
