import LashTestSupport
import Lashlang
import Testing

/// The grammar and what is made of it. That engines take it is shown by `Tests/Grammar/engines.py`.
@Suite struct GrammarTests {
    private static let all: [LanguageGrammar] = [
        LanguageGrammar(for: .reading), LanguageGrammar(for: .judging), LanguageGrammar(for: .writing),
    ]

    private func names(in symbol: GrammarSymbol) -> [String] {
        var names: [String] = []
        var pending = [symbol]
        while let symbol = pending.popLast() {
            switch symbol {
            case .rule(let name): names.append(name)
            case .sequence(let parts), .choice(let parts): pending += parts
            case .optional(let part), .many(let part): pending.append(part)
            case .text, .token: break
            }
        }
        return names
    }

    @Test func everyRuleThatIsMentionedIsThereOnce() {
        for grammar in Self.all {
            let defined = grammar.rules.map(\.name)
            #expect(Set(defined).count == defined.count)
            for rule in grammar.rules {
                for name in names(in: rule.symbol) { #expect(defined.contains(name), "\(name) in \(rule.name)") }
            }
        }
    }

    @Test(arguments: [
        ("lashlang.ebnf", LanguageGrammar(for: .reading).ebnf),
        ("lashlang.gbnf", LanguageGrammar(for: .writing).gbnf),
        ("lashlang.lark", LanguageGrammar(for: .judging).lark),
        ("lashlang-python.lark", LanguageGrammar(for: .judging).larkForPython),
        ("vim/syntax/lashlang.vim", LanguageGrammar.vim),
    ])
    func theFilesAreThoseThatTheCommandWrites(name: String, text: String) throws {
        #expect(try ProjectFiles.text("Grammar/" + name) == text, "`make grammar` writes it anew")
    }

    @Test func theFileForEditorsIsTheOneThatTheCommandWrites() throws {
        let file = try Value(json: Array(ProjectFiles.text("Grammar/vscode/syntaxes/lashlang.tmLanguage.json").utf8))
        #expect(file == LanguageGrammar.textMate)
    }

    @Test func keywordsAreThoseThatCannotBeBound() {
        for word in LanguageGrammar.keywords {
            #expect(throws: Diagnostics.self) { try Program("\(word) = 1") }
        }
    }

    @Test func statementsThatBeginWithABracketHaveRulesOfTheirOwn() {
        let rules = LanguageGrammar(for: .judging).rules
        #expect(rules.first { $0.name == "bracketed_operand" }?.symbol == .rule("list"))
        #expect(rules.first { $0.name == "start_operand" }.map { names(in: $0.symbol).contains("list") } == false)
    }

    @Test func branchesThatAreWrittenUnwrapAtTheirEndOnly() {
        let rules = LanguageGrammar(for: .writing).rules
        let postfixed = rules.first { $0.name == "plain_postfixed" }
        #expect(postfixed.map { $0.symbol.contains(.text("[")) && !$0.symbol.contains(.text("?")) } == true)
    }

    private func special() throws -> LanguageGrammar {
        var catalog = HostCatalog()
        try catalog.addModule("files", type: "Files")
        try catalog.addOperation("read", to: "files", input: HostType(parsing: "{ path: str, limit: int? }"))
        try catalog.addOperation("list", to: "files", input: .null)
        try catalog.addFunction("best_move", parameters: [("cells", .any)], result: .int)
        return LanguageGrammar(
            for: .judging,
            environment: HostEnvironment(abilities: [.sleep], readOnlyNames: ["board"], catalog: catalog)
        )
    }

    @Test func aGrammarOfOneHostNamesWhatItOffers() throws {
        let text = try special().lark
        #expect(text.contains(#""files" "." "read" "(" "{" [("path" ":" single | "limit" ":" single)"#))
        #expect(text.contains(#""files" "." "list" "(" ")""#))
        #expect(text.contains(#""best_move""#))
        #expect(text.contains(#"operand_name: "#) && text.contains(#"| "board""#))
    }

    @Test func aGrammarOfOneHostHasNothingThatItRefuses() throws {
        let text = try special().lark
        #expect(!text.contains("process_declaration") && !text.contains(#""wait_signal" "(""#))
        #expect(!text.contains("function_declaration"))
        #expect(!text.contains(#""@" "label""#))
        #expect(text.contains(#""sleep" ("for" | "until")"#))
    }
}

extension GrammarSymbol {
    fileprivate func contains(_ symbol: GrammarSymbol) -> Bool {
        if self == symbol { return true }
        return switch self {
        case .text, .token, .rule: false
        case .sequence(let parts), .choice(let parts): parts.contains { $0.contains(symbol) }
        case .optional(let part), .many(let part): part.contains(symbol)
        }
    }
}
