/// Carries a run from effect to effect: asks the handler, gives the machine its answers.
struct RunDriver<Handler: EffectHandler> {
    let program: Program
    let handler: Handler
    let limits: Limits

    /// How many effects in a row may be answered without letting other tasks of the thread work. The machine lets them by
    /// itself after a millisecond, but only where it works that long between two effects.
    private static var effectsBetweenPauses: Int { 256 }

    /// Runs to the end. The calls of one effect are asked at the same time, as many as the limits allow.
    nonisolated(nonsending) func run(
        _ execution: Execution,
        onPrint: (Value) throws -> Void
    ) async throws(RuntimeError) -> Outcome {
        defer { execution.close() }
        var effectsSincePause = 0
        while true {
            var effect = execution.resume()
            effectsSincePause += 1
            if effectsSincePause == Self.effectsBetweenPauses {
                effectsSincePause = 0
                await Task.yield()
            }
            switch effect {
            case .print(let value):
                do { try onPrint(value) } catch {
                    effect = execution.refuse(CallFailure(describing: error).message)
                    break
                }
                continue
            case .pause:
                effectsSincePause = 0
                await Task.yield()
                continue
            case .calls(let calls):
                let open = answerAtOnce(calls, of: execution)
                if open.count == 1 {
                    execution.answer(await handler.answer(open[0].call), at: open[0].position)
                } else if !open.isEmpty {
                    for (position, result) in await results(of: open) { execution.answer(result, at: position) }
                }
                continue
            case .request(let request):
                execution.answer(await handler.answer(request, of: program))
                continue
            case .read(let read):
                execution.answer(await read.answers())
                continue
            case .finish(let value):
                do throws(CallFailure) {
                    return .finished(try await handler.accept(value, of: program))
                } catch {
                    effect = execution.refuse(error.message)
                }
            default: break
            }
            return try Outcome(effect, of: program)
        }
    }

    /// Answers the calls that need no waiting, and gives the others; none once the task is cancelled. What was answered
    /// before the run was suspended is not asked again.
    private func answerAtOnce(
        _ calls: [HostCall],
        of execution: Execution
    ) -> [(position: Int, call: HostCall)] {
        var open: [(position: Int, call: HostCall)] = []
        for position in calls.indices where !execution.isAnswered(at: position) {
            if position > 0 && Task.isCancelled { return [] }
            if let result = handler.immediateAnswer(to: calls[position]) {
                execution.answer(result, at: position)
            } else {
                open.append((position, calls[position]))
            }
        }
        return open
    }

    /// The results of several calls, asked at the same time. A call that fails says so in its own place; once the task is
    /// cancelled, no more calls are asked.
    private nonisolated(nonsending) func results(
        of calls: [(position: Int, call: HostCall)]
    ) async -> [(position: Int, result: CallResult)] {
        let handler = self.handler
        let width = max(1, limits.concurrentCalls ?? calls.count)
        return await withTaskGroup(of: (position: Int, result: CallResult).self) { group in
            var waiting = calls.makeIterator()
            func add() {
                guard !Task.isCancelled, let (position, call) = waiting.next() else { return }
                group.addTask { (position, await handler.answer(call)) }
            }
            for _ in 0..<min(width, calls.count) { add() }
            var results: [(position: Int, result: CallResult)] = []
            results.reserveCapacity(calls.count)
            while let result = await group.next() {
                results.append(result)
                add()
            }
            return results
        }
    }
}

extension CallFailure {
    /// What an error says, in the words of whoever threw it.
    init(describing error: any Error) {
        self = error as? CallFailure ?? CallFailure("\(error)")
    }
}
