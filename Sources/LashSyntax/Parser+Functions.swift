extension Parser {
    // MARK: Functions

    /// Whether `fn` at a position declares a function. Everywhere else the word is a name, as it has always been.
    func isFunction(_ position: Int) -> Bool {
        var open = position + 1
        let isNamed = kind(at: open).isIdentifier
        // A word that cannot be a name is a mistake, where the rest looks like a function.
        let isKeyword = !isNamed && kind(at: open) != .string && kind(at: open).isKey
        if isNamed || isKeyword { open += 1 }
        if isNamed, kind(at: open) == .minus, kind(at: open + 1) == .greater { return true }
        guard kind(at: open) == .leftParen else { return false }
        let first = open + 1
        if kind(at: first) == .rightParen, !isKeyword { return true }
        if kind(at: first).isKey, kind(at: first) != .string, kind(at: first + 1) == .colon { return true }
        guard let closing = closingParenthesis(open) else { return false }
        if kind(at: closing + 1) == .minus, kind(at: closing + 2) == .greater { return true }
        return isNamed && kind(at: closing + 1) == .leftBrace
    }

    private func closingParenthesis(_ open: Int) -> Int? {
        var depth = 0
        var position = open
        while kind(at: position) != .endOfInput {
            switch kind(at: position) {
            case .leftParen: depth += 1
            case .rightParen:
                depth -= 1
                if depth == 0 { return position }
            // No parameter list goes on here.
            case .leftBrace, .rightBrace, .assign: return nil
            default: break
            }
            position += 1
        }
        return nil
    }

    mutating func functionDeclaration() throws(Abort) -> UInt32 {
        let word = at
        let before = mark
        var name = token
        var parameters = Self.none
        var result: UInt32?
        at += 1
        do throws(Abort) {
            name = try expectIdentifier()
            try expect(.leftParen)
            parameters = try self.parameters(closer: .rightParen)
            if kind != .minus { throw missing("`->` and a return type") }
            at += 1
            try expect(.greater)
            result = try type()
            if kind != .leftBrace { throw missing("`{`") }
        } catch {
            restore(before)
            guard skipToBlock(from: word) else {
                missingBraces += 1
                throw error
            }
        }
        let isName = returnIsName ?? usesReturnAsName
        returnIsName = isName
        returns = !isName
        let body = try block()
        returns = false
        let details = extra(parameters, result ?? add(.invalid, token), UInt32(word))
        return add(.functionDeclaration, name, details, body)
    }

    /// Whether the text gives a value to the name `return`, or declares it. Then it is a name everywhere.
    private var usesReturnAsName: Bool {
        tree.tokenTable.indices.contains { position in
            guard kind(at: position) == .wordReturn else { return false }
            switch kind(at: position + 1) {
            case .assign, .in: return true
            case .colon:
                return position > 0 && (kind(at: position - 1) == .leftParen || kind(at: position - 1) == .comma)
            default: return position > 0 && kind(at: position - 1) == .wordFn
            }
        }
    }

    /// `return e`, or `return` at the end of a block.
    @inline(never)
    mutating func returnStatement() throws(Abort) -> UInt32 {
        let word = take()
        if kind == .rightBrace || kind == .endOfInput { return add(.returnStatement, word, 0) }
        return add(.returnStatement, word, try expression() + 1)
    }
}
