import Lashlang
import Synchronization

/// What was asked of scripted bindings, in order.
final class ReadLog: Sendable {
    private let texts = Mutex<[String]>([])

    func note(_ question: ProjectionQuestion) { texts.withLock { $0.append(QuestionText.text(question)) } }

    /// What was asked since the last time.
    func take() -> [String] {
        texts.withLock { texts in
            defer { texts = [] }
            return texts
        }
    }
}

/// What a case says of a descriptor: its answers, by the words of their questions.
struct ProjectionScript: Sendable {
    let kind: ProjectionKind
    let answers: Record
    /// Whether parts are projections too.
    let isLazy: Bool
    let ref: ProjectionRef?

    init(_ kind: ProjectionKind, _ description: Record) throws(DirectiveError) {
        self.kind = kind
        var answers = description
        isLazy = description["lazy"] == .bool(true)
        answers["lazy"] = nil
        if case .record(let ref)? = description["ref"] {
            guard case .string(let kind)? = ref["kind"], let key = ref["key"] else {
                throw DirectiveError("expected `ref: {kind: TEXT, key: VALUE}`")
            }
            self.ref = ProjectionRef(kind: kind, key: key)
            answers["ref"] = nil
        } else {
            ref = nil
        }
        for key in answers.keys where !QuestionText.words.contains(key) {
            throw DirectiveError("`\(key)` is no question; there are \(QuestionText.words.joined(separator: ", "))")
        }
        self.answers = answers
    }
}

/// A descriptor that answers what a case says, and nothing else.
final class ScriptedProjection: ProjectionDescriptor {
    let kind: ProjectionKind
    private let script: ProjectionScript
    private let log: ReadLog

    init(_ script: ProjectionScript, _ log: ReadLog) {
        self.script = script
        self.log = log
        kind = script.kind
    }

    func answer(_ question: ProjectionQuestion) throws -> ProjectionAnswer {
        log.note(question)
        guard let value = script.answers[QuestionText.word(question)] else { return .unanswered }
        switch question {
        case .elements(let position, let count):
            guard case .list(let all) = value else { return .failure("the case gives no list of elements") }
            let part = all.dropFirst(position.index).prefix(count)
            return .elements(ProjectionElements(part.map(answer), isLast: part.endIndex == all.endIndex))
        case .field, .element, .slice: return answer(value)
        default: return .value(value)
        }
    }

    private func answer(_ value: Value) -> ProjectionAnswer {
        script.isLazy ? .projection(ValueProjection(value)) : .value(value)
    }
}

/// Questions as case files write them, with the words of the language where it has some.
enum QuestionText {
    static let words = [
        "len", "empty", "truth", "field", "element", "contains", "find", "grep_text", "keys", "values", "starts_with",
        "ends_with", "split", "join", "trim", "slice", "to_number", "json_parse", "bound", "elements", "render",
        "materialize",
    ]

    static func word(_ question: ProjectionQuestion) -> String {
        switch question {
        case .length: "len"
        case .isEmpty: "empty"
        case .truth: "truth"
        case .field: "field"
        case .element: "element"
        case .contains: "contains"
        case .find: "find"
        case .grep: "grep_text"
        case .keys: "keys"
        case .values: "values"
        case .hasPrefix: "starts_with"
        case .hasSuffix: "ends_with"
        case .split: "split"
        case .join: "join"
        case .trim: "trim"
        case .slice: "slice"
        case .number: "to_number"
        case .json: "json_parse"
        case .bound: "bound"
        case .elements: "elements"
        case .render: "render"
        case .materialize: "materialize"
        }
    }

    /// `field "name"`, `slice 0 null`, `len`
    static func text(_ question: ProjectionQuestion) -> String {
        let arguments: [Value] =
            switch question {
            case .field(let text), .grep(let text), .hasPrefix(let text), .hasSuffix(let text), .split(let text),
                .join(let text):
                [.string(text)]
            case .element(let index): [.number(Double(index))]
            case .contains(let value): [value]
            case .find(let text, let start): [.string(text), .number(Double(start))]
            case .slice(let lower, let upper): [lower, upper].map { $0.map { .number(Double($0)) } ?? .null }
            case .elements(let position, _): [.number(Double(position.index))]
            default: []
            }
        return ([word(question)] + arguments.map(LiteralWriter.text)).joined(separator: " ")
    }
}
