import ArgumentParser
import LashTerminal
import Lashlang

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Report everything that is wrong with programs, without running them.",
        usage: "lashlang check FILE... [--bind-name NAME] [--tools FILE] [--json]",
        discussion: """
            Errors and warnings go to standard error, each with its place, and a line that counts them at the end.

              $ lashlang check main.lash
              $ lashlang check --bind-name board *.lash
              $ lashlang check - --json < main.lash

            The exit status is 65 if there is an error, 66 if a file cannot be read, and else 0: warnings do no harm.
            """
    )

    @Argument(help: ArgumentHelp("Programs; - is standard input.", valueName: "FILE"))
    var files: [String]

    @Option(
        name: [.customLong("bind-name"), .customLong("read-only")],
        help: ArgumentHelp("A name that will be bound: programs cannot assign to it.", valueName: "NAME")
    )
    var names: [String] = []

    @OptionGroup(title: "Host") var tools: ToolsOptions

    @Flag(help: "Print one JSON object on standard output instead.")
    var json = false

    @OptionGroup var color: ColorOptions

    func run() throws {
        var input = StandardInput()
        var status = ExitStatus.success
        var errors = 0
        var warnings = 0
        var reports: [Value] = []
        var environment = try tools.load()?.environment ?? HostEnvironment()
        environment.readOnlyNames = Set(names)
        for file in files {
            let source: SourceText
            do throws(CommandFailure) {
                source = try ProgramFile.source(file, &input)
            } catch {
                // The other files are worth a check all the same.
                guard error.status == .noInput else { throw error }
                Console.complain(error.message)
                status = .noInput
                continue
            }
            let found = Program.check(source, environment: environment)
            errors += found.count { $0.severity == .error }
            warnings += found.count { $0.severity == .warning }
            if json {
                let writer = DiagnosticReport(source)
                let items = found.map { Value.record(writer.fields($0, severity: true)) }
                reports.append(["file": .string(source.name), "diagnostics": .list(items)])
            } else if !found.isEmpty {
                let renderer = DiagnosticRenderer(source, usesColor: color.onError, maximumWidth: Console.width ?? 200)
                for diagnostic in found { Console.writeError(renderer.render(diagnostic) + "\n") }
            }
        }
        if json {
            let report: Value = [
                "files": .list(reports), "errors": .number(Double(errors)), "warnings": .number(Double(warnings)),
            ]
            try Console.write(try report.jsonText() + "\n")
        } else {
            Console.writeError(
                "\(Readable.plural(files.count, "file")): \(Readable.plural(errors, "error")), "
                    + "\(Readable.plural(warnings, "warning"))\n"
            )
        }
        if errors > 0 { status = .dataError }
        if status != .success { Console.exit(status) }
    }
}
