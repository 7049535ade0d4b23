// Short forms in which the rules are written down.

func seq(_ parts: GrammarSymbol...) -> GrammarSymbol { .sequence(parts) }
func any(of parts: GrammarSymbol...) -> GrammarSymbol { .choice(parts) }
func maybe(_ parts: GrammarSymbol...) -> GrammarSymbol { .optional(parts.count == 1 ? parts[0] : .sequence(parts)) }
func many(_ parts: GrammarSymbol...) -> GrammarSymbol { .many(parts.count == 1 ? parts[0] : .sequence(parts)) }
func ref(_ name: String) -> GrammarSymbol { .rule(name) }

/// One or more, between commas, with a comma after the last one allowed.
func list(of part: GrammarSymbol) -> GrammarSymbol { seq(part, many(",", part), maybe(",")) }

extension GrammarSymbol: ExpressibleByStringLiteral {
    /// A word or punctuation.
    public init(stringLiteral text: String) { self = .text(text) }
}
