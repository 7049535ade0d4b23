import Lashlang
import Testing

@Suite struct SessionTests {
    let place = Workplace()

    @Test func variablesStayOnDisk() {
        #expect(place.lashlang("-e", "xs = [(1,), -0]", "--session", "s.session").status == 0)
        #expect(place.lashlang("-e", "xs = push(xs, 2) finish xs", "--session", "s.session").output == "[[1],0,2]\n")
        #expect(place.lashlang("-e", "finish len(xs)", "--session", "s.session").output == "3\n")
    }

    @Test func aFailingRunKeepsWhatItAssigned() {
        #expect(place.lashlang("-e", "x = 7 y = x[0]", "--session", "s.session").status == 1)
        #expect(place.lashlang("-e", "x = x + 1 y = x.a", "--session", "s.session").status == 1)
        #expect(place.lashlang("-e", "finish x", "--session", "s.session").output == "8\n")
    }

    @Test func sourceErrorsLeaveTheFileAlone() {
        #expect(place.lashlang("-e", "x =", "--session", "s.session").status == 65)
        #expect(place.read("s.session") == "")
    }

    @Test func aFileThatIsNoSessionIsKept() {
        place.write("not a session", to: "s.session")
        let run = place.lashlang("-e", "x = 1", "--session", "s.session")
        #expect(run.status == 65)
        #expect(run.errors.contains("cannot read the session s.session: not a snapshot of lashlang"))
        #expect(place.read("s.session") == "not a session")
    }

    @Test func aFolderIsNoSession() {
        #expect(place.lashlang("-e", "x = 1", "--session", "/").status == 66)
        #expect(place.lashlang("-e", "x = 1", "--session", "none/s.session").status == 74)
    }

    @Test func theReportHasEverything() throws {
        let run = place.lashlang("-e", "x = (1, 2) print 'a' print [1] finish {z: x}", "--json")
        #expect(run.status == 0)
        #expect(run.errors == "")
        guard case .record(let report) = try Value(json: run.output) else {
            Issue.record("no object: \(run.output)")
            return
        }
        #expect(report.keys == ["outcome", "value", "prints", "diagnostics", "calls", "globals", "stats"])
        #expect(report["outcome"] == "finished")
        #expect(report["value"] == ["z": [1, 2]])
        #expect(report["prints"] == ["a", "[1]"])
        #expect(report["globals"] == ["x": [1, 2]])
        guard case .record(let statistics)? = report["stats"] else { return }
        #expect(statistics.keys == ["fuel", "peak_memory", "host_calls", "output_bytes", "compile_ns", "run_ns"])
    }

    @Test func theReportOfAnErrorHasItsPlace() throws {
        let run = place.lashlang("-e", "x = 1\nfinish x[0]", "--json")
        #expect(run.status == 1)
        guard case .record(let report) = try Value(json: run.output), case .record(let error)? = report["error"] else {
            Issue.record("no error: \(run.output)")
            return
        }
        #expect(report["outcome"] == "error")
        #expect(error["code"] == "E0306")
        #expect(error["stage"] == "runtime")
        #expect(error["span"] == ["start": 13, "end": 17, "line": 2, "column": 8])
        #expect(report["globals"] == ["x": 1])
    }

    @Test func theReportOfSourceErrorsHasAll() throws {
        let run = place.lashlang("-e", "a = )\nb = ]", "--json")
        #expect(run.status == 65)
        guard case .record(let report) = try Value(json: run.output), case .list(let all)? = report["diagnostics"]
        else { return }
        #expect(all.count == 2)
        guard case .record(let first)? = all.first else { return }
        #expect(first["severity"] == "error")
    }
}
