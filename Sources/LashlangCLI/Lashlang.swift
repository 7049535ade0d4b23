import ArgumentParser
import LashTerminal

/// The root command. Without the name of a subcommand it is `run`.
@main
struct LashlangCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lashlang",
        abstract: "Run and examine programs in the small language lashlang.",
        usage: """
            lashlang <subcommand> …
            lashlang [run] FILE [--bind NAME=JSON] …
            lashlang -e PROGRAM [--bind NAME=JSON] …
            """,
        discussion: """
            A program computes a value and ends with it:

              $ lashlang -e 'finish 1 + 1'
              2
              $ lashlang board.lash --bind board=@board.json
              $ echo '[3, 4]' | lashlang -e 'finish len(xs)' --bind xs=-
              2

            Without a subcommand this is `lashlang run`: see `lashlang run --help` for its options.

            \(exitStatusHelp)
            """,
        version: version,
        subcommands: [
            RunCommand.self, ResumeCommand.self, CheckCommand.self, TestCommand.self, ReplCommand.self,
            ExplainCommand.self,
            AstCommand.self, DisasmCommand.self, BenchCommand.self,
        ],
        defaultSubcommand: RunCommand.self
    )

    static let version = "0.1.0"

    /// The exit statuses, for the help texts.
    static let exitStatusHelp = """
        EXIT STATUS
          0    the program finished, or came to its end
          1    the program failed or met a runtime error; a test failed
          64   the command line is wrong
          65   a program, or data given to it, has errors
          66   a file is missing or cannot be read
          70   an internal error
          74   output could not be written
          75   the run was suspended
          124  a limit was hit
          130  interrupted with Ctrl-C
        """

    static func main() {
        Console.prepare()
        do {
            if let request = RunRequest(plain: Array(CommandLine.arguments.dropFirst())) {
                try request.perform()
                return
            }
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
        return "lashlang \(subcommand ?? "run") --help"
    }
}
