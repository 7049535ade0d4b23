extension Parser {
    /// The whole program.
    mutating func program() {
        while kind != .endOfInput {
            let first = at
            let before = mark
            do throws(Abort) {
                try item()
            } catch {
                restore(before)
                insideProcess = false
                returns = false
                recover(from: first, inBlock: false)
                statements.append(add(.invalid, UInt32(first)))
            }
        }
        scratch = statements
        tree.main = NodeID(raw: add(.block, 0, Self.none, list(0, closing: Self.none)))
    }

    private mutating func item() throws(Abort) {
        switch kind {
        case .rightBrace where missingBraces > 0:
            // Of a block whose missing `{` has been reported.
            missingBraces -= 1
            at += 1
        case .at:
            let label = try self.label()
            if kind == .wordProcess, !isAssignment(at) {
                tree.declarations.append(NodeID(raw: try processDeclaration(label: label)))
                return
            }
            let node = try labeled(label, inBlock: false)
            tree.extra[Int(tree.nodeTable[Int(node)].right) + 2] = token - 1
            statements.append(node)
        case .wordType where !isAssignment(at):
            tree.declarations.append(NodeID(raw: try typeDeclaration()))
        case .wordProcess where !isAssignment(at):
            tree.declarations.append(NodeID(raw: try processDeclaration(label: nil)))
        case .wordTrigger where !isAssignment(at):
            throw fail(.triggerRemoved)
        case .wordFn where isFunction(at):
            tree.declarations.append(NodeID(raw: try functionDeclaration()))
        default:
            statements.append(try statement())
        }
    }

    // MARK: Labels

    struct LabelTokens {
        var at: UInt32
        var title: UInt32
        var description: UInt32?
    }

    /// The statement that `label` annotates.
    mutating func labeled(_ label: LabelTokens, inBlock: Bool) throws(Abort) -> UInt32 {
        switch kind {
        case .wordType, .wordTrigger, .at: throw fail(.labelTarget)
        case .wordProcess where inBlock: throw fail(.labelTarget)
        case .wordFn where isFunction(at): throw fail(.labelTarget)
        default: break
        }
        let statement = try self.statement()
        return add(.labeled, label.at, statement, extra(label.title, label.description ?? Self.none, Self.none))
    }

    mutating func label() throws(Abort) -> LabelTokens {
        let start = take()
        guard kind == .wordLabel else { throw missing("label") }
        at += 1
        try expect(.leftParen)
        var title: UInt32?
        var description: UInt32?
        while kind != .rightParen {
            let name = try expectIdentifier()
            try expect(.colon)
            guard kind == .string else { throw missing("string literal") }
            let value = take()
            switch kind(at: Int(name)) {
            case .wordTitle:
                if title != nil { report(.labelAnnotation("duplicate `title` field"), at: Int(name)) }
                title = value
            case .wordDescription:
                if description != nil { report(.labelAnnotation("duplicate `description` field"), at: Int(name)) }
                description = value
            default:
                let text = tree.source[tree.span(ofToken: Int(name))]
                report(.labelAnnotation("unknown field `\(text)`"), at: Int(name))
            }
            if !accept(.comma) { break }
        }
        try expect(.rightParen)
        if title == nil { report(.labelAnnotation("`title` is required"), at: Int(start)) }
        // A label without a title has been reported; any token will do.
        return LabelTokens(at: start, title: title ?? start, description: description)
    }

    // MARK: Declarations

    private mutating func typeDeclaration() throws(Abort) -> UInt32 {
        at += 1
        let name = try expectIdentifier()
        try expect(.assign)
        let type = try kind == .leftBrace ? objectType(main: token) : self.type()
        return add(.typeDeclaration, name, type)
    }

    private mutating func processDeclaration(label: LabelTokens?) throws(Abort) -> UInt32 {
        let word = at
        let before = mark
        var name = token
        var head = (parameters: Self.none, signals: Self.none, returnType: UInt32(0))
        at += 1
        do throws(Abort) {
            name = try expectIdentifier()
            try expect(.leftParen)
            head.parameters = try parameters(closer: .rightParen)
            if kind == .wordSignals, !isAssignment(at) {
                at += 1
                try expect(.leftBrace)
                head.signals = try parameters(closer: .rightBrace)
            }
            if kind == .minus {
                at += 1
                try expect(.greater)
                head.returnType = try type() + 1
            }
            if kind != .leftBrace { throw missing("`{`") }
        } catch {
            restore(before)
            guard skipToBlock(from: word) else {
                missingBraces += 1
                throw error
            }
        }
        insideProcess = true
        let body = try block()
        insideProcess = false
        let details = extra(head.parameters, head.signals, head.returnType)
        _ = extra(label?.title ?? Self.none, label?.description ?? Self.none, label?.at ?? UInt32(word))
        return add(.processDeclaration, name, details, body)
    }

    mutating func parameters(closer: TokenKind) throws(Abort) -> UInt32 {
        let start = scratch.count
        while kind != closer {
            let name = try expectIdentifier()
            try expect(.colon)
            let type = try self.type()
            scratch.append(add(.parameter, name, type))
            if !accept(.comma) { break }
        }
        return list(start, closing: try expect(closer))
    }
}
