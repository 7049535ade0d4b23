public import Lashlang

/// A program, what it is given, and what is expected of it.
public struct Case: Sendable {
    /// How far the case goes.
    public enum Reach: Sendable {
        /// Parsed, linked and run.
        case run
        /// Parsed and linked.
        case link
        /// Parsed.
        case parse
    }

    /// The file the case stands in.
    public let path: String
    /// The line of the file on which the case begins, from 1.
    public internal(set) var line: Int
    /// Whether the first block is expected to finish with a value, or to run to its end.
    public var finishes: Bool {
        blocks.first?.expectations.allSatisfy { $0.kind != .error && $0.kind != .firstError && $0.kind != .fail }
            ?? false
    }
    /// What the case is about; empty where nothing is said.
    public internal(set) var name = ""
    /// A stable handle that survives moving the case to another file.
    public internal(set) var id: String?
    /// The decisions by which the result differs from the reference, `R1` and the like.
    public internal(set) var decisions: [String] = []
    /// Why the case is not run; `nil` where it is.
    public internal(set) var skipped: String?
    /// How far the case goes.
    public internal(set) var reach = Reach.run
    /// One or more programs that share a session.
    public internal(set) var blocks: [Block] = []
    var given = Given()

    init(path: String, line: Int) {
        self.path = path
        self.line = line
    }

    /// `path:line name id`, the text that filters look at.
    public var title: String {
        ["\(path):\(line)", name, id ?? ""].filter { !$0.isEmpty }.joined(separator: " ")
    }
}

/// What the session and the host of a case hold before the first block.
struct Given: Sendable {
    var bindings: [(name: String, value: Value)] = []
    /// Bindings that are read piece by piece.
    var projections: [(name: String, data: LazyData)] = []
    var globals: [(name: String, value: Value)] = []
    var abilities = Set(Ability.allCases)
    var labels = true
    var catalog = HostCatalog()
    var budget: PrintBudget?
    var fuel: Int?
    var memory: Int?
    /// How the host answers; its environment is not used.
    var host = MockHost()
    /// The process whose body is run in place of the main block, with the variables as its arguments.
    var process: String?
}

/// What a binding that is read piece by piece reads.
enum LazyData: Sendable {
    case descriptor(any ProjectionDescriptor)
    case script(ProjectionScript)
    case file(FileContents)
    case folder([FileContents])
}

/// What a host may allow, as case files spell it.
enum Ability: String, CaseIterable, Sendable {
    case processes, sleep, signals, triggers

    /// The same for the linker.
    var bit: HostEnvironment.Abilities {
        switch self {
        case .processes: .processes
        case .sleep: .sleep
        case .signals: .processSignals
        case .triggers: .triggers
        }
    }

    static func cases(_ abilities: HostEnvironment.Abilities) -> Set<Ability> {
        Set(allCases.filter { abilities.contains($0.bit) })
    }
}

/// One program of a case and its expectations.
public struct Block: Sendable {
    /// The program, without directives.
    public internal(set) var source = SourceText("")
    /// The line of the file on which each line of the program stands, from 0; empty where `source` gives the program.
    var lines: [Int] = []
    /// Where directives of the block are added: before this line of the file, from 0.
    var end = 0
    /// Whether the session goes through its snapshot before the block runs.
    var isRestored = false
    var expectations: [Expectation] = []
}

/// One expectation and where it stands.
struct Expectation: Sendable {
    enum Kind: String, CaseIterable, Sendable {
        case finish, fail, done, ok, error, refused
        case firstError = "first-error"
        case print
        case printText = "print-text"
        case asks, observes
        case asksNothing = "asks-nothing"
        case observesNothing = "observes-nothing"
        case reads
        case readsNothing = "reads-nothing"
        case text, json, state, ast, declarations, hint, warning
        case noWarnings = "no-warnings"
    }

    /// Expectations that are compared, and blessed, together.
    enum Group: String, CaseIterable, Sendable {
        case ast, declarations, warnings, prints
        case printTexts = "printed texts"
        case asks, observes, reads
        case outcome, hint, text, json, state
    }

    var kind: Kind
    /// The argument in its canonical form, so that equal texts are equal expectations.
    var argument: String
    /// For `error` and `warning`.
    var report: Report?
    /// The line of the file, from 0.
    var line: Int
    /// Whether program text stands before the directive.
    var isTrailing: Bool

    var group: Group {
        switch kind {
        case .finish, .fail, .done, .ok, .error, .firstError, .refused: .outcome
        case .print: .prints
        case .printText: .printTexts
        case .asks, .asksNothing: .asks
        case .observes, .observesNothing: .observes
        case .reads, .readsNothing: .reads
        case .hint: .hint
        case .text: .text
        case .json: .json
        case .state: .state
        case .ast: .ast
        case .declarations: .declarations
        case .warning, .noWarnings: .warnings
        }
    }
}

/// An expected diagnostic.
struct Report: Hashable, Sendable {
    enum Position: Hashable, Sendable {
        /// The line of the program on which the span begins, from 1.
        case line(Int)
        /// The byte at which the span begins.
        case start(Int)
        /// All of the span.
        case span(Int, Int)
        case nowhere
    }

    var code: String
    var message: String
    var position: Position
}
