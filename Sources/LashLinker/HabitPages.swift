internal import LashSyntax

/// The pages of warnings about programs that mean something else in other languages.
let habitPages: [ExplainPage] = [
    ExplainPage(
        code: "W0221",
        title: "A text with a name in braces",
        explanation: """
            Texts are not filled in by themselves: `{name}`, `${name}` and `#{name}` stay as they are. `format` fills in \
            values, in order, where its template has `{}`.
            """,
        wrong: "name = \"Ann\"\nfinish \"Hello {name}!\"",
        right: "name = \"Ann\"\nfinish format(\"Hello {}!\", name)"
    ),
    ExplainPage(
        code: "W0222",
        title: "An escape that loses its backslash",
        explanation: """
            The escapes are `\\n`, `\\r`, `\\t`, `\\\\` and the quote. Before anything else the backslash disappears. Write \
            the character itself, or a raw text, which keeps backslashes: `r"\\d+"`.
            """,
        wrong: #"finish "caf\u00e9""#,
        right: "finish \"café\""
    ),
    ExplainPage(
        code: "W0223",
        title: "`and` and `or` give true or false",
        explanation: "They never give one of their operands. To choose a value, write `c ? a : b`.",
        wrong: "name = null\nfinish name or \"nobody\"",
        right: "name = null\nfinish name == null ? \"nobody\" : name"
    ),
    ExplainPage(
        code: "W0224",
        title: "A comparison that is put together otherwise than it reads",
        explanation: """
            `not` binds more tightly than a comparison, so `not a == b` compares `not a`. Comparisons are not chained: \
            `a < b < c` compares true or false with `c`.
            """,
        wrong: "n = 5\nfinish 1 < n < 9",
        right: "n = 5\nfinish 1 < n and n < 9"
    ),
    ExplainPage(
        code: "W0225",
        title: "A comparison that is always the same",
        explanation: """
            Values of different kinds are never equal: `"7" == 7` and `true == 1` are false. `find` gives `null`, not -1, \
            where it finds nothing.
            """,
        wrong: "i = find(\"abc\", \"z\")\nfinish i == -1",
        right: "i = find(\"abc\", \"z\")\nfinish i == null"
    ),
    ExplainPage(
        code: "W0226",
        title: "A division that is a comment",
        explanation:
            "`//` begins a comment, so the rest of the line is not there. `floor_div(a, b)` divides whole numbers.",
        wrong: "n = 7\nfinish n // 2",
        right: "n = 7\nfinish floor_div(n, 2)"
    ),
    ExplainPage(
        code: "W0227",
        title: "A result that was not unwrapped",
        explanation: """
            A call of an operation gives a wrapper: `ok`, and `value` or `error`. `?` takes the value out, and ends the \
            program with the error where there is none.
            """,
        wrong: "f = await tools.read_file({path: \"a.txt\"})\nfinish f.content",
        right: "f = await tools.read_file({path: \"a.txt\"})?\nfinish f"
    ),
    ExplainPage(
        code: "W0228",
        title: "A comma that makes a tuple",
        explanation: """
            `finish a, b` finishes with a tuple of both, `print("n", n)` prints one, and `1,000` is a tuple of two numbers. \
            Use a record, `format`, and `1_000`.
            """,
        wrong: "n = 3\nprint(\"n is\", n)\nfinish n",
        right: "n = 3\nprint format(\"n is {}\", n)\nfinish n"
    ),
    ExplainPage(
        code: "W0229",
        title: "A change to a copy",
        explanation:
            "Values are copied when they are assigned, so a change to a loop variable leaves the list as it was.",
        wrong: "items = [{n: 1}]\nfor item in items { item.done = true }\nfinish items",
        right: "items = [{n: 1}]\nfor i in range(len(items)) { items[i].done = true }\nfinish items"
    ),
    ExplainPage(
        code: "W0230",
        title: "A condition that always holds",
        explanation: "Lists, records, tuples and wrappers count as true, even when they are empty. Ask `empty(xs)`.",
        wrong: "xs = []\nif xs { print \"some\" }",
        right: "xs = []\nif not empty(xs) { print \"some\" }"
    ),
    ExplainPage(
        code: "W0231",
        title: "A key that is a word",
        explanation: "In `{name: 1}` the key is the word `name`. To use the value of a variable, assign by index.",
        wrong: "name = \"Ann\"\nfinish {name: 10}",
        right: "name = \"Ann\"\nscores = {}\nscores[name] = 10\nfinish scores"
    ),
    ExplainPage(
        code: "W0232",
        title: "A field that the record does not have",
        explanation: "A missing field reads as null, without an error. The record has one that is spelt alike.",
        wrong: "user = {first_name: \"Ann\"}\nfinish user.firstName",
        right: "user = {first_name: \"Ann\"}\nfinish user.first_name"
    ),
    ExplainPage(
        code: "W0233",
        title: "An assignment to a word of the language",
        explanation: "`finish = x` makes a variable called `finish`, and the program ends without a result.",
        wrong: "finish = 3",
        right: "finish 3"
    ),
    ExplainPage(
        code: "W0234",
        title: "A text that is multiplied",
        explanation: "`\"0\" * 3` is 0: the text counts as a number. `join` repeats texts.",
        wrong: "finish \"0\" * 3",
        right: "finish join([\"0\" for i in range(3)], \"\")"
    ),
    ExplainPage(
        code: "W0235",
        title: "A loop variable that is read after its loop",
        explanation: "After a loop its variable has the value that it had before. Keep what was found in another one.",
        wrong: "x = null\nfor x in [1, 2] { if x == 2 { break } }\nfinish x",
        right: "found = null\nfor x in [1, 2] { if x == 2 { found = x } }\nfinish found"
    ),
    ExplainPage(
        code: "W0236",
        title: "Arguments in the wrong order",
        explanation: "`contains(text, part)` takes the text to search first.",
        wrong: "finish contains(\"ell\", \"hello\")",
        right: "finish contains(\"hello\", \"ell\")"
    ),
]
