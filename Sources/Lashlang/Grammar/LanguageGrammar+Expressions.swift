extension LanguageGrammar {
    mutating func addExpressions() {
        let isWriting = purpose == .writing
        let whole = ref(isWriting ? "single" : "expression")
        if !isWriting {
            add(
                "expression",
                "Several between commas are a tuple. Inside brackets a comma after the last one makes a tuple of one.",
                seq(ref("single"), many(",", ref("single")))
            )
        }
        add(
            "single",
            "`c ? a : b` is a or b.",
            seq(ref("disjunction"), maybe("?", ref(isWriting ? "chosen" : "single"), ":", ref("single")))
        )
        add("disjunction", "", seq(ref("conjunction"), many(any(of: "or", "||"), ref("conjunction"))))
        add("conjunction", "", seq(ref("comparison"), many(any(of: "and", "&&"), ref("comparison"))))
        let comparisons: GrammarSymbol = any(
            of: "==",
            "!=",
            "<=",
            ">=",
            "<",
            ">",
            "in",
            seq("not", "in")
        )
        add("comparison", "", seq(ref("sum"), many(comparisons, ref("sum"))))
        add("sum", "", seq(ref("product"), many(any(of: "+", "-"), ref("product"))))
        add("product", "", seq(ref("prefixed"), many(any(of: "*", "/", "%"), ref("prefixed"))))
        add(
            "prefixed",
            "Prefixes bind more tightly than any operator between two operands: `not a == b` is `(not a) == b`.",
            any(of: seq(any(of: "-", "not", "!", "await"), ref("prefixed")), ref("postfixed"))
        )
        let postfixes = many(
            any(of: seq(".", ref("key"), maybe(ref("arguments"))), seq("[", whole, maybe(","), "]"), "?")
        )
        if isWriting {
            // A number before a dot would swallow it.
            add("postfixed", "", any(of: .token(.number), seq(ref("operand"), postfixes)))
        } else {
            add(
                "postfixed",
                "`x?` is the value of a result, or ends the program with its error.",
                seq(ref("operand"), postfixes)
            )
        }
        if isWriting { addChosen() }
        addOperands(whole)
    }

    /// What is written between the `?` and the `:` of a conditional unwraps only at its end: a `?` inside could be taken
    /// for the one of another conditional.
    private mutating func addChosen() {
        add(
            "chosen",
            "",
            seq(ref("plain_disjunction"), maybe("?", ref("chosen"), ":", ref("chosen")), maybe("?"))
        )
        let chain: Set<String> = [
            "disjunction", "conjunction", "comparison", "sum", "product", "prefixed", "postfixed",
        ]
        func plain(_ symbol: GrammarSymbol) -> GrammarSymbol {
            switch symbol {
            case .rule(let name) where chain.contains(name): .rule("plain_" + name)
            case .choice(let parts): .choice(parts.filter { $0 != "?" }.map(plain))
            default: symbol.map(plain)
            }
        }
        for rule in rules where chain.contains(rule.name) { add("plain_" + rule.name, "", plain(rule.symbol)) }
    }

    private mutating func addOperands(_ whole: GrammarSymbol) {
        let isWriting = purpose == .writing
        let name = ref(purpose == .reading ? "name" : "operand_name")
        var operands: [GrammarSymbol] = ["null", "true", "false", .token(.string)]
        if !isWriting { operands.append(.token(.number)) }
        operands += [
            seq(name, ref("arguments")),
            name,
            ref("group"),
            ref("list"),
            ref("record"),
            seq("Type", ref("object_type")),
            seq("start", ref("name"), "(", maybe(list(of: seq(ref("key"), ":", ref("single")))), ")"),
            seq("wait_signal", "(", ref("signal_name"), maybe(","), ")"),
            seq("signal_run", "(", ref("single"), ",", ref("signal_name"), ",", ref("single"), maybe(","), ")"),
        ]
        // Its operand takes every comma that follows, so that what is written has it as a statement.
        if !isWriting { operands.append(seq("sleep", any(of: "for", "until"), whole)) }
        add("operand", "", .choice(operands))
        add("arguments", "", seq("(", maybe(list(of: ref("single"))), ")"))
        if purpose == .writing {
            // What alternatives begin with stands once: engines follow each of them to the end.
            let more = maybe(",", maybe(ref("single"), many(",", ref("single"))))
            add("group", "", seq("(", maybe(ref("single"), more), ")"))
        } else {
            add(
                "group",
                "`(x)` is x, `(x,)` a tuple of one, `()` the empty tuple.",
                seq("(", maybe(ref("expression"), maybe(",")), ")")
            )
        }
        add(
            "list",
            "`[x * 2 for x in xs if x > 0]` makes a list of what its clauses go through.",
            seq(
                "[",
                maybe(
                    ref("single"),
                    maybe(
                        any(
                            of: seq(",", maybe(list(of: ref("single")))),
                            seq(ref("for_clause"), many(ref("for_clause")))
                        )
                    )
                ),
                "]"
            )
        )
        add("for_clause", "", seq("for", ref("name"), "in", whole, many("if", whole)))
        add("record", "", seq("{", maybe(list(of: seq(ref("key"), ":", ref("single")))), "}"))
        add(
            "signal_name",
            "A literal.",
            purpose == .writing ? .token(.string) : any(of: .token(.string), seq("(", ref("signal_name"), ")"))
        )
    }

    mutating func addTypes() {
        add("type", "", seq(ref("term_type"), many("|", ref("term_type"))))
        add("term_type", "", any(of: ref("object_type"), ref("other_term_type")))
        add("other_type", "", seq(ref("other_term_type"), many("|", ref("term_type"))))
        let scalars = [
            "null", "str", "string", "int", "integer", "float", "number", "bool", "boolean", "dict", "object", "any",
        ]
        var terms: [GrammarSymbol] = purpose == .judging ? ["null"] : scalars.map(GrammarSymbol.text)
        terms += [
            .token(.string),
            seq("Type", ref("object_type")),
            seq("list", "[", ref("type"), "]"),
            seq("enum", "[", .token(.string), many(",", .token(.string)), "]"),
            seq("Process", "<", ref("type"), ",", ref("type"), ">"),
            seq("TriggerHandle", "<", ref("type"), ">"),
            ref("type_path"),
        ]
        add("other_term_type", "`|` is between types of which a value has one.", .choice(terms))
        // The words for scalars are names that the linker knows.
        var path = seq(ref("name"), many(".", ref("name")))
        if purpose == .judging {
            let taking = Self.words(Self.typeWords)
            path = any(
                of: seq(ref("type_name"), many(".", ref("name"))),
                seq(taking, ".", ref("name"), many(".", ref("name")))
            )
            let names = Self.contextualWords.filter { !Self.typeWords.contains($0) }
            add("type_name", "", any(of: .token(.identifier), Self.words(names)))
        }
        add("type_path", "A declared type, or one of the host.", path)
        add(
            "object_type",
            "`?` after a type: the field may be missing.",
            seq("{", maybe(list(of: seq(ref("key"), ":", ref("type"), maybe("?")))), "}")
        )
    }

    /// Adds the rules for expressions that stand alone: the same ones, but for how they begin.
    ///
    /// Text that an engine writes begins such a statement with a name or with `await`: whatever else could be taken for
    /// more of the line before.
    mutating func addStatementStarts() {
        if purpose == .writing {
            add(
                "start_expression",
                "",
                any(
                    of: seq(ref("start_name"), many(".", .token(.identifier)), ref("arguments"), maybe("?")),
                    seq("await", ref("prefixed"))
                )
            )
            return
        }
        var byName: [String: GrammarSymbol] = [:]
        for rule in rules { byName[rule.name] = rule.symbol }
        // `[` goes on with the value before it, so that what begins with one has rules of its own.
        var start = BeginningVariant("start", of: byName)
        start.leaves = ["operand_name": ref("start_name")]
        start.dropped = ["list"]
        rules += start.rules(from: "expression")
        var bracketed = BeginningVariant("bracketed", of: byName)
        bracketed.leaves = ["list": ref("list")]
        bracketed.dropped = ["operand_name"]
        bracketed.keepsOthers = false
        rules += bracketed.rules(from: "expression")
    }
}

