extension Parser {
    /// Skips from an error in the statement that began at `first` to where the next statement seems to begin.
    ///
    /// Line breaks mean nothing to the grammar, but they are how people separate statements: outside brackets the
    /// next line that can begin a statement is taken, inside unclosed brackets only one that certainly does and is
    /// not indented further than the failed statement.
    mutating func recover(from first: Int, inBlock: Bool) {
        if failures >= SyntaxError.limit || diagnostics.count >= SyntaxError.limit {
            at = tree.tokenTable.count - 1
            return
        }
        let indentation = lineIndentation(first)
        if let start = statementStart(before: at, after: first, indentation) {
            at = start
            return
        }
        var open = Brackets(tree.tokenTable[first..<at])
        var position = at
        while kind(at: position) != .endOfInput {
            let kind = kind(at: position)
            if position > first, isFirstOnLine(position) {
                if open.isEmpty {
                    if kind.startsExpression || kind.startsStatement { break }
                } else if column(position) <= indentation, beginsStatementCertainly(position) {
                    break
                }
            }
            if kind == .rightBrace, !open.hasBrace, inBlock { break }
            open.apply(kind)
            position += 1
        }
        at = position
    }

    /// The line of an error may be a statement of its own, which the one before, left unfinished, ran into.
    private func statementStart(before error: Int, after first: Int, _ indentation: Int) -> Int? {
        var start = error
        while start > 0, !isFirstOnLine(start) { start -= 1 }
        if error == first, kind == .assign, isAssignment(start), lastReported == error {
            // `x = 1 +`, `y = 2` on two lines: the first took the target of the second.
            let lineBefore = kind(at: max(0, start - 1))
            return lineBefore.precedence > 0 || lineBefore == .comma ? start : nil
        }
        guard start > first, start < error, beginsStatementCertainly(start) else { return nil }
        return Brackets(tree.tokenTable[first..<start]).isEmpty || column(start) <= indentation ? start : nil
    }

    /// Skips from an error in the head of a statement to the `{` of its block, if that stands on the same line.
    mutating func skipToBlock(from first: Int) -> Bool {
        guard failures < SyntaxError.limit, diagnostics.count < SyntaxError.limit, depth < SyntaxError.nestingLimit
        else { return false }
        var open = Brackets(tree.tokenTable[first..<at])
        var position = at
        while kind(at: position) != .endOfInput {
            if position > at, isFirstOnLine(position) { return false }
            let kind = kind(at: position)
            if kind == .leftBrace, !open.hasBrace, open.isEmpty || isFirstOnLine(position + 1) {
                at = position
                return true
            }
            open.apply(kind)
            position += 1
        }
        return false
    }

    /// Whether a line break stands between the token at `position` and the one before it.
    func isFirstOnLine(_ position: Int) -> Bool {
        if position == 0 || kind(at: position) == .endOfInput { return true }
        let start = tree.span(ofToken: position - 1).end
        let end = Int(tree.tokenTable[position].start)
        return start < end && tree.source.bytes[start..<end].contains(0x0A)
    }

    /// Bytes between the start of its line and the token at `position`.
    func column(_ position: Int) -> Int {
        let start = Int(tree.tokenTable[position].start)
        var lineStart = start
        while lineStart > 0, tree.source.bytes[lineStart - 1] != 0x0A { lineStart -= 1 }
        return start - lineStart
    }

    /// The white space at the start of the line of the token at `position`.
    private func lineIndentation(_ position: Int) -> Int {
        var at = Int(tree.tokenTable[position].start) - column(position)
        let lineStart = at
        let bytes = tree.source.bytes
        while at < bytes.count, bytes[at] == 0x20 || bytes[at] == 0x09 { at += 1 }
        return at - lineStart
    }

    private func beginsStatementCertainly(_ position: Int) -> Bool {
        let kind = kind(at: position)
        if kind.startsStatement || isAssignment(position) { return true }
        switch kind {
        case .wordLet, .wordWhile, .wordFinish, .wordProcess, .wordType:
            let next = self.kind(at: position + 1)
            return next != .colon && next != .comma
        default:
            return false
        }
    }
}

extension TokenKind {
    /// A hard keyword or a mark that only statements begin with.
    fileprivate var startsStatement: Bool {
        switch self {
        case .if, .for, .print, .cancel, .submit, .at: true
        default: false
        }
    }
}

/// The brackets that a stretch of tokens leaves open.
private struct Brackets {
    private var open: [TokenKind] = []
    private var braces = 0

    init(_ tokens: ArraySlice<Token>) {
        for token in tokens { apply(token.kind) }
    }

    var isEmpty: Bool { open.isEmpty }
    var hasBrace: Bool { braces > 0 }

    /// Opens, or closes the nearest opener of the same shape; `)` and `]` never reach past a brace.
    mutating func apply(_ kind: TokenKind) {
        switch kind {
        case .leftBrace:
            braces += 1
            open.append(kind)
        case .leftParen, .leftBracket:
            open.append(kind)
        case .rightBrace where braces > 0:
            while let last = open.popLast(), last != .leftBrace {}
            braces -= 1
        case .rightParen, .rightBracket:
            let opener: TokenKind = kind == .rightParen ? .leftParen : .leftBracket
            var depth = open.count
            while depth > 0, open[depth - 1] != .leftBrace {
                depth -= 1
                if open[depth] == opener {
                    open.removeLast(open.count - depth)
                    return
                }
            }
        default:
            break
        }
    }
}
