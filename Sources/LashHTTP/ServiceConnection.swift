package import AsyncHTTPClient
package import LashAgent
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// The connections to one service. They are closed when this object goes.
package final class ServiceConnection: Sendable {
    /// How long a client waits.
    package struct Timeouts: Sendable {
        /// Until there is a connection.
        package var connect: Duration
        /// Until the next bytes; `nil` for as long as it takes.
        package var idle: Duration?
        /// Until the response begins.
        package var answer: Duration

        package init(connect: Duration, idle: Duration?, answer: Duration) {
            self.connect = connect
            self.idle = idle
            self.answer = answer
        }
    }

    /// Where the service is.
    package let address: WebAddress
    private let client: HTTPClient
    private let timeouts: Timeouts

    /// Throws for a proxy that is none.
    package init(
        _ address: WebAddress,
        timeouts: Timeouts,
        environment: (String) -> String?
    ) throws(ModelError) {
        self.address = address
        self.timeouts = timeouts
        var configuration = HTTPClient.Configuration()
        configuration.timeout.connect = .nanoseconds(timeouts.connect.nanoseconds)
        configuration.timeout.read = timeouts.idle.map { .nanoseconds($0.nanoseconds) }
        configuration.connectionPool.retryConnectionEstablishment = false
        // Another host must not be told the key.
        configuration.redirectConfiguration = .disallow
        // Compressed streams come late, since compressors collect what they get.
        configuration.decompression = .disabled
        if let proxy = try ProxySetting.forAddress(address, environment: environment) {
            configuration.proxy =
                switch (proxy.kind, proxy.credentials) {
                case (.socks, _): .socksServer(host: proxy.host, port: proxy.port)
                case (.http, nil): .server(host: proxy.host, port: proxy.port)
                case (.http, let credentials?):
                    .server(
                        host: proxy.host,
                        port: proxy.port,
                        authorization: .basic(credentials: Base64.encode(Array(credentials.utf8)))
                    )
                }
        }
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    deinit {
        let client = client
        Task { try? await client.shutdown() }
    }

    /// Sends JSON, and gives the head of the response and the body to be read.
    package func post(
        _ body: String,
        to path: String,
        headers: [(name: String, value: String)]
    ) async throws(ModelError) -> HTTPClientResponse {
        var request = HTTPClientRequest(url: address.url(path))
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        request.headers.add(name: "accept", value: "text/event-stream, application/json")
        request.headers.add(name: "user-agent", value: "lash/0.1")
        for header in headers { request.headers.replaceOrAdd(name: header.name, value: header.value) }
        request.body = .bytes(ByteBuffer(string: body))
        return try await execute(request)
    }

    /// Sends a request, and gives the head of the response and the body to be read.
    package func execute(_ request: HTTPClientRequest) async throws(ModelError) -> HTTPClientResponse {
        do { return try await client.execute(request, timeout: .nanoseconds(timeouts.answer.nanoseconds)) } catch {
            throw failure(error)
        }
    }

    /// What went wrong with a connection, in words for people.
    package func failure(_ error: any Error) -> ModelError {
        if let error = error as? ModelError { return error }
        if error is CancellationError || error as? HTTPClientError == .cancelled { return .cancelled }
        let place = "\(address.host):\(address.effectivePort)"
        switch error {
        case let error as HTTPClientError: return failure(error, at: place)
        case let error as NIOConnectionError:
            let reasons = error.connectionErrors.map { Self.reason($0.error) }
            if let reason = reasons.first { return ModelError(.network, "cannot connect to \(place): \(reason)") }
            return ModelError(.network, "cannot find the host \(error.host)")
        case is HTTPParserError:
            return ModelError(.malformedResponse, "\(place) does not speak HTTP as it should", isRetryable: true)
        case let error as NIOSSLError:
            return ModelError(.network, "no secure connection to \(place): \(error)", isRetryable: false)
        default:
            return ModelError(.network, "the connection to \(place) failed: \(Self.reason(error))")
        }
    }

    private func failure(_ error: HTTPClientError, at place: String) -> ModelError {
        switch error {
        case .readTimeout: ModelError(.timeout, "\(place) was silent for \(timeouts.idle?.text ?? "too long")")
        case .deadlineExceeded: ModelError(.timeout, "\(place) did not answer within \(timeouts.answer.text)")
        case .connectTimeout, .tlsHandshakeTimeout, .httpProxyHandshakeTimeout, .socksHandshakeTimeout,
            .getConnectionFromPoolTimeout:
            ModelError(.timeout, "no connection to \(place) within \(timeouts.connect.text)")
        case .remoteConnectionClosed, .uncleanShutdown:
            ModelError(.network, "\(place) closed the connection before the answer was complete")
        case .proxyAuthenticationRequired:
            ModelError(.configuration, "the proxy does not accept the user and the password given to it")
        default: ModelError(.network, "the request to \(place) failed: \(error.shortDescription)")
        }
    }

    private static func reason(_ error: any Error) -> String {
        guard let error = error as? IOError else { return "\(error)" }
        return String(cString: strerror(error.errnoCode))
    }
}