/// The rules for expressions that begin in a certain way: copies of the rules by which an expression can begin.
private struct BeginningVariant {
    /// What stands for an operand at the beginning.
    var leaves: [String: GrammarSymbol] = [:]
    /// Rules by which it does not begin.
    var dropped: Set<String> = []
    /// Whether it may begin with words, literals and rules that are not mentioned.
    var keepsOthers = true
    private let prefix: String
    private let original: [String: GrammarSymbol]
    private var pending: [String] = []

    init(_ prefix: String, of rules: [String: GrammarSymbol]) {
        self.prefix = prefix
        original = rules
    }

    mutating func rules(from name: String) -> [GrammarRule] {
        var result: [GrammarRule] = []
        var added: Set<String> = []
        pending = [name]
        while let name = pending.popLast() {
            guard added.insert(name).inserted, let symbol = original[name], let variant = variant(of: symbol) else {
                continue
            }
            result.append(GrammarRule("\(prefix)_\(name)", "", variant))
        }
        return result
    }

    private mutating func variant(of symbol: GrammarSymbol) -> GrammarSymbol? {
        switch symbol {
        case .rule(let name):
            if let leaf = leaves[name] { return leaf }
            if dropped.contains(name) { return nil }
            if !canBeginWithName(symbol) { return keepsOthers ? symbol : nil }
            pending.append(name)
            return .rule("\(prefix)_\(name)")
        case .sequence(let parts):
            guard let first = variant(of: parts[0]) else { return nil }
            return .sequence([first] + parts.dropFirst())
        case .choice(let parts):
            let rest = parts.compactMap { variant(of: $0) }
            return rest.count > 1 ? .choice(rest) : rest.first
        case .optional, .many, .text, .token: return keepsOthers ? symbol : nil
        }
    }

    private func canBeginWithName(_ symbol: GrammarSymbol) -> Bool {
        var seen: Set<GrammarSymbol> = []
        var pending = [symbol]
        while let symbol = pending.popLast() {
            if !seen.insert(symbol).inserted { continue }
            switch symbol {
            case .rule("operand_name"): return true
            case .rule(let name): if let symbol = original[name] { pending.append(symbol) }
            case .sequence(let parts): pending.append(parts[0])
            case .choice(let parts): pending += parts
            case .optional, .many, .text, .token: break
            }
        }
        return false
    }
}
