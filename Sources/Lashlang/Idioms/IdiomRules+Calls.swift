internal import LashSyntax

// Functions that other languages bring along.
extension IdiomFinder {
    func callIdiom(_ index: Int) -> Idiom? {
        let name = text.text(index)
        let open = index + 1
        guard text.text(open) == "(", text.isGlued(open), text.partner[open] > open, text.text(index - 1) != ".",
            text.text(index - 1) != "::"
        else { return nil }
        if ["fn", "def", "function", "func", "process", "start", "fun", "sub"].contains(text.text(index - 1)) {
            return text.text(index - 1) == "start" ? startArguments(index) : nil
        }
        if isDeclared(name) { return processCall(index) }
        if environment.catalog.function(name) != nil { return nil }
        let close = text.partner[open]
        let items = text.items(open).filter { !$0.isEmpty }
        let a = items.map { text.slice($0.lowerBound, $0.upperBound) }
        if let builtin = Builtin(name: name) { return builtinCall(builtin, index, open, items, a) }
        if name == "print" { return printCall(index, open, items, a) }
        if name == "sleep" {
            return a.first.map {
                replacing(
                    "special-form",
                    index,
                    close + 1,
                    by: "sleep for \(Int($0).map { String($0 * 1000) } ?? "\($0) * 1000")"
                )
            }
        }
        if name == "parallel" { return nil }
        func value(_ expression: String, _ kind: String = "builtin-name") -> Idiom {
            let needs =
                expression.contains(" ? ") || expression.contains(" == ") || expression.contains(" + ")
                || expression.contains(" * ")
            return replacing(
                kind,
                index,
                close + 1,
                by: needs && !expression.hasPrefix("(") ? fitted(expression, index, close + 1) : expression
            )
        }
        // A generator as the only argument.
        if items.count == 1, let loop = text.find(["for"], items[0].lowerBound + 1, items[0].upperBound),
            text.text(items[0].lowerBound) != "[", loop > items[0].lowerBound
        {
            return edits(
                "comprehension",
                index,
                close + 1,
                [
                    Fix(Span(text.tokens[open].end, text.tokens[open].end), "["),
                    Fix(Span(text.place(close), text.place(close)), "]"),
                ],
                hint: "a comprehension stands in brackets: `\(name)([\(Self.shortened(a[0]))])`"
            )
        }
        let first = a.first ?? ""
        switch name {
        case "str", "String", "string", "tostring", "toString", "repr", "ToString":
            return a.isEmpty ? value("\"\"") : value("to_string(\(first))")
        case "int", "parseInt", "Int", "Integer", "integer", "toInt", "intval", "long", "i32", "i64", "usize":
            return a.isEmpty ? nil : value("to_int(\(first))")
        case "float", "Number", "number", "parseFloat", "Float", "Double", "double", "tonumber", "floatval", "f64":
            return a.isEmpty ? nil : value("to_float(\(first))")
        case "bool", "Boolean", "Bool", "boolean":
            return a.isEmpty
                ? nil : value("not not \(hasOperator(items[0].lowerBound, items[0].upperBound) ? "(\(first))" : first)")
        case "length", "size", "count", "strlen", "sizeof", "Len", "LENGTH", "COUNT":
            return a.isEmpty ? nil : value("len(\(first))")
        case "append", "add":
            return a.count < 2
                ? nil
                : a.count == 2 && !first.hasPrefix("...")
                    ? value("push(\(first), \(a[1]))") : value("\(first) + [\(a.dropFirst().joined(separator: ", "))]")
        case "concat", "extend", "merge": return a.count == 2 ? value("\(first) + \(a[1])") : nil
        case "list", "Array", "tuple", "iter", "array", "Vec", "List", "vec":
            if a.isEmpty { return value("[]") }
            return items.count == 1
                ? value(looksLike(items[0]) == .string ? "[\(first)[i] for i in range(len(\(first)))]" : first)
                : value("[\(a.joined(separator: ", "))]")
        case "dict", "Object", "Map", "Record", "OrderedDict", "defaultdict", "HashMap", "object", "Counter",
            "SimpleNamespace":
            if a.isEmpty || name == "defaultdict" || name == "Map" && a.isEmpty { return value("{}") }
            if items.allSatisfy({ $0.count > 2 && text.text($0.lowerBound + 1) == "=" }) {
                return value(
                    "{\(items.map { "\(text.text($0.lowerBound)): \(text.slice($0.lowerBound + 2, $0.upperBound))" }.joined(separator: ", "))}",
                    "named-arg"
                )
            }
            return a.count == 1 ? value(first) : nil
        case "set", "Set", "frozenset", "HashSet", "uniq", "distinct", "array_unique":
            return a.isEmpty ? value("[]") : value("unique(\(first))")
        case "map", "filter", "foreach", "array_map", "array_filter": return mapCall(index, close, name, items, a)
        case "reduce", "functools.reduce", "fold":
            return advice("lambda", index, close + 1, "write a loop: `total = 0; for x in xs { total = total + x }`")
        case "any", "some":
            return a.count == 1 ? value("contains([\(asBools(items[0]))], true)", "builtin-name") : nil
        case "all", "every": return a.count == 1 ? value("not contains([\(asBools(items[0]))], false)") : nil
        case "abs", "round", "floor", "ceil", "pow", "trunc", "fabs", "math_floor", "avg", "mean", "sqrt", "ROUND",
            "ABS":
            if name == "avg" || name == "mean" { return a.count == 1 ? value("sum(\(first)) / len(\(first))") : nil }
            return mathCall(name.lowercased(), a).map { value($0) }
                ?? advice("builtin-name", index, close + 1, Self.mathHint)
        case "divmod": return a.count == 2 ? value("[floor_div(\(first), \(a[1])), \(first) % \(a[1])]") : nil
        case "sorted", "usort", "sort_array":
            return a.isEmpty
                ? nil
                : sortCall(first, Array(items.dropFirst())).map { value($0) }
                    ?? advice(
                        "builtin-name",
                        index,
                        close + 1,
                        "write `sort(xs)` or `sort_by(rows, \"field\", \"desc\")`"
                    )
        case "reversed", "rev", "array_reverse", "strrev":
            return a.isEmpty ? nil : value(looksLike(items[0]) == .string ? reversedText(first) : "reverse(\(first))")
        case "enumerate": return a.isEmpty ? nil : value("[[i, \(first)[i]] for i in range(len(\(first)))]")
        case "zip": return a.count == 2 ? value("[[\(first)[i], \(a[1])[i]] for i in range(len(\(first)))]") : nil
        case "items", "pairs", "entries": return a.isEmpty ? nil : value("[[k, \(first)[k]] for k in keys(\(first))]")
        case "sprintf", "sformat", "Sprintf", "string_format":
            return sprintf(a).map { value($0) }
                ?? advice("builtin-name", index, close + 1, "write `format(\"{}\", x)`; there are no widths or digits")
        case "printf", "println", "puts", "echo", "say", "Println", "writeln", "print_r", "var_dump", "pprint", "Print",
            "display", "alert", "write":
            if name == "printf" {
                return replacing("stmt-word", index, close + 1, by: "print \(sprintf(a) ?? printValue(a))")
            }
            return replacing("stmt-word", index, close + 1, by: "print \(printValue(a))")
        case "upper", "toupper", "strtoupper", "UPPER", "upcase", "ucase":
            return a.isEmpty ? nil : value("upper(\(first))")
        case "lower", "tolower", "strtolower", "LOWER", "downcase", "lcase":
            return a.isEmpty ? nil : value("lower(\(first))")
        case "strip", "Trim", "TRIM", "chomp", "lstrip", "rstrip", "ltrim", "rtrim":
            return a.isEmpty ? nil : value("trim(\(first))")
        case "substring", "substr", "mid", "SUBSTR", "SUBSTRING":
            return a.isEmpty
                ? nil
                : value(
                    "slice(\(first), \(a.count > 1 ? a[1] : "0"), \(a.count > 2 ? (name == "substring" ? a[2] : "\(a[1]) + \(a[2])") : "null"))"
                )
        case "left": return a.count == 2 ? value("slice(\(first), 0, \(a[1]))") : nil
        case "right": return a.count == 2 ? value("slice(\(first), -\(a[1]), null)") : nil
        case "indexOf", "index_of", "strpos", "index", "instr":
            return a.count > 1 ? value("find(\(first), \(a[1]))") : nil
        case "includes", "has", "in_array", "elem", "member", "has_key", "str_contains", "haskey":
            if name == "in_array" || name == "elem" { return a.count == 2 ? value("contains(\(a[1]), \(first))") : nil }
            return a.count == 2 ? value("contains(\(first), \(a[1]))") : nil
        case "startswith", "startsWith", "str_starts_with":
            return a.count == 2 ? value("starts_with(\(first), \(a[1]))") : nil
        case "endswith", "endsWith", "str_ends_with": return a.count == 2 ? value("ends_with(\(first), \(a[1]))") : nil
        case "replaceAll", "gsub", "str_replace", "REPLACE", "substitute":
            return a.count == 3
                ? value(
                    name == "str_replace"
                        ? "replace(\(a[2]), \(first), \(a[1]))" : "replace(\(first), \(a[1]), \(a[2]))"
                ) : nil
        case "implode": return a.count == 2 ? value("join(\(a[1]), \(first))") : nil
        case "explode": return a.count == 2 ? value("split(\(a[1]), \(first))") : nil
        case "json_loads", "parse_json", "json_decode", "from_json", "JSON_parse", "fromjson", "parseJSON", "parseJson",
            "loads":
            return a.isEmpty ? nil : value("json_parse(\(first))")
        case "json_dumps", "json_encode", "to_json", "tojson", "stringify", "json_stringify", "dumps", "toJSON":
            return a.isEmpty ? nil : value("to_string(\(first))")
        case "is_empty", "isEmpty", "isempty": return a.isEmpty ? nil : value("empty(\(first))")
        case "isNull", "is_null", "isnull", "is_none": return a.isEmpty ? nil : value("\(first) == null")
        case "isNaN": return a.isEmpty ? nil : value("\(first) != \(first)")
        case "coalesce", "COALESCE", "nvl", "ifnull", "IFNULL", "default":
            return a.count == 2 ? value("\(first) == null ? \(a[1]) : \(first)") : nil
        case "iif", "IIF", "ifelse", "IF": return a.count == 3 ? value("\(first) ? \(a[1]) : \(a[2])") : nil
        case "next", "first", "head", "car": return a.isEmpty ? nil : value("\(first)[0]")
        case "last": return a.isEmpty ? nil : value("\(first)[-1]")
        case "tail", "rest", "cdr": return a.isEmpty ? nil : value("slice(\(first), 1, null)")
        case "flatten": return a.isEmpty ? nil : value("[y for x in \(first) for y in x]")
        case "Some", "Ok", "Just", "Box", "Rc", "Arc", "copy", "deepcopy", "structuredClone", "clone", "Optional",
            "Right", "await":
            return a.count == 1 ? value(first) : nil
        case "Err", "Left": return a.count == 1 ? value("{error: \(first)}") : nil
        case "exit", "quit", "die", "sys_exit", "os_exit", "halt", "stop":
            return replacing(
                "builtin-name",
                index,
                close + 1,
                by: "finish \(a.isEmpty || Int(first) != nil ? "null" : first)"
            )
        case "require", "import", "include": return requireCall(index, close)
        case "assert": return nil
        case "raise", "throw", "error", "panic", "fatal":
            guard text.statementStart[index] == index else { return nil }
            return replacing("stmt-word", index, close + 1, by: failure(a.isEmpty ? "\"failed\"" : first, at: index))
        case "return", "ret", "finish_with", "done", "submit", "answer", "final_answer", "FINAL":
            guard text.statementStart[index] == index else { return nil }
            return replacing(
                "stmt-word",
                index,
                close + 1,
                by: "finish \(a.isEmpty ? "null" : a.count == 1 ? first : "[\(a.joined(separator: ", "))]")"
            )
        case "isinstance", "type", "typeof", "is_int", "is_string", "is_list", "callable", "hasattr", "issubclass",
            "isdigit", "is_array", "is_a":
            return advice(
                "builtin-name",
                index,
                close + 1,
                "types are not asked for; check with `validate(x, Type { n: int })`"
            )
        case "hash", "id", "ord", "chr", "hex", "bin", "oct", "getattr", "setattr", "eval", "exec", "globals", "locals",
            "super", "vars", "dir", "memoryview", "bytes", "bytearray", "complex":
            if name == "getattr", a.count >= 2 {
                return value(
                    a.count == 2 ? "\(first)[\(a[1])]" : "contains(\(first), \(a[1])) ? \(first)[\(a[1])] : \(a[2])"
                )
            }
            return advice(
                "builtin-name",
                index,
                close + 1,
                "there is no `\(name)`; the functions are \(Self.builtinList)"
            )
        case "input", "prompt", "gets", "readline", "raw_input", "readLine", "read_line", "scanf":
            return advice("builtin-name", index, close + 1, "nobody can be asked; the data is in the bound variables")
        case "open", "fopen", "fetch", "readFile", "read_csv", "urlopen", "system", "exec_":
            return advice(
                "builtin-name",
                index,
                close + 1,
                "call an operation of the host, as in `await tools.read_file({path: \"a\"})?`"
            )
        case "now", "time", "today", "random", "rand", "randint", "uuid", "uuid4", "date", "shuffle", "choice",
            "sample":
            return advice(
                "foreign-module",
                index,
                close + 1,
                "there is no clock and no chance here; ask the host, or use a bound value"
            )
        case "setTimeout", "delay", "wait":
            return a.isEmpty ? nil : advice("special-form", index, close + 1, "write `sleep for 1000`, in milliseconds")
        case "range_inclusive", "seq", "xrange", "arange", "irange":
            return value(
                name == "seq" || name == "range_inclusive"
                    ? "range(\(first), \(a.count > 1 ? a[1] + " + 1" : ""))" : "range(\(a.joined(separator: ", ")))"
            )
        case "deque", "Queue", "Stack", "ArrayList", "LinkedList", "Sequence": return value(a.isEmpty ? "[]" : first)
        case "namedtuple", "dataclass", "Symbol", "Proxy": return nil
        case "table_insert": return nil
        case "array_push":
            return a.count == 2 && text.statementStart[index] == index
                ? replacing("builtin-name", index, close + 1, by: "\(first) = push(\(first), \(a[1]))") : nil
        case "array_keys": return value("keys(\(first))")
        case "array_values": return value("values(\(first))")
        case "array_sum": return value("sum(\(first))")
        case "array_slice": return a.count == 3 ? value("slice(\(first), \(a[1]), \(a[1]) + \(a[2]))") : nil
        case "ipairs": return a.isEmpty ? nil : value(first)
        case "Exception", "Error", "ValueError", "RuntimeError", "TypeError", "KeyError":
            return a.isEmpty ? value("{error: \"failed\"}") : value("{error: \(first)}")
        default: return nil
        }
    }

