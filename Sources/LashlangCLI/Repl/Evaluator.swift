import LashTerminal
import Lashlang

/// Runs the inputs of a REPL in one session.
final class Evaluator {
    /// What came of one input.
    struct Result {
        var value: Value?
        /// Diagnostics, ready to be shown.
        var problems: String?
        var isSuccess: Bool
        var isInterrupted = false
        var time = Duration.zero
    }

    private(set) var session: Session
    private let bindings: ProjectedBindings
    private let host: MockHost?
    private let limits: Limits
    private let usesColor: Bool
    /// The code of the last error.
    private(set) var lastCode: String?

    init(session: Session, bindings: ProjectedBindings, host: MockHost?, limits: Limits, usesColor: Bool) {
        self.session = session
        self.bindings = bindings
        self.host = host
        self.limits = limits
        self.usesColor = usesColor
    }

    /// Forgets all variables.
    func reset() { session = Session() }

    /// The bindings with their values.
    var boundValues: [(name: String, value: Value)] {
        bindings.names.compactMap { name in evaluate(name).map { (name, $0) } }
    }

    private func evaluate(_ name: String) -> Value? {
        let environment = HostEnvironment(readOnlyNames: Set(bindings.names))
        guard let program = try? Program("finish \(name)", environment: environment),
            case .finished(let value)? = try? Session().run(program, bindings: bindings)
        else { return nil }
        return value
    }

    /// The words that can be typed in this session.
    var completions: [String] {
        let words = [
            "and", "await", "break", "continue", "else", "fail", "false", "finish", "for", "if", "in", "let", "not",
            "null", "or", "print", "true", "type", "while",
        ]
        let catalog = host?.environment.catalog
        let offered = (catalog?.functions.map(\.name) ?? []) + (catalog?.modules.map(\.path) ?? [])
        return (words + Builtin.allCases.map(\.name) + offered + bindings.names + session.variables.keys).sorted()
    }

    /// Runs an input; an expression at its end gives the value.
    func run(_ input: String) -> Result {
        let source = SourceText(input)
        let rewriting = Rewriting(source)
        var run = ProgramRun(session, keepsPrints: false)
        _ = Interruption.take()
        run.perform(rewriting.source, bindings: bindings, host: host, limits: limits) { value in
            // Prints and values keep their order because both are written at once. A closed output shows at the value.
            try? Console.write(line: value, .print)
        }
        _ = Interruption.take()
        var result = Result(isSuccess: run.status == .success, time: run.runTime)
        var problems = ""
        if run.status == .interrupted {
            problems = "interrupted\n"
            result.isInterrupted = true
        } else {
            let renderer = DiagnosticRenderer(source, usesColor: usesColor, maximumWidth: Console.width ?? 200)
            for diagnostic in run.warnings + run.errors { problems += renderer.render(rewriting.restored(diagnostic)) }
            lastCode = run.errors.first?.code ?? lastCode
        }
        switch run.outcome {
        case .finished(let value): result.value = value
        case .failed(let value): problems += "failed: \(value.literal)\n"
        case .completed, nil: break
        }
        if !problems.isEmpty { result.problems = problems }
        return result
    }
}

/// An input whose last statement, if it is an expression, is put into `finish (…)`.
struct Rewriting {
    /// The text that is run.
    let source: SourceText
    private let original: SourceText
    /// The expression in the original text.
    private let expression: Span?

    private static let opening = Array("finish (".utf8)

    init(_ original: SourceText) {
        self.original = original
        let (tree, problems) = SyntaxTree.parse(original)
        guard problems.isEmpty, case .block(let statements) = tree[tree.main], let last = statements.last,
            Self.isExpression(tree[last])
        else {
            source = original
            expression = nil
            return
        }
        let span = tree.statementSpan(of: last)
        let bytes = original.bytes
        source = SourceText(
            bytes: bytes[..<span.start] + Self.opening + bytes[span.start..<span.end] + [UInt8(ascii: ")")]
                + bytes[span.end...],
            name: original.name
        )
        expression = span
    }

    private static func isExpression(_ node: Syntax) -> Bool {
        switch node {
        case .null, .boolean, .number, .string, .variable, .tuple, .list, .comprehension, .record, .field, .index,
            .call, .receiverCall, .start, .negate, .not, .await, .unwrap, .binary, .conditional, .signalRun,
            .typeLiteral:
            return true
        default: return false
        }
    }

    /// A diagnostic of the text that is run, as one of the text that was typed.
    func restored(_ diagnostic: Diagnostic) -> Diagnostic {
        var diagnostic = diagnostic
        diagnostic.span = diagnostic.span.map(restored)
        diagnostic.fixes = diagnostic.fixes.map { Fix(restored($0.span), $0.replacement) }
        return diagnostic
    }

    private func restored(_ span: Span) -> Span { Span(restored(span.start), restored(span.end)) }

    private func restored(_ offset: Int) -> Int {
        guard let expression, offset > expression.start else { return offset }
        let inside = max(expression.start, offset - Self.opening.count)
        return inside <= expression.end ? inside : max(expression.end, inside - 1)
    }
}
