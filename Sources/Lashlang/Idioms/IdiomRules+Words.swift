internal import LashSyntax

// Words that mean something elsewhere.
extension IdiomFinder {
    // MARK: At the start of a statement

    func statementWordIdiom(_ index: Int) -> Idiom? {
        let start = text.statementStart[index]
        let word = text.text(index)
        guard
            start == index
                || (index > 0 && text.text(index - 1) == ":" && text.isGlued(index) == false
                    && text.isFirstOnLine(index)),
            !text.assigned.contains(word), !environment.readOnlyNames.contains(word)
        else { return nil }
        let end = text.statementEnd(index)
        let isAlone = end <= index + 1
        if !isAlone, [".", "=", "[", "!"].contains(text.text(index + 1)),
            text.text(index + 1) != "!" || text.isGlued(index + 1),
            !["export", "import"].contains(word)
        {
            return nil
        }
        if text.text(index + 1) == "(", text.isGlued(index + 1),
            !["return", "echo", "assert", "del", "raise", "throw"].contains(word)
        {
            return nil
        }
        switch word {
        case "return", "ret", "RETURN", "submit":
            return returned(index, end)
        case "echo", "puts", "say", "PRINT", "Print", "println", "printf", "display", "log", "p", "cout":
            guard !isAlone, text.startsOperand(index + 1) else { return nil }
            return replacing(
                "stmt-word",
                index,
                index + 1,
                by: "print",
                hint: Self.writeHint("print " + text.slice(index + 1, end))
            )
        case "pass", "noop", "nop":
            guard isAlone else { return nil }
            return deletion(index, end, "an empty block needs no word; leave `\(word)` out")
        case "import", "from", "use", "using", "package", "require", "include", "#include", "extern", "module",
            "require_relative", "namespace":
            guard !isAlone else { return nil }
            var last = index
            while last < text.count, !text.isFirstOnLine(last) || last == index {
                last = text.partner[last] > last ? text.partner[last] + 1 : last + 1
            }
            return deletion(index, last, "there is nothing to import; leave the line out")
        case "export":
            guard !isAlone else { return nil }
            if text.text(index + 1) == "default" || text.text(index + 1) == "{" {
                return deletion(index, end, "nothing is exported; leave the line out")
            }
            return replacing(
                "stmt-word",
                index,
                index + 2 > end ? end : index + 1,
                by: "",
                hint: "nothing is exported; leave `export` out"
            )
        case "global", "nonlocal":
            guard !isAlone else { return nil }
            return deletion(index, end, "variables belong to the whole program; leave `\(word)` out")
        case "raise", "throw", "die", "error", "abort", "panic":
            guard !isAlone || word == "raise" || word == "throw" else { return nil }
            return failed(index, end)
        case "assert", "require!", "ensure", "expect":
            guard !isAlone else { return nil }
            return asserted(index, end)
        case "del", "delete", "unset":
            guard !isAlone else { return nil }
            return deleted(index, end)
        case "spawn", "go", "launch":
            guard !isAlone else { return nil }
            return replacing(
                "stmt-word",
                index,
                index + 1,
                by: "start",
                hint: Self.writeHint("start " + text.slice(index + 1, end))
            )
        case "defer", "lock", "synchronized":
            guard !isAlone else { return nil }
            return advice("stmt-word", index, end, "statements run in order; write it where it should happen")
        case "then", "end", "fi", "done", "endif":
            return nil
        case "interface", "struct", "record", "dataclass", "enum":
            return typeDeclaration(index)
        case "type", "process", "fn":
            return typeFixes(index)
        case "finish":
            if text.text(index + 1) == "finish" { return replacing("stmt-word", index, index + 2, by: "finish") }
            return finishIdiom(index, end)
        case "fail", "yield", "wake":
            guard !text.headsAround(index).contains("process"), !isAlone else { return nil }
            if word == "fail" { return failed(index, end) }
            let list = text.freshName("out")
            return advice(
                "stmt-word",
                index,
                end,
                "collect the values: `\(list) = push(\(list), \(Self.shortened(text.slice(index + 1, end))))`, then `finish \(list)`"
            )
        case "call":
            guard !isAlone else { return nil }
            return replacing(
                "stmt-word",
                index,
                index + 1,
                by: "",
                hint: "a call needs no word: " + Self.writeHint(text.slice(index + 1, end))
            )
        case "begin":
            return advice("word-block", index, index + 1, "statements need no `begin`")
        case "outer", "label":
            return nil
        case "SELECT", "select", "Select":
            return advice("prose", index, end, "use a comprehension: `[r.title for r in rows if r.score > 3]`")
        case "INSERT", "UPDATE", "DELETE":
            return advice("prose", index, end, "there is no SQL; build lists with `push` and comprehensions")
        case "parallel":
            return parallel(index)
        case "pip", "npm", "brew", "apt", "sudo", "cd", "ls", "cat", "git", "curl", "export_":
            guard !isAlone, text.kind(index + 1) == .word else { return nil }
            return advice("prose", index, end, "this is no shell; call an operation of the host")
        case "do", "let", "const", "var": return nil
        case "lambda": return nil
        default: return nil
        }
    }

