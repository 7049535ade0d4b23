public import LashSyntax

/// Checks a parsed program against what its host offers, and says what its names mean.
///
/// All errors are found in one go; the program in the result can run only where there are none.
public func link(_ tree: SyntaxTree, environment: HostEnvironment = HostEnvironment()) -> LinkResult {
    var linker = Linker(tree: tree, environment: environment)
    linker.collectDeclarations()
    linker.checkTypeReferences()
    linker.checkBodies()
    linker.checkMain()
    linker.linkSessionFunctions()
    return LinkResult(program: linker.linkedProgram, errors: linker.phases.errors)
}

/// The order in which errors count. The first error of a program is the first of the earliest phase.
enum Phase: Int, CaseIterable {
    case declarationLabels, mainLabels, declarations, typeReferences, inference, processBodies, main
}

/// Errors by phase.
struct PhasedErrors {
    static let limit = 20
    /// Empty as long as there are no errors.
    private var byPhase: [[Diagnostic]] = []

    mutating func add(_ diagnostic: Diagnostic, _ phase: Phase) {
        if byPhase.isEmpty { byPhase = Array(repeating: [], count: Phase.allCases.count) }
        if byPhase[phase.rawValue].count < Self.limit { byPhase[phase.rawValue].append(diagnostic) }
    }

    /// The first errors of all, no two alike.
    var errors: [Diagnostic] {
        if byPhase.isEmpty { return [] }
        var seen: Set<Diagnostic> = []
        return Array(byPhase.joined().filter { seen.insert($0).inserted }.prefix(Self.limit))
    }
}

/// What the linker knows of a process beyond its declaration.
struct ProcessFacts {
    var parameterNames: Set<ExactText> = []
    /// The authority types of those parameters that have one.
    var authorities: [ExactText: String] = [:]
    /// The parameters as the input of `Process<I, O>`.
    var input = TypeTable.any
    /// What its body finishes with; known once the body was checked.
    var output = TypeTable.any
}

/// Whose statements are checked.
enum BodyKind: Equatable {
    case main, process, function
}

/// The state of linking one program.
struct Linker {
    let input: LinkerInput
    let tree: SyntaxTree
    var program: LinkedTables
    var types = TypeTable()
    var operationTypes: [String: OperationTypes] = [:]
    /// Call paths that were looked for, by what was written.
    var qualified: [String: [String]] = [:]
    var phases = PhasedErrors()
    /// Beside `program.processes`.
    var facts: [ProcessFacts] = []
    /// Declarations whose name was taken; their bodies are checked all the same.
    var processOfNode: [NodeID: LinkedProcess] = [:]
    /// Names that main assigns at its top level, for hints.
    var mainNames: Set<String> = []

    /// Names that main may not give values, because they are the host's.
    let readOnly: SymbolSet
    /// What `trigger.event` ends with, if the program has such a name.
    let event: Symbol?

    // The body that is being checked; see `BodyChecker`.
    var scope: Scope
    var body = BodyKind.main
    /// What the calls of a function give, by its node.
    var results: [(type: StaticType, node: NodeID)] = []
    /// Statements whose value is that of the function if it ends there.
    var tails: Set<NodeID> = []
    /// The name of the function whose body is checked.
    var function = ""
    /// Functions of the session that are called, each with a call.
    var sessionCalls: [String: NodeID] = [:]
    var reachable = true
    var finishes: [(type: StaticType, node: NodeID)] = []
    var values: [StaticType] = []
    var tasks: [Task] = []
    /// Steps that tasks refer to; those that are done are removed from the end.
    var errands: [Errand] = []
    var branches: [BranchState] = []
    /// The names that branches have created so far, for each of the open `if`s, from its `firstCreated` on.
    var created: [(name: Symbol, type: StaticType)] = []
    var registrations: [Registration] = []
    /// Parts around the next expression whose errors all count among those of inference.
    var promotions = 0
    var bodyErrors: [(diagnostic: Diagnostic, phase: Phase, name: String?)] = []
    /// How many of them each phase has.
    var errorCounts: [Phase: Int] = [:]
    var unknownNames: [String: Phase] = [:]
    /// Type nodes that mention a name that means nothing: nothing more can be said of them.
    var unknowable: Set<NodeID> = []
    /// List literals whose elements are asked for, and then the types of these.
    var elementTypes: [NodeID: [StaticType]] = [:]
    /// The types of names, where somebody wants to know them.
    var nameTypes: [Name: StaticType]?
    /// How many problems the bodies have had so far, also those that are not reported again.
    var problems = 0

    init(tree: SyntaxTree, environment: HostEnvironment) {
        input = LinkerInput(tree, environment)
        self.tree = tree
        event = tree.symbol(of: "event")
        scope = Scope(symbolCount: tree.symbolCount)
        readOnly = SymbolSet(input.environment.readOnlyNames, in: tree)
        tasks.reserveCapacity(32)
        values.reserveCapacity(16)
        program = LinkedTables(builtins: BuiltinNames(symbolCount: tree.symbolCount))
    }

    var environment: HostEnvironment { input.environment }

    /// The program with what was found out so far.
    var linkedProgram: LinkedProgram { LinkedProgram(input, program) }

    /// Searching for a hint costs time; nobody sees those of the hundredth error.
    var isWorthHint: Bool { problems <= PhasedErrors.limit }

    func text(_ name: Name) -> String { tree.text(of: name) }

    func disabled(_ feature: HostEnvironment.Abilities) -> LinkError? {
        if environment.abilities.contains(feature) { return nil }
        switch feature {
        case .processes: return .featureDisabled("processes")
        case .sleep: return .featureDisabled("sleep")
        case .processSignals: return .featureDisabled("process signals")
        default: return .featureDisabled("triggers")
        }
    }
}
