internal import LashSyntax

/// The pages about operands, builtins and functions.
let functionPages: [ExplainPage] = [
    ExplainPage(
        code: "E0238",
        title: "`in` cannot look into such a value",
        explanation: """
            `a in b` asks whether a text is part of another, a value is among the elements of a list or tuple, or a text is a \
            key of a record. Nothing is in `null`. For other pairs, such as a number in a text, there is no answer; the \
            program would fail whenever it comes here. `to_string` makes text of a number.
            """,
        wrong: "finish 1 in \"cat1\"",
        right: "finish \"1\" in \"cat1\""
    ),
    ExplainPage(
        code: "E0239",
        title: "A builtin never takes such an argument",
        explanation: """
            What is given has a type that the builtin refuses whatever the value, so the program would fail whenever it comes \
            here. `sort`, `min` and `max` compare elements of one kind: numbers, texts or booleans. `sort_by` takes records, \
            `sum` numbers, `lower`, `upper` and `replace` text.
            """,
        wrong: "finish sort([3, \"a\"])",
        right: "finish sort([3, 1])"
    ),
    ExplainPage(
        code: "E0240",
        title: "A function has the name of something that is called already",
        explanation: """
            Builtins, and functions of the host, keep their names: a program cannot declare another function of that name. \
            Choose another one.
            """,
        wrong: "fn len(xs: list[int]) -> int { 0 }",
        right: "fn size(xs: list[int]) -> int { 0 }"
    ),
    ExplainPage(
        code: "E0241",
        title: "A function is used as a value",
        explanation: """
            The name of a function is for calls only: functions cannot be stored, passed or compared, and a program that \
            declares a function has no variable of that name. Only `sort_by`, `min` and `max` take the name of a function, \
            to compare elements by what it gives for them.
            """,
        wrong: "fn twice(n: int) -> int { n * 2 }\nfinish twice",
        right: "fn twice(n: int) -> int { n * 2 }\nfinish twice(3)"
    ),
    ExplainPage(
        code: "E0242",
        title: "A function has an effect",
        explanation: """
            Functions only compute: what they give depends on their arguments and on nothing else. Calls of the host, \
            `await`, processes, waiting, printing and ending the program stay in the main program or in a process; pass \
            the results in as arguments.
            """,
        wrong: "fn show(n: int) -> int {\n  print n\n  n\n}\nfinish show(1)",
        right: "fn next(n: int) -> int { n + 1 }\nprint next(1)"
    ),
    ExplainPage(
        code: "E0243",
        title: "A function has two parameters of one name",
        explanation: """
            Parameters of one function need different names.
            """,
        wrong: "fn add(a: int, a: int) -> int { a }",
        right: "fn add(a: int, b: int) -> int { a + b }"
    ),
    ExplainPage(
        code: "E0244",
        title: "A function is called with too few or too many arguments",
        explanation: """
            A call gives one argument for each parameter, in order. There are no default values; pass `null` for none, if \
            the type allows it.
            """,
        wrong: "fn add(a: int, b: int) -> int { a + b }\nfinish add(1)",
        right: "fn add(a: int, b: int) -> int { a + b }\nfinish add(1, 2)"
    ),
    ExplainPage(
        code: "E0245",
        title: "An argument does not have the type of its parameter",
        explanation: """
            What is passed can never be what the parameter is declared to be. Change the argument, or the type: `any` \
            takes every value, and `int | null` takes `null` too.
            """,
        wrong: "fn half(n: float) -> float { n / 2 }\nfinish half(\"6\")",
        right: "fn half(n: float) -> float { n / 2 }\nfinish half(to_float(\"6\"))"
    ),
    ExplainPage(
        code: "E0246",
        title: "A text is none of those that are expected",
        explanation: """
            The parameter takes one of a few texts, and this one is not among them.
            """,
        wrong: "fn turn(way: enum[\"left\", \"right\"]) -> str { way }\nfinish turn(\"back\")",
        right: "fn turn(way: enum[\"left\", \"right\"]) -> str { way }\nfinish turn(\"left\")"
    ),
    ExplainPage(
        code: "E0247",
        title: "A function gives something else than it declares",
        explanation: """
            The value of a function is that of its last line, or what `return` says. Each of them must have the type after \
            `->`.
            """,
        wrong: "fn size(text: str) -> int { text }",
        right: "fn size(text: str) -> int { len(text) }"
    ),
    ExplainPage(
        code: "E0248",
        title: "A function can end without a value",
        explanation: """
            Assignments and loops have no value, and neither has an `if` whose condition fails and that has no `else`. A \
            function that declares a value must come to one on every way: as its last line, or by `return`.
            """,
        wrong: "fn total(xs: list[int]) -> int {\n  sum = 0\n  for x in xs { sum = sum + x }\n}",
        right: "fn total(xs: list[int]) -> int {\n  sum = 0\n  for x in xs { sum = sum + x }\n  sum\n}"
    ),
    ExplainPage(
        code: "E0249",
        title: "A function of an earlier block does not fit any more",
        explanation: """
            Functions find each other by name. The function that is called was declared by an earlier program of the session, and \
            calls another one that has been declared anew, or uses something that this host does not offer. Declare it again.
            """,
        wrong: "",
        right: "fn twice(n: int) -> int { n * 2 }\nfinish twice(3)"
    ),
]
