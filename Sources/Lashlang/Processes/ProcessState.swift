/// How far a process is.
public enum ProcessState: Sendable {
    /// It runs, sleeps or waits.
    case running
    /// It finished with a value; `null` where it fell off its end.
    case finished(Value)
    /// It failed with a value.
    case failed(Value)
    /// It met an error or a limit.
    case stopped(RuntimeError)
    /// Somebody cancelled it.
    case cancelled

    /// Whether it is still on its way.
    public var isRunning: Bool {
        if case .running = self { return true }
        return false
    }

    /// What awaiting it gives; `nil` while it runs.
    var result: CallResult? {
        switch self {
        case .running: nil
        case .finished(let value): .value(value)
        case .failed(let value): .failure(ProcessResult.failed(value))
        case .stopped(let error): .failure(ProcessResult.stopped(error.diagnostic))
        case .cancelled: .failure(ProcessResult.cancelled)
        }
    }
}

/// A process as its runner knows it.
public struct ProcessSummary: Sendable {
    /// The id, as in its handle.
    public var id: String
    /// The name of the declaration.
    public var name: String
    /// How far it is.
    public var state: ProcessState
    /// What it used; nothing while it runs.
    public var statistics: RunStatistics
}

/// What a process tells its host by `yield` and `wake`.
public struct ProcessNotice: Sendable {
    /// The id of the process, as in its handle.
    public var process: String
    /// The name of the declaration.
    public var name: String
    /// `yield` or `wake`.
    public var event: ProcessEvent
    /// What it tells.
    public var value: Value

    /// The value as text; of a megabyte at most where it is no text itself.
    public var text: String { value.text(atMost: 1 << 20) }

    /// What it tells, as `{value, text}`.
    public var payload: Record { Record([("value", value), ("text", .string(text))]) }
}
