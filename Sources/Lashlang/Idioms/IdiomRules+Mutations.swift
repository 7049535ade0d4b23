internal import LashSyntax

// Methods that change their receiver.
extension IdiomFinder {
    func mutation(_ call: MethodCall) -> Idiom? {
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
}
