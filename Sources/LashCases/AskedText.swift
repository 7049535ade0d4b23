import Lashlang

/// What a program asked of its host, as case files write it.
enum AskedText {
    static func text(_ entry: HostLogEntry) -> String {
        let text =
            switch entry.asked {
            case .calls(let calls) where calls.count == 1: Self.text(calls[0])
            case .calls(let calls): "[" + calls.map(Self.text).joined(separator: "; ") + "]"
            case .request(let request): Self.text(request)
            }
        return entry.process == 0 ? text : "p\(entry.process): \(text)"
    }

    private static func text(_ call: HostCall) -> String {
        switch call {
        case .operation(let operation): "\(operation.path)(\(list(operation.arguments)))"
        case .function(let name, let arguments): "\(name)(\(list(arguments)))"
        case .result(let handle): "await \(LiteralWriter.text(handle))"
        }
    }

    private static func text(_ request: HostRequest) -> String {
        switch request {
        case .start(let start): "start \(start.name)\(LiteralWriter.text(.record(start.arguments)))"
        case .cancel(let value): "cancel \(LiteralWriter.text(value))"
        case .event(.yield, let value): "yield \(LiteralWriter.text(value))"
        case .event(.wake, let value): "wake \(LiteralWriter.text(value))"
        case .sleepFor(let value): "sleep for \(LiteralWriter.text(value))"
        case .sleepUntil(let value): "sleep until \(LiteralWriter.text(value))"
        case .waitSignal(let name): "wait \(name)"
        case .signalRun(let run, let name, let payload):
            "signal \(LiteralWriter.text(run)) \(name) \(LiteralWriter.text(payload))"
        }
    }

    /// `started resource_operation:echo#1`
    static func text(_ observation: RunObservation) -> String {
        let place = "\(observation.kind):\(observation.label)#\(observation.occurrence)"
        return switch observation.event {
        case .started: "started \(place)"
        case .completed: "completed \(place)"
        case .failed(let message): "failed \(place) \(message)"
        case .branch(let holds): "branch \(observation.label)#\(observation.occurrence) \(holds ? "then" : "else")"
        case .child(let id): "child \(place) \(id)"
        }
    }

    private static func list(_ values: [Value]) -> String { values.map(LiteralWriter.text).joined(separator: ", ") }
}
