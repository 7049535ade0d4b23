internal import LashSyntax

// Methods that take functions.
extension IdiomFinder {
    /// `xs.each do |x| … end`, `3.times do |i| … end`
    func rubyBlock(_ call: MethodCall) -> Idiom? {
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
    func loopHead(_ call: MethodCall, _ names: [String]) -> String? {
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

    func higherOrderMethod(_ call: MethodCall) -> Idiom? {
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

    func closureOf(_ item: Range<Int>) -> ForeignClosure? {
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
}
