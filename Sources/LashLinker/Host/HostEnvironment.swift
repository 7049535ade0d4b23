/// What the linker knows about the host that will run the program.
///
/// A host lists here what it can do; a program that needs more is refused before it runs.
public struct HostEnvironment: Hashable, Sendable {
    /// Parts of the language that only work where the host does its share. All off by default.
    public struct Abilities: OptionSet, Hashable, Sendable {
        /// One bit for each ability.
        public let rawValue: UInt8

        /// A set of abilities from its bits.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// `process` declarations and `start`.
        public static let processes = Abilities(rawValue: 1)
        /// `sleep for`, `sleep until`.
        public static let sleep = Abilities(rawValue: 2)
        /// `signals`, `wait_signal`, `signal_run`.
        public static let processSignals = Abilities(rawValue: 4)
        /// Calls of the trigger registry.
        public static let triggers = Abilities(rawValue: 8)
        /// Everything.
        public static let all: Abilities = [.processes, .sleep, .processSignals, .triggers]
    }

    /// What the host can do.
    public var abilities: Abilities
    /// Whether `@label(…)` is accepted. Off by default: only hosts that show labels have a use for them.
    public var labelAnnotations: Bool
    /// Names of bindings that programs read and cannot change, such as `history`.
    public var readOnlyNames: Set<String>
    /// Functions that earlier programs of the session declared, which this one may call.
    public var functions: FunctionLibrary
    /// What programs can call and name: modules, constructors, trigger sources, data types, functions.
    public var catalog: HostCatalog

    /// An environment; without arguments, that of a host that offers nothing.
    public init(
        abilities: Abilities = [],
        labelAnnotations: Bool = false,
        readOnlyNames: Set<String> = [],
        catalog: HostCatalog = HostCatalog(),
        functions: FunctionLibrary = FunctionLibrary()
    ) {
        self.abilities = abilities
        self.labelAnnotations = labelAnnotations
        self.readOnlyNames = readOnlyNames
        self.catalog = catalog
        self.functions = functions
    }
}
