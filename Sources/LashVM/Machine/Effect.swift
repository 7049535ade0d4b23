package import LashSyntax

/// What a run needs from outside, or how it ended.
package enum Effect: Sendable {
    /// The run has worked for a while and would let others work; `resume` goes on.
    case pause
    /// The program prints a value; `resume` goes on.
    case print(Value)
    /// The program waits for answers to all of these, which may be asked at once.
    case calls([HostCall])
    /// The program waits for an answer to this.
    indirect case request(HostRequest)
    /// The program looks at data of its host, and waits for what that says.
    indirect case read(ProjectionRead)
    /// The program finished with a value; `refuse` can still object.
    case finish(Value)
    /// The program failed with a value; `refuse` can still object.
    case fail(Value)
    /// The program fell off its end.
    case completed
    /// A run-time error, a limit, or a cancellation.
    indirect case failure(Diagnostic)

    /// Whether the run looked at its limits last, and did nothing after it.
    var followsLook: Bool {
        switch self {
        case .pause, .print: true
        default: false
        }
    }
}
