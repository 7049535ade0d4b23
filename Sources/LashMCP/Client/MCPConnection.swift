internal import LashAgent
internal import LashHTTP
internal import Lashlang
internal import Logging
internal import Synchronization

/// A conversation with one server, from `initialize` until one of both is gone.
final class MCPConnection: Sendable {
    /// What a server says of itself.
    struct Greeting: Sendable {
        var version = ProtocolVersion.newest
        /// Its name and version.
        var title: String?
        var hasTools = false
    }

    private struct State {
        var waiting: [Int: FirstAnswer<Result<Value, MCPError>>] = [:]
        var count = 0
        var end: MCPError?
        var greeting = Greeting()
        var isListStale = false
    }

    let server: MCPServer
    private let transport: any MCPTransport
    private let secrets: Secrets
    private let logger: Logger
    private let state = Mutex(State())

    private init(_ server: MCPServer, _ transport: any MCPTransport, _ logger: Logger) {
        self.server = server
        self.transport = transport
        self.logger = logger
        secrets = Secrets(of: server)
    }

    /// Begins a conversation.
    ///
    /// Throws where there is no server, it does not speak the protocol, or does not answer in time.
    static func open(
        _ server: MCPServer,
        logger: Logger,
        environment: @escaping @Sendable (String) -> String?
    ) async throws(MCPError) -> MCPConnection {
        let deadline = ContinuousClock.now + server.connectTimeout
        switch server.transport {
        case .stdio(let command):
            return try await open(server, StdioTransport(command, limits: server.limits), logger, deadline)
        case .http(let endpoint):
            func target() throws(MCPError) -> HTTPTarget {
                let timeout = max(server.callTimeout, server.connectTimeout)
                do throws(MCPError) {
                    return try HTTPTarget(endpoint, limits: server.limits, timeout: timeout, environment: environment)
                } catch { throw MCPError(error.kind, server: server.name, error.message) }
            }
            if endpoint.kind == .sse {
                return try await open(server, EventStreamTransport(try target()), logger, deadline)
            }
            do throws(MCPError) {
                return try await open(server, StreamableHTTPTransport(try target()), logger, deadline)
            } catch {
                // What a server of the older form says to a request that it does not know.
                guard endpoint.kind == .automatic, [400, 404, 405].contains(error.code) else { throw error }
                return try await open(server, EventStreamTransport(try target()), logger, deadline)
            }
        }
    }

    private static func open(
        _ server: MCPServer,
        _ transport: any MCPTransport,
        _ logger: Logger,
        _ deadline: ContinuousClock.Instant
    ) async throws(MCPError) -> MCPConnection {
        let connection = MCPConnection(server, transport, logger)
        do throws(MCPError) {
            try await connection.begin(deadline)
            return connection
        } catch {
            // Whoever waits need not wait until the server has noticed.
            connection.fail(error)
            throw connection.named(error)
        }
    }

    private func begin(_ deadline: ContinuousClock.Instant) async throws(MCPError) {
        let listener = MCPListener(
            receive: { [weak self] message in self?.receive(message) },
            say: { [weak self] line in self?.hear(line) },
            end: { [weak self] error in self?.end(error) }
        )
        let transport = transport
        let opening = Task { () async -> Result<Void, MCPError> in
            do throws(MCPError) { return .success(try await transport.open(listener)) } catch { return .failure(error) }
        }
        let limit = server.connectTimeout.text
        let opened = await opening.result(until: deadline) {
            MCPError(.timeout, "the server did not let itself be reached within \(limit)")
        }
        try opened.get()
        let answer = try await request(
            "initialize",
            [
                "protocolVersion": .string(ProtocolVersion.newest), "capabilities": [:],
                "clientInfo": ["name": "lash", "version": "0.1.0"],
            ],
            within: deadline - .now
        )
        guard let version = answer[field: "protocolVersion"]?.asText else {
            throw MCPError(.malformed, "the server does not say which version of the protocol it speaks")
        }
        guard ProtocolVersion.spoken.contains(version) else {
            let spoken = ProtocolVersion.spoken.joined(separator: ", ")
            throw MCPError(
                .malformed,
                "the server speaks version \(version.prefix(40)) of the protocol, and this client \(spoken)"
            )
        }
        let info = answer[field: "serverInfo"]
        let title = [info?[field: "name"]?.asText, info?[field: "version"]?.asText].compactMap { $0?.prefix(80) }
            .joined(separator: " ")
        state.withLock { state in
            state.greeting.version = version
            state.greeting.title = title.isEmpty ? nil : title
            state.greeting.hasTools = answer[field: "capabilities"]?[field: "tools"] != nil
        }
        try await transport.send(RPCMessage.notification("notifications/initialized"))
        transport.began(version: version)
    }

    var greeting: Greeting { state.withLock { $0.greeting } }

    /// Why the conversation is over; `nil` as long as it goes on.
    var ending: MCPError? { state.withLock { $0.end } }

    /// Whether the server has other tools than when they were read. From then on they count as read.
    func takeStaleness() -> Bool {
        state.withLock { state in
            defer { state.isListStale = false }
            return state.isListStale
        }
    }

