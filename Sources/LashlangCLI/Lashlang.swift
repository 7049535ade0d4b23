import ArgumentParser
import LashTerminal
import Lashlang

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
            RunCommand.self, ResumeCommand.self, CheckCommand.self, FmtCommand.self, PlanCommand.self, TestCommand.self,
            ReplCommand.self, ExplainCommand.self, AstCommand.self, DisasmCommand.self, BenchCommand.self,
            GrammarCommand.self, LspCommand.self,
        ],
        defaultSubcommand: RunCommand.self
    )

    static let version = projectVersion

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
            try refuseHelpOnNothing()
            var command = try parseAsRoot()
            try command.run()
        } catch let failure as CommandFailure {
            Console.complain(failure.message + (failure.status == .noInput ? subcommandAdvice : ""))
            Console.exit(failure.status)
        } catch {
            // Requests for help and the like end here too, and are no failures.
            if exitCode(for: error) != .validationFailure { exit(withError: error) }
            let advice = subcommandAdvice
            Console.complain(message(for: error) + (advice.isEmpty ? "\n  see `\(helpCommand)`" : advice))
            Console.exit(.usage)
        }
    }

    /// What shows the help that fits the command line.
    private static var helpCommand: String {
        let subcommand = CommandLine.arguments.dropFirst().first { subcommandNames.contains($0) }
        return "lashlang \(subcommand ?? "run") --help"
    }

    private static var subcommandNames: [String] {
        configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
    }

    /// What to say where the first argument was taken for a file, and is almost the name of a subcommand.
    private static var subcommandAdvice: String {
        CommandLine.arguments.count > 1 ? advice(on: CommandLine.arguments[1]) : ""
    }

    private static func advice(on name: String) -> String {
        let near = subcommandNames.filter { $0 != name && Spelling.isClose($0, name) }
        return near.isEmpty ? "" : "\n  did you mean \(Spelling.choice(near.map { "`lashlang \($0)`" }))?"
    }

    /// `help` with a name that is none would show the help of everything.
    private static func refuseHelpOnNothing() throws(CommandFailure) {
        let arguments = CommandLine.arguments
        guard arguments.count > 2, arguments[1] == "help",
            let name = arguments.dropFirst(2).first(where: { $0.first != "-" }),
            !subcommandNames.contains(name)
        else { return }
        throw .usage("there is no subcommand `\(name)`\(advice(on: name))\n  `lashlang` lists them")
    }

    /// What is shown to somebody who gives no arguments.
    static var welcome: String {
        let commands = configuration.subcommands.map { $0.configuration }
        let width = commands.map { $0.commandName?.count ?? 0 }.max() ?? 0
        let list = commands.map { command in
            let name = command.commandName ?? ""
            return "  \(name)\(String(repeating: " ", count: width - name.count))  \(command.abstract)\n"
        }
        return """
            lashlang \(version): \(configuration.abstract)

              lashlang FILE                 run a program
              lashlang -e 'finish 1 + 1'    run a text
              lashlang repl                 type programs at a prompt

            Subcommands:
            \(list.joined())
            `lashlang --help` shows more, `lashlang help run` the options of one of them.
            """ + "\n"
    }
}
