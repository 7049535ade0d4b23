/// How a server stands, for hosts. What the server said can be in here, without what ``MCPError`` leaves out.
public struct MCPServerStatus: Hashable, Sendable, Codable {
    /// How far it is.
    public enum State: String, Hashable, Sendable, Codable {
        /// Nobody has needed it yet.
        case idle
        /// It answers, as far as is known.
        case connected
        /// It is gone; it is started again when it is needed.
        case ended
        /// It could not be reached, or its tools not be read.
        case failed
    }

    /// The server.
    public var name: String
    /// How far it is.
    public var state: State
    /// Why it failed or ended.
    public var error: String?
    /// What it calls itself, with its version.
    public var title: String?
    /// The version of the protocol that is spoken with it.
    public var version: String?
    /// The names of its tools, as agents have them.
    public var tools: [String]
    /// What of its tools is left out or changed, and why.
    public var warnings: [String]
}
