import LashTerminal
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

    @Test func commandsListWhatThereIs() {
        let run = place.lashlang("repl", "--bind", "board=[1]", input: "x = 1\n:vars\n:bindings\n:help\n:quit\nnever")
        #expect(run.output.hasPrefix("x = 1\nboard = [1]\n:help"))
        #expect(!run.output.contains("never"))
        #expect(run.status == 0)
    }

    @Test func everyCommandIsInTheHelp() {
        let help = repl(":help\n").output
        for command in ColonCommand.allCases { #expect(help.contains(":\(command.rawValue) ")) }
        #expect(help.split(separator: "\n").allSatisfy { $0.count <= 80 })
        #expect(repl(":help vars\n:help len\n").output.contains("len("))
    }

    @Test(arguments: [
        (":nonsense", "there is no command `:nonsense`; :help lists them"),
        (":hlep", "there is no command `:hlep`; did you mean :help?"),
        (":s", "there is no command `:s`; did you mean :save or :snapshot?"),
        (":vars x", ":vars takes nothing, not `x`"),
        (":type", ":type needs an expression, as in :type xs[0]"),
        (":type x = 1", "`x = 1` is no expression"),
        (":type 1 +", "E0107"),
        (":load", ":load needs the name of a file"),
        (":load none.lash", "cannot read none.lash: No such file or directory"),
        (":save", ":save needs the name of a file"),
        (":save x.lash", "there is nothing to save: no input has changed anything yet"),
        (":snapshot none/x", "cannot write the session none/x: No such file or directory"),
        (":restore none", "cannot read the session none: No such file or directory"),
        (":undo", "there is nothing to take back"),
        (":fuel much", ":fuel: `much` is not a number such as 1000, 10k or 1M"),
        (":ast", "nothing was run yet; give a program, as in :ast x = 1"),
        (":disasm", "nothing was run yet; give a program, as in :disasm x = 1"),
        (":disasm x =", "E0107"),
        (":explain E0399", "there is no code `E0399`"),
        (":help nothing", "there is no command `:nothing`; :help lists them"),
    ])
    func wrongCommandsSayWhatIsWrong(input: String, message: String) {
        let run = repl(input + "\n1\n")
        #expect(run.errors.contains(message))
        #expect(run.output == "1\n")
        #expect(run.status == 1)
    }

    @Test func theLastValueHasAName() {
        #expect(repl("6 * 7\n_ + 1\n_\nfinish 'a'\n_\n").output == "42\n43\n43\n\"a\"\n\"a\"\n")
        #expect(repl("5\n:vars\n").output == "5\n")
        #expect(repl("_\n").errors.contains("unknown name `_`"))
        #expect(repl("5\n_ = [_]\n_\n").output == "5\n[5]\n")
    }

    @Test func functionsStay() {
        let run = repl(
            "fn twice(n: int) -> int { n * 2 }\ntwice(21)\n:functions\n:type twice\n:reset\n:functions\n:undo\ntwice(1)\n"
        )
        let signature = "twice(n: int) -> int\n"
        #expect(run.output == "42\n" + signature + signature + "2\n")
        #expect(repl("fn item(x: any) -> any {\n  x[0]\n}\n1 + item(1)\n").errors.contains("E0306"))
    }

    @Test func undoTakesBackOneInput() {
        #expect(
            repl("x = 1\nx = 2\ny = 3\nx\n:undo\n:vars\n:undo\n:vars\n:reset\n:undo\nx\n").output
                == "2\nx = 2\nx = 1\n1\n"
        )
    }

    @Test func forksGoOnByThemselves() {
        let run = repl("x = 1\n:fork other\nx = 2\n:fork main\nx\n:fork other\nx\n:fork\n")
        #expect(run.output == "1\n2\n  main\n* other\n")
        #expect(run.status == 0)
    }

    @Test func sessionsAndProgramsGoToFiles() {
        #expect(repl("x = [1, 2]\nlen(x)\ny = len(x)\nfinish y\n:save all.lash\n:snapshot all.session\n").status == 0)
        #expect(place.read("all.lash") == "x = [1, 2]\ny = len(x)\n")
        #expect(repl("x = 9\n:restore all.session\nx\n:undo\nx\n").output == "[1, 2]\n9\n")
        #expect(repl(":load all.lash\ny\n").output == "2\n")
        place.write("x = 1\nx[0]\n", to: "wrong.lash")
        #expect(repl(":load wrong.lash\n").errors.contains("wrong.lash:2:1"))
    }

    @Test(arguments: [
        ("[]", "list[any]"), ("[1, 2.5, 'a']", "list[float | str]"), ("[[], [1]]", "list[list[int]]"),
        ("[{a: 1}, {a: null, b: true}]", "list[{ a: int | null, b: bool? }]"), ("board.a", "int"),
        ("len", "len(value) -> int"), ("best_move", "best_move(cells: list[any]) -> int"),
        ("files.read", "files.read({ path: str }) -> str"), ("files", "files.read({ path: str }) -> str"),
    ])
    func typesAreShown(expression: String, type: String) {
        place.write(Self.tools, to: "tools.json")
        let run = place.lashlang(
            "repl",
            "--tools",
            "tools.json",
            "--bind",
            "board={\"a\":1}",
            input: ":type \(expression)\n"
        )
        #expect(run.output == type + "\n")
        #expect(run.errors == "")
    }

    private static let tools = """
        {"tools": {"files.read": {"input": "{ path: str }", "output": "str", "returns": "text"}},
         "functions": {"best_move": {"parameters": "{ cells: list[any] }", "result": "int", "returns": 4}}}
        """

    @Test func toolsAreListedAndTraced() {
        place.write(Self.tools, to: "tools.json")
        let run = place.lashlang(
            "repl",
            "--tools",
            "tools.json",
            input: ":tools\n:trace\nif true { x = await files.read({path: 'a'})? }\nx\n"
        )
        #expect(run.output.hasPrefix("files.read({ path: str }) -> str\nbest_move(cells: list[any]) -> int\n"))
        #expect(run.output.hasSuffix("\n\"text\"\n"))
        #expect(run.errors.contains("1:1 if: true") && run.errors.contains("files.read({path: \"a\"}) gave \"text\""))
    }

    @Test func lookingAsksNothingOfTheHost() {
        place.write(Self.tools, to: "tools.json")
        let run = place.lashlang("repl", "--tools", "tools.json", input: ":type files.read({path: 'a'})\n")
        #expect(!run.output.contains("text"))
    }

    @Test func programsAreTakenApart() {
        #expect(repl(":ast 1 + x\n").output == "+  1:1\n  1  1:1\n  x  1:5\n")
        #expect(repl("y = 2\n:disasm\n").output.contains("; 1: y = 2"))
        #expect(repl("y = x[0]\n:explain\n").output.hasPrefix("E0"))
    }

    @Test func fuelCanBeLimited() {
        let run = repl(":fuel 100\nwhile true {}\n:fuel none\n:fuel\n1\n")
        #expect(run.errors.contains("E0401"))
        #expect(run.output.hasPrefix("each input: no limit; the last one used 1"))
        #expect(repl(":time\n1\n").errors.contains(", fuel "))
    }

    @Test func namesFieldsAndCommandsAreCompleted() throws {
        let description = try HostDescription(json: Array(Self.tools.utf8))
        var bindings = ProjectedBindings()
        try bindings.bind("board", ["cells": [["size": 1, "no name": 2]], "turn": "x"])
        let evaluator = Evaluator(
            session: Session(),
            bindings: bindings,
            host: try MockHost(description),
            limits: Limits(),
            usesColor: false
        )
        _ = evaluator.run(SourceText("counter = 1"))
        func words(_ line: String) -> [String] { ReplCompletion(evaluator: evaluator).completion(of: line).words }
        #expect(words("1 + boa") == ["board"])
        #expect(words("coun") == ["counter"])
        #expect(words("board.") == ["cells", "turn"])
        #expect(words("f(board.ce") == ["cells"])
        #expect(words("board.cells[0].") == ["size"])
        #expect(words("board.cells[counter - 1].s") == ["size"])
        #expect(words("board.turn.") == [])
        #expect(words("nothing.") == [])
        #expect(words("fil") == ["files"])
        #expect(words("await files.") == ["read("])
        #expect(words("best") == ["best_move("])
        #expect(words("starts") == ["starts_with("])
        #expect(words("whi") == ["while"])
        #expect(words(":re") == [":reset", ":restore"])
        #expect(words(":type boa") == ["board"])
        #expect(words(":explain E010").contains("E0102"))
        place.write("", to: "some.lash")
        #expect(words(":load \(place.path)/so") == ["\(place.path)/some.lash"])
        #expect(words("xs[").contains("board"))
    }

    @Test func completionFitsWhatTheEditorTakesForAWord() {
        let completion = Completion("ce", among: ["cells", "cent", "other"])
        #expect(completion.words(replacing: "f(board.ce") == ["f(board.cells", "f(board.cent"])
        #expect(completion.words(replacing: "e") == ["ells", "ent"])
        #expect(completion.words(replacing: "x") == [])
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

    private func shown(_ value: Value, width: Int) -> String {
        ValueDisplay(width: width, usesColor: false).text(value)
    }

    @Test func valuesAreCutToTheTerminal() {
        #expect(shown([1, 2, 3, 4], width: 12) == "[1, 2, 3, 4]")
        #expect(shown(.list((1...100).map { .number(Double($0)) }), width: 24) == "[1, 2, 3, 4, … 96 more]")
        #expect(shown(.string(String(repeating: "日", count: 30)), width: 24) == "\"日日…\"  30 characters")
        #expect(
            shown([["a": "long enough to be cut"], [1, 2]], width: 20)
                == "list of 2:\n  {a: \"long enough…\"}\n  [1, 2]"
        )
        #expect(
            shown(["k": [1], "l": .list((1...50).map { .number(Double($0)) })], width: 30)
                == "record of 2 fields:\n  k: [1]\n  l: [1, 2, 3, 4, … 46 more]"
        )
        #expect(shown("\u{1B}[2J\u{202E}", width: 40).utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F })
    }

    /// Whatever a value looks like, no line is too long, and what is left out is said.
    @Test func displayedValuesAreNeverTooWide() {
        var deep: Value = 1
        for level in 0..<200 { deep = level.isMultiple(of: 2) ? [deep] : ["key": deep] }
        let values: [Value] = [
            deep, .list(Array(repeating: deep, count: 30)), .string(String(repeating: "\n", count: 1000)),
            .record(Record((0..<100).map { ("key \($0)", Value.string(String(repeating: "ü", count: $0))) })),
            .record([String(repeating: "k", count: 10_000): 1]),
            .tuple([.tuple([.string(String(repeating: "x", count: 500)), 2, 3]), .null, true]),
        ]
        for value in values {
            for width in [24, 40, 80, 200] {
                let lines = shown(value, width: width).split(separator: "\n")
                #expect(lines.count <= 11)
                for line in lines { #expect(TerminalText.width(String(line)) <= width, "\(width): \(line)") }
                #expect(lines.joined().contains("…"))
            }
        }
    }
}
