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
        /// What it says of the use of its tools.
        var instructions: String?
        var hasTools = false
    }

    private struct State {
        var waiting: [Int: FirstAnswer<Result<Value, MCPError>>] = [:]
        var count = 0
        var end: MCPError?
        var greeting = Greeting()
        var isListStale = false
        /// How many words to the server are on their way that it need not answer.
        var words = 0
    }

    /// More than that are not sent at the same time, whatever the server asks.
    private static let wordLimit = 64

    let server: MCPServer
    let transport: any MCPTransport
    private let secrets: Secrets
    private let logger: Logger
    private let state = Mutex(State())

    init(_ server: MCPServer, _ transport: any MCPTransport, _ logger: Logger) {
        self.server = server
        self.transport = transport
        self.logger = logger
        secrets = Secrets(of: server)
    }

    /// What the server said of itself when the conversation began.
    var greeting: Greeting {
        get { state.withLock { $0.greeting } }
        set { state.withLock { $0.greeting = newValue } }
    }

    /// Why the conversation is over; `nil` as long as it goes on.
    var ending: MCPError? { state.withLock { $0.end }.map { named($0) } }

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
        if params.json(atMost: server.limits.messageBytes) == nil {
            throw named(
                MCPError(.refused, "the request is longer than \(server.limits.messageBytes) bytes, or no JSON")
            )
        }
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
        case .success(let value):
            // The rest of the response is waited for a moment: only a connection that is at its end can be used again.
            if transport.answersWhileSending {
                Task {
                    try? await Task.sleep(for: .seconds(1))
                    sending.cancel()
                }
            }
            return value
        case .failure(let error):
            sending.cancel()
            // A request is not taken back before it was sent.
            await sending.value
            if wasOpen && (error.kind == .timeout || error.kind == .cancelled) && method != "initialize" {
                tell(
                    RPCMessage.notification(
                        "notifications/cancelled",
                        ["requestId": .number(Double(number)), "reason": .string(error.message)]
                    )
                )
            }
            throw named(error)
        }
    }

    /// Sends what needs no answer, when there is time.
    private func tell(_ message: Value) {
        let isTooMuch = state.withLock { state in
            if state.words == Self.wordLimit { return true }
            state.words += 1
            return false
        }
        if isTooMuch { return }
        let transport = transport
        let sending = Task { () async -> Result<Void, MCPError> in
            do throws(MCPError) { return .success(try await transport.send(message)) } catch { return .failure(error) }
        }
        Task { [self] in
            _ = await sending.result(until: .now + server.callTimeout) { MCPError(.timeout, "nobody reads") }
            state.withLock { $0.words -= 1 }
        }
    }

    /// The error with the name of the server and without its secrets.
    func named(_ error: MCPError) -> MCPError {
        var error = secrets.redacted(error)
        error.server = server.name
        return error
    }

    // MARK: What the server says

    func receive(_ value: Value) {
        do throws(MCPError) {
            switch try RPCMessage(secrets.redacted(value)) {
            case .result(let id, let result): waiting(id)?.give(.success(result))
            case .failure(let id, let code, let message):
                let error = MCPError(.refused, message.cut(to: 2_000), code: code)
                if let id { waiting(id)?.give(.failure(error)) } else { logger.debug("\(named(error))") }
            case .request(let id, "ping", _): tell(RPCMessage.answer(id, [:]))
            case .request(let id, let method, _): tell(RPCMessage.refusal(id, method.cut(to: 100)))
            case .notification("notifications/tools/list_changed", _): noteStaleness()
            case .notification("notifications/message", let params): log(params)
            case .notification: break
            }
        } catch { fail(error) }
    }

    private func waiting(_ id: Int) -> FirstAnswer<Result<Value, MCPError>>? { state.withLock { $0.waiting[id] } }

    private func log(_ params: Value) {
        let data = params[field: "data"] ?? .null
        let text = data.asText ?? data.text
        logger.debug("\(text.cut(to: 2_000))", metadata: ["mcp_server": "\(server.name)"])
    }

    func hear(_ line: String) {
        logger.debug("\(secrets.redacted(line))", metadata: ["mcp_server": "\(server.name)"])
    }

    /// Ends a conversation that makes no sense.
    func fail(_ error: MCPError) {
        end(error)
        let transport = transport
        Task { await transport.close() }
    }

    /// Everybody who waits hears that nothing comes any more.
    func end(_ error: MCPError) {
        let waiting = state.withLock { state in
            defer { state.waiting = [:] }
            state.end = state.end ?? error
            return state.waiting.values
        }
        for answer in waiting { answer.give(.failure(error)) }
    }
}
