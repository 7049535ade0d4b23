@_exported public import LashLinker
@_exported public import LashSyntax
@_exported public import LashVM

/// A program that has been parsed, checked and compiled. Immutable; any number of sessions on any number of threads may
/// run it at once.
public struct Program: Sendable {
    /// One object, so that a copy costs one reference.
    private final class Parts: Sendable {
        let linked: LinkedProgram
        let compiled: CompiledProgram

        init(_ linked: LinkedProgram, _ compiled: CompiledProgram) {
            (self.linked, self.compiled) = (linked, compiled)
        }
    }

    private let parts: Parts

    private var linked: LinkedProgram { parts.linked }
    /// What its host offers.
    var environment: HostEnvironment { linked.environment }
    package var compiled: CompiledProgram { parts.compiled }

    /// Compiles a program. `name` is what diagnostics call it.
    ///
    /// Throws everything that is wrong with it at once, in the order of the text. Takes time linear in the text.
    public init(
        _ source: String,
        name: String = "",
        environment: HostEnvironment = HostEnvironment()
    ) throws(Diagnostics) {
        try self.init(SourceText(source, name: name), environment: environment)
    }

    /// Compiles a program from a text that need not be valid UTF-8.
    ///
    /// A program that is `observed` also tells which way conditions went and which labels were reached; that makes it
    /// slower.
    public init(
        _ source: SourceText,
        environment: HostEnvironment = HostEnvironment(),
        optimization: Optimization = .full,
        observed: Bool = false
    ) throws(Diagnostics) {
        let (tree, problems) = SyntaxTree.parse(source)
        let result = link(tree, environment: environment)
        if !problems.isEmpty {
            // What the linker says of the parts that could be read is true as well. The first error stays the parser's.
            let rest = (problems.dropFirst() + result.errors).sorted { ($0.span?.start ?? 0) < ($1.span?.start ?? 0) }
            let all = Array((problems.prefix(1) + rest).prefix(20))
            throw Diagnostics(source: source, all: Self.advised(all, source, environment))
        }
        let linked: LinkedProgram
        do { linked = try result.get() } catch {
            throw Diagnostics(source: source, all: Self.advised(error.all, source, environment))
        }
        let compiled = try CompiledProgram(linked, optimization: optimization, observes: observed)
        parts = Parts(linked, compiled)
    }

    /// What it was made from.
    public var source: SourceText { linked.tree.source }
    /// The tree.
    public var tree: SyntaxTree { linked.tree }
    /// Problems that do not keep it from running. Looked for anew each time, in about a fifth of the time of compiling.
    public var warnings: [Diagnostic] { linked.warnings }
    /// What is probably not meant, because the same text means something else in other languages. Computed anew each time,
    /// in about the time of compiling.
    public var likelyMistakes: [Diagnostic] { LashLinker.likelyMistakes(in: tree, environment: environment) }
    /// What the program is and which processes it has, as hashes that stay the same wherever it is compiled. Computed
    /// anew each time, in about the time of compiling.
    public var identity: ProgramIdentity { linked.identity }
    /// What the program needs of its host; `HostEnvironment.missing(for:)` says what another host lacks.
    public var requirements: HostRequirements { linked.requirements }

    /// What the program would do, as far as its text says, for a look before it runs. Takes time linear in the text.
    ///
    /// - Parameters:
    ///   - lengths: how many elements the values of bound names have, for bounds of loops over them.
    ///   - needsApproval: whether somebody has to be asked first, for the call path of an operation or the name of a
    ///     function.
    public func plan(
        lengths: [String: Int] = [:],
        needsApproval: (String) -> Bool = { _ in false }
    ) -> ProgramPlan {
        linked.plan(lengths: lengths, needsApproval: needsApproval)
    }

    /// The position of a declared process.
    func number(ofProcess name: String) throws(RuntimeError) -> Int {
        if let number = compiled.processNames.firstIndex(of: name) { return number }
        let diagnostic = Diagnostic(
            code: FailureCode.unknownName.rawValue,
            stage: .runtime,
            message: "unknown process `\(name)`",
            span: nil
        )
        throw RuntimeError(diagnostic, in: self)
    }

    /// Warnings and likely mistakes in the order of the text.
    public var allWarnings: [Diagnostic] {
        let all = (warnings + likelyMistakes).enumerated()
        return all.sorted { ($0.element.span?.start ?? 0, $0.offset) < ($1.element.span?.start ?? 0, $1.offset) }.map(
            \.element
        )
    }

    /// The number of instructions.
    public var instructionCount: Int { compiled.instructionCount }

    /// The code as people read it: registers by name, constants by value, source lines beside.
    public func disassembly() -> String { compiled.disassembly() }

    /// Everything that can be said of a program before it runs: its errors, or its warnings.
    public static func check(
        _ source: SourceText,
        environment: HostEnvironment = HostEnvironment()
    ) -> [Diagnostic] {
        do {
            return try Program(source, environment: environment).allWarnings
        } catch {
            return error.all
        }
    }
}
