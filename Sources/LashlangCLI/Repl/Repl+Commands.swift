import LashTerminal
import Lashlang

extension Repl {
    /// Does what a command says. Throws where standard output cannot be written; everything else is told and forgotten.
    mutating func perform(_ command: ColonCommand, _ argument: String) throws(CommandFailure) {
        switch command {
        case .help: try help(argument)
        case .vars: try list(variables, orSay: "there are no variables")
        case .functions:
            try list(evaluator.session.functions.functions.map(\.signature), orSay: "no function was declared")
        case .bindings: try list(bindings, orSay: "nothing is bound; start with --bind NAME=JSON")
        case .tools: try list(tools, orSay: "there is no host; start with --tools FILE")
        case .type: try type(argument)
        case .load: try load(argument)
        case .save: try save(argument)
        case .snapshot: try snapshot(argument)
        case .restore: try restore(argument)
        case .fork: try fork(argument)
        case .undo: try undo()
        case .reset:
            evaluator.replaceSession(Session())
            try say("everything is gone; :undo brings it back")
        case .time:
            showsTimes.toggle()
            try say("times are \(showsTimes ? "shown" : "hidden")")
        case .fuel: try fuel(argument)
        case .trace:
            evaluator.isTracing.toggle()
            try say("conditions and calls are \(evaluator.isTracing ? "shown" : "hidden")")
        case .ast: try ast(argument)
        case .disasm: try disasm(argument)
        case .explain: try explain(argument)
        case .quit: break
        }
    }

    private mutating func help(_ name: String) throws(CommandFailure) {
        if name.isEmpty { return try Console.write(ColonCommand.help(width: min(Console.width ?? 80, 100))) }
        let bare = name.hasPrefix(":") ? String(name.dropFirst()) : name
        if let command = ColonCommand.named(bare) {
            return try Console.write(":\(command.rawValue) \(command.argument)  \(command.summary)\n")
        }
        if let builtin = Builtin(name: bare) { return try Console.write("\(builtin.signature)  \(builtin.summary)\n") }
        complain(ColonCommand.advice(on: bare))
    }

    private func list(_ lines: [String], orSay nothing: String) throws(CommandFailure) {
        if lines.isEmpty { return try say(nothing) }
        try Console.write(lines.map { $0 + "\n" }.joined())
    }

    // MARK: Looking

    private var variables: [String] {
        let session = evaluator.session
        return session.variableNames.compactMap { name in session[name].map { line("\(name) = ", $0) } }
    }

    private var bindings: [String] {
        let bindings = evaluator.bindings
        return bindings.names.compactMap { name in bindings.value(of: name).map { line("\(name) = ", $0) } }
    }

    private var tools: [String] {
        let catalog = evaluator.environment.catalog
        return catalog.modules.flatMap { module in
            module.operations.map { Self.described($0.signature(in: module), $0.description) }
        } + catalog.constructors.map { "\($0.path)(\($0.input)) -> \($0.output)" }
            + catalog.functions.map { Self.described($0.signature, $0.description) }
    }

    private static func described(_ signature: String, _ text: String) -> String {
        text.isEmpty ? signature : "\(signature)  \(text)"
    }

    private mutating func type(_ text: String) throws(CommandFailure) {
        if text.isEmpty { return complain(":type needs an expression, as in :type xs[0]") }
        let catalog = evaluator.environment.catalog
        if let builtin = Builtin(name: text) { return try Console.write(builtin.signature + "\n") }
        if let function = catalog.function(text) { return try Console.write(function.signature + "\n") }
        if let function = evaluator.session.functions[text] { return try Console.write(function.signature + "\n") }
        if let module = catalog.module(text) {
            return try list(module.operations.map { $0.signature(in: module) }, orSay: "the module has no operations")
        }
        if let dot = text.lastIndex(of: "."), let module = catalog.module(String(text[..<dot])),
            let operation = module.operation(String(text[text.index(after: dot)...]))
        {
            return try Console.write(operation.signature(in: module) + "\n")
        }
        let (value, problems) = evaluator.look(text)
        guard let value else {
            Console.writeError(problems)
            hasFailed = true
            return
        }
        try Console.write(ValueShape.describe(value) + "\n")
    }

    private mutating func program(_ text: String, _ command: ColonCommand) -> SourceText? {
        if !text.isEmpty { return SourceText(text) }
        if let last = evaluator.lastSource { return last }
        complain("nothing was run yet; give a program, as in :\(command.rawValue) x = 1")
        return nil
    }

    private mutating func ast(_ text: String) throws(CommandFailure) {
        guard let source = program(text, .ast) else { return }
        let (tree, problems) = SyntaxTree.parse(source)
        if !problems.isEmpty { return show(problems, in: source) }
        var outline = TreeOutline(tree)
        try Console.write(outline.text())
    }

