import NIOCore
import NIOPosix
import Synchronization

/// A server on the loopback that answers each request with the next of its transcripts, byte for byte.
///
/// It knows no more of HTTP than where a request ends, so that transcripts can be as wrong as they like.
package final class TranscriptServer: Sendable {
    package enum Step: Sendable {
        case bytes([UInt8])
        /// The same bytes again and again, until the client goes.
        case endless([UInt8])
        /// Ends the connection.
        case close
    }

    package struct Request: Sendable {
        package var line: String
        package var headers: [(name: String, value: String)]
        package var body: [UInt8]
        /// Which connection it came over, from 0.
        package var connection: Int

        package func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
        package var text: String { String(decoding: body, as: UTF8.self) }
    }

    private struct State {
        var transcripts: [[Step]]
        var channels: [Int: any Channel] = [:]
        var requests: [Request] = []
        var connections = 0
    }

    private let state: Mutex<State>
    private let channel = Mutex<(any Channel)?>(nil)
    /// An element for each connection that was closed.
    package let closings: AsyncStream<Void>
    private let closed: AsyncStream<Void>.Continuation

    /// What answers a request, in place of transcripts.
    private let answer: (@Sendable (Request) -> [Step])?

    package convenience init(_ transcripts: [[Step]]) async throws { try await self.init(transcripts, nil) }

    /// A server whose answers are made of the requests.
    package convenience init(answering answer: @escaping @Sendable (Request) -> [Step]) async throws {
        try await self.init([], answer)
    }

    private init(_ transcripts: [[Step]], _ answer: (@Sendable (Request) -> [Step])?) async throws {
        self.answer = answer
        state = Mutex(State(transcripts: transcripts))
        (closings, closed) = AsyncStream.makeStream()
        let listening = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { [self] channel in
                channel.eventLoop.makeCompletedFuture {
                    let number = state.withLock { state in
                        state.channels[state.connections] = channel
                        state.connections += 1
                        return state.connections - 1
                    }
                    try channel.pipeline.syncOperations.addHandler(Player(server: self, connection: number))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        channel.withLock { $0 = listening }
    }

    package convenience init(_ transcript: Step...) async throws { try await self.init([transcript]) }

    package var port: Int { channel.withLock { $0?.localAddress?.port ?? 0 } }
    package var address: String { "http://127.0.0.1:\(port)" }
    package var requests: [Request] { state.withLock { $0.requests } }
    package var connections: Int { state.withLock { $0.connections } }

    /// Listens no more, so that whoever comes now is refused.
    package func stop() async throws { try await channel.withLock { $0 }?.close() }

    /// Returns when the next connection was closed.
    package func untilClosed() async { for await _ in closings { return } }

    /// Sends more over a connection.
    package func push(_ bytes: [UInt8], to connection: Int) {
        state.withLock { $0.channels[connection] }?.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
    }

    /// Ends a connection.
    package func close(_ connection: Int) { state.withLock { $0.channels[connection] }?.close(promise: nil) }

    private func next(for request: Request) -> [Step] {
        if let answer {
            state.withLock { $0.requests.append(request) }
            return answer(request)
        }
        return state.withLock { state in
            state.requests.append(request)
            return state.transcripts.isEmpty ? [.close] : state.transcripts.removeFirst()
        }
    }

    private final class Player: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let server: TranscriptServer
        private let connection: Int
        private var received: [UInt8] = []
        private var endless: RepeatedTask?

        init(server: TranscriptServer, connection: Int) {
            self.server = server
            self.connection = connection
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            received += unwrapInboundIn(data).readableBytesView
            guard let request = takeRequest() else { return }
            for step in server.next(for: request) {
                switch step {
                case .bytes(let bytes): write(bytes, context)
                case .close: context.close(promise: nil)
                case .endless(let bytes):
                    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
                    endless = context.eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: .milliseconds(2)) {
                        _ in bound.value.0.write(bytes, bound.value.1)
                    }
                }
            }
        }

        func channelInactive(context: ChannelHandlerContext) {
            endless?.cancel()
            server.closed.yield()
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

        private func write(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
        }

        /// The request, once all of it is here.
        private func takeRequest() -> Request? {
            let end: [UInt8] = Array("\r\n\r\n".utf8)
            guard let range = received.firstRange(of: end) else { return nil }
            let lines = String(decoding: received[..<range.lowerBound], as: UTF8.self).split(separator: "\r\n")
            let headers = lines.dropFirst().map { line in
                let parts = line.split(separator: ":", maxSplits: 1)
                return (name: parts[0].lowercased(), value: String(parts[1].drop { $0 == " " }))
            }
            let length = headers.first { $0.name == "content-length" }.flatMap { Int($0.value) } ?? 0
            guard received.count >= range.upperBound + length else { return nil }
            let body = Array(received[range.upperBound..<range.upperBound + length])
            received.removeFirst(range.upperBound + length)
            return Request(line: String(lines[0]), headers: headers, body: body, connection: connection)
        }
    }
}

extension TranscriptServer.Step {
    /// A response that has its length.
    package static func response(_ status: Int, _ headers: String..., body: String) -> Self {
        let head = ["HTTP/1.1 \(status) X", "content-length: \(body.utf8.count)"] + headers
        return .bytes(Array((head.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8))
    }

    /// The head of a stream of events whose chunks follow.
    package static let streamHead = Self.bytes(
        Array("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n".utf8)
    )

    /// One chunk of a stream.
    package static func chunk(_ bytes: some Collection<UInt8>) -> Self {
        .bytes(Array("\(String(bytes.count, radix: 16))\r\n".utf8) + Array(bytes) + Array("\r\n".utf8))
    }

    /// One chunk of a stream.
    package static func chunk(_ text: String) -> Self { chunk(Array(text.utf8)) }

    /// The end of a stream.
    package static let streamEnd = Self.bytes(Array("0\r\n\r\n".utf8))
}

extension [TranscriptServer.Step] {
    /// A whole stream of events, cut into chunks of so many bytes.
    package static func stream(_ text: String, chunk size: Int = .max) -> Self {
        var rest = [UInt8](text.utf8)[...]
        var steps: Self = [.streamHead]
        while !rest.isEmpty {
            steps.append(.chunk(rest.prefix(size)))
            rest = rest.dropFirst(size)
        }
        return steps + [.streamEnd]
    }
}
