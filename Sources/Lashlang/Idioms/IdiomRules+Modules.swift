internal import LashSyntax

// Modules of the host, and modules and classes of other languages.
extension IdiomFinder {
    /// A module of the host: named arguments, results.
    func moduleCall(_ call: MethodCall, _ root: String) -> Idiom? {
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

    func foreignModule(_ call: MethodCall, _ root: String) -> Idiom? {
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
}
