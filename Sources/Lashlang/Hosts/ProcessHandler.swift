public import LashVM

/// Runs the processes of a host, and keeps its time.
public protocol ProcessHandler: Sendable {
    /// The answer to a request of a program: processes, time, signals.
    func answer(_ request: HostRequest, of program: Program) async -> CallResult

    /// The result of what a handle stands for.
    ///
    /// The task is cancelled when the run is: answer as soon as possible then, with anything.
    func result(of handle: Value) async -> CallResult
}
