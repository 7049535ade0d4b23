internal import LashSyntax

// Conditions inside of expressions, brackets, records.
extension IdiomFinder {
    // MARK: x if c else y

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

    private func chain(_ index: Int) -> (String, Int)? {
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

    private func isSpread(_ item: Range<Int>) -> Bool {
        item.count > 1 && ["...", "*", "**", ".."].contains(text.text(item.lowerBound))
    }

    // MARK: { … }

    func recordIdiom(_ index: Int) -> Idiom? {
        let close = text.partner[index]
        guard close > index, !text.blocks.contains(index) else { return nil }
        // The braces of an `if` inside of an expression.
        if text.endsOperand(index - 1),
            text.parent[index] >= 0 || text.find(["if"], text.statementStart[index], index) != nil, !text.isGlued(index)
        {
            return nil
        }
        if text.text(index - 1) == ")" || text.text(index - 1) == "=>" || text.text(index - 1) == "->" { return nil }
        if ["type", "interface", "struct", "Type"].contains(text.text(text.statementStart[index]))
            || text.text(index - 1) == "Type"
        {
            return nil
        }
        if text.kind(index - 1) == .word, text.isGlued(index), text.text(index - 2) == ".", isModule(index - 1) {
            return bracesCall(index, close)
        }
        if text.endsOperand(index - 1), text.kind(index - 1) == .word, !text.isFirstOnLine(index),
            text.text(index - 1).first?.isUppercase == true,
            isRecord(index), text.text(index - 1) != "Type"
        {
            return replacing("record-key", index - 1, index, by: "", hint: "a record has no name before it: `{x: 1}`")
        }
        if text.text(index + 1) == "{", text.partner[index + 1] == close - 1 {
            return replacing(
                "record-key",
                index,
                close + 1,
                by: text.slice(index + 1, close),
                hint: "a record has one pair of braces: " + Self.writeHint(text.slice(index + 1, close))
            )
        }
        if let loop = text.find(["for"], index + 1, close), loop > index + 1 {
            return comprehension(index, close, loop)
        }
        return members(index, close)
    }

    /// `tools.read_file{path: "a"}`
    private func bracesCall(_ index: Int, _ close: Int) -> Idiom {
        var fixes = [
            Fix(Span(text.place(index), text.place(index)), "("),
            Fix(Span(text.tokens[close].end, text.tokens[close].end), ")"),
        ]
        if text.text(close + 1) != "?" { fixes[1] = Fix(fixes[1].span, ")?") }
        let start = text.postfixStart(index - 1)
        return edits(
            "adjacent",
            start,
            close + 1,
            fixes,
            hint: "a call has parentheses: "
                + Self.writeHint("\(text.slice(start, index))(\(text.slice(index, close + 1)))?")
        )
    }

    private func isModule(_ last: Int) -> Bool {
        moduleRoots.contains(text.text(text.postfixStart(last)))
    }

    /// `{k: v for …}` and `{x for …}`
    private func comprehension(_ index: Int, _ close: Int, _ loop: Int) -> Idiom? {
        guard let colon = text.find([":"], index + 1, loop) ?? text.find(["=>"], index + 1, loop) else {
            return replacing("comprehension", index, close + 1, by: "unique([\(text.slice(index + 1, close))])")
        }
        var key = text.slice(index + 1, colon)
        if key.hasPrefix("["), text.partner[index + 1] == colon - 1 { key = text.slice(index + 2, colon - 1) }
        let value = text.slice(colon + 1, loop)
        // A variable that gets it anyway serves as the place to collect it in.
        let start = text.statementStart[index]
        let end = text.statementEnd(start)
        let isWhole = text.text(start + 1) == "=" && start + 2 == index && close + 1 == end && text.kind(start) == .word
        let name = isWhole ? text.text(start) : text.freshName("record")
        var clauses: [String] = []
        var at = loop
        while at < close {
            let next = text.find(["for", "if"], at + 1, close) ?? close
            clauses.append(text.slice(at, next))
            at = next
        }
        let loopText = clauses.reversed().reduce("\(name)[\(key)] = \(value)") { "\($1) { \($0) }" }
        if isWhole {
            return replacing("comprehension", start, end, by: joined(["\(name) = {}", loopText], at: start))
        }
        guard let hoisted = hoist(["\(name) = {}", loopText], before: index) else { return nil }
        return edits(
            "comprehension",
            index,
            close + 1,
            [hoisted, Fix(text.span(index, close + 1), name)],
            hint: "build it in a loop: `\(name) = {}; \(Self.shortened(loopText))`"
        )
    }

    private func members(_ index: Int, _ close: Int) -> Idiom? {
        let items = text.items(index).filter { !$0.isEmpty }
        guard !items.isEmpty else { return nil }
        if items.contains(where: {
            isSpread($0) || ["[", "...", "**"].contains(text.text($0.lowerBound)) && !isPlainList($0)
        }) {
            return spreadRecord(index, close, items)
        }
        var fixes: [Fix] = []
        var isSet = true
        var hint = ""
        for item in items {
            let first = item.lowerBound
            // A symbol of Ruby as a key.
            if text.text(first) == ":", text.kind(first + 1) == .word, text.text(first + 2) == "=>" {
                isSet = false
                fixes.append(Fix(text.span(first, first + 3), "\(text.text(first + 1)):"))
                hint = "a key is a name: `{\(text.text(first + 1)): …}`"
                continue
            }
            if text.kind(first) == .word, item.count == 1 {
                fixes.append(Fix(text.span(first, first + 1), "\(text.text(first)): \(text.text(first))"))
                if hint.isEmpty { hint = "every key has a value: `{\(text.text(first)): \(text.text(first))}`" }
                continue
            }
            if ["=", "=>", "->", ":=", "→"].contains(text.text(first + 1)) {
                isSet = false
                let before =
                    text.isGlued(first + 1)
                    ? text.span(first + 1, first + 2) : Span(text.tokens[first].end, text.tokens[first + 1].end)
                fixes.append(Fix(before, ":"))
                hint = "a key and its value are joined by `:`: `{\(text.text(first)): …}`"
            }
            if text.text(first + 1) == ":" { isSet = false }
            if text.kind(first) == .template || text.kind(first) == .number && text.text(first + 1) == ":" {
                fixes.append(Fix(text.span(first, first + 1), "\"\(text.text(first).filter { $0 != "`" })\""))
                hint = "a key is a name or a text: `{\"1\": …}`"
            }
            // A line break in place of a comma.
            var at = first + 1
            while at < item.upperBound {
                let isKey = text.kind(at) == .word || text.kind(at) == .string
                if isKey, text.isFirstOnLine(at) || text.text(at - 1) == ";", text.text(at + 1) == ":", at > first + 1 {
                    if text.text(at - 1) == ";" {
                        fixes.append(Fix(text.span(at - 1, at), ","))
                    } else {
                        fixes.append(Fix(Span(text.tokens[at - 1].end, text.tokens[at - 1].end), ","))
                    }
                    hint = "put `,` between the entries: `{a: 1, b: 2}`"
                }
                at = text.partner[at] > at ? text.partner[at] + 1 : at + 1
            }
        }
        if isSet, items.allSatisfy({ text.kind($0.lowerBound) != .word || $0.count > 1 }),
            !items.isEmpty,
            items.allSatisfy({
                text.text($0.lowerBound + 1) != ":" && ($0.count == 1 || text.kind($0.lowerBound) != .word)
            })
        {
            return replacing(
                "comprehension",
                index,
                close + 1,
                by: "unique([\(text.slice(index + 1, close))])",
                hint: "there are no sets; " + Self.writeHint("[\(text.slice(index + 1, close))]")
            )
        }
        guard !fixes.isEmpty else { return nil }
        return edits("record-key", index, close + 1, fixes, hint: hint)
    }

    private func isPlainList(_ item: Range<Int>) -> Bool {
        text.text(item.lowerBound) == "[" && text.text(text.partner[item.lowerBound] + 1) != ":"
    }

    /// `{...base, b: 2}`, `{**base}`, `{[key]: 1}`
    private func spreadRecord(_ index: Int, _ close: Int, _ items: [Range<Int>]) -> Idiom? {
        let start = text.statementStart[index]
        let end = text.statementEnd(start)
        let isWhole =
            text.text(start + 1) == "=" && start + 2 == index && close + 1 == end && text.kind(start) == .word
            && !text.tokens[index..<close].contains { $0.text == text.text(start) && $0.kind == .word }
        let name = isWhole ? text.text(start) : text.freshName("record")
        var plain: [String] = []
        var lines: [String] = []
        var hasBase = false
        for item in items {
            let first = item.lowerBound
            if isSpread(item) {
                let value = text.slice(first + 1, item.upperBound)
                if !hasBase, plain.isEmpty {
                    lines.append("\(name) = \(value)")
                } else {
                    if !hasBase { lines.append("\(name) = {\(plain.joined(separator: ", "))}") }
                    let key = text.freshName("k")
                    let source = text.postfixEnd(first + 1) >= item.upperBound ? value : "(\(value))"
                    lines.append("for \(key) in keys(\(source)) { \(name)[\(key)] = \(source)[\(key)] }")
                }
                hasBase = true
                continue
            }
            if text.text(first) == "[", text.partner[first] > first, text.text(text.partner[first] + 1) == ":" {
                if !hasBase { lines.append("\(name) = {\(plain.joined(separator: ", "))}") }
                hasBase = true
                lines.append(
                    "\(name)[\(text.slice(first + 1, text.partner[first]))] = \(text.slice(text.partner[first] + 2, item.upperBound))"
                )
                continue
            }
            let entry =
                item.count == 1 ? "\(text.text(first)): \(text.text(first))" : text.slice(first, item.upperBound)
            if !hasBase {
                plain.append(entry)
            } else if item.count == 1 {
                lines.append("\(name).\(text.text(first)) = \(text.text(first))")
            } else {
                let target = text.kind(first) == .word ? ".\(text.text(first))" : "[\(text.text(first))]"
                lines.append("\(name)\(target) = \(text.slice(first + 2, item.upperBound))")
            }
        }
        let kind = items.contains(where: isSpread) ? "spread" : "record-key"
        if isWhole { return replacing(kind, start, end, by: joined(lines, at: start)) }
        guard let hoisted = hoist(lines, before: index) else { return nil }
        return edits(
            kind,
            index,
            close + 1,
            [hoisted, Fix(text.span(index, close + 1), name)],
            hint: "copy, then set: " + Self.writeHint(lines.joined(separator: "\n"))
        )
    }

    // MARK: Types

    /// `interface User { name: string; }`, `struct Point { x: f64 }`
    func typeDeclaration(_ index: Int) -> Idiom? {
        var open = index + 1
        if text.text(index) == "enum" {
            return advice("type-decl", index, index + 2, "write `type State = enum[\"open\", \"closed\"]`")
        }
        guard text.kind(open) == .word else { return nil }
        let name = text.text(open)
        open += 1
        while open < text.count, text.text(open) != "{", !text.isFirstOnLine(open) { open += 1 }
        guard text.text(open) == "{", text.partner[open] > open else { return nil }
        return replacing("type-decl", index, text.partner[open] + 1, by: "type \(name) = \(objectType(open))")
    }

    /// Types of other languages in a `type`, or in the head of a process or function.
    func typeFixes(_ index: Int) -> Idiom? {
        if text.text(index) == "type",
            text.text(index + 2) == "=" || text.text(index + 2) == "{" || text.text(index + 2) == "struct"
        {
            var first = text.text(index + 2) == "=" ? index + 3 : index + 2
            if text.text(first) == "struct" || text.text(first) == "interface" { first += 1 }
            let end = text.text(first) == "{" ? text.partner[first] + 1 : text.statementEnd(index)
            guard end > first else { return nil }
            let wanted = text.text(first) == "{" ? objectType(first) : typeText(first, end)
            let old = text.slice(first, end)
            if wanted.filter({ !$0.isWhitespace }) == old.filter({ !$0.isWhitespace }), text.text(index + 2) == "=" {
                return nil
            }
            return replacing("type-decl", index, end, by: "type \(text.text(index + 1)) = \(wanted)")
        }
        guard text.text(index) != "type", text.text(index + 2) == "(", text.partner[index + 2] > index else {
            return nil
        }
        var fixes: [Fix] = []
        for item in text.items(index + 2) where item.count > 2 {
            var colon = item.lowerBound + 1
            let isOptional = text.text(colon) == "?:"
            if text.text(colon) == "?" { colon += 1 }
            guard [":", "?:"].contains(text.text(colon)) else { continue }
            let end = text.find(["="], colon, item.upperBound) ?? item.upperBound
            var wanted = typeText(colon + 1, end)
            if isOptional || colon > item.lowerBound + 1 { wanted += " | null" }
            let old = text.slice(colon + 1, item.upperBound)
            if old != wanted {
                fixes.append(
                    Fix(Span(text.tokens[item.lowerBound].end, text.tokens[item.upperBound - 1].end), ": " + wanted)
                )
            }
        }
        let close = text.partner[index + 2]
        if text.text(close + 1) == "->" || text.text(close + 1) == ":" {
            var end = close + 2
            while end < text.count, text.text(end) != "{" || end == close + 2, !text.isFirstOnLine(end) {
                end = text.partner[end] > end ? text.partner[end] + 1 : end + 1
            }
            if end > close + 2, text.text(end) == "{" {
                let wanted = "-> " + typeText(close + 2, end)
                if wanted != text.slice(close + 1, end) { fixes.append(Fix(text.span(close + 1, end), wanted)) }
            }
        }
        guard let first = fixes.first else { return nil }
        return edits(
            "type-decl",
            index,
            close + 1,
            fixes,
            hint:
                "types are `str int float bool list[T] dict any`: write `\(first.replacement.hasPrefix(": ") ? String(first.replacement.dropFirst(2)) : first.replacement)`"
        )
    }

    private func objectType(_ open: Int) -> String {
        var fields: [String] = []
        var at = open + 1
        let close = text.partner[open]
        while at < close {
            if [",", ";"].contains(text.text(at)) { at += 1; continue }
            while ["pub", "readonly", "public", "private", "let", "var"].contains(text.text(at)),
                text.text(at + 1) != ":"
            { at += 1 }
            let name = text.text(at)
            var colon = at + 1
            var isOptional = false
            if text.text(colon) == "?:" {
                isOptional = true
            } else if text.text(colon) == "?" {
                (isOptional, colon) = (true, colon + 1)
            }
            var begin = [":", "?:"].contains(text.text(colon)) ? colon + 1 : at + 1
            if begin >= close { begin = at + 1 }
            var end = begin
            while end < close, !([",", ";"].contains(text.text(end))), end == begin || !text.isFirstOnLine(end) {
                end = text.partner[end] > end ? text.partner[end] + 1 : end + 1
            }
            let type = begin < end ? typeText(begin, end) : "any"
            fields.append("\(name): \(type)\(isOptional && !type.hasSuffix("?") ? "?" : "")")
            at = max(end, at + 1)
        }
        guard text.isFirstOnLine(open + 1) else { return "{ \(fields.joined(separator: ", ")) }" }
        let indent = text.indent(text.place(open))
        return "{\n" + fields.map { "\(indent)  \($0)" }.joined(separator: ",\n") + "\n\(indent)}"
    }

    /// A type of another language in our words.
    func typeText(_ from: Int, _ to: Int) -> String {
        let alternatives = text.split(from, to, at: "|").filter { !$0.isEmpty }
        if alternatives.count > 1 {
            if alternatives.allSatisfy({ $0.count == 1 && text.kind($0.lowerBound) == .string }) {
                return "enum[\(alternatives.map { text.text($0.lowerBound) }.joined(separator: ", "))]"
            }
            return alternatives.map { typeText($0.lowerBound, $0.upperBound) }.joined(separator: " | ")
        }
        var (from, to) = (from, to)
        while from < to, ["&", "*", "mut", "const"].contains(text.text(from)) { from += 1 }
        guard from < to else { return "any" }
        if text.text(to - 1) == "?" { return typeText(from, to - 1) + "?" }
        if text.text(to - 1) == "]", text.partner[to - 1] == to - 2, to - 2 > from {
            to -= 2; return "list[\(typeText(from, to))]"
        }
        if text.text(from) == "{" { return text.partner[from] == to - 1 ? objectType(from) : text.slice(from, to) }
        if text.text(from) == "[", text.partner[from] == from + 1, from + 2 < to {
            return "list[\(typeText(from + 2, to))]"
        }
        if text.text(from) == "[", text.partner[from] == to - 1 { return "list[\(typeText(from + 1, to - 1))]" }
        let name = text.text(from)
        let hasArguments = ["<", "["].contains(text.text(from + 1)) && to > from + 3
        let inner = hasArguments ? from + 2..<to - 1 : 0..<0
        switch name {
        case "list", "List", "Vec", "Array", "Set", "set", "array", "Sequence", "Iterable", "ArrayList", "HashSet",
            "ReadonlyArray", "Slice":
            return hasArguments ? "list[\(typeText(inner.lowerBound, inner.upperBound))]" : "list[any]"
        case "Optional", "Option", "Maybe", "Nullable":
            return hasArguments ? typeText(inner.lowerBound, inner.upperBound) + " | null" : "any"
        case "Union" where hasArguments:
            return text.split(inner.lowerBound, inner.upperBound, at: ",").map {
                typeText($0.lowerBound, $0.upperBound)
            }.joined(separator: " | ")
        case "Literal" where hasArguments: return "enum[\(text.slice(inner.lowerBound, inner.upperBound))]"
        case "dict", "Dict", "Map", "HashMap", "Record", "map", "object", "Object", "Mapping", "BTreeMap", "Dictionary",
            "Hash":
            return "dict"
        case "tuple", "Tuple": return "list[any]"
        case "Promise", "Box", "Rc", "Arc", "Result", "Awaitable":
            return hasArguments
                ? typeText(inner.lowerBound, (text.find([","], inner.lowerBound, inner.upperBound) ?? inner.upperBound))
                : "any"
        default: break
        }
        if to == from + 1 {
            switch name {
            case "String", "text", "Text", "char", "Str", "varchar": return "str"
            case "i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "usize", "isize", "Int", "Integer", "long",
                "short", "uint", "bigint":
                return "int"
            case "f32", "f64", "double", "Double", "Float", "Number", "decimal": return "float"
            case "Bool", "Boolean": return "bool"
            case "None", "nil", "undefined", "void", "unit", "Null": return "null"
            case "unknown", "Any", "never", "dynamic", "interface": return "any"
            default: return name
            }
        }
        return text.slice(from, to)
    }
}
