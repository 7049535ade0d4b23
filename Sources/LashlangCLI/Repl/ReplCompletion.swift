import LashTerminal
import Lashlang

/// What Tab offers: commands and their arguments, and the names, fields and calls of the session.
struct ReplCompletion {
    let evaluator: Evaluator

    /// Fuel for finding the value whose fields are offered: nobody waits for completion.
    private static let fuel = 100_000

    static let keywords = [
        "and", "await", "break", "cancel", "continue", "else", "fail", "false", "finish", "fn", "for", "if", "in",
        "let",
        "not",
        "null", "or", "print", "process", "return", "sleep", "start", "true", "type", "while",
    ]

    /// The ways in which a line can go on.
    func completion(of line: String) -> Completion {
        guard line.hasPrefix(":") else { return expression(line) }
        guard let space = line.firstIndex(of: " ") else {
            return Completion(line, among: ColonCommand.allCases.map { ":" + $0.rawValue })
        }
        let argument = String(line[line.index(after: space)...])
        switch ColonCommand.named(String(line[..<space].dropFirst())) {
        case .load, .save, .snapshot, .restore: return Completion(argument, among: Files.names(beginningWith: argument))
        case .explain: return Completion(argument, among: Explanations.all.map(\.code))
        case .fork:
            return Completion(argument, among: evaluator.otherBranches.map(\.name) + [evaluator.branch.name])
        case .help: return Completion(argument, among: ColonCommand.allCases.map(\.rawValue))
        default: return expression(argument)
        }
    }

    private func expression(_ line: String) -> Completion {
        let path = Self.pathAtEnd(of: line)
        guard let dot = path.lastIndex(of: "."), !path[dot...].contains("]") else {
            let word = path.lastIndex { !Self.isWord($0) }.map { path[path.index(after: $0)...] } ?? path[...]
            return Completion(String(word), among: names)
        }
        let target = String(path[..<dot])
        return Completion(String(path[path.index(after: dot)...]), among: members(of: target))
    }

    /// All names that mean something by themselves.
    private var names: [String] {
        let catalog = evaluator.environment.catalog
        let calls =
            Builtin.allCases.map(\.name) + catalog.functions.map(\.name) + evaluator.session.functions.names
        let paths = catalog.modules.map(\.path) + catalog.constructors.map(\.path)
        let roots = paths.map { String($0.prefix { $0 != "." }) }
        return Self.keywords + calls.map { $0 + "(" } + roots + evaluator.bindings.names
            + evaluator.session.variableNames + (evaluator.lastValue == nil ? [] : [Evaluator.lastName])
    }

    /// What can stand behind a dot: operations and modules of the host, or the fields of a value.
    private func members(of target: String) -> [String] {
        let catalog = evaluator.environment.catalog
        let prefix = target + "."
        var members = catalog.module(target)?.operations.map { $0.name + "(" } ?? []
        members += catalog.modules.map(\.path).filter { $0.hasPrefix(prefix) }.map { path in
            String(path.dropFirst(prefix.count).prefix { $0 != "." })
        }
        members += catalog.constructors.map(\.path).filter { $0.hasPrefix(prefix) }.map {
            $0.dropFirst(prefix.count) + "("
        }
        if !members.isEmpty { return members }
        // The keys alone: the value may be large.
        guard case .list(let keys)? = evaluator.look("keys(\(target))", fuel: Self.fuel).value else { return [] }
        return keys.compactMap { key in
            guard case .string(let key) = key, isIdentifier(key) else { return nil }
            return key
        }
    }

    private static func isWord(_ character: Character) -> Bool {
        character == "_" || character.isLetter || character.isNumber
    }

    /// The names, dots and indices at the end of a line: `board.rows[2].na`.
    private static func pathAtEnd(of line: String) -> String {
        var start = line.endIndex
        var open = 0
        while start > line.startIndex {
            let before = line.index(before: start)
            let character = line[before]
            if character == "]" {
                open += 1
            } else if character == "[" {
                if open == 0 { break }
                open -= 1
            } else if open == 0, character != ".", !isWord(character) {
                break
            }
            start = before
        }
        return open == 0 ? String(line[start...]) : ""
    }
}
