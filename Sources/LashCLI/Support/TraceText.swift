import LashAgent
import LashTerminal
import Lashlang

/// A record of a trace for people.
struct TraceText {
    private let record: TraceRecord
    private let showsRequests: Bool
    private let usesColor: Bool

    init(_ record: TraceRecord, showsRequests: Bool, _ usesColor: Bool) {
        self.record = record
        self.showsRequests = showsRequests
        self.usesColor = usesColor
    }

    /// A time as traces have it.
    static func time(_ milliseconds: Double) -> String {
        let record = TraceRecord(id: 1, time: milliseconds, session: "", turn: "", kind: .event, fields: [:])
        return Self.text(record.json, "timestamp")
    }

    /// The lines; empty for what nobody wants to read.
    var text: String {
        let fields = Value.record(record.fields)
        switch record.kind {
        case .turnStarted:
            return heading("\(record.turn)  \(Self.time(record.time))  \(Self.text(fields, "model"))")
                + part("task", Self.text(Self.field(fields, "input"), "text"))
        case .modelCallStarted:
            guard showsRequests, case .list(let messages)? = Self.field(Self.field(fields, "request"), "messages")
            else {
                return ""
            }
            return messages.map { message in
                let content = Self.field(message, "content")
                return part("to the model, as \(Self.text(message, "role"))", content.map(Self.text) ?? "")
            }.joined()
        case .modelCallCompleted, .modelCallFailed:
            let response = Self.field(fields, "response")
            return part("thinks", Self.text(response, "reasoning")) + part("says", Self.text(response, "text"))
                + part("failed", Self.text(Self.field(fields, "error"), "message"))
        case .retry: return part("asked again", Self.text(fields, "reason"))
        case .toolCallCompleted:
            let call = "\(Self.text(fields, "name")) \(Self.field(fields, "args").map(Self.text) ?? "")"
            return part(
                "tool · \(Self.text(fields, "status"))",
                call + "\n" + (Self.field(fields, "output").map(Self.text) ?? "")
            )
        case .codeCompleted:
            return part("prints", Self.text(fields, "output")) + part("error", Self.text(fields, "error"))
        case .turnCompleted:
            let outcome = Self.field(fields, "outcome")
            let kind = Self.text(outcome, "kind")
            let value = Self.field(outcome, "value") ?? Self.field(outcome, "text") ?? Self.field(outcome, "reason")
            return part(kind == "stopped" ? "stopped" : "ends with", value.map(Self.text) ?? kind)
                + part("took", took(fields)) + "\n"
        case .turnSuspended: return part("waits for approval", approvals(fields)) + part("took", took(fields)) + "\n"
        case .turnResumed:
            let isAbandoned = Self.field(fields, "abandoned") == true
            return heading("\(record.turn)  \(Self.time(record.time))  \(isAbandoned ? "given up" : "goes on")")
        case .turnFailed: return part("failed", Self.text(fields, "message")) + "\n"
        case .usage, .codeStarted, .toolCallStarted, .event: return ""
        }
    }

    private func approvals(_ fields: Value) -> String {
        guard case .list(let requests)? = Self.field(fields, "approvals") else { return "" }
        return requests.map { "\(Self.text($0, "tool")) \(Self.field($0, "args").map(Self.text) ?? "")" }
            .joined(separator: "\n")
    }

    private func took(_ fields: Value) -> String {
        func number(_ value: Value?, _ name: String) -> Double {
            if case .number(let number)? = Self.field(value, name) { number } else { 0 }
        }
        let usage = Self.field(fields, "usage")
        let read = number(usage, "input") + number(usage, "cache_read") + number(usage, "cache_write")
        let time = Readable.time(nanoseconds: Int(number(fields, "duration_ms") * 1_000_000))
        let calls = Readable.plural(Int(number(fields, "model_calls")), "call")
        return "\(time), \(calls), \(Readable.count(Int(read))) tokens read, "
            + "\(Readable.count(Int(number(usage, "output")))) written"
    }

    private func heading(_ text: String) -> String { usesColor ? "\u{1B}[1m\(text)\u{1B}[0m\n" : text + "\n" }

    /// A part with its name, every line of it indented.
    private func part(_ name: String, _ text: String) -> String {
        if text.isEmpty { return "" }
        let lines = Terminal.harmless(text).split(separator: "\n", omittingEmptySubsequences: false)
        let title = usesColor ? "\u{1B}[2m\(name):\u{1B}[0m" : "\(name):"
        return "  \(title)\n" + lines.map { $0.isEmpty ? "\n" : "    \($0)\n" }.joined()
    }

    private static func field(_ value: Value?, _ name: String) -> Value? {
        guard case .record(let record)? = value, let field = record[name], field != .null else { return nil }
        return field
    }

    private static func text(_ value: Value) -> String {
        if case .string(let text) = value { return text }
        return (try? value.json()) ?? value.text
    }

    private static func text(_ value: Value?, _ name: String) -> String { field(value, name).map(text) ?? "" }
}
