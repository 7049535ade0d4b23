/// What went wrong with a server. The message can have what the server said, without the values of its description that
/// look like secrets: headers but for plain ones, and variables and parts of the address that are called something like a
/// key.
public struct MCPError: Error, Hashable, Sendable {
    /// What kind of failure it is.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// The description of the server is wrong.
        case configuration
        /// It could not be started or reached.
        case connection
        /// It is gone.
        case ended
        /// It did not answer in time.
        case timeout
        /// It said something that makes no sense, or too much.
        case malformed
        /// It refused a request.
        case refused
        /// It has forgotten the session; a new one is begun.
        case sessionExpired = "session_expired"
        /// There is no server of the name.
        case unknownServer = "unknown_server"
        /// Nobody wants the answer any more.
        case cancelled
    }

    /// What kind of failure it is.
    public var kind: Kind
    /// The server, where it is one server's.
    public var server: String?
    /// What went wrong.
    public var message: String
    /// The code of the server's own error, or the status of its response.
    public var code: Int?

    /// A failure.
    public init(_ kind: Kind, server: String? = nil, _ message: String, code: Int? = nil) {
        self.kind = kind
        self.server = server
        self.message = message
        self.code = code
    }

    static func cancelled(_ server: String) -> MCPError {
        MCPError(.cancelled, server: server, "the call was cancelled")
    }

    /// The same failure with another message.
    func with(message: String) -> MCPError { MCPError(kind, server: server, message, code: code) }
}

extension MCPError: CustomStringConvertible {
    /// The server and what went wrong.
    public var description: String { server.map { "MCP server `\($0)`: \(message)" } ?? message }
}
