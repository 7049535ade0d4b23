internal import LashLinker
internal import LashSyntax

/// How much the compiler does beyond translating.
public enum Optimization: Sendable {
    /// Everything.
    case full
    /// Every operation by itself: no fused instructions, no compare-and-jump, nothing in place but what the general
    /// instructions do. Results are the same; tests compare the two.
    case none
}

/// Translates the main block of a linked program, or the body of a process, into register code.
///
/// Expressions have no effect on variables, so a variable is read where it is used, not copied; only a comprehension
/// gives its own variables new values while an expression runs. An expression is compiled into a register that the
/// caller names, and only its last instruction writes that register: a failing statement leaves its target alone.
///
/// Chains of operators and `else if` are loops here; what nests is bounded by the parser.
struct Compiler {
    let program: LinkedProgram
    let tree: SyntaxTree
    /// What nodes mean, for those whose text alone does not say.
    let resolutions: [NodeID: Resolution]
    private let builtins: BuiltinNames
    let optimization: Optimization
    /// Whether the code tells what it comes to.
    let observes: Bool
    /// Emit jumps of any distance; needed once a short one did not fit.
    let longJumps: Bool
    var builder: CodeBuilder
    private(set) var variableNames: [String] = []
    private var variableNumbers = SymbolNumbers()
    /// Variables whose names are dotted.
    private var dottedVariables: [String: Int] = [:]
    /// Nodes that wait, for whoever goes through a chain; everyone leaves it as it was.
    var stack: [NodeID] = []
    /// Variables that have a value wherever the next instruction runs.
    var assigned = VariableSet()
    /// Whether the next instruction can be reached.
    var isReachable = true
    var loops: [OpenLoop] = []
    /// Type aliases being expanded, and how many have been: what they spell out can double at each.
    var openAliases: [String] = []
    var expandedAliases = 0
    static let maximumAliases = 10_000
    /// The identity of the program, where it was needed: hashing everything takes as long as compiling it.
    var identity: ProgramIdentity?
    /// What literals are to the batch they stand in, where it was asked.
    var batchParts: [NodeID: BatchPart] = [:]
    /// The first thing that cannot be compiled.
    var failure: Diagnostic?

    /// Where `break` and `continue` go.
    struct OpenLoop {
        var exit: CodeLabel
        var again: CodeLabel
    }

    /// The block that is compiled.
    private let body: NodeID
    /// By which numbers functions are called.
    private let numbers: FunctionNumbers

    init(
        _ body: NodeID,
        of program: LinkedProgram,
        _ numbers: FunctionNumbers,
        optimization: Optimization,
        observes: Bool,
        longJumps: Bool
    ) {
        self.body = body
        self.numbers = numbers
        self.program = program
        tree = program.tree
        resolutions = program.resolutions
        builtins = program.builtins
        self.optimization = optimization
        self.longJumps = longJumps
        self.observes = observes
        builder = CodeBuilder(node: body)
        variableNames.reserveCapacity(32)
    }

    /// The code of a block; of the body of a function, if there are parameters.
    static func compile(
        _ body: NodeID,
        of program: LinkedProgram,
        _ numbers: FunctionNumbers = FunctionNumbers(),
        parameters: [String]? = nil,
        functions: FunctionTable? = nil,
        optimization: Optimization,
        observes: Bool = false
    ) throws(Diagnostics) -> CodeUnit {
        for longJumps in [false, true] {
            var compiler = Compiler(
                body,
                of: program,
                numbers,
                optimization: optimization,
                observes: observes,
                longJumps: longJumps
            )
            if let parameters { compiler.compileFunction(parameters, body) } else { compiler.compileBody() }
            if let failure = compiler.failure {
                throw Diagnostics(source: program.tree.source, all: [failure])
            }
            if optimization == .full { compiler.specialize(isFunction: parameters != nil) }
            if let unit = Assembler.assemble(compiler.builder, variables: compiler.variableNames, functions) {
                assert(Verifier(unit: unit).problem() == nil, Verifier(unit: unit).problem() ?? "")
                return unit
            }
        }
        throw Diagnostics(
            source: program.tree.source,
            all: [CompileError.tooLarge.diagnostic(span: nil)]
        )
    }