    /// A statement and its line feed, gone.
    func deletion(_ index: Int, _ end: Int, _ hint: String) -> Idiom {
        var span = text.span(index, max(end, index + 1))
        if text.text(max(end, index + 1)) == ";" { span.end = text.tokens[max(end, index + 1)].end }
        let lineStart = text.lineStart(span.start)
        let lineEnd = text.lineEnd(span.end)
        if Self.trimmed(text.source[Span(lineStart, span.start)]).isEmpty,
            Self.trimmed(text.source[Span(span.end, lineEnd)]).isEmpty
        {
            span = Span(lineStart, min(lineEnd + 1, text.source.bytes.count))
        }
        return edits("stmt-word", index, max(end, index + 1), [Fix(span, "")], hint: hint)
    }

    private func returned(_ index: Int, _ end: Int) -> Idiom? {
        let heads = text.headsAround(index)
        if heads.contains(where: { Self.functionWords.contains($0) || $0 == "async" }) { return nil }
        // In a function that is written with indentation.
        if !text.indent(text.place(index)).isEmpty,
            text.tokens.indices.contains(where: { $0 < index && text.text($0) == "def" && text.isFirstOnLine($0) }),
            !heads.contains("process")
        {
            return nil
        }
        if end <= index + 1 || text.text(index + 1) == ";" {
            return replacing("stmt-word", index, index + 1, by: "finish null")
        }
        if text.text(index + 1) == "finish" { return deletionOf(index) }
        return replacing(
            "stmt-word",
            index,
            index + 1,
            by: "finish",
            hint: Self.writeHint("finish " + text.slice(index + 1, end))
        )
    }

    private func deletionOf(_ word: Int) -> Idiom {
        edits(
            "stmt-word",
            word,
            word + 1,
            [Fix(Span(text.place(word), text.place(word + 1)), "")],
            hint: Self.writeHint(text.slice(word + 1, text.statementEnd(word)))
        )
    }

    /// The message of `raise ValueError("x")`, `throw new Error("x")`, `throw "x"`.
    private func failed(_ index: Int, _ end: Int) -> Idiom {
        var from = index + 1
        var to = max(end, from)
        if text.text(from) == "new" { from += 1 }
        if text.kind(from) == .word, text.text(from + 1) == "(", text.partner[from + 1] == to - 1,
            text.text(from).first?.isUppercase == true
        {
            (from, to) = (from + 2, to - 1)
        } else if text.kind(from) == .word, text.text(from + 1) == ",", text.text(from).first?.isUppercase == true {
            from += 2
        } else if text.text(from) == "(", text.partner[from] == to - 1 {
            (from, to) = (from + 1, to - 1)
        }
        let message = from < to ? text.slice(from, to) : "\"failed\""
        return replacing("stmt-word", index, max(end, index + 1), by: failure(message, at: index))
    }

    /// The statement that ends a program, or a process, with a failure.
    func failure(_ message: String, at index: Int) -> String {
        let heads = text.headsAround(index)
        if heads.contains("process") { return "fail \(message)" }
        return "finish {error: \(message)}"
    }

    private func asserted(_ index: Int, _ end: Int) -> Idiom {
        var (from, to) = (index + 1, end)
        if text.text(from) == "(", text.isGlued(from), text.partner[from] == end - 1 {
            (from, to) = (from + 1, end - 1)
        }
        let parts = text.split(from, to, at: ",")
        let condition = parts.first ?? from..<to
        let message = parts.count > 1 ? text.slice(parts[1].lowerBound, parts[1].upperBound) : "\"assertion failed\""
        return replacing("stmt-word", index, end, by: "if \(negated(condition)) { \(failure(message, at: index)) }")
    }

    /// The opposite of a condition.
    func negated(_ range: Range<Int>) -> String {
        let opposites = ["==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"]
        let operators = range.filter {
            text.precedence($0) > 0 && $0 > range.lowerBound && text.parent[$0] == text.parent[range.lowerBound]
        }
        if let only = operators.first(where: { text.precedence($0) <= 4 }),
            operators.filter({ text.precedence($0) <= 4 }).count == 1,
            let opposite = opposites[text.text(only)]
        {
            return "\(text.slice(range.lowerBound, only)) \(opposite) \(text.slice(only + 1, range.upperBound))"
        }
        let condition = text.slice(range.lowerBound, range.upperBound)
        return operators.isEmpty ? "not \(condition)" : "not (\(condition))"
    }

