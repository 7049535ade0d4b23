internal import LashSyntax

/// A run-time error of a program, without its place.
struct Failure: Error {
    var code: FailureCode
    var message: String
    /// The instruction to blame, where it is not the one at hand.
    var position: Int?
    /// Nothing went wrong: the run has to wait for an answer, and does the instruction again.
    var isQuestion = false

    init(_ code: FailureCode, _ message: String) {
        self.code = code
        self.message = message
    }
}

/// The run-time errors. The raw value is the stable code that users see; the texts are beside the constructors in
/// `Failures.swift`.
public enum FailureCode: String, CaseIterable, Sendable {
    /// A variable without a value.
    case unknownName = "E0301"
    /// An operand that is no number.
    case expectedNumber = "E0302"
    /// An operand that is no text.
    case expectedText = "E0303"
    /// An index that is no integer.
    case indexNotInteger = "E0304"
    /// A field of something without fields.
    case cannotRead = "E0305"
    /// An index into something without elements.
    case cannotIndex = "E0306"
    /// An assignment into something that holds nothing.
    case cannotAssign = "E0307"
    /// A path through a key that is not there.
    case missingStep = "E0308"
    /// An assignment into something that never changes.
    case immutable = "E0309"
    /// A list and a tuple under `+`.
    case cannotConcatenate = "E0310"
    /// A list assignment whose index is no integer.
    case assignmentIndexNotInteger = "E0311"
    /// A list assignment outside the list.
    case assignmentOutOfBounds = "E0312"
    /// A loop over something that is no sequence.
    case notIterable = "E0314"
    /// A call with too few or too many arguments.
    case wrongArity = "E0315"
    /// A builtin's argument of a kind that it does not take.
    case wrongArgument = "E0316"
    /// A builtin's argument of the right kind that it cannot use.
    case badArgument = "E0317"
    /// Text that is not JSON.
    case invalidJSON = "E0321"
    /// A template that cannot be filled.
    case badFormat = "E0322"
    /// `validate` without a type.
    case notAType = "E0323"
    /// A value that does not have the type it should have.
    case validationFailed = "E0324"
    /// `?` on something that is no result wrapper.
    case notAResult = "E0326"
    /// `?` on a failed result.
    case unwrappedFailure = "E0327"
    /// A process statement outside of a process.
    case outsideProcess = "E0329"
    /// A value that nests too deep.
    case tooDeep = "E0340"
    /// Functions that call each other too deep.
    case frameLimit = "E0341"
    /// The fuel is spent.
    case fuelSpent = "E0401"
    /// The memory limit is reached.
    case memoryLimit = "E0402"
    /// The time is up.
    case timeLimit = "E0403"
    /// Somebody cancelled the run.
    case cancelled = "E0404"
    /// The program asked its host too often.
    case callLimit = "E0406"
    /// The program printed, or finished with, more text than its host takes.
    case outputLimit = "E0407"
    /// A value larger than any value may be.
    case tooLarge = "E0405"
    /// The host could not do what an effect asked for.
    case hostFailed = "E0501"
    /// The host could not say what a program asked of its data.
    case projectionFailed = "E0502"
    /// Data that a reference stands for is not there.
    case projectionUnavailable = "E0503"
}

extension FailureCode {
    /// The stage that a code belongs to.
    var stage: Stage {
        switch self {
        case .fuelSpent, .memoryLimit, .timeLimit, .cancelled, .tooLarge, .callLimit, .outputLimit: .limit
        case .hostFailed, .projectionFailed, .projectionUnavailable: .host
        default: .runtime
        }
    }
}

extension Failure {
    /// The error as users see it.
    func diagnostic(span: Span?) -> Diagnostic {
        Diagnostic(code: code.rawValue, stage: code.stage, message: message, span: span, hint: hint)
    }
}
