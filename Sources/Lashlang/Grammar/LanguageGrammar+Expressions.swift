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
            seq(ref("disjunction"), maybe("?", ref("single"), ":", ref("single")))
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
        addOperands(whole)
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
            let tuple = seq(ref("single"), ",", maybe(ref("single"), many(",", ref("single"))))
            add("group", "", seq("(", maybe(any(of: ref("single"), tuple)), ")"))
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
                    any(
                        of: list(of: ref("single")),
                        seq(ref("single"), ref("for_clause"), many(ref("for_clause")))
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
        add("type_path", "A declared type, or one of the host.", seq(ref("name"), many(".", ref("name"))))
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
        var added: Set<String> = []
        var pending = ["expression"]
        while let name = pending.popLast() {
            guard added.insert(name).inserted, let symbol = byName[name] else { continue }
            add("start_" + name, "", Self.start(of: symbol, &pending, byName))
        }
    }

    /// A symbol whose first part is the variant of a rule at the start of a statement.
    private static func start(
        of symbol: GrammarSymbol,
        _ pending: inout [String],
        _ rules: [String: GrammarSymbol]
    ) -> GrammarSymbol {
        switch symbol {
        case .rule("operand_name"): return ref("start_name")
        case .rule(let name):
            guard canBeginWithName(.rule(name), rules) else { return symbol }
            pending.append(name)
            return ref("start_" + name)
        case .sequence(let parts): return .sequence([start(of: parts[0], &pending, rules)] + parts.dropFirst())
        case .choice(let parts): return .choice(parts.map { start(of: $0, &pending, rules) })
        case .optional, .many, .text, .token: return symbol
        }
    }

    private static func canBeginWithName(_ symbol: GrammarSymbol, _ rules: [String: GrammarSymbol]) -> Bool {
        var seen: Set<GrammarSymbol> = []
        var pending = [symbol]
        while let symbol = pending.popLast() {
            if !seen.insert(symbol).inserted { continue }
            switch symbol {
            case .rule("operand_name"): return true
            case .rule(let name): if let symbol = rules[name] { pending.append(symbol) }
            case .sequence(let parts): pending.append(parts[0])
            case .choice(let parts): pending += parts
            case .optional, .many, .text, .token: break
            }
        }
        return false
    }
}
