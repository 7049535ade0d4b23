/// A module: a dotted name that programs call operations on.
public struct HostModule: Hashable, Sendable {
    /// Its dotted path, such as `inbox.work`.
    public let path: String
    /// Its authority type, such as `Inbox`. Modules of one type share the types of their operations.
    public let type: String
    /// Its operations in the order in which they were added.
    public internal(set) var operations: [HostOperation] = []
    var positions = NamePositions()

    init(path: String, type: String) {
        self.path = path
        self.type = type
    }

    /// The operation of a name.
    public func operation(_ name: String) -> HostOperation? { positions[name].map { operations[$0] } }

    /// Whether both have the same path, type and operations.
    public static func == (left: HostModule, right: HostModule) -> Bool {
        left.path == right.path && left.type == right.type && left.operations == right.operations
    }

    /// Hashes path, type and operations.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(path)
        hasher.combine(type)
        hasher.combine(operations)
    }
}

/// An operation of a module.
public struct HostOperation: Hashable, Sendable {
    /// Its name, the part of the call path after the last dot.
    public let name: String
    /// What the host knows it as.
    public let hostOperation: String
    /// What it takes: the type of its one argument, `null` for none, `list[…]` of all for several.
    public let input: HostType
    /// What it gives.
    public let output: HostType
    /// What it does, for people and models.
    public let description: String
}

/// An authority type: what the modules that have it can do.
public struct HostResourceType: Hashable, Sendable {
    /// What an operation takes and gives, in every module of the type.
    public struct Signature: Hashable, Sendable {
        /// The name of the operation.
        public let operation: String
        /// What it takes.
        public let input: HostType
        /// What it gives.
        public let output: HostType
    }

    /// Its name, such as `Inbox`.
    public let name: String
    /// The operations of all modules of the type, in the order in which they first occurred.
    public internal(set) var operations: [Signature] = []
    var positions = NamePositions()

    init(name: String) { self.name = name }

    /// The types of the operation of a name.
    public func operation(_ name: String) -> Signature? { positions[name].map { operations[$0] } }

    /// Whether both have the same name and operations.
    public static func == (left: HostResourceType, right: HostResourceType) -> Bool {
        left.name == right.name && left.operations == right.operations
    }

    /// Hashes name and operations.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(operations)
    }
}

/// A value constructor: a pure function of one argument, called by a dotted path.
public struct HostConstructor: Hashable, Sendable {
    /// The path, such as `cfg.Limits`.
    public let path: String
    /// What it takes.
    public let input: HostType
    /// What it gives.
    public let output: HostType

    /// The name of the type of its values.
    public var typeName: String { output.displayed }
}

/// A kind of events that triggers can be registered for.
public struct HostTriggerSource: Hashable, Sendable {
    /// The type of its descriptors, which is also the path of the constructor that makes them.
    public let name: String
    /// What the constructor takes.
    public let input: HostType
    /// The name of the data type of its events.
    public let eventName: String
    /// That data type.
    public let event: HostType
}

/// A named data type, such as `geo.Point`.
public struct HostDataType: Hashable, Sendable {
    /// Its dotted name.
    public let name: String
    /// The object type that it stands for.
    public let type: HostType
}

/// A pure function of the host that programs call by its bare name.
public struct HostFunction: Hashable, Sendable {
    /// A parameter.
    public struct Parameter: Hashable, Sendable {
        /// Its name, for people and models: arguments are given by position.
        public let name: String
        /// What it takes.
        public let type: HostType
    }

    /// Its name.
    public let name: String
    /// Its parameters in order. All of them get an argument.
    public let parameters: [Parameter]
    /// What it gives.
    public let result: HostType
    /// What it does, for people and models.
    public let description: String

    /// Name, parameters and result as documentation shows them: `best_move(cells: list[any], turn: str) -> int`.
    public var signature: String {
        "\(name)(\(parameters.map { "\($0.name): \($0.type)" }.joined(separator: ", "))) -> \(result)"
    }
}
