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
        add(
            "program",
            "A program is statements and declarations, one after the other. Line ends mean nothing; `;` is a blank. Comments go from `#` or `//` to the end of the line.",
            separated ? seq(ref("item"), many(ref("line_end"), ref("item"))) : many(ref("item"))
        )
        if separated { add("line_end", "", "\n") }
        let main = Scope(body: .main, isLoop: false)
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

    mutating func addStatements() {
        let scopes =
            purpose == .reading
            ? [Scope(body: .main, isLoop: false)]
            : Scope.Body.allCases.flatMap { [Scope(body: $0, isLoop: false), Scope(body: $0, isLoop: true)] }
        for scope in scopes { addStatements(in: scope) }
        add(
            "target",
            "A variable, or a place inside of one.",
            seq(
                ref("name"),
                many(
                    any(
                        of: seq(".", ref("key")),
                        seq("[", ref(purpose == .writing ? "single" : "expression"), maybe(","), "]")
                    )
                )
            )
        )
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
        var statements: [GrammarSymbol] = [
            seq(maybe("let"), ref("target"), "=", value),
            ref(scope.name("if_statement")),
            seq("for", ref("name"), "in", value, isReading ? block : loop),
            seq("while", value, isReading ? block : loop),
            seq("finish", value),
        ]
        if scope.isLoop || isReading { statements += ["break", "continue"] }
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
        let labelled = seq(maybe(ref("label")), ref(scope.name("statement")))
        add(
            scope.name("block"),
            "",
            purpose == .writing
                ? seq("{", maybe(labelled, many(ref("line_end"), labelled)), "}") : seq("{", many(labelled), "}")
        )
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
