extension LanguageGrammar {
    /// The grammar for engines that read the form of Lark and match the longest token, such as llguidance. Its regular
    /// expressions use no look-around.
    public var lark: String {
        // What is ignored may stand before the first word too, where llguidance wants that to be said.
        lark("lark", identifier: IdentifierPattern(excluding: excludedWords, group: "(?:").text, isLedByBlanks: true)
    }

    /// The grammar for Lark itself, whose lexers tell words from names by themselves.
    public var larkForPython: String {
        lark("lark-python", identifier: "[A-Za-z_][A-Za-z0-9_]*", isLedByBlanks: false)
    }

    private func lark(_ format: String, identifier: String, isLedByBlanks: Bool) -> String {
        var text = "// The grammar of lashlang, made by `lashlang grammar \(format)`.\n"
        for exception in Self.exceptions { text += "// \(exception)\n" }
        text += "\nstart: \(isLedByBlanks ? "(BLANK | COMMENT)* " : "")\(rules[0].name)\n"
        for rule in rules {
            if !rule.prose.isEmpty { text += "\n// \(rule.prose)\n" }
            text += "\(rule.name): \(Self.lark(rule.symbol, inside: false))\n"
        }
        text += """

            IDENTIFIER: /\(identifier)/
            NUMBER: /0[xX][0-9a-fA-F](?:_?[0-9a-fA-F])*|0[bB][01](?:_?[01])*|[0-9](?:_?[0-9])*(?:\\.(?:[0-9](?:_?[0-9])*)?)?(?:[eE][+-]?[0-9](?:_?[0-9])*)?/
            STRING: /"\""(?:"{0,2}(?:[^"\\\\]|\\\\[\\s\\S]))*"\""|'''(?:'{0,2}(?:[^'\\\\]|\\\\[\\s\\S]))*'''|"(?:[^"\\\\]|\\\\[\\s\\S])*"|'(?:[^'\\\\]|\\\\[\\s\\S])*'|[rR]"\""(?:"{0,2}[^"])*"\""|[rR]'''(?:'{0,2}[^'])*'''|[rR]"[^"]*"|[rR]'[^']*'/
            BLANK: /[\\s;]+/
            COMMENT: /(?:#|\\/\\/)[^\\n]*/
            %ignore BLANK
            %ignore COMMENT

            """
        return text
    }

    private static func lark(_ symbol: GrammarSymbol, inside: Bool) -> String {
        switch symbol {
        case .text(let text): return "\"\(text)\""
        case .token(let token): return token.rawValue.uppercased()
        case .rule(let name): return name
        case .sequence(let parts): return parts.map { lark($0, inside: true) }.joined(separator: " ")
        case .choice(let parts):
            let text = parts.map { lark($0, inside: false) }.joined(separator: " | ")
            return inside ? "(\(text))" : text
        case .optional(let part): return "[\(lark(part, inside: false))]"
        case .many(let part): return "(\(lark(part, inside: false)))*"
        }
    }
}