    private func deleted(_ index: Int, _ end: Int) -> Idiom {
        var (from, to) = (index + 1, end)
        if text.text(from) == "(", text.partner[from] == end - 1 { (from, to) = (from + 1, end - 1) }
        let last = to - 1
        let place = text.freshName("rest")
        if text.text(last) == "]", text.partner[last] > from {
            let open = text.partner[last]
            let record = text.slice(from, open)
            let key = text.slice(open + 1, last)
            if looksLike(from..<open) == .list {
                return replacing(
                    "stmt-word",
                    index,
                    end,
                    by: "\(record) = slice(\(record), 0, \(key)) + slice(\(record), \(successor(open + 1, last)), null)"
                )
            }
            return without(index, end, record, key, place)
        }
        if text.kind(last) == .word, text.text(last - 1) == "." {
            return without(index, end, text.slice(from, last - 1), "\"\(text.text(last))\"", place)
        }
        return replacing("stmt-word", index, end, by: "\(text.slice(from, to)) = null")
    }

    /// A record without one key.
    func without(_ index: Int, _ end: Int, _ record: String, _ key: String, _ place: String) -> Idiom {
        let name = text.freshName("k")
        let lines = [
            "\(place) = {}",
            "for \(name) in keys(\(record)) { if \(name) != \(key) { \(place)[\(name)] = \(record)[\(name)] } }",
            "\(record) = \(place)",
        ]
        return replacing("stmt-word", index, end, by: joined(lines, at: index))
    }

    /// `finish total: 3, ok: true`
    private func finishIdiom(_ index: Int, _ end: Int) -> Idiom? {
        if text.text(index + 1) == ":" {
            guard end > index + 2 else { return nil }
            return edits(
                "special-form",
                index,
                end,
                [Fix(text.span(index + 1, index + 2), "")],
                hint: Self.writeHint("finish " + text.slice(index + 2, end))
            )
        }
        guard text.kind(index + 1) == .word, text.text(index + 2) == ":", end > index + 3 else { return nil }
        return replacing(
            "special-form",
            index + 1,
            end,
            by: "{\(text.slice(index + 1, end))}",
            hint: Self.writeHint("finish {\(text.slice(index + 1, end))}")
        )
    }

    /// `parallel { a = f()? b = g()? }`
    private func parallel(_ index: Int) -> Idiom? {
        guard text.text(index + 1) == "{", text.partner[index + 1] > index else { return nil }
        let close = text.partner[index + 1]
        var names: [String] = []
        var calls: [String] = []
        var at = index + 2
        while at < close {
            if text.text(at) == ";" || text.text(at) == "," { at += 1; continue }
            guard text.kind(at) == .word, text.text(at + 1) == "=" else { return nil }
            var first = at + 2
            if text.text(first) == "await" { first += 1 }
            let end = min(close, text.postfixEnd(first))
            guard end > first else { return nil }
            names.append(text.text(at))
            calls.append(text.slice(first, end))
            at = end
        }
        guard !names.isEmpty else { return nil }
        let results = text.freshName("results")
        let lines =
            ["\(results) = await [\(calls.joined(separator: ", "))]"]
            + names.enumerated().map { "\($0.element) = \(results)[\($0.offset)]" }
        return replacing("special-form", index, close + 1, by: joined(lines, at: index))
    }

    // MARK: Operators that are words

