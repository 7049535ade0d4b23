import LashSyntax
import Testing

@Suite struct SpanTests {
    /// The text of each top-level statement's node and of the whole statement.
    private func spans(_ text: String) -> [[String]] {
        let source = SourceText(text)
        let (tree, diagnostics) = SyntaxTree.parse(source)
        #expect(diagnostics.isEmpty)
        guard case .block(let statements) = tree[tree.main] else { return [] }
        return statements.map { [source[tree.span(of: $0)], source[tree.statementSpan(of: $0)]] }
    }

    @Test func groupingParenthesesBelongToTheStatementOnly() {
        #expect(spans("x = ((1))") == [["x = ((1", "x = ((1))"]])
        #expect(spans("((a)) + (b)") == [["a)) + (b", "((a)) + (b)"]])
        #expect(spans("let x = 1") == [["x = 1", "let x = 1"]])
        #expect(spans("y = let x = 1") == [["y = let", "y = let"], ["x = 1", "x = 1"]])
        #expect(spans("1, (2),") == [["1, (2),", "1, (2),"]])
        #expect(spans("1, (2)") == [["1, (2", "1, (2)"]])
    }

    @Test(arguments: [
        "f(1, 2)", "a.b.c(1)", "a[1, 2]", "a?", "-a", "await x.y()?", "[1, 2]", "[]", "{a: 1}", "[x for x in xs]", "()",
        "a ? b : c", "if a {} else if b {} else {}", "if a { b }", "for x in xs { break }", "while a {}", "finish a.b",
        "start p(a: 1)", "sleep for 1", "wait_signal(\"a\")", "signal_run(a, \"b\", c)", "Type { a: int? }",
        "a.x[0] = 5", "@label(title: \"a\") x = 1", "\"\"\"a\"\"\"", "1_000e5", "cancel a", "print a", "a == b and c",
    ])
    func nodesSpanTheirText(text: String) {
        #expect(spans(text) == [[text, text]])
    }

    @Test func declarationsSpanFromTheirWordToTheirEnd() {
        let source = SourceText(
            "type T = int | list[str] x = 1 @label(title: \"a\") process p(a: {b: int?}) -> T {} type U = Process<a.b, c>"
        )
        let (tree, diagnostics) = SyntaxTree.parse(source)
        #expect(diagnostics.isEmpty)
        #expect(
            tree.declarations.map { source[tree.statementSpan(of: $0)] } == [
                "type T = int | list[str]", "@label(title: \"a\") process p(a: {b: int?}) -> T {}",
                "type U = Process<a.b, c>",
            ]
        )
        guard case .processDeclaration(let process) = tree[tree.declarations[1]] else {
            Issue.record("not a process")
            return
        }
        #expect(source[tree.span(of: process.parameters[0])] == "a: {b: int?}")
        #expect(source[tree.span(of: process.name)] == "p")
        #expect(source[tree.span(of: process.body)] == "{}")
    }

    @Test func typeNodesSpanTheirText() {
        let source = SourceText("type T = {a: int?, b: \"x\" | null}")
        let tree = SyntaxTree.parse(source).tree
        guard case .typeDeclaration(_, let type) = tree[tree.declarations[0]], case .objectType(let fields) = tree[type]
        else {
            Issue.record("not an object type")
            return
        }
        #expect(fields.map { source[tree.span(of: $0)] } == ["a: int?", "b: \"x\" | null"])
    }
}
