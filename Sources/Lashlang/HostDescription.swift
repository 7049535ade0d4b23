/// A host as JSON: what a program may call and name, and, beside it, how a mock host answers.
///
///     {"tools": {"files.read": {"input": "{ path: str }", "output": "str", "description": "…", "returns": "text"}},
///      "functions": {"best_move": {"parameters": "{ cells: list[any], turn: str }", "result": "int"}},
///      "constructors": {"cfg.Limits": {"input": "{ max: int }", "output": "cfg.Limits"}},
///      "types": {"geo.Point": "{ x: float, y: float }"},
///      "trigger_sources": {"timer.Schedule": {"input": "…", "event_name": "timer.Tick", "event": "…"}},
///      "triggers": true, "abilities": ["processes", "sleep", "signals", "triggers"], "globals": {…}, "processes": {…},
///      "signals": {…}}
///
/// Everything may be left out. A tool without `input` or `output` takes or gives anything; one without a dot in its name
/// belongs to the module `tools`; its authority type is that of its module, or else the path in capitals (`inbox.work`
/// has `InboxWork`). `abilities` may be `"all"`.
public struct HostDescription: Sendable {
    /// An entry as it was written, with everything that it says beyond its types.
    public struct Entry: Sendable {
        /// The call path of a tool, the name of a function.
        public let name: String
        /// The object.
        public let fields: Record
    }

    /// What programs may call and name.
    public let catalog: HostCatalog
    /// What the host can do; `nil` where nothing is said.
    public let abilities: HostEnvironment.Abilities?
    /// The tools in the order of the text.
    public let tools: [Entry]
    /// The functions in the order of the text.
    public let functions: [Entry]
    /// Variables that a session begins with.
    public let globals: Record
    /// How started processes behave, by name, as it was written.
    public let processes: Record
    /// What waiting for a signal that nobody sends gives, by the name of the signal, as it was written.
    public let signals: Record

    /// Keys of tools and functions that say how they answer, not what they are.
    static let answerKeys = ["returns", "error", "echo", "sequence", "delay_ms", "fail_with", "approval"]

    /// The call paths of tools, and the names of functions, whose `approval` is true: a person has to be asked first.
    public var approvals: Set<String> {
        Set((tools + functions).filter { $0.fields["approval"] == .bool(true) }.map(\.name))
    }

    /// Reads a description from a JSON text in UTF-8.
    public init(json bytes: [UInt8]) throws(HostDescriptionError) {
        let value: Value
        do { value = try Value(json: bytes) } catch { throw HostDescriptionError(path: [], message: error.message) }
        try self.init(value)
    }

    /// Reads a description. Throws for keys that mean nothing, for types that cannot be read, and for everything that a
    /// catalog refuses; the error names the place.
    public init(_ value: Value) throws(HostDescriptionError) {
        var reader = HostDescriptionReader()
        try reader.read(value)
        catalog = reader.catalog
        abilities = reader.abilities
        tools = reader.tools
        functions = reader.functions
        globals = reader.globals
        processes = reader.processes
        signals = reader.signals
    }

    /// Adds what is described to an environment; what is said of abilities replaces what the environment says.
    ///
    /// Throws where the environment's catalog disagrees.
    public func extend(_ environment: inout HostEnvironment) throws(HostCatalogError) {
        try environment.catalog.merge(catalog)
        environment.abilities = abilities ?? environment.abilities
    }
}

/// What is wrong with a description of a host.
public struct HostDescriptionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The keys that lead to the place, outermost first; empty for the whole text.
    public var path: [String]
    /// What is wrong there.
    public var message: String

    /// An error at a place.
    public init(path: [String], message: String) {
        self.path = path
        self.message = message
    }

    /// Place and message: `tools."files.read".input: …`.
    public var description: String {
        if path.isEmpty { return message }
        let keys = path.map { $0.contains(".") ? "\"\($0)\"" : $0 }
        return "\(keys.joined(separator: ".")): \(message)"
    }
}
