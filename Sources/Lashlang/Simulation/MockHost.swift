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
    /// What waiting for a signal gives that nobody has sent, by the name of the signal.
    public var signals: [String: MockBehavior] = [:]
    /// Variables that a session has from the start.
    public var globals = Record()
    /// The operations, by path, and functions for which a person has to be asked first. A mock host asks nobody; plans say
    /// it.
    public var approvals: Set<String> = []

    /// A host without operations.
    public init(environment: HostEnvironment = HostEnvironment(abilities: .all, labelAnnotations: true)) {
        self.environment = environment
    }

    /// The host of a description, with its catalog and abilities added to an environment.
    ///
    /// Tools and functions answer as their entries say, and with `null` where they say nothing; processes run their
    /// bodies unless `processes` says otherwise.
    public init(
        _ description: HostDescription,
        environment: HostEnvironment = HostEnvironment(abilities: .all, labelAnnotations: true)
    ) throws(HostDescriptionError) {
        self.init(environment: environment)
        do { try description.extend(&self.environment) } catch {
            throw HostDescriptionError(path: [], message: error.message)
        }
        for tool in description.tools {
            operations[tool.name] = try Self.behavior(tool.fields, ["tools", tool.name])
        }
        for function in description.functions {
            functions[function.name] = try Self.behavior(function.fields, ["functions", function.name])
        }
        processes = try Self.behaviors("processes", description.processes)
        signals = try Self.behaviors("signals", description.signals)
        globals = description.globals
        approvals = description.approvals
    }

    /// Takes over how another mock answers; where both say something, the other one counts.
    public mutating func addAnswers(of other: MockHost) {
        operations.merge(other.operations) { $1 }
        functions.merge(other.functions) { $1 }
        processes.merge(other.processes) { $1 }
        signals.merge(other.signals) { $1 }
    }

    private static func behaviors(
        _ section: String,
        _ entries: Record
    ) throws(HostDescriptionError) -> [String: MockBehavior] {
        var behaviors: [String: MockBehavior] = [:]
        for (name, value) in entries {
            guard case .record(let fields) = value else {
                throw HostDescriptionError(path: [section, name], message: "expected an object")
            }
            behaviors[name] = try behavior(fields, [section, name])
        }
        return behaviors
    }

    private static func behavior(_ fields: Record, _ path: [String]) throws(HostDescriptionError) -> MockBehavior? {
        do { return try MockBehavior.reading(fields) } catch {
            throw HostDescriptionError(path: path, message: error.message)
        }
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
