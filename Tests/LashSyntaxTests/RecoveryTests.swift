import LashSyntax
import Testing

@Suite struct RecoveryTests {
    @Test func fiveMistakesOnFiveLinesAreFiveErrors() {
        let text = """
            process p() {
              x = (1, 2
              y = 3 +
              z = [1 2]
              if a = 1 { b }
              finish {a: 1 b: 2}
              ok = 1
            }
            """
        #expect(
            errors(text) == [
                "expected `)`, found identifier `y` @28..<29",
                "unexpected `=` @40..<41",
                "expected `]`, found number 2 @45..<46",
                "expected `{`, found `=` @55..<56",
                "expected `}`, found identifier `b` @80..<81",
            ]
        )
    }

    @Test func aValueThatIsHiddenByACommentIsNotMadeNull() {
        func fixes(_ text: String) -> [Fix] { SyntaxTree.parse(SourceText(text)).diagnostics.flatMap(\.fixes) }
        #expect(fixes("finish #xs").isEmpty)
        #expect(fixes("finish # nothing").count == 1)
        #expect(fixes("finish").count == 1)
    }

    @Test func blocksSurviveErrorsInTheirHeads() {
        let (tree, diagnostics) = SyntaxTree.parse(SourceText("if a b {\n  c = = 1\n  d = 2\n} else { e = 3 }"))
        #expect(diagnostics.map(\.message) == ["expected `{`, found identifier `b`", "unexpected `=`"])
        #expect(
            tree.mainJSON
                == #"[{"If":{"condition":"Invalid","else_block":{"Block":[{"Assign":{"expr":{"Number":3},"#
                + #""target":{"root":"e"}}}]},"then_block":{"Block":["Invalid",{"Assign":{"expr":{"Number":2},"#
                + #""target":{"root":"d"}}}]}}}]"#
        )
    }

    @Test(arguments: [
        "if a\n  x = 1\n}\ny = 2", "if a:\n  x = 1\ny = 2", "x = if a {\n  1\n} else {\n  2\n}\ny = 2",
        "x = {\n  a: 1\n  b: 2\n}\ny = 2", "if a {\n  f(1, 2\n}\ny = 2", "x = [1,\n  2\ny = 2",
        "for i, x in xs {\n  print i\n}\ny = 2", "process p(a int) {\n  yield a\n}\ny = 2", "x = 1)\ny = 2", "}\ny = 2",
        "def f(x):\n  y = 2", "x += 1\ny = 2", "if a {\n  x = 1\n} elif b {\n  x = 2\n}\ny = 2",
        "@label(title: 5) x = 1\ny = 2",
        "if a {\n  x = 1",
    ])
    func oneMistakeIsOneError(text: String) {
        #expect(errors(text).count == 1)
    }

    @Test func thereAreAtMostTwentyErrors() {
        #expect(errors(String(repeating: "x = = 1\n", count: 100)).count == 20)
        #expect(errors(String(repeating: "x = $\n", count: 100)).count == 20)
        #expect(errors(String(repeating: "$ = )\n", count: 15) + String(repeating: "y = )\n", count: 15)).count == 20)
    }

    @Test func theWholeTextStillBecomesATree() {
        let (tree, _) = SyntaxTree.parse(SourceText("x = = 1\ny = 2\nz = )\nfinish y"))
        #expect(
            tree.mainJSON
                == #"["Invalid",{"Assign":{"expr":{"Number":2},"target":{"root":"y"}}},"Invalid",{"Finish":{"Variable":"y"}}]"#
        )
    }

    @Test(arguments: [
        "f(", "x = 1 +", "if a {", "x = \"abc", "x = [1, 2", "x =", "{a:", "for x in", "@label(title: \"a\")",
        "a ? b :",
        "process p() {\n  x = 1", "not", "r\"\"\"a\n",
    ])
    func anOpenEndNeedsMoreInput(text: String) {
        #expect(SyntaxTree.needsMoreInput(SourceText(text)))
    }

    @Test(arguments: ["", "x = 1", "f(1", ")", "x = = (", "x = $ (", "if a { b = }", "finish 1", "x = ) \"abc"])
    func finishedAndWrongTextsDoNot(text: String) {
        #expect(SyntaxTree.needsMoreInput(SourceText(text)) == (text == "f(1"))
    }

    @Test func hintsPointAtTheCause() {
        func hint(_ text: String) -> String? { SyntaxTree.parse(SourceText(text)).diagnostics.first?.hint }
        #expect(hint("if a = 1 {}") == "`=` assigns; a comparison is written `==`")
        #expect(hint("x = if a { 1 }") == "use `cond ? yes : no` for inline conditionals")
        #expect(hint("if a {\n} elif b { x = 1 }") == "write `else if`")
        #expect(hint("x = 3 +\ny = 4") == "the line before ends with `+`, so this line continues it")
        #expect(hint("x += 1") == "there is no compound assignment; write `x = x + …`")
        #expect(hint("[1 2]") == "put `,` between the items, or close with `]` before this")
    }
}
