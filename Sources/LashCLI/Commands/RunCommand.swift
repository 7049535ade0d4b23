import ArgumentParser
import LashAgent
import LashTerminal
import Lashlang

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run one turn: a task, until the model has finished it.",
        discussion: """
            Standard output gets the answer and nothing else: a text as it is, any other value as JSON. On a terminal the \
            prose of the model is shown as it is written. What happens on the way goes to standard error.

              $ lash run "How many open orders?" --model gpt-5.4 --bind orders=@orders.csv --require-finish
              12
              $ lash run "Summarize." --model claude-opus-4-5 --bind-text text="$(cat notes.txt)"
              $ lash run "Go on." --model gpt-5.4 --store work.db --session monday

            With --json standard output gets one JSON object a line: turn_start, an event for everything that happens, and \
            turn_finish.

            \(LashCommand.exitStatusHelp)
            """
    )

    @Argument(help: ArgumentHelp("What is to be done; - is standard input.", valueName: "TASK"))
    var task: String

    @OptionGroup(title: "Model") var model: ModelOptions

    @OptionGroup(title: "Data") var bindings: BindingOptions

    @OptionGroup(title: "Tools") var tools: ToolOptions

    @OptionGroup(title: "Session") var store: StoreOptions

    @OptionGroup(title: "Turn") var turns: TurnOptionsGroup

    @Flag(help: "Show the programs of the model, and what they print, on standard error.")
    var showCode = false

    @Flag(help: "Print JSON objects instead of the answer, one a line.")
    var json = false

    @OptionGroup var color: ColorOptions

    func run() throws { try Blocking.run { try await work() } }

    private func work() async throws {
        var input = StandardInput()
        let bound = try bindings.load(&input)
        let text = task == "-" ? try Inputs.text(try input.read(for: "the task"), of: "standard input") : task
        let setup = try await AgentSetup.open(model, store, tools, turns, bindings: bound)
        Interruption.catchSignal(once: true)
        let result = try await setup.ending { try await run(text, setup.session) }
        if result.status != .success {
            if !json, let failure = result.failure { Console.complain(failure) }
            Console.exit(result.status)
        }
    }

    private func run(_ text: String, _ session: AgentSession) async throws -> TurnResult {
        if let open = await session.interruptedTurn {
            throw CommandFailure(
                .failure,
                "session `\(session.id)` has an interrupted turn (\(open)); `lash chat` goes on with it"
            )
        }
        let turn = try turns.apply(to: session.turn(.text(text)))
        return try await json ? writeEvents(of: turn, session) : show(turn)
    }

    private func writeEvents(of turn: TurnBuilder, _ session: AgentSession) async throws -> TurnResult {
        let writer = EventWriter()
        writer.begin(session)
        guard let result = try await CancellableTurn.run({ try await turn.stream(to: writer) }) else {
            throw CommandFailure(.internalError, "the turn has no result")
        }
        writer.end(result, session)
        if let problem = writer.problem { throw problem }
        return result
    }

    private func show(_ turn: TurnBuilder) async throws -> TurnResult {
        let printer = EventPrinter(
            EventPrinter.Style(
                showsProse: Console.outputIsTerminal,
                showsProgress: Console.errorIsTerminal || showCode,
                showsSteps: Console.errorIsTerminal || showCode,
                showsCode: showCode,
                usesColor: color.onError
            )
        )
        guard let result = try await CancellableTurn.run({ try await turn.stream(to: printer) }) else {
            throw CommandFailure(.internalError, "the turn has no result")
        }
        printer.endLine()
        if let problem = printer.problem { throw problem }
        try Answer.write(result, after: printer.prose)
        return result
    }
}

/// The answer of a turn on standard output.
enum Answer {
    /// Writes it, unless it was shown already as it was written.
    static func write(_ result: TurnResult, after prose: String) throws(CommandFailure) {
        switch result.outcome {
        case .message(let text):
            if prose != text { try Console.write(shown(text) + "\n") }
        case .value(.string(let text)), .toolValue(_, .string(let text)): try Console.write(shown(text) + "\n")
        case .value(let value), .toolValue(_, let value):
            try Console.write(line: value, Console.outputIsTerminal ? .prettyJSON : .json)
        case .frameSwitch, .stopped, .suspended: break
        }
    }

    private static func shown(_ text: String) -> String { Console.outputIsTerminal ? Terminal.harmless(text) : text }
}
