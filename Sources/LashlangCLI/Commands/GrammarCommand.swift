import ArgumentParser
import LashTerminal
import Lashlang

struct GrammarCommand: ParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case ebnf, gbnf, lark
        case larkPython = "lark-python"
        case textmate, vim
    }

    static let configuration = CommandConfiguration(
        commandName: "grammar",
        abstract: "Write the grammar of the language, for people, engines and editors.",
        usage: "lashlang grammar ebnf|gbnf|lark|lark-python|textmate|vim [--tools FILE] [--bind-name NAME]",
        discussion: """
            ebnf         for people, in the order in which one learns the language
            gbnf         for llama.cpp and xgrammar: what a model writes under it is a program
            lark         for llguidance, and for APIs that take grammars in the form of Lark
            lark-python  for the package lark
            textmate     for editors
            vim          a syntax file for Vim

            With --tools, --bind or --bind-name, gbnf and lark are those of one host: what is bound, what can be called \
            and the fields of arguments stand in them by name, so a model cannot call what does not exist.

              $ lashlang grammar lark --tools tools.json --bind-name board
            """
    )

    @Argument(help: ArgumentHelp("ebnf, gbnf, lark, lark-python, textmate or vim.", valueName: "FORMAT"))
    var format: Format

    @OptionGroup(title: "Data") var data: BindingOptions

    @Option(name: .customLong("bind-name"), help: ArgumentHelp("A name that will be bound.", valueName: "NAME"))
    var names: [String] = []

    @OptionGroup(title: "Host") var tools: ToolsOptions

    func validate() throws {
        let isSpecial = !names.isEmpty || !data.bind.isEmpty || !data.bindText.isEmpty || tools.tools != nil
        if isSpecial, [.ebnf, .textmate, .vim].contains(format) {
            throw ValidationError("\(format.rawValue) is the same for every host: leave out --tools and bindings.")
        }
    }

    func run() throws {
        switch format {
        case .ebnf: try Console.write(LanguageGrammar(for: .reading).ebnf)
        case .gbnf: try Console.write(try grammar(for: .writing).gbnf)
        case .lark: try Console.write(try grammar(for: .judging).lark)
        case .larkPython: try Console.write(try grammar(for: .judging).larkForPython)
        case .vim: try Console.write(LanguageGrammar.vim)
        case .textmate: try Console.write(line: LanguageGrammar.textMate, .prettyJSON)
        }
    }

    private func grammar(for purpose: LanguageGrammar.Purpose) throws(CommandFailure) -> LanguageGrammar {
        var input = StandardInput()
        let host = try tools.load()
        let bound = Set(names).union(try data.load(&input).names)
        if host == nil && bound.isEmpty { return LanguageGrammar(for: purpose) }
        var environment = host?.environment ?? HostEnvironment()
        environment.readOnlyNames.formUnion(bound)
        return LanguageGrammar(for: purpose, environment: environment)
    }
}
