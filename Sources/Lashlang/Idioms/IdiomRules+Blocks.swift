internal import LashSyntax

// Statements with blocks, and the words that begin statements elsewhere.
extension IdiomFinder {
    static let heads: Set<String> = [
        "if", "for", "while", "else", "elif", "elsif", "elseif", "unless", "until", "foreach", "try", "except",
        "finally",
        "with", "loop", "def", "class",
    ]

    func headIdiom(_ index: Int) -> Idiom? {
        let word = text.text(index)
        let isStart =
            text.statementStart[index] == index || ["}", "else"].contains(text.text(index - 1))
            || text.isFirstOnLine(index)
        switch word {
        case "elif", "elsif", "elseif", "elsunless":
            guard isStart, !text.isFirstOnLine(index + 1) else { return nil }
            return wordBlock(index) ?? replacing("else-word", index, index + 1, by: "else if", hint: "write `else if`")
        case "else":
            if text.text(index + 1) == ":" { return colonIdiom(index) }
            guard isStart || text.text(index - 1) == "}" else { return nil }
            return braceless(index, body: index + 1)
        case "if", "while", "unless", "until", "for", "foreach":
            if !isStart { return word == "if" || word == "unless" ? conditional(index) : nil }
            if word == "for" || word == "foreach", let idiom = forHead(index) { return idiom }
            if let idiom = wordBlock(index) { return idiom }
            if let idiom = colonIdiom(index) { return idiom }
            if word == "unless" || word == "until" { return negatedHead(index) }
            if word == "if" || word == "while", text.text(index + 1) == "(", text.partner[index + 1] > index {
                return braceless(index, body: text.partner[index + 1] + 1)
            }
            return nil
        case "do":
            guard text.statementStart[index] == index else { return nil }
            return doWhile(index)
        case "loop", "forever", "repeat":
            guard text.statementStart[index] == index else { return nil }
            return loop(index)
        case "switch", "match", "case", "select":
            guard text.statementStart[index] == index else { return nil }
            return switchIdiom(index)
        case "try":
            guard text.statementStart[index] == index, ["{", ":"].contains(text.text(index + 1)) else { return nil }
            return tryIdiom(index)
        case "with":
            guard text.statementStart[index] == index, isStatementWord(index) else { return nil }
            return advice(
                "stmt-word",
                index,
                index + 2,
                "there is no `with`; call the operation: `f = await tools.read_file({path: \"a\"})?`"
            )
        case "class":
            guard text.statementStart[index] == index, isStatementWord(index) else { return nil }
            return advice(
                "function",
                index,
                index + 2,
                "there are no classes; use records and functions: `p = {x: 1, y: 2}`"
            )
        default: return nil
        }
    }

    // MARK: Python's blocks

    /// The body that is indented below a colon, with what has to change: the colon, and a brace at the end.
    func colonBlock(_ colon: Int, header: Int) -> (fixes: [Fix], body: Range<Int>)? {
        let bytes = text.source.bytes
        let headerStart = text.place(header)
        let width = text.indent(headerStart).utf8.count
        let lineEnd = text.lineEnd(text.place(colon))
        // On one line.
        if !text.isFirstOnLine(colon + 1) {
            let end = text.token(at: lineEnd)
            guard end > colon + 1 else { return nil }
            let last = text.tokens[end - 1].end
            return (
                [Fix(text.span(colon, colon + 1), " {"), Fix(Span(last, last), " }")], colon + 1..<end
            )
        }
        var at = lineEnd + 1
        var lastEnd = lineEnd
        while at < bytes.count {
            let end = text.lineEnd(at)
            let content = Self.trimmed(text.source[Span(at, end)])
            if !content.isEmpty {
                let own = text.indent(at).utf8.count
                if own <= width, !(content.hasPrefix("#") && own > width) { break }
                lastEnd = end
            }
            at = end + 1
        }
        guard lastEnd > lineEnd else { return nil }
        let indent = text.indent(headerStart)
        let bodyEnd = text.token(at: lastEnd)
        var fixes = [Fix(text.span(colon, colon + 1), " {")]
        // `else` follows its brace.
        let next = bodyEnd
        if next < text.count, text.isFirstOnLine(next),
            ["else", "elif", "except", "finally", "elsif"].contains(text.text(next)),
            text.indent(text.place(next)).utf8.count == width
        {
            fixes.append(Fix(Span(text.place(next), text.place(next)), "} "))
        } else {
            fixes.append(Fix(Span(lastEnd, lastEnd), "\n\(indent)}"))
        }
        return (fixes, colon + 1..<bodyEnd)
    }

