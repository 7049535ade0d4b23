internal import LashSyntax

// Operators, conditions and reads that mean something else elsewhere.
extension HabitFinder {
    // MARK: Operators

    mutating func checkBinary(_ place: Place, _ operation: BinaryOperator, _ left: NodeID, _ right: NodeID) {
        switch operation {
        case .and, .or: checkLogic(place, operation, left, right)
        case .equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual:
            checkComparison(place, operation, left, right)
        case .multiply: checkRepetition(left, right)
        default: checkWrappers(operation, left, right)
        }
    }

    private mutating func checkLogic(_ place: Place, _ operation: BinaryOperator, _ left: NodeID, _ right: NodeID) {
        if place.isCondition || isLiteral(left) { return }
        let (a, b) = (shortened(text(left)), shortened(text(right)))
        switch tree[right] {
        case .string, .number, .list, .record, .null:
            if operation == .or, case .binary(.and, let condition, let then) = tree[left] {
                add(
                    .yieldsBoolean("or"),
                    tree.span(of: place.node),
                    "write `\(shortened(text(condition))) ? \(shortened(text(then))) : \(b)`"
                )
            } else if operation == .or {
                if case .string = tree[right] {
                    add(.yieldsBoolean("or"), tree.span(of: place.node), "write `\(a) ? \(a) : \(b)`")
                } else {
                    add(.yieldsBoolean("or"), tree.span(of: place.node), "write `\(a) == null ? \(b) : \(a)`")
                }
            } else if place.isWhole {
                add(.yieldsBoolean("and"), tree.span(of: place.node), "write `\(a) ? \(b) : null`")
            }
        case .field(let target, _), .index(let target, _):
            guard operation == .and, place.isWhole, let name = variable(target) else { return }
            let isGuard: Bool
            switch tree[left] {
            case .variable(let guarded): isGuard = tree.text(of: guarded) == name
            case .binary(_, let compared, _):
                if case .call(let callee, let arguments) = tree[compared], tree.text(of: callee) == "len",
                    let first = arguments.first
                {
                    isGuard = variable(first) == name
                } else {
                    isGuard = false
                }
            default: isGuard = false
            }
            if isGuard {
                add(.yieldsBoolean("and"), tree.span(of: place.node), "fields of null are null: write `\(b)`")
            }
        default: break
        }
    }

    private mutating func checkComparison(_ place: Place, _ operation: BinaryOperator, _ left: NodeID, _ right: NodeID)
    {
        let span = tree.span(of: place.node)
        if case .not(let operand) = tree[left], !isGrouped(left), !isBoolean(right) {
            let inner = "\(text(operand)) \(operation.rawValue) \(text(right))"
            let start = tree.span(of: operand).start
            add(
                .precedence("(not \(shortened(text(operand)))) \(operation.rawValue) \(shortened(text(right)))"),
                span,
                "write `not (\(shortened(inner)))`",
                [Fix(Span(start, start), "("), Fix(Span(span.end, span.end), ")")]
            )
            return
        }
        if case .binary(let inner, let first, let middle) = tree[left], Self.isComparison(inner), !isGrouped(left),
            !isBoolean(right),
            !isLiteral(middle) || !isLiteral(first)
        {
            let both =
                "\(text(first)) \(inner.rawValue) \(text(middle)) and \(text(middle)) \(operation.rawValue) \(text(right))"
            add(
                .precedence("(\(shortened(text(left)))) \(operation.rawValue) \(shortened(text(right)))"),
                span,
                "write `\(shortened(both))`",
                [Fix(span, both)]
            )
            return
        }
        checkEquality(place, operation, left, right, span)
    }

    private static func isComparison(_ operation: BinaryOperator) -> Bool {
        switch operation {
        case .less, .lessEqual, .greater, .greaterEqual, .equal, .notEqual: true
        default: false
        }
    }

    private func isBoolean(_ node: NodeID) -> Bool {
        if case .boolean = tree[node] { return true }
        return false
    }

    private func isLiteral(_ node: NodeID) -> Bool {
        switch tree[node] {
        case .number, .string, .boolean, .null: true
        default: false
        }
    }

    private func kind(_ node: NodeID) -> NameFacts.Kind? {
        if let name = variable(node) { return facts.kind(name) }
        let kind = NameFacts.kind(of: node, tree, environment)
        return kind == .other || kind == .part ? nil : kind
    }

