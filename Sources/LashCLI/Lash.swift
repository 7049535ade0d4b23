import ArgumentParser
import LashTerminal
import Lashlang

/// The root command.
@main
struct LashCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lash",
        abstract: "Give a language model a task, and let it work with programs.",
        discussion: """
            The model writes prose and, in between, blocks of the small language lashlang. Blocks are run here, with the \
            values and the tools that you give them, until the task is done.

              $ lash run "Which customer owes most?" --model gpt-5.4 --bind orders=@orders.csv
              $ lash run "What changed?" --model claude-opus-4-5 --tools files=notes
              $ lash chat --model qwen3 --base-url http://localhost:11434/v1 --store chat.db

            \(exitStatusHelp)
            """,
        version: projectVersion,
        subcommands: [
            RunCommand.self, ChatCommand.self, RPCCommand.self, SessionsCommand.self, TraceCommand.self,
            ReplayCommand.self,
        ]
    )

    /// The exit statuses, for the help texts.
    static let exitStatusHelp = """
        EXIT STATUS
          0    the turn was finished; the replay differs nowhere
          1    the turn was not finished, or the replay differs
          64   the command line is wrong
          65   data given to it has errors
          66   a file is missing or cannot be read
          70   an internal error
          74   output could not be written
          75   a tool waits for approval
          124  the turn used up its calls of the model
          130  interrupted with Ctrl-C
        """

    static func main() {
        Console.prepare()
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let failure as CommandFailure {
            Console.complain(failure.message)
            Console.exit(failure.status)
        } catch {
            // Requests for help and the like end here too, and are no failures.
            if exitCode(for: error) != .validationFailure { exit(withError: error) }
            Console.complain("\(message(for: error))\n  see `\(helpCommand)`")
            Console.exit(.usage)
        }
    }

    /// What shows the help that fits the command line.
    private static var helpCommand: String {
        let named = configuration.subcommands.compactMap { $0.configuration.commandName }
        let subcommand = CommandLine.arguments.dropFirst().first { named.contains($0) }
        return "lash \(subcommand.map { "\($0) " } ?? "")--help"
    }
}
