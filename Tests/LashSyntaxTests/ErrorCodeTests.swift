import LashSyntax
import Testing

@Suite struct ErrorCodeTests {
    @Test(arguments: [
        ("$", "E0101", "unexpected `$`"),
        ("\"a", "E0102", "unterminated string"),
        ("if a 1 {}", "E0105", "expected `{`, found number 1"),
        ("x = *", "E0106", "unexpected `*`"),
        ("a +", "E0107", "unexpected end of input"),
        ("if a {", "E0107", "expected `}`, found end of input"),
        ("break", "E0109", "`break` can only be used inside a loop"),
        ("for x in y {} continue", "E0109", "`continue` can only be used inside a loop"),
        ("wake 1", "E0110", "`wake` can only be used inside a `process` body"),
        ("process p() { print 1 }", "E0111", "`print` can't be used inside a `process` body"),
        ("if a { finish }", "E0112", "`finish` requires a value; use `finish null` to finish with null"),
        ("submit 1", "E0113", "`submit` was removed; use `finish <value>`"),
        ("x = submit", "E0113", "`submit` was removed; use `finish <value>`"),
        (
            "trigger a on b", "E0114",
            "declarative trigger syntax has been removed; construct a source value and call the trigger registry "
                + "register operation"
        ),
        ("@label(description: \"a\") x", "E0115", "invalid @label annotation: `title` is required"),
        ("@label(title: \"a\", title: \"a\") x", "E0115", "invalid @label annotation: duplicate `title` field"),
        ("@label(color: \"a\") x", "E0115", "invalid @label annotation: unknown field `color`"),
        (
            "@label(title: \"a\") type T = int", "E0116",
            "@label can annotate statements or process declarations, but not other declarations or another @label"
        ),
        ("wait_signal()", "E0117", "expected one signal name argument, found 0 arguments"),
        ("signal_run(a)", "E0117", "expected run handle, signal name, and payload arguments, found 1 arguments"),
        ("wait_signal(a)", "E0118", "unexpected non-literal signal name in `wait_signal`"),
        ("type T = {a: int, \"a\": int}", "E0119", "expected unique field name, found duplicate field `a`"),
        ("type T = enum[]", "E0120", "expected at least one enum string literal, found empty enum"),
        ("parallel {}", "E0121", "unexpected `parallel`"),
        ("call f()", "E0121", "unexpected `call`"),
        ("start call f()", "E0121", "unexpected `start call`"),
        ("start (a) { b }", "E0121", "unexpected inline `start` process body"),
        ("start { b }", "E0121", "unexpected inline `start` process body"),
    ])
    func eachProblemHasItsCode(text: String, code: String, message: String) {
        let first = SyntaxTree.parse(SourceText(text)).diagnostics.first
        #expect(first?.code == code)
        #expect(first?.message == message)
        #expect(first?.stage == .parse && first?.severity == .error)
    }

    @Test func pagesAreSortedAndComplete() {
        #expect(syntaxPages.map(\.code) == syntaxPages.map(\.code).sorted())
        #expect(syntaxPages.map(\.code) == (101...121).map { "E0\($0)" })
        #expect(syntaxPages.allSatisfy { !$0.title.isEmpty && !$0.explanation.isEmpty && !$0.right.isEmpty })
    }

    @Test(arguments: syntaxPages)
    func examplesShowTheirCode(page: ExplainPage) {
        if !page.wrong.isEmpty { #expect(codes(page.wrong).first == page.code) }
        #expect(codes(page.right).isEmpty)
    }

    @Test func invalidBytesHaveACode() {
        #expect(SyntaxTree.parse(SourceText(bytes: [0xFF])).diagnostics.map(\.code) == ["E0103"])
    }
}
