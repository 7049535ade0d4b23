internal import LashSyntax

// Operators, numbers and strings.
extension IdiomFinder {
    func markOperatorIdiom(_ index: Int) -> Idiom? {
        let mark = text.text(index)
        let lineHint = { (symbol: String) -> String in "write `\(symbol)` for `\(mark)`" }
        switch mark {
        case "===":
            return replacing(
                "operator",
                index,
                index + 1,
                by: "==",
                hint: "there is one kind of equality: `==` and `!=`"
            )
        case "!==", "<>", "~=":
            guard text.endsOperand(index - 1) else { return nil }
            return replacing("operator", index, index + 1, by: "!=", hint: lineHint("!="))
        case "<=>":
            return advice(
                "operator",
                index,
                index + 1,
                "there is no `<=>`; sort with `sort(xs)` or `sort_by(rows, \"field\")`"
            )
        case "=~", "!~": return matched(index)
        case "**": return powered(index)
        case "??", "?:": return coalesced(index)
        case "|>": return piped(index)
        case "<<", ">>": return shifted(index)
        case "&", "|": return bitOrWord(index)
        case "^", "~":
            if index > 0, text.endsOperand(index - 1), mark == "^", text.startsOperand(index + 1) {
                return powered(index)
            }
            return advice("operator", index, index + 1, "there are no bit operators; use `floor_div`, `%` and `*`")
        case "..", "...", "..=", "..<": return ranged(index)
        case "::": return path(index)
        case "->", "=>": return arrow(index)
        case "!": return bang(index)
        case "+": return plus(index)
        case "<": return angle(index)
        case "$": return nil
        case "%": return percent(index)
        case "*": return repeated(index)
        case "?": return ternaryPrint(index)
        case "&&", "||": return nil
        case "@": return decorator(index)
        case ".": return tupleField(index)
        case "/": return regex(index)
        case ",": return statementComma(index)
        case "\\":
            if text.isFirstOnLine(index + 1) {
                return replacing(
                    "lex-char",
                    index,
                    index + 1,
                    by: "",
                    hint: "an expression goes on by itself; leave the `\\` out"
                )
            }
            return nil
        default: return nil
        }
    }

    // MARK: Arithmetic

    /// A power with a small whole exponent as a product.
    func power(_ base: String, _ exponent: String) -> String? {
        guard let count = Int(exponent), (0...6).contains(count) else { return nil }
        if let number = Int(base), abs(number) < 1000 {
            return String((0..<count).reduce(1) { product, _ in product * number })
        }
        if count == 0 { return "1" }
        return Array(repeating: base, count: count).joined(separator: " * ")
    }

    private func powered(_ index: Int) -> Idiom? {
        guard text.endsOperand(index - 1), index + 1 < text.count else { return nil }
        let start = text.postfixStart(index - 1)
        let end = text.postfixEnd(index + 1)
        let base = text.slice(start, index)
        let exponent = text.slice(index + 1, end)
        if let number = Int(base), let count = Int(exponent), (0...62).contains(count),
            number == 2 || number == 10 && count < 16
        {
            let value = (0..<count).reduce(1) { product, _ in product * number }
            return replacing("operator", start, end, by: String(value))
        }
        if let product = power(base, exponent) {
            return replacing("operator", start, end, by: fitted(product, start, end))
        }
        return advice(
            "operator",
            start,
            end,
            "there is no power operator; multiply in a loop: `for i in range(\(exponent)) { p = p * \(base) }`"
        )
    }

    private func shifted(_ index: Int) -> Idiom? {
        let start = text.statementStart[index]
        let isStatement = text.postfixStart(index - 1) == start && text.endsOperand(index - 1)
        if text.text(index) == "<<", isStatement, text.kind(start) == .word, text.text(start) != "finish" {
            let end = text.statementEnd(start)
            let parts = text.split(index + 1, end, at: "<<")
            if text.text(start) == "cout" || text.slice(start, index) == "std::cout" {
                let items = parts.map { text.slice($0.lowerBound, $0.upperBound) }.filter {
                    $0 != "endl" && $0 != "std::endl" && $0 != "\"\\n\""
                }
                return replacing("stmt-word", start, end, by: "print \(items.joined(separator: " + "))")
            }
            let target = text.slice(start, index)
            let value = parts.reduce(target) { "push(\($0), \(text.slice($1.lowerBound, $1.upperBound)))" }
            return replacing("operator", start, end, by: "\(target) = \(value)")
        }
        guard text.endsOperand(index - 1) else { return nil }
        let from = text.operandStart(before: index, binding: 6)
        let to = text.operandEnd(index + 1, binding: 6)
        if let count = Int(text.slice(index + 1, to)), (0...52).contains(count) {
            let factor = String(1 << count)
            let left = hasOperator(from, index) ? "(\(text.slice(from, index)))" : text.slice(from, index)
            let value = text.text(index) == "<<" ? "\(left) * \(factor)" : "floor_div(\(left), \(factor))"
            return replacing("operator", from, to, by: text.text(index) == "<<" ? fitted(value, from, to) : value)
        }
        return advice("operator", from, to, "there are no bit operators; multiply, or `floor_div`, by a power of two")
    }

