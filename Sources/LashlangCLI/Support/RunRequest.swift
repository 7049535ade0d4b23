import Lashlang

/// What `run` is to do, however the command line said it.
struct RunRequest {
    /// Where the program comes from.
    enum Origin {
        case text(String)
        /// A path; `-` is standard input.
        case file(String)
    }

    var program: Origin
    var bind: [String] = []
    var bindText: [String] = []
    var session: String?
    var tools: String?
    var limits = StandardLimits.all
    var json = false
    var color = ColorChoice.auto

    /// The request of a command line that has no options but `-e`, `nil` for any other: parsing one of those takes
    /// longer than the whole run.
    init?(plain arguments: [String]) {
        guard arguments.count == 2, arguments[0] == "-e", !arguments[1].hasPrefix("-") else { return nil }
        program = .text(arguments[1])
    }

    init(
        program: Origin,
        bind: [String],
        bindText: [String],
        session: String?,
        tools: String?,
        limits: Limits,
        json: Bool,
        color: ColorChoice
    ) {
        self.program = program
        self.bind = bind
        self.bindText = bindText
        self.session = session
        self.tools = tools
        self.limits = limits
        self.json = json
        self.color = color
    }

    /// Runs the program, shows what came of it, and ends the process unless it went well.
    func perform() throws(CommandFailure) {
        var input = StandardInput()
        let source = try source(&input)
        let bindings = try BindingReader.load(bind, texts: bindText, &input)
        let host = try tools.map { path throws(CommandFailure) in try ToolsFile.load(path) }
        let sessionFile = session.map { SessionFile(path: $0) }

        Interruption.catchSignal(once: true)
        var run = ProgramRun(try sessionFile?.load() ?? Session())
        let printsLive = !json
        run.perform(source, bindings: bindings, host: host, limits: limits) { value in
            if printsLive { Console.writeError(value.printText() + "\n") }
        }
        // The variables first: a reader that closed our output must not cost them.
        if run.hasStarted { try sessionFile?.save(run.session) }
        if json {
            try Console.write(RunReport(run).text() + "\n")
        } else {
            try show(run)
        }
        if run.status != .success { Console.exit(run.status) }
    }

    private func source(_ input: inout StandardInput) throws(CommandFailure) -> SourceText {
        switch program {
        case .text(let text): SourceText(text, name: "-e")
        case .file("-"): SourceText(bytes: try input.read(for: "the program"), name: "<stdin>")
        case .file(let path): SourceText(bytes: try Inputs.read(path), name: path)
        }
    }

    private func show(_ run: ProgramRun) throws(CommandFailure) {
        var shown = run.errors
        if Console.errorIsTerminal || run.status == .dataError { shown = run.warnings + shown }
        if !shown.isEmpty {
            let renderer = DiagnosticRenderer(
                run.source,
                usesColor: Console.usesColor(onTerminal: Console.errorIsTerminal, color),
                maximumWidth: Console.width ?? 200
            )
            Console.writeError(shown.map { renderer.render($0) }.joined(separator: "\n"))
        }
        switch run.outcome {
        case .finished(let value): try Console.write(try Self.text(of: value) + "\n")
        case .failed(let value): Console.complain("the program failed: \(value.text)")
        case .completed, nil: break
        }
    }

    private static func text(of value: Value) throws(CommandFailure) -> String {
        if case .string(let text) = value { return text }
        return try value.jsonText(pretty: Console.outputIsTerminal)
    }
}
