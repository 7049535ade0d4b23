internal import LashSyntax

// Habits that show only when a program runs, by the message of the error and the text around its place.
extension IdiomFinder {
    mutating func linkIdiom(_ diagnostic: Diagnostic) -> Idiom? {
        guard let place = diagnostic.span?.start, let index = text.token(startingAt: place) else { return nil }
        guard let fix = diagnostic.fixes.first, diagnostic.hint == nil else { return nil }
        let open = index + 1
        guard text.text(open) == "(", text.partner[open] > open else {
            let hint = Self.writeHint("await \(fix.replacement)({…})?")
            return edits("builtin-name", index, open, diagnostic.fixes, hint: hint)
        }
        // Operations take a record: with anything else, the builtin of that name in another language is meant.
        if ["[", "\""].contains(text.text(open + 1).prefix(1)), let builtin = callIdiom(index) { return builtin }
        let call = text.slice(open, text.partner[open] + 1)
        if text.text(index - 1) == "await" {
            let hint = Self.writeHint("await \(fix.replacement)\(call)")
            return edits("builtin-name", index, open, diagnostic.fixes, hint: hint)
        }
        let end = text.tokens[text.partner[open]].end
        return edits(
            "builtin-name",
            index,
            open,
            [Fix(fix.span, "await \(fix.replacement)"), Fix(Span(end, end), "?")],
            hint: Self.writeHint("await \(fix.replacement)\(call)?")
        )
    }

    func runtimeIdiom(_ diagnostic: Diagnostic) -> Idiom? {
        guard let span = diagnostic.span else { return nil }
        let from = text.token(at: span.start)
        let to = max(from + 1, text.token(at: max(span.start, span.end - 1)) + 1)
        guard from < text.count, to <= text.count else { return nil }
        let message = diagnostic.message
        if message.hasPrefix("can't read `.") { return unreadable(message, from, to) }
        if message.hasPrefix("`?`") { return unwrapping(message, from, to) }
        if message.hasPrefix("`for` expects") { return iterating(from, to) }
        if message.hasPrefix("expected a number") { return numeric(message, from, to) ?? missingUnwrap(from, to) }
        if message.hasPrefix("expected text") { return textual(from, to) ?? missingUnwrap(from, to) }
        if message.hasPrefix("index must be") { return fractionalIndex(from, to) }
        if message.hasPrefix("can't assign tuple") || message.hasPrefix("can't assign through tuple") {
            return immutableTuple(from, to)
        }
        if message.hasPrefix("can't assign through missing") { return missingStep(from) }
        if message.contains("takes ") && message.contains("arg(s)") { return arity(from, to) }
        if message.contains("as the first argument") || message.contains("requires a list or tuple") {
            return swapped(from, to)
        }
        if message.hasPrefix("`range` bounds") { return rangeBounds(message, from, to) }
        if message.contains("format") { return template(message, from, to) }
        if message.hasPrefix("`validate` requires") { return schema(from, to) }
        if message.hasPrefix("unknown name") { return unknownName(from, to) }
        return nil
    }

    /// The call within which an error happened: its name and parenthesis.
    private func call(_ from: Int, _ to: Int, named names: Set<String>? = nil) -> (name: Int, open: Int)? {
        var best: (name: Int, open: Int)?
        let start = text.statementStart[from]
        let end = max(to, text.statementEnd(start))
        for at in start..<end
        where text.kind(at) == .word && text.text(at + 1) == "(" && text.isGlued(at + 1) && text.text(at - 1) != "." {
            guard text.partner[at + 1] >= from, at <= to,
                names?.contains(text.text(at)) ?? (Builtin(name: text.text(at)) != nil)
            else { continue }
            if best == nil || at <= from { best = (at, at + 1) }
        }
        return best
    }

    private func unknownName(_ from: Int, _ to: Int) -> Idiom? {
        let word = text.text(from)
        if ["SELECT", "Select"].contains(word) {
            return advice("prose", from, to, "use a comprehension: `[r.title for r in rows if r.score > 3]`")
        }
        return nil
    }

    // MARK: Fields

