import Lashlang
import Testing

@testable import LashlangCLI

/// What the language server knows of types, values and words beyond where they stand.
@Suite struct LanguageServerMeaningTests {
    private func hover(_ editor: Editor, _ position: String) throws -> String {
        guard case .record(let hover) = try editor.ask("textDocument/hover", at: position).get(),
            case .record(let contents)? = hover["contents"], case .string(let shown)? = contents["value"]
        else { return "" }
        return shown
    }

    private func labels(_ editor: Editor, _ position: String) throws -> [String] {
        guard case .list(let items) = try editor.ask("textDocument/completion", at: position).get() else { return [] }
        return items.compactMap { item in
            guard case .record(let item) = item, case .string(let label)? = item["label"] else { return nil }
            return label
        }
    }

    private func place(_ settings: String) -> Workplace {
        let place = Workplace()
        place.write(settings, to: "lashlang.json")
        return place
    }

    private func renamed(_ text: String, _ position: String, _ name: String, in place: Workplace? = nil) throws
        -> String
    {
        let editor = try Editor(text, in: place)
        let answer = editor.ask("textDocument/rename", at: position, ["newName": .string(name)])
        guard case .success(let edit) = answer else { return "refused: " + editor.lastError }
        return editor.text(after: try #require(Editor.changes(edit)))
    }

    // MARK: Types

    @Test(
        arguments: [
            ("0:0", "count: int"), ("1:0", "names: list[str]"), ("2:5", "name: str"), ("2:29", "total: float"),
            ("3:0", "row: { id: int, tags: list[str] }"), ("4:12", "tags: list[str]"), ("4:8", "row: { id: int"),
            ("5:5", "a parameter"),
        ]
    )
    func variablesHaveTypes(position: String, text: String) throws {
        let editor = try Editor(
            """
            count = 1
            names = ["a", "b"]
            for name in names { print 1 total = count + 0.5 }
            row = {id: 1, tags: ["x"]}
            finish [row.tags, count]
            fn f(n: { x: int }) -> int { n.x }
            """
        )
        #expect(editor.diagnostics == [])
        let shown = try hover(editor, position)
        #expect(shown.contains(text), "\(shown)")
    }

    @Test func whatNothingIsKnownOfHasNoType() throws {
        let editor = try Editor("x = json_parse(\"1\")\nfinish x")
        #expect(try hover(editor, "1:7") == "first assigned in line 1\n\n```lashlang\nx = json_parse(\"1\")\n```")
    }

    @Test func boundDataIsKnownThroughLoopsAndCalls() throws {
        let place = place(#"{"bind": {"rows": [{"id": 1, "at": {"city": "Oslo"}}]}}"#)
        let text =
            "for row in rows { print row.at.city }\nfirst = sort_by(rows, \"id\")[0]\nfinish [r.id for r in rows]"
        let editor = try Editor(text, in: place)
        #expect(try hover(editor, "0:24").contains("row: { id: int, at: { city: str } }"))
        #expect(try hover(editor, "0:32").contains("city: str"))
        #expect(try hover(editor, "1:1").contains("first: { id: int"))
        #expect(try hover(editor, "2:10").contains("id: int"))
        #expect(try labels(editor, "0:28") == ["id", "at"])
        let typing = try Editor("for row in rows {\n  print row.at.\n}", in: place)
        #expect(try labels(typing, "1:15") == ["city"])
    }

    @Test func valuesThatLeadInACircleAreUnknown() throws {
        let editor = try Editor("for i in [1] { x = x }\ny = x.a\nfinish y")
        #expect(try !hover(editor, "1:0").isEmpty)
    }

    @Test func declarationsAreShownToTheirBodies() throws {
        let editor = try Editor("fn f(\n  a: { x: int },\n  b: int\n) -> int { b }\nfinish f({x: 1}, 2)")
        #expect(try hover(editor, "4:7") == "```lashlang\nfn f( a: { x: int }, b: int ) -> int\n```")
    }

    @Test func problemsAreExplained() throws {
        let editor = try Editor("finish upperr(1)")
        let shown = try hover(editor, "0:8")
        #expect(shown.hasPrefix("**E0207: "), "\(shown)")
        #expect(shown.count > 60)
        #expect(try hover(editor, "0:2") == "")
    }

    @Test func longLinesAreCut() throws {
        let editor = try Editor("x = [" + String(repeating: "1, ", count: 1_000) + "1]\nfinish x")
        let shown = try hover(editor, "1:7")
        #expect(shown.count < 600 && shown.contains("…"))
    }

    @Test func constructorsAndModulesAreExplained() throws {
        let place = place(#"{"tools": "t.json"}"#)
        place.write(
            #"{"constructors": {"cfg.Limits": {"input": "{ max: int }", "output": "cfg.Limits"}}, "tools": {"files.read": {}}}"#,
            to: "t.json"
        )
        let editor = try Editor("x = cfg.Limits({max: 1})\ny = files . read({})", in: place)
        #expect(try hover(editor, "0:9").contains("cfg.Limits({ max: int }) -> cfg.Limits"))
        #expect(try hover(editor, "1:5").contains("files: Files"))
        #expect(try hover(editor, "1:13").contains("await files.read("))
        #expect(try labels(editor, "0:8") == ["Limits"])
        let help = "\(try editor.ask("textDocument/signatureHelp", at: "0:15").get())"
        #expect(help.contains("cfg.Limits("))
    }

    @Test func typesOfTheHostAreExplainedAndColoured() throws {
        let place = place(#"{"tools": "t.json"}"#)
        place.write(#"{"types": {"geo.Point": "{ x: float }"}, "abilities": "all"}"#, to: "t.json")
        let text = "fn f(p: geo.Point) -> float { p.x }\nprocess q(a: int, b: int) { finish a }\nh = start q(a: 1, "
        let editor = try Editor(text, in: place)
        for position in ["0:9", "0:13"] {
            #expect(try hover(editor, position).contains("type geo.Point = { x: float }"), "\(position)")
        }
        guard case .record(let answer) = try editor.ask("textDocument/semanticTokens/full").get(),
            case .list(let data)? = answer["data"], case .number(let kind) = data[5 * 5 + 3]
        else { throw Editor.Unexpected(text: "no tokens") }
        #expect(SemanticToken.allCases[Int(kind)] == .type)
        let help = "\(try editor.ask("textDocument/signatureHelp", at: "2:18").get())"
        #expect(help.contains("process q(a: int, b: int)") && help.contains("b: int"))
    }

    // MARK: Completion

    @Test(arguments: ["0:7", "1:5", "2:6", "3:8", "4:10"])
    func nothingIsOfferedWhereNoNameCanStand(position: String) throws {
        let editor = try Editor("x = \"le\"\n# len\n// le\ny = 1 # le\nz = 'lele\nle'\nw = 1.")
        #expect(try labels(editor, position) == [])
        #expect(try labels(editor, "6:6") == [])
    }

    @Test func namesInBracketsAndOperationsComeWithHelp() throws {
        let editor = try Editor("alpha = 1\nxs = [1]\ny = xs[alp")
        #expect(try labels(editor, "2:10") == ["alpha"])
        #expect("\(try editor.ask("textDocument/completion", at: "2:10").get())".contains("variable"))
        let builtin = try Editor("rever")
        #expect("\(try builtin.ask("textDocument/completion", at: "0:5").get())".contains("documentation"))
    }

    // MARK: Renaming

    static let processes = """
        process p(a: int) signals { go: int } { w = wait_signal("go") finish a }
        h = start p(a: 1)
        n = 2
        fn twice(n: int) -> int { n * 2 }
        finish [sort_by([n], twice), twice(n)]
        """

    @Test func namesOfArgumentsFollowTheirParameters() throws {
        let place = place(#"{"tools": "t.json"}"#)
        place.write(#"{"abilities": "all"}"#, to: "t.json")
        let text = try renamed(Self.processes, "0:10", "amount", in: place)
        #expect(
            text.hasPrefix("process p(amount: int) signals { go: int } { w = wait_signal(\"go\") finish amount }\n")
        )
        #expect(text.contains("h = start p(amount: 1)"))
        #expect(try renamed(Self.processes, "1:12", "amount", in: place) == text)
        #expect(try renamed(Self.processes, "1:10", "q", in: place).contains("h = start q(a: 1)"))
    }

    @Test func aFunctionIsRenamedFromWhereItIsAKey() throws {
        let place = place(#"{"tools": "t.json"}"#)
        place.write(#"{"abilities": "all"}"#, to: "t.json")
        let text = try renamed(Self.processes, "4:21", "double", in: place)
        #expect(text.contains("fn double(n: int)"))
        #expect(text.contains("finish [sort_by([n], double), double(n)]"))
    }

    @Test(
        arguments: [
            ("0:28", "stop", "a part of data"), ("2:0", "twice", "used already"),
            ("3:3", "len", "would mean something else"),
            ("2:0", "p", "used already"), ("2:0", "files", "belongs to the host"),
        ]
    )
    func renamingNeverChangesWhatAProgramMeans(position: String, name: String, reason: String) throws {
        let place = place(#"{"tools": "t.json"}"#)
        place.write(#"{"abilities": "all", "tools": {"files.read": {}}}"#, to: "t.json")
        let answer = try renamed(Self.processes, position, name, in: place)
        #expect(answer.hasPrefix("refused: ") && answer.contains(reason), "\(answer)")
    }

    @Test func wordsThatAreNamesElsewhereAreNames() throws {
        let answer = try renamed("n = 1\nif true { n }\nfinish n", "0:0", "finish")
        #expect(answer.hasPrefix("refused: `finish` would mean something else"), "\(answer)")
        #expect(try renamed("n = 1\nfinish n", "0:0", "title") == "title = 1\nfinish title")
        #expect(try renamed("n = 1\nfinish n", "0:0", "list") == "list = 1\nfinish list")
    }

    @Test func typesOfTheHostAreNotRenamed() throws {
        let editor = try Editor("fn f(x: Nope) -> int { 1 }\nfinish f(1)")
        #expect(editor.ask("textDocument/prepareRename", at: "0:9") == .failure(-32803))
        #expect(editor.lastError == "`Nope` is not declared in this program")
    }

    @Test func parametersMayBeNamedLikeWhatIsBound() throws {
        let place = place(#"{"bind": {"board": 1}}"#)
        let text = try renamed("fn f(board: int) -> int { board }\nfinish f(board)", "0:5", "b", in: place)
        #expect(text == "fn f(b: int) -> int { b }\nfinish f(board)")
    }

    // MARK: Outline and folding

    @Test func labelsAreInTheOutline() throws {
        let place = place(#"{"tools": "t.json"}"#)
        place.write("{}", to: "t.json")
        let editor = try Editor("@label(title: \"Count it\") x = 1\n@label(title: \"\") y = 2\nfinish x", in: place)
        #expect(editor.diagnostics == [])
        let outline = "\(try editor.ask("textDocument/documentSymbol").get())"
        #expect(outline.contains("\"Count it\"") && !outline.contains("string(\"\")"))
    }

    @Test func bracketsFold() throws {
        let editor = try Editor("if true {\n  x = [\n    1,\n  ]\n  y = {a: 1}\n}\n) }\nz = {\n}")
        let folds = try editor.ask("textDocument/foldingRange").get()
        #expect(folds == [["startLine": 1, "endLine": 2], ["startLine": 0, "endLine": 4]])
    }

    // MARK: Edits

    @Test(
        arguments: [
            ("a = 1\nb=2\nc = 3\n", ["1:0-2:0"]), ("a=1\n", ["0:0-1:0"]), ("a = 1", ["0:0-0:5"]),
            ("a = 1\n\n\n\nb = 2\n", ["2:0-4:0"]), ("", []),
        ]
    )
    func formattingChangesTheLinesThatNeedIt(text: String, ranges: [String]) throws {
        let editor = try Editor(text)
        let edits = try #require(Editor.edits(try editor.ask("textDocument/formatting").get()))
        #expect(edits.map(\.range) == ranges)
        let wanted = SyntaxTree.parse(SourceText(text)).tree.formatted()
        #expect(editor.text(after: edits) == wanted)
    }

    @Test func largeTextsAreMendedOnlyWhenAsked() throws {
        let editor = try Editor("x = 1\nif x === 1 { }\n" + String(repeating: "x = 2 # text\n", count: 6_000))
        #expect(editor.actions("1:0-1:9").count == 1)
        #expect(editor.actions("1:0-1:9", only: "source.fixAll").count == 1)
    }

    @Test func onlySoManyDiagnosticsAreSent() throws {
        let editor = try Editor(String(repeating: "1\n", count: 2_000))
        #expect(editor.diagnostics.count == LanguageServer.mostDiagnostics)
    }
}
