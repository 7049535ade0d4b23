import LashSyntax
import Testing

@Suite struct RenderingTests {
    private func rendered(_ text: String, name: String = "", color: Bool = false) -> String {
        let source = SourceText(text, name: name)
        return SyntaxTree.parse(source).diagnostics.first
            .map { DiagnosticRenderer(source, usesColor: color).render($0) } ?? ""
    }

    @Test func peopleGetCodeNameGutterAndFix() {
        #expect(
            rendered("x = 1\nif x = 1 { print x }", name: "a.lash") == """
                error[E0105]: expected `{`, found `=`
                 --> a.lash:2:6
                  |
                2 | if x = 1 { print x }
                  |      ^
                  = hint: `=` assigns; a comparison is written `==`
                  = fix: replace `=` by `==` at 2:6

                """
        )
    }

    @Test func tabsAndWideCharactersStayAligned() {
        let lines = rendered("\tx = \"日本\" + $").split(separator: "\n")
        #expect(lines[3] == "1 | \tx = \"日本\" + $")
        #expect(lines[4] == "  | \t             ^")
    }

    @Test func spansOverLinesAreCutAtTheFirst() {
        let source = SourceText("abc\ndef")
        let diagnostic = Diagnostic(code: "W0701", stage: .parse, message: "m", span: Span(1, 6))
        #expect(DiagnosticRenderer(source).render(diagnostic) == "warning[W0701]: m\n --> 1:2\n  |\n1 | abc\n  |  ^~\n")
    }

    @Test func controlCharactersOfTheTextDoNotReachTheTerminal() {
        let text = rendered("\u{1B}[31m\u{9B}2J\u{202E} = 1", name: "\u{1B}]0;x\u{7}")
        #expect(
            !text.unicodeScalars.contains { ($0.value < 0x20 && $0 != "\n") || $0.value == 0x9B || $0.value == 0x202E }
        )
        #expect(text.contains("\\u{1b}[31m"))
    }

    @Test func longLinesAreCutAroundThePlace() {
        let text = rendered(String(repeating: "a + ", count: 1_000) + "$" + String(repeating: " + b", count: 1_000))
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines[3].count < 220)
        #expect(lines[3].hasPrefix("1 | …") && lines[3].hasSuffix("…"))
        let column = lines[4].count - 1
        #expect(Array(lines[3])[column] == "$")
    }

    @Test func colourIsOptional() {
        #expect(rendered("$", color: true).contains("\u{1B}[1;31merror[E0101]\u{1B}[0m"))
        #expect(!rendered("$").contains("\u{1B}"))
    }

    @Test func severalDiagnosticsEndWithACount() {
        let source = SourceText("x = )\ny = )")
        let text = DiagnosticRenderer(source).render(SyntaxTree.parse(source).diagnostics)
        #expect(text.hasSuffix("\n2 errors\n"))
    }
}
