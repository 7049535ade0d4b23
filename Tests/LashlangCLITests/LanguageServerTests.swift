import Lashlang
import Testing

@testable import LashlangCLI

@Suite struct LanguageServerTests {
    // MARK: Diagnostics

    @Test func errorsAreShownAndGoAway() throws {
        let editor = try Editor("total = 0\ntotal += 1\nfinish total")
        #expect(editor.diagnostics == ["1:7-1:8 E0106 unexpected `=`\nwrite `total = total + 1`"])
        editor.change("1:0-1:10", "total = 1")
        #expect(editor.diagnostics == [])
        editor.change("1:8-1:9", "upperr(1)")
        #expect(editor.diagnostics == ["1:8-1:14 E0207 unknown builtin `upperr`\ndid you mean `upper`?"])
        editor.notify("textDocument/didClose", ["textDocument": ["uri": .string(Editor.uri)]])
        #expect(editor.diagnostics == [])
        #expect(editor.ask("textDocument/hover", at: "0:0") == .failure(-32602))
    }

    @Test func columnsAreThoseOfTheEditor() throws {
        let text = "x = \"é𝄞\" + nope2(1)"
        for (encoding, columns) in [("utf-8", "0:15-0:20"), ("utf-16", "0:12-0:17"), ("utf-32", "0:11-0:16")] {
            let editor = try Editor(text, encodings: [encoding])
            let prefix = "\(columns) E0207 unknown builtin `nope2`\nthe functions are len empty"
            #expect(editor.diagnostics.count == 1 && editor.diagnostics[0].hasPrefix(prefix), "\(editor.diagnostics)")
        }
    }

    @Test func fixesAreActions() throws {
        let editorOfMany = try Editor("a = 0\na += 1\nb = 0\nb += 1\nfinish [a, b]")
        let one = editorOfMany.actions("1:0-1:6")
        #expect(one.map(\.title) == ["write `a = a + 1`", "Mend everything that can be mended"])
        try #require(one.count == 2)
        #expect(editorOfMany.text(after: one[0].edits) == "a = 0\na = a + 1\nb = 0\nb += 1\nfinish [a, b]")
        #expect(editorOfMany.text(after: one[1].edits) == "a = 0\na = a + 1\nb = 0\nb = b + 1\nfinish [a, b]")
        #expect(editorOfMany.actions("0:0-0:1", only: "quickfix").isEmpty)
        #expect(editorOfMany.actions("0:0-9:9", only: "source").map(\.title) == ["Mend everything that can be mended"])
        #expect(editorOfMany.actions("0:0-9:9", only: "refactor").isEmpty)
    }

    @Test func programsAreFormatted() throws {
        let editor = try Editor("x=1\nfinish   x")
        let edits = try #require(Editor.edits(try editor.ask("textDocument/formatting").get()))
        #expect(editor.text(after: edits) == "x = 1\nfinish x\n")
        let broken = try Editor("x = [")
        #expect(broken.ask("textDocument/formatting") == .success(.null))
        let formatted = try Editor("x = 1\n")
        #expect(formatted.ask("textDocument/formatting") == .success([]))
    }

    // MARK: Help

    static let program = """
        fn twice(n: int) -> int { n * 2 }
        type Row = { id: int }
        total = 0
        for cell in board.cells { total = total + twice(len(cell)) }
        text = await files.read({path: "a"})?
        finish [total, upper(text), board.turn, best_move(1), [total for total in [1]]]
        """

    private func settings() -> Workplace {
        let place = Workplace()
        place.write(
            """
            {"bind": {"board": {"cells": ["x", null], "turn": "x"}}, "files": {"rows": "rows.csv"}, "lazy": \
            {"doc": "doc.txt"}, "tools": "tools.json"}
            """,
            to: "lashlang.json"
        )
        place.write(
            """
            {"tools": {"files.read": {"input": "{ path: str }", "output": "str", "description": "Reads a file."}},
            "functions": {"best_move": {"parameters": [{"name": "n", "type": "int"}], "result": "int", "description": "The best."}}}
            """,
            to: "tools.json"
        )
        place.write("id,name\n1,a\n", to: "rows.csv")
        place.write("text", to: "doc.txt")
        return place
    }

    @Test(
        arguments: [
            ("0:3", "fn twice(n: int) -> int"), ("3:44", "fn twice(n: int) -> int"), ("0:9", "a parameter"),
            ("2:1", "first assigned in line 3"), ("3:13", "board: { cells: list[str | null], turn: str }"),
            ("3:20", "cells: list[str | null]"), ("3:50", "len(value)"),
            ("4:20", "await files.read({ path: str }) -> str"),
            ("5:17", "upper(text) -> str"), ("5:34", "turn: str"), ("5:42", "best_move(n: int) -> int"),
        ]
    )
    func namesAreExplained(position: String, text: String) throws {
        let place = settings()
        let editor = try Editor(Self.program, in: place)
        #expect(editor.diagnostics == [])
        let answer = try editor.ask("textDocument/hover", at: position).get()
        guard case .record(let hover) = answer, case .record(let contents)? = hover["contents"],
            case .string(let shown)? = contents["value"]
        else {
            Issue.record("nothing at \(position): \(answer)")
            return
        }
        #expect(shown.contains(text), "\(shown)")
    }