    func operatorWordIdiom(_ index: Int) -> Idiom? {
        let word = text.text(index)
        guard !text.assigned.contains(word), !environment.readOnlyNames.contains(word) else { return nil }
        if word == "NOT", text.startsOperand(index + 1) {
            return replacing("word-operator", index, index + 1, by: "not")
        }
        if word == "typeof" || word == "instanceof" {
            return advice(
                "stmt-word",
                index,
                index + 2,
                "types are not asked for; check with `validate(x, Type { n: int })`"
            )
        }
        if word == "new", text.kind(index + 1) == .word, !text.isFirstOnLine(index + 1) {
            return edits(
                "stmt-word",
                index,
                index + 2,
                [Fix(Span(text.place(index), text.place(index + 1)), "")],
                hint: "values are made without `new`"
            )
        }
        if word == "for" { return text.statementStart[index] == index ? nil : comprehensionFor(index) }
        // Binary: operands on both sides, on one line.
        guard index > 0, text.endsOperand(index - 1), !text.isFirstOnLine(index), !text.isFirstOnLine(index + 1),
            text.text(index - 1) != "."
        else {
            return nil
        }
        func binary(_ symbol: String, _ name: String = "word-operator") -> Idiom {
            let end = text.operandEnd(index + 1, binding: 4)
            let start = text.operandStart(before: index, binding: 4)
            return replacing(
                name,
                index,
                index + 1,
                by: symbol,
                hint: Self.writeHint("\(text.slice(start, index)) \(symbol) \(text.slice(index + 1, end))")
            )
        }
        switch word {
        case "is", "isnt":
            var next = index + 1
            if text.text(next) == "not" { next += 1 }
            guard text.startsOperand(next) else { return nil }
            let symbol = next > index + 1 || word == "isnt" ? "!=" : "=="
            let start = text.operandStart(before: index, binding: 6)
            var value = text.text(next)
            let isLiteral = Self.literals[value] != nil || value == "NULL"
            if isLiteral { value = Self.literals[value] ?? "null" }
            if word == "is", ["str", "int", "list", "dict", "string", "number", "array"].contains(value) {
                return advice(
                    "is-operator",
                    index,
                    next + 1,
                    "types are not asked for; check with `validate(x, Type { n: int })`"
                )
            }
            if text.text(next) == "empty" || text.text(next) == "Empty" {
                let call = "empty(\(text.slice(start, index)))"
                return replacing("is-operator", start, next + 1, by: symbol == "==" ? call : "not \(call)")
            }
            let end = isLiteral ? next + 1 : text.operandEnd(next, binding: 6)
            return replacing(
                "is-operator",
                index,
                isLiteral ? next + 1 : next,
                by: isLiteral ? "\(symbol) \(value)" : symbol,
                hint: Self.writeHint(
                    "\(text.slice(start, index)) \(symbol) \(isLiteral ? value : text.slice(next, end))"
                )
            )
        case "AND", "And": return text.startsOperand(index + 1) ? binary("and") : nil
        case "OR", "Or": return text.startsOperand(index + 1) ? binary("or") : nil
        case "mod", "MOD": return text.startsOperand(index + 1) ? binary("%") : nil
        case "eq", "equals": return text.startsOperand(index + 1) ? binary("==") : nil
        case "ne", "neq": return text.startsOperand(index + 1) ? binary("!=") : nil
        case "lt": return text.startsOperand(index + 1) ? binary("<") : nil
        case "gt": return text.startsOperand(index + 1) ? binary(">") : nil
        case "le", "lte": return text.startsOperand(index + 1) ? binary("<=") : nil
        case "ge", "gte": return text.startsOperand(index + 1) ? binary(">=") : nil
        case "xor", "XOR": return text.startsOperand(index + 1) ? binary("!=") : nil
        case "plus": return text.startsOperand(index + 1) ? binary("+") : nil
        case "div", "DIV":
            guard text.startsOperand(index + 1) else { return nil }
            return quotient(index)
        case "IN": return text.startsOperand(index + 1) ? binary("in") : nil
        case "contains", "includes", "has": return testWord(index, "contains")
        case "startswith", "starts_with", "startsWith": return testWord(index, "starts_with")
        case "endswith", "ends_with", "endsWith": return testWord(index, "ends_with")
        case "LIKE", "like", "ILIKE": return like(index)
        case "BETWEEN", "between":
            let start = text.operandStart(before: index, binding: 6)
            let middle = text.operandEnd(index + 1, binding: 6)
            guard ["and", "AND"].contains(text.text(middle)) else { return nil }
            let end = text.operandEnd(middle + 1, binding: 6)
            let value = text.slice(start, index)
            let test = "\(value) >= \(text.slice(index + 1, middle)) and \(value) <= \(text.slice(middle + 1, end))"
            return replacing("word-operator", start, end, by: fitted(test, start, end))
        case "as":
            guard text.kind(index + 1) == .word, let builtin = Self.conversions[text.text(index + 1)] else {
                return nil
            }
            let start = text.operandStart(before: index, binding: 8)
            return replacing("builtin-name", start, index + 2, by: "\(builtin)(\(text.slice(start, index)))")
        case "unless":
            return nil
        default: return nil
        }
    }

    static let conversions: [String: String] = [
        "int": "to_int", "i32": "to_int", "i64": "to_int", "usize": "to_int", "u32": "to_int", "u64": "to_int",
        "Int": "to_int",
        "float": "to_float", "f32": "to_float", "f64": "to_float", "Double": "to_float", "double": "to_float",
        "number": "to_float",
        "str": "to_string", "string": "to_string", "String": "to_string",
    ]

