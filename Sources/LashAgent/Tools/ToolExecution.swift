internal import Lashlang

/// Runs one call of a tool: as often as its policy says, within its time, and no longer than anybody waits for it.
struct ToolExecution: Sendable {
    let member: ToolCatalog.Member
    let runtime: ToolRuntime
    let session: String

    /// How long a tool may go on after its turn was cancelled. Then nobody waits for it any more.
    static let graceAfterCancellation = Duration.milliseconds(50)

    private var traits: ToolTraits { member.manifest.traits }

    func run(_ call: PreparedCall) async -> ToolResult {
        var attempt = 1
        while true {
            let result = await run(call, attempt: attempt)
            if Task.isCancelled { return ToolResult(.cancelled) }
            guard case .failure(let failure) = result.output, failure.isRetryable else { return checked(result) }
            guard attempt < traits.retry.attempts else {
                return traits.retry.attempts > 1
                    ? ToolResult(.failure(failure.exhausted(after: attempt))) : result
            }
            let wait = traits.retry.wait(after: attempt, asked: failure.retryAfter)
            do { try await runtime.clock.sleep(until: runtime.clock.now + wait / .milliseconds(1)) } catch {
                return ToolResult(.cancelled)
            }
            attempt += 1
        }
    }

    /// One attempt, in a task of its own: a tool that does not heed its cancellation is left behind.
    private func run(_ call: PreparedCall, attempt: Int) async -> ToolResult {
        let provider = member.provider
        let made = ToolCall(
            id: call.request.id,
            name: call.request.tool,
            arguments: call.request.arguments,
            payload: call.payload,
            session: session,
            attempt: attempt,
            runtime: runtime
        )
        let first = FirstAnswer<ToolResult>()
        let work = Task { first.give(await provider.execute(made)) }
        let timer = traits.timeout.map { limit in alarm(after: limit) { first.give(timedOut(limit)) } }
        defer { timer?.cancel() }
        return await withTaskCancellationHandler {
            let result = await first.wait()
            work.cancel()
            return result
        } onCancel: {
            work.cancel()
            _ = alarm(after: Self.graceAfterCancellation) { first.give(ToolResult(.cancelled)) }
        }
    }

    private func alarm(after wait: Duration, _ body: @escaping @Sendable () -> Void) -> Task<Void, Never> {
        let clock = runtime.clock
        return Task {
            do { try await clock.sleep(until: clock.now + wait / .milliseconds(1)) } catch { return }
            body()
        }
    }

    private func timedOut(_ limit: Duration) -> ToolResult {
        ToolResult(
            .failure(
                CallFailure(
                    class: "timeout",
                    code: "tool_timeout",
                    message: "tool `\(member.manifest.name)` did not answer within \(limit)",
                    retry: traits.retry.isIdempotent
                )
            )
        )
    }

    /// The result, unless it is larger than anybody wants to keep.
    func checked(_ result: ToolResult) -> ToolResult {
        guard case .success(let value) = result.output else { return result }
        let limit = traits.outputBytes ?? runtime.configuration.toolOutputBytes
        guard value.approximateBytes(upTo: limit + 1) > limit else { return result }
        return .failure(
            "tool `\(member.manifest.name)` gave more than \(limit) bytes, the most that are taken; ask it for less at a time",
            code: "tool_output_limit",
            class: "resource_limit"
        )
    }
}
