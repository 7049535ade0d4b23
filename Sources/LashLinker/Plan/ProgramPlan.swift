public import LashSyntax

/// What a program would do, as far as its text says: for a host, or a person, that wants to look before it runs.
///
/// Everything that the program can ask of its host is there, also what stands behind a condition; nothing is there twice.
public struct ProgramPlan: Equatable, Sendable {
    /// What is asked for.
    public enum Action: Equatable, Sendable {
        /// An operation, by its call path; by the type of its module in parentheses, where only that is known.
        case operation(String)
        /// A function of the host.
        case function(String)
        /// The start of a declared process.
        case start(String)
        /// A registration, listing or cancellation of triggers.
        case trigger(String)
        /// `sleep`.
        case sleep
        /// `wait_signal`, with the name of the signal.
        case waitSignal(String)
        /// `signal_run`, with the name of the signal.
        case sendSignal(String)
        /// `cancel`.
        case cancel
        /// `yield` or `wake`.
        case event(String)

        /// The action in a few words: `files.read`, `start watch`, `sleep`.
        public var name: String {
            switch self {
            case .operation(let path), .function(let path): path
            case .start(let name): "start \(name)"
            case .trigger(let operation): "triggers.\(operation)"
            case .sleep: "sleep"
            case .waitSignal(let name): "wait_signal \(name)"
            case .sendSignal(let name): "signal_run \(name)"
            case .cancel: "cancel"
            case .event(let keyword): keyword
            }
        }
    }

    /// A loop around something.
    public struct Loop: Equatable, Sendable {
        /// The `for` or `while`, or the clause of a comprehension.
        public let span: Span
        /// The most rounds of it, where the text says so.
        public let bound: Int?
    }

    /// A place at which something is asked for.
    public struct Step: Equatable, Sendable {
        /// What.
        public let action: Action
        /// Where.
        public let span: Span
        /// The loops around it, outermost first.
        public let loops: [Loop]
        /// Whether it depends on a condition.
        public let isConditional: Bool
        /// The process in whose body it stands; `nil` for the main block.
        public let process: String?
        /// Whether the host wants to be asked first.
        public let needsApproval: Bool

        /// How often it happens at the most, each time its block is run; `nil` where the text does not say.
        public var bound: Int? {
            var product = 1
            for loop in loops {
                guard let bound = loop.bound else { return nil }
                let (next, overflow) = product.multipliedReportingOverflow(by: bound)
                if overflow { return nil }
                product = next
            }
            return product
        }
    }

    /// What is asked for, in the order of the text; the bodies of processes come after the main block.
    public internal(set) var steps: [Step] = []
    /// The names that the main block reads and did not give a value before: bindings, and variables of its session.
    public internal(set) var reads: [String] = []
    /// The names that the main block assigns.
    public internal(set) var writes: [String] = []
    /// About the fuel of the main block, if every branch is taken; `nil` where a loop has no known bound, or a
    /// declared function is called.
    ///
    /// Builtins that handle much data take more.
    public internal(set) var estimatedFuel: Int?

    /// Whether something is asked for that the host wants to be asked for first.
    public var needsApproval: Bool { steps.contains(where: \.needsApproval) }
}

extension LinkedProgram {
    /// What the program would do. Takes time linear in the text.
    ///
    /// - Parameters:
    ///   - lengths: how many elements the values of names have that the host binds, for bounds of loops over them.
    ///   - needsApproval: whether the host wants to be asked first, for the name of an operation or a function.
    public func plan(
        lengths: [String: Int] = [:],
        needsApproval: (String) -> Bool = { _ in false }
    ) -> ProgramPlan {
        withoutActuallyEscaping(needsApproval) { needsApproval in
            var planner = Planner(program: self, lengths: lengths, needsApproval: needsApproval)
            return planner.run()
        }
    }
}