    func quotient(_ index: Int, divisor: Int? = nil) -> Idiom {
        let start = text.operandStart(before: index, binding: 7)
        let end = text.operandEnd(divisor ?? index + 1, binding: 8)
        return replacing(
            "comment-op",
            start,
            end,
            by: "floor_div(\(text.slice(start, index)), \(text.slice(divisor ?? index + 1, end)))"
        )
    }

    /// `a contains b`
    private func testWord(_ index: Int, _ builtin: String) -> Idiom? {
        guard text.startsOperand(index + 1), text.text(index + 1) != "(" else { return nil }
        let start = text.operandStart(before: index, binding: 6)
        let end = text.operandEnd(index + 1, binding: 6)
        let operands = "\(text.slice(start, index)), \(text.slice(index + 1, end))"
        return replacing("word-operator", start, end, by: "\(builtin)(\(operands))")
    }

    private func like(_ index: Int) -> Idiom? {
        guard text.kind(index + 1) == .string else { return nil }
        let start = text.operandStart(before: index, binding: 6)
        let value = text.slice(start, index)
        let pattern = text.text(index + 1)
        guard pattern.count >= 2, let quote = pattern.first else { return nil }
        var inner = pattern.dropFirst().dropLast()
        let (front, back) = (inner.hasPrefix("%"), inner.hasSuffix("%") && inner.count > 1)
        if front { inner.removeFirst() }
        if back { inner.removeLast() }
        if inner.contains("%") || inner.contains("_") {
            return advice("word-operator", start, index + 2, "use `contains`, `starts_with` or `ends_with`")
        }
        let needle = "\(quote)\(inner)\(quote)"
        let call =
            front && back
            ? "contains(\(value), \(needle))"
            : front
                ? "ends_with(\(value), \(needle))" : back ? "starts_with(\(value), \(needle))" : "\(value) == \(needle)"
        return replacing("word-operator", start, index + 2, by: call)
    }

    // MARK: Names of values

    static let literals: [String: String] = [
        "None": "null", "nil": "null", "undefined": "null", "NULL": "null", "Null": "null", "Nil": "null",
        "nullptr": "null",
        "Nothing": "null", "True": "true", "TRUE": "true", "False": "false", "FALSE": "false", "YES": "true",
        "NO": "false",
        "Infinity": "1e308", "INFINITY": "1e308", "inf": "1e308", "NaN": "(0 / 0)", "nan": "(0 / 0)",
    ]

    func nameIdiom(_ index: Int) -> Idiom? {
        let word = text.text(index)
        if word == "__name__", text.text(index + 1) == "==" {
            return replacing(
                "colon-block",
                index,
                index + 3,
                by: "true",
                hint: "a program is its statements; it needs no main"
            )
        }
        if let idiom = withoutParentheses(index) { return idiom }
        guard let value = Self.literals[word], isFreeName(index), !text.assigned.contains(word),
            !environment.readOnlyNames.contains(word)
        else { return nil }
        let fixes = text.tokens.indices.filter { text.text($0) == word && isFreeName($0) }.map {
            Fix(text.span($0, $0 + 1), value)
        }
        return edits("literal-name", index, index + 1, fixes, hint: "write `\(value)` for `\(word)`")
    }

    /// A name that is no field and no key.
    func isFreeName(_ index: Int) -> Bool {
        guard text.kind(index) == .word, text.text(index - 1) != ".", text.text(index - 1) != "?." else { return false }
        if text.text(index + 1) == ":", text.parent[index] >= 0, text.text(text.parent[index]) == "{" { return false }
        return text.text(index + 1) != "(" || !text.isGlued(index + 1)
    }

    /// `len xs`
    private func withoutParentheses(_ index: Int) -> Idiom? {
        let word = text.text(index)
        guard Builtin(name: word) != nil, !text.assigned.contains(word), text.text(index - 1) != ".",
            !text.isFirstOnLine(index + 1),
            text.kind(index + 1) == .word || text.kind(index + 1) == .string || text.kind(index + 1) == .number,
            text.startsOperand(index + 1), !["is", "mod", "as", "AND", "OR"].contains(text.text(index + 1)),
            text.text(index + 1) != "not",
            text.text(index - 1) != "|>"
        else { return nil }
        var end = text.postfixEnd(index + 1)
        while text.text(end) == ",", end + 1 < text.count,
            text.statementStart[index] == index || text.text(index - 1) == "="
        { end = text.postfixEnd(end + 1) }
        return replacing("adjacent", index, end, by: "\(word)(\(text.slice(index + 1, end)))")
    }
}
