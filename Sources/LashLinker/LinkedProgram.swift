public import LashSyntax

/// A process of a linked program.
public struct LinkedProcess: Sendable {
    /// Its name.
    public var name: String
    /// The `.processDeclaration` node.
    public var node: NodeID
    /// Parameters in order, each name with its type node.
    public var parameters: [(name: String, type: NodeID)]
    /// Signals in order, each name with its type node.
    public var signals: [(name: String, type: NodeID)]
    /// The declared return type.
    public var returnType: NodeID?
    /// The `.block` of its body.
    public var body: NodeID
}

/// A function of a linked program.
public struct LinkedFunction: Sendable {
    /// Its name.
    public var name: String
    /// The `.functionDeclaration` node.
    public var node: NodeID
    /// Parameters in order, each name with its type node.
    public var parameters: [(name: String, type: NodeID)]
    /// The declared return type.
    public var returnType: NodeID
    /// The `.block` of its body.
    public var body: NodeID
}

/// A function of the session that a program calls, directly or not.
public struct SessionFunction: Sendable {
    /// Its name.
    public let name: String
    /// Its declaration as a program, which has this one function.
    public let program: LinkedProgram
}

/// A program that was checked against an environment: the tree, and what the linker found out about it.
public struct LinkedProgram: Sendable {
    /// The program as it was parsed.
    public let tree: SyntaxTree
    /// What the host offered by name when the program was linked.
    public let catalog: HostCatalog
    /// What nodes mean, for those whose text alone does not say.
    public internal(set) var resolutions: [NodeID: Resolution] = [:]
    /// The declared types: the type node of each name.
    public internal(set) var types: [String: NodeID] = [:]
    /// The declared processes in source order.
    public internal(set) var processes: [LinkedProcess] = []
    /// The declared functions in source order.
    public internal(set) var functions: [LinkedFunction] = []
    /// The functions of the session that it could call.
    public let library: FunctionLibrary
    /// Those of them that it calls, directly or not.
    public internal(set) var sessionFunctions: [SessionFunction] = []
    /// What linking found that does not keep the program from running.
    var linkWarnings: [Diagnostic] = []
    /// The builtins among the names of the tree.
    package private(set) var builtins: BuiltinNames
    var processPositions: [String: Int] = [:]
    var functionPositions: [String: Int] = [:]
    /// The operations that are called on authorities, also those whose module is only known when the program runs.
    var operationUses: Set<OperationUse> = []
    /// The trigger sources that registrations use.
    var sourceUses: Set<String> = []

    init(tree: SyntaxTree, catalog: HostCatalog, library: FunctionLibrary) {
        self.tree = tree
        self.catalog = catalog
        self.library = library
        builtins = BuiltinNames(symbolCount: tree.symbolCount)
    }

    /// The process of a name.
    public func process(named name: String) -> LinkedProcess? {
        processPositions[name].map { processes[$0] }
    }

    /// Problems that do not keep the program from running, in source order. Most programs run and nobody asks, so they are
    /// looked for when somebody does, in time linear in the text.
    public var warnings: [Diagnostic] {
        let keyed = (linkWarnings + LashLinker.warnings(in: tree)).enumerated().sorted { left, right in
            let (a, b) = (left.element.span?.start ?? 0, right.element.span?.start ?? 0)
            return a == b ? left.offset < right.offset : a < b
        }
        return keyed.map(\.element)
    }

    /// What a node means, `nil` where it means what it says.
    public func resolution(of node: NodeID) -> Resolution? { resolutions[node] }

    /// The builtin that a `.call` node calls, `nil` for other nodes and unknown names.
    public func builtin(for node: NodeID) -> Builtin? {
        guard case .call(let name, _) = tree[node] else { return nil }
        return builtin(name)
    }

    /// The builtin of the name of a call.
    func builtin(_ name: Name) -> Builtin? { builtins.builtin(of: name, in: tree) }

    /// As `builtin`, and remembers it.
    mutating func lookUpBuiltin(_ name: Name) -> Builtin? { builtins.lookUp(name, in: tree) }
}

/// An operation of an authority type.
struct OperationUse: Hashable, Sendable {
    let type: String
    let operation: String
}

/// What linking yields.
public struct LinkResult: Sendable {
    /// The program; complete only where there are no errors.
    public let program: LinkedProgram
    /// At most 20 errors. The first is the one to mend first: declarations before bodies, processes before main.
    public let errors: [Diagnostic]

    /// The program, or everything that is wrong with it.
    public func get() throws(Diagnostics) -> LinkedProgram {
        if errors.isEmpty { return program }
        throw Diagnostics(source: program.tree.source, all: errors + program.warnings)
    }
}
