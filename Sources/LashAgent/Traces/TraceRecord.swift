public import Lashlang

/// One line of a trace: something that happened in a turn.
///
/// As JSON it is `{"schema_version", "id", "timestamp", "context": {"session_id", "turn_id"}, "type", …}`; what stands at
/// the end depends on the type.
public struct TraceRecord: Equatable, Sendable {
    /// The version of the form.
    public static let version = 2

    /// What happened.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// `input`, `bindings`, `options`, `model`, `settings`, `tools`, `turn_count`, and the `commands` of plugins that were
        /// carried out since the turn before, if any.
        case turnStarted = "turn_started"
        /// `protocol_iteration` and `request`.
        case modelCallStarted = "llm_call_started"
        /// `protocol_iteration`, `response`, and the `pieces` in which its text came.
        case modelCallCompleted = "llm_call_completed"
        /// `protocol_iteration`, `error`, and what had come before it.
        case modelCallFailed = "llm_call_failed"
        /// The service failed and was asked again.
        case retry = "retry_status"
        /// What a call took.
        case usage = "token_usage"
        /// `code`
        case codeStarted = "exec_code_started"
        /// `call_id`, `name`, `args`
        case toolCallStarted = "tool_call_started"
        /// `call_id`, `name`, `args`, `status`, `output`, `duration_ms`
        case toolCallCompleted = "tool_call_completed"
        /// `output`, `success`, `error`, `duration_ms`, `tool_call_ids`
        case codeCompleted = "exec_code_completed"
        /// Any other event of the turn, as whoever watches the turn gets it.
        case event = "runtime_event"
        /// `approvals`, `completions`, `usage`, `model_calls`, `duration_ms`: calls of tools wait for approval, or for results that
        /// come later. More comes when the turn goes on, in whatever process.
        case turnSuspended = "turn_suspended"
        /// `suspended`, `abandoned`, `model_calls`: a turn goes on that was suspended, or whose process ended; the latter from
        /// before the calls of the model that are beyond this count. A turn that is abandoned does nothing more.
        case turnResumed = "turn_resumed"
        /// `outcome`, `issues`, `usage`, `model_calls`, `duration_ms`
        case turnCompleted = "turn_completed"
        /// `message`: the turn could not be run or kept.
        case turnFailed = "turn_failed"
    }

    /// Counts the records of a turn from 1, and again from 1 when it is resumed.
    public var id: Int
    /// When it happened, in milliseconds since 1970.
    public var time: Double
    /// The session.
    public var session: String
    /// The turn.
    public var turn: String
    /// What happened.
    public var kind: Kind
    /// What there is to say about it.
    public var fields: Record

    /// A record.
    public init(id: Int, time: Double, session: String, turn: String, kind: Kind, fields: Record) {
        self.id = id
        self.time = time
        self.session = session
        self.turn = turn
        self.kind = kind
        self.fields = fields
    }

    /// The record as a JSON object.
    public var json: Value {
        var all: Record = [
            "schema_version": .number(Double(Self.version)),
            "id": .number(Double(id)),
            "timestamp": .string(TraceTime.text(time)),
            "context": ["session_id": .string(session), "turn_id": .string(turn)],
            "type": .string(kind.rawValue),
        ]
        for (name, value) in fields { all[name] = value }
        return .record(all)
    }

    /// The record as one line, with its line feed.
    public var line: String { ((try? json.json()) ?? "{}") + "\n" }

    /// Reads a record. Throws for what is none, and for one of another version.
    public init(json: Value) throws(TraceError) {
        guard case .record(var fields) = json, case .number(let version)? = fields["schema_version"] else {
            throw TraceError("it is no record of a trace")
        }
        guard version == Double(Self.version) else {
            throw TraceError(
                "version \(Value.number(version).text) of traces is not supported (expected \(Self.version))"
            )
        }
        guard case .number(let id)? = fields["id"], case .string(let timestamp)? = fields["timestamp"],
            case .record(let context)? = fields["context"], case .string(let session)? = context["session_id"],
            case .string(let turn)? = context["turn_id"], case .string(let type)? = fields["type"],
            let time = TraceTime.milliseconds(timestamp), let id = Int(exactly: id)
        else { throw TraceError("it is no record of a trace") }
        guard let kind = Kind(rawValue: type) else { throw TraceError("unknown type `\(type)`") }
        for name in ["schema_version", "id", "timestamp", "context", "type"] { fields[name] = nil }
        self.init(id: id, time: time, session: session, turn: turn, kind: kind, fields: fields)
    }

    /// Reads the lines of a trace. Throws for the first line that is no record, and says which. A last line without an end is
    /// what a process leaves that was killed, and is skipped.
    public static func read(lines text: String) throws(TraceError) -> [TraceRecord] {
        var records: [TraceRecord] = []
        var number = 0
        let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for line in lines {
            number += 1
            if line.isEmpty { continue }
            do {
                records.append(try TraceRecord(json: Value(json: Array(line), levels: 1024)))
            } catch let error as TraceError {
                throw TraceError("line \(number): \(error.message)")
            } catch {
                if number == lines.count { break }
                throw TraceError("line \(number): it is no record of a trace")
            }
        }
        return records
    }
}

/// A trace that cannot be read or replayed.
public struct TraceError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Why.
    public var message: String

    init(_ message: String) { self.message = message }

    /// The reason.
    public var description: String { message }
}
