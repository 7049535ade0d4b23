/// What can be typed at the prompt besides programs: the one list that parsing, `:help` and completion read.
enum ColonCommand: String, CaseIterable {
    case help, vars, functions, bindings, tools, type
    case load, save, snapshot, restore, fork, undo, reset
    case time, fuel, trace
    case ast, disasm, explain, quit

    /// What stands behind the name.
    var argument: String {
        switch self {
        case .type: "EXPRESSION"
        case .load, .save, .snapshot, .restore: "FILE"
        case .fork: "[NAME]"
        case .fuel: "[N]"
        case .ast, .disasm: "[PROGRAM]"
        case .explain: "[CODE]"
        default: ""
        }
    }

    var summary: String {
        switch self {
        case .help: "this list"
        case .vars: "the variables and their values"
        case .functions: "the functions that were declared"
        case .bindings: "the values that the host has bound"
        case .tools: "what programs can call of the host"
        case .type: "the type of a value, or how something is called"
        case .load: "run the program in a file"
        case .save: "write the inputs that changed something to a file"
        case .snapshot: "write the variables to a file"
        case .restore: "go on with the variables of such a file"
        case .fork: "go on in a copy of the session; without a name, list them"
        case .undo: "take back what the last input did to the variables"
        case .reset: "forget all variables and functions"
        case .time: "show time, fuel and memory of each input, or stop that"
        case .fuel: "limit the fuel of each input, or `none`; without N, show it"
        case .trace: "show conditions and calls as they happen, or stop that"
        case .ast: "the syntax tree of a program, or of the last input"
        case .disasm: "the instructions of a program, or of the last input"
        case .explain: "explain a code, or the last error"
        case .quit: "leave; so does Ctrl-D"
        }
    }

    private static let aliases: [String: ColonCommand] = [
        "h": .help, "?": .help, "": .help, "v": .vars, "b": .bindings, "t": .type, "l": .load, "q": .quit,
        "exit": .quit,
    ]

    /// What a name stands for: a command, a short form, or the beginning of the name of just one.
    static func named(_ name: String) -> ColonCommand? {
        if let command = ColonCommand(rawValue: name) ?? aliases[name] { return command }
        let found = allCases.filter { $0.rawValue.hasPrefix(name) }
        return found.count == 1 ? found[0] : nil
    }

    /// What the prompt says to a name that stands for nothing.
    static func advice(on name: String) -> String {
        var near = allCases.filter { $0.rawValue.hasPrefix(name) }.map(\.rawValue)
        if near.isEmpty { near = allCases.map(\.rawValue).filter { Spelling.isClose($0, name) } }
        if near.isEmpty { return "there is no command `:\(name)`; :help lists them" }
        return "there is no command `:\(name)`; did you mean \(Spelling.choice(near.map { ":" + $0 }))?"
    }

    /// The list of all commands, for a number of columns.
    static func help(width: Int) -> String {
        let names = allCases.map { ":\($0.rawValue) \($0.argument)" }
        let column = (names.map(\.count).max() ?? 0) + 2
        var text = ""
        for (command, name) in zip(allCases, names) {
            let indent = String(repeating: " ", count: column)
            let lines = Explanations.wrapped(command.summary, width: max(20, width - column)).split(separator: "\n")
            text += name + indent.dropFirst(name.count) + lines.joined(separator: "\n" + indent) + "\n"
        }
        return text + "\n"
            + Explanations.wrapped(
                """
                An expression alone shows its value, which is `_` in the next input; anything else is a program. Input goes \
                on over several lines until it is complete. Tab completes names, fields, calls and commands. Ctrl-C drops \
                what is typed or stops what runs; Ctrl-D leaves.
                """,
                width: width
            ) + "\n"
    }
}