    private func bitOrWord(_ index: Int) -> Idiom? {
        guard text.endsOperand(index - 1), text.startsOperand(index + 1) else { return nil }
        let start = text.statementStart[index]
        let left = text.operandStart(before: index, binding: 5)
        let right = text.operandEnd(index + 1, binding: 5)
        if text.text(index) == "&", let mask = Int(text.slice(index + 1, right)), mask > 0, mask & (mask - 1) == 0 {
            let value = text.slice(left, index)
            return replacing(
                "operator",
                left,
                right,
                by: fitted("floor_div(\(value), \(mask)) % 2 * \(mask)", left, right)
            )
        }
        // `xs | len`, as in shells and templates.
        if text.text(index) == "|", text.kind(index + 1) == .word,
            Builtin(name: text.text(index + 1)) != nil || text.text(index + 1) == "length"
        {
            return piped(index)
        }
        if text.kind(index + 1) == .number || text.kind(index - 1) == .number {
            return advice("operator", left, right, "there are no bit operators; use `floor_div`, `%` and `*`")
        }
        let word = text.text(index) == "&" ? "and" : "or"
        let isCondition =
            ["if", "while", "elif", "unless"].contains(text.text(start))
            || ["==", "!=", "<", ">"].contains { text.find([$0], start, text.statementEnd(start)) != nil }
        let hint = "write `\(text.slice(left, index)) \(word) \(text.slice(index + 1, right))`"
        if isCondition { return replacing("operator", index, index + 1, by: word, hint: hint) }
        return advice("operator", left, right, hint)
    }

    /// `a ?? b`, `a ?: b`
    private func coalesced(_ index: Int) -> Idiom? {
        guard text.endsOperand(index - 1) || text.text(index - 1) == "?" else { return nil }
        let start = text.operandStart(before: index, binding: 2)
        let end = text.expressionEnd(index + 1)
        guard start < index, end > index + 1 else { return nil }
        var left = text.slice(start, index)
        let right = text.slice(index + 1, end)
        if left.contains("(") {
            let name = text.freshName("value")
            if let hoisted = hoist(["\(name) = \(left)"], before: index) {
                return edits(
                    "nullish",
                    start,
                    end,
                    [hoisted, Fix(text.span(start, end), fitted("\(name) == null ? \(right) : \(name)", start, end))],
                    hint: Self.writeHint("\(name) = \(left)\n\(name) == null ? \(right) : \(name)")
                )
            }
        }
        // `a?.b` inside is ours for a plain read.
        left = left.split(separator: "?").joined()
        return replacing("nullish", start, end, by: fitted("\(left) == null ? \(right) : \(left)", start, end))
    }

    private func piped(_ index: Int) -> Idiom? {
        let start = text.operandStart(before: index, binding: 1)
        guard start < index, text.kind(index + 1) == .word else { return nil }
        let value = text.slice(start, index)
        let open = index + 2
        if text.text(open) == "(", text.isGlued(open), text.partner[open] > open {
            let arguments = text.items(open).map { text.slice($0.lowerBound, $0.upperBound) }
            let call = "\(text.text(index + 1))(\(([value] + arguments).joined(separator: ", ")))"
            return replacing("operator", start, text.partner[open] + 1, by: call)
        }
        return replacing("operator", start, index + 2, by: "\(text.text(index + 1))(\(value))")
    }

    private func matched(_ index: Int) -> Idiom? {
        guard text.endsOperand(index - 1) else { return nil }
        let start = text.operandStart(before: index, binding: 5)
        let value = text.slice(start, index)
        let word = text.text(index) == "=~" ? "" : "not "
        if text.kind(index + 1) == .string {
            return replacing("lex-char", start, index + 2, by: "\(word)contains(\(value), \(text.text(index + 1)))")
        }
        return advice(
            "lex-char",
            start,
            index + 1,
            "there are no regular expressions; use `contains`, `find`, `starts_with` or `split`"
        )
    }