    static let builtinList = Builtin.allCases.map(\.name).joined(separator: " ")

    private func asBools(_ item: Range<Int>) -> String {
        // `any(f(x) for x in xs)`, `any([…])`
        var inner = item
        if text.text(item.lowerBound) == "[", text.partner[item.lowerBound] == item.upperBound - 1 {
            inner = item.lowerBound + 1..<item.upperBound - 1
        }
        if let loop = text.find(["for"], inner.lowerBound + 1, inner.upperBound) {
            return "\(Self.asBool(text.slice(inner.lowerBound, loop))) \(text.slice(loop, inner.upperBound))"
        }
        return "not not x for x in \(text.slice(item.lowerBound, item.upperBound))"
    }

    private func mapCall(_ index: Int, _ close: Int, _ name: String, _ items: [Range<Int>], _ a: [String]) -> Idiom? {
        guard items.count >= 2 else { return nil }
        // Python and PHP differ in their order; a lambda without parentheses swallows the commas behind it.
        var function = items[0]
        var list = items[items.count - 1]
        if closure(at: list.lowerBound, until: list.upperBound) != nil { (function, list) = (list, function) }
        let source = text.slice(list.lowerBound, list.upperBound)
        guard let closure = closure(at: function.lowerBound, until: function.upperBound),
            let body = expression(of: closure), let parameter = closure.parameters.first
        else {
            guard function.count == 1, text.kind(function.lowerBound) == .word else { return nil }
            let callee = Self.callable(text.text(function.lowerBound))
            if callee == "None" { return replacing("lambda", index, close + 1, by: "[x for x in \(source) if x]") }
            return replacing(
                "lambda",
                index,
                close + 1,
                by: name.hasSuffix("map")
                    ? "[\(callee)(x) for x in \(source)]" : "[x for x in \(source) if \(callee)(x)]"
            )
        }
        let value = text.slice(body.lowerBound, body.upperBound)
        let list_ =
            name.hasSuffix("map")
            ? "[\(value) for \(parameter) in \(source)]" : "[\(parameter) for \(parameter) in \(source) if \(value)]"
        return replacing("lambda", index, close + 1, by: list_)
    }

