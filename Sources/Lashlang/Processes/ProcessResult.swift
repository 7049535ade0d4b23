/// What a process leaves to whoever awaits it.
enum ProcessResult {
    /// What awaiting a cancelled process gives.
    static var cancelled: CallFailure {
        CallFailure(class: "process", code: "process_cancelled", message: "lashlang process was cancelled")
    }

    /// The result of a body that has ended.
    static func result(_ end: Effect) -> CallResult {
        switch end {
        case .finish(let value): .value(value)
        case .fail(let value): .failure(failed(value))
        case .failure(let diagnostic) where diagnostic.code == FailureCode.cancelled.rawValue: .failure(cancelled)
        case .failure(let diagnostic): .failure(stopped(diagnostic))
        default: .value(.null)
        }
    }

    /// What awaiting a process gives that failed with a value.
    static func failed(_ value: Value) -> CallFailure {
        CallFailure(
            class: "process",
            code: "process_failed",
            // `raw` says it all; the text of a small value can be very long.
            message: value.text(atMost: 65_536),
            more: Record([("raw", value)])
        )
    }

    /// What awaiting a process gives that met an error.
    static func stopped(_ diagnostic: Diagnostic) -> CallFailure {
        CallFailure(class: "process", code: "process_runtime_error", message: diagnostic.message)
    }

    /// What `cancel` gives.
    static func cancellation(of id: String, wasRunning: Bool) -> Value {
        .record(Record([("process_id", .string(id)), ("status", .string(wasRunning ? "cancelled" : "finished"))]))
    }
}
