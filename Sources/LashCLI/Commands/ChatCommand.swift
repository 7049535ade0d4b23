import ArgumentParser
import LashAgent
import LashTerminal
import Lashlang

struct ChatCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chat",
        abstract: "Talk with a model; every line is a turn.",
        discussion: """
            Variables of the model's programs stay from one turn to the next; with --store, from one day to the next. \
            Ctrl-C cancels the turn that is under way, or drops what is typed; Ctrl-D leaves. /help lists the commands.

            If standard input is no terminal, each of its lines is a turn, and each answer goes to standard output.

              $ lash chat --model gpt-5.4 --store chat.db
              $ printf 'One\\nTwo\\n' | lash chat --script replies.txt
            """
    )

    @OptionGroup(title: "Model") var model: ModelOptions

    @OptionGroup(title: "Data") var bindings: BindingOptions

    @OptionGroup(title: "Tools") var tools: ToolOptions

    @OptionGroup(title: "Session") var store: StoreOptions

    @OptionGroup(title: "Turns") var turns: TurnOptionsGroup

    @Flag(help: "Show the programs of the model, and what they print, on standard error.")
    var showCode = false

    @OptionGroup var color: ColorOptions

    func run() throws {
        var input = StandardInput()
        try input.reserve(for: "the chat")
        let bound = try bindings.load(&input)
        let (model, store, tools, turns) = (model, store, tools, turns)
        let setup = try Blocking.run {
            try await AgentSetup.open(model, store, tools, turns, bindings: bound) { $0.append(PlanMode()) }
        }
        Interruption.catchSignal(once: false)
        let chat = try talk(setup)
        if !chat.isInteractive, chat.worst != .success { Console.exit(chat.worst) }
    }

    private func talk(_ setup: AgentSetup) throws -> Chat {
        defer { try? Blocking.run { await setup.end() } }
        let isInteractive = Console.inputIsTerminal && Console.outputIsTerminal
        var chat = Chat(
            session: setup.session,
            turns: turns,
            isInteractive: isInteractive,
            showsCode: showCode,
            usesColor: color.onError
        )
        if isInteractive {
            let editor = LineEditor(
                program: "lash",
                prompt: "you> ",
                historyPath: LineEditor.defaultHistoryPath(program: "lash")
            ) { Completion($0, among: Chat.commands.map { "/" + $0.name }) }
            try chat.loop(editor)
        } else {
            try chat.loop(ScriptLines())
        }
        return chat
    }
}

/// Turns lines into turns.
struct Chat {
    let session: AgentSession
    let turns: TurnOptionsGroup
    let isInteractive: Bool
    var showsCode: Bool
    let usesColor: Bool
    /// The status of the first turn that was not finished.
    private(set) var worst = ExitStatus.success
    private var isDone = false

    init(
        session: AgentSession,
        turns: TurnOptionsGroup,
        isInteractive: Bool,
        showsCode: Bool,
        usesColor: Bool
    ) {
        self.session = session
        self.turns = turns
        self.isInteractive = isInteractive
        self.showsCode = showsCode
        self.usesColor = usesColor
    }

    static let commands: [(name: String, help: String)] = [
        ("code", "show the programs of the model, or hide them again"),
        ("plan", "have a plan agreed to before anything is changed, or not any more"),
        ("vars", "the variables of the model's programs"),
        ("usage", "the tokens that the session took"),
        ("help", "this list"),
        ("quit", "leave; so does Ctrl-D"),
    ]

    /// Goes on until the lines end or `/quit` is typed.
    mutating func loop(_ lines: some LineSource) throws {
        if isInteractive { try Console.write("lash. /help lists the commands, Ctrl-D leaves.\n") }
        try resume()
        while !isDone {
            try decide(lines)
            if isDone { return }
            switch lines.next(isContinued: false) {
            case .text(let line):
                if line.allSatisfy(\.isWhitespace) { continue }
                lines.remember(line)
                if isInteractive, line.hasPrefix("/") {
                    try command(String(line.dropFirst()))
                } else {
                    try turn(line)
                }
            case .interrupted: continue
            case .end:
                if isInteractive { try Console.write("\n") }
                return
            }
        }
    }

    /// Goes on with a turn that another process has left behind.
    private mutating func resume() throws {
        let session = session
        guard try Blocking.run({ await session.interruptedTurn }) != nil else { return }
        if isInteractive { Console.writeError("the last turn was interrupted, and goes on\n") }
        try run { printer in try await session.resumeTurn(to: printer) }
    }

