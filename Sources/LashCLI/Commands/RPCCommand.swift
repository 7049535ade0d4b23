import ArgumentParser
import LashAgent
import LashTerminal
import Lashlang

struct RPCCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rpc",
        abstract: "Run turns for another program: requests and answers are JSON, one object a line.",
        discussion: """
            The first line of standard output says that the session is ready. Requests are {"id": 1, "method": "prompt", \
            "params": {"text": "…"}}, with the methods prompt, ping and shutdown. A prompt is answered with the lines of \
            `lash run --json`, each with the id of the request, and then a response. Requests are answered one after the \
            other; what is no request gets a response with an error, and the session goes on.

              $ printf '{"id":1,"method":"prompt","params":{"text":"Hi"}}\\n' | lash rpc --model gpt-5.4
            """
    )

    @OptionGroup(title: "Model") var model: ModelOptions

    @OptionGroup(title: "Data") var bindings: BindingOptions

    @OptionGroup(title: "Tools") var tools: ToolOptions

    @OptionGroup(title: "Session") var store: StoreOptions

    @OptionGroup(title: "Turns") var turns: TurnOptionsGroup

    func run() throws {
        var input = StandardInput()
        try input.reserve(for: "the requests")
        let bound = try bindings.load(&input)
        let (model, store, tools, turns) = (model, store, tools, turns)
        let setup = try Blocking.run { try await AgentSetup.open(model, store, tools, turns, bindings: bound) }
        defer { try? Blocking.run { await setup.end() } }
        Interruption.catchSignal(once: true)
        try RPCServer(session: setup.session, turns: turns).run()
    }
}

/// Answers requests, line by line.
struct RPCServer {
    static let protocolName = "lash.rpc.v1"
    static let methods = ["prompt", "ping", "shutdown"]

    let session: AgentSession
    let turns: TurnOptionsGroup

    /// Goes on until the requests end, or one says so.
    func run() throws {
        try write([
            "type": "ready", "protocol_version": 1, "protocol": .string(Self.protocolName),
            "methods": .list(Self.methods.map { .string($0) }),
        ])
        var lines = RequestLines()
        while !Interruption.isPending, let line = lines.next() {
            let request: RPCRequest
            do throws(RPCError) {
                guard let read = try RPCRequest(line) else { continue }
                request = read
            } catch {
                try respond(to: error.id, error)
                continue
            }
            do throws(RPCError) {
                try answer(request)
            } catch {
                try respond(to: request.id, error)
            }
            if request.method == .shutdown { return }
        }
    }

    private func answer(_ request: RPCRequest) throws(RPCError) {
        switch request.method {
        case .ping: try respond(to: request.id, ["pong": true])
        case .shutdown: try respond(to: request.id, [:])
        case .prompt(let text):
            let (session, turns, writer) = (session, turns, EventWriter(id: request.id))
            let result: TurnResult?
            do {
                let turn = try turns.apply(to: session.turn(.text(text)))
                writer.begin(session)
                result = try Blocking.run {
                    try await CancellableTurn.run { try await turn.stream(to: writer) }
                }
            } catch {
                throw RPCError("turn_failed", (error as? CommandFailure)?.message ?? "\(error)")
            }
            guard let result else { throw RPCError("turn_failed", "the turn has no result") }
            writer.end(result, session)
            try respond(to: request.id, ["ok": .bool(result.isSuccess), "turn": .string(result.turn)])
        }
    }

    private func respond(to id: Value, _ result: Value) throws(RPCError) {
        do { try write(["type": "response", "id": id, "ok": true, "result": result]) } catch {
            throw RPCError("output", "\(error)")
        }
    }

    private func respond(to id: Value, _ error: RPCError) throws {
        try write([
            "type": "response", "id": id, "ok": false,
            "error": ["code": .string(error.code), "message": .string(error.message)],
        ])
    }

    private func write(_ value: Value) throws { try Console.write(try value.json() + "\n") }
}