    /// `const fs = require("fs")`: the whole statement goes.
    private func requireCall(_ index: Int, _ close: Int) -> Idiom? {
        let start = text.statementStart[index]
        let end = text.statementEnd(start)
        guard text.find(["="], start, index) != nil || start == index else { return nil }
        return deletion(start, end, "there is nothing to import; leave the line out")
    }

    // MARK: Calls of our own functions

    func isDeclared(_ name: String) -> Bool {
        text.tokens.indices.contains { at in
            text.text(at) == name && at > 0
                && (text.text(at - 1) == "process" || Self.functionWords.contains(text.text(at - 1)))
        }
    }

    /// `double(4)` where `double` is a process.
    private func processCall(_ index: Int) -> Idiom? {
        let name = text.text(index)
        guard let parameters = processParameters(name), text.text(index - 1) != "start" else { return nil }
        let items = text.items(index + 1).filter { !$0.isEmpty }
        guard let arguments = named(items, parameters) else { return nil }
        if ["spawn", "go", "launch", "run", "async", "fork", "call"].contains(text.text(index - 1)) {
            return replacing("stmt-word", index - 1, text.partner[index + 1] + 1, by: "start \(name)(\(arguments))")
        }
        let from = text.text(index - 1) == "await" ? index - 1 : index
        let close = text.partner[index + 1]
        let isUnwrapped = text.text(close + 1) == "?"
        return replacing(
            "process-call",
            from,
            close + 1,
            by: "await start \(name)(\(arguments))\(isUnwrapped ? "" : "?")"
        )
    }

