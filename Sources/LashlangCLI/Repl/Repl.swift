import LashTerminal
import Lashlang

/// Reads inputs, runs them and shows what comes of them.
struct Repl {
    let evaluator: Evaluator
    let isInteractive: Bool
    /// Whether to colour standard output.
    let usesColor: Bool
    /// Whether any input failed.
    var hasFailed = false
    var showsTimes = false
    private var isDone = false

    init(evaluator: Evaluator, isInteractive: Bool, usesColor: Bool = false) {
        self.evaluator = evaluator
        self.isInteractive = isInteractive
        self.usesColor = usesColor
    }

    /// Goes on until the lines end or `:quit` is typed.
    mutating func loop(_ lines: some LineSource) throws(CommandFailure) {
        try say("lashlang \(LashlangCommand.version). :help lists the commands, Ctrl-D leaves.")
        var input = ""
        while !isDone {
            switch lines.next(isContinued: !input.isEmpty) {
            case .text(let line):
                if input.isEmpty, line.utf8.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }) {
                    continue
                }
                if input.isEmpty, line.hasPrefix(":") {
                    lines.remember(line)
                    try command(line)
                    continue
                }
                input += input.isEmpty ? line : "\n" + line
                if SyntaxTree.needsMoreInput(SourceText(input)) { continue }
                lines.remember(input)
                try evaluate(SourceText(input))
                input = ""
            case .interrupted:
                input = ""
            case .end:
                // What is left is not complete: its error says what is missing.
                if !input.isEmpty, !isInteractive { try evaluate(SourceText(input)) }
                if isInteractive { try Console.write("\n") }
                return
            }
        }
    }

    /// Runs a program, and shows its value and what is wrong with it.
    mutating func evaluate(_ source: SourceText) throws(CommandFailure) {
        let result = evaluator.run(source)
        // The terminal has shown `^C`, without a line feed.
        if isInteractive, result.isInterrupted { Console.writeError("\n") }
        if let problems = result.problems { Console.writeError(problems) }
        if let value = result.value { try Console.write(shown(value) + "\n") }
        if !result.isSuccess { hasFailed = true }
        if showsTimes { Console.writeError(evaluator.dimmed(usage(result.time)) + "\n") }
    }

    private func usage(_ time: Duration) -> String {
        let used = evaluator.statistics
        return "\(Readable.time(nanoseconds: time.nanoseconds)), fuel \(used.fuel.grouped), "
            + "memory \(Readable.size(used.peakMemory))"
            + (used.hostCalls == 0 ? "" : ", \(Readable.plural(used.hostCalls, "host call"))")
    }

    /// A value as the terminal has room for it; all of it for a script.
    private func shown(_ value: Value) -> String { display?.text(value) ?? value.literal }

    /// A value on one line, behind what is said of it.
    func line(_ label: String, _ value: Value) -> String { display?.line(label, value) ?? label + value.literal }

    private var display: ValueDisplay? {
        isInteractive ? ValueDisplay(width: Console.width ?? 80, usesColor: usesColor) : nil
    }

    /// Confirms something to people; scripts are not told.
    func say(_ text: String) throws(CommandFailure) {
        if isInteractive { try Console.write(text + "\n") }
    }

    private mutating func command(_ line: String) throws(CommandFailure) {
        let body = line.dropFirst().drop { $0 == " " }
        let name = String(body.prefix { $0 != " " && $0 != "\t" })
        let argument = String(body.dropFirst(name.count)).trimmed
        guard let command = ColonCommand.named(name) else { return complain(ColonCommand.advice(on: name)) }
        if command.argument.isEmpty, command != .help, !argument.isEmpty {
            return complain(":\(command.rawValue) takes nothing, not `\(argument)`")
        }
        if command == .quit {
            isDone = true
        } else {
            try perform(command, argument)
        }
    }

    /// Says what is wrong with a command.
    mutating func complain(_ message: String) {
        Console.complain(message)
        hasFailed = true
    }
}

extension String {
    /// The text without blanks around it.
    fileprivate var trimmed: String {
        var text = self[...].drop { $0 == " " || $0 == "\t" }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return String(text)
    }
}
