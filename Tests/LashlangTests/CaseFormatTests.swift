import Lashlang
import Testing

@testable import LashCases

/// The format of case files; what the cases say about the language is tested elsewhere.
@Suite struct CaseFormatTests {
    private func read(_ text: String) throws -> [Case] { try CaseFile(text: text, path: "f.lash").cases }

    private func errors(_ text: String) -> String {
        do {
            _ = try read(text)
            return ""
        } catch let error as CaseFileErrors {
            return error.description
        } catch {
            return "\(error)"
        }
    }

    private func program(_ block: Block) -> String { String(decoding: block.source.bytes, as: UTF8.self) }

    @Test func takesDirectivesOutOfPrograms() throws {
        let cases = try read(
            """
            //! note a heading

            ---
            //! name first
            //! id B-1
            //! decision R1, V2: why

            x = 1   //! note no
              y = "a // b"  //! print 1
            \t//! state {x: 1}
            finish x

            //! finish 1
            """.replacing("   //! note no", with: "")
        )
        let example = try #require(cases.first)
        #expect(cases.count == 1)
        #expect(example.title == "f.lash:4 first B-1")
        #expect(example.decisions == ["R1", "V2"])
        #expect(program(example.blocks[0]) == "x = 1\n  y = \"a // b\"\nfinish x")
        #expect(example.blocks[0].expectations.map(\.kind) == [.print, .state, .finish])
    }

    @Test func splitsBlocks() throws {
        let example = try #require(try read("x = 1\n//! done\n//! block\ny\n//! restore\nfinish x //! finish 1").first)
        #expect(example.blocks.map(program) == ["x = 1", "y", "finish x"])
        #expect(example.blocks.map(\.isRestored) == [false, false, true])
        #expect(example.name == "x = 1")
    }

    @Test func representsEveryProgram() throws {
        let example = try #require(
            try read(#"//! source "---\r\n\u0000 //! \ud83d\ude00\n""# + "\n//! parse-only\n//! ok").first
        )
        #expect(example.blocks[0].source.bytes == Array("---\r\n\0 //! 😀\n".utf8))
    }

    @Test func namesTheLineOfAMistake() {
        #expect(errors("x\n//! finsh 1") == "f.lash:2: unknown directive `finsh`")
        #expect(errors("\n\nx = 1\n---\ny //! done") == "f.lash:3: the case expects nothing")
        #expect(errors("x //! bind a = 1").hasPrefix("f.lash:1: only expectations may follow program text"))
        #expect(errors("x\n//! error E0301 no place").hasPrefix("f.lash:2: a report on a line of its own"))
        #expect(errors("x //! error 301 m").hasPrefix("f.lash:1: expected a code"))
        #expect(errors("x //! warning E0301 m").hasPrefix("f.lash:1: expected a code"))
        #expect(errors("finish 1 //! finish (1)").hasPrefix("f.lash:1: expected `,` in a tuple"))
        #expect(errors("finish 1 //! finish 1 2").hasPrefix("f.lash:1: unexpected text after the value"))
        #expect(errors("//! source \"a\"\nb //! done").hasPrefix("f.lash:2: a block has either"))
        #expect(errors("//! labels maybe\n//! budget 1 2\n//! abilities x\n//! bind a\nx //! done").count > 3)
    }

    @Test func readsPositions() throws {
        let text = """
            //! source "x"
            //! error E0101 at 4..9 one
            //! error E0102 at 4 "two\\n"
            //! error E0103 at line 7 three
            //! error E0104 at nowhere four
            ---
            //! note the line counts within the program
            a

            b //! error E0301 five
            """
        let cases = try read(text)
        #expect(
            cases[0].blocks[0].expectations.map(\.report) == [
                Report(code: "E0101", message: "one", position: .span(4, 9)),
                Report(code: "E0102", message: "two\n", position: .start(4)),
                Report(code: "E0103", message: "three", position: .line(7)),
                Report(code: "E0104", message: "four", position: .nowhere),
            ]
        )
        #expect(cases[1].blocks[0].expectations.map(\.report?.position) == [.line(3)])
    }

    @Test(arguments: [
        "null", "true", "[1, -0, inf, -inf, NaN, 1e+21, 5e-324, 1e-7, 0.1]", "()", "(1,)", "(1, [2, {a: {}}])",
        "{a: 1, \"a b\": 2, \"\": 3, if: 4}", "\"\\\"\\\\\\n\\t\\u0000é\"",
        "Image(id: \"i\", mime: \"m\", label: \"l\", size: 9, width: 1, height: null)",
        "Resource(type: \"T\", alias: \"a.b\")",
    ])
    func writesWhatItReads(literal: String) throws {
        #expect(LiteralWriter.text(try LiteralReader.value(literal)) == literal)
    }

    @Test(arguments: [
        "", "[", "[1 2]", "{a}", "{1: 2}", "{a b: 1}", "nul", "-", "1.2.3", "\"a", "\"\\x\"", "\"\\u12\"", "1e400",
    ])
    func refusesWhatIsNoLiteral(text: String) {
        #expect(throws: LiteralError.self) { try LiteralReader.value(text) }
    }

    @Test func readsHosts() throws {
        let text = """
            //! host {tools: {"a.b": {input: "{ x: int }"}}, globals: {x: 1}}
            //! host {functions: {f: {}}, abilities: ["sleep"]}
            //! link-only
            a.b({x: 1})
            f() //! ok
            """
        let example = try #require(try read(text).first)
        #expect(example.given.catalog.modules.map(\.path) == ["a"])
        #expect(example.given.catalog.functions.map(\.name) == ["f"])
        #expect(example.given.abilities == [.sleep])
        #expect(example.given.globals.map(\.name) == ["x"])
        #expect(example.run().status == .passed)
        #expect(errors("//! host {tool: {}}\nx //! done").hasPrefix("f.lash:1: tool: unknown key"))
        #expect(errors("//! host nowhere.json\nx //! done").hasPrefix("f.lash:1: `nowhere.json`: "))
        #expect(
            errors("//! host {functions: {f: {}}}\n//! host {functions: {f: {result: \"int\"}}}\nx //! done")
                == "f.lash:2: `f` is taken by a function of the host"
        )
    }

    @Test func doesNotOverflowTheStack() {
        #expect(throws: LiteralError.self) { try LiteralReader.value(String(repeating: "[", count: 100_000)) }
    }
}
