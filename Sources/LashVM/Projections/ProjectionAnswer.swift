/// What a descriptor says to a question.
public enum ProjectionAnswer: Sendable {
    /// A value; parts of it may be projections.
    case value(Value)
    /// What a JSON text describes: read straight into the memory of the program, which is faster than a value.
    case json([UInt8])
    /// A record; the parts may stay lazy.
    case fields([(key: String, answer: ProjectionAnswer)])
    /// A part that stays lazy. Its path continues the path of the projection that was asked.
    case projection(any ProjectionDescriptor)
    /// The elements that a loop goes through next. As the answer to other questions, a list whose elements may stay lazy.
    case elements(ProjectionElements)
    /// An answer that takes so many bytes or more while it is made: it is made only if they are within the limits.
    case large(bytes: Int, @Sendable () throws -> ProjectionAnswer)
    /// There is no such field or element: reads as null.
    case missing
    /// Not answered: the machine derives the answer from the value as a whole.
    case unanswered
    /// Only `answerLater(_:)` can say.
    case later
    /// Part of the work is done: ask the same again. The machine looks at its limits in between, so an answer that takes
    /// long can be cancelled.
    case again
    /// The question cannot be answered: the same as a thrown error.
    case failure(String)

    /// A number.
    public static func number(_ number: Double) -> ProjectionAnswer { .value(.number(number)) }
    /// A count or position.
    public static func count(_ count: Int) -> ProjectionAnswer { .value(.number(Double(count))) }
    /// `true` or `false`.
    public static func bool(_ bool: Bool) -> ProjectionAnswer { .value(.bool(bool)) }
    /// Text.
    public static func string(_ text: String) -> ProjectionAnswer { .value(.string(text)) }
}

/// Elements of a sequence that a loop goes through.
public struct ProjectionElements: Sendable {
    /// The elements: values, JSON texts and projections; none where the sequence is at its end.
    public var items: [ProjectionAnswer]
    /// JSON texts in front of the items: one after the other, and where each of them ends.
    package var texts: (bytes: [UInt8], ends: [Int])
    /// The hint for the elements behind these.
    public var hint: Int
    /// Whether there are none behind these, so that nobody has to ask.
    public var isLast: Bool

    /// Some elements, and where the next ones lie.
    public init(_ items: [ProjectionAnswer], hint: Int = 0, isLast: Bool = false) {
        self.items = items
        self.hint = hint
        self.isLast = isLast
        texts = ([], [])
    }

    /// Elements that are JSON texts, one after the other: the fastest way to hand over many.
    ///
    /// - Parameters:
    ///   - bytes: The texts. Nothing has to be between them.
    ///   - ends: Where each of them ends, ascending.
    public init(json bytes: [UInt8], ends: [Int], hint: Int = 0, isLast: Bool = false) {
        precondition(zip(ends, ends.dropFirst()).allSatisfy { $0 <= $1 } && (ends.last ?? 0) <= bytes.count)
        self.init([], hint: hint, isLast: isLast)
        texts = (bytes, ends)
    }

    /// How many there are.
    public var count: Int { texts.ends.count + items.count }
}
