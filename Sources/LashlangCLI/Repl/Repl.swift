import LashTerminal
import Lashlang

/// Reads inputs, runs them and shows what comes of them.
struct Repl {
    let evaluator: Evaluator
    let isInteractive: Bool
    /// Whether any input failed.
    private(set) var hasFailed = false
    private var showsTimes = false
    private var isDone = false

    init(evaluator: Evaluator, isInteractive: Bool) {
        self.evaluator = evaluator
        self.isInteractive = isInteractive
    }

    /// Goes on until the lines end or `:quit` is typed.
    mutating func loop(_ lines: some LineSource) throws(CommandFailure) {
        if isInteractive {
            try Console.write("lashlang \(LashlangCommand.version). :help lists the commands, Ctrl-D leaves.\n")
        }
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
                try evaluate(input)
                input = ""
            case .interrupted:
                input = ""
            case .end:
                // What is left is not complete: its error says what is missing.
                if !input.isEmpty, !isInteractive { try evaluate(input) }
                if isInteractive { try Console.write("\n") }
                return
            }
        }
    }

    private mutating func evaluate(_ input: String) throws(CommandFailure) {
        let result = evaluator.run(input)
        // The terminal has shown `^C`, without a line feed.
        if isInteractive, result.isInterrupted { Console.writeError("\n") }
        if let problems = result.problems { Console.writeError(problems) }
        if let value = result.value {
            try Console.write(Self.shown(value, width: isInteractive ? Console.width : nil) + "\n")
        }
        if !result.isSuccess { hasFailed = true }
        if showsTimes {
            let fuel = Readable.count(evaluator.session.statistics.fuel)
            Console.writeError("\(Readable.time(nanoseconds: result.time.nanoseconds)), fuel \(fuel)\n")
        }
    }

    /// A value on one line that fits the terminal.
    static func shown(_ value: Value, width: Int?) -> String {
        let text = value.literal
        guard let width, width > 1, text.utf8.count > width else { return text }
        return DisplayWidth.cut(text, to: width)
    }

    // MARK: Commands

    private mutating func command(_ line: String) throws(CommandFailure) {
        let words = line.dropFirst().split(separator: " ").map(String.init)
        switch words.first ?? "help" {
        case "help", "h", "?": try Console.write(Self.help)
        case "vars", "v": try Console.write(variables)
        case "reset":
            evaluator.reset()
            if isInteractive { try Console.write("all variables are gone\n") }
        case "time":
            showsTimes.toggle()
            try Console.write("times are \(showsTimes ? "shown" : "hidden")\n")
        case "explain": try explain(words.dropFirst().first)
        case "quit", "q", "exit": isDone = true
        default:
            Console.complain("there is no command `\(line)`; :help lists them")
            hasFailed = true
        }
    }

    private static let help = """
        :vars           the variables and bindings with their values
        :reset          forget all variables
        :time           show the time and the fuel of each input, or hide them again
        :explain CODE   explain an error; without a code, the last one
        :help           this list
        :quit           leave; so does Ctrl-D

        An expression alone shows its value; anything else is a program. Ctrl-C drops what is typed or stops what runs.

        """

    private var variables: String {
        let width = isInteractive ? Console.width : nil
        func line(_ name: String, _ value: Value, _ sign: String) -> String {
            let text = "\(name) \(sign) \(value.literal)"
            return (width.map { DisplayWidth.cut(text, to: $0) } ?? text) + "\n"
        }
        return evaluator.boundValues.map { line($0.name, $0.value, "is") }.joined()
            + evaluator.session.variables.map { line($0.key, $0.value, "=") }.joined()
    }

    private func explain(_ code: String?) throws(CommandFailure) {
        guard let code = code ?? evaluator.lastCode else {
            return try Console.write("there was no error yet; :explain CODE explains any other\n")
        }
        guard let page = Explanations.page(code) else {
            return try Console.write("there is no code `\(code)`\n")
        }
        try Console.write(Explanations.text(page, width: min(Console.width ?? 80, 100)))
    }
}
