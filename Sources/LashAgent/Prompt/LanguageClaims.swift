internal import Lashlang

/// One thing that a model is told of the language. A test runs programs that show each of them.
package struct LanguageClaim: Sendable {
    /// What the test calls it.
    package var id: String
    /// What the model is told.
    package var text: String
    /// When it is told.
    package var condition = Condition.always

    /// When a model is told something.
    package enum Condition: Sendable {
        case always
        /// Where there are operations to call.
        case operations
        /// Where the host runs processes.
        case processes
        /// Where the host lets programs wait.
        case sleep
    }

    /// All claims, in the order in which they are told.
    package static let all: [LanguageClaim] = [
        LanguageClaim(
            id: "values",
            text: """
                Values are `null`, `true`, `false`, numbers, strings, lists `[1, 2]`, tuples `(1, 2)` and records \
                `{name: "Ada", "two words": 2}`.
                """
        ),
        LanguageClaim(
            id: "strings",
            text: #"""
                Strings stand in `"…"`, `'…'` or `"""…"""`, and may contain line breaks. In `r"…"` a backslash is just a \#
                backslash. Put values into a text with `format("{} of {}", a, b)` or with `+`.
                """#
        ),
        LanguageClaim(
            id: "variables",
            text:
                "`x = value` makes or changes a variable. Variables stay for later blocks, also when a block fails after that."
        ),
        LanguageClaim(
            id: "parts",
            text: """
                Change parts in place: `r.count = 1`, `r[key] = v`, `xs[0] = v`. Lists do not grow that way; write \
                `xs = push(xs, v)`.
                """
        ),
        LanguageClaim(id: "copies", text: "Values do not share: after `b = a`, changing `b` leaves `a` as it is."),
        LanguageClaim(
            id: "missing",
            text: """
                A missing key, a position outside of a list and any part of `null` read as `null`. Negative positions count from \
                the end.
                """
        ),
        LanguageClaim(
            id: "comprehensions",
            text: "`[f.name for f in files if f.size > 100]` makes a list from a list."
        ),
        LanguageClaim(
            id: "control",
            text: """
                `if c { … } else if d { … } else { … }`, `for x in xs { … }`, `while c { … }`, `break`, `continue`, `c ? a : b`.
                """
        ),
        LanguageClaim(
            id: "truth",
            text: #"""
                `and`, `or` and `not` give booleans. False are `null`, `false`, `0`, `""` and `()`; `[]` and `{}` are true, so \#
                ask `empty(xs)`.
                """#
        ),
        LanguageClaim(
            id: "loops",
            text:
                "`for` goes through lists and tuples. For others write `keys(record)`, `values(record)` or `split(text, \"\")`."
        ),
        LanguageClaim(
            id: "lines",
            text: "Line breaks mean nothing: begin no statement with `(`, `[` or `-`. `#` and `//` begin comments."
        ),
        LanguageClaim(
            id: "builtins",
            text: "Builtins never change their arguments: they give new values. There are no methods: write `len(xs)`."
        ),
        LanguageClaim(
            id: "types",
            text: """
                `Type { id: int, tags: list[str], note: str? }` describes a record, and `validate(value, Type {…})` gives the value \
                if it has that shape and fails otherwise.
                """
        ),
        LanguageClaim(
            id: "membership",
            text:
                "`x in xs` and `x not in xs` look into lists and tuples, for keys of records, and for parts of strings."
        ),
        LanguageClaim(
            id: "functions",
            text: """
                `fn area(w: float, h: float) -> float { w * h }` declares a function, at the top level of a block. The last line \
                is its value, and `return` gives one earlier. It sees its parameters only, and it only computes: no calls of \
                operations, no `print`. Later blocks can call it.
                """
        ),
        LanguageClaim(
            id: "read-only",
            text:
                "Names that are listed as read-only cannot be assigned to. Copy the value into a variable and change that."
        ),
        LanguageClaim(
            id: "operations",
            text: """
                `await module.op({…})` gives `{ok: true, value: …}`, or `{ok: false, error: …}` with `error.code` and \
                `error.message`. A `?` behind the call takes the value, and ends the block if the call failed.
                """,
            condition: .operations
        ),
        LanguageClaim(
            id: "batches",
            text: """
                Calls with an `await` of their own run one after the other. Calls under one `await` run at the same time: \
                `await {a: m.x({})?, b: m.y({})?}`, `await [m.read({path: p})? for p in paths]`.
                """,
            condition: .operations
        ),
        LanguageClaim(
            id: "processes",
            text: """
                `process work(n: int) { finish n * 2 }` declares a process, `h = start work(n: 1)` starts it, `await h` gives its \
                result as `{ok, value}` or `{ok, error}`, and `cancel h` ends it.
                """,
            condition: .processes
        ),
        LanguageClaim(id: "sleep", text: "`sleep for \"90s\"` waits.", condition: .sleep),
    ]
}
