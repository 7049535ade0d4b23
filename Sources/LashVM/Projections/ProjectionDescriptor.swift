/// Data of a host that programs read piece by piece, as if it were an ordinary value, without all of it being copied.
///
/// The machine asks questions when a program looks: `len(docs)` asks for the length, `docs[3].name` for an element and
/// then for its field. Only `kind` has to be known beforehand, and only `materialize` has to be answered; what is left
/// `unanswered` is derived from the value as a whole, so answering more questions changes what a program costs and
/// nothing else. An answer may be a descriptor again: then that part stays lazy too.
///
/// What `kind` rules out is never asked: text has no fields, a list no keys. An error that an answer throws is a
/// run-time error of the program that names the path which was read; it is never taken for a missing field.
///
/// A descriptor that knows its data answers at once, in `answer(_:)`. One that has to wait for it leaves `answer(_:)`
/// out and implements `answerLater(_:)`: the machine suspends the run until the answer is there. Both may be called
/// from any thread, several at a time. The data must not change while a program reads it.
///
/// ```swift
/// final class Squares: ProjectionDescriptor {
///     let kind = ProjectionKind.list
///     func answer(_ question: ProjectionQuestion) throws -> ProjectionAnswer {
///         switch question {
///         case .length: .number(1_000_000)
///         case .element(let i): i < 0 ? .unanswered : i < 1_000_000 ? .number(Double(i * i)) : .missing
///         case .materialize: .value(.list((0..<1_000_000).map { .number(Double($0 * $0)) }))
///         default: .unanswered
///         }
///     }
/// }
/// ```
public protocol ProjectionDescriptor: AnyObject, Sendable {
    /// What kind of value the data is to programs. Must always be the same.
    var kind: ProjectionKind { get }

    /// What the data is, in a few words for people and models: "JSON lines, 1.2 GB". Must not cost anything.
    var summary: String { get }

    /// The answer to a question where it can be given without waiting; `later` where it cannot.
    func answer(_ question: ProjectionQuestion) throws -> ProjectionAnswer

    /// The answer to a question, after waiting for it. Must not be `later` or `again`.
    func answerLater(_ question: ProjectionQuestion) async throws -> ProjectionAnswer

    /// The answers to several questions that a program is going to ask, in their order. An error of one question must
    /// not be the error of all: it is thrown only where no question can be answered.
    func answersLater(_ questions: [ProjectionQuestion]) async throws -> [ProjectionAnswer]

    /// Whether a sequence answers for many of its elements at about the cost of one, in
    /// `answersLater(_:ofElements:)`: then what a loop asks of an element that stays lazy is asked of the next ones too.
    var answersForElements: Bool { get }

    /// The answers to the same questions about several elements, which this descriptor gave as projections: for each of
    /// them the answers in the order of the questions. An error of one question must not be the error of all.
    ///
    /// Asked only where `answersForElements` says so. A loop that ends early has asked for at most 127 elements in vain;
    /// what they answered, or that they failed, has not been read then and is no error.
    func answersLater(
        _ questions: [ProjectionQuestion],
        ofElements elements: [any ProjectionDescriptor]
    ) async throws -> [[ProjectionAnswer]]
}

extension ProjectionDescriptor {
    /// The name of the kind.
    public var summary: String { kind.rawValue }

    /// Leaves every question to `answerLater(_:)`.
    public func answer(_ question: ProjectionQuestion) throws -> ProjectionAnswer { .later }

    /// What `answer(_:)` says.
    public func answerLater(_ question: ProjectionQuestion) async throws -> ProjectionAnswer {
        try answer(question)
    }

    /// One answer after the other.
    public func answersLater(_ questions: [ProjectionQuestion]) async throws -> [ProjectionAnswer] {
        var answers: [ProjectionAnswer] = []
        answers.reserveCapacity(questions.count)
        for question in questions {
            do { answers.append(try await answerLater(question)) } catch {
                answers.append(.failure("\(error)"))
            }
        }
        return answers
    }

    /// Nothing is asked of several elements together.
    public var answersForElements: Bool { false }

    /// What the elements say, one after the other.
    public func answersLater(
        _ questions: [ProjectionQuestion],
        ofElements elements: [any ProjectionDescriptor]
    ) async throws -> [[ProjectionAnswer]] {
        var answers: [[ProjectionAnswer]] = []
        answers.reserveCapacity(elements.count)
        for element in elements { answers.append(try await element.answersLater(questions)) }
        return answers
    }
}

/// The kind of value that a descriptor stands for.
public enum ProjectionKind: String, CaseIterable, Sendable {
    /// Null, which has no parts.
    case null
    /// `true` or `false`.
    case bool
    /// A number.
    case number
    /// Text: questions count in code points.
    case string
    /// An immutable sequence.
    case tuple
    /// A sequence.
    case list
    /// Keys and values.
    case record
    /// Not known before it is looked at: only `materialize` and `render` are asked.
    case unknown
}
