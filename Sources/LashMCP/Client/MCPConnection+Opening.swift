internal import LashHTTP
internal import Lashlang
internal import Logging

extension MCPConnection {
    /// Begins a conversation.
    ///
    /// Throws where there is no server, it does not speak the protocol, or does not answer in time.
    static func open(
        _ server: MCPServer,
        until deadline: ContinuousClock.Instant,
        logger: Logger,
        environment: @escaping @Sendable (String) -> String?
    ) async throws(MCPError) -> MCPConnection {
        let secrets = Secrets(of: server)
        switch server.transport {
        case .stdio(let command):
            let transport = StdioTransport(command, limits: server.limits, secrets: secrets)
            return try await open(server, transport, logger, deadline)
        case .http(let endpoint):
            func target() throws(MCPError) -> HTTPTarget {
                let timeout = max(server.callTimeout, server.connectTimeout)
                do throws(MCPError) {
                    return try HTTPTarget(
                        endpoint,
                        limits: server.limits,
                        secrets: secrets,
                        timeout: timeout,
                        environment: environment
                    )
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
            // Whoever waits need not wait until the server has noticed; whoever detaches it wants to.
            if error.kind == .cancelled { await connection.close() } else { connection.fail(error) }
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
        try await before(deadline) { () throws(MCPError) in try await transport.open(listener) }
        let answer = try await request(
            "initialize",
            [
                "protocolVersion": .string(ProtocolVersion.newest), "capabilities": [:],
                "clientInfo": ["name": "lash", "version": .string(projectVersion)],
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
                "the server speaks version \(version.cut(to: 40)) of the protocol, and this client \(spoken)"
            )
        }
        let info = answer[field: "serverInfo"]
        let title = [info?[field: "name"]?.asText, info?[field: "version"]?.asText].compactMap { $0?.cut(to: 80) }
            .joined(separator: " ")
        let instructions = answer[field: "instructions"]?.asText.flatMap { $0.isEmpty ? nil : $0 }
        greeting = Greeting(
            version: version,
            title: title.isEmpty ? nil : title,
            instructions: instructions?.cut(to: server.limits.descriptionCharacters),
            hasTools: answer[field: "capabilities"]?[field: "tools"] != nil
        )
        try await before(deadline) { () throws(MCPError) in
            try await transport.send(RPCMessage.notification("notifications/initialized"))
        }
        transport.began(version: version)
    }

    private func before(
        _ deadline: ContinuousClock.Instant,
        _ body: @escaping @Sendable () async throws(MCPError) -> Void
    ) async throws(MCPError) {
        let limit = server.connectTimeout.text
        let work = Task { () async -> Result<Void, MCPError> in
            do throws(MCPError) { return .success(try await body()) } catch { return .failure(error) }
        }
        let result = await work.result(until: deadline) {
            MCPError(.timeout, "the server did not let itself be reached within \(limit)")
        }
        try result.get()
    }
}
