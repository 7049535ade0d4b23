import LashAgent
import LashProviders
import LashStore

/// A core that asks a service, and keeps its sessions and everything that happens in one file.
func core(at path: String, key: APIKey?, service: String) throws -> AgentCore {
    let model = try OpenAIModel(
        "qwen3",
        baseURL: service,
        key: key,
        retries: RetryPolicy(maximumAttempts: 3),
        timeouts: ModelTimeouts(idle: .seconds(60))
    )
    let store = try SQLiteStore(path: path)
    return AgentCore(model: model, limits: try ModelLimits(contextWindow: 128_000)) { core in
        core.store = store
        core.trace = store.trace
    }
}

/// Runs everything again that happened in a session, without its model, and says what is not as before.
func differences(in session: String, of path: String, like core: AgentCore) async throws -> [String] {
    let replay = try TraceReplay(try await SQLiteStore(path: path).traces(of: session))
    return try await replay.run(core.configuration).map(\.description)
}
