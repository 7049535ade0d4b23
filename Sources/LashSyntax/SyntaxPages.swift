/// A page for each code of lexer and parser, by code.
public let syntaxPages: [ExplainPage] = [
    ExplainPage(
        code: "E0101",
        title: "a character that begins no token",
        explanation: """
            Outside strings and comments a program consists of ASCII names, numbers, quotes and punctuation. Typographic \
            quotes, dashes and full-width punctuation come from word processors and chats; replace them by the plain \
            characters. There are no bit operators and no `$` names.
            """,
        wrong: "name = “Ada”",
        right: "name = \"Ada\""
    ),
    ExplainPage(
        code: "E0102",
        title: "a string without its end",
        explanation: """
            A string ends with the quote that opened it, and may run over several lines until then. A backslash protects \
            the quote behind it. Raw strings, `r"…"`, know no escapes. Text with quotes of both kinds fits into `\"\"\"`.
            """,
        wrong: "name = \"Ada",
        right: "name = \"Ada\""
    ),
    ExplainPage(
        code: "E0103",
        title: "bytes that are not UTF-8",
        explanation: """
            Programs are UTF-8 text, in strings and comments too. The file was probably saved in another encoding, or \
            is not text.
            """,
        wrong: "",
        right: "name = \"Zoë\""
    ),
    ExplainPage(
        code: "E0104",
        title: "a text beyond the size limit",
        explanation: "A program has at most 4,294,967,294 bytes. Keep data in files that the program reads.",
        wrong: "",
        right: "finish null"
    ),
    ExplainPage(
        code: "E0105",
        title: "something else is needed here",
        explanation: """
            The construct that began further left needs a certain token at this place. Frequent causes: a comma or a \
            closing bracket is missing before the marked token; a block lacks its braces; `=` stands where `==` is meant.
            """,
        wrong: "if x = 1 { print x }",
        right: "if x == 1 { print x }"
    ),
    ExplainPage(
        code: "E0106",
        title: "nothing can begin or continue here",
        explanation: """
            An expression was about to begin, and the marked token begins none. `if` and `for` are statements and stand at \
            the start of one; inside expressions use `c ? a : b` and `[f for x in xs]`. There is no compound assignment.
            """,
        wrong: "size = if big { 2 } else { 1 }",
        right: "size = big ? 2 : 1"
    ),
    ExplainPage(
        code: "E0107",
        title: "the text ends too early",
        explanation: "A bracket, a brace or an expression is still open where the text ends. Look for the opener.",
        wrong: "for x in xs { print x",
        right: "for x in xs { print x }"
    ),
    ExplainPage(
        code: "E0108",
        title: "too many levels of nesting",
        explanation: """
            Brackets, blocks, branches of `c ? a : b` and types nest at most 256 deep. Chains of operators, of `.name` and \
            of `else if` are no nesting and may be as long as you like.
            """,
        wrong: String(repeating: "[", count: 300) + String(repeating: "]", count: 300),
        right: "inner = [[1]]\nouter = [[inner]]"
    ),
    ExplainPage(
        code: "E0109",
        title: "loop control without a loop",
        explanation: "`break` and `continue` belong to the nearest `for` or `while` statement around them.",
        wrong: "if done { break }",
        right: "for x in xs { if x == 1 { break } }"
    ),
    ExplainPage(
        code: "E0110",
        title: "a process statement outside a process",
        explanation: """
            `yield`, `wake` and `fail` speak to whoever started the process, so they stand in the body of a `process`. A \
            program without processes reports with `print` and ends with `finish`.
            """,
        wrong: "yield 1",
        right: "process counter() { yield 1 }"
    ),
    ExplainPage(
        code: "E0111",
        title: "print inside a process",
        explanation: "A process runs in the background and has nowhere to print. Send values with `yield` instead.",
        wrong: "process counter() { print 1 }",
        right: "process counter() { yield 1 }"
    ),
    ExplainPage(
        code: "E0112",
        title: "finish without a value",
        explanation: "`finish` ends the program with a value. To end it without one, say so: `finish null`.",
        wrong: "finish",
        right: "finish null"
    ),
    ExplainPage(
        code: "E0113",
        title: "submit is gone",
        explanation: "Older programs ended with `submit`. Write `finish` in its place.",
        wrong: "submit 1",
        right: "finish 1"
    ),
    ExplainPage(
        code: "E0114",
        title: "declarative triggers are gone",
        explanation: """
            A trigger is registered by a call: construct a source value that the host offers, and pass it to the register \
            operation of the trigger registry together with the process to start.
            """,
        wrong: "trigger nightly on clock",
        right: "triggers.register({source: source, target: nightly, inputs: {}})"
    ),
    ExplainPage(
        code: "E0115",
        title: "a label with wrong fields",
        explanation:
            "A label has a `title` and, if you like, a `description`; both are string literals, each at most once.",
        wrong: "@label(name: \"Load\") x = 1",
        right: "@label(title: \"Load\") x = 1"
    ),
    ExplainPage(
        code: "E0116",
        title: "a label before something that takes none",
        explanation: "A label stands before one statement or one process. Types and other labels take none.",
        wrong: "@label(title: \"Shape\") type Shape = { name: str }",
        right: "type Shape = { name: str }"
    ),
    ExplainPage(
        code: "E0117",
        title: "a signal call with the wrong number of arguments",
        explanation: """
            `wait_signal` takes the name of the signal; `signal_run` takes the run, the name of the signal and the value \
            to send.
            """,
        wrong: "x = wait_signal()",
        right: "x = wait_signal(\"go\")"
    ),
    ExplainPage(
        code: "E0118",
        title: "a signal name that is no string literal",
        explanation:
            "Signals are known before a program runs, so their names are string literals, not computed values.",
        wrong: "x = wait_signal(name)",
        right: "x = wait_signal(\"go\")"
    ),
    ExplainPage(
        code: "E0119",
        title: "a field twice in one type",
        explanation: "Each field of an object type has a name of its own.",
        wrong: "type Point = { x: float, x: float }",
        right: "type Point = { x: float, y: float }"
    ),
    ExplainPage(
        code: "E0120",
        title: "an enum without values",
        explanation: "An enum lists at least one string literal.",
        wrong: "type State = enum[]",
        right: "type State = enum[\"open\", \"closed\"]"
    ),
    ExplainPage(
        code: "E0121",
        title: "a form that the language no longer has",
        explanation: """
            `call f()`, `start call f()`, `start { … }` and `parallel { … }` are gone. Calls need no word; a process has a \
            declaration and is started by name; a list of calls under `await` runs them side by side.
            """,
        wrong: "parallel { f() }",
        right: "await [a.f({}), b.g({})]"
    ),
]