    private func ranged(_ index: Int) -> Idiom? {
        let mark = text.text(index)
        let open = text.parent[index]
        // Alone in a block: nothing yet.
        if mark == "..." || mark == "..", open < 0 || text.blocks.contains(open),
            text.statementStart[index] == index || text.text(index - 1) == "{",
            text.statementEnd(index) <= index + 1 || text.text(index + 1) == "}"
        {
            return deletion(index, index + 1, "`...` stands for nothing here; write the statements, or leave it out")
        }
        guard text.endsOperand(index - 1), text.startsOperand(index + 1) else {
            if open >= 0, text.text(open) == "(", index == open + 1 || text.text(index - 1) == "," {
                return advice("spread", index, index + 2, "arguments are not spread; pass them one by one")
            }
            return nil
        }
        if open >= 0, text.text(open) == "[", text.isGlued(open), text.endsOperand(open - 1) { return nil }
        var start = text.operandStart(before: index, binding: 5)
        var end = text.operandEnd(index + 1, binding: 5)
        // Lua joins texts with it.
        if mark == "..", text.kind(index - 1) == .string || text.kind(index + 1) == .string {
            return replacing("range", index, index + 1, by: "+", hint: "texts are joined with `+`")
        }
        let isInclusive = mark == "..=" || mark == "..."
        let last = isInclusive ? successor(index + 1, end) : text.slice(index + 1, end)
        let low = text.slice(start, index)
        // `(1..3)`, `[1..3]` as a list.
        if text.text(start - 1) == "(", text.text(end) == ")", !text.endsOperand(start - 2) {
            (start, end) = (start - 1, end + 1)
        }
        if open >= 0, text.text(open) == "[", open == start - 1, text.partner[open] == end {
            (start, end) = (open, end + 1)
        }
        return replacing("range", start, end, by: "range(\(low), \(last))")
    }

    // MARK: Paths and arrows

