internal import LashSyntax

// Sorting by a key or by a comparison.
extension IdiomFinder {
    func sorted(_ call: MethodCall) -> Idiom? {
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
