internal import LashSyntax

// Operators of other languages.
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
}
