extension Parser {
    /// A block with its braces.
    mutating func block() throws(Abort) -> UInt32 {
        guard kind == .leftBrace else {
            missingBraces += 1
            throw missing("`{`")
        }
        try enter()
        let open = take()
        let start = scratch.count
        while kind != .rightBrace, kind != .endOfInput {
            let statement = statementOrInvalid()
            scratch.append(statement)
        }
        depth -= 1
        return add(.block, open, list(start, closing: blockEnd()))
    }

    @inline(never)
    private mutating func blockEnd() -> UInt32 {
        if kind == .rightBrace { return take() }
        // Everything ends here, so there is nothing to give up on.
        _ = missing("`}`")
        return token - 1
    }

    /// Catches errors and moves on to the next statement of the block.
    @inline(never)
    private mutating func statementOrInvalid() -> UInt32 {
        let first = at
        let before = mark
        do throws(Abort) {
            return try kind == .at ? labeledInBlock() : statement()
        } catch {
            restore(before)
            recover(from: first, inBlock: true)
            return add(.invalid, UInt32(first))
        }
    }

    @inline(never)
    private mutating func labeledInBlock() throws(Abort) -> UInt32 {
        let label = try self.label()
        return try labeled(label, inBlock: true)
    }

    mutating func statement() throws(Abort) -> UInt32 {
        switch kind {
        case .if: return try ifStatement()
        case .for: return try forLoop()
        case .submit: throw fail(.submitRemoved)
        case .cancel: return try operandStatement(.cancel)
        case .print:
            if insideProcess { report(.foregroundControlInProcess("print"), at: at) }
            return try operandStatement(.print)
        case .call: throw unexpected()
        case _ where kind.isIdentifier:
            if isAssignment(at) { return try assignment(.assign) }
            return try wordStatement()
        default: return try expression()
        }
    }

    /// A statement that begins with a word that is not assigned to.
    @inline(never)
    private mutating func wordStatement() throws(Abort) -> UInt32 {
        switch kind {
        case .wordLet:
            at += 1
            guard kind.isIdentifier else { throw missing("identifier") }
            return try assignment(.letAssign)
        case .wordYield: return try administration(.yield, "yield")
        case .wordWake: return try administration(.wake, "wake")
        case .wordFail: return try administration(.fail, "fail")
        case .wordFinish:
            if kind(ahead: 1) == .rightBrace || kind(ahead: 1) == .endOfInput {
                let word = tree.span(ofToken: at)
                // In `finish #xs` there was to be a value, which `#` has made a comment.
                let rest = tree.source.bytes[word.end...].drop { $0 == UInt8(ascii: " ") }.prefix(2)
                let hidesValue = rest.first == UInt8(ascii: "#") && rest.last.map { $0 | 0x20 >= 0x61 } == true
                let fix = Fix(Span(word.end, word.end), " null")
                throw fail(.missingFinishValue, fixes: hidesValue ? [] : [fix])
            }
            return try operandStatement(.finish)
        case .wordBreak: return loopControl(.breakLoop, "break")
        case .wordContinue: return loopControl(.continueLoop, "continue")
        case .wordWhile: return try whileLoop()
        case .wordReturn where returns: return try returnStatement()
        default: return try expression()
        }
    }

    @inline(never)
    private mutating func operandStatement(_ kind: NodeKind) throws(Abort) -> UInt32 {
        let word = take()
        return add(kind, word, try expression())
    }

    private mutating func administration(_ kind: NodeKind, _ word: String) throws(Abort) -> UInt32 {
        if !insideProcess { report(.administrationOutsideProcess(word), at: at) }
        return try operandStatement(kind)
    }

    private mutating func loopControl(_ kind: NodeKind, _ word: String) -> UInt32 {
        if loops == 0 { report(.loopControlOutsideLoop(word), at: at) }
        return add(kind, take())
    }

    // MARK: Assignment

