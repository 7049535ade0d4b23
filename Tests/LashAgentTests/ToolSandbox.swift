import LashAgent
import Lashlang
import Synchronization

/// Words in the order in which they were said, from any task.
final class Sayings: Sendable {
    private let kept = Mutex<[String]>([])
    func say(_ word: String) { kept.withLock { $0.append(word) } }
    var words: [String] { kept.withLock { $0 } }
    var count: Int { words.count }
}

/// Lets tasks go on once as many as expected have come.
final class Meeting: Sendable {
    private let state: Mutex<(missing: Int, waiting: [CheckedContinuation<Void, Never>])>

    init(of count: Int) { state = Mutex((count, [])) }

    func join() async {
        await withCheckedContinuation { continuation in
            let ready = state.withLock { state -> [CheckedContinuation<Void, Never>] in
                state.missing -= 1
                state.waiting.append(continuation)
                if state.missing > 0 { return [] }
                defer { state.waiting = [] }
                return state.waiting
            }
            for continuation in ready { continuation.resume() }
        }
    }
}

extension AgentSandbox {
    /// Runs one turn with these tools.
    static func run(
        _ replies: [ScriptedReply],
        _ tools: any ToolProvider...,
        configure: (inout AgentConfiguration) throws -> Void = { _ in }
    ) async throws -> (result: TurnResult, sandbox: AgentSandbox, log: EventLog) {
        let sandbox = try AgentSandbox(replies) { core in
            core.tools = tools
            try configure(&core)
        }
        let log = EventLog()
        let result = try await sandbox.session().turn("Go").stream(to: log)
        return (result, sandbox, log)
    }

    /// What the model was told of the block that the request came after.
    func observation(_ request: Int) -> String { conversation(request).last?.text ?? "" }
}
