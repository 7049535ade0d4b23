public import LashSyntax

/// One page for each code of this stage.
public let linkerPages: [ExplainPage] = languagePages + hostPages + functionPages + warningPages + habitPages

private let languagePages: [ExplainPage] = [
    ExplainPage(
        code: "E0201",
        title: "The host has switched this feature off",
        explanation: """
            Processes, sleeping, signals, triggers and labels need a host that does its share. This host does not offer \
            the feature, so the program is refused before anything runs. Do without it, or ask the host's owner to allow it.
            """,
        wrong: "sleep for 5\nfinish \"done\"",
        right: "finish \"done\""
    ),
    ExplainPage(
        code: "E0202",
        title: "A name is declared twice",
        explanation: """
            Every `type` and every `process` of a program needs a name of its own. A type and a process may share one, \
            because they are never mixed up.
            """,
        wrong: "type Point = { x: int }\ntype Point = { x: int, y: int }\nfinish 1",
        right: "type Point = { x: int }\ntype Place = { x: int, y: int }\nfinish 1"
    ),
    ExplainPage(
        code: "E0203",
        title: "A process has two parameters of one name",
        explanation: "Arguments are given by name at `start`, so parameters need different names.",
        wrong: "process add(a: int, a: int) { finish a }",
        right: "process add(a: int, b: int) { finish a + b }"
    ),
    ExplainPage(
        code: "E0204",
        title: "A process has two signals of one name",
        explanation: "Signals are sent by name, so the signals of a process need different names.",
        wrong: "process job() signals { stop: str, stop: int } { finish wait_signal(\"stop\") }",
        right: "process job() signals { stop: str, resume: int } { finish wait_signal(\"stop\") }"
    ),
    ExplainPage(
        code: "E0205",
        title: "There is no type of this name",
        explanation: """
            A name in a type must be declared with `type`, before or after its use. The types without declaration are \
            `str int float bool dict list[T] enum["a"] any null` and record types such as `{ a: int }`.
            """,
        wrong: "process greet(who: String) { finish \"hello \" + who }",
        right: "process greet(who: str) { finish \"hello \" + who }"
    ),
    ExplainPage(
        code: "E0206",
        title: "A process or a function uses a name that it does not have",
        explanation: """
            The body of a process or function sees its parameters and what it assigned itself. Variables of \
            the main program are not among them: pass their values as arguments.
            """,
        wrong: "limit = 3\nprocess job() { finish limit }",
        right: "limit = 3\nprocess job(limit: int) { finish limit }"
    ),
    ExplainPage(
        code: "E0207",
        title: "There is no function of this name",
        explanation: """
            Only builtins are called by their bare name: \(Builtin.allCases.map(\.name).joined(separator: ", ")). What the host offers is called through its module, as in \
            `tools.search({…})`, and a process is run with `start`.
            """,
        wrong: "finish length(\"abc\")",
        right: "finish len(\"abc\")"
    ),
    ExplainPage(
        code: "E0208",
        title: "There is no process of this name",
        explanation: "`start` runs a process that the same program declares, before or after the `start`.",
        wrong: "process work() { finish 1 }\nhandle = start worker()",
        right: "process work() { finish 1 }\nhandle = start work()"
    ),
    ExplainPage(
        code: "E0209",
        title: "An argument is missing at `start`",
        explanation:
            "Every parameter of a process gets a value, by name. There are no default values; pass `null` for none.",
        wrong: "process work(id: int) { finish id }\nhandle = start work()",
        right: "process work(id: int) { finish id }\nhandle = start work(id: 7)"
    ),
    ExplainPage(
        code: "E0210",
        title: "The process has no such parameter",
        explanation: "The names of the arguments at `start` are those of the parameters in the declaration.",
        wrong: "process work(id: int) { finish id }\nhandle = start work(id: 7, name: \"x\")",
        right: "process work(id: int) { finish id }\nhandle = start work(id: 7)"
    ),
    ExplainPage(
        code: "E0211",
        title: "An argument is given twice",
        explanation: "Each argument of `start` may be given once.",
        wrong: "process work(id: int) { finish id }\nhandle = start work(id: 7, id: 8)",
        right: "process work(id: int) { finish id }\nhandle = start work(id: 8)"
    ),
    ExplainPage(
        code: "E0212",
        title: "A process finishes with something else than it declares",
        explanation: """
            The type after `->` must hold for every `finish` of the body. Where the body can end without `finish`, its \
            result is `null`, so the type must allow `null` or the body must finish on every path.
            """,
        wrong: "process check(ok: bool) -> str { if ok { finish \"yes\" } }",
        right: "process check(ok: bool) -> str { if ok { finish \"yes\" }\nfinish \"no\" }"
    ),
    ExplainPage(
        code: "E0213",
        title: "The main program cannot wait for a signal",
        explanation: "Signals are sent to processes. Only the body of a `process` can receive one with `wait_signal`.",
        wrong: "answer = wait_signal(\"answer\")",
        right: "process job() { finish wait_signal(\"answer\") }\nhandle = start job()"
    ),
    ExplainPage(
        code: "E0214",
        title: "Only modules have operations",
        explanation: """
            `x.name(…)` calls an operation of a module that the host offers. Values have no methods: use a builtin, as in \
            `trim(x)` or `push(xs, v)`.
            """,
        wrong: "text = \" a \"\nfinish text.trim()",
        right: "text = \" a \"\nfinish trim(text)"
    ),
    ExplainPage(
        code: "E0215",
        title: "This name can only be read",
        explanation: """
            The host bound this name to data of its own. A program can read it, but not assign to it or to a part of it, nor \
            use it as a loop variable. Copy the value into a new variable and change that.
            """,
        wrong: "history = []",
        right: "turns = slice(history, 0, 5)\nturns = push(turns, \"new\")"
    ),
]

