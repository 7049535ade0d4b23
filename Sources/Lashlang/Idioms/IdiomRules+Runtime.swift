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
    func call(_ from: Int, _ to: Int, named names: Set<String>? = nil) -> (name: Int, open: Int)? {
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
}
