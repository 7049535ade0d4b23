import ArgumentParser
import LashTerminal
import Lashlang

struct ReplCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repl",
        abstract: "Read programs from the keyboard, run them, and show their values.",
        usage: "lashlang repl [--bind NAME=JSON] [--session FILE] [options]",
        discussion: """
            Variables stay from one input to the next, and an expression alone shows its value, which the next input \
            finds as `_`. Input goes on over several lines until it is complete. Tab completes names, fields and calls. \
            Ctrl-C drops what is typed, or stops a running program; Ctrl-D leaves. :help lists the commands. The history \
            is kept in $XDG_STATE_HOME/lashlang/history, or below ~/.local/state.

            If standard input is no terminal, it is read as a script: values and what is printed go to standard output, \
            and the exit status is 1 if any input failed.

              $ printf 'x = 20\\nx + 1\\n' | lashlang repl
              21
            """
    )

    @OptionGroup(title: "Data") var bindings: BindingOptions

    @Option(help: ArgumentHelp("Keep the variables in this file.", valueName: "FILE"), completion: .file())
    var session: String?

    @OptionGroup(title: "Host") var tools: ToolsOptions

    @OptionGroup(title: "Limits of each input") var limits: LimitOptions

    @OptionGroup var color: ColorOptions

    func run() throws {
        // What is typed is standard input, so no binding can be.
        var input = StandardInput()
        try input.reserve(for: "the REPL")
        let file = session.map { SessionFile(path: $0) }
        let evaluator = Evaluator(
            session: try file?.load() ?? Session(),
            bindings: try bindings.load(&input),
            host: try tools.load(),
            limits: try limits.limits(),
            usesColor: color.onError
        )
        Interruption.catchSignal(once: false)
        let isInteractive = Console.inputIsTerminal && Console.outputIsTerminal
        var repl = Repl(evaluator: evaluator, isInteractive: isInteractive, usesColor: color.onOutput)
        if isInteractive {
            let editor = LineEditor(
                program: "lashlang",
                prompt: "lash> ",
                historyPath: LineEditor.defaultHistoryPath(program: "lashlang")
            ) { ReplCompletion(evaluator: evaluator).completion(of: $0) }
            try repl.loop(editor)
        } else {
            try repl.loop(ScriptLines())
        }
        try file?.save(evaluator.session)
        if !isInteractive, repl.hasFailed { Console.exit(.failure) }
    }
}