    private func unreadable(_ message: String, _ from: Int, _ to: Int) -> Idiom? {
        let parts = message.split(separator: "`")
        guard parts.count > 1 else { return nil }
        let field = String(parts[1].dropFirst())
        let start = text.statementStart[from]
        let end = text.statementEnd(start)
        let candidates = (start..<max(end, to)).filter {
            text.text($0) == field && (text.text($0 - 1) == "." || text.text($0 - 1) == "?.")
        }
        guard let name = candidates.first(where: { $0 >= from && $0 < to }) ?? candidates.first, name >= 2 else {
            return nil
        }
        let first = text.postfixStart(name - 2)
        let receiver = grouped(first, name - 1)
        func value(_ expression: String) -> Idiom { replacing("field-length", first, name + 1, by: expression) }
        if message.hasSuffix("from resource") {
            if text.text(name + 1) == "{" { return bracedCall(first, name) }
            return advice(
                "adjacent",
                first,
                name + 1,
                "call the operation: `await \(text.slice(first, name + 1))({…})?`"
            )
        }
        switch field {
        case "length", "size", "len", "count", "Length", "Count", "num": return value("len(\(receiver))")
        case "first", "head", "front": return value("\(receiver)[0]")
        case "last", "tail", "back": return value("\(receiver)[-1]")
        case "isEmpty", "is_empty", "empty": return value("empty(\(receiver))")
        case "keys": return value("keys(\(receiver))")
        case "values": return value("values(\(receiver))")
        case "upper", "uppercased": return value("upper(\(receiver))")
        case "lower": return value("lower(\(receiver))")
        case "reversed": return value("reverse(\(receiver))")
        case "indices": return value("range(len(\(receiver)))")
        case "value", "data", "result", "output", "content", "text", "ok", "error", "json", "body":
            return edits(
                "unwrap",
                first,
                name + 1,
                [Fix(text.span(name - 1, name + 1), "")],
                hint: "`?` has given the value itself: " + Self.writeHint(text.slice(first, name - 1))
            )
        case "messages", "items", "entries", "elements", "rows", "list", "results":
            guard message.hasSuffix("from list") else { return nil }
            return edits(
                "runtime-data",
                first,
                name + 1,
                [Fix(text.span(name - 1, name + 1), "")],
                hint: "it is the list itself: " + Self.writeHint(text.slice(first, name - 1))
            )
        default:
            if message.hasSuffix("from list") {
                return advice(
                    "runtime-data",
                    first,
                    name + 1,
                    "it is a list: `\(receiver)[0].\(field)`, or `[x.\(field) for x in \(receiver)]`"
                )
            }
            return nil
        }
    }

    private func bracedCall(_ first: Int, _ name: Int) -> Idiom? {
        guard text.partner[name + 1] > name else { return nil }
        let close = text.partner[name + 1]
        let after = text.tokens[close].end
        let isUnwrapped = text.text(close + 1) == "?"
        return edits(
            "adjacent",
            first,
            close + 1,
            [
                Fix(Span(text.place(name + 1), text.place(name + 1)), "("),
                Fix(Span(after, after), isUnwrapped ? ")" : ")?"),
            ],
            hint: "a call has parentheses: "
                + Self.writeHint("\(text.slice(first, name + 1))(\(text.slice(name + 1, close + 1)))?")
        )
    }

    // MARK: Results of calls

    private func unwrapping(_ message: String, _ from: Int, _ to: Int) -> Idiom? {
        let start = text.statementStart[from]
        let end = max(text.statementEnd(start), to)
        // `a ?? b`, `a?.b`
        if let coalescing = (start..<end).first(where: { text.text($0) == "??" }) {
            if text.endsOperand(coalescing - 1),
                !text.startsOperand(coalescing + 1) || text.isFirstOnLine(coalescing + 1)
            {
                return edits(
                    "unwrap",
                    coalescing,
                    coalescing + 1,
                    [Fix(text.span(coalescing, coalescing + 1), "?")],
                    hint: "unwrap once: one `?`"
                )
            }
            return markOperatorIdiom(coalescing)
        }
        if message.contains("unwrapped failed"), !message.contains("__handle__") { return nil }
        let chained = (start..<end).filter { text.text($0) == "?." && text.text($0 - 1) != ")" }
        if !chained.isEmpty {
            return edits(
                "nullish",
                start,
                end,
                chained.map { Fix(text.span($0, $0 + 1), ".") },
                hint: "a field of null is null, so `.` is enough: leave the `?` out"
            )
        }
        let marks = (start..<end).filter { text.text($0) == "?" && text.text($0 + 1) != ":" }
        guard let mark = marks.first(where: { $0 >= from && $0 < to }) ?? marks.first, text.endsOperand(mark - 1) else {
            return nil
        }
        let value = text.postfixStart(mark - 1)
        return edits(
            "unwrap",
            value,
            mark + 1,
            [Fix(text.span(mark, mark + 1), "")],
            hint: "only the result of a call takes `?`: " + Self.writeHint(text.slice(value, mark))
        )
    }

