/// The value that stands for a running process: `{__handle__: "process", id: …}`, with the role of a handle.
enum ProcessHandle {
    static func value(id: String) -> Value { .handle("process", id: id) }

    /// The process that a handle stands for. Only records that the host has made are handles, whatever their keys.
    static func id(of value: Value) throws(CallFailure) -> String {
        guard case .record(let record) = value, record.role == .handle, let kind = record["__handle__"] else {
            throw CallFailure("Invalid process handle: missing `__handle__`")
        }
        guard kind == .string("process") else {
            throw CallFailure("Invalid process handle kind: \(kind.text(atMost: 200))")
        }
        guard case .string(let id) = record["id"] else { throw CallFailure("Invalid process handle: missing `id`") }
        return id
    }

    /// The process that a signal is for.
    static func id(ofTarget value: Value) throws(CallFailure) -> String {
        guard case .record(let record) = value, record.role == .handle, record["__handle__"] == .string("process")
        else {
            throw CallFailure("signal_run expects a process handle")
        }
        guard case .string(let id) = record["id"] else {
            throw CallFailure("signal_run process handle is missing `id`")
        }
        return id
    }

    /// No process is known by this id.
    static func unknown(_ id: String) -> CallFailure { CallFailure("unknown process `\(id)`") }
}