    /// Whether `name`, then any number of `.key` and `[…]`, then `=` stand at `position`.
    @inline(never)
    func isAssignment(_ position: Int) -> Bool {
        var at = position
        guard kind(at: at).isIdentifier else { return false }
        at += 1
        while true {
            switch kind(at: at) {
            case .assign:
                return true
            case .dot:
                guard kind(at: at + 1).isKey else { return false }
                at += 2
            case .leftBracket:
                guard let closing = matchingBracket(at) else { return false }
                at = closing + 1
            default:
                return false
            }
        }
    }

    private func matchingBracket(_ open: Int) -> Int? {
        var parentheses = 0
        var brackets = 0
        var braces = 0
        var at = open
        while true {
            switch kind(at: at) {
            case .endOfInput: return nil
            case .leftParen: parentheses += 1
            case .leftBrace: braces += 1
            case .leftBracket: brackets += 1
            case .rightParen: parentheses -= 1
            case .rightBrace: braces -= 1
            case .rightBracket:
                brackets -= 1
                if brackets == 0, parentheses == 0, braces == 0 { return at }
            default: break
            }
            if parentheses < 0 || brackets < 0 || braces < 0 { return nil }
            at += 1
        }
    }

    @inline(never)
    private mutating func assignment(_ form: NodeKind) throws(Abort) -> UInt32 {
        let root = take()
        let start = scratch.count
        while true {
            if accept(.dot) {
                scratch.append(add(.fieldStep, try expectKey()))
            } else if kind == .leftBracket {
                let bracket = take()
                let index = try expression()
                scratch.append(add(.indexStep, bracket, index, try expect(.rightBracket)))
            } else {
                break
            }
        }
        try expect(.assign)
        let steps = scratch.count == start ? Self.none : list(start, closing: token - 1)
        return add(form, root, steps, try expression())
    }

    // MARK: Control flow

    /// The head expression of a statement that began at `first`, with its `{` next. An error in it does not spoil
    /// the block.
    private mutating func head(_ first: Int) throws(Abort) -> UInt32 {
        let before = mark
        do throws(Abort) {
            let node = try expression()
            if kind != .leftBrace { throw missing("`{`") }
            return node
        } catch {
            restore(before)
            guard skipToBlock(from: first) else {
                missingBraces += 1
                throw error
            }
            return add(.invalid, UInt32(first))
        }
    }

    @inline(never)
    private mutating func ifStatement() throws(Abort) -> UInt32 {
        var outermost = Self.none
        // Where the last `if` keeps its `else`.
        var slot = 0
        while true {
            let word = take()
            let condition = try head(Int(word))
            let node = add(.ifStatement, word, condition)
            if outermost == Self.none { outermost = node } else { tree.extra[slot] = node + 1 }
            let then = try block()
            let branches = extra(then, 0)
            tree.nodeTable[Int(node)].right = branches
            slot = Int(branches) + 1
            guard accept(.else) else { break }
            if kind != .if {
                tree.extra[slot] = try block() + 1
                break
            }
        }
        return outermost
    }

    @inline(never)
    private mutating func forLoop() throws(Abort) -> UInt32 {
        let word = take()
        let before = mark
        var binding = word
        var iterable: UInt32
        do throws(Abort) {
            binding = try expectIdentifier()
            guard accept(.in) else { throw missing("`in`") }
            iterable = try expression()
            if kind != .leftBrace { throw missing("`{`") }
        } catch {
            restore(before)
            guard skipToBlock(from: Int(word)) else {
                missingBraces += 1
                throw error
            }
            iterable = add(.invalid, word)
        }
        let body = try loopBody()
        return add(.forLoop, word, extra(binding, iterable), body)
    }

    @inline(never)
    private mutating func whileLoop() throws(Abort) -> UInt32 {
        let word = take()
        let condition = try head(Int(word))
        return add(.whileLoop, word, condition, try loopBody())
    }

    private mutating func loopBody() throws(Abort) -> UInt32 {
        loops += 1
        let body = try block()
        loops -= 1
        return body
    }
}
