public import LashSyntax

/// What the compiler refuses.
enum CompileError {
    case tooManyRegisters
    case tooManyVariables
    case tooLarge
    case recursiveType(String)

    var code: String {
        switch self {
        case .tooManyRegisters: "E0291"
        case .tooLarge: "E0292"
        case .recursiveType: "E0293"
        case .tooManyVariables: "E0294"
        }
    }

    func diagnostic(span: Span?) -> Diagnostic {
        switch self {
        case .tooManyRegisters:
            Diagnostic(
                code: code,
                stage: .link,
                message: "the expression needs too many intermediate values",
                span: span,
                hint: "assign parts of it to variables"
            )
        case .tooManyVariables:
            Diagnostic(
                code: code,
                stage: .link,
                message: "the loop variable comes after \(VirtualRegister.nearVariables) other variables",
                span: span,
                hint: "keep values in lists and records, or begin the program with the loop"
            )
        case .tooLarge:
            Diagnostic(code: code, stage: .link, message: "the program is too large", span: span)
        case .recursiveType(let name):
            Diagnostic(
                code: code,
                stage: .link,
                message: "type `\(name)` contains itself, so a Type literal cannot spell it out",
                span: span,
                hint: "use `any` where it repeats"
            )
        }
    }
}

/// The pages of the compiler's errors.
public let compilerPages: [ExplainPage] = [
    ExplainPage(
        code: "E0291",
        title: "an expression needs too many intermediate values",
        explanation: """
            Values that are not yet part of a result wait in registers, and there are about a thousand of them. Only \
            calls and literals with very many parts inside of each other need that many.
            """,
        wrong: "",
        right: "first = [1, 2, 3]\nfinish [first, 4]"
    ),
    ExplainPage(
        code: "E0292",
        title: "the program is too large",
        explanation: """
            One instruction can count to 65,535: no list of arguments and no set of record keys may be larger.
            """,
        wrong: "",
        right: "finish 1"
    ),
    ExplainPage(
        code: "E0293",
        title: "a type contains itself",
        explanation: """
            A Type literal is written out in full where it stands, so a type that contains itself, or that doubles over \
            and over, has no such form. Declarations may refer to themselves; only Type literals may not mention them.
            """,
        wrong: "type Node = { value: int, next: Node? }\nfinish validate({value: 1}, Type { root: Node })",
        right: "type Node = { value: int, next: any? }\nfinish validate({root: {value: 1}}, Type { root: Node })"
    ),
    ExplainPage(
        code: "E0294",
        title: "a loop variable after too many others",
        explanation: """
            The first 2,000 variables of a program are within reach of every instruction, and loop variables have to be \
            among them.
            """,
        wrong: "",
        right: "for i in range(3) { last = i }\nfinish last"
    ),
]
