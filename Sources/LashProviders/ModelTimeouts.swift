internal import LashHTTP

/// How long a client waits for a service.
public struct ModelTimeouts: Hashable, Sendable {
    /// Until there is a connection.
    public var connect: Duration
    /// Until the next bytes of an answer, the first ones too. Services that think for long send signs of life.
    public var idle: Duration
    /// Until one attempt has its whole answer.
    public var answer: Duration

    /// Ten seconds, two minutes, and half an hour, unless told otherwise.
    public init(connect: Duration = .seconds(10), idle: Duration = .seconds(120), answer: Duration = .seconds(1800)) {
        self.connect = connect
        self.idle = idle
        self.answer = answer
    }

    /// The same for a connection.
    var connection: ServiceConnection.Timeouts {
        ServiceConnection.Timeouts(connect: connect, idle: idle, answer: answer)
    }
}
