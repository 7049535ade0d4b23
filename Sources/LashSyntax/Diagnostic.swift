/// How serious a diagnostic is.
public enum Severity: String, Hashable, Sendable {
    /// The program cannot run, or its run has ended.
    case error
    /// The program runs, and probably does not do what was meant.
    case warning
}

/// The stage that found a problem.
public enum Stage: String, Hashable, Sendable {
    /// Lexer and parser: codes `E01xx`.
    case parse
    /// Linker: codes `E02xx`.
    case link
    /// A running program: codes `E03xx`.
    case runtime
    /// A limit of the run: codes `E04xx`.
    case limit
    /// The host: codes `E05xx`.
    case host
}

/// A replacement of source text that repairs a problem.
public struct Fix: Hashable, Sendable {
    /// The bytes to replace.
    public var span: Span
    /// What stands there afterwards.
    public var replacement: String

    /// Creates a replacement.
    public init(_ span: Span, _ replacement: String) {
        self.span = span
        self.replacement = replacement
    }
}

/// A call of a declared function that had not returned when an error came.
public struct CallSite: Hashable, Sendable {
    /// The function that was called.
    public var function: String
    /// The call.
    public var span: Span
    /// The text that `span` refers to, where that is not the program.
    public var source: SourceText?

    /// Creates a call site.
    public init(function: String, span: Span, source: SourceText? = nil) {
        self.function = function
        self.span = span
        self.source = source
    }
}

/// One problem of a program, from whatever stage.
///
/// Texts are data: the same problem has the same code and message everywhere, and `lashlang explain` has a page for
/// each code.
public struct Diagnostic: Error, Hashable, Sendable {
    /// Stable, `E` and four digits for errors, `W` and four digits for warnings.
    public var code: String
    /// Error or warning.
    public var severity: Severity
    /// Who found it.
    public var stage: Stage
    /// One sentence without a full stop. The reference's words, where it has the same error.
    public var message: String
    /// Where, as tight as is known. `nil` where the problem has no place in the text.
    public var span: Span?
    /// What to do about it.
    public var hint: String?
    /// Replacements that repair it, where a machine can.
    public var fixes: [Fix]
    /// The text that `span` refers to, where that is not the program: the declaration of a function by an earlier one.
    public var source: SourceText?
    /// The calls of functions that led to a run-time error, from the inside out.
    public var calls: [CallSite] = []

    /// Creates a diagnostic; `severity` follows the first letter of the code.
    public init(
        code: String,
        stage: Stage,
        message: String,
        span: Span?,
        hint: String? = nil,
        fixes: [Fix] = []
    ) {
        self.code = code
        self.severity = code.hasPrefix("W") ? .warning : .error
        self.stage = stage
        self.message = message
        self.span = span
        self.hint = hint
        self.fixes = fixes
    }
}

/// Everything that is wrong with a program, in source order within each stage.
public struct Diagnostics: Error, Sendable {
    /// The text that the spans refer to.
    public var source: SourceText
    /// At least one error; warnings may stand among them.
    public var all: [Diagnostic]

    /// Creates a report over a source text.
    public init(source: SourceText, all: [Diagnostic]) {
        self.source = source
        self.all = all
    }
}