    @Test(
        arguments: [
            ("bo", ["board"]), ("board.", ["cells", "turn"]), ("await files.", ["read"]), ("tw", ["twice"]),
            ("x = rows[0].", ["id", "name"]), ("uni", ["unique"]), ("besta = 1\nbest", ["besta", "best_move"]),
            ("whi", ["while"]), ("do", ["doc"]), ("fn f(alpha: int) -> int { al }", []),
        ]
    )
    func namesAreCompleted(text: String, labels: [String]) throws {
        let place = settings()
        let text = text == "tw" ? "fn twice(n: int) -> int { n }\ntw" : text
        let editor = try Editor(text, in: place)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let found = try editor.ask("textDocument/completion", at: "\(lines.count - 1):\(lines.last?.count ?? 0)").get()
        guard case .list(let items) = found else {
            Issue.record("\(found)")
            return
        }
        let names = items.compactMap { item -> String? in
            guard case .record(let item) = item, case .string(let label)? = item["label"] else { return nil }
            return label
        }
        for label in labels { #expect(names.contains(label), "\(names)") }
        if !labels.isEmpty { #expect(names.count <= labels.count + 1, "\(names)") }
    }

    @Test func variablesOfAFunctionAreCompletedThere() throws {
        let editor = try Editor("outer = 1\nfn f(alpha: int) -> int { al }")
        let inside = "\(try editor.ask("textDocument/completion", at: "1:28").get())"
        #expect(inside.contains("alpha"))
        #expect(!"\(try editor.ask("textDocument/completion", at: "1:27").get())".contains("outer"))
    }

    @Test(
        arguments: [
            ("replace(\"a\", ", "replace(text, from, to)", 1), ("twice(", "fn twice(n: int) -> int", 0),
            ("best_move(", "best_move(n: int) -> int", 0), ("x = [1, format(\"{}\", [1, 2], ", "format(", 1),
            ("await files.read(", "await files.read({ path: str }) -> str", 0),
        ]
    )
    func argumentsAreExplained(text: String, label: String, argument: Int) throws {
        let place = settings()
        let text = "fn twice(n: int) -> int { n }\n" + text
        let editor = try Editor(text, in: place)
        let answer = try editor.ask("textDocument/signatureHelp", at: "1:\(text.split(separator: "\n")[1].count)").get()
        guard case .record(let help) = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect("\(answer)".contains(label.split(separator: "(")[0]), "\(answer)")
        #expect(help["activeParameter"] == .number(Double(argument)))
    }

    // MARK: Names

    @Test func namesLeadToWhereTheyCome() throws {
        let editor = try Editor(Self.program)
        func place(_ position: String) throws -> String {
            "\(try editor.ask("textDocument/definition", at: position).get())"
        }
        #expect(try place("3:42") == place("0:4"))
        #expect(try place("5:9").contains("\"line\", Lashlang.Value.number(2.0)") || place("5:9") == place("2:0"))
        #expect(editor.ask("textDocument/definition", at: "3:49") == .success(.null))
        #expect(editor.ask("textDocument/definition", at: "0:0") == .success(.null))
        #expect(editor.count("textDocument/references", at: "2:0") == 6)
        #expect(editor.count("textDocument/documentHighlight", at: "0:4") == 2)
    }

    @Test func namesAreChangedWhereTheyMeanTheSame() throws {
        let text = "n = 1\nfn f(n: int) -> int { n + 1 }\nfinish { n: n, f: f(n), g: sort_by([n], f) }"
        func renamed(_ position: String, _ name: String) throws -> String {
            let editor = try Editor(text)
            let edits = try editor.ask("textDocument/rename", at: position, ["newName": .string(name)]).get()
            return editor.text(after: try #require(Editor.changes(edits)))
        }
        #expect(
            try renamed("0:0", "m")
                == "m = 1\nfn f(n: int) -> int { n + 1 }\nfinish { n: m, f: f(m), g: sort_by([m], f) }"
        )
        #expect(
            try renamed("1:5", "m")
                == "n = 1\nfn f(m: int) -> int { m + 1 }\nfinish { n: n, f: f(n), g: sort_by([n], f) }"
        )
        #expect(
            try renamed("2:18", "g")
                == "n = 1\nfn g(n: int) -> int { n + 1 }\nfinish { n: n, f: g(n), g: sort_by([n], g) }"
        )
    }

    @Test(
        arguments: [
            ("2:0", "not", "no name"), ("2:0", "a b", "no name"), ("2:0", "board", "bound by the host"),
            ("3:13", "b", "bound by the host"), ("3:49", "b", "a builtin"), ("3:20", "b", "a part of data"),
            ("2:0", "cell", "used already"), ("2:6", "b", "there is no name here"), ("4:20", "b", "a part of data"),
            ("4:14", "b", "belongs to the host"),
        ]
    )
    func whatCannotBeRenamedSaysWhy(position: String, name: String, reason: String) throws {
        let place = settings()
        let editor = try Editor(Self.program, in: place)
        let result = editor.ask("textDocument/rename", at: position, ["newName": .string(name)])
        #expect(result == .failure(-32803))
        #expect(editor.lastError.contains(reason), "\(editor.lastError)")
    }

    @Test func programsHaveAnOutline() throws {
        let editor = try Editor(Self.program)
        let outline = "\(try editor.ask("textDocument/documentSymbol").get())"
        for name in ["twice", "Row", "total", "cell", "text"] { #expect(outline.contains("\"\(name)\""), "\(name)") }
    }

    @Test func wordsAreColoured() throws {
        let editor = try Editor("x = upper(\"a\")\nif x { print 1 }")
        guard case .record(let answer) = try editor.ask("textDocument/semanticTokens/full").get(),
            case .list(let data)? = answer["data"]
        else { throw Editor.Unexpected(text: "no tokens") }
        let numbers = data.map { if case .number(let number) = $0 { Int(number) } else { -1 } }
        let kinds = stride(from: 3, to: numbers.count, by: 5).map { SemanticToken.allCases[numbers[$0]].rawValue }
        #expect(
            kinds == [
                "variable", "operator", "function", "operator", "string", "operator", "keyword", "variable", "operator",
                "keyword", "number", "operator",
            ]
        )
    }
}