    private func colonIdiom(_ index: Int) -> Idiom? {
        let start = text.text(index - 1) == "}" ? index - 1 : index
        let lineEnd = text.lineEnd(text.place(index))
        // The colon is the last on its line outside of brackets, or the first where a statement follows it.
        var colon: Int?
        var depth = 0
        var at = index
        while at < text.count, text.place(at) < lineEnd {
            if text.text(at) == "?", text.kind(at) == .mark { depth += 1 }
            if text.text(at) == ":" {
                if depth > 0 { depth -= 1 } else { colon = at; break }
            }
            if text.blocks.contains(at) { return nil }
            at = text.partner[at] > at ? text.partner[at] + 1 : at + 1
        }
        guard let colon, let block = colonBlock(colon, header: start) else { return nil }
        var fixes = block.fixes
        // The word itself may be foreign too.
        let word = text.text(index)
        if word == "elif" || word == "elsif" { fixes.append(Fix(text.span(index, index + 1), "else if")) }
        let gap = text.tokens[colon - 1].end
        fixes[0] = Fix(Span(gap, text.tokens[colon].end), " {")
        return edits(
            "colon-block",
            index,
            max(colon + 1, min(block.body.upperBound, text.count)),
            fixes,
            hint: "a block stands in braces: `\(Self.shortened(text.slice(index, colon))) { … }`"
        )
    }

    static func shortened(_ text: String) -> String { text.count > 60 ? String(text.prefix(57)) + "…" : text }

    // MARK: then … end

    private static let endOpeners: Set<String> = [
        "if", "for", "while", "unless", "until", "case", "begin", "def", "function", "foreach",
    ]

    /// The `end` that closes a block of words which begins at `header`.
    func endBlock(from header: Int, bodyStart: Int) -> Int? {
        var depth = 1
        var at = bodyStart
        while at < text.count {
            let word = text.text(at)
            if text.kind(at) == .word {
                let begins = text.isFirstOnLine(at) || text.text(at - 1) == ";"
                if begins, Self.endOpeners.contains(word) || (word == "do" && text.isFirstOnLine(at)) {
                    depth += 1
                } else if word == "do", text.text(at + 1) == "|" {
                    depth += 1
                } else if ["end", "fi", "done", "esac", "endif", "endfor", "endwhile"].contains(word), begins {
                    depth -= 1
                    if depth == 0 { return at }
                }
            }
            at += 1
        }
        return nil
    }

