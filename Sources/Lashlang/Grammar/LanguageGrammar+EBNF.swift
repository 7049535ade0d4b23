extension LanguageGrammar {
    /// The grammar in the notation of ISO/IEC 14977, for people.
    public var ebnf: String {
        var text = "(* The grammar of lashlang, in the order in which one learns it. *)\n"
        for rule in rules {
            text += "\n"
            if !rule.prose.isEmpty { text += Self.comment(rule.prose) }
            text += Self.wrapped("\(rule.name) = ", Self.alternatives(of: rule.symbol)) + ";\n"
        }
        text += """

            (* A letter or `_`, then letters, digits and `_`; none of the keywords. *)
            identifier = ? identifier ? ;
            (* `12`, `1.5`, `1_000`, `2.5e-3`, `0xff`, `0b101`. *)
            number = ? number ? ;
            (* In single or double quotes, or three of them; `\\n`, `\\t`, `\\r`, `\\\\`, and a quote after `\\`. `r` before the quote: no escapes. *)
            string = ? string ? ;

            """
        return text
    }

    private static func comment(_ prose: String) -> String {
        var lines: [String] = []
        var line = "(*"
        for word in prose.split(separator: " ") {
            if line.utf8.count + word.utf8.count > 110 {
                lines.append(line)
                line = "  "
            }
            line += " " + word
        }
        return (lines + [line]).joined(separator: "\n") + " *)\n"
    }

    private static func alternatives(of symbol: GrammarSymbol) -> [String] {
        if case .choice(let parts) = symbol { return parts.map { ebnf($0, inside: false) } }
        return [ebnf(symbol, inside: false)]
    }

    /// A rule on one line where it fits, else with an alternative a line.
    private static func wrapped(_ head: String, _ alternatives: [String]) -> String {
        let line = head + alternatives.joined(separator: " | ") + " "
        if line.utf8.count <= 118 { return line }
        let indent = "\n    "
        if alternatives.allSatisfy({ $0.utf8.count < 12 }) {
            return String(head.dropLast()) + filled(alternatives) + indent
        }
        return String(head.dropLast()) + indent + alternatives.joined(separator: indent + "| ") + indent
    }

    /// Short alternatives, as many on a line as fit.
    private static func filled(_ alternatives: [String]) -> String {
        var text = ""
        var width = 200
        for (position, alternative) in alternatives.enumerated() {
            let piece = (position == 0 ? "" : "| ") + alternative + " "
            if width + piece.utf8.count > 100 {
                text += "\n    "
                width = 0
            }
            text += piece
            width += piece.utf8.count
        }
        return String(text.dropLast())
    }

    private static func ebnf(_ symbol: GrammarSymbol, inside: Bool) -> String {
        switch symbol {
        case .text(let text): return text.contains("\"") ? "'\(text)'" : "\"\(text)\""
        case .token(let token): return token.rawValue
        case .rule(let name): return name
        case .sequence(let parts): return parts.map { ebnf($0, inside: true) }.joined(separator: ", ")
        case .choice(let parts):
            let text = parts.map { ebnf($0, inside: false) }.joined(separator: " | ")
            return inside ? "( \(text) )" : text
        case .optional(let part): return "[ \(ebnf(part, inside: false)) ]"
        case .many(let part): return "{ \(ebnf(part, inside: false)) }"
        }
    }
}
