import LashAgent
import Lashlang
import Synchronization

/// Tools that are closures.
struct TestTools: ToolProvider {
    struct Tool: Sendable {
        var definition: ToolDefinition
        var body: @Sendable (ToolCall) async -> ToolResult
    }

    var tools: [Tool] = []

    mutating func add(
        _ name: String,
        path: String? = nil,
        input: Value = ["type": "object"],
        output: Value = [:],
        description: String = "Does something.",
        _ body: @escaping @Sendable (ToolCall) async -> ToolResult
    ) throws {
        let definition = try ToolDefinition(
            name: name,
            description: description,
            callPath: path,
            input: input,
            output: output
        )
        tools.append(Tool(definition: definition, body: body))
    }

    init() {}

    init(
        _ name: String,
        path: String? = nil,
        input: Value = ["type": "object"],
        _ body: @escaping @Sendable (ToolCall) async -> ToolResult
    ) throws {
        try add(name, path: path, input: input, body)
    }

    var manifests: [ToolManifest] { tools.map(\.definition.manifest) }

    func contract(of name: String) -> ToolContract? {
        tools.first { $0.definition.name == name }?.definition.contract
    }

    func execute(_ call: ToolCall) async -> ToolResult {
        guard let tool = tools.first(where: { $0.definition.name == call.name }) else {
            return .failure("no such tool")
        }
        return await tool.body(call)
    }
}

/// Counts, from any task.
final class Counter: Sendable {
    private let value = Mutex(0)

    @discardableResult
    func increment() -> Int {
        value.withLock { value in
            value += 1
            return value
        }
    }

    var count: Int { value.withLock { $0 } }
}

/// Lets tasks go on when as many as expected have come.
final class Barrier: Sendable {
    private struct State {
        var missing: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    init(_ count: Int) { state = Mutex(State(missing: count)) }

    func arrive() async {
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

/// A door that stays shut until it is opened.
final class Door: Sendable {
    private struct State {
        var isOpen = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}