    /// `if c then … elseif … else … end`, `while c do … end`, and Ruby's forms without a word behind the head.
    private func wordBlock(_ index: Int) -> Idiom? {
        let lineEnd = text.lineEnd(text.place(index))
        var opener: Int?
        var at = index + 1
        while at < text.count, text.place(at) < lineEnd {
            if text.blocks.contains(at)
                || text.text(at) == ":" && text.parent[at] == text.parent[index] && text.isFirstOnLine(at + 1)
            {
                return nil
            }
            if ["then", "do", "begin"].contains(text.text(at)), text.kind(at) == .word { opener = at; break }
            at = text.partner[at] > at ? text.partner[at] + 1 : at + 1
        }
        let bodyStart = opener.map { $0 + 1 } ?? text.token(at: lineEnd)
        if opener == nil, text.text(index + 1) == "(", text.partner[index + 1] > 0,
            text.partner[index + 1] + 1 < bodyStart
        {
            return nil
        }
        guard bodyStart < text.count else { return nil }
        // `if c then a` on one line, without an end.
        guard let end = endBlock(from: index, bodyStart: bodyStart) else {
            guard let opener, !text.isFirstOnLine(bodyStart) else { return nil }
            let last = text.statementEnd(bodyStart)
            guard last > bodyStart else { return nil }
            return edits(
                "word-block",
                index,
                last,
                [
                    Fix(text.span(opener, opener + 1), "{"),
                    Fix(Span(text.tokens[last - 1].end, text.tokens[last - 1].end), " }"),
                ],
                hint: "a block stands in braces: `\(Self.shortened(text.slice(index, opener))) { … }`"
            )
        }
        var fixes: [Fix] = []
        if let opener {
            let start = text.text(opener - 1) == ";" ? opener - 1 : opener
            fixes.append(Fix(Span(text.tokens[start - 1].end, text.tokens[opener].end), " {"))
        } else {
            fixes.append(Fix(Span(text.tokens[bodyStart - 1].end, text.tokens[bodyStart - 1].end), " {"))
        }
        fixes.append(Fix(text.span(end, end + 1), "}"))
        if text.text(index) == "until" || text.text(index) == "unless" {
            fixes.append(Fix(text.span(index, index + 1), (text.text(index) == "until" ? "while" : "if") + " not ("))
            fixes[0] = Fix(fixes[0].span, ") {")
        }
        // The branches of this `if`, not of those inside.
        var depth = 0
        at = bodyStart
        while at < end {
            let word = text.text(at)
            let begins = text.isFirstOnLine(at) || text.text(at - 1) == ";"
            if text.kind(at) == .word, begins {
                if Self.endOpeners.contains(word) { depth += 1 }
                if ["end", "fi", "done"].contains(word) { depth -= 1 }
                if depth == 0, word == "else" {
                    fixes.append(Fix(text.span(at, at + 1), "} else {"))
                } else if depth == 0, ["elif", "elsif", "elseif"].contains(word) {
                    let stop = text.token(at: text.lineEnd(text.place(at)))
                    if let then = (at..<stop).first(where: { text.text($0) == "then" }) {
                        fixes.append(Fix(text.span(at, at + 1), "} else if"))
                        fixes.append(Fix(text.span(then, then + 1), "{"))
                    } else {
                        fixes.append(Fix(text.span(at, at + 1), "} else if"))
                        fixes.append(Fix(Span(text.tokens[stop - 1].end, text.tokens[stop - 1].end), " {"))
                    }
                }
            }
            at += 1
        }
        let shown = opener.map { text.text($0 - 1) == ";" ? $0 - 1 : $0 } ?? bodyStart
        return edits(
            "word-block",
            index,
            end + 1,
            fixes,
            hint: "a block stands in braces: `\(Self.shortened(text.slice(index, shown))) { … }`"
        )
    }

    // MARK: Bodies without braces

    private func braceless(_ index: Int, body: Int) -> Idiom? {
        guard body < text.count, text.text(body) != "{", text.text(body) != ":",
            text.text(body) != "if" || text.text(index) != "else"
        else {
            return nil
        }
        guard text.kind(body) == .word || text.kind(body) == .mark && ["++", "--"].contains(text.text(body)),
            !["and", "or", "in", "is", "not", "then", "do", "mod", "AND", "OR", "else", "elif"].contains(
                text.text(body)
            )
        else { return nil }
        if text.isFirstOnLine(body),
            text.indent(text.place(body)).utf8.count <= text.indent(text.place(index)).utf8.count
        {
            return nil
        }
        var end = text.statementStart[body] == body ? text.statementEnd(body) : body
        if end == body {
            end = body + 1
            while end < text.count, !text.isFirstOnLine(end), ![";", "}", "else"].contains(text.text(end)) {
                end = text.partner[end] > end ? text.partner[end] + 1 : end + 1
            }
        }
        guard end > body else { return nil }
        var last = text.tokens[end - 1].end
        if text.text(end) == ";" { last = text.tokens[end].end }
        let statement = text.slice(body, end)
        let head = text.slice(index, body)
        let isOwnLine = text.isFirstOnLine(body)
        return edits(
            "word-block",
            index,
            end,
            [
                Fix(Span(text.tokens[body - 1].end, text.place(body)), isOwnLine ? " { " : " { "),
                Fix(Span(text.tokens[end - 1].end, last), " }"),
            ],
            hint: Self.writeHint("\(Self.shortened(head)) { \(statement) }")
        )
    }

