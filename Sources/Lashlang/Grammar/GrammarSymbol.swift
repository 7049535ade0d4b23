/// A part of a grammar.
public indirect enum GrammarSymbol: Hashable, Sendable {
    /// A word or punctuation, as it is written.
    case text(String)
    /// Text of a kind.
    case token(GrammarToken)
    /// Another rule.
    case rule(String)
    /// One after the other.
    case sequence([GrammarSymbol])
    /// One of several.
    case choice([GrammarSymbol])
    /// It, or nothing.
    case optional(GrammarSymbol)
    /// Any number, also none.
    case many(GrammarSymbol)

    /// Whether it is a word, which must not touch another one.
    static func isWord(_ text: String) -> Bool {
        text.utf8.first.map { $0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A } ?? false
    }

    /// Whether a sequence is nothing without it.
    var isNeeded: Bool {
        switch self {
        case .optional, .many: false
        case .text, .token, .rule, .sequence, .choice: true
        }
    }

    /// The symbols directly inside.
    var parts: [GrammarSymbol] {
        switch self {
        case .text, .token, .rule: []
        case .sequence(let parts), .choice(let parts): parts
        case .optional(let part), .many(let part): [part]
        }
    }

    /// Itself with its parts replaced.
    func map(_ change: (GrammarSymbol) -> GrammarSymbol) -> GrammarSymbol {
        switch self {
        case .text, .token, .rule: self
        case .sequence(let parts): .sequence(parts.map(change))
        case .choice(let parts): .choice(parts.map(change))
        case .optional(let part): .optional(change(part))
        case .many(let part): .many(change(part))
        }
    }
}

/// Kinds of text that rules do not spell out.
public enum GrammarToken: String, Hashable, Sendable, CaseIterable {
    /// A name that is no word of the language.
    case identifier
    /// A number.
    case number
    /// A string literal.
    case string
}

/// A rule with its meaning in a few words.
public struct GrammarRule: Sendable {
    /// Its name, in small letters and underscores.
    public let name: String
    /// What it is, for people; empty for rules that only serve others.
    public let prose: String
    /// What it stands for.
    public let symbol: GrammarSymbol

    init(_ name: String, _ prose: String = "", _ symbol: GrammarSymbol) {
        self.name = name
        self.prose = prose
        self.symbol = symbol
    }
}
