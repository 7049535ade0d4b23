public import LashSyntax

/// Something that happened on the way of a run that was compiled to be observed.
public struct RunObservation: Equatable, Sendable {
    /// What happened.
    public enum Event: Equatable, Sendable {
        /// A step began.
        case started
        /// A step ended well. A call that leaves its failure in a wrapper ends well.
        case completed
        /// A step failed, and why.
        case failed(String)
        /// A condition was decided: `true` where it held.
        case branch(Bool)
        /// A process was started; its id.
        case child(String)
    }

    /// What kind of step it is: `resource_operation`, `child_process`, `sleep`, `wait`, `signal`, `process_event`,
    /// `terminal`, `branch`, or `step` for a label.
    public var kind: String
    /// Which one: the name of an operation, the title of a label.
    public var label: String
    /// How often this place of the program has come to this point, from 1.
    public var occurrence: Int
    /// What happened.
    public var event: Event
    /// Where it stands in the text.
    public var span: Span
}

/// What an `observe` instruction tells.
enum ObservedPoint: UInt8 {
    case then, otherwise, stepStart, stepEnd
}
