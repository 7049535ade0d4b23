/// Every problem that this stage finds. Each text and each code stands here once.
enum SyntaxError: Hashable, Sendable {
    case unexpectedCharacter(Unicode.Scalar, LookAlike?)
    case unterminatedString
    case invalidUTF8
    case sourceTooLarge
    case expected(String, found: String)
    case unexpected(String)
    case endOfInput(expected: String?)
    case nestingTooDeep
    case loopControlOutsideLoop(String)
    case administrationOutsideProcess(String)
    case foregroundControlInProcess(String)
    case missingFinishValue
    case submitRemoved
    case triggerRemoved
    case labelAnnotation(String)
    case labelTarget
    case signalArguments(String, count: Int)
    case signalName(String)
    case duplicateField(String)
    case emptyEnum
    case removedForm(String)

    /// No text reports more errors than this.
    static let limit = 20

    /// Levels of nesting that the parser accepts.
    static let nestingLimit = 256

    /// Source texts end here, because offsets are 32 bits wide.
    static let sourceLimit = Int(UInt32.max) - 1

    /// Stable; each code has a page in `syntaxPages`.
    var code: String {
        switch self {
        case .unexpectedCharacter: "E0101"
        case .unterminatedString: "E0102"
        case .invalidUTF8: "E0103"
        case .sourceTooLarge: "E0104"
        case .expected: "E0105"
        case .unexpected: "E0106"
        case .endOfInput: "E0107"
        case .nestingTooDeep: "E0108"
        case .loopControlOutsideLoop: "E0109"
        case .administrationOutsideProcess: "E0110"
        case .foregroundControlInProcess: "E0111"
        case .missingFinishValue: "E0112"
        case .submitRemoved: "E0113"
        case .triggerRemoved: "E0114"
        case .labelAnnotation: "E0115"
        case .labelTarget: "E0116"
        case .signalArguments: "E0117"
        case .signalName: "E0118"
        case .duplicateField: "E0119"
        case .emptyEnum: "E0120"
        case .removedForm: "E0121"
        }
    }

    /// One sentence without a full stop.
    var message: String {
        switch self {
        case .unexpectedCharacter(let scalar, _): "unexpected `\(scalar)`"
        case .unterminatedString: "unterminated string"
        case .invalidUTF8: "the text is not valid UTF-8 here"
        case .sourceTooLarge: "the text is too large (limit \(Self.sourceLimit) bytes)"
        case .expected(let what, let found): "expected \(what), found \(found)"
        case .unexpected(let found): "unexpected \(found)"
        case .endOfInput(let what?): "expected \(what), found end of input"
        case .endOfInput(nil): "unexpected end of input"
        case .nestingTooDeep: "expression nesting too deep (limit \(Self.nestingLimit)); flatten the program"
        case .loopControlOutsideLoop(let word): "`\(word)` can only be used inside a loop"
        case .administrationOutsideProcess(let word): "`\(word)` can only be used inside a `process` body"
        case .foregroundControlInProcess(let word): "`\(word)` can't be used inside a `process` body"
        case .missingFinishValue: "`finish` requires a value; use `finish null` to finish with null"
        case .submitRemoved: "`submit` was removed; use `finish <value>`"
        case .triggerRemoved:
            "declarative trigger syntax has been removed; construct a source value and call the trigger registry "
                + "register operation"
        case .labelAnnotation(let problem): "invalid @label annotation: \(problem)"
        case .labelTarget:
            "@label can annotate statements or process declarations, but not other declarations or another @label"
        case .signalArguments(let what, let count): "expected \(what), found \(count) arguments"
        case .signalName(let function): "unexpected non-literal signal name in `\(function)`"
        case .duplicateField(let name): "expected unique field name, found duplicate field `\(name)`"
        case .emptyEnum: "expected at least one enum string literal, found empty enum"
        case .removedForm(let form): "unexpected \(form)"
        }
    }

    /// What to do, where the error alone tells. The parser knows more in some places.
    var hint: String? {
        switch self {
        case .unexpectedCharacter(_, let lookAlike): lookAlike?.hint
        case .unterminatedString: "close the string with the quote that opened it; long texts go into `\"\"\"`"
        case .invalidUTF8: "save the text as UTF-8"
        case .unexpected("`if`"): "use `cond ? yes : no` for inline conditionals"
        case .unexpected("`for`"):
            "`for` is a statement. Put it on its own line, not inside an expression or record literal."
        case .nestingTooDeep: "give inner parts names of their own, in statements before this one"
        case .administrationOutsideProcess(let word):
            word == "fail" ? nil : "move it into a `process` declaration"
        case .foregroundControlInProcess: "use `yield <value>` to report something from a process"
        case .missingFinishValue: "write `finish null`, or put the value behind `finish`"
        case .triggerRemoved:
            "construct a host-provided trigger source value and call the trigger registry register operation"
        case .labelAnnotation: "write `@label(title: \"…\", description: \"…\")`; the description may be left out"
        case .signalArguments(_, _), .signalName: "the name of a signal is a string literal"
        case .emptyEnum: "list the values, as in `enum[\"open\", \"closed\"]`"
        case .removedForm("`call`"): "call it directly, without the word `call`"
        case .removedForm("`start call`"): "write `start name(…)`, without the word `call`"
        case .removedForm("`parallel`"): "await several calls at once: `await [a.f({}), b.g({})]`"
        case .removedForm: "declare a `process name() { … }` and start it by name: `start name()`"
        default: nil
        }
    }

    /// The diagnostic for this problem at `span`.
    func diagnostic(at span: Span?, hint: String? = nil, fixes: [Fix] = []) -> Diagnostic {
        var fixes = fixes
        if case .unexpectedCharacter(_, let lookAlike?) = self {
            fixes += zip(lookAlike.spans, lookAlike.replacements).map { Fix($0, $1) }
        }
        return Diagnostic(
            code: code,
            stage: .parse,
            message: message,
            span: span,
            hint: hint ?? self.hint,
            fixes: fixes
        )
    }
}
