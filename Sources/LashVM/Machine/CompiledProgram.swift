package import LashLinker
package import LashSyntax

/// A linked program as code. Immutable, shared between threads.
package final class CompiledProgram: Sendable {
    /// The tree that errors point into.
    package let tree: SyntaxTree
    /// The main block.
    let unit: CodeUnit
    /// The bodies of the processes, in the order of their declarations.
    let processUnits: [CodeUnit]
    /// The functions that it can call.
    let functions: FunctionTable
    /// The functions that it declares, which stay in the session that runs it.
    package let declaredFunctions: FunctionLibrary
    /// Those that it was compiled with, its own included.
    package let library: FunctionLibrary
    /// The names of the processes.
    package let processNames: [String]
    /// The names of their parameters.
    package let processParameters: [[String]]
    let optimization: Optimization
    /// Whether its code tells what it comes to.
    let observes: Bool

    /// Compiles a linked program; fails for what this machine cannot run.
    package init(_ program: LinkedProgram, optimization: Optimization = .full, observes: Bool = false)
        throws(Diagnostics)
    {
        tree = program.tree
        let (functions, numbers) = try Self.compileFunctions(program, optimization)
        self.functions = functions
        declaredFunctions = program.functions.isEmpty ? FunctionLibrary() : program.declaredFunctions
        library = program.library.adding(declaredFunctions)
        func compile(_ body: NodeID) throws(Diagnostics) -> CodeUnit {
            try Compiler.compile(
                body,
                of: program,
                numbers,
                functions: functions,
                optimization: optimization,
                observes: observes
            )
        }
        unit = try compile(program.tree.main)
        var units: [CodeUnit] = []
        for process in program.processes { units.append(try compile(process.body)) }
        processUnits = units
        processNames = program.processes.map(\.name)
        processParameters = program.processes.map { $0.parameters.map(\.name) }
        self.optimization = optimization
        self.observes = observes
    }

    /// The functions of the program, then those of the session that it calls; and the numbers that the program calls them by.
    private static func compileFunctions(
        _ program: LinkedProgram,
        _ optimization: Optimization
    ) throws(Diagnostics) -> (FunctionTable, FunctionNumbers) {
        if program.functions.isEmpty && program.sessionFunctions.isEmpty { return (none, FunctionNumbers()) }
        var numbers = FunctionNumbers()
        for (position, function) in program.sessionFunctions.enumerated() {
            numbers.session[function.name] = program.functions.count + position
        }
        // What a function of the session calls by a name that the program declares anew is that of the program.
        var sessionNumbers = numbers
        for (position, function) in program.functions.enumerated() { sessionNumbers.session[function.name] = position }
        var compiled: [(name: String, unit: CodeUnit, tree: SyntaxTree, isOfSession: Bool)] = []
        func add(
            _ function: LinkedFunction,
            of program: LinkedProgram,
            _ numbers: FunctionNumbers,
            isOfSession: Bool
        ) throws(Diagnostics) {
            let unit = try Compiler.compile(
                function.body,
                of: program,
                numbers,
                parameters: function.parameters.map(\.name),
                optimization: optimization
            )
            compiled.append((function.name, unit, program.tree, isOfSession))
        }
        for function in program.functions { try add(function, of: program, numbers, isOfSession: false) }
        for (position, function) in program.sessionFunctions.enumerated() {
            sessionNumbers.declared = program.functions.count + position
            guard let only = function.program.functions.first else { continue }
            try add(only, of: function.program, sessionNumbers, isOfSession: true)
        }
        return (FunctionTable(compiled), numbers)
    }

    private static let none = FunctionTable([])

    /// Instruction words.
    package var instructionCount: Int { unit.count }
}

/// What a binding stands for.
package enum BoundValue: Sendable {
    /// A value that every run shares.
    case frozen(FrozenValue)
    /// A value that is, or holds, data of the host: each run makes its own.
    case made(Value)

    /// A binding that is read piece by piece has a receipt also where nobody looks at it.
    func beginReceipt(_ name: String, _ heap: Heap) {
        if case .made(.projection(let projection)) = self {
            heap.projectionReader.expect(name, projection.descriptor.summary)
        }
    }
}

/// A value in a heap of its own that never changes again: bound by any number of runs, on any number of threads.
package final class FrozenValue: @unchecked Sendable {
    private let owner: HeapOwner
    let root: Tagged
    /// Whether something in it can be awaited.
    var mayHoldHandles: Bool { owner.heap.storage.pointee.mayHoldHandles }

    /// A value of a frozen heap.
    init(_ root: Tagged, in owner: HeapOwner) {
        self.owner = owner
        self.root = root
    }

    /// Freezes a copy of a value. Costs its size, once; binding it costs nothing.
    package init(_ value: Value) throws(ValueError) {
        owner = HeapOwner()
        do { root = try owner.heap.make(value) } catch { throw ValueError(message: error.message) }
        owner.freeze(root: root)
    }

    /// Freezes what a JSON text describes, without a detour.
    package init(json bytes: [UInt8]) throws(JSONParseError) {
        let (owner, root) = try HeapOwner.reading(json: bytes)
        self.owner = owner
        self.root = root
        owner.freeze(root: root)
    }
}
