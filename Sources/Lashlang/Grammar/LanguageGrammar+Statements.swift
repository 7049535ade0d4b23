extension LanguageGrammar {
    /// A block in which certain statements are allowed.
    struct Scope: Hashable {
        enum Body: String, CaseIterable { case main, process, function }

        let body: Body
        let isLoop: Bool

        func name(_ rule: String) -> String {
            let suffix = (body == .main ? "" : "_\(body.rawValue)") + (isLoop ? "_loop" : "")
            return rule + suffix
        }
    }

    mutating func addProgram() {
        let separated = purpose == .writing
        let isJudging = purpose == .judging
        add(
            "program",
            "A program is statements and declarations, one after the other. Line ends mean nothing; `;` is a blank. Comments go from `#` or `//` to the end of the line.",
            separated
                ? seq(ref("item"), many(ref("line_end"), ref("item")))
                : isJudging ? seq(maybe(ref("bracketed_expression")), many(ref("item"))) : many(ref("item"))
        )
        if separated { add("line_end", "", "\n") }
        let main = Scope(body: .main, isLoop: false)
        if isJudging { return addJudgedItem(in: main) }
        add(
            "item",
            "",
            any(
                of: ref(main.name("statement")),
                seq(maybe(ref("label")), ref("process_declaration")),
                ref("type_declaration"),
                ref("function_declaration"),
                seq(ref("label"), ref(main.name("statement")))
            )
        )
    }

    /// What begins with `[` stands alone only where no value before could go on with it: at the beginning, after what ends
    /// in a block, and after a label.
    private mutating func addJudgedItem(in main: Scope) {
        let bracketed = maybe(ref("bracketed_expression"))
        add(
            "item",
            "",
            any(
                of: ref("assignment"),
                seq(
                    any(
                        of: seq(maybe(ref("label")), ref("process_declaration")),
                        ref("type_declaration"),
                        ref("function_declaration")
                    ),
                    bracketed
                ),
                seq(
                    maybe(ref("label")),
                    any(of: ref(main.name("statement")), seq(ref(main.name("ended_statement")), bracketed))
                ),
                seq(
                    ref("label"),
                    any(
                        of: ref("labelled_assignment"),
                        seq("process", ref("accesses"), "=", ref("expression")),
                        ref("bracketed_expression")
                    )
                )
            )
        )
    }

    /// The statements of a judged block that are the same everywhere.
    private mutating func addAssignments() {
        let value = ref("expression")
        add("assignment", "", seq(maybe("let"), ref("target"), "=", value))
        add(
            "labelled_assignment",
            "After a label, `type`, `trigger` and `process` are the beginning of a declaration.",
            any(of: seq("let", ref("target"), "=", value), seq(ref("labelled_name"), ref("accesses"), "=", value))
        )
        let declarations: Set<String> = ["type", "trigger", "process"]
        add(
            "labelled_name",
            "",
            any(of: .token(.identifier), Self.words(Self.contextualWords.filter { !declarations.contains($0) }))
        )
        add("accesses", "", accesses)
    }

    private var accesses: GrammarSymbol {
        many(
            any(
                of: seq(".", ref("key")),
                seq("[", ref(purpose == .writing ? "single" : "expression"), maybe(","), "]")
            )
        )
    }

    mutating func addStatements() {
        let scopes =
            purpose == .reading
            ? [Scope(body: .main, isLoop: false)]
            : Scope.Body.allCases.flatMap { [Scope(body: $0, isLoop: false), Scope(body: $0, isLoop: true)] }
        for scope in scopes { addStatements(in: scope) }
        add(
            "target",
            "A variable, or a place inside of one.",
            seq(ref("name"), purpose == .judging ? ref("accesses") : accesses)
        )
        if purpose == .judging { addAssignments() }
        add(
            "label",
            "A title for people who watch.",
            any(
                of: seq(
                    "@",
                    "label",
                    "(",
                    "title",
                    ":",
                    .token(.string),
                    maybe(",", "description", ":", .token(.string)),
                    maybe(","),
                    ")"
                ),
                seq(
                    "@",
                    "label",
                    "(",
                    "description",
                    ":",
                    .token(.string),
                    ",",
                    "title",
                    ":",
                    .token(.string),
                    maybe(","),
                    ")"
                )
            )
        )
        addDeclarations()
    }

    private mutating func addStatements(in scope: Scope) {
        let block = ref(scope.name("block"))
        let loop = ref(Scope(body: scope.body, isLoop: true).name("block"))
        let isReading = purpose == .reading
        let value = ref(purpose == .writing ? "single" : "expression")
        // After these a bracket begins a new statement.
        var ended: [GrammarSymbol] = [
            ref(scope.name("if_statement")),
            seq("for", ref("name"), "in", value, isReading ? block : loop),
            seq("while", value, isReading ? block : loop),
        ]
        let leaving: [GrammarSymbol] = scope.isLoop || isReading ? ["break", "continue"] : []
        var statements = [seq("finish", value)]
        if purpose == .judging {
            ended += leaving
            add(scope.name("ended_statement"), "", .choice(ended))
        } else {
            statements = [seq(maybe("let"), ref("target"), "=", value)] + ended + statements + leaving
        }
        if scope.body != .process { statements.append(seq("print", value)) }
        statements.append(seq("cancel", value))
        if scope.body == .process || isReading {
            statements += [seq("yield", value), seq("wake", value), seq("fail", value)]
        }
        if scope.body == .function || isReading { statements.append(seq("return", value)) }
        if purpose == .writing { statements.append(seq("sleep", any(of: "for", "until"), value)) }
        statements.append(ref(isReading ? "expression" : "start_expression"))
        add(
            scope.name("statement"),
            isReading
                ? "`break` and `continue` stand in loops; `yield`, `wake` and `fail` in processes, where `print` does not; `return` in functions. An expression alone is evaluated and dropped."
                : "",
            .choice(statements)
        )
        add(
            scope.name("if_statement"),
            "",
            seq("if", value, block, maybe("else", any(of: ref(scope.name("if_statement")), block)))
        )
        add(scope.name("block"), "", seq("{", blockContent(in: scope), "}"))
    }

    private func blockContent(in scope: Scope) -> GrammarSymbol {
        let label = ref("label")
        let statement = ref(scope.name("statement"))
        let labelled = seq(maybe(label), statement)
        switch purpose {
        case .reading: return many(labelled)
        case .writing: return maybe(labelled, many(ref("line_end"), labelled))
        case .judging:
            let bracketed = ref("bracketed_expression")
            let ended = seq(ref(scope.name("ended_statement")), maybe(bracketed))
            return seq(
                maybe(bracketed),
                many(
                    any(
                        of: ref("assignment"),
                        seq(maybe(label), any(of: statement, ended)),
                        seq(label, any(of: ref("labelled_assignment"), bracketed))
                    )
                )
            )
        }
    }

    private mutating func addDeclarations() {
        let isReading = purpose == .reading
        add(
            "process_declaration",
            "Runs beside the program when it is started, and sees its parameters only.",
            seq(
                "process",
                ref("name"),
                "(",
                maybe(ref("parameters")),
                ")",
                maybe("signals", "{", maybe(ref("parameters")), "}"),
                maybe("-", ">", ref("type")),
                ref(isReading ? "block" : "block_process")
            )
        )
        add(
            "function_declaration",
            "Computes a value from its parameters, and does nothing else.",
            seq(
                "fn",
                ref("name"),
                "(",
                maybe(ref("parameters")),
                ")",
                "-",
                ">",
                ref("type"),
                ref(isReading ? "block" : "block_function")
            )
        )
        add("parameters", "", list(of: seq(ref("name"), ":", ref("type"))))
        add(
            "type_declaration",
            "A name for a type.",
            seq("type", ref("name"), "=", any(of: ref("object_type"), ref("other_type")))
        )
    }
}
