/// How a mocked operation, function or process answers.
public struct MockBehavior: Equatable, Sendable {
    /// One answer.
    public enum Answer: Equatable, Sendable {
        /// A value.
        case returns(Value)
        /// A failure.
        case fails(CallFailure)
        /// The arguments: the argument itself where there is one, a list of several, `null` where there is none.
        case echoes
        /// A field of the first argument; `null` where it is not there.
        case echoesField(String)
        /// A process runs its body.
        case runs
    }

    /// The answers in order; the last one stays. Never empty.
    public var answers: [Answer]
    /// How long each answer takes, in milliseconds.
    public var delay: Double
    /// A field of the first argument that, where it is there, is the message of a failure.
    public var failureField: String?

    /// A behaviour of one answer.
    public init(_ answer: Answer, delay: Double = 0, failureField: String? = nil) {
        answers = [answer]
        self.delay = delay
        self.failureField = failureField
    }

    /// The answer to the call of a number, counted from 0.
    func result(_ number: Int, arguments: [Value]) -> CallResult {
        if let failureField, let message = Self.field(failureField, of: arguments.first) {
            return .failure(CallFailure(message.text))
        }
        switch answers[min(number, answers.count - 1)] {
        case .returns(let value): return .value(value)
        case .fails(let failure): return .failure(failure)
        case .echoes: return .value(arguments.count == 1 ? arguments[0] : arguments.isEmpty ? .null : .list(arguments))
        case .echoesField(let name): return .value(Self.field(name, of: arguments.first) ?? .null)
        case .runs: return .value(.null)
        }
    }

    /// Whether a process of this behaviour runs its body.
    var runsBody: Bool { answers[0] == .runs }

    private static func field(_ name: String, of value: Value?) -> Value? {
        if case .record(let record) = value { return record[name] }
        return nil
    }
}

extension MockBehavior {
    /// Reads a behaviour from the members of an object: `returns`, `error`, `echo`, `sequence`, `delay_ms`, `fail_with`;
    /// `nil` where none of the answers is there.
    ///
    /// `error` is a text, or an object with `message` and whatever else the program finds in `.error`. `echo` is `true`
    /// or the name of a field. `sequence` holds objects with one of these members; its last answer stays.
    public static func reading(_ members: Record) throws(MockError) -> MockBehavior? {
        var behavior = MockBehavior(.returns(.null))
        var isGiven = false
        if case .list(let steps) = members["sequence"] {
            var answers: [Answer] = []
            for step in steps {
                guard case .record(let members) = step, let answer = try answer(members) else {
                    throw MockError("`sequence` holds objects with `returns`, `error` or `echo`")
                }
                answers.append(answer)
            }
            if answers.isEmpty { throw MockError("`sequence` needs at least one answer") }
            behavior.answers = answers
            isGiven = true
        } else if members["sequence"] != nil {
            throw MockError("`sequence` is a list")
        } else if let answer = try answer(members) {
            behavior.answers = [answer]
            isGiven = true
        }
        if let delay = members["delay_ms"] {
            guard case .number(let milliseconds) = delay, milliseconds >= 0, milliseconds <= 86_400_000 else {
                throw MockError("`delay_ms` is a number from 0 to 86,400,000")
            }
            behavior.delay = milliseconds
        }
        if let field = members["fail_with"] {
            guard case .string(let name) = field else { throw MockError("`fail_with` is the name of a field") }
            behavior.failureField = name
        }
        return isGiven || behavior.delay > 0 || behavior.failureField != nil ? behavior : nil
    }

    private static func answer(_ members: Record) throws(MockError) -> Answer? {
        let given = ["returns", "error", "echo", "run"].filter { members[$0] != nil }
        if given.count > 1 { throw MockError("`\(given[0])` and `\(given[1])` exclude each other") }
        if let value = members["returns"] { return .returns(value) }
        if let error = members["error"] { return .fails(try failure(error)) }
        switch members["echo"] {
        case .bool(true): return .echoes
        case .string(let field): return .echoesField(field)
        case nil: break
        default: throw MockError("`echo` is true or the name of a field")
        }
        switch members["run"] {
        case .bool(true): return .runs
        case nil: return nil
        default: throw MockError("`run` is true")
        }
    }

    private static func failure(_ error: Value) throws(MockError) -> CallFailure {
        switch error {
        case .string(let message): return CallFailure(message)
        case .record(var details):
            guard case .string(let message) = details["message"] else {
                throw MockError("`error` is a text, or an object with a `message`")
            }
            var failure = CallFailure(message)
            details.role = .failure
            failure.details = details
            return failure
        default: throw MockError("`error` is a text, or an object with a `message`")
        }
    }
}

/// What is wrong with the description of a mock.
public struct MockError: Error, Hashable, Sendable {
    /// Why, with the names of members.
    public var message: String

    init(_ message: String) { self.message = message }
}
