internal import AsyncHTTPClient
internal import LashAgent
internal import LashHTTP
internal import Lashlang
internal import NIOHTTP1
internal import Synchronization

/// The older form of a service: everything that the server says comes over one stream of events, and requests go to an
/// address that it names first.
final class EventStreamTransport: MCPTransport {
    private struct State {
        var place: String?
        var reading: Task<Void, Never>?
    }

    let answersWhileSending = false
    private let target: HTTPTarget
    private let state = Mutex(State())

    init(_ target: HTTPTarget) { self.target = target }

    deinit { state.withLock { $0.reading }?.cancel() }

    func open(_ listener: MCPListener) async throws(MCPError) {
        let target = target
        let found = FirstAnswer<Result<String, MCPError>>()
        let task = Task {
            let failure: MCPError
            do throws(MCPError) {
                let response = try await target.execute(.GET, accept: "text/event-stream")
                guard (200..<300).contains(response.status.code) else { throw await target.refusal(response) }
                try await target.read(response) { event throws(MCPError) in
                    if event.name == "endpoint" {
                        found.give(Result { () throws(MCPError) in try Self.place(event.data, target) })
                    } else if event.name.isEmpty || event.name == "message" {
                        for message in try RPCMessage.read(event.data, target.secrets) { listener.receive(message) }
                    }
                }
                failure = MCPError(.ended, "the server has ended its stream of events")
            } catch { failure = error }
            found.give(.failure(failure))
            listener.end(failure)
        }
        state.withLock { $0.reading = task }
        let result = await withTaskCancellationHandler {
            await found.wait()
        } onCancel: {
            task.cancel()
        }
        switch result {
        case .success(let place): state.withLock { $0.place = place }
        case .failure(let error): throw error
        }
    }

    /// Where requests go. Only the same service gets them: they have its headers.
    private static func place(_ data: [UInt8], _ target: HTTPTarget) throws(MCPError) -> String {
        let text = String(decoding: data, as: UTF8.self)
        let base = target.address
        var origin = base
        origin.path = ""
        if text.contains("://") {
            let address = try? HTTPTarget.address(text)
            guard let address, address.isSecure == base.isSecure, address.host == base.host,
                address.effectivePort == base.effectivePort
            else { throw MCPError(.malformed, "the server wants to be sent its messages elsewhere") }
            return text
        }
        guard !text.isEmpty, !text.hasPrefix("//"), text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw MCPError(.malformed, "the server names no place for messages")
        }
        if text.hasPrefix("/") { return origin.url(text) }
        let folder = base.path.lastIndex(of: "/").map { base.path[...$0] } ?? "/"
        return origin.url(folder + text)
    }

    func send(_ message: Value) async throws(MCPError) {
        guard let place = state.withLock({ $0.place }) else { throw MCPError(.ended, "the server is not connected") }
        let response = try await target.execute(
            .POST,
            url: place,
            accept: "application/json, text/event-stream",
            body: try message.message()
        )
        guard (200..<300).contains(response.status.code) else { throw await target.refusal(response) }
        // The answer comes over the stream; the body, if there is any, is a word that nobody needs.
        try await target.read(response) { _ throws(MCPError) in }
    }

    func began(version: String) {}

    func close() async {
        let task = state.withLock { $0.reading }
        task?.cancel()
        await task?.value
    }
}
