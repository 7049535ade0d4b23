import Testing

@Suite struct QuestionMarkTests {
    @Test(arguments: [
        ("a ? b : c", "(a ? b : c)"),
        ("a?", "a?"),
        ("a??", "a??"),
        ("a ? b? : c", "(a ? b? : c)"),
        ("a? ? b : c", "(a? ? b : c)"),
        ("a ? b ? c : d : e", "(a ? (b ? c : d) : e)"),
        ("a ? b : c ? d : e", "(a ? b : (c ? d : e))"),
        ("a ? [0] : b", "(a ? [0.0] : b)"),
        ("a?[0]", "a?[0.0]"),
        ("a?[0] ? b : c", "(a?[0.0] ? b : c)"),
        ("a?.b", "a?.b"),
        ("a?(1)", "a?; 1.0"),
        ("a ?b", "a?; b"),
        ("{k: a ? b : c}", "{k: (a ? b : c)}"),
        ("{k: a?, j: b}", "{k: a?, j: b}"),
        ("f(a?, b ? c : d)", "f(a?, (b ? c : d))"),
        ("a.if ? b.else : c.for", "(a.if ? b.else : c.for)"),
        ("a ? Type : b", "(a ? Type : b)"),
        ("a ? -b : !c", "(a ? (- b) : (not c))"),
        ("a - b? - c", "((a - b?) - c)"),
        ("a or b ? c : d", "((a or b) ? c : d)"),
        ("a ? sleep for b : c", "(a ? (sleep for b) : c)"),
    ])
    func eachQuestionMarkGetsItsMeaning(text: String, expected: String) {
        #expect(shape(text) == expected)
    }

    @Test(arguments: [
        ("await t.op({})?\nfinish ok ? 1 : 2", "(await t.op({})?); finish (ok ? 1.0 : 2.0)"),
        ("a()?\nb()\nfinish c ? 1 : 2", "a()?; b(); finish (c ? 1.0 : 2.0)"),
        ("x = a()?\ny = b ? 1 : 2", "x = a()?; y = (b ? 1.0 : 2.0)"),
        ("a()?\nprint b ? 1 : 2", "a()?; print (b ? 1.0 : 2.0)"),
        ("for f in xs()? { print f }\nfinish ok ? 1 : 2", "for f in xs()? { print f }; finish (ok ? 1.0 : 2.0)"),
        ("a()?\nlet x = b ? 1 : 2", "a()?; x = (b ? 1.0 : 2.0)"),
        ("a()?\nx[b ? 1 : 2] = 3", "a()?; x[(b ? 1.0 : 2.0)] = 3.0"),
    ])
    func anUnwrapDoesNotReachIntoTheNextStatement(text: String, expected: String) {
        #expect(shape(text) == expected)
    }

    @Test func ternariesHoldEveryKindOfOperand() {
        #expect(codes("x = a ? Type { n: int? } : start p(a: 1)").isEmpty)
        #expect(codes("x = a ? [f ? 1 : 2 for f in g? if h ? i : j] : k").isEmpty)
        #expect(codes("x = a ? wait_signal(\"s\") : signal_run(a?, \"n\", {b: c ? d : e})").isEmpty)
    }
}
