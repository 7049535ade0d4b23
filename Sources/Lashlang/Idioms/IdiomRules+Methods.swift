internal import LashSyntax

// Methods of values, and the functions of other languages' modules.
extension IdiomFinder {
    /// A call of a method: its parts as tokens and as texts.
    struct MethodCall {
        var start: Int
        var dot: Int
        var name: String
        /// The parenthesis or brace that opens its arguments.
        var open: Int
        var end: Int
        var items: [Range<Int>]
        var receiver: String
        var arguments: [String]
        /// It is all there is of its statement.
        var isStatement: Bool
    }

    func methodIdiom(_ index: Int) -> Idiom? {
        guard index > 0, text.kind(index + 1) == .word, let call = methodCall(index) else { return nil }
        let root = text.text(call.start)
        if moduleRoots.contains(root), !text.assigned.contains(root) { return moduleCall(call, root) }
        if text.kind(call.start) == .word, text.postfixEnd(call.start) > call.start,
            call.start == index - 1 || text.text(call.start + 1) == ".",
            !text.assigned.contains(root), !environment.readOnlyNames.contains(root),
            let idiom = foreignModule(call, root)
        {
            return idiom
        }
        return method(call)
    }

    func methodCall(_ dot: Int) -> MethodCall? {
        var open = dot + 2
        if text.text(open) == "?" || text.text(open) == "!", text.isGlued(open) { open += 1 }
        // `.collect::<Vec<_>>()`
        if text.text(open) == "::",
            let close = (open..<min(open + 12, text.count)).first(where: { text.text($0) == "(" })
        {
            open = close
        }
        let start = text.postfixStart(dot - 1)
        guard start < dot, text.endsOperand(dot - 1) else { return nil }
        var items: [Range<Int>] = []
        var end = open
        if text.text(open) == "(", text.isGlued(open), text.partner[open] > open {
            items = text.items(open).filter { !$0.isEmpty }
            end = text.partner[open] + 1
            // Swift and Kotlin: the closure behind the parentheses.
            if text.text(end) == "{", text.partner[end] > end, items.isEmpty,
                closure(at: end, until: text.partner[end] + 1) != nil,
                Self.higherOrder.contains(text.text(dot + 1))
            {
                items = [end..<text.partner[end] + 1]
                end = text.partner[end] + 1
            }
        } else if text.text(open) == "{", text.partner[open] > open,
            closure(at: open, until: text.partner[open] + 1) != nil
        {
            items = [open..<text.partner[open] + 1]
            end = text.partner[open] + 1
        } else if text.text(open) == "do", text.text(open + 1) == "|" {
            return MethodCall(
                start: start,
                dot: dot,
                name: text.text(dot + 1),
                open: open,
                end: open + 1,
                items: [],
                receiver: grouped(start, dot),
                arguments: [],
                isStatement: true
            )
        } else {
            return nil
        }
        let statement = text.statementStart[start]
        return MethodCall(
            start: start,
            dot: dot,
            name: text.text(dot + 1),
            open: open,
            end: end,
            items: items,
            receiver: grouped(start, dot),
            arguments: items.map { text.slice($0.lowerBound, $0.upperBound) },
            isStatement: statement == start && (text.statementEnd(start) <= end || text.isFirstOnLine(end))
        )
    }

    private static let higherOrder: Set<String> = [
        "map", "filter", "forEach", "each", "reduce", "collect", "select", "reject", "compactMap", "flatMap",
        "contains", "allSatisfy", "any", "all", "first", "sorted",
    ]

    private func replaced(_ call: MethodCall, _ expression: String, _ name: String = "method-list", hint: String? = nil)
        -> Idiom
    {
        let result = fitted(expression, call.start, call.end)
        let isPlain =
            !expression.contains(" ? ") && !expression.contains(" + ") && !expression.contains(" - ")
            && !expression.contains(" == ") && !expression.contains(" > ") && !expression.hasPrefix("not ")
        return replacing(name, call.start, call.end, by: isPlain ? expression : result, hint: hint)
    }

    private func statement(_ call: MethodCall, _ text: String, _ name: String = "method-list") -> Idiom {
        replacing(name, call.start, call.end, by: text)
    }

    /// A module of the host: named arguments, results.
    private func moduleCall(_ call: MethodCall, _ root: String) -> Idiom? {
        guard text.text(call.dot - 1) == ")" || text.text(call.dot - 1) == "?" else {
            return moduleArguments(call)
        }
        // `.unwrap()`, `.catch(…)` and the like on the result of a call.
        let inner = text.slice(call.start, call.dot)
        let isAwaited = text.text(call.start - 1) == "await"
        let from = isAwaited ? call.start - 1 : call.start
        switch call.name {
        case "unwrap", "expect", "get", "value", "await", "result":
            let bare = inner.hasSuffix("?") ? inner : inner + "?"
            return replacing("method-result", from, call.end, by: "await " + bare)
        case "unwrap_or", "unwrapOr", "unwrap_or_else", "catch", "or_else", "getOrElse", "unwrap_or_default", "orElse":
            var fallback = call.arguments.first ?? "null"
            if let item = call.items.first, let closure = closure(at: item.lowerBound, until: item.upperBound) {
                guard let expression = expression(of: closure) else { return nil }
                let name = text.freshName("r")
                fallback =
                    closure.parameters.first.map { substituted(expression, [$0: "\(name).error"]) }
                    ?? text.slice(expression.lowerBound, expression.upperBound)
            }
            let name = text.freshName("r")
            guard
                let hoisted = hoist(
                    ["\(name) = await \(inner.hasSuffix("?") ? String(inner.dropLast()) : inner)"],
                    before: call.start
                )
            else { return nil }
            return edits(
                "method-result",
                from,
                call.end,
                [
                    hoisted,
                    Fix(text.span(from, call.end), fitted("\(name).ok ? \(name).value : \(fallback)", from, call.end)),
                ],
                hint: Self.writeHint("\(name) = await \(inner)\n\(name).ok ? \(name).value : \(fallback)")
            )
        case "then":
            guard let item = call.items.first, let closure = closure(at: item.lowerBound, until: item.upperBound),
                let parameter = closure.parameters.first
            else { return nil }
            guard let expression = expression(of: closure),
                let hoisted = hoist(["\(parameter) = await \(inner)?"], before: call.start)
            else { return nil }
            return edits(
                "method-result",
                from,
                call.end,
                [hoisted, Fix(text.span(from, call.end), text.slice(expression.lowerBound, expression.upperBound))],
                hint: Self.writeHint("\(parameter) = await \(inner)?")
            )
        case "json", "text": return replacing("method-result", call.dot, call.end, by: "")
        default: return nil
        }
    }

    /// `tools.read_file(path="a")`, `tools.read_file(path: "a")`
    private func moduleArguments(_ call: MethodCall) -> Idiom? {
        guard text.text(call.open) == "(", !call.items.isEmpty,
            call.items.allSatisfy({
                $0.count > 2 && text.kind($0.lowerBound) == .word && ["=", ":"].contains(text.text($0.lowerBound + 1))
            })
        else { return nil }
        let fields = call.items.map { "\(text.text($0.lowerBound)): \(text.slice($0.lowerBound + 2, $0.upperBound))" }
            .joined(separator: ", ")
        return replacing(
            "named-arg",
            call.open,
            call.end,
            by: "({\(fields)})",
            hint: Self.writeHint("\(text.slice(call.start, call.open))({\(fields)})")
        )
    }

