import LashAgent
import LashTerminal
import Lashlang
import Synchronization

/// Writes what happens in a turn as JSON, one object a line.
final class EventWriter: TurnEventSink {
    private let id: Value?
    private let failure = Mutex<CommandFailure?>(nil)

    /// - Parameter id: the request that the turn answers.
    init(id: Value? = nil) { self.id = id }

    var problem: CommandFailure? { failure.withLock { $0 } }

    func receive(_ activity: TurnActivity) async { write("event", ["activity": activity.json]) }

    func begin(_ session: AgentSession) {
        write("turn_start", ["protocol_version": 1, "stream_id": .string(session.id)])
    }

    func end(_ result: TurnResult, _ session: AgentSession) {
        func value(_ value: some Encodable) -> Value { (try? ValueEncoder().encode(value)) ?? .null }
        write(
            "turn_finish",
            [
                "stream_id": .string(session.id), "ok": .bool(result.isSuccess),
                "cancelled": .bool(result.outcome == .stopped(.cancelled)), "assistant_text": .string(result.text),
                "outcome": value(result.outcome), "usage": value(result.usage),
                "children_usage": value(result.childrenUsage), "errors": value(result.issues),
                "execution": [
                    "had_tool_calls": .bool(!result.calls.isEmpty), "had_code_execution": .bool(result.ranCode),
                    "started_at_ms": .number(result.started), "duration_ms": .number(result.milliseconds),
                ],
                "tool_calls": value(result.calls),
            ]
        )
    }

    private func write(_ type: String, _ fields: Record) {
        var all: Record = ["type": .string(type)]
        if let id { all["id"] = id }
        for (name, value) in fields { all[name] = value }
        do throws(CommandFailure) { try Console.write(((try? Value.record(all).json()) ?? "{}") + "\n") } catch {
            failure.withLock { $0 = $0 ?? error }
        }
    }
}
