internal import LashSyntax

// Values of a kind that an operation does not take.
extension IdiomFinder {
    func numeric(_ message: String, _ from: Int, _ to: Int) -> Idiom? {
        let start = text.statementStart[from]
        let end = max(text.statementEnd(start), to)
        if message.hasSuffix("got tuple") {
            for open in start..<end where text.text(open) == "[" && text.endsOperand(open - 1) {
                let items = text.items(open)
                guard items.count > 1, text.find(["for"], open + 1, text.partner[open]) == nil else { continue }
                if text.isFirstOnLine(open) {
                    return advice(
                        "newline",
                        open,
                        open + 1,
                        "a line that starts with `[` continues the line before; name it: `x = [ … ]`"
                    )
                }
                return replacing(
                    "runtime-data",
                    open,
                    text.partner[open] + 1,
                    by: items.map { "[\(text.slice($0.lowerBound, $0.upperBound))]" }.joined()
                )
            }
            return nil
        }
        for at in start..<end where text.text(at) == "*" {
            for (value, count) in [(at - 1, at + 1), (at + 1, at - 1)]
            where text.kind(value) == .string || text.kind(value) == .word && looksLike(value..<value + 1) == .string {
                guard !(text.kind(value) == .string && text.text(value).contains(where: \.isNumber)) else { continue }
                let (first, last) = value < at ? (value, text.postfixEnd(count)) : (text.postfixStart(count), value + 1)
                let number = value < at ? text.slice(count, last) : text.slice(first, at)
                return replacing("operator", first, last, by: repetition(text.text(value), number))
            }
            // `[0] * n`
            if text.text(at - 1) == "]", text.partner[at - 1] >= 0,
                !text.isGlued(text.partner[at - 1]) || !text.endsOperand(text.partner[at - 1] - 1)
            {
                let open = text.partner[at - 1]
                let last = text.postfixEnd(at + 1)
                let items = text.items(open)
                guard items.count == 1 else { continue }
                let counter = text.freshName("i")
                return replacing(
                    "operator",
                    open,
                    last,
                    by:
                        "[\(text.slice(items[0].lowerBound, items[0].upperBound)) for \(counter) in range(\(text.slice(at + 1, last)))]"
                )
            }
        }
        for at in start..<end where text.text(at) == "-" && text.endsOperand(at - 1) {
            let (first, last) = (text.postfixStart(at - 1), text.postfixEnd(at + 1))
            if looksLike(first..<at) == .list, looksLike(at + 1..<last) == .list {
                return replacing(
                    "operator",
                    first,
                    last,
                    by: "[x for x in \(text.slice(first, at)) if not contains(\(text.slice(at + 1, last)), x)]"
                )
            }
        }
        for at in start..<end where text.text(at) == "+" && text.kind(at - 1) != nil && text.endsOperand(at - 1) {
            let (first, last) = (text.postfixStart(at - 1), text.postfixEnd(at + 1))
            if looksLike(first..<at) == .list, looksLike(at + 1..<last) != .list {
                return replacing(
                    "operator",
                    first,
                    last,
                    by: "push(\(text.slice(first, at)), \(text.slice(at + 1, last)))"
                )
            }
        }
        return nil
    }

    func textual(_ from: Int, _ to: Int) -> Idiom? {
        guard let (_, open) = call(from, to, named: ["join"]) else { return nil }
        let items = text.items(open)
        guard items.count == 2 else { return nil }
        let list = items[0]
        let element = text.freshName("x")
        return replacing(
            "runtime-data",
            list.lowerBound,
            list.upperBound,
            by: "[to_string(\(element)) for \(element) in \(text.slice(list.lowerBound, list.upperBound))]"
        )
    }

    func fractionalIndex(_ from: Int, _ to: Int) -> Idiom? {
        let start = text.statementStart[from]
        for open in start..<max(text.statementEnd(start), to)
        where text.text(open) == "[" && text.isGlued(open) && text.partner[open] > open {
            guard let slash = text.find(["/"], open + 1, text.partner[open]) else { continue }
            return quotient(slash)
        }
        // The index is a variable that was divided.
        for open in start..<max(text.statementEnd(start), to)
        where text.text(open) == "[" && text.partner[open] == open + 2 && text.kind(open + 1) == .word {
            let name = text.text(open + 1)
            for at in text.tokens.indices
            where text.text(at) == name && text.text(at + 1) == "=" && text.statementStart[at] == at {
                if let slash = text.find(["/"], at + 2, text.statementEnd(at)) { return quotientOf(slash, at + 2) }
            }
        }
        return nil
    }

    func quotientOf(_ slash: Int, _ first: Int) -> Idiom {
        var start = text.operandStart(before: slash, binding: 7)
        var end = text.operandEnd(slash + 1, binding: 8)
        if text.text(start - 1) == "(", text.text(end) == ")" { (start, end) = (start - 1, end + 1) }
        let left = text.text(start) == "(" ? start + 1 : start
        return replacing(
            "operator",
            start,
            end,
            by:
                "floor_div(\(text.slice(left, slash)), \(text.slice(slash + 1, text.text(end - 1) == ")" && left > start ? end - 1 : end)))"
        )
    }

    // MARK: Assigning

    func immutableTuple(_ from: Int, _ to: Int) -> Idiom? {
        let root = text.text(text.statementStart[from])
        for at in text.tokens.indices
        where text.text(at) == root && text.text(at + 1) == "=" && text.statementStart[at] == at {
            let end = text.statementEnd(at)
            guard text.find([","], at + 2, end) != nil || text.text(at + 2) == "(" else { continue }
            if text.text(at + 2) == "(", text.partner[at + 2] == end - 1 {
                return replacing(
                    "runtime-data",
                    at + 2,
                    end,
                    by: "[\(text.slice(at + 3, end - 1))]",
                    hint: "tuples never change; " + Self.writeHint("\(root) = [\(text.slice(at + 3, end - 1))]")
                )
            }
            return replacing(
                "runtime-data",
                at + 2,
                end,
                by: "[\(text.slice(at + 2, end))]",
                hint: "tuples never change; " + Self.writeHint("\(root) = [\(text.slice(at + 2, end))]")
            )
        }
        return nil
    }

    /// `r["a"]["b"] = 1` before there is an `r["a"]`.
    func missingStep(_ from: Int) -> Idiom? {
        let start = text.statementStart[from]
        guard let assign = text.find(["="], start, text.statementEnd(start)) else { return nil }
        // All but the last step.
        var last = assign - 1
        if text.text(last) == "]" { last = text.partner[last] } else { last -= 1 }
        guard last > start else { return nil }
        let path = text.slice(start, last)
        guard let hoisted = hoist(["if \(path) == null { \(path) = {} }"], before: start) else { return nil }
        return edits("runtime-data", start, assign, [hoisted], hint: "make the inner record first: `\(path) = {}`")
    }
}
