import LashSyntax
import Testing

@Suite struct ModelReportTests {
    private func report(_ text: String, _ diagnostics: [Diagnostic]) -> String {
        ModelReport(SourceText(text)).text(of: diagnostics)
    }

    @Test func `An error is its message, its line and its hint`() {
        let diagnostic = Diagnostic(
            code: "E0106",
            stage: .parse,
            message: "unexpected `=`",
            span: Span(13, 14),
            hint: "write `total = total + x`"
        )
        #expect(
            report("total = 0\n  x += 1", [diagnostic]) == """
                line 2: unexpected `=` (E0106)
                  x += 1
                  write `total = total + x`

                """
        )
    }

    @Test func `An error takes 240 characters and a report 1600 at most, whatever is in them`() {
        let long = String(repeating: "wörd ", count: 400)
        for hint in [nil, long, "short"] {
            let diagnostic = Diagnostic(code: "E0301", stage: .runtime, message: long, span: Span(0, 4), hint: hint)
            let report = ModelReport(SourceText(long))
            #expect(report.text(of: diagnostic).unicodeScalars.count <= ModelReport.diagnosticLimit)
            let all = report.text(of: Array(repeating: diagnostic, count: 20))
            #expect(all.unicodeScalars.count <= ModelReport.reportLimit)
            #expect(all.hasSuffix("more\n"))
        }
    }

    @Test func `Errors come before warnings, and controls become blanks`() {
        let warning = Diagnostic(code: "W0204", stage: .link, message: "this statement has no effect", span: Span(0, 1))
        let error = Diagnostic(code: "E0301", stage: .runtime, message: "unknown\nname", span: nil)
        #expect(
            report("x\u{1B}[31m", [warning, error])
                == "unknown name (E0301)\nline 1: warning: this statement has no effect (W0204)\n  x [31m\n"
        )
        #expect(report("", []).isEmpty)
    }
}