    private func processParameters(_ name: String) -> [String]? {
        guard
            let at = text.tokens.indices.first(where: {
                text.text($0) == "process" && text.text($0 + 1) == name && text.text($0 + 2) == "("
            })
        else { return nil }
        return text.items(at + 2).filter { !$0.isEmpty }.map { text.text($0.lowerBound) }
    }

    private func named(_ items: [Range<Int>], _ parameters: [String]) -> String? {
        if items.count == 1, text.text(items[0].lowerBound) == "{",
            text.partner[items[0].lowerBound] == items[0].upperBound - 1
        {
            return text.slice(items[0].lowerBound + 1, items[0].upperBound - 1)
        }
        guard items.count <= parameters.count else { return nil }
        return zip(items, parameters).map { item, parameter in
            if text.kind(item.lowerBound) == .word, [":", "="].contains(text.text(item.lowerBound + 1)), item.count > 2
            {
                return "\(text.text(item.lowerBound)): \(text.slice(item.lowerBound + 2, item.upperBound))"
            }
            return "\(parameter): \(text.slice(item.lowerBound, item.upperBound))"
        }.joined(separator: ", ")
    }

    /// `start double(4)`
    private func startArguments(_ index: Int) -> Idiom? {
        let items = text.items(index + 1).filter { !$0.isEmpty }
        guard let parameters = processParameters(text.text(index)),
            items.contains(where: { text.text($0.lowerBound + 1) != ":" || $0.count < 3 }),
            let arguments = named(items, parameters)
        else { return nil }
        return replacing(
            "named-arg",
            index + 1,
            text.partner[index + 1] + 1,
            by: "(\(arguments))",
            hint: Self.writeHint("start \(text.text(index))(\(arguments))")
        )
    }