    private mutating func disasm(_ text: String) throws(CommandFailure) {
        guard let source = program(text, .disasm) else { return }
        let program: Program
        do { program = try Program(source, environment: evaluator.environment) } catch {
            return show(error.all, in: source)
        }
        try Console.write(program.disassembly())
    }

    private mutating func show(_ problems: [Diagnostic], in source: SourceText) {
        let renderer = DiagnosticRenderer(
            source,
            usesColor: evaluator.usesColor,
            maximumWidth: Console.width ?? 200
        )
        Console.writeError(problems.map { renderer.render($0) }.joined())
        hasFailed = true
    }

    private mutating func explain(_ code: String) throws(CommandFailure) {
        guard let code = code.isEmpty ? evaluator.lastCode : code else {
            return try say("there was no error yet; :explain CODE explains any other")
        }
        guard let page = Explanations.page(code) else {
            let near = Explanations.near(code)
            return complain("there is no code `\(code)`" + (near.isEmpty ? "" : "; did you mean \(near)?"))
        }
        try Console.write(Explanations.text(page, width: min(Console.width ?? 80, 100)))
    }

    private mutating func fuel(_ amount: String) throws(CommandFailure) {
        if !amount.isEmpty {
            do { evaluator.limits.fuel = amount == "none" ? nil : try Quantity.count(amount) } catch {
                return complain(":fuel: \(error.message)")
            }
        }
        let limit = evaluator.limits.fuel.map { "at most \($0.grouped)" } ?? "no limit"
        let report = "each input: \(limit); the last one used \(evaluator.statistics.fuel.grouped)"
        if amount.isEmpty { try Console.write(report + "\n") } else { try say(report) }
    }

    // MARK: Files

    /// The path, with the home folder in the place of `~`; `nil`, after a word on it, where there is none.
    private mutating func path(_ text: String, for command: ColonCommand) -> String? {
        if text.isEmpty {
            complain(":\(command.rawValue) needs the name of a file")
            return nil
        }
        guard text.hasPrefix("~/"), let home = Console.environment("HOME") else { return text }
        return home + text.dropFirst()
    }

    private mutating func load(_ text: String) throws(CommandFailure) {
        guard let path = path(text, for: .load) else { return }
        let bytes: [UInt8]
        do { bytes = try Inputs.read(path) } catch { return complain(error.message) }
        try evaluate(SourceText(bytes: bytes, name: path))
    }

    private mutating func save(_ text: String) throws(CommandFailure) {
        guard let path = path(text, for: .save) else { return }
        let inputs = evaluator.inputs
        if inputs.isEmpty { return complain("there is nothing to save: no input has changed anything yet") }
        let program = inputs.map { $0.hasSuffix("\n") ? $0 : $0 + "\n" }.joined()
        do { try Files.replace(path, with: Array(program.utf8)) } catch {
            return complain("cannot write \(path): \(error.message)")
        }
        let ended = evaluator.endedInputs
        try say(
            "wrote \(Readable.plural(inputs.count, "input")) to \(path)"
                + (ended == 0 ? "" : ", without \(ended.grouped) that ended with finish")
        )
    }

    private mutating func snapshot(_ text: String) throws(CommandFailure) {
        guard let path = path(text, for: .snapshot) else { return }
        do { try SessionFile(path: path).save(evaluator.session) } catch { return complain(error.message) }
        try say("wrote \(Readable.plural(evaluator.session.variableNames.count, "variable")) to \(path)")
    }

    private mutating func restore(_ text: String) throws(CommandFailure) {
        guard let path = path(text, for: .restore) else { return }
        let session: Session
        do throws(CommandFailure) { session = try SessionFile(path: path).load(mustExist: true) } catch {
            return complain(error.message)
        }
        evaluator.replaceSession(session)
        try say("\(Readable.plural(session.variableNames.count, "variable")); :undo brings back those before")
    }

    // MARK: Sessions

    private mutating func undo() throws(CommandFailure) {
        guard evaluator.undo() else { return complain("there is nothing to take back") }
        try say("took back what the last input did to the variables")
    }

    private mutating func fork(_ name: String) throws(CommandFailure) {
        if name.isEmpty {
            let names = evaluator.otherBranches.map { "  " + $0.name } + ["* " + evaluator.branch.name]
            return try Console.write(names.map { $0 + "\n" }.joined())
        }
        let isNew: Bool
        do { isNew = try evaluator.switchBranch(to: name) } catch {
            return complain("the session cannot be copied: \(error.message)")
        }
        try say(isNew ? "this is `\(name)`, a copy" : "this is `\(name)`")
    }
}

extension HostOperation {
    /// Path, input and output as the language writes types: `files.read({ path: str }) -> str`.
    fileprivate func signature(in module: HostModule) -> String {
        "\(module.path).\(name)(\(input == .null ? "" : input.description)) -> \(output)"
    }
}