private let warningPages: [ExplainPage] = [
    ExplainPage(
        code: "W0201",
        title: "A builtin is called with the wrong number of arguments",
        explanation: "The program runs, and fails with this message when it reaches the call.",
        wrong: "finish len(\"a\", \"b\")",
        right: "finish len(\"ab\")"
    ),
    ExplainPage(
        code: "W0202",
        title: "A line continues the line before it",
        explanation: """
            Line breaks mean nothing to lashlang. A line that starts with `(`, `[` or `-` is read as a call, an index or a \
            subtraction that belongs to the line before. Indent the line if that is meant.
            """,
        wrong: "total = 5\n-1",
        right: "total = 5\nstep = -1"
    ),
    ExplainPage(
        code: "W0203",
        title: "`let` has no effect",
        explanation: """
            `let x = 1` means the same as `x = 1`: the variable is made or changed, and it lives on after the block. Leave \
            the word out.
            """,
        wrong: "x = 1\nif true { let x = 2 }\nfinish x",
        right: "x = 1\nif true { x = 2 }\nfinish x"
    ),
    ExplainPage(
        code: "W0204",
        title: "A statement without effect",
        explanation: """
            The statement computes a value, and nothing is done with it. Values do not become the result of a program by \
            standing last; `finish` does that.
            """,
        wrong: "x = 1 + 2\nx",
        right: "x = 1 + 2\nfinish x"
    ),
    ExplainPage(
        code: "W0205",
        title: "The result of a call is not used",
        explanation: "No builtin changes its argument. `push` returns a new list, and the old one stays as it was.",
        wrong: "xs = [1]\npush(xs, 2)\nfinish xs",
        right: "xs = [1]\nxs = push(xs, 2)\nfinish xs"
    ),
    ExplainPage(
        code: "W0206",
        title: "Code that never runs",
        explanation: "Nothing in a block runs after `finish`, `fail`, `break` or `continue`.",
        wrong: "finish 1\nx = 2",
        right: "x = 2\nfinish 1"
    ),
    ExplainPage(
        code: "W0207",
        title: "`not` belongs to the left side of `in` only",
        explanation: """
            `not` binds tighter than `in`, so `not a in b` asks whether `true` or `false` is in `b`. To ask whether `a` is not \
            in `b`, write `a not in b`. Where `(not a) in b` is meant, the parentheses say so.
            """,
        wrong: "xs = [1, 2]\nfinish not 3 in xs",
        right: "xs = [1, 2]\nfinish 3 not in xs"
    ),
    ExplainPage(
        code: "W0208",
        title: "A builtin takes such a list only while it is empty",
        explanation: """
            The elements of the list have a type that the builtin refuses. The program runs as long as there are none, and \
            fails with the first.
            """,
        wrong: "rows = [[n] for n in range(3)]\nfinish sort(rows)",
        right: "rows = [[n] for n in range(3)]\nfinish sort([row[0] for row in rows])"
    ),
]