    private mutating func checkEquality(
        _ place: Place,
        _ operation: BinaryOperator,
        _ left: NodeID,
        _ right: NodeID,
        _ span: Span
    ) {
        if kind(left) == .position, case .negate = tree[right] {
            add(
                .neverEqual("`find` gives null where nothing is found"),
                span,
                "write `\(shortened(text(left))) \(operation == .equal ? "==" : "!=") null`"
            )
            return
        }
        // Literals against literals are somebody's test, not a mistake.
        guard operation == .equal || operation == .notEqual, variable(left) != nil || variable(right) != nil,
            let a = kind(left), let b = kind(right)
        else { return }
        switch (a, b) {
        case (.text, .number), (.number, .text):
            let (string, number) = a == .text ? (left, right) : (right, left)
            add(
                .neverEqual("a text never equals a number"),
                span,
                "write `to_int(\(shortened(text(string)))) \(operation.rawValue) \(shortened(text(number)))`"
            )
        case (.boolean, .number), (.number, .boolean):
            add(
                .neverEqual("true never equals a number"),
                span,
                "write `\(shortened(text(a == .boolean ? left : right)))`"
            )
        default: break
        }
    }

    private mutating func checkRepetition(_ left: NodeID, _ right: NodeID) {
        for (value, count) in [(left, right), (right, left)] {
            if case .string = tree[count] { continue }
            guard case .string(let literal) = tree[value], literal.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
                !literal.isEmpty
            else { continue }
            add(
                .arithmeticOnText(text(value)),
                tree.span(of: value),
                "to repeat a text write `join([\(text(value)) for i in range(\(shortened(text(count))))], \"\")`"
            )
            return
        }
    }

    /// `+` and the like on the wrapper of a result.
    private mutating func checkWrappers(_ operation: BinaryOperator, _ left: NodeID, _ right: NodeID) {
        for operand in [left, right] {
            guard let name = variable(operand), facts.kind(name) == .wrapper else { continue }
            add(
                .wrapper("`\(name)` is the wrapper of a result, not its value"),
                tree.span(of: operand),
                "unwrap the call with `?`, or write `\(name).value`"
            )
            return
        }
    }

    // MARK: Conditions

    mutating func checkCondition(_ condition: NodeID) {
        let span = tree.span(of: condition)
        switch tree[condition] {
        case .tuple(let items):
            if items.isEmpty { return }
            add(.alwaysTrue("a tuple"), span, "write `\(items.map { shortened(text($0)) }.joined(separator: " and "))`")
        case .await(let operand):
            if case .receiverCall = tree[operand] { alwaysWrapped(condition, span) }
        case .receiverCall: alwaysWrapped(condition, span)
        default: checkEmptiness(condition)
        }
    }

    private mutating func alwaysWrapped(_ condition: NodeID, _ span: Span) {
        add(
            .alwaysTrue("the wrapper of a result"),
            span,
            "unwrap it: `\(shortened(text(condition)))?`",
            [Fix(Span(span.end, span.end), "?")]
        )
    }

    /// A list as a condition.
    mutating func checkEmptiness(_ node: NodeID) {
        guard let name = variable(node), let kind = facts.kind(name) else { return }
        let span = tree.span(of: node)
        switch kind {
        case .list, .record:
            add(
                .alwaysTrue("a \(kind == .list ? "list" : "record")"),
                span,
                "write `not empty(\(name))`, and `empty(\(name))` for the opposite"
            )
        case .wrapper:
            add(.alwaysTrue("the wrapper of a result"), span, "ask `\(name).ok`, or unwrap the call with `?`")
        case .handle:
            add(.alwaysTrue("the handle of a process"), span, "wait for it: `await \(name)`")
        case .text:
            guard let texts = facts.names[name]?.texts, facts.names[name]?.assignments == texts.count, !texts.isEmpty,
                texts.allSatisfy({ ["0", "false", "no", "False", "off"].contains($0) })
            else { return }
            add(.alwaysTrue("a text that is not empty"), span, "compare it: `\(name) == \"1\"`")
        default: break
        }
    }

    // MARK: Ends