    /// Notes that the tools have to be read again.
    func noteStaleness() { state.withLock { $0.isListStale = true } }

    /// Ends the conversation. Returns when the server is gone.
    func close() async {
        end(MCPError(.ended, "the server was detached"))
        await transport.close()
    }

    // MARK: Requests

    /// Sends a request, and gives what the server answers.
    ///
    /// Throws for what the server refuses, and where it does not answer; the server is told where nobody wants the answer
    /// any more.
    func request(_ method: String, _ params: Value, within timeout: Duration) async throws(MCPError) -> Value {
        let answer = FirstAnswer<Result<Value, MCPError>>()
        let (number, end) = state.withLock { state in
            state.count += 1
            if state.end == nil { state.waiting[state.count] = answer }
            return (state.count, state.end)
        }
        if let end { throw named(end) }
        let (transport, message) = (transport, RPCMessage.request(number, method, params))
        let sending = Task {
            do throws(MCPError) {
                try await transport.send(message)
                if transport.answersWhileSending {
                    answer.give(.failure(MCPError(.malformed, "the server ended its response without an answer")))
                }
            } catch { answer.give(.failure(error)) }
        }
        let timer = Task {
            do { try await Task.sleep(for: timeout) } catch { return }
            answer.give(
                .failure(MCPError(.timeout, "the server did not answer `\(method)` within \(timeout.text)"))
            )
        }
        let result = await withTaskCancellationHandler {
            await answer.wait()
        } onCancel: {
            answer.give(.failure(MCPError(.cancelled, "the call was cancelled")))
        }
        timer.cancel()
        let wasOpen = state.withLock { $0.waiting.removeValue(forKey: number) != nil }
        switch result {
        case .success(let value): return value
        case .failure(let error):
            if wasOpen && (error.kind == .timeout || error.kind == .cancelled) && method != "initialize" {
                tell(
                    "notifications/cancelled",
                    ["requestId": .number(Double(number)), "reason": .string(error.message)]
                )
            }
            sending.cancel()
            throw named(error)
        }
    }

    /// Sends what needs no answer, when there is time.
    private func tell(_ method: String, _ params: Value) {
        let (transport, message) = (transport, RPCMessage.notification(method, params))
        Task { try? await transport.send(message) }
    }

    /// The error with the name of the server and without its secrets.
    private func named(_ error: MCPError) -> MCPError {
        var error = secrets.redacted(error)
        error.server = server.name
        return error
    }

    // MARK: What the server says

    private func receive(_ value: Value) {
        do throws(MCPError) {
            switch try RPCMessage(secrets.redacted(value)) {
            case .result(let id, let result): waiting(id)?.give(.success(result))
            case .failure(let id, let code, let message):
                let error = MCPError(.refused, String(message.prefix(2_000)), code: code)
                if let id { waiting(id)?.give(.failure(error)) } else { logger.debug("\(named(error))") }
            case .request(let id, "ping", _): reply(RPCMessage.answer(id, [:]))
            case .request(let id, let method, _): reply(RPCMessage.refusal(id, String(method.prefix(100))))
            case .notification("notifications/tools/list_changed", _): noteStaleness()
            case .notification("notifications/message", let params): log(params)
            case .notification: break
            }
        } catch { fail(error) }
    }

    private func waiting(_ id: Int) -> FirstAnswer<Result<Value, MCPError>>? { state.withLock { $0.waiting[id] } }

    private func reply(_ message: Value) {
        let transport = transport
        Task { try? await transport.send(message) }
    }

    private func log(_ params: Value) {
        let data = params[field: "data"] ?? .null
        let text = data.asText ?? data.text
        logger.debug("\(String(text.prefix(2_000)))", metadata: ["mcp_server": "\(server.name)"])
    }

    private func hear(_ line: String) {
        logger.debug("\(secrets.redacted(line))", metadata: ["mcp_server": "\(server.name)"])
    }

    /// Ends a conversation that makes no sense.
    private func fail(_ error: MCPError) {
        end(error)
        let transport = transport
        Task { await transport.close() }
    }

    /// Everybody who waits hears that nothing comes any more.
    private func end(_ error: MCPError) {
        let waiting = state.withLock { state in
            defer { state.waiting = [:] }
            state.end = state.end ?? error
            return state.waiting.values
        }
        for answer in waiting { answer.give(.failure(error)) }
    }
}

extension Task where Failure == Never {
    /// What the task gives, an error where it takes too long, and another one where nobody waits any more. The task is
    /// cancelled in both cases.
    func result<T: Sendable>(
        until deadline: ContinuousClock.Instant,
        _ timeout: @escaping @Sendable () -> MCPError
    ) async -> Result<T, MCPError> where Success == Result<T, MCPError> {
        let first = FirstAnswer<Result<T, MCPError>>()
        Task<Void, Never> { first.give(await value) }
        let timer = Task<Void, Never> {
            do { try await Task<Never, Never>.sleep(until: deadline) } catch { return }
            first.give(.failure(timeout()))
        }
        let result = await withTaskCancellationHandler {
            await first.wait()
        } onCancel: {
            first.give(.failure(MCPError(.cancelled, "the call was cancelled")))
        }
        timer.cancel()
        cancel()
        return result
    }
}
