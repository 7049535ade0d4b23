extension LanguageGrammar {
    /// The grammar in the notation of llama.cpp and xgrammar. It works on characters, so it says where blanks stand.
    public var gbnf: String {
        var writer = GBNFWriter(self)
        return writer.text()
    }
}

private struct GBNFWriter {
    private let grammar: LanguageGrammar
    private let symbols: [String: GrammarSymbol]
    private var edges: [String: Edges] = [:]

    /// Whether a symbol can begin or end with a word or a number, and whether it can be nothing.
    private struct Edges: Equatable {
        var first = false
        var last = false
        var isEmpty = false
    }

    init(_ grammar: LanguageGrammar) {
        self.grammar = grammar
        symbols = Dictionary(grammar.rules.map { ($0.name, $0.symbol) }) { first, _ in first }
        findEdges()
    }

    mutating func text() -> String {
        var text = "# The grammar of lashlang, made by `lashlang grammar gbnf`.\n"
        text += "root ::= \(Self.name(grammar.rules[0].name)) end-of-line?\n"
        for rule in grammar.rules { text += "\(Self.name(rule.name)) ::= \(render(rule.symbol, inside: false))\n" }
        let identifier = IdentifierPattern(excluding: grammar.excludedWords, group: "(").text
        text += """
            identifier ::= \(identifier)
            number ::= ("0" | [1-9] [0-9]*) ("." [0-9]+)?
            string ::= "\\"" ([^"\\\\\\x00-\\x1F] | "\\\\" ["\\\\nrt'])* "\\""
            blank ::= (" " | "\\n" " "*)?
            space ::= " " | "\\n" " "*
            end-of-line ::= "\\n"

            """
        return text
    }

    private static func name(_ name: String) -> String { name.replacing("_", with: "-") }

    private func render(_ symbol: GrammarSymbol, inside: Bool) -> String {
        switch symbol {
        case .text("\n"): return "\"\\n\" \" \"*"
        case .text(let text): return "\"\(text.replacing("\"", with: "\\\""))\""
        case .token(let token): return token.rawValue
        case .rule(let name): return Self.name(name)
        case .choice(let parts):
            let text = parts.map { render($0, inside: false) }.joined(separator: " | ")
            return inside ? "(\(text))" : text
        case .optional(let part): return "(\(render(part, inside: false)))?"
        case .many(let part): return "(\(render(part, inside: false)) \(separator(part, part)))*"
        case .sequence(let parts): return render(parts)
        }
    }

    /// A sequence with blanks between its parts. What may be missing brings its blanks along.
    private func render(_ parts: [GrammarSymbol]) -> String {
        var pieces: [String] = []
        var before: Edges?
        for (position, part) in parts.enumerated() {
            let edges = edges(of: part)
            guard let left = before else {
                if edges.isEmpty, position + 1 < parts.count {
                    let gap = separator(part, .sequence(Array(parts[(position + 1)...])))
                    pieces.append("(\(render(Self.content(part), inside: false)) \(gap))?")
                } else {
                    pieces.append(render(part, inside: true))
                    before = edges
                }
                continue
            }
            let touchesLineEnd = Self.isLineEnd(part) || Self.isLineEnd(parts[position - 1])
            let gap = touchesLineEnd ? "" : Self.gap(left.last && edges.first)
            if let choices = Self.choices(part), !touchesLineEnd {
                let isRepeated = edgesAreRepeated(part)
                let alternatives = choices.map { choice in
                    let before = left.last || (isRepeated && edges.last)
                    return self.gap(before, choice) + render(choice, inside: false)
                }
                pieces.append("(\(alternatives.joined(separator: " | ")))\(isRepeated ? "*" : "?")")
                before = Edges(first: left.first, last: left.last || edges.last)
            } else if edges.isEmpty {
                let content = Self.content(part)
                let repeated = edgesAreRepeated(part)
                var inner = repeated ? Self.gap((left.last || edges.last) && edges.first) : gap
                if case .sequence(let parts) = content, Self.isLineEnd(parts[0]) { inner = "" }
                pieces.append("(\(inner) \(render(content, inside: true)))\(repeated ? "*" : "?")")
                before = Edges(first: left.first, last: left.last || edges.last)
            } else {
                pieces.append(gap)
                pieces.append(render(part, inside: true))
                before = Edges(first: left.first, last: edges.last)
            }
        }
        return pieces.filter { !$0.isEmpty }.joined(separator: " ")
    }

    private static func content(_ symbol: GrammarSymbol) -> GrammarSymbol {
        switch symbol {
        case .optional(let part), .many(let part): part
        default: symbol
        }
    }

    /// What may be there, where it is one of several or a question mark.
    private static func choices(_ symbol: GrammarSymbol) -> [GrammarSymbol]? {
        switch symbol {
        case .optional(.choice(let parts)), .many(.choice(let parts)): parts
        case .optional("?"): ["?"]
        case .optional(.sequence(let parts)) where parts[0] == "?": [.sequence(parts)]
        default: nil
        }
    }

    /// The blanks before a part. A `?` that unwraps touches its value and one of a conditional does not, so that engines
    /// need not follow both.
    private func gap(_ isAfterWord: Bool, _ part: GrammarSymbol) -> String {
        if part == "?" { return "" }
        if case .sequence(let parts) = part, parts[0] == "?" { return "space " }
        return Self.gap(isAfterWord && edges(of: part).first) + " "
    }

    private func edgesAreRepeated(_ symbol: GrammarSymbol) -> Bool {
        if case .many = symbol { return true }
        return false
    }

    /// Line ends are blanks enough.
    private static func isLineEnd(_ symbol: GrammarSymbol) -> Bool {
        symbol == .text("\n") || symbol == .rule("line_end")
    }

    private func separator(_ left: GrammarSymbol, _ right: GrammarSymbol) -> String {
        Self.gap(edges(of: left).last && edges(of: right).first)
    }

    private static func gap(_ isNeeded: Bool) -> String { isNeeded ? "space" : "blank" }

    // MARK: Edges

    private mutating func findEdges() {
        var hasChanged = true
        while hasChanged {
            hasChanged = false
            for rule in grammar.rules {
                let found = edges(of: rule.symbol)
                if edges[rule.name] != found {
                    edges[rule.name] = found
                    hasChanged = true
                }
            }
        }
    }

    private func edges(of symbol: GrammarSymbol) -> Edges {
        switch symbol {
        case .text(let text):
            let isWord = GrammarSymbol.isWord(text)
            return Edges(first: isWord, last: isWord)
        case .token(.string): return Edges()
        case .token: return Edges(first: true, last: true)
        case .rule(let name): return edges[name] ?? Edges()
        case .optional(let part), .many(let part):
            var edges = edges(of: part)
            edges.isEmpty = true
            return edges
        case .choice(let parts):
            return parts.map { edges(of: $0) }.reduce(into: Edges()) { all, one in
                all = Edges(
                    first: all.first || one.first,
                    last: all.last || one.last,
                    isEmpty: all.isEmpty || one.isEmpty
                )
            }
        case .sequence(let parts):
            let all = parts.map { edges(of: $0) }
            var result = Edges(isEmpty: all.allSatisfy(\.isEmpty))
            for edges in all {
                result.first = result.first || edges.first
                if !edges.isEmpty { break }
            }
            for edges in all.reversed() {
                result.last = result.last || edges.last
                if !edges.isEmpty { break }
            }
            return result
        }
    }
}