    private func negatedHead(_ index: Int) -> Idiom? {
        let end = text.expressionEnd(index + 1)
        guard end > index + 1, end < text.count, text.text(end) == "{" else { return nil }
        let word = text.text(index) == "until" ? "while" : "if"
        let condition = text.slice(index + 1, end)
        let negated = text.postfixEnd(index + 1) >= end ? "not \(condition)" : "not (\(condition))"
        return replacing("stmt-word", index, end, by: "\(word) \(negated)")
    }

    private func doWhile(_ index: Int) -> Idiom? {
        let open = index + 1
        guard text.text(open) == "{", text.partner[open] > open else { return nil }
        let close = text.partner[open]
        guard ["while", "until"].contains(text.text(close + 1)) else { return nil }
        let end =
            text.statementEnd(close + 1) > close + 2 ? text.statementEnd(close + 1) : text.expressionEnd(close + 2)
        var condition = text.slice(close + 2, max(end, close + 3))
        if !(condition.hasPrefix("(") && text.partner[close + 2] == end - 1) { condition = "(\(condition))" }
        let test = text.text(close + 1) == "while" ? "if not \(condition) { break }" : "if \(condition) { break }"
        let indent = text.indent(text.place(index))
        let isOneLine = !text.isFirstOnLine(close)
        return edits(
            "stmt-word",
            index,
            end,
            [
                Fix(text.span(index, index + 1), "while true"),
                Fix(
                    Span(text.tokens[close - 1].end, text.tokens[max(end, close + 2) - 1].end),
                    isOneLine ? "; \(test) }" : "\n\(indent)  \(test)\n\(indent)}"
                ),
            ],
            hint: "write `while true { …; \(test) }`"
        )
    }

    private func loop(_ index: Int) -> Idiom? {
        let word = text.text(index)
        if word == "repeat" {
            if text.text(index + 1) == "{", text.partner[index + 1] > 0,
                ["while", "until"].contains(text.text(text.partner[index + 1] + 1))
            {
                return doWhile(index)
            }
            // Lua: `repeat … until c`
            guard
                let until = (index + 1..<text.count).first(where: { text.text($0) == "until" && text.isFirstOnLine($0) }
                )
            else { return nil }
            let end = text.token(at: text.lineEnd(text.place(until)))
            let test = "if \(text.slice(until + 1, end)) { break }"
            return edits(
                "stmt-word",
                index,
                end,
                [
                    Fix(text.span(index, index + 1), "while true {"),
                    Fix(text.span(until, end), "  \(test)\n\(text.indent(text.place(index)))}"),
                ],
                hint: "write `while true { …; \(test) }`"
            )
        }
        guard text.text(index + 1) == "{" || text.text(index + 1) == ":" || text.text(index + 1) == "do" else {
            return nil
        }
        if text.text(index + 1) == "do" { return nil }
        return replacing("stmt-word", index, index + 1, by: "while true", hint: "write `while true { … }`")
    }

    // MARK: Branches by value

