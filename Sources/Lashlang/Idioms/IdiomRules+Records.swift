internal import LashSyntax

// Braces: records, sets, comprehensions.
extension IdiomFinder {
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

    func members(_ index: Int, _ close: Int) -> Idiom? {
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
}
