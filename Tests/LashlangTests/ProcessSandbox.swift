import Lashlang
import Synchronization

/// A host of the tests of processes: a few operations of the module `tools`, sources of triggers, and a runner.
struct ProcessSandbox: Sendable {
    let clock = ManualClock(now: 1_700_000_000_000)
    let operations: Operations
    let runner: ProcessRunner
    let events = Events()

    init(_ options: ProcessRunner.Options = .init(), gate: Int = 0, triggers: [TriggerSource] = Self.sources) {
        operations = Operations(gate: Gate(gate))
        let events = self.events
        runner = ProcessRunner(
            host: operations,
            clock: clock,
            options: options,
            triggerSources: triggers,
            onEvent: { try events.note($0) }
        )
    }

    static let sources = [
        TriggerSource("ui.button"),
        TriggerSource("timer.Schedule") { value in
            guard case .record(let record) = value, case .string(let text)? = record["expr"], text != "never" else {
                throw CallFailure("it never fires")
            }
            return text
        },
    ]

    static func environment() throws -> HostEnvironment {
        var catalog = HostCatalog()
        try catalog.addModule("tools", type: "Tools")
        for name in ["echo", "err", "meet", "stuck"] { try catalog.addOperation(name, to: "tools") }
        try catalog.addFunction("twice", parameters: [("n", .any)], result: .any)
        try catalog.addTriggerRegistry()
        let button = HostType.object([HostField("id", .str)])
        let pressed = HostType.object([HostField("color", .str)])
        try catalog.addTriggerSource("ui.button", input: button, eventName: "ui.Pressed", event: pressed)
        let schedule = HostType.object([HostField("expr", .str)])
        let tick = HostType.object([HostField("at", .str)])
        try catalog.addTriggerSource("timer.Schedule", input: schedule, eventName: "timer.Tick", event: tick)
        try catalog.addTriggerSource("ui.secret", input: button, eventName: "ui.Told", event: tick)
        return HostEnvironment(abilities: .all, catalog: catalog)
    }

    /// A session whose variables are handles that no process answers to.
    static func sessionWithDoubtfulHandles() throws -> Session {
        let session = Session()
        var nameless = Record([("__handle__", "process")])
        nameless.role = .handle
        try session.set("nameless", to: .record(nameless))
        try session.set("other", to: .handle("tool", id: "1"))
        try session.set("unknown", to: .handle("process", id: "process-99"))
        return session
    }

    static func program(_ text: String) throws -> Program { try Program(text, environment: environment()) }

    /// Runs a program in a session of its own, or a given one.
    nonisolated(nonsending) func run(
        _ text: String,
        _ session: Session = Session(),
        limits: Limits = Limits()
    ) async throws -> Outcome {
        let outcome = try await session.run(Self.program(text), host: runner, limits: limits)
        return outcome
    }

    /// The value that a program finishes with.
    nonisolated(nonsending) func value(
        _ text: String,
        _ session: Session = Session(),
        limits: Limits = Limits()
    ) async throws -> Value {
        guard case .finished(let value) = try await run(text, session, limits: limits) else { throw NoValue() }
        return value
    }

    /// The message of the error that a program ends with.
    nonisolated(nonsending) func error(_ text: String, limits: Limits = Limits()) async throws -> String {
        do {
            return "no error but \(try await run(text, limits: limits))"
        } catch let error as RuntimeError {
            return error.diagnostic.message
        }
    }

    /// Waits until something holds that other tasks bring about.
    static func until(_ condition: () -> Bool) async {
        while !condition() { await Task.yield() }
    }

    struct NoValue: Error {}

    /// What processes told.
    final class Events: Sendable {
        private let noted = Mutex<[ProcessNotice]>([])
        var all: [ProcessNotice] { noted.withLock { $0 } }

        func note(_ notice: ProcessNotice) throws {
            if notice.value == "refuse" { throw CallFailure("no log") }
            noted.withLock { $0.append(notice) }
        }
    }

    /// `tools.echo` gives the `value` of its argument, `tools.err` fails, `tools.meet` returns once as many are inside as
    /// the gate wants, `tools.stuck` never returns, not even when it is cancelled.
    final class Operations: EffectHandler {
        let gate: Gate
        private let open = Mutex<[CheckedContinuation<Void, Never>]>([])

        init(gate: Gate) { self.gate = gate }

        func immediateAnswer(to call: HostCall) -> CallResult? {
            if case .function(_, let arguments) = call, case .number(let number) = arguments[0] {
                return .value(.number(number * 2))
            }
            return nil
        }

        func answer(_ call: HostCall) async -> CallResult {
            guard case .operation(let operation) = call else { return .failure(CallFailure("no such call")) }
            switch operation.path {
            case "tools.echo":
                guard case .record(let record)? = operation.arguments.first else { return .value(.null) }
                return .value(record["value"] ?? .null)
            case "tools.meet":
                await gate.enter()
                return .value("met")
            case "tools.stuck":
                await withCheckedContinuation { continuation in open.withLock { $0.append(continuation) } }
                return .value("free")
            default: return .failure(CallFailure(class: "execution", code: "broken", message: "it broke"))
            }
        }

        func answer(_ request: HostRequest, of program: Program) async -> CallResult {
            .failure(CallFailure("the runner answers requests"))
        }

        var stuck: Int { open.withLock { $0.count } }

        func free() {
            let continuations = open.withLock { open in
                defer { open = [] }
                return open
            }
            for continuation in continuations { continuation.resume() }
        }
    }

    /// Lets nobody through before all are there.
    actor Gate {
        private var missing: Int
        private var waiting: [CheckedContinuation<Void, Never>] = []

        init(_ count: Int) { missing = count }

        func enter() async {
            missing -= 1
            if missing > 0 { return await withCheckedContinuation { waiting.append($0) } }
            for continuation in waiting { continuation.resume() }
            waiting = []
        }
    }
}

extension Value {
    /// A field of a record.
    subscript(_ key: String) -> Value? {
        if case .record(let record) = self { return record[key] }
        return nil
    }

    /// What a record stands for.
    var role: RecordRole? {
        if case .record(let record) = self { return record.role }
        return nil
    }
}
