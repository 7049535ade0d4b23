import Lashlang
import Testing

@Suite struct ToolTests {
    let place = Workplace()

    @Test func checkCountsAndShowsEverything() {
        place.write("x = )", to: "a.lash")
        place.write("1 finish 2", to: "b.lash")
        let run = place.lashlang("check", "a.lash", "b.lash")
        #expect(run.status == 65)
        #expect(run.errors.contains("a.lash:1:5") && run.errors.contains("W0204"))
        #expect(run.errors.hasSuffix("2 files: 1 error, 1 warning\n"))
        #expect(place.lashlang("check", "b.lash").status == 0)
        #expect(place.lashlang("check", "none.lash").status == 66)
    }

    @Test func checkKnowsNamesThatWillBeBound() {
        let run = place.lashlang("check", "-", "--bind-name", "board", input: "board = 1")
        #expect(run.status == 65)
        #expect(run.errors.contains("E0215"))
    }

    @Test func checkReportsInJSON() throws {
        let run = place.lashlang("check", "-", "--json", input: "x = )")
        guard case .record(let report) = try Value(json: run.output) else { return }
        #expect(report["errors"] == 1)
        #expect(report.keys == ["files", "errors", "warnings", "fixed"])
    }

    @Test func plansAreShown() throws {
        place.write(#"{"tools": {"files.read": {"returns": "", "approval": true}}}"#, to: "tools.json")
        place.write("for p in paths { t = files.read({path: p})? }\nfinish total", to: "plan.lash")
        let run = place.lashlang("plan", "plan.lash", "--tools", "tools.json", "--bind", "paths=[1, 2]")
        #expect(
            run.output == """
                asks its host for
                  files.read  1:22, at most 2 times, needs approval
                reads      paths
                expects    total
                assigns    t
                fuel       about 19 units of the main block

                """
        )
        let json = place.lashlang("plan", "plan.lash", "--tools", "tools.json", "--bind-name", "paths", "--json")
        guard case .record(let report) = try Value(json: json.output) else { return }
        #expect(report["needs_approval"] == true && report["estimated_fuel"] == .null)
        #expect(report["bindings"] == ["paths"] && report["variables"] == ["total"])
        #expect(place.lashlang("plan", "-", input: "finish 1").output.hasPrefix("asks its host for nothing\n"))
        #expect(place.lashlang("plan", "-", input: "finish").status == 65)
    }

    @Test func theTreeIsShown() {
        #expect(
            place.lashlang("ast", "-", input: "finish 1 + x").output
                == "finish  1:1\n  +  1:8\n    1  1:8\n    x  1:12\n"
        )
        let json = place.lashlang("ast", "-", "--json", input: "type T = int\nfinish 1").output
        #expect(json.hasPrefix("{\"main\":[{\"Finish\":{\"Number\":1}}],\"declarations\":["))
        #expect(place.lashlang("ast", "-", input: "x = ").status == 65)
    }

    @Test func deepTreesAreShown() {
        let sum = Array(repeating: "1", count: 3_000).joined(separator: "+")
        #expect(place.lashlang("ast", "-", input: "finish " + sum).status == 0)
    }

    @Test func instructionsAreShown() {
        #expect(place.lashlang("disasm", "-", input: "finish 1 + x").output.contains("finish"))
        #expect(place.lashlang("disasm", "-", input: "finish").status == 65)
        #expect(place.lashlang("disasm").status == 64)
    }

    @Test func benchMeasures() throws {
        let text = place.lashlang("bench", "-", "--rounds", "3", input: "finish 1")
        #expect(text.status == 0)
        #expect(text.output.contains("compile") && text.output.contains("fuel"))
        let json = place.lashlang("bench", "-", "--json", "--rounds", "3", "--bind", "n=2", input: "finish n")
        guard case .record(let report) = try Value(json: json.output) else { return }
        #expect(report["source_bytes"] == 8)
        #expect(place.lashlang("bench", "-", input: "finish 1[0]").status == 1)
        #expect(place.lashlang("bench", "-", "--fuel", "1k", input: "while true {}").status == 124)
        #expect(place.lashlang("bench", "-", "--rounds", "0").status == 64)
    }

    @Test func codesAreExplained() {
        let list = place.lashlang("explain").output
        let page = place.lashlang("explain", "e0102")
        #expect(page.output.contains("E0102: ") && page.output.contains("Wrong:") && page.output.contains("Right:"))
        let unknown = place.lashlang("explain", "E0192")
        #expect(unknown.status == 64)
        #expect(unknown.errors.contains("did you mean") && unknown.errors.contains("E0102"))
        for code in FailureCode.allCases { #expect(list.contains(code.rawValue + "  "), "\(code) has no page") }
    }

    @Test func casesAreRun() {
        place.write("finish 1 //! finish 1\n---\nfinish 2 //! finish 3\n", to: "a.lash")
        let run = place.lashlang("test", ".")
        #expect(run.status == 1)
        #expect(run.output.contains("expected  finish 3"))
        #expect(run.output.hasSuffix("1 passed, 1 failed, 0 skipped\n"))
        #expect(place.lashlang("test", "a.lash", "--tap").output.hasPrefix("TAP version 13\n1..2\n"))
        #expect(place.lashlang("test", "a.lash", "--filter", "a.lash:1").status == 0)
        #expect(place.lashlang("test", "a.lash", "--filter", "nothing").status == 1)
        #expect(place.lashlang("test", "a.lash", "--junit", "out.xml", "--jobs", "2").status == 1)
        #expect(place.read("out.xml").contains("<testsuite"))
        let blessed = place.lashlang("test", "a.lash", "--bless")
        #expect(blessed.status == 0)
        #expect(blessed.errors.contains("wrote a.lash"))
        #expect(place.lashlang("test", "a.lash").status == 0)
    }

    @Test func caseFilesThatCannotBeUsed() {
        #expect(place.lashlang("test", "none").status == 66)
        #expect(place.lashlang("test", "none").errors == "error: cannot read none: No such file or directory\n")
        place.write("finish 1 //! nonsense\n", to: "bad.lash")
        let run = place.lashlang("test", "bad.lash")
        #expect(run.status == 65)
        #expect(run.errors.contains("bad.lash:1"))
    }
}
