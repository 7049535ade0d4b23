internal import LashAgent
internal import Lashlang
internal import Logging

/// A server that is attached: connected, or to be connected when it is needed.
actor ServerSlot {
    nonisolated let server: MCPServer
    private nonisolated let logger: Logger
    private nonisolated let environment: @Sendable (String) -> String?
    private var connection: MCPConnection?
    private var connecting: Task<Result<MCPConnection, MCPError>, Never>?
    private var list = ToolList()
    private var failure: MCPError?
    private var failures = 0
    /// When a server that failed is tried again by itself.
    private var nextAttempt: ContinuousClock.Instant?
    private var isDetached = false

    init(_ server: MCPServer, logger: Logger, environment: @escaping @Sendable (String) -> String?) {
        self.server = server
        self.logger = logger
        self.environment = environment
    }

    /// The tools that were read last.
    var tools: [ToolList.Tool] { list.tools }

    /// What the server says of the use of its tools.
    var instructions: String? { list.tools.isEmpty ? nil : connection?.greeting.instructions }

    var status: MCPServerStatus {
        let greeting = connection?.greeting
        let ending = connection?.ending
        return MCPServerStatus(
            name: server.name,
            state: failure != nil ? .failed : ending != nil ? .ended : connection != nil ? .connected : .idle,
            error: (failure ?? ending)?.message,
            title: greeting?.title,
            version: greeting?.version,
            tools: list.tools.map(\.definition.name),
            warnings: list.warnings
        )
    }

    /// Connects where that is needed, and reads the tools again where they have changed.
    ///
    /// - Parameter force: whether a server that has failed a moment ago is tried all the same.
    func refresh(force: Bool = false) async {
        guard let connection, connection.ending == nil else {
            if force || !isResting { _ = try? await connected() }
            return
        }
        guard force || !isResting, connection.takeStaleness() else { return }
        do throws(MCPError) {
            list = try await connection.tools(until: .now + server.connectTimeout)
            (failure, failures, nextAttempt) = (nil, 0, nil)
        } catch {
            connection.noteStaleness()
            switch error.kind {
            case .cancelled: break
            case .sessionExpired:
                drop(connection)
                _ = try? await connected()
            default: rest(after: error)
            }
        }
    }

    /// Leaves a conversation whose session the server has forgotten; the next one who needs the server begins a new one.
    private func drop(_ old: MCPConnection) {
        if connection === old { connection = nil }
    }

    /// Lets some time pass until the server is tried again by itself, the more the oftener it has failed.
    private func rest(after error: MCPError) {
        failures += 1
        let wait = min(Duration.seconds(5) * (1 << min(failures - 1, 8)), .seconds(300))
        (failure, nextAttempt) = (error, .now + wait)
    }

    private var isResting: Bool { nextAttempt.map { ContinuousClock.now < $0 } ?? false }

    /// Calls a tool. A server that is gone is started again; one that has forgotten the session gets a new one, and the call
    /// once more.
    func call(_ tool: String, _ arguments: Value) async throws(MCPError) -> Value {
        if connection?.ending != nil || connection == nil, isResting, let failure { throw failure }
        let params: Value = ["name": .string(tool), "arguments": arguments]
        let first = try await connected()
        do throws(MCPError) {
            return try await first.request("tools/call", params, within: server.callTimeout)
        } catch {
            guard error.kind == .sessionExpired else { throw error }
        }
        drop(first)
        return try await connected().request("tools/call", params, within: server.callTimeout)
    }

    private func connected() async throws(MCPError) -> MCPConnection {
        if isDetached { throw detached }
        if let connection, connection.ending == nil { return connection }
        let task = connecting ?? Task { await self.connect() }
        connecting = task
        let first = FirstAnswer<Result<MCPConnection, MCPError>>()
        Task { first.give(await task.value) }
        let name = server.name
        return try await withTaskCancellationHandler {
            await first.wait()
        } onCancel: {
            first.give(.failure(.cancelled(name)))
        }.get()
    }

    private func connect() async -> Result<MCPConnection, MCPError> {
        defer { connecting = nil }
        do throws(MCPError) {
            let deadline = ContinuousClock.now + server.connectTimeout
            let opened = try await MCPConnection.open(
                server,
                until: deadline,
                logger: logger,
                environment: environment
            )
            let read: ToolList
            do throws(MCPError) { read = try await opened.tools(until: deadline) } catch {
                await opened.close()
                throw error
            }
            if isDetached {
                await opened.close()
                throw detached
            }
            (connection, list, failure, failures, nextAttempt) = (opened, read, nil, 0, nil)
            for warning in read.warnings { logger.warning("MCP server `\(server.name)`: \(warning)") }
            return .success(opened)
        } catch {
            (connection, list) = (nil, ToolList())
            rest(after: error)
            if !isDetached { logger.warning("\(error)") }
            return .failure(error)
        }
    }

    private var detached: MCPError { MCPError(.unknownServer, server: server.name, "the server was detached") }

    /// Ends the conversation, and lets nobody begin one any more. Returns when the server is gone.
    func close() async {
        isDetached = true
        connecting?.cancel()
        _ = await connecting?.value
        let last = connection
        (connection, list) = (nil, ToolList())
        await last?.close()
    }
}
