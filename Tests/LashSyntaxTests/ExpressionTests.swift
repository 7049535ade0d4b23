import Testing

@Suite struct ExpressionTests {
    @Test(arguments: [
        ("a or b and c == d + e * f", "(a or (b and (c == (d + (e * f)))))"),
        ("a * b + c == d and e or f", "(((((a * b) + c) == d) and e) or f)"),
        ("a < b < c", "((a < b) < c)"),
        ("a - b - c", "((a - b) - c)"),
        ("a && b || !c", "((a and b) or (not c))"),
        ("not a == b", "((not a) == b)"),
        ("await a + b", "((await a) + b)"),
        ("await x.y()?", "(await x.y()?)"),
        ("(await h)?", "(await h)?"),
        ("2 - -2", "(2.0 - (- 2.0))"),
        ("-!-a.b", "(- (not (- a.b)))"),
        ("await a, b", "tuple((await a), b)"),
        ("(a,)", "tuple(a)"),
        ("()", "tuple()"),
        ("((1))", "1.0"),
        ("f(1)(2)", "f(1.0); 2.0"),
        ("(1, 2)[0]", "tuple(1.0, 2.0)[0.0]"),
        ("a.\"odd key\".print(1)", "a.odd key.print(1.0)"),
        ("{\"a b\": 1, not: 2,}", "{a b: 1.0, not: 2.0}"),
        ("x = y\n[1, 2]", "x = y[tuple(1.0, 2.0)]"),
        ("x = y\n-1", "x = (y - 1.0)"),
        ("1 + sleep for 1 + 2", "(1.0 + (sleep for (1.0 + 2.0)))"),
        ("f(sleep for 1, 2)", "f((sleep for tuple(1.0, 2.0)))"),
        ("start + 1", "(start + 1.0)"),
        ("start()", "start()"),
    ])
    func expressionsGroup(text: String, expected: String) {
        #expect(shape(text) == expected)
    }

    @Test func comprehensionsKeepTheirClauses() {
        #expect(
            tree("[a for x in xs if b for y in x]")
                == #"[{"ListComprehension":{"clauses":[{"For":{"binding":"x","iterable":{"Variable":"xs"}}},"#
                + #"{"If":{"condition":{"Variable":"b"}}},{"For":{"binding":"y","iterable":{"Variable":"x"}}}],"#
                + #""element":{"Variable":"a"}}}]"#
        )
    }

    @Test func startTakesNamedArguments() {
        #expect(tree("start p(a: 1)") == #"[{"StartProcess":{"args":[["a",{"Number":1}]],"process":"p"}}]"#)
    }

    @Test(arguments: [
        ("x = [1 2]", "expected `]`, found number 2 @7..<8"),
        ("x = {a: 1 b: 2}", "expected `}`, found identifier `b` @10..<11"),
        ("{1: 2}", "expected identifier, string key, or keyword key, found number 1 @1..<2"),
        ("f(a: 1)", "expected `)`, found `:` @3..<4"),
        ("a = b = c", "unexpected `=` @6..<7"),
        ("x = \"a\" if b", "expected `{`, found end of input @12..<12"),
        ("(,)", "unexpected `,` @1..<2"),
        ("f(\"q\" 'a\\tb')", "expected `)`, found string \"a\\tb\" @6..<12"),
        ("[1, 2 for x in y]", "expected `]`, found `for` @6..<9"),
        ("sleep 1", "expected `for` or `until`, found number 1 @6..<7"),
        ("[1 1e400]", "expected `]`, found number inf @3..<8"),
        ("[1 1.5e-7]", "expected `]`, found number 0.00000015 @3..<9"),
    ])
    func errorsNameWhatIsMissing(text: String, expected: String) {
        #expect(errors(text).first == expected)
    }
}