    private mutating func turn(_ text: String) throws {
        let turn = try turns.apply(to: session.turn(.text(text)))
        try run { printer in try await turn.stream(to: printer) }
    }

    private mutating func run(_ body: @escaping @Sendable (EventPrinter) async throws -> TurnResult?) throws {
        let printer = EventPrinter(
            EventPrinter.Style(
                showsProse: isInteractive,
                showsProgress: isInteractive || showsCode,
                showsCode: showsCode,
                usesColor: usesColor
            )
        )
        let result: TurnResult?
        do {
            result = try Blocking.run { try await CancellableTurn.run { try await body(printer) } }
        } catch let error as CommandFailure {
            // Without the right to the session, no other turn will do better.
            if !isInteractive { throw error }
            printer.endLine()
            Console.complain(error.message)
            return
        }
        printer.endLine()
        _ = Interruption.take()
        guard let result else { return }
        if let problem = printer.problem { throw problem }
        try Answer.write(result, after: printer.prose)
        // Whoever sits here is asked what a tool waits for.
        if result.status == .success || (isInteractive && result.status == .suspended) { return }
        if worst == .success { worst = result.status }
        if result.status == .interrupted, isInteractive {
            Console.writeError("\ninterrupted\n")
        } else if let failure = result.failure {
            Console.complain(failure)
        }
        if result.status == .interrupted, !isInteractive { isDone = true }
    }

    /// Asks about the calls that wait for approval, and goes on with what is said.
    private mutating func decide(_ lines: some LineSource) throws {
        let session = session
        while isInteractive, !isDone, let request = try Blocking.run({ await session.pendingApprovals.first }) {
            try Console.write(Self.question(on: request))
            let decision: ApprovalDecision
            switch lines.next(isContinued: false) {
            case .text(let answer): decision = Self.decision(answer, on: request)
            case .interrupted: decision = .deny()
            case .end:
                isDone = true
                return
            }
            try run { printer in try await session.resumeTurn([request.id: decision], to: printer) }
        }
    }

    /// What is asked about a call: about a plan as it is, about any other call by its arguments.
    static func question(on request: ApprovalRequest) -> String {
        guard request.callPath == "plan.exit" else {
            return Terminal.harmless("\(request.callPath) \(request.arguments.literal)\n") + "Allow it? y, or why not\n"
        }
        var plan = request.arguments.text
        if case .record(let fields) = request.arguments, case .string(let text)? = fields["plan"] { plan = text }
        return Terminal.harmless(plan)
            + "\nStart now: y. Start in a fresh context: f. Keep planning: what is missing.\n"
    }

    /// What an answer means.
    static func decision(_ answer: String, on request: ApprovalRequest) -> ApprovalDecision {
        let answer = answer.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        switch answer.lowercased() {
        case "y", "yes": return .allow
        case "f" where request.callPath == "plan.exit", "fresh" where request.callPath == "plan.exit":
            return PlanMode.Choice.startFresh.decision(on: request)
        case "", "n", "no": return .deny()
        default: return .deny(reason: answer)
        }
    }

    private mutating func command(_ line: String) throws {
        switch line.split(separator: " ").first ?? "help" {
        case "code":
            showsCode.toggle()
            try Console.write("programs are \(showsCode ? "shown" : "hidden")\n")
        case "plan":
            let session = session
            let state = try Blocking.run { try await session.call("plan_mode.toggle") }
            var isOn = false
            if case .record(let fields) = state { isOn = fields["enabled"] == true }
            try Console.write("plan mode is \(isOn ? "on" : "off")\n")
        case "vars":
            let session = session
            for (name, value) in try Blocking.run({ await session.variableValues }) {
                let line = Terminal.harmless("\(name) = \(value.literal)")
                try Console.write((Console.width.map { DisplayWidth.cut(line, to: $0) } ?? line) + "\n")
            }
        case "usage":
            let session = session
            let usage = try Blocking.run { await session.usage.total }
            try Console.write(
                "\(Readable.count(usage.prompt)) tokens read (\(Readable.count(usage.cacheRead)) from the cache), "
                    + "\(Readable.count(usage.output)) written\n"
            )
        case "help":
            let width = Self.commands.map(\.name.count).max() ?? 0
            for (name, help) in Self.commands {
                try Console.write("/\(name)\(String(repeating: " ", count: width - name.count))  \(help)\n")
            }
        case "quit", "exit": isDone = true
        default: Console.complain("there is no command `/\(line)`; /help lists them")
        }
    }
}