    /// A variable that holds the wrapper of a call that was not unwrapped.
    private func missingUnwrap(_ from: Int, _ to: Int) -> Idiom? {
        let start = text.statementStart[from]
        let names = Set(
            (start..<max(text.statementEnd(start), to)).filter { text.kind($0) == .word && text.text($0 - 1) != "." }
                .map { text.text($0) }
        )
        for at in text.tokens.indices
        where text.text(at + 1) == "=" && names.contains(text.text(at)) && text.statementStart[at] == at {
            let end = text.statementEnd(at)
            guard end > at + 2, end <= text.count else { continue }
            var first = at + 2
            if text.text(first) == "await" { first += 1 }
            guard first < end else { continue }
            if text.text(first) == "[", text.text(end - 1) == "]" {
                let calls = text.items(first).filter {
                    !$0.isEmpty && text.text($0.upperBound - 1) == ")" && isOperation($0.lowerBound)
                }
                guard !calls.isEmpty else { continue }
                let fixes = calls.map {
                    Fix(Span(text.tokens[$0.upperBound - 1].end, text.tokens[$0.upperBound - 1].end), "?")
                }
                return edits(
                    "unwrap",
                    at,
                    end,
                    fixes,
                    hint:
                        "a call gives a wrapper; unwrap each with `?`: `\(Self.shortened(text.slice(calls[0].lowerBound, calls[0].upperBound)))?`"
                )
            }
            guard text.text(end - 1) == ")", isOperation(first) || text.text(first) == "start" else { continue }
            let place = text.tokens[end - 1].end
            return edits(
                "unwrap",
                at,
                end,
                [Fix(Span(place, place), "?")],
                hint: "a call gives a wrapper; unwrap it: " + Self.writeHint("\(text.slice(at, end))?")
            )
        }
        return nil
    }

    func isOperation(_ index: Int) -> Bool {
        moduleRoots.contains(text.text(index)) && text.text(index + 1) == "."
    }

    private func iterating(_ from: Int, _ to: Int) -> Idiom? {
        let start = text.statementStart[from]
        var loop = from
        while loop > start, text.text(loop) != "for" { loop -= 1 }
        if text.text(loop) != "for" { loop = (from..<to).first { text.text($0) == "for" } ?? loop }
        guard text.text(loop) == "for", let word = text.find(["in"], loop + 1, text.count) else { return nil }
        let end = text.expressionEnd(word + 1)
        guard end > word + 1, end <= text.count else { return nil }
        let value = text.slice(word + 1, end)
        if text.text(end - 1) == ")", text.text(word + 1) == "await" || isOperation(word + 1) {
            let place = text.tokens[end - 1].end
            return edits(
                "unwrap",
                loop,
                end,
                [Fix(Span(place, place), "?")],
                hint: "a call gives a wrapper; unwrap it: `\(Self.shortened(value))?`"
            )
        }
        switch looksLike(word + 1..<end) {
        case .record:
            return replacing(
                "runtime-data",
                word + 1,
                end,
                by: "keys(\(value))",
                hint: "a record is gone through by its keys: `for k in keys(\(Self.shortened(value)))`"
            )
        case .string:
            let counter = text.freshName("i")
            return replacing(
                "runtime-data",
                word + 1,
                end,
                by: "[\(value)[\(counter)] for \(counter) in range(len(\(value)))]",
                hint: "go through a text by index: `for i in range(len(s)) { c = s[i] … }`"
            )
        default: break
        }
        if text.kind(word + 1) == .number { return replacing("runtime-data", word + 1, end, by: "range(\(value))") }
        if let idiom = missingUnwrap(word + 1, end) { return idiom }
        return advice(
            "runtime-data",
            loop,
            end,
            "`for` takes a list: `keys(r)` of a record, `range(len(s))` of a text, `range(n)` of a number"
        )
    }

