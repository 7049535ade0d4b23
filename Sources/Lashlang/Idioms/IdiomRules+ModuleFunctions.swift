internal import LashSyntax

// What functions of other languages' modules become: several calls at once, merged records, arithmetic, formatted text.
extension IdiomFinder {
    /// `Promise.all([a, b])`
    func gathered(_ call: MethodCall) -> Idiom? {
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

    func merged(_ call: MethodCall, _ records: [String]) -> Idiom? {
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
}
