extension Parser {
    mutating func type() throws(Abort) -> UInt32 {
        try enter()
        let first = token
        let term = try typeTerm()
        if kind != .bar {
            depth -= 1
            return term
        }
        let start = scratch.count
        scratch.append(term)
        while accept(.bar) {
            scratch.append(try typeTerm())
        }
        depth -= 1
        return add(.unionType, first, list(start, closing: token - 1))
    }

    private mutating func typeTerm() throws(Abort) -> UInt32 {
        switch kind {
        case .null: return add(.scalarType, take())
        case .string:
            let text = take()
            scratch.append(text)
            return add(.enumType, text, list(scratch.count - 1, closing: text))
        case .leftBrace: return try objectType(main: token)
        case _ where kind.isIdentifier: return try namedType()
        default: throw missing("type expression")
        }
    }

    /// A dotted path. The words of the type language have their meaning only where the path is one word long.
    private mutating func namedType() throws(Abort) -> UInt32 {
        let word = take()
        var last = word
        while accept(.dot) { last = try expectIdentifier() }
        if last != word { return add(.namedType, word, last) }
        switch kind(at: Int(word)) {
        case .wordStr, .wordInt, .wordFloat, .wordBool, .wordDict, .wordAny:
            return add(.scalarType, word)
        case .wordTypeLiteral:
            return try objectType(main: word)
        case .wordList:
            try expect(.leftBracket)
            let item = try type()
            return add(.listType, word, item, try expect(.rightBracket))
        case .wordEnum:
            return try enumType(word)
        case .wordProcessType:
            try expect(.less)
            let input = try type()
            try expect(.comma)
            let output = try type()
            let pair = extra(output, try expect(.greater))
            return add(.processType, word, input, pair)
        case .wordTriggerHandle:
            try expect(.less)
            let event = try type()
            return add(.triggerHandleType, word, event, try expect(.greater))
        default:
            return add(.namedType, word, word)
        }
    }

    private mutating func enumType(_ word: UInt32) throws(Abort) -> UInt32 {
        try expect(.leftBracket)
        if kind == .rightBracket {
            at = Int(word)
            throw fail(.emptyEnum)
        }
        let start = scratch.count
        repeat {
            guard kind == .string else { throw missing("string literal") }
            scratch.append(take())
        } while accept(.comma)
        return add(.enumType, word, list(start, closing: try expect(.rightBracket)))
    }

    /// The braces of an object type, which `main` (the brace or the word `Type`) introduces.
    mutating func objectType(main: UInt32) throws(Abort) -> UInt32 {
        try expect(.leftBrace)
        let start = scratch.count
        var names = Set<UInt32>()
        while kind != .rightBrace {
            let name = try expectKey()
            if !names.insert(tree.tokenTable[Int(name)].symbol).inserted {
                report(.duplicateField(tree.text(ofToken: name)), at: Int(name))
            }
            try expect(.colon)
            let type = try self.type()
            let optional = kind.isQuestion
            if optional { at += 1 }
            scratch.append(add(.typeField, name, type, optional ? 1 : 0))
            if !accept(.comma) { break }
        }
        return add(.objectType, main, list(start, closing: try expect(.rightBrace)))
    }
}
