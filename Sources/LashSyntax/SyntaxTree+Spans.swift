extension SyntaxTree {
    /// Where a node stands, without grouping parentheses around it. Takes time in proportion to the length of the chain
    /// of operators at its edges.
    public func span(of node: NodeID) -> Span {
        if kinds[Int(node.index)] == .block, left[Int(node.index)] == Parser.none { return Span(0, source.bytes.count) }
        let start = Int(tokenStarts[firstToken(node)])
        return Span(start, max(start, span(ofToken: lastToken(node)).end))
    }

    /// Where the token stands that makes a node what it is: an operator, a keyword, a name. Constant time, whatever the
    /// size of the node.
    public func anchor(of node: NodeID) -> Int { Int(tokenStarts[Int(mains[Int(node.index)])]) }

    /// The byte at which a node begins, as in `span(of:)`, but without a look at its end.
    public func start(of node: NodeID) -> Int {
        if kinds[Int(node.index)] == .block, left[Int(node.index)] == Parser.none { return 0 }
        return Int(tokenStarts[firstToken(node)])
    }

    /// Where a top-level statement or a declaration stands, with everything that belongs to it: `let`, labels, grouping
    /// parentheses, a trailing comma.
    public func statementSpan(of node: NodeID) -> Span {
        var first = firstToken(node)
        var last = lastToken(node)
        if kinds[Int(node.index)] == .letAssign { first -= 1 }
        while first > 0, tokenKinds[first - 1] == .leftParen { first -= 1 }
        while tokenKinds[last + 1] == .rightParen || tokenKinds[last + 1] == .comma { last += 1 }
        return Span(Int(tokenStarts[first]), span(ofToken: last).end)
    }

    private func firstToken(_ node: NodeID) -> Int {
        var at = Int(node.index)
        while true {
            switch kinds[at] {
            case .field, .index, .unwrap, .binary, .conditional:
                at = Int(left[at])
            case .receiverCall:
                at = Int(right[at])
            case .tuple:
                guard let first = words(left[at]).first else { return Int(mains[at]) }
                at = Int(first)
            case .forClause, .typeDeclaration:
                return Int(mains[at]) - 1
            case .processDeclaration:
                return Int(extra[Int(left[at]) + 5])
            case .functionDeclaration:
                return Int(extra[Int(left[at]) + 2])
            default:
                return Int(mains[at])
            }
        }
    }

    private func lastToken(_ node: NodeID) -> Int {
        var at = Int(node.index)
        var marks = 0
        while true {
            let l = Int(left[at])
            let r = Int(right[at])
            let next: UInt32
            switch kinds[at] {
            case .null, .true, .false, .number, .string, .variable, .field, .unwrap, .breakLoop, .continueLoop,
                .fieldStep, .scalarType, .invalid:
                return Int(mains[at]) + marks
            case .tuple:
                let closing = extra[l + 1]
                if closing != Parser.none { return Int(closing) }
                guard let last = words(left[at]).last else { return Int(mains[at]) }
                next = last
            case .list, .comprehension, .record, .call, .receiverCall, .start, .block, .enumType, .objectType,
                .unionType:
                if left[at] == Parser.none { return max(0, tokenKinds.count - 2) }
                return Int(extra[l + 1]) + marks
            case .index, .processType: return Int(extra[r + 1]) + marks
            case .waitSignal, .indexStep, .listType, .triggerHandleType: return r + marks
            case .signalRun: return Int(extra[l + 3])
            case .namedType: return l + marks
            case .negate, .not, .await, .sleepFor, .sleepUntil, .typeLiteral, .cancel, .print, .finish, .yield, .wake,
                .fail, .forClause, .ifClause, .typeDeclaration, .parameter:
                next = left[at]
            case .typeField:
                if right[at] == 1 { marks += 1 }
                next = left[at]
            case .labeled:
                let last = extra[r + 2]
                if last != Parser.none { return Int(last) }
                next = left[at]
            case .conditional: next = extra[r + 1]
            case .ifStatement: next = extra[r + 1] == 0 ? extra[r] : extra[r + 1] - 1
            case .returnStatement:
                if left[at] == 0 { return Int(mains[at]) }
                next = left[at] - 1
            case .binary, .assign, .letAssign, .forLoop, .whileLoop, .processDeclaration, .functionDeclaration:
                next = right[at]
            }
            at = Int(next)
        }
    }
}
