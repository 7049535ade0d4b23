import LashTerminal
import Lashlang

/// What `run` is to do, however the command line said it.
struct RunRequest {
    /// Where the program comes from.
    enum Origin {
        case text(String)
        /// A path; `-` is standard input.
        case file(String)

        /// Where a suspended run goes if nothing else is said.
        var snapshotName: String {
            guard case .file(let path) = self, path != "-" else { return "lashlang.snapshot" }
            return (path.hasSuffix(".lash") ? String(path.dropLast(5)) : path) + ".snapshot"
        }
    }

    var program: Origin
    var bind: [String] = []
    var bindText: [String] = []
    var bindLazy: [String] = []
    var session: String?
    var tools: String?
    var suspension = Suspension()
    var limits = StandardLimits.all
    var form = ReportForm.people
    var receipts = false
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
        bindLazy: [String],
        session: String?,
        tools: String?,
        suspension: Suspension,
        limits: Limits,
        form: ReportForm,
        receipts: Bool,
        color: ColorChoice
    ) {
        self.program = program
        self.bind = bind
        self.bindText = bindText
        self.bindLazy = bindLazy
        self.session = session
        self.tools = tools
        self.suspension = suspension
        self.limits = limits
        self.form = form
        self.receipts = receipts
        self.color = color
    }

    /// Runs the program, shows what came of it, and ends the process unless it went well.
    func perform() throws(CommandFailure) {
        var input = StandardInput()
        let source = try source(&input)
        let bindings = try BindingReader.load(bind, texts: bindText, lazy: bindLazy, &input)
        let host = try tools.map { path throws(CommandFailure) in try ToolsFile.load(path) }
        let sessionFile = session.map { SessionFile(path: $0) }

        Interruption.catchSignal(once: true)
        var run = ProgramRun(try sessionFile?.load() ?? Session(), keepsPrints: form == .json)
        let printsLive = form != .json
        run.perform(source, bindings: bindings, host: host, suspendsAt: suspension.at, limits: limits) { value in
            if printsLive { Console.writeError(line: value) }
        }
        // The variables first: a reader that closed our output must not cost them.
        if run.hasStarted { try sessionFile?.save(run.session) }
        try suspension.write(run, of: program.snapshotName)
        if receipts { Console.writeError(Receipts.table(run.session.receipts)) }
        let used = run.session.statistics.outputBytes
        if form != .json, let warning = Receipts.warning(run.session.receipts, used: used) {
            Console.writeError("warning: \(warning)\n")
        }
        try run.report(form, color: color, atMost: limits.outputBytes)
    }

    private func source(_ input: inout StandardInput) throws(CommandFailure) -> SourceText {
        switch program {
        case .text(let text): SourceText(text, name: "-e")
        case .file("-"): SourceText(bytes: try input.read(for: "the program"), name: "<stdin>")
        case .file(let path): SourceText(bytes: try Inputs.read(path), name: path)
        }
    }
}
