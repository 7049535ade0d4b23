/// The one argument of an operation of the trigger registry. What is `null` counts as left out.
struct TriggerArguments {
    private let operation: String
    private let fields: Record

    init(_ call: OperationCall) throws(CallFailure) {
        operation = "triggers.\(call.name)"
        guard call.arguments.count == 1, case .record(let fields) = call.arguments[0] else {
            throw CallFailure("\(operation) takes one record")
        }
        self.fields = fields
    }

    func has(_ field: String) -> Bool { fields[field].map { $0 != .null } ?? false }

    func invalid(_ field: String, _ reason: String) -> CallFailure {
        CallFailure("\(operation) field `\(field)` is invalid: \(reason)")
    }

    private func required(_ field: String) throws(CallFailure) -> Value {
        guard let value = fields[field], value != .null else {
            throw CallFailure("\(operation) requires `\(field)`")
        }
        return value
    }

    /// The type of the source, and what it was made of.
    func source() throws(CallFailure) -> (type: String, value: Value) {
        guard case .record(let record) = try required("source"), record.role == .descriptor,
            case .string(let type)? = record["$lash_host_descriptor_type"],
            let value = record["$lash_host_descriptor_value"]
        else { throw CallFailure("trigger source must be a host descriptor constructor result") }
        return (type, value)
    }

    /// The process as a value, and its name.
    func target() throws(CallFailure) -> (definition: Value, name: String) {
        let value = try required("target")
        guard case .record(let record) = value, record.role == .process,
            case .string(let name)? = record["process_name"]
        else { throw invalid("target", "expected a process") }
        return (value, name)
    }

    /// The arguments of the process; `nil` stands for the event.
    func inputs() throws(CallFailure) -> [(name: String, value: Value?)] {
        guard case .record(let inputs) = try required("inputs") else {
            throw invalid("inputs", "expected a record")
        }
        return inputs.map { name, value in
            if case .record(let record) = value, record.role == .placeholder { return (name, nil) }
            return (name, value)
        }
    }

    func text(_ field: String) throws(CallFailure) -> String? {
        switch fields[field] {
        case .string(let text): return text
        case .null, nil: return nil
        default: throw invalid(field, "expected text")
        }
    }

    func flag(_ field: String) throws(CallFailure) -> Bool? {
        switch fields[field] {
        case .bool(let flag): return flag
        case .null, nil: return nil
        default: throw invalid(field, "expected a boolean")
        }
    }

    /// The id of a trigger. Whoever may cancel may list them all, so there is nothing to forge.
    func handle() throws(CallFailure) -> String {
        guard case .record(let handle) = try required("handle"), handle["type"] == .string("trigger_handle"),
            case .string(let id)? = handle["id"]
        else { throw invalid("handle", "expected a trigger handle") }
        return id
    }
}
