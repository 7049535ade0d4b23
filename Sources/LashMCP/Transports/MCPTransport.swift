internal import Lashlang

/// Carries messages to a server and back.
protocol MCPTransport: Sendable {
    /// Whether the answer to a request has come when the request is sent: then nothing more comes for it.
    var answersWhileSending: Bool { get }

    /// Gets in touch. Throws where there is nobody.
    func open(_ listener: MCPListener) async throws(MCPError)

    /// Sends a message.
    func send(_ message: Value) async throws(MCPError)

    /// Both sides have agreed on a version, and the conversation begins.
    func began(version: String)

    /// Ends the conversation. Returns when nothing is left of it.
    func close() async
}

/// Who is told of what comes from a server. Called from any task.
struct MCPListener: Sendable {
    /// A message, or something that should be one.
    let receive: @Sendable (Value) -> Void
    /// The server says something beside the protocol.
    let say: @Sendable (String) -> Void
    /// Nothing more comes.
    let end: @Sendable (MCPError) -> Void
}

extension Value {
    /// The bytes of a message.
    func message() throws(MCPError) -> [UInt8] {
        do throws(ValueError) { return Array(try json().utf8) } catch {
            throw MCPError(.malformed, "the arguments cannot be written as JSON: \(error.message)")
        }
    }
}
