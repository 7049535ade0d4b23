internal import AsyncHTTPClient
internal import LashHTTP
internal import Lashlang
internal import NIOHTTP1
internal import Synchronization

/// A service that takes each message as a request of its own, and answers with JSON or with a stream of events.
final class StreamableHTTPTransport: MCPTransport {
    private struct State {
        var session: String?
        var version: String?
        var listener: MCPListener?
        var listening: Task<Void, Never>?
    }

    /// A session's name as it may be sent back.
    private static let longestSession = 1_024
    private static let accepted = "application/json, text/event-stream"

    let answersWhileSending = true
    private let target: HTTPTarget
    private let state = Mutex(State())

    init(_ target: HTTPTarget) { self.target = target }

    deinit {
        let (state, target) = (state.withLock { $0 }, target)
        state.listening?.cancel()
        if state.session != nil { Task { await Self.delete(target, Self.headers(state)) } }
    }

    func open(_ listener: MCPListener) async throws(MCPError) { state.withLock { $0.listener = listener } }

    func send(_ message: Value) async throws(MCPError) {
        let (headers, listener, session) = state.withLock { (Self.headers($0), $0.listener, $0.session) }
        let response = try await target.execute(
            .POST,
            accept: Self.accepted,
            headers: headers,
            body: try message.message()
        )
        guard (200..<300).contains(response.status.code) else {
            // The name stays: without one, later requests would be refused for another reason.
            if response.status == .notFound, session != nil {
                throw MCPError(.sessionExpired, "the server has forgotten the session", code: 404)
            }
            throw await target.refusal(response)
        }
        try take(session: response.headers.first(name: "mcp-session-id"))
        try await target.read(response) { event throws(MCPError) in
            if event.data.isEmpty { return }
            for message in try RPCMessage.read(event.data, target.secrets) { listener?.receive(message) }
        }
    }

    private func take(session: String?) throws(MCPError) {
        guard let session else { return }
        guard !session.isEmpty, session.utf8.count <= Self.longestSession,
            session.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { throw MCPError(.malformed, "the server gave the session a name that cannot be sent back") }
        state.withLock { $0.session = $0.session ?? session }
    }

    private static func headers(_ state: State) -> [(name: String, value: String)] {
        var headers: [(name: String, value: String)] = []
        if let session = state.session { headers.append(("mcp-session-id", session)) }
        if let version = state.version { headers.append(("mcp-protocol-version", version)) }
        return headers
    }

    /// Listens to what the server says by itself, where it wants to.
    func began(version: String) {
        let (headers, listener) = state.withLock { state in
            state.version = version
            return (Self.headers(state), state.listener)
        }
        guard let listener else { return }
        let target = target
        let task = Task {
            var wait = Duration.seconds(1)
            while !Task.isCancelled {
                if let response = try? await target.execute(.GET, accept: "text/event-stream", headers: headers) {
                    guard (200..<300).contains(response.status.code) else { return }
                    try? await target.read(response) { event throws(MCPError) in
                        wait = .seconds(1)
                        if event.data.isEmpty { return }
                        for message in try RPCMessage.read(event.data, target.secrets) { listener.receive(message) }
                    }
                }
                do { try await Task.sleep(for: wait) } catch { return }
                wait = min(wait * 2, .seconds(60))
            }
        }
        state.withLock { $0.listening = task }
    }

    func close() async {
        let state = state.withLock { state in
            defer { (state.session, state.listening) = (nil, nil) }
            return state
        }
        state.listening?.cancel()
        if state.session != nil { await Self.delete(target, Self.headers(state)) }
    }

    /// Ends the session. What the server says to that is of no interest.
    private static func delete(_ target: HTTPTarget, _ headers: [(name: String, value: String)]) async {
        guard let response = try? await target.execute(.DELETE, accept: accepted, headers: headers) else { return }
        _ = try? await response.body.collect(upTo: 1 << 16)
    }
}
