internal import LashSyntax

// Conditions inside of expressions, and brackets.
extension IdiomFinder {
    /// `if` or `unless` that does not begin a statement.
    func conditional(_ index: Int) -> Idiom? {
        let open = text.parent[index]
        let isInside = open >= 0 && !text.blocks.contains(open)
        let limit = isInside ? max(text.partner[open], index) : text.statementEnd(text.statementStart[index])
        if !text.endsOperand(index - 1) { return ifValue(index) }
        if text.text(index) == "if", let other = text.find(["else"], index + 1, limit) {
            let start = text.operandStart(before: index, binding: 1)
            let end = min(text.expressionEnd(other + 1, stopping: ["?if"]), max(limit, other + 1))
            guard start < index, end > other + 1 else { return nil }
            let condition = text.slice(index + 1, other)
            let otherwise = text.slice(other + 1, end)
            return replacing(
                "cond-expr",
                start,
                end,
                by: fitted("\(condition) ? \(text.slice(start, index)) : \(otherwise)", start, end)
            )
        }
        if isInside { return nil }
        // The statement happens only if a condition holds.
        let start = text.statementStart[index]
        guard start < index, !text.isFirstOnLine(index), !Self.heads.contains(text.text(start)) else { return nil }
        let end = text.statementEnd(start)
        guard end > index + 1 else { return nil }
        let condition =
            text.text(index) == "if"
            ? text.slice(index + 1, end)
            : text.postfixEnd(index + 1) >= end
                ? "not " + text.slice(index + 1, end) : "not (\(text.slice(index + 1, end)))"
        var statement = text.slice(start, index)
        if ["return", "submit"].contains(text.text(start)) {
            statement = "finish " + (start + 1 < index ? text.slice(start + 1, index) : "null")
        }
        return replacing("cond-expr", start, end, by: "if \(condition) { \(statement) }")
    }

    /// `= if c { a } else { b }`, `= if c then a else b`
    private func ifValue(_ index: Int) -> Idiom? {
        guard text.text(index) == "if", let (value, end) = chain(index), end > index else { return nil }
        return replacing("cond-expr", index, end, by: fitted(value, index, end))
    }

    func chain(_ index: Int) -> (String, Int)? {
        var at = index + 1
        while at < text.count, text.text(at) != "{", text.text(at) != "then",
            !(text.isFirstOnLine(at) && text.kind(at) == .word)
        {
            at = text.partner[at] > at ? text.partner[at] + 1 : at + 1
        }
        guard at > index + 1, at < text.count else { return nil }
        let condition = text.slice(index + 1, at)
        if text.text(at) == "then" {
            guard let other = text.find(["else"], at + 1, text.count) else { return nil }
            if text.text(other + 1) == "if", let (rest, end) = chain(other + 1) {
                return ("\(condition) ? \(text.slice(at + 1, other)) : \(rest)", end)
            }
            let end = text.expressionEnd(other + 1)
            return ("\(condition) ? \(text.slice(at + 1, other)) : \(text.slice(other + 1, end))", end)
        }
        guard text.partner[at] > at + 1 else { return nil }
        let close = text.partner[at]
        guard let then = single(at + 1, close), text.text(close + 1) == "else" else { return nil }
        if text.text(close + 2) == "if", let (rest, end) = chain(close + 2) {
            return ("\(condition) ? \(then) : \(rest)", end)
        }
        guard text.text(close + 2) == "{", text.partner[close + 2] > close + 3,
            let otherwise = single(close + 3, text.partner[close + 2])
        else { return nil }
        return ("\(condition) ? \(then) : \(otherwise)", text.partner[close + 2] + 1)
    }

    /// The text of tokens that are one expression.
    private func single(_ from: Int, _ to: Int) -> String? {
        var to = to
        while to > from, text.text(to - 1) == ";" { to -= 1 }
        guard from < to, text.find(["=", ";"], from, to) == nil else { return nil }
        return text.slice(from, to)
    }

    // MARK: [ … ]

    func bracketIdiom(_ index: Int) -> Idiom? {
        let close = text.partner[index]
        guard close > index else { return nil }
        let isIndex = text.isGlued(index) && text.endsOperand(index - 1) && text.kind(index - 1) != .number
        if isIndex { return indexIdiom(index, close) }
        if let separator = text.find(["for"], index + 1, close) { return tupleElement(index, separator) }
        return listSpread(index, close) ?? missingCommas(index, close)
    }

    /// Items on lines of their own, without commas between them.
    private func missingCommas(_ index: Int, _ close: Int) -> Idiom? {
        var fixes: [Fix] = []
        var at = index + 1
        while at < close {
            if at > index + 1, text.isFirstOnLine(at), text.startsOperand(at), text.text(at) != "-",
                text.endsOperand(at - 1)
            {
                fixes.append(Fix(Span(text.tokens[at - 1].end, text.tokens[at - 1].end), ","))
            }
            at = text.partner[at] > at ? text.partner[at] + 1 : at + 1
        }
        return fixes.isEmpty ? nil : edits("comma", index, close + 1, fixes, hint: "put `,` between the items")
    }

