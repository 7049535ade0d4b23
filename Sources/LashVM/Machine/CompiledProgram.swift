package import LashLinker
package import LashSyntax

/// A linked program as code. Immutable, shared between threads.
package struct CompiledProgram: Sendable {
    /// The tree that errors point into.
    package let tree: SyntaxTree
    /// The main block.
    let unit: CodeUnit
    /// The bodies of the processes, in the order of their declarations.
    let processUnits: [CodeUnit]
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
        unit = try Compiler.compile(program.tree.main, of: program, optimization: optimization, observes: observes)
        var units: [CodeUnit] = []
        for process in program.processes {
            units.append(
                try Compiler.compile(process.body, of: program, optimization: optimization, observes: observes)
            )
        }
        processUnits = units
        processNames = program.processes.map(\.name)
        processParameters = program.processes.map { $0.parameters.map(\.name) }
        self.optimization = optimization
        self.observes = observes
    }

    /// Instruction words.
    package var instructionCount: Int { unit.count }
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
