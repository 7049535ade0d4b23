public import LashVM

extension Value {
    /// Something that a program can await, and `cancel`: `await` asks the host's `ProcessHandler` for its result.
    ///
    /// To the program it is the record `{__handle__: kind, id: id, …}`; no data can pose as one.
    public static func handle(_ kind: String, id: String, fields: Record = Record()) -> Value {
        var record: Record = ["__handle__": .string(kind), "id": .string(id)]
        for (key, value) in fields { record[key] = value }
        record.role = .handle
        return .record(record)
    }
}
