extension SyntaxTree {
    /// Where a node stands, without grouping parentheses around it. Takes time in proportion to the length of the chain
    /// of operators at its edges.
    public func span(of node: NodeID) -> Span {
        if isProgram(node) { return Span(0, source.bytes.count) }
        let start = Int(tokenTable[firstToken(node)].start)
        return Span(start, max(start, span(ofToken: lastToken(node)).end))
    }

    /// Where the token stands that makes a node what it is: an operator, a keyword, a name. Constant time, whatever the
    /// size of the node.
    public func anchor(of node: NodeID) -> Int { Int(tokenTable[Int(nodeTable[Int(node.index)].main)].start) }

    /// The byte at which a node begins, as in `span(of:)`, but without a look at its end.
    public func start(of node: NodeID) -> Int {
        if isProgram(node) { return 0 }
        return Int(tokenTable[firstToken(node)].start)
    }

    /// Where a top-level statement or a declaration stands, with everything that belongs to it: `let`, labels, grouping
    /// parentheses, a trailing comma.
    public func statementSpan(of node: NodeID) -> Span {
        var first = firstToken(node)
        var last = lastToken(node)
        if nodeTable[Int(node.index)].kind == .letAssign { first -= 1 }
        while first > 0, tokenTable[first - 1].kind == .leftParen { first -= 1 }
        while tokenTable[last + 1].kind == .rightParen || tokenTable[last + 1].kind == .comma { last += 1 }
        return Span(Int(tokenTable[first].start), span(ofToken: last).end)
    }

    /// Whether a node is `main`, which no tokens of its own enclose.
    private func isProgram(_ node: NodeID) -> Bool {
        let entry = nodeTable[Int(node.index)]
        return entry.kind == .block && entry.left == Parser.none
    }

    private func firstToken(_ node: NodeID) -> Int {
        var at = Int(node.index)
        while true {
            switch nodeTable[at].kind {
            case .field, .index, .unwrap, .binary, .conditional:
                at = Int(nodeTable[at].left)
            case .receiverCall:
                at = Int(nodeTable[at].right)
            case .tuple:
                guard let first = words(nodeTable[at].left).first else { return Int(nodeTable[at].main) }
                at = Int(first)
            case .forClause, .typeDeclaration:
                return Int(nodeTable[at].main) - 1
            case .processDeclaration:
                return Int(extra[Int(nodeTable[at].left) + 5])
            case .functionDeclaration:
                return Int(extra[Int(nodeTable[at].left) + 2])
            default:
                return Int(nodeTable[at].main)
            }
        }
    }

    private func lastToken(_ node: NodeID) -> Int {
        var at = Int(node.index)
        var marks = 0
        while true {
            let l = Int(nodeTable[at].left)
            let r = Int(nodeTable[at].right)
            let next: UInt32
            switch nodeTable[at].kind {
            case .null, .true, .false, .number, .string, .variable, .field, .unwrap, .breakLoop, .continueLoop,
                .fieldStep, .scalarType, .invalid:
                return Int(nodeTable[at].main) + marks
            case .tuple:
                let closing = extra[l + 1]
                if closing != Parser.none { return Int(closing) }
                guard let last = words(nodeTable[at].left).last else { return Int(nodeTable[at].main) }
                next = last
            case .list, .comprehension, .record, .call, .receiverCall, .start, .block, .enumType, .objectType,
                .unionType:
                if nodeTable[at].left == Parser.none { return max(0, tokenTable.count - 2) }
                return Int(extra[l + 1]) + marks
            case .index, .processType: return Int(extra[r + 1]) + marks
            case .waitSignal, .indexStep, .listType, .triggerHandleType: return r + marks
            case .signalRun: return Int(extra[l + 3])
            case .namedType: return l + marks
            case .negate, .not, .await, .sleepFor, .sleepUntil, .typeLiteral, .cancel, .print, .finish, .yield, .wake,
                .fail, .forClause, .ifClause, .typeDeclaration, .parameter:
                next = nodeTable[at].left
            case .typeField:
                if nodeTable[at].right == 1 { marks += 1 }
                next = nodeTable[at].left
            case .labeled:
                let last = extra[r + 2]
                if last != Parser.none { return Int(last) }
                next = nodeTable[at].left
            case .conditional: next = extra[r + 1]
            case .ifStatement: next = extra[r + 1] == 0 ? extra[r] : extra[r + 1] - 1
            case .returnStatement:
                if nodeTable[at].left == 0 { return Int(nodeTable[at].main) }
                next = nodeTable[at].left - 1
            case .binary, .assign, .letAssign, .forLoop, .whileLoop, .processDeclaration, .functionDeclaration:
                next = nodeTable[at].right
            }
            at = Int(next)
        }
    }
}
