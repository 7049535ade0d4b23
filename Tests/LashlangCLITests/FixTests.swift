import Testing

/// `check --fix`, `check --for-model` and `fmt`, as users call them.
@Suite struct FixTests {
    private let place = Workplace()

    @Test func fixesAreAppliedUntilNothingChanges() {
        place.write("total = 0\nfor i, x in enumerate([1, 2]):\n    total += x\nreturn total\n", to: "a.lash")
        let run = place.lashlang("check", "--fix", "a.lash")
        #expect(run.status == 0)
        #expect(run.errors.contains("fixed [E0105]"))
        #expect(place.lashlang("run", "a.lash").output == "3\n")
        let again = place.lashlang("check", "--fix", "a.lash")
        #expect(again.errors == "1 file: 0 errors, 0 warnings\n")
    }

    @Test func whatCannotBeMendedStaysAndIsReported() {
        place.write("x = @\n", to: "a.lash")
        #expect(place.lashlang("check", "--fix", "a.lash").status == 65)
        #expect(place.read("a.lash") == "x = @\n")
    }

    @Test func aProgramFromStandardInputGoesToStandardOutput() {
        #expect(place.lashlang("check", "--fix", "-", input: "finish None").output == "finish null")
        #expect(place.lashlang("check", "--fix", "--json", "-").status == 64)
    }

    @Test func filesThatCannotBeReadAreNotCounted() {
        place.write("x = 1", to: "a.lash")
        let run = place.lashlang("check", "a.lash", "/", "none.lash")
        #expect(run.status == 66)
        #expect(run.errors.hasSuffix("1 file: 0 errors, 0 warnings\n"))
    }

    @Test func modelsGetTheShortForm() {
        place.write("x = 1\nx += 2\n", to: "a.lash")
        let run = place.lashlang("check", "--for-model", "a.lash")
        #expect(run.output == "line 2: unexpected `=` (E0106)\n  x += 2\n  write `x = x + 2`\n")
        #expect(run.status == 65)
    }

    @Test func modelsGetTheShortFormOfAFailedRun() {
        let run = place.lashlang("run", "--for-model", "-e", "x = [1]\nfinish x.first")
        #expect(run.status == 1)
        #expect(run.output.isEmpty)
        #expect(run.errors.hasPrefix("line 2: "))
        #expect(run.errors.contains("\n  finish x.first\n"))
        #expect(!run.errors.contains("-->"))
        #expect(place.lashlang("run", "--for-model", "-e", "x += 1").errors.contains("  write `x = x + 1`\n"))
        #expect(place.lashlang("run", "--for-model", "-e", "finish 1").output == "1\n")
        #expect(place.lashlang("run", "--for-model", "--json", "-e", "finish 1").status == 64)
    }

    @Test func programsAreFormattedInPlace() {
        place.write("x=1;y =  [1,2]", to: "a.lash")
        #expect(place.lashlang("fmt", "--check", "a.lash").output == "a.lash\n")
        #expect(place.lashlang("fmt", "--check", "a.lash").status == 1)
        #expect(place.lashlang("fmt", "a.lash").status == 0)
        #expect(place.read("a.lash") == "x = 1\ny = [1, 2]\n")
        #expect(place.lashlang("fmt", "--check", "a.lash").status == 0)
        #expect(place.lashlang("fmt", "-", input: "x=1").output == "x = 1\n")
        place.write("x = = 1\n", to: "b.lash")
        #expect(place.lashlang("fmt", "b.lash").status == 65)
        #expect(place.read("b.lash") == "x = = 1\n")
    }
}
