import LashLinker
import LashSyntax
import Testing

@testable import LashVM

@Suite struct CompilerPageTests {
    private func codes(_ text: String) -> [String] {
        let (tree, diagnostics) = SyntaxTree.parse(SourceText(text))
        if !diagnostics.isEmpty { return diagnostics.map(\.code) }
        do {
            _ = try CompiledProgram(link(tree).get())
            return []
        } catch {
            return error.all.filter { $0.severity == .error }.map(\.code)
        }
    }

    @Test(arguments: compilerPages)
    func examplesDoWhatThePageSays(page: ExplainPage) {
        if !page.wrong.isEmpty { #expect(codes(page.wrong) == [page.code]) }
        #expect(codes(page.right) == [])
    }

    @Test func tooManyIntermediateValuesAreRefused() {
        let row = (0..<60).map { "\($0)" }.joined(separator: ", ")
        var text = "0"
        for _ in 0..<40 { text = "[\(row), \(text)]" }
        #expect(codes("x = \(text)") == ["E0291"])
    }

    @Test func loopVariablesMustBeWithinReach() {
        let variables = (0..<2_001).map { "v\($0) = 1" }.joined(separator: "\n")
        #expect(codes(variables + "\nfor late in [1] { v0 = late }") == ["E0294"])
        #expect(codes("for early in [1] { v0 = early }\n" + variables) == [])
    }

    @Test func tooManyArgumentsAreRefused() {
        let arguments = (0..<70_000).map { _ in "1" }.joined(separator: ", ")
        #expect(!codes("x = format(\"{}\", \(arguments))").isEmpty)
    }
}