    mutating func checkFinish(_ value: NodeID) {
        let span = tree.span(of: value)
        switch tree[value] {
        case .tuple(let items):
            guard !isGroupOpen(before: value), let first = items.first else { return }
            if items.count == 1 {
                add(
                    .tuple("a comma behind a value makes a tuple of it"),
                    span,
                    "leave the comma out: `finish \(shortened(text(first)))`",
                    [Fix(Span(tree.span(of: first).end, span.end), "")]
                )
            } else if items.count == 2, case .string = tree[first] {
                add(
                    .tuple("this finishes with a tuple of both"),
                    span,
                    "write `finish \(shortened(text(items[1])))`, or a record: `{name: …}`"
                )
            }
        case .await(let operand):
            if case .receiverCall = tree[operand] {
                add(
                    .wrapper("this finishes with the wrapper of the result, `{ok, value}`"),
                    span,
                    "unwrap it: `finish \(shortened(text(value)))?`",
                    [Fix(Span(span.end, span.end), "?")]
                )
            }
        default: break
        }
    }

    private func isGroupOpen(before node: NodeID) -> Bool {
        layout.opener(UInt8(ascii: "("), before: tree.span(of: node).start) != nil
    }

    mutating func checkPrint(_ value: NodeID) {
        guard case .tuple(let items) = tree[value], items.count > 1, let first = items.first, case .string = tree[first]
        else { return }
        let places = Array(repeating: "{}", count: items.count).joined(separator: " ")
        let arguments = items.map { shortened(text($0)) }.joined(separator: ", ")
        add(.tuple("this prints a tuple"), tree.span(of: value), "write `print format(\"\(places)\", \(arguments))`")
    }

    /// `1,000`
    mutating func checkNumbers(_ node: NodeID, _ items: [NodeID]) {
        guard items.count > 1, !isGroupOpen(before: node) else { return }
        for (left, right) in zip(items, items.dropFirst()) {
            guard case .number = tree[left], case .number = tree[right] else { return }
            let (a, b) = (tree.span(of: left), tree.span(of: right))
            guard b.start == a.end + 1, b.end - b.start == 3, a.end - a.start <= 3 else { return }
        }
        let digits = items.map { text($0) }.joined(separator: "_")
        let span = tree.span(of: node)
        add(.tuple("a comma between digits makes a tuple"), span, "write `\(digits)`", [Fix(span, digits)])
    }

    // MARK: Reads

    mutating func checkField(_ node: NodeID, _ target: NodeID, _ name: Name) {
        let field = tree.text(of: name)
        let span = tree.span(of: name)
        switch tree[target] {
        case .await(let operand):
            guard case .receiverCall = tree[operand], !["ok", "value", "error"].contains(field) else { return }
            add(
                .wrapper("the wrapper of a result has only `ok`, `value` and `error`"),
                span,
                "unwrap it: `(\(shortened(text(target)))?).\(field)`"
            )
        case .variable(let variable):
            let root = tree.text(of: variable)
            switch facts.kind(root) {
            case .wrapper where !["ok", "value", "error"].contains(field):
                add(
                    .wrapper("`\(root)` is the wrapper of a result, which has only `ok`, `value` and `error`"),
                    span,
                    "unwrap the call with `?`, or write `\(root).value.\(field)`"
                )
            case .unwrapped where field == "ok":
                add(
                    .wrapper("`\(root)` is the value already: `?` has unwrapped it"),
                    span,
                    "leave the test out, or drop the `?` of the call"
                )
            case .handle where field == "value":
                add(
                    .wrapper("`\(root)` is the handle of a process, not its result"),
                    span,
                    "wait for it: `await \(root)?`"
                )
            case .record: checkKey(root, field, span)
            default: break
            }
        default: break
        }
    }

    /// A field that a record literal does not have, but one that is spelt alike.
    private mutating func checkKey(_ root: String, _ field: String, _ span: Span) {
        guard let facts = facts.names[root], facts.assignments == 1, let keys = facts.keys, !keys.contains(field) else {
            return
        }
        let plain = field.lowercased().filter { $0 != "_" }
        let alike =
            keys.sorted().first { $0.lowercased().filter { $0 != "_" } == plain } ?? closest(to: field, among: keys)
        guard let alike else { return }
        add(.missingField(root), span, "did you mean `\(root).\(alike)`?", [Fix(span, alike)])
    }