    private func printCall(_ index: Int, _ open: Int, _ items: [Range<Int>], _ a: [String]) -> Idiom? {
        let close = text.partner[open]
        let plain = items.indices.filter {
            !(items[$0].count > 2 && text.kind(items[$0].lowerBound) == .word
                && text.text(items[$0].lowerBound + 1) == "=")
        }
        if text.statementStart[index] != index {
            // `x = print(…)`
            let start = text.statementStart[index]
            guard text.text(start + 1) == "=", start + 2 == index else { return nil }
            return replacing("stmt-in-expr", start, close + 1, by: "print \(printValue(a))")
        }
        if plain.count < items.count {
            return replacing("named-arg", index, close + 1, by: "print \(printValue(plain.map { a[$0] }))")
        }
        if items.isEmpty, text.statementEnd(index) == close + 1 {
            return replacing("print", index, close + 1, by: "print \"\"")
        }
        return nil
    }

    /// Arguments of builtins in the order or with the names of other languages.
    private func builtinCall(_ builtin: Builtin, _ index: Int, _ open: Int, _ items: [Range<Int>], _ a: [String])
        -> Idiom?
    {
        let close = text.partner[open]
        if items.count == 1, let loop = text.find(["for"], items[0].lowerBound + 1, items[0].upperBound),
            loop > items[0].lowerBound,
            text.text(items[0].lowerBound) != "[" || text.partner[items[0].lowerBound] < loop
        {
            return edits(
                "comprehension",
                index,
                close + 1,
                [
                    Fix(Span(text.tokens[open].end, text.tokens[open].end), "["),
                    Fix(Span(text.place(close), text.place(close)), "]"),
                ],
                hint: "a comprehension stands in brackets: `\(builtin.name)([\(Self.shortened(a[0]))])`"
            )
        }
        if ["sort", "sort_by", "min", "max"].contains(builtin.name), items.count > 1,
            items.dropFirst().contains(where: { text.find(["=", "=>", "lambda"], $0.lowerBound, $0.upperBound) != nil })
        {
            if builtin.name == "min" || builtin.name == "max" {
                let key = items[items.count - 1]
                if let closure = closureOfKey(key), let body = expression(of: closure),
                    let path = fieldPath(body, of: closure.parameters.first ?? "")
                {
                    return replacing(
                        "builtin-name",
                        index,
                        close + 1,
                        by: "sort_by(\(a[0]), \"\(path)\")[\(builtin.name == "min" ? "0" : "-1")]"
                    )
                }
                return nil
            }
            return sortCall(a[0], Array(items.dropFirst())).map { replacing("builtin-name", index, close + 1, by: $0) }
        }
        if builtin.name == "min" || builtin.name == "max", items.count > 1,
            items.allSatisfy({ text.text($0.lowerBound + 1) != "=" }), a.last != "\"desc\""
        {
            if items.count == 2, items[1].count == 1, isDeclared(a[1]) { return nil }
            return replacing("builtin-name", index, close + 1, by: "\(builtin.name)([\(a.joined(separator: ", "))])")
        }
        // Named arguments in their order.
        if items.contains(where: {
            $0.count > 2 && text.kind($0.lowerBound) == .word && [":", "="].contains(text.text($0.lowerBound + 1))
        }) {
            let plain = items.map {
                text.kind($0.lowerBound) == .word && [":", "="].contains(text.text($0.lowerBound + 1))
                    ? text.slice($0.lowerBound + 2, $0.upperBound) : text.slice($0.lowerBound, $0.upperBound)
            }
            return replacing(
                "named-arg",
                index,
                close + 1,
                by: "\(builtin.name)(\(plain.joined(separator: ", ")))",
                hint:
                    "arguments have no names: `\(Self.shortened("\(builtin.name)(\(plain.joined(separator: ", ")))"))`"
            )
        }
        return nil
    }

    private func closureOfKey(_ item: Range<Int>) -> ForeignClosure? {
        var from = item.lowerBound
        if text.text(from) == "key", text.text(from + 1) == "=" { from += 2 }
        return closure(at: from, until: item.upperBound)
    }

    /// `name=value` among the arguments of a call.
    func namedArgument(_ index: Int) -> Idiom? {
        let open = text.parent[index]
        guard open > 0, text.partner[open] > open, text.kind(open - 1) == .word, text.text(index - 1) != "==" else {
            return nil
        }
        if text.text(open - 2) == "." { return methodIdiom(open - 2) }
        return callIdiom(open - 1)
    }
}
