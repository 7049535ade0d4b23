// The functions on the path of native recursion are small and never inlined into each other, so that the deepest nesting
// fits the small stacks of secondary threads.
extension Parser {
    /// Commas allowed: `a`, `a, b`, `a,`.
    @inline(never)
    mutating func expression() throws(Abort) -> UInt32 {
        try enter()
        let first = token
        var node = try single()
        if kind == .comma { node = try tuple(first, node) }
        depth -= 1
        return node
    }

    @inline(never)
    private mutating func tuple(_ first: UInt32, _ item: UInt32) throws(Abort) -> UInt32 {
        let start = scratch.count
        scratch.append(item)
        var trailing = Self.none
        while kind == .comma {
            let comma = take()
            if kind.isCloser || kind == .endOfInput {
                trailing = comma
                break
            }
            scratch.append(try single())
        }
        return add(.tuple, first, list(start, closing: trailing))
    }

    /// No commas, one level further in.
    @inline(never)
    mutating func nested() throws(Abort) -> UInt32 {
        try enter()
        let node = try single()
        depth -= 1
        return node
    }

    /// Binary operators by precedence, and the ternary around them.
    @inline(never)
    private mutating func single() throws(Abort) -> UInt32 {
        let base = waiting.count
        var node = try operand()
        while takeOperator(after: &node, base) {
            node = try operand()
        }
        return try kind == .ternary ? conditional(node) : node
    }

    /// Combines the operators that wait since `base` and bind at least as tightly as the next one, then takes that one.
    /// All are left-associative, so at most one operand per level of precedence waits.
    @inline(never)
    private mutating func takeOperator(after node: inout UInt32, _ base: Int) -> Bool {
        if kind == .not, isIn(kind(ahead: 1)) {
            at += 1
            tree.tokenTable[at].kind = .notIn
        }
        let precedence = kind.precedence
        while waiting.count > base {
            let waitingOperator = waiting[waiting.count - 1]
            guard kind(at: Int(waitingOperator)).precedence >= precedence else { break }
            node = add(.binary, waitingOperator, waiting[waiting.count - 2], node)
            waiting.removeLast()
            waiting.removeLast()
        }
        if precedence == 0 { return false }
        waiting.append(node)
        waiting.append(take())
        return true
    }

    private func isIn(_ kind: TokenKind) -> Bool { kind == .in || kind == .notIn }

    @inline(never)
    private mutating func conditional(_ condition: UInt32) throws(Abort) -> UInt32 {
        let question = take()
        let then = try nested()
        try expect(.colon)
        let otherwise = try nested()
        return add(.conditional, question, condition, extra(then, otherwise))
    }

    /// Prefix operators, a primary and its postfixes.
    @inline(never)
    private mutating func operand() throws(Abort) -> UInt32 {
        let prefixes = self.prefixes()
        var node = try primary()
        if kind == .dot || kind == .leftBracket || kind == .unwrap { node = try postfixes(node) }
        guard let prefixes else { return node }
        tree.nodeTable[Int(prefixes.innermost)].left = node
        return prefixes.outermost
    }

    /// Prefixes become nodes before their operand is known, so that a chain of them needs neither recursion nor a stack.
    @inline(never)
    private mutating func prefixes() -> (outermost: UInt32, innermost: UInt32)? {
        guard let first = NodeKind(prefix: kind) else { return nil }
        let outermost = add(first, take())
        var innermost = outermost
        while let next = NodeKind(prefix: kind) {
            let node = add(next, take())
            tree.nodeTable[Int(innermost)].left = node
            innermost = node
        }
        return (outermost, innermost)
    }

    @inline(never)
    private mutating func postfixes(_ target: UInt32) throws(Abort) -> UInt32 {
        var node = target
        while true {
            switch kind {
            case .dot:
                node = try member(of: node)
            case .leftBracket:
                let bracket = take()
                let index = try expression()
                node = add(.index, bracket, node, extra(index, try expect(.rightBracket)))
            case .unwrap:
                node = add(.unwrap, take(), node)
            default:
                return node
            }
        }
    }

    @inline(never)
    private mutating func member(of target: UInt32) throws(Abort) -> UInt32 {
        at += 1
        let name = try expectKey()
        if kind != .leftParen { return add(.field, name, target) }
        return add(.receiverCall, name, try arguments(), target)
    }

    @inline(never)
    private mutating func primary() throws(Abort) -> UInt32 {
        switch kind {
        case .leftParen: return try group()
        case .leftBracket: return try listOrComprehension()
        case .leftBrace: return try record()
        default:
            if let leaf = try leaf() { return leaf }
            return try word()
        }
    }

    /// A literal or a plain variable; `nil` for what may be more.
    @inline(never)
    private mutating func leaf() throws(Abort) -> UInt32? {
        switch kind {
        case .null: return add(.null, take())
        case .true: return add(.true, take())
        case .false: return add(.false, take())
        case .number:
            let value = tree.number(at: token).bitPattern
            return add(.number, take(), UInt32(truncatingIfNeeded: value), UInt32(truncatingIfNeeded: value >> 32))
        case .string: return add(.string, take())
        case .identifier where kind(ahead: 1) != .leftParen: return add(.variable, take())
        case _ where kind.isIdentifier: return nil
        default: throw unexpected()
        }
    }