    /// `switch (x) { case 1: …; break; default: … }`, `match x { 1 => …, _ => … }`
    private func switchIdiom(_ index: Int) -> Idiom? {
        if text.text(index) == "case", text.isFirstOnLine(index), let idiom = rubyCase(index) { return idiom }
        guard text.text(index) != "case", text.text(index) != "select" else { return nil }
        var open = index + 1
        while open < text.count, !text.isFirstOnLine(open), text.text(open) != "{" || !text.blocks.contains(open),
            text.text(open) != ":"
        {
            open = text.partner[open] > open ? text.partner[open] + 1 : open + 1
        }
        guard open < text.count, open > index + 1 else { return nil }
        var subject = text.slice(index + 1, open)
        if text.text(index + 1) == "(", text.partner[index + 1] == open - 1 {
            subject = text.slice(index + 2, open - 1)
        }
        let isPython = text.text(open) == ":"
        let end: Int
        if isPython {
            guard let block = colonBlock(open, header: index) else { return nil }
            end = block.body.upperBound
        } else {
            guard text.text(open) == "{", text.partner[open] > open else { return nil }
            end = text.partner[open]
        }
        guard let branches = branches(open + 1, end) else { return nil }
        let isSimple = text.postfixEnd(index + 1) >= open
        var lines: [String] = []
        var name = subject
        if !isSimple || subject.contains("(") && !subject.hasPrefix("(") {
            name = text.freshName("value")
            lines.append("\(name) = \(subject)")
        }
        let indent = text.indent(text.place(index))
        var chain = ""
        for (values, body) in branches {
            let statements = body.map { "\n\(indent)  \($0)" }.joined()
            if let values {
                let test = values.map { "\(name) == \($0)" }.joined(separator: " or ")
                chain += (chain.isEmpty ? "if " : " else if ") + test + " {" + statements + "\n\(indent)}"
            } else {
                chain +=
                    chain.isEmpty ? "if true {" + statements + "\n\(indent)}" : " else {" + statements + "\n\(indent)}"
            }
        }
        guard !chain.isEmpty else { return nil }
        lines.append(chain)
        return replacing("stmt-word", index, isPython ? end : end + 1, by: lines.joined(separator: "\n" + indent))
    }

    /// The values and statements of each branch; no values for the last resort.
    private func branches(_ from: Int, _ to: Int) -> [(values: [String]?, body: [String])]? {
        var result: [(values: [String]?, body: [String])] = []
        var at = from
        while at < to {
            if [",", ";"].contains(text.text(at)) { at += 1; continue }
            let isCase = ["case", "when"].contains(text.text(at)) && text.kind(at) == .word
            let isDefault = ["default", "else", "_"].contains(text.text(at))
            let patternStart = isCase ? at + 1 : at
            guard let mark = text.find([":", "=>", "->"], patternStart, to) else { return nil }
            let isLast = isDefault || text.text(patternStart) == "_"
            let pattern = text.slice(patternStart, mark)
            let separator = pattern.contains("|") ? "|" : ","
            let values = text.split(patternStart, mark, at: separator).map { text.slice($0.lowerBound, $0.upperBound) }
            guard isLast || !values.isEmpty else { return nil }
            var body: [String] = []
            at = mark + 1
            if text.text(at) == "{", text.partner[at] > at, !isRecord(at) || text.partner[at] == at + 1 {
                let close = text.partner[at]
                body = statements(at + 1, close)
                at = close + 1
            } else if text.text(mark) == ":" {
                let begin = at
                while at < to,
                    !(["case", "default", "when"].contains(text.text(at)) && text.kind(at) == .word
                        && text.parent[at] == text.parent[from])
                {
                    at = text.partner[at] > at ? min(text.partner[at] + 1, to) : at + 1
                }
                body = statements(begin, at)
            } else {
                let begin = at
                while at < to, text.text(at) != ",", !(at > begin && text.isFirstOnLine(at)) {
                    at = text.partner[at] > at ? min(text.partner[at] + 1, to) : at + 1
                }
                body = [text.slice(begin, at)]
            }
            body.removeAll { $0 == "break" || $0.isEmpty }
            result.append((isLast ? nil : values, body))
        }
        return result.isEmpty ? nil : result
    }

    /// The texts of the statements between two tokens.
    private func statements(_ from: Int, _ to: Int) -> [String] {
        var result: [String] = []
        var begin = from
        var at = from
        while at <= to {
            if at == to || text.text(at) == ";" || (at > begin && text.isFirstOnLine(at)) {
                if at > begin { result.append(text.slice(begin, at)) }
                begin = text.text(at) == ";" ? at + 1 : at
                if at == to { break }
                if text.text(at) == ";" { at += 1; continue }
            }
            at = text.partner[at] > at ? min(text.partner[at] + 1, to) : at + 1
        }
        return result
    }

