import Lashlang

/// What `--json` says of what a program asked of its host.
enum CallReport {
    /// The calls of one step, each `{operation, arguments, result | error}`; calls of a process have its number too.
    static func calls(_ entry: HostLogEntry) -> [Value] {
        switch entry.asked {
        case .calls(let calls):
            zip(calls, entry.answers).map { call, answer in
                let (operation, arguments) = parts(of: call)
                return report(operation, arguments, answer, process: entry.process)
            }
        case .request(let request):
            {
                let (operation, arguments) = parts(of: request)
                return [report(operation, arguments, entry.answers[0], process: entry.process)]
            }()
        }
    }

    /// The calls of one step with their answers, each in one line for people.
    static func lines(_ entry: HostLogEntry) -> [String] {
        calls(entry).compactMap { call in
            guard case .record(let record) = call, case .list(let arguments)? = record["arguments"] else { return nil }
            let text = "\(record["operation"]?.text ?? "")(\(arguments.map(\.literal).joined(separator: ", ")))"
            if let result = record["result"] { return "\(text) gave \(result.literal)" }
            return record["error"].map { "\(text) failed: \($0.literal)" } ?? "\(text) was not answered"
        }
    }

    /// What a run waits for, each question `{operation, arguments}`.
    static func questions(_ event: Run.Event) -> [Value] {
        let questions: [(operation: String, arguments: [Value])]
        switch event {
        case .asked(let calls): questions = calls.map(parts)
        case .requested(let request): questions = [parts(of: request)]
        default: questions = []
        }
        return questions.map { report($0.operation, $0.arguments, nil, process: 0) }
    }

    /// The questions in one line for people.
    static func text(_ event: Run.Event) -> String {
        questions(event).map { question in
            guard case .record(let record) = question, case .list(let arguments)? = record["arguments"] else {
                return ""
            }
            return "\(record["operation"]?.text ?? "")(\(arguments.map(\.literal).joined(separator: ", ")))"
        }.joined(separator: ", ")
    }

    private static func report(
        _ operation: String,
        _ arguments: [Value],
        _ answer: CallResult?,
        process: Int
    ) -> Value {
        var record: Record = ["operation": .string(operation), "arguments": .list(arguments)]
        switch answer {
        case .value(let value): record["result"] = value
        case .failure(let failure): record["error"] = failure.value
        case nil: break
        }
        if process > 0 { record["process"] = .number(Double(process)) }
        return .record(record)
    }

    private static func parts(of call: HostCall) -> (operation: String, arguments: [Value]) {
        switch call {
        case .operation(let operation): (operation.path, operation.arguments)
        case .function(let name, let arguments): (name, arguments)
        case .result(let handle): ("await", [handle])
        }
    }

    private static func parts(of request: HostRequest) -> (operation: String, arguments: [Value]) {
        switch request {
        case .start(let start): ("start \(start.name)", [.record(start.arguments)])
        case .cancel(let value): ("cancel", [value])
        case .event(.yield, let value): ("yield", [value])
        case .event(.wake, let value): ("wake", [value])
        case .sleepFor(let value): ("sleep for", [value])
        case .sleepUntil(let value): ("sleep until", [value])
        case .waitSignal(let name): ("wait_signal", [.string(name)])
        case .signalRun(let run, let name, let payload): ("signal_run", [run, .string(name), payload])
        }
    }
}