    /// `{name: 10}` where `name` is a variable that is read nowhere else.
    mutating func checkKeys(_ entries: EntryList) {
        guard entries.count == 1, let entry = entries.first else { return }
        let key = tree.text(of: entry.key)
        guard tree.source[tree.span(of: entry.key)] == key, let facts = facts.names[key], facts.kinds == [.text],
            facts.reads == 0
        else { return }
        add(
            .fixedKey(key),
            tree.span(of: entry.key),
            "write `r = {}` and `r[\(key)] = \(shortened(text(entry.value)))`"
        )
    }

    mutating func checkCall(_ node: NodeID, _ name: Name, _ arguments: [NodeID]) {
        guard tree.text(of: name) == "contains", arguments.count == 2, case .string(let text) = tree[arguments[0]],
            case .string(let part) = tree[arguments[1]],
            text.utf8.count < part.utf8.count, part.containsText(text)
        else { return }
        let (a, b) = (self.text(arguments[0]), self.text(arguments[1]))
        add(.argumentOrder("contains"), tree.span(of: node), "write `contains(\(shortened(b)), \(shortened(a)))`")
    }

    // MARK: Statements

    mutating func checkStatements(_ statements: [NodeID]) {
        for statement in statements {
            guard case .assign(let root, let steps, _) = tree[statement] else { continue }
            let name = tree.text(of: root)
            if steps.isEmpty, ["finish", "fail", "yield"].contains(name), (facts.names[name]?.reads ?? 0) == 0 {
                let start = tree.span(of: root).end
                add(
                    .keywordAssigned(name),
                    tree.span(of: root),
                    "leave the `=` out: `\(name) …`",
                    [Fix(Span(start, start + assignLength(start)), "")]
                )
            }
            guard !steps.isEmpty, let known = facts.names[name], known.kinds == [.part], known.assignments == 1,
                known.wholeReads == 0
            else { continue }
            add(.copy(name), tree.span(of: root), "assign through what it was taken from: `xs[0].field = …`")
        }
    }

    /// The bytes up to the end of the `=` that follows a name.
    private func assignLength(_ start: Int) -> Int {
        let bytes = tree.source.bytes
        var at = start
        while at < bytes.count, bytes[at] != UInt8(ascii: "=") { at += 1 }
        return at + 1 - start
    }

    mutating func checkLoop(_ node: NodeID, _ binding: Name, _ iterable: NodeID, _ body: NodeID) {
        let name = tree.text(of: binding)
        if let changed = changedCopy(name, body), let list = variable(iterable) {
            add(
                .copy(name),
                tree.span(of: changed),
                "change the list: `for i in range(len(\(list))) { \(list)[i]… = … }`"
            )
        }
        // A search whose result is the loop variable.
        guard let known = facts.names[name], known.assignments == 2, known.kinds.contains(.null),
            let last = lastRead(of: name), last > tree.span(of: node).end
        else { return }
        add(.restored(name), tree.span(of: binding), "keep what was found: `found = \(name)` before `break`")
    }

    /// The root of an assignment to a part of `name`, where the body does nothing else with it as a whole.
    private func changedCopy(_ name: String, _ body: NodeID) -> Name? {
        var changed: Name?
        var pending = [body]
        while let node = pending.popLast() {
            switch tree[node] {
            case .assign(let root, let steps, _) where tree.text(of: root) == name:
                if steps.isEmpty { return nil }
                changed = root
            case .variable(let read) where tree.text(of: read) == name: return nil
            case .field(let target, _), .index(let target, _):
                if variable(target) == name {
                    for part in tree.parts(of: node).dropFirst() { pending.append(part.node) }
                    continue
                }
            default: break
            }
            for part in tree.parts(of: node) { pending.append(part.node) }
        }
        return changed
    }

    private func lastRead(of name: String) -> Int? {
        var last: Int?
        var pending = [tree.main]
        while let node = pending.popLast() {
            if variable(node) == name { last = max(last ?? 0, tree.span(of: node).start) }
            for part in tree.parts(of: node) { pending.append(part.node) }
        }
        return last
    }
}

extension String {
    /// A plain search, without Foundation.
    fileprivate func containsText(_ part: String) -> Bool {
        let (whole, wanted) = (Array(utf8), Array(part.utf8))
        guard !wanted.isEmpty, whole.count >= wanted.count else { return wanted.isEmpty }
        return (0...(whole.count - wanted.count)).contains { whole[$0..<($0 + wanted.count)].elementsEqual(wanted) }
    }
}