    // MARK: Modules of other languages

    private func foreignModule(_ call: MethodCall, _ root: String) -> Idiom? {
        let a = call.arguments
        func value(_ expression: String) -> Idiom { replaced(call, expression, "foreign-module") }
        switch root {
        case "console", "Console", "System", "fmt", "logger", "logging", "log", "sys", "io", "process", "std", "os",
            "IO", "Log", "Debug":
            switch call.name {
            case "log", "info", "warn", "debug", "println", "Println", "print", "Print", "WriteLine", "Write", "puts",
                "write", "warning", "error":
                return replacing("foreign-module", call.start, call.end, by: "print \(printValue(a))")
            case "Printf", "printf":
                return replacing("foreign-module", call.start, call.end, by: "print \(sprintf(a) ?? printValue(a))")
            case "Sprintf", "format", "Fprintf", "Errorf": return sprintf(a).map(value)
            case "Sprint", "Sprintln": return value("to_string(\(a.first ?? "\"\""))")
            case "exit", "_exit", "Exit":
                return replacing(
                    "foreign-module",
                    call.start,
                    call.end,
                    by: "finish \(a.isEmpty || a[0] == "0" ? "null" : a[0])"
                )
            default: break
            }
        case "JSON", "json", "Json", "cjson", "ujson":
            switch call.name {
            case "parse", "loads", "load", "decode", "deserialize", "parse_string":
                return a.first.map { value("json_parse(\($0))") }
            case "stringify", "dumps", "dump", "encode", "serialize", "generate", "to_string":
                return a.first.map { value("to_string(\($0))") }
            default: break
            }
        case "Math", "math", "np", "numpy", "torch":
            return mathCall(call.name, a).map(value) ?? advice("foreign-module", call.start, call.end, Self.mathHint)
        case "Object":
            switch call.name {
            case "keys": return a.first.map { value("keys(\($0))") }
            case "values": return a.first.map { value("values(\($0))") }
            case "entries": return a.first.map { value("[[k, \($0)[k]] for k in keys(\($0))]") }
            case "assign" where a.count >= 2: return merged(call, a)
            case "fromEntries":
                return advice(
                    "foreign-module",
                    call.start,
                    call.end,
                    "build it in a loop: `r = {}; for p in pairs { r[p[0]] = p[1] }`"
                )
            case "freeze", "create": return a.first.map(value)
            case "hasOwn": return a.count == 2 ? value("contains(\(a[0]), \(a[1]))") : nil
            default: break
            }
        case "Array", "List":
            if call.name == "from", a.count == 1 {
                return value(a[0].hasPrefix("{length:") ? "range(\(a[0].dropFirst(8).dropLast()))" : a[0])
            }
            if call.name == "isArray" {
                return advice(
                    "foreign-module",
                    call.start,
                    call.end,
                    "types are not asked for; check with `validate(x, Type { n: int })`"
                )
            }
            if call.name == "of" { return value("[\(a.joined(separator: ", "))]") }
        case "Promise", "asyncio":
            if ["all", "gather", "allSettled", "wait"].contains(call.name) { return gathered(call) }
            if call.name == "sleep" {
                return a.first.map {
                    replacing(
                        "special-form",
                        text.text(call.start - 1) == "await" ? call.start - 1 : call.start,
                        call.end,
                        by: "sleep for \($0) * 1000"
                    )
                }
            }
            if call.name == "run", let only = a.first { return value("await \(only)") }
            if call.name == "resolve", let only = a.first { return value(only) }
        case "time", "Thread":
            if call.name == "sleep" {
                return a.first.map {
                    replacing(
                        "special-form",
                        call.start,
                        call.end,
                        by: "sleep for \(root == "time" ? (Int($0).map { String($0 * 1000) } ?? "\($0) * 1000") : $0)"
                    )
                }
            }
            return advice(
                "foreign-module",
                call.start,
                call.end,
                "a program has no clock; ask the host, or use a bound value"
            )
        case "Date", "datetime", "Time", "DateTime", "Instant", "SystemTime", "LocalDate", "moment", "dayjs":
            return advice(
                "foreign-module",
                call.start,
                call.end,
                "a program has no clock; ask the host, or use a bound value such as `now`"
            )
        case "random", "Random", "rand", "uuid", "crypto", "secrets":
            return advice(
                "foreign-module",
                call.start,
                call.end,
                "nothing is random here; choose by a rule, or ask the host"
            )
        case "re", "regex", "Regex", "RegExp":
            return advice(
                "foreign-module",
                call.start,
                call.end,
                "there are no regular expressions; use `contains`, `find`, `split` or `grep_text`"
            )
        case "String", "Number", "Integer", "Float", "Int", "Double", "string", "strings", "strconv", "table",
            "StringUtils", "slices", "sort", "utf8", "Convert", "Long":
            return stringModule(call, root, a)
        case "itertools", "functools", "collections", "operator":
            return advice("foreign-module", call.start, call.end, "write it with comprehensions and loops")
        case "pd", "pandas", "df", "requests", "axios", "http", "fs", "urllib", "subprocess", "Path", "pathlib",
            "shutil", "csv", "yaml", "File", "Dir", "$", "document", "window":
            return advice(
                "foreign-module",
                call.start,
                call.end,
                "there is no `\(root)`; call an operation of the host, as in `await tools.name({…})?`"
            )
        default: break
        }
        return nil
    }

    static let mathHint =
        "there is no `Math`; write it with `+ - * / %`, `floor_div`, `ceil_div`, `to_int`, `min` and `max`"

    private func stringModule(_ call: MethodCall, _ root: String, _ a: [String]) -> Idiom? {
        func value(_ expression: String) -> Idiom { replaced(call, expression, "foreign-module") }
        guard let first = a.first else { return nil }
        switch call.name {
        case "upper", "ToUpper", "toupper": return value("upper(\(first))")
        case "lower", "ToLower", "tolower": return value("lower(\(first))")
        case "len", "length", "getn": return value("len(\(first))")
        case "format", "Format": return sprintf(a).map(value)
        case "sub":
            return a.count > 1
                ? value(
                    "slice(\(first), \(Int(a[1]).map { String($0 - 1) } ?? "\(a[1]) - 1"), \(a.count > 2 ? a[2] : "null"))"
                ) : nil
        case "rep", "Repeat": return a.count > 1 ? value(repetition(first, a[1])) : nil
        case "reverse": return value(reversedText(first))
        case "Contains", "contains": return a.count > 1 ? value("contains(\(first), \(a[1]))") : nil
        case "HasPrefix": return a.count > 1 ? value("starts_with(\(first), \(a[1]))") : nil
        case "HasSuffix": return a.count > 1 ? value("ends_with(\(first), \(a[1]))") : nil
        case "Split": return a.count > 1 ? value("split(\(first), \(a[1]))") : nil
        case "Fields": return value("[w for w in split(trim(\(first)), \" \") if w != \"\"]")
        case "Join", "concat", "join":
            return a.count > 1 ? value("join(\(first), \(a[1]))") : value("join(\(first), \"\")")
        case "TrimSpace", "Trim", "trim": return value("trim(\(first))")
        case "Replace", "ReplaceAll", "gsub": return a.count > 2 ? value("replace(\(first), \(a[1]), \(a[2]))") : nil
        case "Index", "find": return a.count > 1 ? value("find(\(first), \(a[1]))") : nil
        case "insert":
            return a.count == 2
                ? statement(call, "\(first) = push(\(first), \(a[1]))")
                : a.count == 3
                    ? statement(
                        call,
                        "\(first) = slice(\(first), 0, \(a[1]) - 1) + [\(a[2])] + slice(\(first), \(a[1]) - 1, null)"
                    ) : nil
        case "remove": return a.count == 1 ? statement(call, "\(first) = slice(\(first), 0, -1)") : nil
        case "sort", "Ints", "Strings", "Sort": return statement(call, "\(first) = sort(\(first))")
        case "unpack": return value(first)
        case "parseInt", "Atoi", "ParseInt", "toInt", "parse", "valueOf", "ToInt32":
            return value(root == "Float" || root == "Double" ? "to_float(\(first))" : "to_int(\(first))")
        case "parseFloat", "ParseFloat", "ToDouble": return value("to_float(\(first))")
        case "Itoa", "toString", "FormatInt", "ToString": return value("to_string(\(first))")
        case "isInteger": return value("\(first) % 1 == 0")
        case "isNaN": return value("\(first) != \(first)")
        default: return nil
        }
    }

    /// `Promise.all([a, b])`
    private func gathered(_ call: MethodCall) -> Idiom? {
        let from = text.text(call.start - 1) == "await" ? call.start - 1 : call.start
        guard let first = call.items.first else { return nil }
        var calls = call.items
        if text.text(first.lowerBound) == "[", call.items.count == 1 {
            if text.find(["for"], first.lowerBound + 1, first.upperBound - 1) != nil {
                return replacing("foreign-module", from, call.end, by: "await \(call.arguments[0])")
            }
            calls = text.items(first.lowerBound)
        } else if text.text(first.lowerBound) == "*" {
            return replacing(
                "foreign-module",
                from,
                call.end,
                by: "await \(text.slice(first.lowerBound + 1, first.upperBound))"
            )
        } else if call.items.count == 1, let map = mapped(first) {
            return replacing("foreign-module", from, call.end, by: "await \(map)")
        }
        let list = calls.map { item -> String in
            var from = item.lowerBound
            if text.text(from) == "await" { from += 1 }
            let shown = text.slice(from, item.upperBound)
            return shown.hasSuffix(")") ? shown + "?" : shown
        }
        return replacing("foreign-module", from, call.end, by: "await [\(list.joined(separator: ", "))]")
    }

    /// `xs.map(x => f(x))` as a list of calls.
    private func mapped(_ item: Range<Int>) -> String? {
        guard
            let dot = (item.lowerBound..<item.upperBound).first(where: {
                text.text($0) == "." && text.text($0 + 1) == "map"
            }), let call = methodCall(dot),
            let argument = call.items.first, let closure = closure(at: argument.lowerBound, until: argument.upperBound),
            let body = expression(of: closure),
            let parameter = closure.parameters.first
        else { return nil }
        let value = text.slice(body.lowerBound, body.upperBound)
        return "[\(value)\(value.hasSuffix(")") ? "?" : "") for \(parameter) in \(call.receiver)]"
    }

    private func merged(_ call: MethodCall, _ records: [String]) -> Idiom? {
        let key = text.freshName("k")
        let name =
            records[0] == "{}" || !LexicalText.isName(records[0]) || !call.isStatement
            ? text.freshName("record") : records[0]
        var lines = name == records[0] ? [] : ["\(name) = \(records[0])"]
        for record in records.dropFirst() {
            lines.append("for \(key) in keys(\(record)) { \(name)[\(key)] = \(record)[\(key)] }")
        }
        if call.isStatement {
            return replacing("method-record", call.start, call.end, by: joined(lines, at: call.start))
        }
        guard let hoisted = hoist(lines, before: call.start) else { return nil }
        return edits(
            "method-record",
            call.start,
            call.end,
            [hoisted, Fix(text.span(call.start, call.end), name)],
            hint: Self.writeHint(lines.joined(separator: "\n"))
        )
    }

    func mathCall(_ name: String, _ a: [String]) -> String? {
        func operand(_ text: String) -> String { LexicalText.isName(text) || Double(text) != nil ? text : "(\(text))" }
        guard let first = a.first else { return nil }
        let x = operand(first)
        switch name {
        case "max", "min":
            if a.count == 1 {
                return
                    "\(name)(\(first.hasPrefix("...") || first.hasPrefix("*") ? String(first.drop { $0 == "." || $0 == "*" }) : first))"
            }
            if a.contains(where: { $0.hasPrefix("...") }) { return nil }
            return "\(name)([\(a.joined(separator: ", "))])"
        case "abs", "fabs": return "(\(x) < 0 ? -\(x) : \(x))"
        case "floor", "trunc", "Floor": return division(first).map { "floor_div(\($0), \($1))" } ?? "to_int(\(first))"
        case "ceil", "Ceil":
            return division(first).map { "ceil_div(\($0), \($1))" }
                ?? "(to_int(\(first)) < \(x) ? to_int(\(first)) + 1 : to_int(\(first)))"
        case "round", "Round":
            if a.count > 1, let digits = Int(a[1]), (0...9).contains(digits) {
                let factor = String((0..<digits).reduce(1) { product, _ in product * 10 })
                return "to_int(\(x) * \(factor) + 0.5) / \(factor)"
            }
            return "to_int(\(x) + 0.5)"
        case "pow", "Pow": return a.count > 1 ? power(x, a[1]) : nil
        case "sum": return "sum(\(first))"
        case "array": return first
        case "arange": return "range(\(a.joined(separator: ", ")))"
        case "mean": return "sum(\(first)) / len(\(first))"
        case "sign": return "(\(x) > 0 ? 1 : \(x) < 0 ? -1 : 0)"
        default: return nil
        }
    }

    /// The operands of a text that is one division.
    private func division(_ expression: String) -> (String, String)? {
        let inner = ForeignText(SourceText(expression))
        guard let slash = inner.find(["/"], 0, inner.count), slash > 0,
            inner.operandStart(before: slash, binding: 7) == 0,
            inner.operandEnd(slash + 1, binding: 8) == inner.count
        else { return nil }
        return (inner.slice(0, slash), inner.slice(slash + 1, inner.count))
    }

    /// What `print` with several arguments shows.
    func printValue(_ arguments: [String]) -> String {
        if arguments.isEmpty { return "\"\"" }
        if arguments.count == 1 { return arguments[0] }
        return
            "format(\"\(Array(repeating: "{}", count: arguments.count).joined(separator: " "))\", \(arguments.joined(separator: ", ")))"
    }

    func sprintf(_ arguments: [String]) -> String? {
        guard let template = arguments.first else { return nil }
        if template.contains("%") {
            return Self.percentTemplate(template).map {
                "format(\(([$0] + arguments.dropFirst()).joined(separator: ", ")))"
            }
        }
        return "format(\(arguments.joined(separator: ", ")))"
    }

    // MARK: Methods

    private func method(_ call: MethodCall) -> Idiom? {
        let r = call.receiver
        let a = call.arguments
        func value(_ expression: String, _ name: String = "method-string") -> Idiom { replaced(call, expression, name) }
        if text.text(call.open) == "do" { return rubyBlock(call) }
        if let idiom = higherOrderMethod(call) { return idiom }
        switch call.name {
        case "upper", "toUpperCase", "to_uppercase", "upcase", "uppercased", "toUpper", "ToUpper", "toLocaleUpperCase",
            "uppercase", "to_ascii_uppercase":
            return value("upper(\(r))")
        case "lower", "toLowerCase", "to_lowercase", "downcase", "lowercased", "toLower", "ToLower",
            "toLocaleLowerCase", "lowercase", "casefold", "to_ascii_lowercase":
            return value("lower(\(r))")
        case "strip", "trim", "trimmed", "Trim", "TrimSpace", "trimmingCharacters", "chomp", "trim_end", "trimEnd",
            "rstrip", "trimStart", "lstrip", "trim_start", "strip_edges":
            return a.isEmpty || call.name == "trimmingCharacters"
                ? value("trim(\(r))")
                : advice(
                    "method-string",
                    call.start,
                    call.end,
                    "`trim` takes white space only; test with `starts_with` and cut with `slice`"
                )
        case "capitalize", "capitalized", "ucfirst":
            return value("upper(slice(\(r), 0, 1)) + lower(slice(\(r), 1, null))")
        case "title":
            return value("join([upper(slice(w, 0, 1)) + lower(slice(w, 1, null)) for w in split(\(r), \" \")], \" \")")
        case "splitlines", "lines", "split_lines", "readlines", "each_line": return value("split(\(r), \"\\n\")")
        case "split", "Split", "components", "split_whitespace", "explode":
            if a.isEmpty { return value("[w for w in split(trim(\(r)), \" \") if w != \"\"]") }
            let separator =
                a[0].split(separator: ":").count > 1 && !a[0].hasPrefix("\"") && !a[0].hasPrefix("'")
                ? IdiomFinder.trimmed(String(a[0].split(separator: ":").last ?? "")) : a[0]
            if separator == "\"\"" || separator == "''" { return value("[\(r)[i] for i in range(len(\(r)))]") }
            return value("split(\(r), \(separator))")
        case "chars", "toList", "characters", "to_chars", "toCharArray", "chars_list":
            return looksLike(call.start..<call.dot) == .list ? value(r) : value("[\(r)[i] for i in range(len(\(r)))]")
        case "join", "joined", "Join", "implode", "mkString":
            guard let first = a.first else {
                return value(
                    "join(\(r), \(call.name == "joined" || call.name == "mkString" ? "\"\"" : "\",\""))",
                    "method-list"
                )
            }
            let argument = first.hasPrefix("separator:") ? IdiomFinder.trimmed(String(first.dropFirst(10))) : first
            let item = call.items[0]
            let isPython =
                text.kind(call.start) == .string && call.dot == call.start + 1
                || looksLike(call.start..<call.dot) == .string && looksLike(item) != .string
            if isPython, item.contains(where: { text.text($0) == "for" }), !first.hasPrefix("[") {
                return value("join([\(first)], \(r))")
            }
            return isPython ? value("join(\(first), \(r))") : value("join(\(r), \(argument))", "method-list")
        case "replace", "replaceAll", "gsub", "replace_all", "replacingOccurrences", "Replace", "ReplaceAll", "sub",
            "replaced", "tr":
            guard a.count >= 2 else {
                return advice("method-string", call.start, call.end, "write `replace(\(Self.shortened(r)), old, new)`")
            }
            if a[0].hasPrefix("/") {
                return advice(
                    "method-string",
                    call.start,
                    call.end,
                    "there are no regular expressions; `replace(text, old, new)` takes plain text"
                )
            }
            let plain = a.map { argument in
                ["of:", "with:"].reduce(argument) {
                    $0.hasPrefix($1) ? IdiomFinder.trimmed(String($0.dropFirst($1.count))) : $0
                }
            }
            return value("replace(\(r), \(plain[0]), \(plain[1]))")
        case "startswith", "startsWith", "starts_with", "hasPrefix", "HasPrefix", "start_with", "StartsWith":
            return a.first.map { value("starts_with(\(r), \($0))") }
        case "endswith", "endsWith", "ends_with", "hasSuffix", "HasSuffix", "end_with", "EndsWith":
            return a.first.map { value("ends_with(\(r), \($0))") }
        case "includes", "contains", "include", "has", "has_key", "hasOwnProperty", "containsKey", "contains_key",
            "key", "member", "Contains", "__contains__", "exists", "hasKey", "contains_value", "isSuperset", "in":
            return a.first.map { value("contains(\(r), \($0))") }
        case "find", "indexOf", "index", "index_of", "firstIndex", "search", "strpos", "IndexOf", "position":
            guard let first = a.first else { return nil }
            let item = first.hasPrefix("of:") ? IdiomFinder.trimmed(String(first.dropFirst(3))) : first
            if looksLike(call.start..<call.dot) == .list {
                return value("[i for i in range(len(\(r))) if \(r)[i] == \(item)][0]")
            }
            return value("find(\(r), \(item)\(a.count > 1 && !first.hasPrefix("of:") ? ", " + a[1] : ""))")
        case "rfind", "lastIndexOf", "rindex":
            return advice(
                "method-string",
                call.start,
                call.end,
                "`find` gives the first place; go on with `find(text, part, start)`"
            )
        case "count", "Count":
            guard let first = a.first, let item = call.items.first else { return value("len(\(r))") }
            if looksLike(call.start..<call.dot) == .list { return value("len([x for x in \(r) if x == \(first)])") }
            if looksLike(call.start..<call.dot) == .string || text.kind(item.lowerBound) == .string {
                return value("len(split(\(r), \(first))) - 1")
            }
            return value("len([x for x in \(r) if x == \(first)])")
        case "zfill", "padStart", "rjust", "lpad", "pad_start", "PadLeft", "ljust", "padEnd", "rpad", "PadRight":
            guard let width = a.first else { return nil }
            let fill = a.count > 1 ? a[1] : call.name == "zfill" ? "\"0\"" : "\" \""
            let pad = "join([\(fill) for i in range(\(width) - len(\(r)))], \"\")"
            return ["ljust", "padEnd", "rpad", "PadRight"].contains(call.name)
                ? value("\(r) + \(pad)") : value("\(pad) + \(r)")
        case "isdigit", "isnumeric", "isDigit", "is_numeric", "isdecimal":
            return value("len([i for i in range(len(\(r))) if not contains(\"0123456789\", \(r)[i])]) == 0")
        case "isalpha", "isupper", "islower", "isalnum", "isspace", "match", "matches", "test", "scan", "match_all",
            "matchAll", "exec", "fullmatch", "findall":
            return advice(
                "method-string",
                call.start,
                call.end,
                "there are no patterns; use `contains`, `starts_with`, `find` or a loop over `\(Self.shortened(r))[i]`"
            )
        case "charAt", "at", "get", "nth", "elementAt", "getitem", "__getitem__", "fetch", "getOrDefault",
            "get_or_default", "getOrElse", "setdefault", "dig":
            return getter(call)
        case "charCodeAt", "codePointAt", "ord":
            return advice(
                "method-string",
                call.start,
                call.end,
                "texts have no codes; find the place in an alphabet: `find(\"abc…\", c)`"
            )
        case "length", "len", "size", "Len", "length_", "Length", "getLength", "num_rows":
            return value("len(\(r))", "method-list")
        case "is_empty", "isEmpty", "empty", "Empty", "blank", "none": return a.isEmpty ? value("empty(\(r))") : nil
        case "any", "present", "isNotEmpty": return a.isEmpty ? value("not empty(\(r))") : nil
        case "substring", "substr", "slice", "Substring", "sublist", "subList", "slice_":
            return sliceMethod(call)
        case "concat", "plus":
            return a.isEmpty ? nil : value(([r] + a).joined(separator: " + "), "method-list")
        case "repeat", "Repeat", "repeated": return a.first.map { value(repetition(r, $0)) }
        case "format": return value("format(\(([r] + a).joined(separator: ", ")))")
        case "encode", "decode", "iter", "into_iter", "iter_mut", "collect", "to_vec", "toArray", "to_a", "clone",
            "copy", "deepcopy", "as_str", "to_owned", "into", "values_list", "list",
            "as_ref", "borrow", "cloned", "copied", "freeze", "dup", "stream", "asSequence", "lazy", "sync", "to_list",
            "array", "next_", "normalize", "toSorted_":
            return edits(
                "method-list",
                call.start,
                call.end,
                [Fix(Span(text.tokens[call.dot - 1].end, text.tokens[call.end - 1].end), "")],
                hint: "values are copied by assignment and need no `.\(call.name)()`; leave it out"
            )
        case "to_s", "toString", "to_string", "str", "String", "ToString", "to_str", "toJSON", "to_json", "inspect",
            "__str__", "description", "json":
            return value("to_string(\(r))")
        case "to_i", "toInt", "to_int", "parse", "intValue", "as_i64", "toInteger": return value("to_int(\(r))")
        case "to_f", "toFloat", "toDouble", "to_float", "as_f64": return value("to_float(\(r))")
        case "toFixed", "round":
            return a.first.flatMap { mathCall("round", [r, $0]) }.map { value($0) }
                ?? mathCall("round", [r]).map { value($0) }
        case "abs", "floor", "ceil": return mathCall(call.name, [r]).map { value($0) }
        case "first", "front", "head", "peek_first", "First":
            return a.isEmpty ? value("\(r)[0]", "method-list") : value("slice(\(r), 0, \(a[0]))", "method-list")
        case "last", "back", "peek", "top", "Last":
            return a.isEmpty ? value("\(r)[-1]", "method-list") : value("slice(\(r), -\(a[0]), null)", "method-list")
        case "take", "limit", "prefix": return a.first.map { value("slice(\(r), 0, \($0))", "method-list") }
        case "drop", "skip", "dropFirst": return value("slice(\(r), \(a.first ?? "1"), null)", "method-list")
        case "dropLast", "butlast", "init": return value("slice(\(r), 0, -\(a.first ?? "1"))", "method-list")
        case "suffix", "takeLast": return a.first.map { value("slice(\(r), -\($0), null)", "method-list") }
        case "keys": return value("keys(\(r))", "method-record")
        case "values", "valueSeq": return value("values(\(r))", "method-record")
        case "items", "entries", "to_pairs", "iteritems":
            return value("[[k, \(r)[k]] for k in keys(\(r))]", "method-record")
        case "enumerate", "enumerated", "each_with_index", "withIndex":
            return value("[[i, \(r)[i]] for i in range(len(\(r)))]", "method-list")
        case "sum", "min", "max", "sumOf":
            return a.isEmpty ? value("\(call.name == "sumOf" ? "sum" : call.name)(\(r))", "method-list") : nil
        case "unique", "uniq", "distinct", "dedup", "nub", "toSet", "to_set":
            return call.isStatement ? statement(call, "\(r) = unique(\(r))") : value("unique(\(r))", "method-list")
        case "is_some", "isSome", "is_some_and", "isPresent": return value("\(r) != null")
        case "is_none", "isNone", "nil", "isNull", "is_null": return value("\(r) == null")
        case "is_ok", "isOk", "isSuccess", "ok", "succeeded", "is_success": return value("\(r).ok", "method-result")
        case "is_err", "isErr", "isFailure", "is_error", "failed": return value("not \(r).ok", "method-result")
        case "unwrap", "expect": return value("\(r)?", "method-result")
        case "unwrap_or", "unwrapOr", "unwrap_or_else":
            return a.first.map { value("\(r).ok ? \(r).value : \($0)", "method-result") }
        case "unwrap_err": return value("\(r).error", "method-result")
        case "equals", "eq", "__eq__", "equalsIgnoreCase": return a.first.map { value("\(r) == \($0)") }
        case "then", "catch", "finally":
            return advice(
                "method-result",
                call.start,
                call.end,
                "wait with `await`, then look at `.ok`, `.value` and `.error`"
            )
        case "zip": return a.first.map { value("[[\(r)[i], \($0)[i]] for i in range(len(\(r)))]", "method-list") }
        case "flat", "flatten", "flattened": return value("[y for x in \(r) for y in x]", "method-list")
        case "fill": return a.first.map { value("[\($0) for x in \(r)]", "method-list") }
        case "step_by": return nil
        default: return mutation(call)
        }
    }

    private func getter(_ call: MethodCall) -> Idiom? {
        let (r, a) = (call.receiver, call.arguments)
        guard let first = a.first else { return nil }
        func value(_ expression: String) -> Idiom { replaced(call, expression, "method-record") }
        if call.name == "dig" {
            return value(r + a.map { "[\($0.hasPrefix(":") ? "\"\($0.dropFirst())\"" : $0)]" }.joined())
        }
        if a.count == 1 { return value("\(r)[\(first)]") }
        if call.name == "setdefault", call.isStatement {
            return statement(call, "if not contains(\(r), \(first)) { \(r)[\(first)] = \(a[1]) }", "method-record")
        }
        return value("contains(\(r), \(first)) ? \(r)[\(first)] : \(a[1])")
    }

    private func sliceMethod(_ call: MethodCall) -> Idiom? {
        let (r, a) = (call.receiver, call.arguments)
        func value(_ expression: String) -> Idiom { replaced(call, expression) }
        guard let first = a.first else { return value(r) }
        guard a.count > 1 else { return value("slice(\(r), \(first), null)") }
        if call.name == "substr" || call.name == "Substring" {
            if let start = Int(first), let count = Int(a[1]), start >= 0 {
                return value("slice(\(r), \(start), \(start + count))")
            }
            return value("slice(\(r), \(first), \(first) + \(a[1]))")
        }
        return value("slice(\(r), \(first), \(a[1]))")
    }

    // MARK: Methods that change their receiver

    private func mutation(_ call: MethodCall) -> Idiom? {
        let (r, a) = (call.receiver, call.arguments)
        let first = a.first ?? ""
        let isTarget = text.kind(call.start) == .word
        func change(_ line: String, _ expression: String? = nil) -> Idiom? {
            if call.isStatement, isTarget { return statement(call, line) }
            return expression.map { replaced(call, $0) }
        }
        switch call.name {
        case "push", "append", "add", "push_back", "Add", "addLast", "append_", "pushBack", "emplace_back", "enqueue",
            "offer", "insertLast", "push_str", "appendChild":
            guard !a.isEmpty else { return nil }
            let item = call.items[0]
            if call.name == "push_str" { return change("\(r) = \(r) + \(first)") }
            if a.count > 1 {
                return change("\(r) = \(r) + [\(a.joined(separator: ", "))]", "\(r) + [\(a.joined(separator: ", "))]")
            }
            if first.hasPrefix("contentsOf:") {
                return change("\(r) = \(r) + \(IdiomFinder.trimmed(String(first.dropFirst(11))))")
            }
            if first.hasPrefix("..."), item.count > 1 {
                return change("\(r) = \(r) + \(text.slice(item.lowerBound + 1, item.upperBound))")
            }
            return change("\(r) = push(\(r), \(first))", "push(\(r), \(first))")
        case "extend", "addAll", "append_all", "AddRange", "push_all", "extend_from_slice":
            let value =
                call.items.first.map { hasOperator($0.lowerBound, $0.upperBound) } == true ? "(\(first))" : first
            return change("\(r) = \(r) + \(value)", "\(r) + \(value)")
        case "pop", "pop_back", "removeLast", "shift", "popleft", "pop_front", "removeFirst", "dequeue", "poll",
            "pop_first", "remove_at", "removeAt", "Pop", "Dequeue":
            return popped(call)
        case "insert", "unshift", "prepend", "appendleft", "push_front", "addFirst", "appendLeft", "Insert":
            if call.name != "insert" && call.name != "Insert" || a.count == 1 {
                return change("\(r) = [\(a.joined(separator: ", "))] + \(r)", "[\(first)] + \(r)")
            }
            guard a.count == 2 else { return nil }
            if first == "0" { return change("\(r) = [\(a[1])] + \(r)") }
            if text.kind(call.items[0].lowerBound) == .string || looksLike(call.start..<call.dot) == .record {
                return change("\(r)[\(first)] = \(a[1])")
            }
            if a[1].hasPrefix("at:") {
                return change(
                    a[1].hasSuffix(" 0")
                        ? "\(r) = [\(first)] + \(r)"
                        : "\(r) = slice(\(r), 0, \(a[1].dropFirst(3))) + [\(first)] + slice(\(r),\(a[1].dropFirst(3)), null)"
                )
            }
            return change("\(r) = slice(\(r), 0, \(first)) + [\(a[1])] + slice(\(r), \(first), null)")
        case "remove", "delete", "discard", "Remove", "delete_at", "delete_if_equal":
            guard !a.isEmpty else { return nil }
            if looksLike(call.start..<call.dot) == .record, call.isStatement {
                return without(call.start, call.end, r, first, text.freshName("rest"))
            }
            return change("\(r) = [x for x in \(r) if x != \(first)]")
        case "clear", "removeAll": return change("\(r) = \(looksLike(call.start..<call.dot) == .record ? "{}" : "[]")")
        case "sort", "sorted", "toSorted", "sort_unstable", "Sort", "sort_": return sorted(call)
        case "sort_by", "sortBy", "sort_by_key", "sortedBy", "orderBy", "order_by", "sortWith", "OrderBy":
            return sorted(call)
        case "reverse", "reversed", "toReversed", "rev", "Reverse":
            if looksLike(call.start..<call.dot) == .string { return replaced(call, reversedText(r)) }
            return change("\(r) = reverse(\(r))", "reverse(\(r))")
        case "update", "merge", "putAll", "assign":
            guard a.count == 1 else { return nil }
            return merged(
                MethodCall(
                    start: call.start,
                    dot: call.dot,
                    name: call.name,
                    open: call.open,
                    end: call.end,
                    items: call.items,
                    receiver: r,
                    arguments: call.arguments,
                    isStatement: call.isStatement && call.name != "merge"
                ),
                [r, first]
            )
        case "set", "put", "insert_or_assign", "store": return a.count == 2 ? change("\(r)[\(first)] = \(a[1])") : nil
        case "splice":
            guard a.count >= 2, let count = Int(a[1]) else { return nil }
            let end = Int(first).map { String($0 + count) } ?? "\(first) + \(count)"
            return change(
                "\(r) = slice(\(r), 0, \(first)) + [\(a.dropFirst(2).joined(separator: ", "))] + slice(\(r), \(end), null)"
            )
        case "forEach", "each", "for_each": return nil
        default: return nil
        }
    }

    private func popped(_ call: MethodCall) -> Idiom? {
        let (r, a) = (call.receiver, call.arguments)
        let first = a.first ?? ""
        let isFront =
            ["shift", "popleft", "pop_front", "removeFirst", "dequeue", "poll", "pop_first", "Dequeue"].contains(
                call.name
            ) || first == "0"
        guard text.kind(call.start) == .word else { return nil }
        if !isFront, !a.isEmpty, first != "-1" {
            if looksLike(call.start..<call.dot) == .record || text.kind(call.items[0].lowerBound) == .string {
                return advice(
                    "method-list",
                    call.start,
                    call.end,
                    "read `\(r)[\(first)]`, then build a record without it"
                )
            }
            let cut = "\(r) = slice(\(r), 0, \(first)) + slice(\(r), \(first) + 1, null)"
            if call.isStatement { return statement(call, cut) }
            return taking(call, "\(r)[\(first)]", cut)
        }
        let cut = isFront ? "\(r) = slice(\(r), 1, null)" : "\(r) = slice(\(r), 0, -1)"
        if call.isStatement { return statement(call, cut) }
        return taking(call, isFront ? "\(r)[0]" : "\(r)[-1]", cut)
    }

    /// A value that is read and then taken away.
    private func taking(_ call: MethodCall, _ read: String, _ cut: String) -> Idiom? {
        let start = text.statementStart[call.start]
        let end = text.statementEnd(start)
        // `x = xs.pop()`
        if text.text(start + 1) == "=", start + 2 == call.start, call.end == end {
            return replacing("method-list", start, end, by: joined(["\(text.text(start)) = \(read)", cut], at: start))
        }
        let name = text.freshName("item")
        guard let hoisted = hoist(["\(name) = \(read)", cut], before: call.start) else { return nil }
        return edits(
            "method-list",
            call.start,
            call.end,
            [hoisted, Fix(text.span(call.start, call.end), name)],
            hint: Self.writeHint("\(name) = \(read)\n\(cut)")
        )
    }

    // MARK: Methods that take functions

    /// `xs.each do |x| … end`, `3.times do |i| … end`
    private func rubyBlock(_ call: MethodCall) -> Idiom? {
        guard let bar = (call.open + 2..<text.count).first(where: { text.text($0) == "|" }),
            let end = endBlock(from: call.start, bodyStart: bar + 1)
        else { return nil }
        let names = text.split(call.open + 2, bar, at: ",").map { text.slice($0.lowerBound, $0.upperBound) }
        guard let head = loopHead(call, names) else { return nil }
        return edits(
            "method-list",
            call.start,
            end + 1,
            [Fix(text.span(call.start, bar + 1), head), Fix(text.span(end, end + 1), "}")],
            hint: Self.writeHint(head + " … }")
        )
    }

    /// `for x in xs {`
    private func loopHead(_ call: MethodCall, _ names: [String]) -> String? {
        let r = call.receiver
        switch call.name {
        case "each", "forEach", "for_each", "map", "iterate":
            if names.count == 2 {
                if call.name == "forEach", looksLike(call.start..<call.dot) != .record {
                    return "for \(names[1]) in range(len(\(r))) { \(names[0]) = \(r)[\(names[1])];"
                }
                return "for \(names[0]) in keys(\(r)) { \(names[1]) = \(r)[\(names[0])];"
            }
            return "for \(names.first ?? "x") in \(r) {"
        case "each_with_index", "eachWithIndex", "forEachIndexed":
            guard names.count == 2 else { return nil }
            let (item, index) = call.name == "forEachIndexed" ? (names[1], names[0]) : (names[0], names[1])
            return "for \(index) in range(len(\(r))) { \(item) = \(r)[\(index)];"
        case "each_pair", "each_entry":
            return names.count == 2 ? "for \(names[0]) in keys(\(r)) { \(names[1]) = \(r)[\(names[0])];" : nil
        case "times": return "for \(names.first ?? "i") in range(\(r)) {"
        case "upto": return call.arguments.first.map { "for \(names.first ?? "i") in range(\(r), \($0) + 1) {" }
        default: return nil
        }
    }

    private func higherOrderMethod(_ call: MethodCall) -> Idiom? {
        guard let position = call.items.firstIndex(where: { closureOf($0) != nil }),
            let closure = closureOf(call.items[position])
        else {
            if ["map", "filter"].contains(call.name), call.items.count == 1, call.items[0].count == 1,
                text.kind(call.items[0].lowerBound) == .word
            {
                let name = Self.callable(call.arguments[0])
                return replaced(
                    call,
                    call.name == "map"
                        ? "[\(name)(x) for x in \(call.receiver)]"
                        : "[x for x in \(call.receiver) if \(name == "Boolean" ? "x" : "\(name)(x)")]"
                )
            }
            return nil
        }
        let r = call.receiver
        let names = closure.parameters
        guard let body = expression(of: closure) else {
            if call.isStatement, let head = loopHead(call, names) {
                let inner = text.slice(closure.body.lowerBound, closure.body.upperBound)
                let isLong = inner.contains("\n")
                let indent = text.indent(text.place(call.start))
                return replacing(
                    "method-list",
                    call.start,
                    call.end,
                    by: isLong
                        ? "\(head)\n\(text.indent(text.place(closure.body.lowerBound)))\(inner)\n\(indent)}"
                        : "\(head) \(inner) }"
                )
            }
            return advice(
                "method-list",
                call.start,
                call.end,
                "functions are no values; write a loop: `for \(names.first ?? "x") in \(Self.shortened(r)) { … }`"
            )
        }
        let shown = text.slice(body.lowerBound, body.upperBound)
        // `(x, i) => …`
        var element = names.first ?? "x"
        if element.isEmpty || element == "_" || !LexicalText.isName(element) { element = text.freshName("x") }
        var source = "\(element) in \(r)"
        var value = shown
        if names.count == 2,
            !["reduce", "fold", "inject", "sort", "sorted", "toSorted", "sort_by", "reduce_right", "foldl"].contains(
                call.name
            )
        {
            source = "\(names[1]) in range(len(\(r)))"
            value = substituted(body, [names[0]: "\(r)[\(names[1])]"])
            element = "\(r)[\(names[1])]"
        }
        func list(_ expression: String) -> Idiom { replaced(call, expression) }
        switch call.name {
        case "map", "collect", "compactMap", "Select", "transform", "filterMap", "filter_map", "map_":
            return list("[\(value) for \(source)]")
        case "filter", "select", "where", "find_all", "findAll", "Where", "keep_if", "retain":
            let filtered = "[\(element) for \(source) if \(value)]"
            return call.isStatement && call.name == "retain" ? statement(call, "\(r) = \(filtered)") : list(filtered)
        case "reject", "filterNot": return list("[\(element) for \(source) if not (\(value))]")
        case "flatMap", "flat_map", "SelectMany": return list("[y for \(source) for y in \(value)]")
        case "some", "any", "anyMatch", "Any", "exists", "contains":
            return list("contains([\(Self.asBool(value)) for \(source)], true)")
        case "every", "all", "allMatch", "All", "allSatisfy":
            return list("not contains([\(Self.asBool(value)) for \(source)], false)")
        case "none", "noneMatch": return list("not contains([\(Self.asBool(value)) for \(source)], true)")
        case "find", "detect", "first", "firstOrNull", "First", "FirstOrDefault":
            return list("[\(element) for \(source) if \(value)][0]")
        case "findLast": return list("[\(element) for \(source) if \(value)][-1]")
        case "findIndex", "firstIndex", "position", "find_index", "indexOfFirst", "index":
            let counter = text.freshName("i")
            return list(
                "[\(counter) for \(counter) in range(len(\(r))) if \(substituted(body, [names.first ?? "x": "\(r)[\(counter)]"]))][0]"
            )
        case "count", "Count": return list("len([\(element) for \(source) if \(value)])")
        case "sum", "sumOf", "sumBy", "sum_by": return list("sum([\(value) for \(source)])")
        case "max", "min": return list("\(call.name)([\(value) for \(source)])")
        case "maxBy", "max_by", "minBy", "min_by", "max_by_key", "min_by_key":
            if let path = fieldPath(body, of: names.first ?? "") {
                return list("sort_by(\(r), \"\(path)\")[\(call.name.hasPrefix("max") ? "-1" : "0")]")
            }
            return nil
        case "reduce", "fold", "inject", "foldl": return reduced(call, closure, body, position)
        case "forEach", "each", "for_each", "times", "each_with_index", "upto":
            guard let head = loopHead(call, names), call.isStatement else { return nil }
            return replacing("method-list", call.start, call.end, by: "\(head) \(shown) }")
        case "sort", "sorted", "sort_by", "sortBy", "toSorted", "sort_by_key", "sortedBy", "orderBy":
            return sorted(call)
        case "take_while", "takeWhile", "drop_while", "dropWhile", "partition", "group_by", "groupBy", "chunk", "tally",
            "zip":
            return advice(
                "method-list",
                call.start,
                call.end,
                "write a loop: `for \(element) in \(Self.shortened(r)) { … }`"
            )
        case "uniqBy", "uniq", "distinctBy": return list("unique([\(value) for \(source)])")
        default: return nil
        }
    }

    static func callable(_ name: String) -> String {
        [
            "str": "to_string", "String": "to_string", "int": "to_int", "Number": "to_float", "float": "to_float",
            "parseInt": "to_int",
        ][name] ?? name
    }

    /// A condition as `true` or `false`, which is what `contains` compares.
    static func asBool(_ condition: String) -> String {
        ["==", "!=", "<", ">", " and ", " or ", "not ", " in "].contains(where: condition.contains)
            ? condition : "not not \(condition.contains(" ") ? "(\(condition))" : condition)"
    }

    private func closureOf(_ item: Range<Int>) -> ForeignClosure? {
        var from = item.lowerBound
        // Swift's labels, Python's keyword.
        if ["by", "where", "key"].contains(text.text(from)), [":", "="].contains(text.text(from + 1)) { from += 2 }
        return closure(at: from, until: item.upperBound)
    }

    private func reduced(_ call: MethodCall, _ closure: ForeignClosure, _ body: Range<Int>, _ position: Int) -> Idiom? {
        guard closure.parameters.count >= 2 else { return nil }
        let (total, item) = (closure.parameters[0], closure.parameters[1])
        let initial = call.items.indices.first { $0 != position }.map { call.arguments[$0] }
        if body.count == 3, text.text(body.lowerBound + 1) == "+",
            Set([text.text(body.lowerBound), text.text(body.lowerBound + 2)]) == [total, item],
            initial == nil || initial == "0"
        {
            return replaced(call, "sum(\(call.receiver))")
        }
        let name = text.freshName("total")
        let loop =
            "for \(item) in \(initial == nil ? "slice(\(call.receiver), 1, null)" : call.receiver) { \(name) = \(substituted(body, [total: name])) }"
        guard let hoisted = hoist(["\(name) = \(initial ?? call.receiver + "[0]")", loop], before: call.start) else {
            return nil
        }
        return edits(
            "method-list",
            call.start,
            call.end,
            [hoisted, Fix(text.span(call.start, call.end), name)],
            hint: Self.writeHint("\(name) = \(initial ?? call.receiver + "[0]")\n\(loop)")
        )
    }

    /// `x.a.b` as `a.b`; `x["a"]` too.
    func fieldPath(_ body: Range<Int>, of parameter: String) -> String? {
        guard text.text(body.lowerBound) == parameter, body.count > 1 else { return nil }
        var path: [String] = []
        var at = body.lowerBound + 1
        while at < body.upperBound {
            if text.text(at) == ".", text.kind(at + 1) == .word, text.text(at + 2) != "(" {
                path.append(text.text(at + 1))
                at += 2
            } else if text.text(at) == "[", text.kind(at + 1) == .string, text.text(at + 2) == "]" {
                path.append(String(text.text(at + 1).dropFirst().dropLast()))
                at += 3
            } else {
                return nil
            }
        }
        return path.joined(separator: ".")
    }

    private func sorted(_ call: MethodCall) -> Idiom? {
        guard let expression = sortCall(call.receiver, call.items) else {
            return advice(
                "method-list",
                call.start,
                call.end,
                "sort with `sort(xs)`, `sort_by(rows, \"field\")`, or with \"desc\" as the last argument"
            )
        }
        let changes = ["sort", "sort_by", "sort_by_key", "sort_unstable", "Sort", "sort_"].contains(call.name)
        if call.isStatement, changes, text.kind(call.start) == .word {
            return statement(call, "\(call.receiver) = \(expression)")
        }
        return replaced(call, expression)
    }

    /// `sort(xs)` or `sort_by(xs, "field")` for the arguments of a sorting function of another language.
    func sortCall(_ list: String, _ items: [Range<Int>]) -> String? {
        var isDescending = false
        var path: String?
        for item in items {
            if text.text(item.lowerBound) == "reverse",
                text.text(item.lowerBound + 1) == "=" || text.text(item.lowerBound + 1) == ":"
            {
                isDescending = ["True", "true"].contains(text.text(item.lowerBound + 2))
                continue
            }
            if item.count == 1 || item.count == 3 && text.text(item.lowerBound + 1) == ":" {
                if text.text(item.upperBound - 1) == ">" { isDescending = true; continue }
                if text.text(item.upperBound - 1) == "<" { continue }
            }
            if text.kind(item.lowerBound) == .string, item.count == 1 {
                path = String(text.text(item.lowerBound).dropFirst().dropLast())
                continue
            }
            if text.text(item.lowerBound) == "key", text.text(item.lowerBound + 1) == "=", item.count == 3 {
                if text.text(item.lowerBound + 2) == "len" || text.text(item.lowerBound + 2) == "str" { return nil }
                path = nil
                continue
            }
            guard let closure = closureOf(item), let body = expression(of: closure) else { return nil }
            if closure.parameters.count == 1 {
                if body.count == 1 { continue }
                if text.text(body.lowerBound) == "-",
                    let field = fieldPath(body.lowerBound + 1..<body.upperBound, of: closure.parameters[0])
                {
                    (path, isDescending) = (field, true)
                    continue
                }
                guard let field = fieldPath(body, of: closure.parameters[0]) else { return nil }
                path = field
                continue
            }
            guard closure.parameters.count == 2, let order = comparison(body, closure.parameters) else { return nil }
            isDescending = order.descending
            path = order.path
        }
        let direction = isDescending ? ", \"desc\"" : ""
        return path.map { "sort_by(\(list), \"\($0)\"\(direction))" } ?? "sort(\(list)\(direction))"
    }

    /// `a - b`, `b.n - a.n`, `a < b`, `a.n.localeCompare(b.n)`, `a <=> b`
    private func comparison(_ body: Range<Int>, _ names: [String]) -> (path: String?, descending: Bool)? {
        var middle: Int?
        var isReversed = false
        if let mark = text.find(["-", "<", ">", "<=>"], body.lowerBound, body.upperBound) {
            middle = mark
            isReversed = text.text(mark) == ">"
        }
        var left: Range<Int>
        var right: Range<Int>
        if let middle {
            (left, right) = (body.lowerBound..<middle, middle + 1..<body.upperBound)
        } else if let dot = body.first(where: {
            ["localeCompare", "compareTo", "cmp", "partial_cmp"].contains(text.text($0))
        }), text.text(dot + 1) == "(" {
            (left, right) = (body.lowerBound..<dot - 1, dot + 2..<max(dot + 2, text.partner[dot + 1]))
        } else {
            return nil
        }
        while text.text(right.lowerBound) == "&", right.count > 1 { right = right.lowerBound + 1..<right.upperBound }
        guard !left.isEmpty, !right.isEmpty else { return nil }
        let isSwapped = text.text(left.lowerBound) == names[1]
        let name = isSwapped ? names[1] : names[0]
        guard text.text(left.lowerBound) == name else { return nil }
        let path = left.count == 1 ? nil : fieldPath(left, of: name)
        if left.count > 1, path == nil { return nil }
        return (path, isSwapped != isReversed)
    }
}
