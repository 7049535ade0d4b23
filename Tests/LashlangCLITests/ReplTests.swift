import Lashlang
import Testing

@testable import LashlangCLI

@Suite struct ReplTests {
    let place = Workplace()

    private func repl(_ input: String) -> CommandLineRun { place.lashlang("repl", input: input) }

    @Test func expressionsShowTheirValues() {
        let run = repl("x = 20\nx + 1\n(1,)\n'a'\n-0\n")
        #expect(run.output == "21\n(1,)\n\"a\"\n-0\n")
        #expect(run.status == 0)
    }

    @Test func inputGoesOverSeveralLines() {
        #expect(repl("for i in [1, 2] {\n\n  print i\n}\nx = {\n a: 1\n}\nx.a\n").output == "1\n2\n1\n")
        #expect(repl("s = \"\"\"a\nb\"\"\"\ns\n").output == "\"a\\nb\"\n")
    }

    @Test func errorsLeaveTheSessionAlive() {
        let run = repl("x = 1\nx[0]\nx = )\nx\n")
        #expect(run.output == "1\n")
        #expect(run.status == 1)
        #expect(run.errors.contains("E0306") && run.errors.contains("1:5"))
    }

    @Test func unfinishedInputIsAnError() {
        let run = repl("x = {\n")
        #expect(run.status == 1)
        #expect(run.errors.contains("end of input"))
    }

    @Test func commandsWork() {
        let run = place.lashlang(
            "repl",
            "--bind",
            "board=[1]",
            input: "x = 1\n:vars\n:reset\n:vars\n:help\n:nonsense\n:quit\nnever"
        )
        #expect(run.output.hasPrefix("board is [1]\nx = 1\nboard is [1]\n:vars"))
        #expect(run.errors.contains("there is no command `:nonsense`"))
        #expect(!run.output.contains("never"))
    }

    @Test func bindingsAndSessionsWork() {
        #expect(place.lashlang("repl", "--bind", "n=2", "--session", "s", input: "y = n + 1\n").status == 0)
        #expect(place.lashlang("repl", "--session", "s", input: "y\n").output == "3\n")
        #expect(place.lashlang("repl", "--bind", "n=-").status == 64)
    }

    @Test func limitsEndOneInputOnly() {
        let run = place.lashlang("repl", "--fuel", "10k", input: "while true {}\n1\n")
        #expect(run.output == "1\n")
        #expect(run.errors.contains("E0401"))
    }

    @Test(arguments: ["x + y", "  (x[0]) # c", "a = 1\nx.b , ", "(x, y)"])
    func placesAreThoseOfTheInput(input: String) {
        let rewriting = Rewriting(SourceText(input))
        let (original, _) = SyntaxTree.parse(SourceText(input))
        let (rewritten, problems) = SyntaxTree.parse(rewriting.source)
        #expect(problems.isEmpty)
        guard case .block(let statements) = original[original.main], let expression = statements.last,
            case .block(let changed) = rewritten[rewritten.main], let last = changed.last,
            case .finish(let value) = rewritten[last]
        else {
            Issue.record("not rewritten: \(rewriting.source[Span(0, 100)])")
            return
        }
        let diagnostic = Diagnostic(code: "E0301", stage: .runtime, message: "", span: rewritten.span(of: value))
        #expect(rewriting.restored(diagnostic).span?.start == original.span(of: expression).start)
    }

    @Test func valuesAreCutToTheTerminal() {
        #expect(Repl.shown([1, 2, 3, 4], width: 12) == "[1, 2, 3, 4]")
        #expect(Repl.shown([1, 2, 3, 4], width: 8) == "[1, 2, …")
        #expect(Repl.shown("日本語", width: 6) == "\"日本…")
    }
}
