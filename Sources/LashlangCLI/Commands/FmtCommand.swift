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
        var status = ExitStatus.success
        for file in files {
            let source: SourceText
            do throws(CommandFailure) {
                source = try ProgramFile.source(file, &input)
            } catch {
                // The other files can be formatted all the same.
                guard error.status == .noInput else { throw error }
                Console.complain(error.message)
                status = .noInput
                continue
            }
            let (tree, problems) = SyntaxTree.parse(source)
            if !problems.isEmpty {
                let renderer = DiagnosticRenderer(source, usesColor: color.onError, maximumWidth: Console.width ?? 200)
                Console.writeError(problems.map { renderer.render($0) }.joined(separator: "\n"))
                status = .dataError
                continue
            }
            let formatted = tree.formatted()
            let isFormatted = Array(formatted.utf8) == source.bytes
            if check {
                if !isFormatted {
                    try Console.write("\(source.name)\n")
                    if status == .success { status = .failure }
                }
            } else if file == "-" {
                try Console.write(formatted)
            } else if !isFormatted {
                do { try Files.replace(file, with: Array(formatted.utf8)) } catch {
                    throw CommandFailure(.outputError, "cannot write \(file): \(error.message)")
                }
            }
        }
        if status != .success { Console.exit(status) }
    }
}