    @inline(never)
    private mutating func group() throws(Abort) -> UInt32 {
        let open = take()
        if kind == .rightParen { return add(.tuple, open, list(scratch.count, closing: take())) }
        let node = try expression()
        try expect(.rightParen)
        return node
    }

    /// The members of a call, with the parentheses, as a list.
    @inline(never)
    mutating func arguments() throws(Abort) -> UInt32 {
        let start = scratch.count
        at += 1
        while kind != .rightParen {
            scratch.append(try nested())
            if !accept(.comma) { break }
        }
        return list(start, closing: try expect(.rightParen))
    }

    @inline(never)
    private mutating func listOrComprehension() throws(Abort) -> UInt32 {
        let open = take()
        let start = scratch.count
        if kind == .rightBracket { return add(.list, open, list(start, closing: take())) }
        let first = try nested()
        if kind == .for { return try comprehension(open, element: first) }
        scratch.append(first)
        while accept(.comma), kind != .rightBracket {
            scratch.append(try nested())
        }
        return add(.list, open, list(start, closing: try expect(.rightBracket)))
    }

    @inline(never)
    private mutating func comprehension(_ open: UInt32, element: UInt32) throws(Abort) -> UInt32 {
        let start = scratch.count
        while true {
            if accept(.for) {
                let binding = try expectIdentifier()
                guard accept(.in) else { throw missing("`in`") }
                let iterable = try expression()
                scratch.append(add(.forClause, binding, iterable))
            } else if kind == .if {
                let word = take()
                let condition = try expression()
                scratch.append(add(.ifClause, word, condition))
            } else {
                break
            }
        }
        return add(.comprehension, open, list(start, closing: try expect(.rightBracket)), element)
    }

    @inline(never)
    private mutating func record() throws(Abort) -> UInt32 {
        let open = take()
        return add(.record, open, try entries(closer: .rightBrace))
    }

    /// `key: value` pairs up to and including `closer`.
    @inline(never)
    private mutating func entries(closer: TokenKind) throws(Abort) -> UInt32 {
        let start = scratch.count
        while kind != closer {
            let key = try expectKey()
            try expect(.colon)
            let value = try nested()
            scratch.append(key)
            scratch.append(value)
            if !accept(.comma) { break }
        }
        return list(start, closing: try expect(closer))
    }
}

extension NodeKind {
    fileprivate init?(prefix kind: TokenKind) {
        switch kind {
        case .minus: self = .negate
        case .not, .bang: self = .not
        case .await: self = .await
        default: return nil
        }
    }
}

// MARK: Words that begin an operand

extension Parser {
    @inline(never)
    private mutating func word() throws(Abort) -> UInt32 {
        let next = kind(ahead: 1)
        switch kind {
        case .wordParallel where next == .leftBrace:
            throw fail(.removedForm("`parallel`"))
        case .wordStart, .wordInlineStart:
            if let start = try processStart(next) { return start }
        case .wordSleep:
            let sleep = take()
            guard kind == .for || kind == .wordUntil else { throw missing("`for` or `until`") }
            let form: NodeKind = kind == .for ? .sleepFor : .sleepUntil
            at += 1
            return add(form, sleep, try expression())
        case .wordTypeLiteral where next == .leftBrace:
            let word = take()
            return add(.typeLiteral, word, try objectType(main: word))
        case .wordWaitSignal where next == .leftParen:
            return try signalCall("wait_signal", name: 0, count: 1, "one signal name argument")
        case .wordSignalRun where next == .leftParen:
            return try signalCall("signal_run", name: 1, count: 3, "run handle, signal name, and payload arguments")
        default:
            break
        }
        let name = take()
        if kind == .leftParen { return add(.call, name, try arguments()) }
        return add(.variable, name)
    }

    /// `nil` where `start` is an ordinary name.
    @inline(never)
    private mutating func processStart(_ next: TokenKind) throws(Abort) -> UInt32? {
        if next == .call { throw fail(.removedForm("`start call`")) }
        if next == .leftBrace || (kind == .wordInlineStart && next == .leftParen) {
            at += 1
            throw fail(.removedForm("inline `start` process body"))
        }
        guard next.isIdentifier else { return nil }
        let start = take()
        let process = take()
        try expect(.leftParen)
        return add(.start, start, try entries(closer: .rightParen), process)
    }

    @inline(never)
    private mutating func signalCall(
        _ function: String,
        name: Int,
        count: Int,
        _ wanted: String
    ) throws(Abort) -> UInt32 {
        let word = take()
        let members = Int(try arguments())
        let closing = tree.extra[members + 1]
        let found = Int(tree.extra[members])
        if found != count {
            at -= 1
            throw fail(.signalArguments(wanted, count: found))
        }
        let nameNode = Int(tree.extra[members + 2 + name])
        guard tree.nodeTable[nameNode].kind == .string else {
            report(.signalName(function), at: Int(word), span: SyntaxTree(tree).span(of: NodeID(nameNode)))
            return add(.invalid, word)
        }
        let token = tree.nodeTable[nameNode].main
        nameString(token)
        if count == 1 { return add(.waitSignal, word, token, closing) }
        let call = extra(tree.extra[members + 2], token, tree.extra[members + 4], closing)
        return add(.signalRun, word, call)
    }
}
