/// Everything by name that a host offers to programs: modules and their operations, value constructors, trigger sources,
/// data types, and functions.
///
/// Adding checks what is added against what is there, so that a program can only mean one thing by a name. Copying
/// costs nothing, and looking up a name takes the same time in a large catalog as in a small one.
public struct HostCatalog: Sendable {
    /// The modules in the order in which they were added.
    public internal(set) var modules: [HostModule] = []
    /// The authority types of the modules, in the order in which they first occurred.
    public internal(set) var resourceTypes: [HostResourceType] = []
    /// The value constructors in the order in which they were added, those of trigger sources among them.
    public internal(set) var constructors: [HostConstructor] = []
    /// The trigger sources in the order in which they were added.
    public internal(set) var triggerSources: [HostTriggerSource] = []
    /// The named data types in the order in which they were added, those of events among them.
    public internal(set) var dataTypes: [HostDataType] = []
    /// The functions in the order in which they were added.
    public internal(set) var functions: [HostFunction] = []

    var modulePositions = NamePositions()
    var resourceTypePositions = NamePositions()
    var constructorPositions = NamePositions()
    var sourcePositions = NamePositions()
    var dataTypePositions = NamePositions()
    var functionPositions = NamePositions()
    /// Of each first segment of a module path, a module path that begins with it.
    var moduleRoots: [String: String] = [:]
    /// The alphabetically first call path of each host operation.
    var callPaths: [String: String] = [:]
    /// Names that constructors return as they stand.
    var constructedNames: Set<String> = []
    /// The most segments of a module path, and of a constructor's path.
    var longestPath = 0

    /// A catalog without entries.
    public init() {}

    /// Whether there is nothing in it.
    public var isEmpty: Bool {
        modules.isEmpty && constructors.isEmpty && dataTypes.isEmpty && functions.isEmpty
    }

    /// The module of a dotted path.
    public func module(_ path: String) -> HostModule? { modulePositions[path].map { modules[$0] } }

    /// The authority type of a name.
    public func resourceType(_ name: String) -> HostResourceType? {
        resourceTypePositions[name].map { resourceTypes[$0] }
    }

    /// The value constructor of a dotted path.
    public func constructor(_ path: String) -> HostConstructor? { constructorPositions[path].map { constructors[$0] } }

    /// The trigger source of a type name.
    public func triggerSource(_ name: String) -> HostTriggerSource? { sourcePositions[name].map { triggerSources[$0] } }

    /// The data type of a dotted name.
    public func dataType(_ name: String) -> HostDataType? { dataTypePositions[name].map { dataTypes[$0] } }

    /// The function of a name.
    public func function(_ name: String) -> HostFunction? { functionPositions[name].map { functions[$0] } }

    /// Whether a name stands for values of the host that programs cannot look into: a trigger source, or what a
    /// constructor returns.
    public func isOpaque(_ name: String) -> Bool {
        dataTypePositions[name] == nil && resourceTypePositions[name] == nil
            && (sourcePositions[name] != nil || constructedNames.contains(name))
    }

    /// The alphabetically first call path of an operation with this name. Looks at all modules.
    func path(ofOperation name: String) -> String? {
        modules.lazy.filter { $0.positions[name] != nil }.map { "\($0.path).\(name)" }.min()
    }

    /// Whether programs can use a name in types.
    func isType(_ name: String) -> Bool {
        dataTypePositions[name] != nil || resourceTypePositions[name] != nil || isOpaque(name)
    }

    /// What the name of a binding would be mistaken for: a function, or the root of a module. `nil` for a free name.
    public func meaning(of name: String) -> String? {
        if functionPositions[name] != nil { return "it is a function of the host" }
        return moduleRoots[name].map { "it is part of the module path `\($0)`" }
    }
}

extension HostCatalog: Hashable {
    /// Whether both have the same entries in the same order.
    public static func == (left: HostCatalog, right: HostCatalog) -> Bool {
        left.modules == right.modules && left.resourceTypes == right.resourceTypes
            && left.constructors == right.constructors && left.triggerSources == right.triggerSources
            && left.dataTypes == right.dataTypes && left.functions == right.functions
    }

    /// Hashes all entries.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(modules)
        hasher.combine(constructors)
        hasher.combine(dataTypes)
        hasher.combine(functions)
    }
}