    // MARK: Numbers and texts

    private func numeric(_ message: String, _ from: Int, _ to: Int) -> Idiom? {
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

    private func textual(_ from: Int, _ to: Int) -> Idiom? {
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

    private func fractionalIndex(_ from: Int, _ to: Int) -> Idiom? {
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

    private func quotientOf(_ slash: Int, _ first: Int) -> Idiom {
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

    private func immutableTuple(_ from: Int, _ to: Int) -> Idiom? {
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
    private func missingStep(_ from: Int) -> Idiom? {
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

    // MARK: Arguments

    private func arity(_ from: Int, _ to: Int) -> Idiom? {
        guard let (name, open) = call(from, to) else { return nil }
        let items = text.items(open).filter { !$0.isEmpty }
        let place = text.place(text.partner[open])
        func adding(_ argument: String) -> Idiom {
            edits(
                "arity",
                name,
                text.partner[open] + 1,
                [Fix(Span(place, place), ", " + argument)],
                hint: Self.writeHint("\(text.slice(name, text.partner[open])), \(argument))")
            )
        }
        switch (text.text(name), items.count) {
        case ("slice", 2): return adding("null")
        case ("split", 1): return adding("\" \"")
        case ("join", 1): return adding("\"\"")
        case ("push", 3...):
            let a = items.map { text.slice($0.lowerBound, $0.upperBound) }
            return replacing(
                "arity",
                name,
                text.partner[open] + 1,
                by: "\(a[0]) + [\(a.dropFirst().joined(separator: ", "))]"
            )
        case ("to_int", 2), ("len", 2), ("to_string", 2), ("json_parse", 2), ("trim", 2), ("to_float", 2), ("keys", 2):
            return replacing(
                "arity",
                name,
                text.partner[open] + 1,
                by: "\(text.text(name))(\(text.slice(items[0].lowerBound, items[0].upperBound)))"
            )
        case ("slice", 4):
            let a = items.map { text.slice($0.lowerBound, $0.upperBound) }
            return replacing(
                "arity",
                name,
                text.partner[open] + 1,
                by: "[\(a[0])[i] for i in range(\(a[1]), \(a[2]), \(a[3]))]"
            )
        default: return nil
        }
    }

    private func swapped(_ from: Int, _ to: Int) -> Idiom? {
        guard let (name, open) = call(from, to, named: ["join", "push", "contains", "map", "sort_by"]) else {
            return nil
        }
        let items = text.items(open)
        guard items.count == 2 else { return nil }
        let (first, second) = (
            text.slice(items[0].lowerBound, items[0].upperBound), text.slice(items[1].lowerBound, items[1].upperBound)
        )
        return replacing(
            "arity",
            name,
            text.partner[open] + 1,
            by: "\(text.text(name))(\(second), \(first))",
            hint: "the list comes first: " + Self.writeHint("\(text.text(name))(\(second), \(first))")
        )
    }

    private func rangeBounds(_ message: String, _ from: Int, _ to: Int) -> Idiom? {
        guard let (_, open) = call(from, to, named: ["range"]) else { return nil }
        let items = text.items(open)
        if message.hasSuffix("got string") || message.hasSuffix("got null") {
            guard
                let item = items.first(where: {
                    looksLike($0) == .string || $0.count == 1 && text.kind($0.lowerBound) == .word
                })
            else { return nil }
            return replacing(
                "runtime-data",
                item.lowerBound,
                item.upperBound,
                by: "to_int(\(text.slice(item.lowerBound, item.upperBound)))"
            )
        }
        if message.hasSuffix("got list"), items.count == 1 {
            return replacing(
                "runtime-data",
                items[0].lowerBound,
                items[0].upperBound,
                by: "len(\(text.slice(items[0].lowerBound, items[0].upperBound)))"
            )
        }
        for item in items {
            if let slash = text.find(["/"], item.lowerBound, item.upperBound) {
                return quotientOf(slash, item.lowerBound)
            }
        }
        return advice(
            "runtime-data",
            open - 1,
            text.partner[open] + 1,
            "count in whole steps: `[i * 0.5 for i in range(2)]`"
        )
    }

    private func template(_ message: String, _ from: Int, _ to: Int) -> Idiom? {
        guard let (name, open) = call(from, to, named: ["format"]), let first = text.items(open).first,
            text.kind(first.lowerBound) == .string
        else { return nil }
        let literal = text.text(first.lowerBound)
        if literal.contains("%"), !literal.contains("{"), let plain = Self.percentTemplate(literal) {
            return replacing(
                "format-template",
                first.lowerBound,
                first.upperBound,
                by: plain,
                hint: Self.writeHint("\(text.text(name))(\(plain), …)")
            )
        }
        let plain = Self.plainTemplate(literal)
        if plain != literal, !literal.contains(":."), !literal.contains(": {") {
            return replacing(
                "format-template",
                first.lowerBound,
                first.upperBound,
                by: plain,
                hint: "a place is `{}` or `{0}`; there are no widths or digits"
            )
        }
        return advice(
            "format-template",
            first.lowerBound,
            first.upperBound,
            "a place is `{}` or `{0}`, a brace `{{`; round before: `to_int(x * 10 + 0.5) / 10`"
        )
    }

    // MARK: Schemas

    /// A JSON schema as the second argument of `validate`.
    private func schema(_ from: Int, _ to: Int) -> Idiom? {
        guard let (name, open) = call(from, to, named: ["validate"]) else { return nil }
        let items = text.items(open)
        guard items.count == 2, text.text(items[1].lowerBound) == "{", let type = schemaType(items[1].lowerBound) else {
            return nil
        }
        let literal = type.hasPrefix("{") ? "Type \(type)" : type
        return replacing(
            "arity",
            items[1].lowerBound,
            items[1].upperBound,
            by: literal,
            hint: Self.writeHint(
                "\(text.text(name))(\(text.slice(items[0].lowerBound, items[0].upperBound)), \(literal))"
            )
        )
    }

    private func schemaType(_ open: Int, depth: Int = 0) -> String? {
        guard depth < 20 else { return nil }
        guard text.text(open) == "{" else {
            // `{n: "int"}`, `{n: int}`
            let word = text.text(open).filter { $0 != "\"" && $0 != "'" }
            return scalar(word)
        }
        var members: [String: Int] = [:]
        for item in text.items(open) where item.count > 2 {
            members[text.text(item.lowerBound).filter { $0 != "\"" && $0 != "'" }] = item.lowerBound + 2
        }
        func word(_ key: String) -> String? { members[key].map { text.text($0).filter { $0 != "\"" && $0 != "'" } } }
        if let properties = members["properties"], text.text(properties) == "{" {
            var required: Set<String>?
            if let list = members["required"], text.text(list) == "[" {
                required = Set(text.items(list).map { text.text($0.lowerBound).filter { $0 != "\"" && $0 != "'" } })
            }
            var fields: [String] = []
            for item in text.items(properties) where item.count > 2 {
                let key = text.text(item.lowerBound).filter { $0 != "\"" && $0 != "'" }
                guard let type = schemaType(item.lowerBound + 2, depth: depth + 1) else { return nil }
                fields.append("\(key): \(type)\(required.map { $0.contains(key) } ?? true ? "" : "?")")
            }
            return "{ \(fields.joined(separator: ", ")) }"
        }
        if let values = members["enum"], text.text(values) == "[" {
            return "enum\(text.slice(values, text.partner[values] + 1))"
        }
        if word("type") == "array" {
            guard let items = members["items"], let type = schemaType(items, depth: depth + 1) else {
                return "list[any]"
            }
            return "list[\(type)]"
        }
        if let type = word("type"), let plain = scalar(type), members.count <= 3 { return plain }
        if members["type"] != nil { return "any" }
        // A record of types.
        var fields: [String] = []
        for item in text.items(open) where item.count > 2 {
            guard let type = schemaType(item.lowerBound + 2, depth: depth + 1) else { return nil }
            fields.append("\(text.text(item.lowerBound).filter { $0 != "\"" && $0 != "'" }): \(type)")
        }
        return "{ \(fields.joined(separator: ", ")) }"
    }

    private func scalar(_ word: String) -> String? {
        switch word {
        case "string", "str", "String": "str"
        case "integer", "int": "int"
        case "number", "float": "float"
        case "boolean", "bool": "bool"
        case "null", "None": "null"
        case "object", "dict": "dict"
        case "array", "list": "list[any]"
        case "any": "any"
        default: nil
        }
    }
}
