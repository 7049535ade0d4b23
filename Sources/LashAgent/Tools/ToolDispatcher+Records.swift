internal import Lashlang

/// Calls as tools get them, and as records have them.
extension ToolDispatcher {
    static let unavailable = Answer(
        result: .failure(
            CallFailure(
                class: "unavailable",
                code: "tool_unavailable",
                message: "Tool is unavailable in this session"
            )
        )
    )

    /// What is wrong with arguments, if anything: the path and the problem.
    static func problem(in arguments: Value, _ contract: ToolContract) -> String? {
        contract.input.problems(in: arguments, root: "arguments", refusesUnknown: true, limit: 1).first
    }

    /// What a tool gets: the one record, nothing as an empty record, and anything else under `args`.
    static func record(of arguments: [Value]) -> Value {
        if arguments.isEmpty { return .record(Record()) }
        if arguments.count == 1, case .record = arguments[0] { return arguments[0] }
        return ["args": .list(arguments)]
    }

    /// Arguments as records and events have them: in place of lazy values, which only direct entries of one argument are,
    /// how to find them.
    static func shown(_ arguments: Value) -> Value {
        guard arguments.holdsProjections, case .record(var fields) = arguments else { return arguments }
        for (name, argument) in fields {
            guard case .record(var entries) = argument else { continue }
            for (key, value) in entries where value.holdsProjections {
                var shown: Value = "lazy"
                if case .projection(let projection) = value {
                    shown = .string("lazy (\(projection.descriptor.summary))")
                    if let ref = projection.ref {
                        shown = ["__projection_ref__": ["kind": .string(ref.kind), "key": ref.key]]
                    }
                }
                entries[key] = shown
            }
            fields[name] = .record(entries)
        }
        return .record(fields)
    }

    static func record(
        _ call: HookedToolCall,
        _ result: ToolResult,
        _ milliseconds: Double
    ) -> ToolCallRecord {
        let (status, output): (ToolCallRecord.Status, Value)
        switch result.output {
        case .success(let value): (status, output) = (.ok, value)
        case .failure(let failure): (status, output) = (.error, failure.value)
        case .cancelled, .pending: (status, output) = (.cancelled, .null)
        }
        return ToolCallRecord(
            id: call.id,
            name: call.name,
            arguments: shown(call.arguments),
            status: status,
            output: output,
            milliseconds: milliseconds
        )
    }
}
