import LashLinker
import LashSyntax
import Testing

@Suite struct WarningTests {
    @Test func `A wrong argument count is a warning`() {
        #expect(warnings("finish len(\"a\", \"b\")") == ["W0201 `len` takes 1 arg(s), got 2 [len(\"a\", \"b\")]"])
        #expect(errors("len()").isEmpty)
        #expect(warnings("x = find(1)\nprocess p() { x = format() }").map { $0.prefix(5) } == ["W0201", "W0201"])
    }

    @Test func `A line that continues the one before by accident is a warning`() {
        #expect(warnings("x = y\n[0]") == ["W0202 a line that starts with `[` continues the line before it [[]"])
        #expect(warnings("x = y\n-1") == ["W0202 a line that starts with `-` continues the line before it [-]"])
        #expect(warnings("x = len\n(1)") == ["W0202 a line that starts with `(` continues the line before it [(]"])
        #expect(warnings("x = y # why\n\n- (1)").count == 1)
        #expect(warnings("y\n[0] = 1").count == 1)
        #expect(warnings("if c {\n  x = y\n  -1\n}").count == 1)
    }

    @Test func `A line that continues on purpose is none`() {
        #expect(warnings("x = y\n  - 1").isEmpty)
        #expect(warnings("x = y - \n1").isEmpty)
        #expect(warnings("x = [\n1,\n-1\n]").isEmpty)
        #expect(warnings("x = [a\n-1]").isEmpty)
        #expect(warnings("x = [\n  1\n][0]").isEmpty)
        #expect(warnings("x = 1\ny = -1\nprint (y)").isEmpty)
    }

    @Test func `let is reported once, with a fix for every one`() throws {
        let text =
            "let x = 0\ny = 0\nw = 0\nlet x = 1\nif c { let y = 2 }\n# let\nz = 3\n@label(title: \"a\") let w = 4"
        let found = linked(text).program.warnings
        #expect(found.map(\.message) == ["`let` has no effect"])
        let fixes = try #require(found.first).fixes
        let source = SourceText(text)
        #expect(fixes.map { source[$0.span] } == ["let ", "let ", "let "])
        #expect(warnings("x = let\ny = 2").isEmpty)
        #expect(warnings("let x = 1\nlet y = 2").isEmpty)
    }

    @Test func `A statement without effect is a warning`() {
        #expect(warnings("x = 1\nx.y[0]") == ["W0204 this statement has no effect [x.y[0]]"])
        #expect(warnings("a == b ? c : [d for d in e]").count == 1)
        #expect(warnings("if c { 1 }").count == 1)
        for text in ["len(x)", "await x", "x?", "[t.go() for t in ts]", "c ? len(x) : 0", "start p()", "print 1"] {
            #expect(warnings(text).isEmpty)
        }
    }

    @Test func `A result that is lost is a warning`() {
        #expect(warnings("push(xs, 1)") == ["W0205 the result of `push` is not used [push(xs, 1)]"])
        #expect(warnings("xs = push(xs, 1)").isEmpty)
    }

    @Test func `Code behind the end of a block is a warning`() {
        #expect(warnings("finish 1\nx = 2\ny = 3") == ["W0206 code after `finish` never runs [x = 2]"])
        #expect(warnings("while a { break\nx = 1 }") == ["W0206 code after `break` never runs [x = 1]"])
        #expect(warnings("while a { if b { continue }\nx = 1 }").isEmpty)
        #expect(warnings("process p() { fail 1\nx = 1 }") == ["W0206 code after `fail` never runs [x = 1]"])
    }

    @Test func `Warnings come in source order`() {
        #expect(
            warnings("x = 1\nlet x = len()\nx\nfinish x\ny = 1").map { $0.prefix(5) } == [
                "W0203", "W0201", "W0204", "W0206",
            ]
        )
    }
}
