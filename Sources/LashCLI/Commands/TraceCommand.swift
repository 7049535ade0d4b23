import ArgumentParser
import LashAgent
import LashStore
import LashTerminal
import Lashlang

/// Where a trace is.
struct TraceSource: ParsableArguments {
    @Argument(help: ArgumentHelp("A trace that --trace has written; - is standard input.", valueName: "FILE"))
    var file: String?

    @Option(help: ArgumentHelp("A store, whose sessions have their traces in it.", valueName: "FILE"))
    var store: String?

    @Option(help: ArgumentHelp("The session, where there are several.", valueName: "ID"))
    var session: String?

    func validate() throws {
        if (file == nil) == (store == nil) { throw ValidationError("Give the FILE of a trace, or --store.") }
    }

    func records() async throws -> [TraceRecord] {
        if let store {
            _ = try Inputs.read(store)
            let database = try StoreOptions.open(store)
            do { return try await database.traces(of: session) } catch { throw CommandFailure(.dataError, "\(error)") }
        }
        let path = file ?? "-"
        let text = try Inputs.text(try Inputs.read(path), of: path)
        do {
            let records = try TraceRecord.read(lines: text)
            return session.map { name in records.filter { $0.session == name } } ?? records
        } catch { throw CommandFailure(.dataError, "\(path): \(error.message)") }
    }
}

struct TraceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace",
        abstract: "Look at what happened in turns.",
        subcommands: [ShowCommand.self]
    )

    struct ShowCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show a trace so that people can read it.",
            discussion: """
                  $ lash run "Count." --model gpt-5.4 --trace count.jsonl
                  $ lash trace show count.jsonl
                  $ lash trace show --store work.db --session monday --requests
                """
        )

        @OptionGroup var source: TraceSource

        @Flag(help: "Show what the model was sent, too.")
        var requests = false

        @Flag(help: "Print the records themselves, one JSON object a line.")
        var json = false

        @OptionGroup var color: ColorOptions

        func run() throws { try Blocking.run { try await work() } }

        private func work() async throws {
            for record in try await source.records() {
                let text = json ? record.line : TraceText(record, showsRequests: requests, color.onOutput).text
                if !text.isEmpty { try Console.write(text) }
            }
        }
    }
}

struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Run the turns of a trace again, without model and tools, and compare.",
        discussion: """
            Model and tools say what they said; everything else is done anew. The exit status is 1 if anything differs: \
            what the model is sent, what programs print, which tools they call, how turns end.

              $ lash replay count.jsonl
              1 turn, no difference
            """
    )

    @OptionGroup var source: TraceSource

    func run() throws { try Blocking.run { try await work() } }

    private func work() async throws {
        let records = try await source.records()
        let differences: [TraceReplay.Difference]
        let replay: TraceReplay
        do {
            replay = try TraceReplay(records, session: source.session)
            var configuration = AgentConfiguration(
                model: ScriptedModel([]),
                limits: try ModelLimits(contextWindow: 1)
            )
            try replay.configure(&configuration)
            // Does nothing in a trace of a command that has no plan mode.
            configuration.plugins.append(PlanMode())
            differences = try await replay.run(configuration)
        } catch { throw CommandFailure(.dataError, "the trace cannot be replayed: \(error)") }
        let turns = Readable.plural(replay.turnCount, "turn")
        if differences.isEmpty { return try Console.write("\(turns), no difference\n") }
        try Console.write("\(turns), \(Readable.plural(differences.count, "difference"))\n")
        for difference in differences { try Console.write(Terminal.harmless("\(difference)") + "\n") }
        Console.exit(.failure)
    }
}
