import Testing

@testable import LashCases

/// Running, filtering, blessing and reporting. The programs only have to be parsed.
@Suite struct CaseRunTests {
    private static let text = """
        //! name good <&> #1
        //! parse-only
        x = 1
        //! ok
        ---
        //! name bad <&> #2
        //! id B-2
        //! parse-only
        x = 1 +   //! error E0199 not this
        //! ast []
        ---
        //! name left out
        //! skip because # of that
        nothing //! ok
        """

    private func suite(_ text: String = Self.text) throws -> Suite {
        Suite(files: [try CaseFile(text: text, path: "d/f.lash")])
    }

    private func titles(_ pattern: String) throws -> [Int] {
        var suite = try suite()
        suite.filter(pattern)
        return suite.cases.map(\.line)
    }

    @Test func filters() throws {
        #expect(try titles("B-2") == [6])
        #expect(try titles("f.lash:1 ") == [1])
        #expect(try titles("^d/f.*#[0-9]") == [1, 6])
        #expect(try titles("<&> #") == [1, 6])
        #expect(try titles("(") == [])
    }

    @Test(arguments: [1, 2, 8]) func keepsTheOrder(jobs: Int) throws {
        let results = try suite().run(jobs: jobs)
        #expect(results.map(\.status) == [.passed, .failed, .skipped])
        #expect(Reports.closing(results) == "1 passed, 1 failed, 1 skipped")
        #expect(Reports.summary(results).hasSuffix("\n1 passed, 1 failed, 1 skipped"))
        #expect(results[1].mismatches.map(\.subject) == ["ast", "outcome"])
        #expect(results[1].mismatches.map(\.line) == [10, 9])
    }

    @Test func blesses() throws {
        let file = try CaseFile(text: Self.text, path: "d/f.lash")
        let suite = Suite(files: [file])
        let blessed = file.blessed(suite.run())
        let again = try CaseFile(text: blessed, path: "d/f.lash")
        #expect(blessed.contains("x = 1 +  //! error E0107 unexpected end of input\n---\n"))
        #expect(!blessed.contains("//! ast"))
        #expect(blessed.hasPrefix(Self.text.prefix(80)))
        let results = Suite(files: [again]).run()
        #expect(Reports.closing(results) == "2 passed, 0 failed, 1 skipped")
        #expect(again.blessed(results) == blessed)
    }

    @Test func blessesInPlace() throws {
        let text = """
            //! parse-only
            x = (1
            //! error E0199 at 3..4 wrong
            //! note stays
            ---
            //! parse-only
            y
            //! ast [1]

            """
        let file = try CaseFile(text: text, path: "d/f.lash")
        let blessed = file.blessed(Suite(files: [file]).run())
        #expect(
            blessed == """
                //! parse-only
                x = (1
                //! error E0107 at 6..6 expected `)`, found end of input
                //! note stays
                ---
                //! parse-only
                y
                //! ast [{"Variable":"y"}]

                """
        )
    }

    @Test func writesTAP() throws {
        let lines = Reports.tap(try suite().run()).split(separator: "\n")
        #expect(lines.prefix(2) == ["TAP version 13", "1..3"])
        #expect(lines[2] == "ok 1 - d/f.lash:1 good <&> \\#1")
        #expect(lines[3] == "not ok 2 - d/f.lash:6 bad <&> \\#2 B-2")
        #expect(lines[4...5] == ["  ---", "  message: |"])
        #expect(lines.last == "ok 3 - d/f.lash:12 left out # SKIP because # of that")
        #expect(lines.dropLast().last == "  ...")
    }

    @Test func writesJUnit() throws {
        let xml = Reports.junit(try suite().run())
        #expect(
            xml.hasPrefix(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites tests=\"3\" failures=\"1\" skipped=\"1\""
            )
        )
        #expect(xml.contains("<testcase classname=\"d/f.lash\" name=\"6 bad &lt;&amp;&gt; #2 B-2\" time=\"0."))
        #expect(xml.contains("<failure message=\"ast\">d/f.lash:10: ast"))
        #expect(xml.contains("<skipped message=\"because # of that\"/>"))
        #expect(Reports.escaped(xml: "a\u{0}\"\r\n<", keepingLines: true) == "a\\u{0}&quot;\\u{d}\n&lt;")
        #expect(Reports.escaped(tap: "a#b\\\u{7}") == "a\\#b\\\\\\\\u{7}")
    }
}
