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
        case .fail(let value):
            .failure(
                CallFailure(
                    class: "process",
                    code: "process_failed",
                    message: value.text,
                    more: Record([("raw", value)])
                )
            )
        case .failure(let diagnostic) where diagnostic.code == FailureCode.cancelled.rawValue: .failure(cancelled)
        case .failure(let diagnostic):
            .failure(CallFailure(class: "process", code: "process_runtime_error", message: diagnostic.message))
        default: .value(.null)
        }
    }

    /// What `cancel` gives.
    static func cancellation(of id: String, wasRunning: Bool) -> Value {
        .record(Record([("process_id", .string(id)), ("status", .string(wasRunning ? "cancelled" : "finished"))]))
    }
}
