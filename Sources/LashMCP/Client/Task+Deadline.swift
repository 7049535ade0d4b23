internal import LashAgent

extension Task where Failure == Never {
    /// What the task gives, an error where it takes too long, and another one where nobody waits any more. The task is
    /// cancelled in both cases.
    func result<T: Sendable>(
        until deadline: ContinuousClock.Instant,
        _ timeout: @escaping @Sendable () -> MCPError
    ) async -> Result<T, MCPError> where Success == Result<T, MCPError> {
        let first = FirstAnswer<Result<T, MCPError>>()
        Task<Void, Never> { first.give(await value) }
        let timer = Task<Void, Never> {
            do { try await Task<Never, Never>.sleep(until: deadline) } catch { return }
            first.give(.failure(timeout()))
        }
        let result = await withTaskCancellationHandler {
            await first.wait()
        } onCancel: {
            first.give(.failure(MCPError(.cancelled, "the call was cancelled")))
        }
        timer.cancel()
        cancel()
        return result
    }
}
