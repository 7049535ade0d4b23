/// A server that has tools: what is started or called, and how far it is trusted.
///
/// ```swift
/// let files = MCPServer.stdio("files", command: "mcp-files", arguments: ["/srv/notes"])
/// let tracker = MCPServer.http("tracker", url: "https://tracker.example/mcp", headers: ["Authorization": "Bearer \(token)"])
/// ```
public struct MCPServer: Sendable, Hashable {
    /// How a server is reached.
    public enum Transport: Sendable, Hashable {
        /// It is a process of its own.
        case stdio(Command)
        /// It is a service.
        case http(Endpoint)
    }

    /// A process.
    public struct Command: Sendable, Hashable {
        /// The program: a path, or a name that is looked for in `PATH`.
        public var executable: String
        /// What it gets.
        public var arguments: [String]
        /// Variables beside the few that every server gets: of this process's own environment it sees only what names the
        /// user, the folders and the language.
        public var environment: [String: String]
        /// Where it runs; `nil` for where this process does.
        public var folder: String?

        /// A process.
        public init(
            _ executable: String,
            arguments: [String] = [],
            environment: [String: String] = [:],
            folder: String? = nil
        ) {
            self.executable = executable
            self.arguments = arguments
            self.environment = environment
            self.folder = folder
        }
    }

    /// A service.
    public struct Endpoint: Sendable, Hashable {
        /// What it speaks.
        public enum Kind: String, Sendable, Hashable, CaseIterable {
            /// Streamable HTTP; where the server does not take that, the older form.
            case automatic
            /// Streamable HTTP.
            case streamable = "http"
            /// The older form: one stream of server-sent events, and requests beside it.
            case sse
        }

        /// Where it is.
        public var url: String
        /// What every request has, such as a key. The values are shown nowhere.
        public var headers: [String: String]
        /// What it speaks.
        public var kind: Kind

        /// A service.
        public init(_ url: String, headers: [String: String] = [:], kind: Kind = .automatic) {
            self.url = url
            self.headers = headers
            self.kind = kind
        }
    }

    /// Which calls somebody has to approve of.
    public enum Approval: String, Sendable, Hashable, CaseIterable {
        /// None.
        case never
        /// Those of tools that say they may destroy something.
        case destructive
        /// Those of tools that do not say they only look.
        case unlessReadOnly
        /// All.
        case always
    }

    /// What is taken from a server.
    public struct Limits: Sendable, Hashable {
        /// The bytes of one message.
        public var messageBytes = 16 << 20
        /// The tools; those beyond are left out.
        public var tools = 256
        /// The bytes of the name of a tool; one with a longer name is left out.
        public var nameBytes = 128
        /// The characters of a description; the rest is cut off.
        public var descriptionCharacters = 4_096
        /// The bytes of a schema; a longer one is not shown to models, and arguments are not checked against it.
        public var schemaBytes = 64 << 10

        /// The limits that are written here.
        public init() {}
    }

    /// Identifies it; the names of its tools have it in them.
    public var name: String
    /// How it is reached.
    public var transport: Transport
    /// How long it may take until it has said what tools it has.
    public var connectTimeout = Duration.seconds(30)
    /// How long one call may take.
    public var callTimeout = Duration.seconds(60)
    /// Which calls somebody has to approve of.
    public var approval = Approval.never
    /// Whether tools that say they only look are believed: then agents that may not change anything can call them.
    public var trustsReadOnlyHint = false
    /// What is taken from it.
    public var limits = Limits()

    /// A server.
    public init(_ name: String, _ transport: Transport) {
        self.name = name
        self.transport = transport
    }

    /// A server that is a process of its own.
    public static func stdio(
        _ name: String,
        command: String,
        arguments: [String] = [],
        environment: [String: String] = [:],
        folder: String? = nil
    ) -> MCPServer {
        MCPServer(
            name,
            .stdio(Command(command, arguments: arguments, environment: environment, folder: folder))
        )
    }

    /// A server that is a service.
    public static func http(
        _ name: String,
        url: String,
        headers: [String: String] = [:],
        kind: Endpoint.Kind = .automatic
    ) -> MCPServer {
        MCPServer(name, .http(Endpoint(url, headers: headers, kind: kind)))
    }
}

extension MCPServer: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The name: arguments, variables, addresses and headers may hold secrets.
    public var description: String { "MCP server `\(name)`" }
    /// The name.
    public var debugDescription: String { description }
    /// The name.
    public var customMirror: Mirror { Mirror(self, children: ["name": name]) }
}

extension MCPServer.Command: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The program alone.
    public var description: String { executable }
    /// The program alone.
    public var debugDescription: String { description }
    /// The program alone.
    public var customMirror: Mirror { Mirror(self, children: ["executable": executable]) }
}

extension MCPServer.Endpoint: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// What it speaks: the address and the headers may hold secrets.
    public var description: String { "[\(kind.rawValue) endpoint]" }
    /// What it speaks.
    public var debugDescription: String { description }
    /// What it speaks.
    public var customMirror: Mirror { Mirror(self, children: ["kind": kind]) }
}