    private func indexIdiom(_ index: Int, _ close: Int) -> Idiom? {
        let start = text.postfixStart(index - 1)
        let base = text.slice(start, index)
        if close == index + 1 {
            guard text.text(close + 1) == "=", text.statementStart[index] == start else { return nil }
            let end = text.statementEnd(start)
            return replacing("assign-form", start, end, by: "\(base) = push(\(base), \(text.slice(close + 2, end)))")
        }
        if let range = text.find(["..", "...", "..=", "..<"], index + 1, close) {
            let low = range > index + 1 ? text.slice(index + 1, range) : "0"
            var high = range + 1 < close ? text.slice(range + 1, close) : "null"
            if range + 1 < close, text.text(range) == "..=" || text.text(range) == "..." {
                high = successor(range + 1, close)
            }
            return replacing("slice", start, close + 1, by: "slice(\(base), \(low), \(high))")
        }
        if text.text(index + 1) == "..", close == index + 2 { return replacing("slice", index, close + 1, by: "") }
        guard text.find(["?"], index + 1, close) == nil,
            text.find([":"], index + 1, close) != nil || text.find(["::"], index + 1, close) != nil
        else {
            return nil
        }
        return sliced(index, close, start, base)
    }

    /// `xs[a:b:c]`
    private func sliced(_ index: Int, _ close: Int, _ start: Int, _ base: String) -> Idiom? {
        var parts: [String] = [""]
        var at = index + 1
        var begin = at
        func flush(_ end: Int) { if end > begin { parts[parts.count - 1] = text.slice(begin, end) } }
        while at < close {
            if text.text(at) == ":" || text.text(at) == "::" {
                flush(at)
                parts.append("")
                if text.text(at) == "::" { parts.append("") }
                begin = at + 1
            }
            at = text.partner[at] > at ? text.partner[at] + 1 : at + 1
        }
        flush(close)
        if text.text(close + 1) == "=" {
            return advice(
                "slice",
                start,
                close + 1,
                "build a new list: `\(base) = slice(\(base), 0, i) + [x] + slice(\(base), i + 1, null)`"
            )
        }
        if parts.count == 2 || (parts.count == 3 && (parts[2].isEmpty || parts[2] == "1")) {
            return replacing(
                "slice",
                start,
                close + 1,
                by: "slice(\(base), \(parts[0].isEmpty ? "0" : parts[0]), \(parts[1].isEmpty ? "null" : parts[1]))"
            )
        }
        guard parts.count == 3 else { return nil }
        if parts[2] == "-1" {
            let isText = looksLike(start..<index) == .string
            if parts[0].isEmpty, parts[1].isEmpty {
                return replacing("slice", start, close + 1, by: isText ? reversedText(base) : "reverse(\(base))")
            }
            return nil
        }
        let counter = text.freshName("i")
        let range =
            "range(\(parts[0].isEmpty ? "0" : parts[0]), \(parts[1].isEmpty ? "len(\(base))" : parts[1]), \(parts[2]))"
        let list = "[\(base)[\(counter)] for \(counter) in \(range)]"
        return replacing(
            "slice",
            start,
            close + 1,
            by: looksLike(start..<index) == .string ? "join(\(list), \"\")" : list
        )
    }

    func reversedText(_ base: String) -> String {
        let counter = text.freshName("i")
        return "join([\(base)[\(counter)] for \(counter) in range(len(\(base)) - 1, -1, -1)], \"\")"
    }

    /// `[a, b for a in …]`
    private func tupleElement(_ index: Int, _ loop: Int) -> Idiom? {
        guard text.find([","], index + 1, loop) != nil else { return nil }
        return replacing(
            "comprehension",
            index + 1,
            loop,
            by: "(\(text.slice(index + 1, loop)))",
            hint: "put the pair in parentheses: `[(a, b) for …]`"
        )
    }

    /// `[...xs, 3]`, `[*xs, 3]`
    private func listSpread(_ index: Int, _ close: Int) -> Idiom? {
        let items = text.items(index)
        guard items.contains(where: { isSpread($0) }) else {
            if items.contains(where: {
                $0.count == 1 && (text.text($0.lowerBound) == "..." || text.text($0.lowerBound) == "…")
            }) {
                return advice("spread", index, close + 1, "write all items, or `range(1, n)`")
            }
            return nil
        }
        var pieces: [String] = []
        var run: [String] = []
        func flush() {
            if !run.isEmpty { pieces.append("[\(run.joined(separator: ", "))]") }
            run = []
        }
        for item in items where !item.isEmpty {
            if isSpread(item) {
                flush()
                let value = text.slice(item.lowerBound + 1, item.upperBound)
                pieces.append(hasOperator(item.lowerBound + 1, item.upperBound) ? "(\(value))" : value)
            } else {
                run.append(text.slice(item.lowerBound, item.upperBound))
            }
        }
        flush()
        let sum = pieces.count == 1 ? pieces[0] : pieces.joined(separator: " + ")
        return replacing("spread", index, close + 1, by: pieces.count == 1 ? sum : fitted(sum, index, close + 1))
    }

    func isSpread(_ item: Range<Int>) -> Bool {
        item.count > 1 && ["...", "*", "**", ".."].contains(text.text(item.lowerBound))
    }
}
