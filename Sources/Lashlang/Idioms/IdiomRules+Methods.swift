internal import LashSyntax

// Methods of values.
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

    func replaced(_ call: MethodCall, _ expression: String, _ name: String = "method-list", hint: String? = nil)
        -> Idiom
    {
        let result = fitted(expression, call.start, call.end)
        let isPlain =
            !expression.contains(" ? ") && !expression.contains(" + ") && !expression.contains(" - ")
            && !expression.contains(" == ") && !expression.contains(" > ") && !expression.hasPrefix("not ")
        return replacing(name, call.start, call.end, by: isPlain ? expression : result, hint: hint)
    }

    func statement(_ call: MethodCall, _ text: String, _ name: String = "method-list") -> Idiom {
        replacing(name, call.start, call.end, by: text)
    }

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
}
