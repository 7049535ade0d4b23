/// What the body of a process asks. Its operations and functions are those of the host; anything else concerns the
/// runner, which must know whose it is.
struct ProcessEffects: EffectHandler {
    let table: ProcessTable
    let id: String
    let name: String
    let operations: (any ProcessOperations)?

    func immediateAnswer(to call: HostCall) -> CallResult? {
        switch call {
        case .result(let handle): table.settledResult(of: handle)
        case .operation(let operation) where table.servesTriggers && TriggerRegistry.serves(operation):
            .failure(TriggerRegistry.unavailable(operation))
        case .operation(let operation) where operations?.serves(operation.path) == true: nil
        default: table.host.immediateAnswer(to: call)
        }
    }

    func answer(_ call: HostCall) async -> CallResult {
        switch call {
        case .result(let handle): return await table.result(of: handle, for: id)
        case .operation(let operation):
            if let operations, operations.serves(operation.path) {
                return await operations.answer(operation, of: id)
            }
        case .function: break
        }
        return await table.host.answer(call)
    }

    func answer(_ request: HostRequest, of program: Program) async -> CallResult {
        switch request {
        case .event(let event, let value): await tell(event, value)
        case .waitSignal(let signal):
            await CallResult { () async throws(CallFailure) in try await table.nextSignal(signal, for: id) }
        default: await table.answer(request, of: program)
        }
    }

    private func tell(_ event: ProcessEvent, _ value: Value) async -> CallResult {
        do {
            try await table.onEvent(ProcessNotice(process: id, name: name, event: event, value: value))
            return .value(.null)
        } catch {
            return .failure(CallFailure(describing: error))
        }
    }
}

extension ProcessTable {
    /// The answer to a request that any run may make.
    func answer(_ request: HostRequest, of program: Program) async -> CallResult {
        await CallResult { () async throws(CallFailure) in
            switch request {
            case .start(let start):
                return ProcessHandle.value(id: try self.start(start, of: program, by: RunContext.current))
            case .cancel(let handle):
                let id = try ProcessHandle.id(of: handle)
                guard let wasRunning = cancel(id) else { throw ProcessHandle.unknown(id) }
                return ProcessResult.cancellation(of: id, wasRunning: wasRunning)
            case .signalRun(let run, let name, let payload):
                try signal(try ProcessHandle.id(ofTarget: run), name, payload)
            case .sleepFor(let value): try await sleep(until: clock.now + (try SleepTime.milliseconds(of: value)))
            case .sleepUntil(let value): try await sleep(until: try SleepTime.epochMilliseconds(of: value))
            case .event(let event, _): throw Self.outsideProcess(event == .yield ? "yield" : "wake")
            case .waitSignal: throw Self.outsideProcess("wait_signal")
            }
            return .null
        }
    }

    private func sleep(until deadline: Double) async throws(CallFailure) {
        do { try await clock.sleep(until: deadline) } catch { throw .cancelledWait }
    }

    private static func outsideProcess(_ keyword: String) -> CallFailure {
        CallFailure("`\(keyword)` can only be used inside a process body")
    }
}

extension CallResult {
    /// What a body gives, or why it failed.
    init(_ body: () async throws(CallFailure) -> Value) async {
        do throws(CallFailure) { self = .value(try await body()) } catch { self = .failure(error) }
    }
}
