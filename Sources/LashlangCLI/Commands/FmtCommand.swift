import ArgumentParser
import LashTerminal
import Lashlang

struct FmtCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fmt",
        abstract: "Format programs in the one style of the language.",
        usage: "lashlang fmt FILE... [--check]",
        discussion: """
            Files are written in place, and only if something changes; a program from standard input goes to standard \
            output. Comments and groups of lines stay, and what a program means never changes.

              $ lashlang fmt *.lash
              $ lashlang fmt - < main.lash
              $ lashlang fmt --check *.lash

            With --check nothing is written: the files that are not formatted are listed on standard output, and the \
            exit status is 1 if there are any. Programs with errors are left as they are, with exit status 65.
            """
    )

    @Argument(help: ArgumentHelp("Programs; - is standard input.", valueName: "FILE"))
    var files: [String]

    @Flag(help: "List what is not formatted instead of writing it.")
    var check = false

    @OptionGroup var color: ColorOptions

    func run() throws {
        var input = StandardInput()
        var found = ExitStatus.success
        let read = try ProgramFile.forEach(files, &input) { file, source in
            let (tree, problems) = SyntaxTree.parse(source)
            if !problems.isEmpty {
                let renderer = DiagnosticRenderer(source, usesColor: color.onError, maximumWidth: Console.width ?? 200)
                Console.writeError(problems.map { renderer.render($0) }.joined(separator: "\n"))
                found = .dataError
                return
            }
            let formatted = tree.formatted()
            let isFormatted = Array(formatted.utf8) == source.bytes
            if check {
                if !isFormatted {
                    try Console.write("\(source.name)\n")
                    if found == .success { found = .failure }
                }
            } else if file == "-" {
                try Console.write(formatted)
            } else if !isFormatted {
                try ProgramFile.replace(file, with: Array(formatted.utf8))
            }
        }
        let status = found == .dataError || read == .success ? found : read
        if status != .success { Console.exit(status) }
    }
}
