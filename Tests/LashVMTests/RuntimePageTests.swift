import LashLinker
import LashSyntax
import Testing

@testable import LashVM

@Suite("Pages about errors of a run")
struct RuntimePageTests {
    /// The code of the error that ends a program, or nothing.
    private func code(_ text: String) throws -> String? {
        let (tree, errors) = SyntaxTree.parse(SourceText(text))
        #expect(errors.isEmpty, "\(text)")
        let result = link(tree, environment: HostEnvironment())
        #expect(result.errors.isEmpty, "\(text)")
        let execution = Execution(
            try CompiledProgram(result.program),
            store: VariableStore(),
            bindings: [],
            limits: Limits(fuel: 1_000_000, memory: 2_000_000),
            isCancelled: nil
        )
        while true {
            switch execution.resume() {
            case .print: continue
            case .failure(let diagnostic): return diagnostic.code
            default: return nil
            }
        }
    }

    @Test("the wrong example fails as the page says, the right one does not", arguments: runtimePages)
    func examples(page: ExplainPage) throws {
        guard !page.wrong.isEmpty else { return }
        #expect(try code(page.wrong) == page.code)
        #expect(try code(page.right) == nil)
    }

    @Test("every code has one page")
    func complete() {
        #expect(Set(runtimePages.map(\.code)) == Set(FailureCode.allCases.map(\.rawValue)))
        #expect(runtimePages.count == FailureCode.allCases.count)
    }
}
