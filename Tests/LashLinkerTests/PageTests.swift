import LashLinker
import LashSyntax
import Testing

@Suite struct PageTests {
    private func codes(_ page: ExplainPage, _ text: String) -> Set<String> {
        let environment: HostEnvironment =
            switch page.code {
            case "E0201": HostEnvironment()
            case "E0215": HostEnvironment(abilities: .all, readOnlyNames: ["history"])
            default: wide
            }
        let (tree, syntax) = SyntaxTree.parse(SourceText(text))
        #expect(syntax.isEmpty)
        let result = link(tree, environment: environment)
        let mistakes = result.errors.isEmpty ? likelyMistakes(in: tree, environment: environment) : []
        return Set((result.errors + result.program.warnings + mistakes).map(\.code))
    }

    @Test(arguments: linkerPages) func `The wrong example has the problem, the right one has none`(page: ExplainPage) {
        // What takes two programs cannot be shown in one.
        if !page.wrong.isEmpty { #expect(codes(page, page.wrong) == [page.code]) }
        #expect(codes(page, page.right).isEmpty)
    }

    @Test func `Every code has one page`() {
        let codes = linkerPages.map(\.code)
        let errors = (1...49).map { "E02" + ($0 < 10 ? "0" : "") + "\($0)" }
        #expect(codes == errors + (1...8).map { "W020\($0)" } + (21...36).map { "W02\($0)" })
    }
}
