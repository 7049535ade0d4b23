import ArgumentParser
import LashTerminal
import Lashlang

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Report everything that is wrong with programs, and mend what can be mended.",
        usage: "lashlang check FILE... [--fix] [--bind NAME=JSON] [--tools FILE] [--json | --for-model]",
        discussion: """
            Errors and warnings go to standard error, each with its place, and a line that counts them at the end.

              $ lashlang check main.lash
              $ lashlang check --bind-name board *.lash
              $ lashlang check - --json < main.lash

            With --fix, what a machine can mend is mended, over and over until nothing changes, and the files are \
            written; a program from standard input goes to standard output. To find the mistakes that show only in a \
            run, programs are tried: with small limits, without a host or with the mock host of --tools, and nothing \
            that they print is shown.

              $ lashlang check --fix main.lash

            The exit status is 65 if there is an error, 66 if a file cannot be read, and else 0: warnings do no harm.
            """
    )

    @Argument(
        help: ArgumentHelp("Programs; - is standard input.", valueName: "FILE"),
        completion: .file(extensions: ["lash"])
    )
    var files: [String]

    @Flag(help: "Mend what can be mended, and write the files.")
    var fix = false

    @Option(
        name: [.customLong("bind-name"), .customLong("read-only")],
        help: ArgumentHelp("A name that will be bound: programs cannot assign to it.", valueName: "NAME")
    )
    var names: [String] = []

    @OptionGroup(title: "Data") var bindings: BindingOptions

    @OptionGroup(title: "Host") var tools: ToolsOptions

    @Flag(help: "Print one JSON object on standard output instead.")
    var json = false

    @Flag(help: "Print the short form that language models get, on standard output.")
    var forModel = false

    @OptionGroup var color: ColorOptions

    func validate() throws {
        if json, forModel { throw ValidationError("--json and --for-model are two forms of one report; give one.") }
        if fix, json || forModel, files.contains("-") {
            throw ValidationError(
                "With --fix, standard output gets the program from standard input: leave out --json and --for-model."
            )
        }
    }

    func run() throws {
        var input = StandardInput()
        var read = 0
        var report = CheckReport(isJSON: json, isForModel: forModel, usesColor: color.onError)
        let host = try tools.load()
        let bound = try bindings.load(&input)
        var environment = host?.environment ?? HostEnvironment()
        environment.readOnlyNames = Set(names).union(bound.names)
        let trial = Trial(host: host, bindings: bound, unknownNames: Set(names).subtracting(bound.names))
        var status = try ProgramFile.forEach(files, &input) { file, source in
            read += 1
            guard fix else { return report.add(Program.check(source, environment: environment), in: source) }
            let fixed = Program.fixing(source, environment: environment) { trial.error(of: $0) }
            if file == "-" {
                try Console.write(String(decoding: fixed.source.bytes, as: UTF8.self))
            } else if fixed.source.bytes != source.bytes {
                try ProgramFile.replace(file, with: fixed.source.bytes)
            }
            report.note(fixed, in: source)
            report.add(fixed.remaining, in: fixed.source)
        }
        try report.finish(files: read)
        if report.errors > 0 { status = .dataError }
        if status != .success { Console.exit(status) }
    }
}

/// What `check` says, in one of its forms.
private struct CheckReport {
    let isJSON: Bool
    let isForModel: Bool
    let usesColor: Bool
    private(set) var errors = 0
    private var warnings = 0
    private var fixes = 0
    private var reports: [Value] = []

    init(isJSON: Bool, isForModel: Bool, usesColor: Bool) {
        self.isJSON = isJSON
        self.isForModel = isForModel
        self.usesColor = usesColor
    }

    mutating func note(_ fixed: FixedProgram, in source: SourceText) {
        fixes += fixed.applied.count
        guard !isJSON, !isForModel, !fixed.applied.isEmpty else { return }
        let name = source.name.isEmpty ? "" : TerminalText.escaped(source.name) + ": "
        for diagnostic in fixed.applied {
            let hint = diagnostic.hint.map { ": " + TerminalText.escaped($0) } ?? ""
            Console.writeError("\(name)fixed [\(diagnostic.code)] \(TerminalText.escaped(diagnostic.message))\(hint)\n")
        }
    }

    mutating func add(_ found: [Diagnostic], in source: SourceText) {
        errors += found.count { $0.severity == .error }
        warnings += found.count { $0.severity == .warning }
        if isJSON {
            let writer = DiagnosticReport(source)
            let items = found.map { Value.record(writer.fields($0, severity: true)) }
            reports.append(["file": .string(source.name), "diagnostics": .list(items)])
        } else if isForModel {
            let text = ModelReport(source).text(of: found)
            if !text.isEmpty { reports.append(.string(text)) }
        } else if !found.isEmpty {
            let renderer = DiagnosticRenderer(source, usesColor: usesColor, maximumWidth: Console.width ?? 200)
            for diagnostic in found { Console.writeError(renderer.render(diagnostic) + "\n") }
        }
    }

    func finish(files: Int) throws(CommandFailure) {
        if isForModel {
            for case .string(let text) in reports { try Console.write(text) }
            return
        }
        if isJSON {
            let report: Value = [
                "files": .list(reports), "errors": .number(Double(errors)), "warnings": .number(Double(warnings)),
                "fixed": .number(Double(fixes)),
            ]
            try Console.write(try report.jsonText() + "\n")
            return
        }
        Console.writeError(
            "\(Readable.plural(files, "file")): "
                + (fixes > 0 ? "\(Readable.plural(fixes, "problem")) fixed, " : "")
                + "\(Readable.plural(errors, "error")), \(Readable.plural(warnings, "warning"))\n"
        )
    }
}
