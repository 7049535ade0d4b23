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

/// What the linker finds out about a program.
struct LinkedTables: Sendable {
    /// What nodes mean, for those whose text alone does not say.
    var resolutions: [NodeID: Resolution] = [:]
    /// The declared types: the type node of each name.
    var types: [String: NodeID] = [:]
    /// The declared processes in source order.
    var processes: [LinkedProcess] = []
    var processPositions: [String: Int] = [:]
    /// The declared functions in source order.
    var functions: [LinkedFunction] = []
    var functionPositions: [String: Int] = [:]
    /// The functions of the session that are called, directly or not.
    var sessionFunctions: [SessionFunction] = []
    /// The builtins among the names of the tree.
    var builtins: BuiltinNames
    /// The operations that are called on authorities, also those whose module is only known when the program runs.
    var operationUses: Set<OperationUse> = []
    /// The trigger sources that registrations use.
    var sourceUses: Set<String> = []
    /// What does not keep the program from running.
    var warnings: [Diagnostic] = []
}

/// What is linked, and for which host: one object, which the linker and the program share.
final class LinkerInput: Sendable {
    let tree: SyntaxTree
    let environment: HostEnvironment

    init(_ tree: SyntaxTree, _ environment: HostEnvironment) { (self.tree, self.environment) = (tree, environment) }
}

/// A program that was checked against an environment: the tree, and what the linker found out about it.
public struct LinkedProgram: Sendable {
    /// One object, so that a copy costs one reference.
    private final class Storage: Sendable {
        let input: LinkerInput
        let tables: LinkedTables

        init(_ input: LinkerInput, _ tables: LinkedTables) { (self.input, self.tables) = (input, tables) }
    }

    private let storage: Storage

    init(_ input: LinkerInput, _ tables: LinkedTables) { storage = Storage(input, tables) }

    /// The program as it was parsed.
    public var tree: SyntaxTree { storage.input.tree }
    /// What the linker knew about the host.
    package var environment: HostEnvironment { storage.input.environment }
    /// What the host offered by name when the program was linked.
    public var catalog: HostCatalog { environment.catalog }
    /// What nodes mean, for those whose text alone does not say.
    public var resolutions: [NodeID: Resolution] { tables.resolutions }
    /// The declared types: the type node of each name.
    public var types: [String: NodeID] { tables.types }
    /// The declared processes in source order.
    public var processes: [LinkedProcess] { tables.processes }
    /// The declared functions in source order.
    public var functions: [LinkedFunction] { tables.functions }
    /// The functions of the session that it could call.
    public var library: FunctionLibrary { environment.functions }
    /// Those of them that it calls, directly or not.
    public var sessionFunctions: [SessionFunction] { tables.sessionFunctions }
    /// The builtins among the names of the tree.
    package var builtins: BuiltinNames { tables.builtins }
    var tables: LinkedTables { storage.tables }

    /// The process of a name.
    public func process(named name: String) -> LinkedProcess? {
        tables.processPositions[name].map { processes[$0] }
    }

    /// Problems that do not keep the program from running, in source order. Most programs run and nobody asks, so they are
    /// looked for when somebody does, in time linear in the text.
    public var warnings: [Diagnostic] {
        let keyed = (tables.warnings + LashLinker.warnings(in: tree)).enumerated().sorted { left, right in
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
        return builtins.builtin(of: name, in: tree)
    }
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