    /// `case x when 1 then … else … end`
    private func rubyCase(_ index: Int) -> Idiom? {
        guard let end = endBlock(from: index, bodyStart: index + 1) else { return nil }
        let subjectEnd = text.token(at: text.lineEnd(text.place(index)))
        guard subjectEnd > index + 1 else { return nil }
        let subject = text.slice(index + 1, subjectEnd)
        var fixes = [Fix(Span(text.place(index), text.place(subjectEnd)), "")]
        var isFirst = true
        for at in subjectEnd..<end where text.isFirstOnLine(at) {
            if text.text(at) == "when" {
                let stop = text.token(at: text.lineEnd(text.place(at)))
                let then = (at..<stop).first { text.text($0) == "then" }
                let values = text.split(at + 1, then ?? stop, at: ",")
                let test = values.map { "\(subject) == \(text.slice($0.lowerBound, $0.upperBound))" }.joined(
                    separator: " or "
                )
                fixes.append(
                    Fix(
                        Span(text.place(at), text.tokens[(then.map { $0 + 1 } ?? stop) - 1].end),
                        (isFirst ? "if " : "} else if ") + test + " {"
                    )
                )
                isFirst = false
            } else if text.text(at) == "else" {
                fixes.append(Fix(text.span(at, at + 1), "} else {"))
            }
        }
        guard !isFirst else { return nil }
        fixes.append(Fix(text.span(end, end + 1), "}"))
        return edits(
            "stmt-word",
            index,
            end + 1,
            fixes,
            hint: "write `if \(Self.shortened(subject)) == … { … } else if … { … }`"
        )
    }

    // MARK: Exceptions

    private func tryIdiom(_ index: Int) -> Idiom? {
        let hint = "calls do not throw: `r = await …` without `?`, then `if r.ok { r.value } else { r.error }`"
        let open = index + 1
        guard text.text(open) == "{", text.partner[open] > open else {
            return advice("stmt-word", index, index + 1, hint)
        }
        let close = text.partner[open]
        guard text.text(close + 1) == "catch" || text.text(close + 1) == "except" else {
            return advice("stmt-word", index, close + 1, hint)
        }
        var handler = close + 2
        var name = "e"
        if text.text(handler) == "(", text.partner[handler] > handler {
            name = text.text(handler + 1)
            handler = text.partner[handler] + 1
        } else if text.kind(handler) == .word {
            name = text.text(handler)
            handler += 1
        }
        guard text.text(handler) == "{", text.partner[handler] > handler else {
            return advice("stmt-word", index, close + 1, hint)
        }
        // One assignment of one call, and a handler: the call is made, and its result looked at.
        let first = open + 1
        guard text.text(first + 1) == "=", text.text(first + 2) == "await",
            text.text(close - 1) == "?" || text.text(close - 1) == ";" && text.text(close - 2) == "?",
            text.statementEnd(first) >= close - 1
        else { return advice("stmt-word", index, close + 1, hint) }
        let last = text.text(close - 1) == ";" ? close - 2 : close - 1
        let result = text.freshName("result")
        let indent = text.indent(text.place(index))
        var body = statements(handler + 1, text.partner[handler]).map { "\n\(indent)  \($0)" }.joined()
        body = body.replacing(name, by: "\(result).error")
        let replacement = """
            \(result) = \(text.slice(first + 2, last))
            \(indent)if \(result).ok {
            \(indent)  \(text.text(first)) = \(result).value
            \(indent)} else {\(body)
            \(indent)}
            """
        return replacing("stmt-word", index, text.partner[handler] + 1, by: replacement, hint: hint)
    }
}

extension String {
    /// The text with a name replaced wherever it stands as a word of its own.
    func replacing(_ name: String, by replacement: String) -> String {
        let text = ForeignText(SourceText(self))
        var result = ""
        var place = 0
        for at in text.tokens.indices where text.kind(at) == .word && text.text(at) == name && text.text(at - 1) != "."
        {
            result += text.source[Span(place, text.place(at))] + replacement
            place = text.tokens[at].end
        }
        return result + text.source[Span(place, text.source.bytes.count)]
    }
}