    private mutating func compileBody() {
        compileBlock(body)
        builder.node = body
        builder.emit(.halt)
    }

    private mutating func specialize(isFunction: Bool) {
        Specialization.apply(to: &builder, variables: variableNames.count, isFunction: isFunction)
    }

    /// The number of the function that a call names.
    func functionNumber(_ call: NodeID) -> Int { resolutions[call].map(numbers.number) ?? 0 }

    /// The builtin that is called by a name.
    func builtin(_ name: Name) -> Builtin? { builtins.builtin(of: name, in: tree) }

    mutating func fail(_ error: CompileError, at node: NodeID) {
        if failure == nil { failure = error.diagnostic(span: tree.span(of: node)) }
    }

    // MARK: Variables

    mutating func variable(_ name: Name) -> Int { variable(tree.symbol(of: name)) }

    private mutating func variable(_ symbol: Symbol) -> Int {
        if let number = variableNumbers[symbol] { return number }
        let number = variableNames.count
        variableNames.append(tree.text(of: symbol))
        variableNumbers.insert(symbol, number)
        return number
    }

    mutating func variable(_ name: String) -> Int {
        if let symbol = tree.symbol(of: name) { return variable(symbol) }
        if let number = dottedVariables[name] { return number }
        let number = variableNames.count
        variableNames.append(name)
        dottedVariables[name] = number
        return number
    }

    /// The number of a variable that has occurred.
    func knownVariable(_ name: Name) -> Int? { variableNumbers[tree.symbol(of: name)] }

    func hasVariable(_ name: String) -> Bool {
        if let symbol = tree.symbol(of: name) { return variableNumbers[symbol] != nil }
        return dottedVariables[name] != nil
    }

    func isFar(_ variable: Int) -> Bool { variable >= VirtualRegister.nearVariables }

    /// The register that holds a variable's value, after a check that it has one where that is not certain.
    mutating func read(_ variable: Int) -> Int {
        if isFar(variable) {
            let register = builder.temporary()
            builder.emit(.loadFar, x: 1, register, variable)
            return register
        }
        if !assigned.contains(variable) {
            builder.emit(.check, variable)
            assigned.insert(variable)
        }
        return variable
    }

    // MARK: Constants

    mutating func constant(_ constant: Constant) -> Int {
        load(builder.number(of: constant))
    }

    mutating func load(_ number: Int) -> Int {
        if number < VirtualRegister.nearConstants { return VirtualRegister.firstConstant + number }
        let register = builder.temporary()
        builder.emit(.loadFar, register, VirtualRegister.firstConstant + number)
        return register
    }

    mutating func constant(_ number: Double) -> Int { constant(.number(number.bitPattern)) }

    /// The register of a key.
    mutating func key(_ name: Name) -> Int {
        let key = builder.key(tree.symbol(of: name), in: tree)
        // Keys are compared; short ones in no time.
        let length = builder.keys[key].utf8.count
        if length > 64 { builder.additionalCost += length >> 4 }
        return load(builder.number(ofKey: key))
    }

    /// The register of a key that is a text.
    mutating func key(_ text: String) -> Int {
        let key = builder.key(text, in: tree)
        return load(builder.number(ofKey: key))
    }

    /// The number of the shape with keys that are texts.
    mutating func shape(_ keys: [String]) -> Int {
        var numbers: [Int] = []
        for key in keys { numbers.append(builder.key(key, in: tree)) }
        return builder.shape(numbers)
    }

    // MARK: Moving values

    /// Makes `target` hold the value of a register, as a value of its own where the target is a variable.
    mutating func move(_ register: Int, to target: Int) {
        if register == target { return }
        if builder.isTemporary(register) {
            builder.emit(.take, target, register)
        } else if builder.isTemporary(target) {
            builder.emit(.borrow, target, register)
        } else {
            builder.emit(.move, target, register)
        }
    }
}
