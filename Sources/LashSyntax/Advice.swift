/// Hints for mistakes that the failing token and its neighbours give away.
struct Advice {
    var hint: String
    var fixes: [Fix] = []

    /// `what` was wanted where the next token of `parser` stands.
    static func onMissing(_ what: String, in parser: Parser) -> Advice? {
        let span = parser.tree.span(ofToken: parser.at)
        if let advice = onForeignWord(in: parser) { return advice }
        switch (what, parser.kind) {
        case ("`{`", .assign):
            return Advice(hint: "`=` assigns; a comparison is written `==`", fixes: [Fix(span, "==")])
        case ("`{`", .colon):
            return Advice(hint: "a block stands in braces, without a colon: `{ … }`")
        case ("`{`", _):
            return Advice(hint: "a block stands in braces: `{ … }`")
        case ("`:`", .assign):
            return Advice(hint: "a key and its value are joined by `:`", fixes: [Fix(span, ":")])
        case ("`:`", .comma), ("`:`", .rightBrace):
            return Advice(hint: "every key needs a value: `{name: name}`")
        case ("`:`", _):
            return Advice(hint: "a key and its value are joined by `:`, as in `{name: 1}`")
        case ("`)`", let kind) where kind.startsExpression, ("`]`", let kind) where kind.startsExpression,
            ("`}`", let kind) where kind.startsExpression:
            let end = parser.at > 0 ? parser.tree.span(ofToken: parser.at - 1).end : 0
            return Advice(
                hint: "put `,` between the items, or close with \(what) before this",
                fixes: parser.isFirstOnLine(parser.at) ? [] : [Fix(Span(end, end), ",")]
            )
        case ("`)`", .colon):
            return Advice(hint: "arguments have no names, except behind `start`")
        case ("identifier", .leftParen):
            return Advice(hint: "the variable stands without parentheses: `for x in xs { … }`")
        case ("`in`", .comma):
            return Advice(hint: "a loop has one variable: `for pair in pairs { … }`")
        case ("`in`", _):
            return Advice(hint: "a loop is written `for x in xs { … }`")
        case ("`)`", _), ("`]`", _), ("`}`", _):
            return Advice(hint: "close with \(what) before this")
        case ("`=`", _):
            return Advice(hint: "`let` and `type` give a value to a name: `name = …`")
        case ("identifier, string key, or keyword key", _):
            return Advice(
                hint: "a key is a name or a text: `{a: 1, \"b c\": 2}`, `r.a`; for anything else write `r[key]`"
            )
        case ("identifier", _):
            return Advice(hint: "a name is letters, digits and `_`, and no word of the language")
        case ("type expression", _):
            return Advice(
                hint: "a type is `str int float bool dict any null`, `list[T]`, `enum[\"a\"]`, `{a: T}` or a name"
            )
        default:
            return nil
        }
    }

    /// The next token of `parser` cannot stand there.
    static func onUnexpected(in parser: Parser) -> Advice? {
        if let advice = onForeignWord(in: parser) { return advice }
        let tree = parser.tree
        let span = tree.span(ofToken: parser.at)
        let previous = parser.at > 0 ? tree.tokenTable[parser.at - 1].kind : .endOfInput
        switch parser.kind {
        case .assign where previous == .equal || previous == .notEqual:
            let before = tree.span(ofToken: parser.at - 1)
            return Advice(
                hint: "there is one kind of equality: `==` and `!=`",
                fixes: [Fix(Span(before.start, span.end), previous == .equal ? "==" : "!=")]
            )
        case .assign where previous.precedence >= 4:
            return Advice(hint: "there is no compound assignment; write `x = x \(previous.spelling) …`")
        case .assign where continuesLineBefore(parser):
            let before = tree.tokenTable[lineStart(parser) - 1].kind
            return Advice(hint: "the line before ends with `\(before.spelling)`, so this line continues it")
        case .assign:
            return Advice(hint: "one statement assigns to one target; compare with `==`")
        case .greater where previous == .minus && parser.tree.tokenTable[lineStart(parser)].kind == .wordFn:
            return Advice(hint: "functions are declared at the top level of a program, outside of all blocks")
        case .else:
            return Advice(
                hint: "`else` follows directly after the `}` of an `if`; inside expressions write `c ? a : b`"
            )
        case .plus where previous == .plus:
            return Advice(hint: "there is no `++`; write `x = x + 1`")
        case .star where previous == .star:
            return Advice(hint: "there is no power operator; multiply")
        case .rightBrace, .rightParen, .rightBracket:
            return Advice(
                hint: parser.depth <= 1
                    ? "nothing is open here that this could close" : "a value is missing before this"
            )
        case .unwrap, .ternary, .colon:
            return Advice(hint: "the inline conditional is `cond ? yes : no`")
        default:
            return parser.kind.precedence > 0 ? Advice(hint: "a value is missing before this operator") : nil
        }
    }

    /// The line is an assignment, and the line before it ends in an operator or a comma.
    private static func continuesLineBefore(_ parser: Parser) -> Bool {
        let start = lineStart(parser)
        guard start > 0, parser.isAssignment(start) else { return false }
        let before = parser.tree.tokenTable[start - 1].kind
        return before.precedence > 0 || before == .comma
    }

    private static func lineStart(_ parser: Parser) -> Int {
        var at = parser.at
        while at > 0, !parser.isFirstOnLine(at) { at -= 1 }
        return at
    }

    /// The line of the error begins with a word of another language, perhaps behind a `}`.
    private static func onForeignWord(in parser: Parser) -> Advice? {
        var at = lineStart(parser)
        if parser.tree.tokenTable[at].kind == .rightBrace { at += 1 }
        guard at < parser.at, parser.tree.tokenTable[at].kind == .identifier else { return nil }
        let span = parser.tree.span(ofToken: at)
        switch parser.tree.source[span] {
        case "elif", "elseif", "elsif": return Advice(hint: "write `else if`", fixes: [Fix(span, "else if")])
        default: return nil
        }
    }
}
