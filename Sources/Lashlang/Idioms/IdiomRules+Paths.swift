internal import LashSyntax

// Paths, arrows and exclamation marks.
extension IdiomFinder {
    /// `tools::count`, `std::max`
    func path(_ index: Int) -> Idiom? {
        guard text.kind(index - 1) == .word, text.kind(index + 1) == .word else { return nil }
        let first = text.postfixStart(index - 1)
        if moduleRoots.contains(text.text(first)) { return operationPath(index, first) }
        return replacing(
            "lex-or-parse",
            first,
            index + 1,
            by: "",
            hint: "names have no `\(text.slice(first, index + 1))` before them"
        )
    }

    /// A call of an operation with another mark between module and name.
    private func operationPath(_ index: Int, _ first: Int) -> Idiom {
        let end = text.postfixEnd(first)
        let name = text.text(index + 1)
        var fixes = [Fix(text.span(index, index + 1), ".")]
        var shown = text.slice(first, index) + "." + name
        if text.text(index + 2) == "(", text.partner[index + 2] > index {
            let close = text.partner[index + 2]
            shown += text.slice(index + 2, close + 1)
            let after = text.tokens[close].end
            if text.text(first - 1) != "await" {
                fixes.append(Fix(Span(text.place(first), text.place(first)), "await "))
                shown = "await " + shown
            }
            if text.text(close + 1) != "?" {
                fixes.append(Fix(Span(after, after), "?"))
                shown += "?"
            }
        }
        return edits("lex-or-parse", first, max(end, index + 2), fixes, hint: Self.writeHint(shown))
    }

    func arrow(_ index: Int) -> Idiom? {
        guard index > 0, text.endsOperand(index - 1) || text.text(index - 1) == ")" else { return nil }
        // `tools->count({})`
        if text.text(index) == "->", text.kind(index - 1) == .word, text.kind(index + 1) == .word, text.isGlued(index),
            text.isGlued(index + 1)
        {
            let first = text.postfixStart(index - 1)
            if moduleRoots.contains(text.text(first)) { return operationPath(index, first) }
            return replacing("lex-or-parse", index, index + 1, by: ".", hint: "write `.` for `->`")
        }
        let open = text.parent[index]
        if open >= 0, text.text(open) == "{", !text.blocks.contains(open) { return nil }
        let start = text.text(index - 1) == ")" ? text.partner[index - 1] : index - 1
        // The arrow of a declaration is in its place.
        if start >= 2, text.text(index) == "->", ["fn", "process"].contains(text.text(start - 2)) { return nil }
        // A function as a value.
        if start >= 2, text.text(start - 1) == "=", text.statementStart[index] == start - 2 {
            return arrowDeclaration(start - 2, start - 2, text.statementEnd(start - 2))
        }
        return advice(
            "lambda",
            max(0, start),
            index + 1,
            "functions are no values; declare `fn f(x: any) -> any { return … }`, or use a comprehension"
        )
    }

    /// `println!(…)`, `vec![…]`
    func bang(_ index: Int) -> Idiom? {
        guard index > 0, text.kind(index - 1) == .word, text.isGlued(index),
            ["(", "[", "{"].contains(text.text(index + 1)), text.isGlued(index + 1),
            text.partner[index + 1] > index
        else { return nil }
        let (name, open, close) = (text.text(index - 1), index + 1, text.partner[index + 1])
        let arguments = text.items(open).map { text.slice($0.lowerBound, $0.upperBound) }
        let inner = arguments.joined(separator: ", ")
        switch name {
        case "vec":
            if let semicolon = text.find([";"], open + 1, close) {
                let counter = text.freshName("i")
                return replacing(
                    "macro",
                    index - 1,
                    close + 1,
                    by:
                        "[\(text.slice(open + 1, semicolon)) for \(counter) in range(\(text.slice(semicolon + 1, close)))]"
                )
            }
            return replacing("macro", index - 1, close + 1, by: "[\(inner)]")
        case "println", "print", "eprintln", "eprint", "dbg", "info", "warn", "debug", "error":
            if arguments.isEmpty { return replacing("macro", index - 1, close + 1, by: "print \"\"") }
            let value = arguments.count == 1 ? (inlined(arguments[0]) ?? arguments[0]) : formatted(arguments)
            return replacing("macro", index - 1, close + 1, by: "print \(value)")
        case "format":
            return replacing(
                "macro",
                index - 1,
                close + 1,
                by: arguments.count == 1 ? (inlined(arguments[0]) ?? arguments[0]) : formatted(arguments)
            )
        case "panic", "unreachable", "todo", "unimplemented", "bail":
            let message = arguments.isEmpty ? "\"\(name)\"" : arguments.count == 1 ? arguments[0] : formatted(arguments)
            return replacing("macro", index - 1, close + 1, by: failure(message, at: index))
        case "assert", "assert_eq", "assert_ne":
            let items = text.items(open)
            guard let first = items.first else { return nil }
            var test = negated(first)
            if name != "assert", items.count > 1 {
                test = "\(arguments[0]) \(name == "assert_eq" ? "!=" : "==") \(arguments[1])"
            }
            let messageAt = name == "assert" ? 1 : 2
            let message = arguments.count > messageAt ? arguments[messageAt] : "\"assertion failed\""
            return replacing("macro", index - 1, close + 1, by: "if \(test) { \(failure(message, at: index)) }")
        case "matches":
            return advice("macro", index - 1, close + 1, "compare with `==`")
        case "hashmap", "json":
            return replacing(
                "macro",
                index - 1,
                close + 1,
                by: text.text(open) == "{" ? text.slice(open, close + 1) : inner
            )
        default: return nil
        }
    }
}