    /// `tools::count`, `std::max`
    private func path(_ index: Int) -> Idiom? {
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

    private func arrow(_ index: Int) -> Idiom? {
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
    private func bang(_ index: Int) -> Idiom? {
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

    /// `format(…)` with a template in the manner of Rust.
    func formatted(_ arguments: [String]) -> String {
        "format(\(([Self.plainTemplate(arguments[0])] + arguments.dropFirst()).joined(separator: ", ")))"
    }

    /// `{:?}`, `{:.2}`, `{0}` and `{name}` as `{}`.
    static func plainTemplate(_ template: String) -> String {
        var result = ""
        var depth = 0
        var inner = ""
        for character in template {
            if character == "{", depth == 0 {
                depth = 1
                inner = ""
            } else if character == "}", depth == 1 {
                depth = 0
                result +=
                    inner.hasPrefix(":") || inner.isEmpty
                    ? "{}" : "{\(inner.split(separator: ":").first.map(String.init) ?? "")}"
            } else if depth == 1 {
                if character == "{" { result += "{{"; depth = 0 } else { inner.append(character) }
            } else {
                result.append(character)
            }
        }
        return depth == 1 ? template : result
    }

    /// `"n = {n}"` in a macro that fills in variables.
    private func inlined(_ literal: String) -> String? {
        guard literal.contains("{"), literal.first == "\"" else { return nil }
        return interpolated(literal, open: "{", start: "")
    }

    /// `+x`
    private func plus(_ index: Int) -> Idiom? {
        guard index == 0 || !text.endsOperand(index - 1) || text.statementStart[index] == index,
            text.startsOperand(index + 1), text.isGlued(index + 1)
        else { return nil }
        if text.kind(index + 1) == .number {
            return replacing("operator", index, index + 1, by: "", hint: "leave the `+` out")
        }
        let end = text.postfixEnd(index + 1)
        return replacing("operator", index, end, by: "to_float(\(text.slice(index + 1, end)))")
    }

    /// `<tag>`
    private func angle(_ index: Int) -> Idiom? {
        guard text.isFirstOnLine(index) || index == 0 else { return nil }
        if text.kind(index + 1) == .word || text.text(index + 1) == "/" || text.text(index + 1) == "!" {
            return advice(
                "fence",
                index,
                index + 2,
                "only lashlang stands here: call an operation as `await tools.name({…})?`"
            )
        }
        return nil
    }

    /// `"%s" % x`
    private func percent(_ index: Int) -> Idiom? {
        guard text.kind(index - 1) == .string, text.text(index - 1).contains("%"), text.startsOperand(index + 1) else {
            return nil
        }
        let template = text.text(index - 1)
        guard let plain = Self.percentTemplate(template) else {
            return advice(
                "format-template",
                index - 1,
                index + 2,
                "write `format(\"{}\", x)`; there are no widths or digits"
            )
        }
        if text.text(index + 1) == "(", text.partner[index + 1] > index {
            let items = text.items(index + 1).map { text.slice($0.lowerBound, $0.upperBound) }
            return replacing(
                "format-template",
                index - 1,
                text.partner[index + 1] + 1,
                by: "format(\(([plain] + items).joined(separator: ", ")))"
            )
        }
        let end = text.postfixEnd(index + 1)
        return replacing("format-template", index - 1, end, by: "format(\(plain), \(text.slice(index + 1, end)))")
    }

    /// A `printf` template with `{}`; `nil` where it gives widths.
    static func percentTemplate(_ template: String) -> String? {
        var result = ""
        var characters = Array(template)[...]
        while let first = characters.popFirst() {
            if first == "{" || first == "}" {
                result += String([first, first])
                continue
            }
            guard first == "%", let next = characters.first else {
                result.append(first)
                continue
            }
            if "sdifvrgux".contains(next) {
                characters.removeFirst()
                result += "{}"
            } else if next == "%" {
                characters.removeFirst()
                result += "%"
            } else if "0123456789.-+,".contains(next) {
                return nil
            } else {
                result.append(first)
            }
        }
        return result
    }

    /// `"-" * 10`
    private func repeated(_ index: Int) -> Idiom? {
        let isLeft = text.kind(index - 1) == .string
        let isRight = text.kind(index + 1) == .string
        guard isLeft != isRight else { return nil }
        let literal = isLeft ? text.text(index - 1) : text.text(index + 1)
        guard !literal.contains(where: \.isNumber) else { return nil }
        let start = isLeft ? index - 1 : text.postfixStart(index - 1)
        let end = isLeft ? text.postfixEnd(index + 1) : index + 2
        let count = isLeft ? text.slice(index + 1, end) : text.slice(start, index)
        return replacing("operator", start, end, by: repetition(literal, count))
    }

    func repetition(_ literal: String, _ count: String) -> String {
        let counter = text.freshName("i")
        return "join([\(literal) for \(counter) in range(\(count))], \"\")"
    }

    /// `c ? print(a) : print(b)`
    private func ternaryPrint(_ index: Int) -> Idiom? {
        let start = text.statementStart[index]
        guard text.text(index + 1) == "print", let colon = text.find([":"], index + 1, text.statementEnd(start)),
            text.text(colon + 1) == "print"
        else { return nil }
        let end = text.statementEnd(start)
        let then = Self.printed(text.slice(index + 2, colon))
        let otherwise = Self.printed(text.slice(colon + 2, end))
        return replacing(
            "stmt-in-expr",
            start,
            end,
            by: "if \(text.slice(start, index)) { print \(then) } else { print \(otherwise) }"
        )
    }

    private static func printed(_ text: String) -> String {
        text.hasPrefix("(") && text.hasSuffix(")") ? String(text.dropFirst().dropLast()) : text
    }

    private func decorator(_ index: Int) -> Idiom? {
        if text.text(index + 1) == "label" {
            guard text.text(index + 2) == "(", text.kind(index + 3) == .string else { return nil }
            return edits(
                "named-arg",
                index,
                index + 4,
                [Fix(Span(text.place(index + 3), text.place(index + 3)), "title: ")],
                hint: Self.writeHint("@label(title: \(text.text(index + 3)))")
            )
        }
        if text.kind(index + 1) == .word, text.isFirstOnLine(index) {
            let end = text.token(at: text.lineEnd(text.place(index)))
            return deletion(index, max(end, index + 2), "there are no decorators; leave the line out")
        }
        // Instance variables: `@x`
        if text.kind(index + 1) == .word {
            return replacing("lex-char", index, index + 1, by: "", hint: "names have no `@` before them")
        }
        return nil
    }

    /// `t.0`
    private func tupleField(_ index: Int) -> Idiom? {
        guard text.kind(index + 1) == .number, text.isGlued(index), text.isGlued(index + 1),
            Int(text.text(index + 1)) != nil, index > 0
        else { return nil }
        let start = text.postfixStart(index - 1)
        return replacing("slice", start, index + 2, by: "\(text.slice(start, index))[\(text.text(index + 1))]")
    }

    /// A comma at the end of a statement, with another statement on the next line.
    private func statementComma(_ index: Int) -> Idiom? {
        let parent = text.parent[index]
        guard parent < 0 || text.blocks.contains(parent), text.isFirstOnLine(index + 1), index + 1 < text.count else {
            return nil
        }
        let next = text.text(index + 1)
        let isStatement =
            text.kind(index + 1) == .word
            && (["finish", "print", "if", "for", "while", "return"].contains(next) || text.text(index + 2) == "=")
        guard isStatement else { return nil }
        return replacing("comma", index, index + 1, by: "", hint: "no comma stands between statements; leave it out")
    }

    private func regex(_ index: Int) -> Idiom? {
        guard !text.endsOperand(index - 1), !text.isFirstOnLine(index + 1) else { return nil }
        return advice(
            "operator",
            index,
            index + 1,
            "there are no regular expressions; use `contains`, `find`, `starts_with`, `split` or `grep_text`"
        )
    }

    // MARK: Numbers

    func numberIdiom(_ index: Int) -> Idiom? {
        let literal = text.text(index)
        if literal.hasPrefix(".") { return replacing("number", index, index + 1, by: "0" + literal) }
        let lower = literal.lowercased()
        if lower.hasPrefix("0o"), let value = Int(lower.dropFirst(2).filter { $0 != "_" }, radix: 8) {
            return replacing("number", index, index + 1, by: String(value))
        }
        if lower.hasPrefix("0x") || lower.hasPrefix("0b") { return nil }
        let digits = literal.prefix { $0.isNumber || $0 == "." || $0 == "_" }
        let suffix = String(literal.dropFirst(digits.count))
        if [
            "n", "f", "l", "L", "u", "d", "m", "i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "usize", "isize",
            "f32", "f64", "F", "D", "UL", "ull",
        ].contains(suffix) {
            return replacing("number", index, index + 1, by: String(digits))
        }
        let units: [String: Int] = [
            "ms": 1, "s": 1000, "sec": 1000, "min": 60_000, "h": 3_600_000, "k": 1000, "K": 1000, "M": 1_000_000,
        ]
        if let unit = units[suffix], let value = Int(digits) {
            return replacing("number", index, index + 1, by: String(value * unit))
        }
        // `1.` with a bullet behind it: prose.
        if text.isFirstOnLine(index), text.text(index + 1) == "." || text.text(index + 1) == ")",
            text.kind(index + 2) == .word, !text.isGlued(index + 2)
        {
            return Idiom(
                name: "prose",
                hint: "a comment begins with `#`",
                fixes: [Fix(Span(text.place(index), text.place(index)), "# ")],
                reach: Span(text.place(index), text.lineEnd(text.place(index)) + 1)
            )
        }
        return nil
    }

    // MARK: Strings

    static let stringPrefixes: Set<String> = [
        "f", "F", "b", "B", "u", "U", "rb", "br", "fr", "rf", "R", "s", "L", "re", "bytes", "raw",
    ]

    func stringIdiom(_ index: Int) -> Idiom? {
        guard index > 0, text.isGlued(index) else { return nil }
        let prefix = text.text(index - 1)
        if prefix == "$" || prefix == "@" {
            return replacing(
                "string-prefix",
                index - 1,
                index + 1,
                by: prefix == "$"
                    ? interpolated(text.text(index), open: "{", start: "") ?? text.text(index) : text.text(index)
            )
        }
        guard text.kind(index - 1) == .word, Self.stringPrefixes.contains(prefix) else { return nil }
        let literal = text.text(index)
        switch prefix {
        case "f", "F", "fr", "rf":
            guard let call = interpolated(literal, open: "{", start: "") else {
                return advice(
                    "string-prefix",
                    index - 1,
                    index + 1,
                    "fill in with `format(\"… {} …\", x)`; round with `to_int(x * 100 + 0.5) / 100`"
                )
            }
            return replacing("string-prefix", index - 1, index + 1, by: call)
        case "s":
            return replacing(
                "string-prefix",
                index - 1,
                index + 1,
                by: interpolated(literal, open: "{", start: "$") ?? literal
            )
        case "R", "rb", "br", "re", "raw":
            return replacing("string-prefix", index - 1, index + 1, by: "r" + literal)
        default:
            return replacing("string-prefix", index - 1, index + 1, by: literal)
        }
    }

    func templateIdiom(_ index: Int) -> Idiom? {
        let literal = text.text(index)
        guard literal.count >= 2, literal.hasSuffix("`") else { return nil }
        var inner = String(literal.dropFirst().dropLast()).split(separator: "\\`", omittingEmptySubsequences: false)
            .joined(separator: "`")
        let isLong = inner.contains("\n")
        let quote = isLong ? "\"\"\"" : "\""
        if !isLong { inner = Self.escapingQuotes(inner) }
        let plain = quote + inner + quote
        if !inner.contains("${") { return replacing("lex-char", index, index + 1, by: plain) }
        guard let call = interpolated(plain, open: "{", start: "$") else { return nil }
        return replacing("lex-char", index, index + 1, by: call)
    }

    /// Backslashes before the quotes that stand outside of `${…}`.
    private static func escapingQuotes(_ text: String) -> String {
        var result = ""
        var depth = 0
        var last: Character = " "
        for character in text {
            if character == "{", last == "$" || depth > 0 { depth += 1 }
            if character == "}", depth > 0 { depth -= 1 }
            if character == "\"", depth == 0, last != "\\" { result += "\\" }
            result.append(character)
            last = character
        }
        return result
    }

    /// `format(…)` for a literal with expressions between `start + open` and `}`; the literal itself without any. `nil`
    /// where one of them asks for a width or digits that we do not have.
    func interpolated(_ literal: String, open: Character, start: String) -> String? {
        var template = ""
        var arguments: [String] = []
        let characters = Array(literal)
        let lead = Array(start)
        var at = 0
        while at < characters.count {
            let character = characters[at]
            let begins =
                lead.isEmpty
                ? character == open : character == lead[0] && at + 1 < characters.count && characters[at + 1] == open
            if lead.isEmpty, character == "{", at + 1 < characters.count, characters[at + 1] == "{" {
                template += "{{"
                at += 2
                continue
            }
            if lead.isEmpty, character == "}" {
                template += "}}"
                at += at + 1 < characters.count && characters[at + 1] == "}" ? 2 : 1
                continue
            }
            guard begins else {
                template +=
                    !lead.isEmpty && (character == "{" || character == "}")
                    ? String([character, character]) : String(character)
                at += 1
                continue
            }
            at += lead.count + 1
            var depth = 0
            var inner = ""
            while at < characters.count {
                if characters[at] == "}" && depth == 0 { break }
                if "{[(".contains(characters[at]) { depth += 1 }
                if "}])".contains(characters[at]) { depth -= 1 }
                inner.append(characters[at])
                at += 1
            }
            at += 1
            guard let argument = Self.filledIn(inner, hasFormats: lead.isEmpty), !argument.isEmpty else { return nil }
            if inner.hasSuffix("="), lead.isEmpty { template += inner }
            template += "{}"
            arguments.append(argument)
        }
        if arguments.isEmpty { return lead.isEmpty ? literal.replacingDoubledBraces() : literal }
        return "format(\(template), \(arguments.joined(separator: ", ")))"
    }

    /// The expression of an f-string, without `!r` and `:.2f`.
    private static func filledIn(_ inner: String, hasFormats: Bool) -> String? {
        guard hasFormats else { return trimmed(inner) }
        var expression = inner
        var depth = 0
        var colon: String.Index?
        for index in inner.indices {
            if "([{".contains(inner[index]) { depth += 1 }
            if ")]}".contains(inner[index]) { depth -= 1 }
            if inner[index] == ":", depth == 0 { colon = index; break }
        }
        if let colon {
            let specification = inner[inner.index(after: colon)...]
            expression = String(inner[..<colon])
            if specification.hasPrefix("."), specification.hasSuffix("f"),
                let digits = Int(specification.dropFirst().dropLast()), digits <= 9
            {
                let factor = String((0..<digits).reduce(1) { product, _ in product * 10 })
                let value = trimmed(expression)
                let operand = LexicalText.isName(value) ? value : "(\(value))"
                return digits == 0 ? "to_int(\(operand) + 0.5)" : "to_int(\(operand) * \(factor) + 0.5) / \(factor)"
            }
            if !["d", "s", "?", "#?", "g"].contains(String(specification)) { return nil }
        }
        for suffix in ["!r", "!s", "="] where expression.hasSuffix(suffix) { expression.removeLast(suffix.count) }
        return trimmed(expression)
    }
}

extension String {
    fileprivate func replacingDoubledBraces() -> String {
        var result = ""
        var last: Character?
        for character in self {
            if character == last, character == "{" || character == "}" {
                last = nil
                continue
            }
            result.append(character)
            last = character
        }
        return result
    }
}
