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
]
