import LashTestServers
import Lashlang
import Synchronization

/// A service on the loopback that speaks the protocol as it is told to.
final class HTTPServer: Sendable {
    /// How it answers.
    enum Form: Sendable {
        /// With JSON.
        case json
        /// With a stream of events, one of which comes before the answer.
        case stream
        /// Over the one stream of the older form.
        case events
        /// As `events`, and refuses what is not of that form.
        case eventsOnly
    }

    private struct State {
        var session = 0
        var tools = ["echo"]
        /// Calls of tools that find their session forgotten.
        var forgotten = 0
        var listening: Int?
        var seen: [String] = []
    }

    private let form: Form
    private let place: String
    private let state = Mutex(State())
    private let answer: @Sendable (_ method: String, TranscriptServer.Request) -> [TranscriptServer.Step]?
    private let server: Mutex<TranscriptServer?> = Mutex(nil)

    /// - Parameters:
    ///   - place: where requests of the older form go.
    ///   - answer: what is answered otherwise than usual, by the method of the message or of the request.
    init(
        _ form: Form,
        place: String = "/messages?id=1",
        _ answer: @escaping @Sendable (String, TranscriptServer.Request) -> [TranscriptServer.Step]? = { _, _ in nil }
    ) async throws {
        self.form = form
        self.place = place
        self.answer = answer
        let made = try await TranscriptServer { [weak self] request in self?.respond(to: request) ?? [.close] }
        server.withLock { $0 = made }
    }

    var address: String { server.withLock { $0?.address } ?? "" }
    var requests: [TranscriptServer.Request] { server.withLock { $0?.requests } ?? [] }
    /// The methods of the messages that came, and of requests without one.
    var seen: [String] { state.withLock { $0.seen } }

    /// Forgets the session when a tool is called next.
    func forget() { state.withLock { $0.forgotten = 1 } }

    /// Adds a tool, and says so to whoever listens.
    func grow() {
        let listening = state.withLock { state in
            state.tools.append("grown")
            return state.listening
        }
        if let listening { push(["jsonrpc": "2.0", "method": "notifications/tools/list_changed"], to: listening) }
    }

    var isListenedTo: Bool { state.withLock { $0.listening != nil } }

    /// Ends the stream of the older form.
    func hangUp() { state.withLock { $0.listening }.map { connection in server.withLock { $0?.close(connection) } } }

    private func push(_ message: Value, to connection: Int) {
        guard case .bytes(let bytes) = Self.chunk(message) else { return }
        server.withLock { $0 }?.push(bytes, to: connection)
    }

    private static func chunk(_ message: Value) -> TranscriptServer.Step {
        .chunk("event: message\ndata: \((try? message.json()) ?? "")\n\n")
    }

    // MARK: Answers

    private func respond(to request: TranscriptServer.Request) -> [TranscriptServer.Step] {
        let verb = String(request.line.prefix { $0 != " " })
        let message = (try? Value(json: request.text)) ?? .null
        guard case .record(let fields) = message else {
            state.withLock { $0.seen.append(verb) }
            if let other = answer(verb, request) { return other }
            return verb == "GET" ? listen(request) : [.response(200, body: "")]
        }
        let method = fields["method"]?.text ?? ""
        state.withLock { $0.seen.append(method) }
        if let other = answer(method, request) { return other }
        if form == .eventsOnly, !request.line.contains("/messages") { return [.response(405, body: "")] }
        guard let id = fields["id"] else { return [.response(202, body: "")] }
        if method == "tools/call",
            state.withLock({ state in
                defer { state.forgotten = max(0, state.forgotten - 1) }
                return state.forgotten > 0
            })
        {
            return [.response(404, body: "no such session")]
        }
        return deliver(["jsonrpc": "2.0", "id": id, "result": result(method, fields)], method)
    }

    private func deliver(_ message: Value, _ method: String) -> [TranscriptServer.Step] {
        let text = (try? message.json()) ?? ""
        let session = method == "initialize" ? "mcp-session-id: s\(state.withLock(\.session))" : "x-other: 1"
        switch form {
        case .json: return [.response(200, "content-type: application/json", session, body: text)]
        case .stream:
            let log: Value = ["jsonrpc": "2.0", "method": "notifications/message", "params": ["data": "soon"]]
            return [.streamHead, Self.chunk(log), Self.chunk(message), .streamEnd]
        case .events, .eventsOnly:
            if let listening = state.withLock(\.listening) { push(message, to: listening) }
            return [.response(202, body: "Accepted")]
        }
    }

    private func listen(_ request: TranscriptServer.Request) -> [TranscriptServer.Step] {
        state.withLock { $0.listening = request.connection }
        switch form {
        case .json, .stream: return [.streamHead, .chunk(": hello\n\n")]
        case .events, .eventsOnly: return [.streamHead, .chunk("event: endpoint\ndata: \(place)\n\n")]
        }
    }

    private func result(_ method: String, _ fields: Record) -> Value {
        switch method {
        case "initialize":
            state.withLock { $0.session += 1 }
            return [
                "protocolVersion": form == .json ? "2025-03-26" : "2024-11-05", "capabilities": ["tools": [:]],
                "serverInfo": ["name": "http", "version": "1"],
            ]
        case "tools/list":
            return [
                "tools": .list(
                    state.withLock(\.tools).map { ["name": .string($0), "inputSchema": ["type": "object"]] }
                )
            ]
        default:
            var text = "none"
            if case .record(let params)? = fields["params"], case .record(let arguments)? = params["arguments"] {
                text = arguments["text"]?.text ?? text
            }
            return ["content": [["type": "text", "text": .string(text)]]]
        }
    }
}
