package import LashVM

/// Answers operations of the processes that a run starts, before the host of their runner is asked.
package protocol ProcessOperations: Sendable {
    /// Whether it answers the operation of a path, `module.operation`.
    func serves(_ path: String) -> Bool

    /// The answer to a call of a process, by its id.
    ///
    /// The task is cancelled when the process is: answer as soon as possible then, with anything.
    func answer(_ call: OperationCall, of process: String) async -> CallResult
}
