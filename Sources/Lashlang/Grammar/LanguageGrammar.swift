/// The grammar of the language, or of what it is for one host: the one description from which all exports are made.
///
/// Rules say what the parser accepts, except for what no context-free grammar can say; `exceptions` lists that.
public struct LanguageGrammar: Sendable {
    /// How the rules are meant to be used.
    public enum Purpose: Sendable {
        /// For people: one kind of block, the rest in prose.
        case reading
        /// For engines that judge texts: as close to the parser as rules can be.
        case judging
        /// For engines that write texts: whatever follows the rules is a program.
        case writing
    }

    /// In the order in which one learns the language. The first one is a whole program.
    public internal(set) var rules: [GrammarRule]
    /// What the rules are for.
    public let purpose: Purpose
    /// What identifiers of the rules are not, besides the words of the language: what a host has given names to.
    var hostNames: [String] = []

    /// What the rules cannot say.
    public static let exceptions = [
        "Names that begin an expression are not start, sleep, Type, wait_signal, signal_run or parallel, although the parser takes these as variables where nothing follows that gives them their meaning: rules cannot look at what does not follow.",
        "For the same reason, expressions that stand alone as a statement begin with no word that begins a statement, and not with type, process, trigger or fn.",
        "A comma after the last of several values stands inside brackets only: elsewhere what follows decides whether there is another value.",
        "Names of fields in a type, of parameters and of labels occur once; rules cannot count them.",
        "Nesting is limited to 256 levels, which rules cannot count either.",
        "Two string literals may not touch so that they begin with three quotes: lexers of engines take the longest text.",
        "In a function with a variable of the name return, the word is that variable: what words mean depends on no name in rules.",
        "Inside brackets, nothing between the ? and the : of a conditional is unwrapped right before -, [ or not: the parser gives the : to the nearest ?.",
        "A name that begins with e may not touch the number before it: lexers of engines do not go back from an exponent.",
    ]

    /// The rules for a purpose.
    public init(for purpose: Purpose) {
        self.purpose = purpose
        rules = []
        addProgram()
        addStatements()
        addExpressions()
        addTypes()
        addNames()
        if purpose != .reading { addStatementStarts() }
        rules = reachable
    }

    /// The rules that a program can need, in their order.
    var reachable: [GrammarRule] {
        var byName: [String: GrammarRule] = [:]
        for rule in rules { byName[rule.name] = rule }
        var found: Set<String> = []
        var pending = [rules[0].name]
        while let name = pending.popLast() {
            if !found.insert(name).inserted { continue }
            var symbols = byName[name].map { [$0.symbol] } ?? []
            while let symbol = symbols.popLast() {
                if case .rule(let name) = symbol { pending.append(name) }
                symbols += symbol.parts
            }
        }
        return rules.filter { found.contains($0.name) }
    }

    mutating func add(_ name: String, _ prose: String = "", _ symbol: GrammarSymbol) {
        rules.append(GrammarRule(name, prose, symbol))
    }

    // MARK: Words

    /// Words that are no names anywhere.
    public static let keywords = [
        "if", "else", "for", "in", "await", "cancel", "submit", "print", "call", "and", "or", "not", "true", "false",
        "null",
    ]
    /// Words with a meaning of their own at the beginning of a statement.
    static let statementWords = [
        "let", "while", "break", "continue", "finish", "yield", "wake", "fail", "type", "process", "trigger", "fn",
    ]
    /// Words with a meaning of their own at the beginning of an operand.
    static let operandWords = ["start", "sleep", "wait_signal", "signal_run", "Type", "parallel"]
    /// Words that mean something in one place, and are names elsewhere.
    static let otherWords = [
        "return", "signals", "label", "title", "description", "until", "str", "string", "int", "integer",
        "float",
        "number", "bool", "boolean", "dict", "object", "any", "list", "enum", "Process", "TriggerHandle",
    ]
    /// Words with which a type begins, and after which something has to follow.
    static let typeWords = ["list", "enum", "Process", "TriggerHandle", "Type"]
    /// Words that are names where they have no meaning.
    static var contextualWords: [String] { statementWords + operandWords + otherWords }
    /// Words that identifiers of the rules are not; where names may be words, rules say so.
    var excludedWords: [String] {
        Self.keywords + Self.contextualWords + hostNames
    }

    static func words(_ words: [String]) -> GrammarSymbol { .choice(words.map(GrammarSymbol.text)) }

    private mutating func addNames() {
        let others = Self.otherWords
        if purpose == .writing {
            // What is written has plain names only: a word as a name is allowed and helps nobody.
            add("name", "A name.", .token(.identifier))
            add("operand_name", "", .token(.identifier))
            add("start_name", "", .token(.identifier))
            add(
                "key",
                "The name of a field: also a keyword or a string.",
                any(of: .token(.identifier), .token(.string))
            )
            return
        }
        if purpose == .reading {
            add(
                "name",
                "Letters, digits and `_`, not beginning with a digit, and no keyword. Other words are names wherever they have no meaning.",
                .token(.identifier)
            )
            add(
                "key",
                "The name of a field: also a keyword or a string.",
                any(of: ref("name"), ref("keyword"), .token(.string))
            )
            add("keyword", "Words that are no names.", Self.words(Self.keywords))
            return
        }
        add("name", "", any(of: .token(.identifier), ref("word")))
        add("word", "", Self.words(Self.contextualWords))
        add("operand_name", "", any(of: .token(.identifier), Self.words(Self.statementWords + others)))
        add("start_name", "", any(of: .token(.identifier), Self.words(others)))
        add("key", "", any(of: ref("name"), Self.words(Self.keywords), .token(.string)))
    }
}
