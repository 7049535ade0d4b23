/// A host that answers from a script: for trying out programs, and for tests.
///
/// A value; a `Simulation` keeps what changes while programs run.
public struct MockHost: Sendable {
    /// What programs are linked against.
    public var environment: HostEnvironment
    /// The operations by path, as in `files.read`.
    public var operations: [String: MockBehavior] = [:]
    /// The functions by name.
    public var functions: [String: MockBehavior] = [:]
    /// The processes by name; those that are not here run their bodies.
    public var processes: [String: MockBehavior] = [:]
    /// Variables that a session has from the start.
    public var globals = Record()

    /// A host without operations.
    public init(environment: HostEnvironment = HostEnvironment(abilities: .all, labelAnnotations: true)) {
        self.environment = environment
    }
}

/// Something that a program asked of its host, in the order in which it asked.
public struct HostLogEntry: Equatable, Sendable {
    /// What was asked.
    public enum Asked: Equatable, Sendable {
        /// One call, or several at once.
        case calls([HostCall])
        /// A process, time, or a signal.
        case request(HostRequest)
    }

    /// Which process asked; 0 is the main program, processes count from 1.
    public var process: Int
    /// What it asked.
    public var asked: Asked
    /// The answers so far, by call; one for a request.
    public var answers: [CallResult?]
}
