/// Answers what programs ask for beyond `print`, `finish` and `fail`.
///
/// `Host` is the one that most programs need; a handler of one's own can decide about every effect by itself. Every
/// method may be called from several tasks at once.
public protocol EffectHandler: Sendable {
    /// The answer to a call, where it can be given without waiting; `nil` leaves it to `answer(_:)`.
    func immediateAnswer(to call: HostCall) -> CallResult?

    /// The answer to a call. Calls of one `await` run in tasks of their own, at the same time.
    ///
    /// The task is cancelled when the run is: answer as soon as possible then, with anything.
    func answer(_ call: HostCall) async -> CallResult

    /// The answer to a request of a program: processes, time, signals.
    func answer(_ request: HostRequest, of program: Program) async -> CallResult

    /// The argument of an operation, by its path `module.operation`, whose direct entries stay projections where they are
    /// some: the handler hands them on, and does not look inside. Everything else arrives as plain values. `nil` is none.
    func projectionArgument(of operation: String) -> String?

    /// What a program has finished with: gives the value that counts, or refuses it. A refusal is an error of the program
    /// at its `finish`.
    func accept(_ value: Value, of program: Program) async throws(CallFailure) -> Value
}

extension EffectHandler {
    /// Leaves every call to `answer(_:)`.
    public func immediateAnswer(to call: HostCall) -> CallResult? { nil }

    /// No argument keeps its projections.
    public func projectionArgument(of operation: String) -> String? { nil }

    /// Takes every value as it is.
    public func accept(_ value: Value, of program: Program) async throws(CallFailure) -> Value { value }
}

/// The handler of a host that offers nothing.
struct NoEffects: EffectHandler {
    static let failure = CallResult.failure(CallFailure("the host answers no effects but print and finish"))

    func immediateAnswer(to call: HostCall) -> CallResult? { Self.failure }
    func answer(_ call: HostCall) async -> CallResult { Self.failure }
    func answer(_ request: HostRequest, of program: Program) async -> CallResult { Self.failure }
}
