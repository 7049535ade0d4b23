import LashAgent
import LashMCP
import LashStore
import LashTerminal
import Lashlang

/// A session as the command line describes it.
struct AgentSetup {
    let session: AgentSession
    let trace: JSONLinesTrace?
    let servers: MCPServers?

    static func open(
        _ model: ModelOptions,
        _ store: StoreOptions,
        _ tools: ToolOptions,
        _ turns: TurnOptionsGroup,
        bindings: ProjectedBindings,
        plugins: (inout PluginStack) -> Void = { _ in }
    ) async throws -> AgentSetup {
        var configuration = AgentConfiguration(model: try model.makeModel(), limits: try model.limits())
        configuration.effort = model.effort
        configuration.maximumCalls = turns.maxCalls
        configuration.tools = try tools.providers()
        plugins(&configuration.plugins)
        let servers = try tools.servers()
        if let servers { configuration.plugins.append(servers) }
        var sinks: [any TraceSink] = []
        if let database = try store.open() {
            configuration.store = database
            sinks.append(database.trace)
        }
        var trace: JSONLinesTrace?
        if let path = turns.trace {
            do throws(TraceError) {
                let file = try JSONLinesTrace(path: path)
                sinks.append(file)
                trace = file
            } catch {
                throw CommandFailure(.outputError, error.message)
            }
        }
        if !sinks.isEmpty { configuration.trace = TraceTee(sinks) }
        do {
            let builder = try AgentCore(configuration).session(store.session).project(bindings)
            return AgentSetup(session: try await builder.open(), trace: trace, servers: servers)
        } catch {
            throw CommandFailure(.usage, "\(error)")
        }
    }

    /// Does something, and ends then, however that comes out.
    func ending<Result: Sendable>(_ body: () async throws -> Result) async throws -> Result {
        let result: Result
        do { result = try await body() } catch {
            await end()
            throw error
        }
        await end()
        return result
    }

    /// Ends servers, and says so where the trace is not complete.
    func end() async {
        await servers?.close()
        if let problem = trace?.problem { Console.complain("the trace is not complete: \(problem)") }
    }
}

/// Runs turns so that Ctrl-C cancels them.
enum CancellableTurn {
    static func run(
        _ body: @escaping @Sendable () async throws -> TurnResult?
    ) async throws -> TurnResult? {
        _ = Interruption.take()
        let turn = Task { try await body() }
        let watch = Task {
            while !Task.isCancelled {
                if Interruption.isPending {
                    turn.cancel()
                    return
                }
                try await Task.sleep(for: .milliseconds(20))
            }
        }
        defer { watch.cancel() }
        do { return try await turn.value } catch let error as SessionError {
            throw CommandFailure(.failure, error.description)
        } catch let error as CommandFailure {
            throw error
        } catch {
            throw CommandFailure(.failure, "\(error)")
        }
    }
}

extension TurnResult {
    /// The exit status that says how it ended.
    var status: ExitStatus {
        switch outcome {
        case .stopped(.cancelled): .interrupted
        case .stopped(.maxTurns): .limit
        case .stopped: .failure
        case .suspended: .suspended
        default: .success
        }
    }

    /// Why there is no answer, for people.
    var failure: String? {
        if case .suspended = outcome { return "a tool waits for somebody's approval, which cannot be given here" }
        guard case .stopped(let stop) = outcome else { return nil }
        if stop == .cancelled { return "interrupted" }
        if stop == .maxTurns { return "the model was called \(modelCalls) times, and has not finished" }
        if case .toolError(let tool, let value) = stop { return "the tool \(tool) ended the turn: \(value.text)" }
        if let issue = issues.last { return issue.message }
        return stop == .incomplete ? "the answer is longer than the model can write at once" : stop.name
    }
}
