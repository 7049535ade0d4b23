import ArgumentParser
import LashTerminal
import Lashlang

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run a program.",
        usage: "lashlang [run] FILE|-|-e PROGRAM [options]",
        discussion: """
            Standard output gets the value that the program finishes with and nothing else: a text as it is, any other \
            value as JSON. What the program prints and everything that is said about it go to standard error.

              $ lashlang run hello.lash
              $ lashlang run - < hello.lash
              $ lashlang -e 'finish name + "!"' --bind-text name=Ada
              Ada!
              $ lashlang run sum.lash --bind rows=@orders.csv --json
              $ lashlang -e 'finish rows[5].name' --bind-lazy rows=@events.jsonl
              $ lashlang -e 'total = 3' --session day.session
              $ lashlang -e 'finish total + 1' --session day.session
              4

            With --json it gets one object instead: outcome (finished, completed, failed, error or suspended), value, prints, error, \
            diagnostics, calls, receipts (what was read of lazy bindings), globals (the variables), and stats.

            \(LashlangCommand.exitStatusHelp)
            """
    )

    @Argument(
        help: ArgumentHelp("The program; - is standard input.", valueName: "FILE"),
        completion: .file(extensions: ["lash"])
    )
    var file: String?

    @Option(
        name: [.customShort("e"), .customLong("eval")],
        parsing: .unconditional,
        help: ArgumentHelp("Run this text.", valueName: "PROGRAM")
    )
    var text: String?

    @OptionGroup(title: "Data") var bindings: BindingOptions

    @Option(
        help: ArgumentHelp(
            "Keep the variables in this file: read before the run if it exists, written after it, even if it failed.",
            valueName: "FILE"
        ),
        completion: .file()
    )
    var session: String?

    @OptionGroup(title: "Host") var tools: ToolsOptions

    @OptionGroup(title: "Suspension") var suspension: SuspensionOptions

    @OptionGroup(title: "Limits") var limits: LimitOptions

    @OptionGroup var report: ReportOptions

    @Flag(help: "Say at the end what was read of each binding of --bind-lazy; the others are read before the run.")
    var receipts = false

    @OptionGroup var color: ColorOptions

    func run() throws {
        // Not in `validate`, which would hide that an option is unknown.
        if let file, text != nil {
            throw ValidationError("A program is either a file or the text of -e, not both: `\(file)` is too much.")
        }
        if file == nil, text == nil {
            if CommandLine.arguments.count <= 1 { return try Console.write(LashlangCommand.welcome) }
            throw ValidationError("Missing a program: give a FILE, - for standard input, or -e PROGRAM.")
        }
        try RunRequest(
            program: text.map { .text($0) } ?? .file(file ?? "-"),
            bind: bindings.bind,
            bindText: bindings.bindText,
            bindLazy: bindings.bindLazy,
            session: session,
            tools: tools.tools,
            suspension: suspension.suspension,
            limits: try limits.limits(),
            form: report.form,
            receipts: receipts,
            color: color.color
        ).perform()
    }
}
