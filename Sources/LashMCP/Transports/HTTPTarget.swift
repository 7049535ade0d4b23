internal import AsyncHTTPClient
internal import LashAgent
internal import LashHTTP
internal import Lashlang
internal import NIOCore
internal import NIOHTTP1

/// The service that a server is, and requests to it.
final class HTTPTarget: Sendable {
    /// The bytes that are read of an answer that says that something failed.
    private static let refusalLimit = 8 << 10

    private let endpoint: MCPServer.Endpoint
    private let connection: ServiceConnection
    private let limits: MCPServer.Limits
    /// What must not be seen of what the server says.
    let secrets: Secrets

    /// Throws for an address that is none, and for headers that cannot be sent.
    init(
        _ endpoint: MCPServer.Endpoint,
        limits: MCPServer.Limits,
        secrets: Secrets,
        timeout: Duration,
        environment: (String) -> String?
    ) throws(MCPError) {
        self.endpoint = endpoint
        self.limits = limits
        self.secrets = secrets
        try Self.check(headers: endpoint.headers)
        let address = try Self.address(endpoint.url)
        do throws(ModelError) {
            connection = try ServiceConnection(
                address,
                timeouts: .init(connect: .seconds(10), idle: nil, answer: timeout),
                environment: environment
            )
        } catch { throw MCPError(.configuration, error.message) }
    }

    /// Throws for headers that cannot be sent. No value is in the error.
    static func check(headers: [String: String]) throws(MCPError) {
        for (name, value) in headers {
            let isName =
                !name.isEmpty
                && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"()<>@,;:\\\"/[]?={}".utf8.contains($0) }
            guard isName else { throw MCPError(.configuration, "`\(name)` is no name of a header") }
            guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
                throw MCPError(
                    .configuration,
                    "the value of the header `\(name)` has a line end or another control character"
                )
            }
        }
    }

    /// The address; its path and query, which may hold a key, are in no error.
    static func address(_ url: String) throws(MCPError) -> WebAddress {
        let query = url.firstIndex(of: "?") ?? url.endIndex
        do throws(WebAddress.Problem) {
            if url[query...].contains(where: { $0 == "#" || $0.isWhitespace || !$0.isASCII }) {
                throw WebAddress.Problem(reason: "there is a character in it that does not belong there")
            }
            return try WebAddress(reading: String(url[..<query]))
        } catch {
            throw MCPError(.configuration, "is no address of a server: \(error.reason)")
        }
    }

    /// The address as it was given.
    var url: String { endpoint.url }
    var address: WebAddress { connection.address }

    /// Sends a request with the headers of the server.
    func execute(
        _ method: HTTPMethod,
        url: String? = nil,
        accept: String,
        headers: [(name: String, value: String)] = [],
        body: [UInt8]? = nil
    ) async throws(MCPError) -> HTTPClientResponse {
        var request = HTTPClientRequest(url: url ?? self.url)
        request.method = method
        request.headers.add(name: "user-agent", value: "lash/0.1")
        request.headers.add(name: "accept", value: accept)
        for (name, value) in endpoint.headers { request.headers.replaceOrAdd(name: name, value: value) }
        for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
        if let body {
            request.headers.replaceOrAdd(name: "content-type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: body))
        }
        do throws(ModelError) { return try await connection.execute(request) } catch { throw Self.failure(error) }
    }

    /// The messages of a body, one after the other as they come. Throws where the body breaks off, and for one that is too
    /// long.
    func read(
        _ response: HTTPClientResponse,
        _ take: (ServerSentEvent) throws(MCPError) -> Void
    ) async throws(MCPError) {
        let isStream = response.headers.first(name: "content-type")?.lowercased().contains("event-stream") ?? false
        var reader = ServerSentEventReader(eventLimit: limits.messageBytes)
        var whole: [UInt8] = []
        do {
            for try await chunk in response.body {
                if isStream {
                    for event in try reader.take(chunk.readableBytesView) { try take(event) }
                } else {
                    whole += chunk.readableBytesView
                    if whole.count > limits.messageBytes { throw tooLong }
                }
            }
        } catch let error as MCPError {
            throw error
        } catch let error as ModelError {
            throw error.kind == .malformedResponse ? tooLong : Self.failure(error)
        } catch {
            throw Self.failure(connection.failure(error))
        }
        if isStream {
            if let event = reader.end() { try take(event) }
        } else if !whole.isEmpty {
            try take(ServerSentEvent(data: whole))
        }
    }

    private var tooLong: MCPError {
        MCPError(.malformed, "the server sent a message of more than \(limits.messageBytes) bytes")
    }

    /// What a response says that is no answer.
    func refusal(_ response: HTTPClientResponse) async -> MCPError {
        let status = Int(response.status.code)
        if (300..<400).contains(status) {
            return MCPError(.refused, "the server has moved (status \(status)); give its new address", code: status)
        }
        var body: [UInt8] = []
        do {
            for try await chunk in response.body {
                body += chunk.readableBytesView.prefix(Self.refusalLimit - body.count)
                if body.count >= Self.refusalLimit { break }
            }
        } catch {
            // What there is of the body is enough.
        }
        var message = "the server answered with status \(status)"
        if status == 401 || status == 403 { message += ", so it does not accept the headers that it was given" }
        if let text = text(of: body) { message += ": \(text)" }
        return MCPError(.refused, message, code: status)
    }

    private func text(of body: [UInt8]) -> String? {
        if let value = try? Value(json: body) {
            let error = value[field: "error"]
            return error?[field: "message"]?.asText ?? value[field: "error_description"]?.asText ?? error?.asText
        }
        let text = String(String(decoding: body, as: UTF8.self).drop(while: \.isWhitespace))
        // A page of HTML tells nobody anything.
        if text.hasPrefix("<") { return nil }
        // First the secrets, then the cut: of a secret that is cut in two, a half would be left.
        let shown = body.count < Self.refusalLimit ? secrets.redacted(text) : secrets.redacted(cut: text)
        return shown.isEmpty ? nil : shown.cut(to: 300)
    }

    private static func failure(_ error: ModelError) -> MCPError {
        switch error.kind {
        case .cancelled: MCPError(.cancelled, error.message)
        case .timeout: MCPError(.timeout, error.message)
        case .malformedResponse: MCPError(.malformed, error.message)
        default: MCPError(.connection, error.message)
        }
    }
}
