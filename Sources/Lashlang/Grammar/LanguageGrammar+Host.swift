public import LashLinker

extension LanguageGrammar {
    /// The rules for programs of one host: what is bound, and what can be called with which fields, stands in them by
    /// name, so that a model which is held to them cannot call what does not exist, nor assign to what is bound.
    ///
    /// Programs of these rules declare no functions, since the rules could not tell their names from wrong ones.
    public init(for purpose: Purpose, environment: HostEnvironment) {
        self.init(for: purpose)
        let catalog = environment.catalog
        let roots = Set(
            catalog.modules.map(\.path).map(Self.root) + catalog.constructors.map(\.path).map(Self.root)
        )
        let functions = catalog.functions.map(\.name)
        let bound = environment.readOnlyNames.sorted()
        hostNames = Array(roots.union(functions).union(bound)).sorted()
        replaceCalls(catalog)
        var lost = ["function_declaration"]
        if !environment.abilities.contains(.processes) { lost.append("process_declaration") }
        remove(lost: Set(lost), environment)
        offer(bound)
        rules = reachable
    }

    private static func root(_ path: String) -> String { String(path.prefix { $0 != "." }) }

    private mutating func change(_ name: String, _ change: (GrammarSymbol) -> GrammarSymbol) {
        guard let position = rules.firstIndex(where: { $0.name == name }) else { return }
        rules[position] = GrammarRule(name, rules[position].prose, change(rules[position].symbol))
    }

    // MARK: Calls

    private mutating func replaceCalls(_ catalog: HostCatalog) {
        let callable = Builtin.allCases.map(\.name) + catalog.functions.map(\.name)
        add("call", "", seq(.choice(callable.map(GrammarSymbol.text)), ref("arguments")))
        var operations = catalog.modules.flatMap { module in
            module.operations.map { seq(Self.path("\(module.path).\($0.name)"), Self.arguments($0.input)) }
        }
        operations += catalog.constructors.map { seq(Self.path($0.path), Self.arguments($0.input)) }
        if !operations.isEmpty { add("operation", "", .choice(operations)) }
        let calls: [GrammarSymbol] = operations.isEmpty ? [ref("call")] : [ref("call"), ref("operation")]
        for name in ["operand", "start_operand"] {
            change(name) { symbol in
                guard case .choice(let parts) = symbol else { return symbol }
                // Also modules can be handed over, so names of modules are operands.
                return .choice(parts.flatMap { Self.isCall($0) ? calls : [$0] })
            }
        }
        for name in ["postfixed", "start_postfixed", "bracketed_postfixed", "plain_postfixed"] {
            change(name, Self.withoutMethods)
        }
        if purpose == .writing {
            change("start_expression") { _ in .choice(calls + [seq("await", ref("prefixed"))]) }
        }
    }

    private static func isCall(_ symbol: GrammarSymbol) -> Bool {
        guard case .sequence(let parts) = symbol, parts.count == 2, parts[1] == .rule("arguments") else { return false }
        return parts[0] == .rule("operand_name") || parts[0] == .rule("start_name") || parts[0] == .rule("name")
    }

    /// Values have no methods: what is called by a path is an operation.
    private static func withoutMethods(_ symbol: GrammarSymbol) -> GrammarSymbol {
        if symbol == .sequence([.text("."), .rule("key"), .optional(.rule("arguments"))]) {
            return seq(".", ref("key"))
        }
        return symbol.map(withoutMethods)
    }

    private static func path(_ path: String) -> GrammarSymbol {
        let names = path.split(separator: ".").map { GrammarSymbol.text(String($0)) }
        return .sequence(Array(names.map { [$0] }.joined(separator: [.text(".")])))
    }

    private static func arguments(_ input: HostType) -> GrammarSymbol {
        switch input {
        case .null: return seq("(", ")")
        case .object(let fields):
            let entries = fields.map { seq(.text($0.name), ":", ref("single")) }
            let record: GrammarSymbol =
                fields.isEmpty ? seq("{", "}") : seq("{", maybe(list(of: .choice(entries))), "}")
            return seq("(", record, maybe(","), ")")
        default: return ref("arguments")
        }
    }

    // MARK: Names

    /// Lets what is bound be read, and everything that has a name be a key.
    private mutating func offer(_ bound: [String]) {
        let literals = bound.map(GrammarSymbol.text)
        if !literals.isEmpty {
            for name in ["operand_name", "start_name"] { change(name) { .choice([$0] + literals) } }
        }
        let names = hostNames.map(GrammarSymbol.text)
        if !names.isEmpty { change("key") { .choice([$0] + names) } }
    }

    // MARK: Abilities

    private mutating func remove(lost: Set<String>, _ environment: HostEnvironment) {
        var words: Set<String> = []
        if !environment.abilities.contains(.processes) { words.insert("start") }
        if !environment.abilities.contains(.sleep) { words.insert("sleep") }
        if !environment.abilities.contains(.processSignals) { words.formUnion(["wait_signal", "signal_run"]) }
        let isLabelled = environment.labelAnnotations
        rules = rules.map { rule in
            GrammarRule(
                rule.name,
                rule.prose,
                Self.without(lost, words, labels: isLabelled, rule.symbol) ?? rule.symbol
            )
        }
    }

    /// A symbol without what begins with certain words or rules; `nil` where nothing is left of it.
    private static func without(
        _ rules: Set<String>,
        _ words: Set<String>,
        labels: Bool,
        _ symbol: GrammarSymbol
    ) -> GrammarSymbol? {
        switch symbol {
        case .rule(let name): return rules.contains(name) || (name == "label" && !labels) ? nil : symbol
        case .optional(let part): return without(rules, words, labels: labels, part).map { .optional($0) }
        case .many(let part): return without(rules, words, labels: labels, part).map { .many($0) }
        case .sequence(let parts):
            if case .text(let word) = parts[0], words.contains(word) { return nil }
            var rest: [GrammarSymbol] = []
            for part in parts {
                if let kept = without(rules, words, labels: labels, part) {
                    rest.append(kept)
                } else if part.isNeeded {
                    return nil
                }
            }
            return .sequence(rest)
        case .choice(let parts):
            let rest = parts.compactMap { without(rules, words, labels: labels, $0) }
            return rest.isEmpty ? nil : .choice(rest)
        case .text, .token: return symbol
        }
    }
}
