public import LashSyntax

/// One page for each code of a run.
public let runtimePages: [ExplainPage] = operandPages + pathPages + builtinPages + resultPages + limitPages

private func page(_ code: FailureCode, _ title: String, _ explanation: String, _ wrong: String, _ right: String)
    -> ExplainPage
{
    ExplainPage(code: code.rawValue, title: title, explanation: explanation, wrong: wrong, right: right)
}

private let operandPages: [ExplainPage] = [
    page(
        .unknownName,
        "A variable has no value",
        """
        A name was read before anything was assigned to it. Assign it on every way that leads to the place where it is \
        read; an assignment inside `if` or `for` only happens when that part runs.
        """,
        "if false { total = 1 }\nfinish total",
        "total = 0\nif false { total = 1 }\nfinish total"
    ),
    page(
        .expectedNumber,
        "An operand is no number",
        """
        Arithmetic and `<` take numbers, booleans, null and text that spells a number. Lists, tuples and records never \
        count as numbers, and neither does other text.
        """,
        "finish \"ten\" * 2",
        "finish \"10\" * 2"
    ),
    page(
        .expectedText,
        "A value has no plain text",
        """
        Keys and the texts that builtins search are text, numbers, booleans or null. A list, tuple or record has to be \
        turned into text first, with `to_string` or `join`.
        """,
        "finish contains(\"a,b\", [\"a\", \"b\"])",
        "finish contains(\"a,b\", join([\"a\", \"b\"], \",\"))"
    ),
    page(
        .cannotConcatenate,
        "A list and a tuple cannot be joined",
        "`+` joins two lists or two tuples. Write both sides as the same kind.",
        "finish [1] + (2, 3)",
        "finish [1] + [2, 3]"
    ),
    page(
        .notIterable,
        "A loop needs a list or a tuple",
        """
        `for` goes through the elements of a list or tuple. Use `keys` or `values` for a record, `split` for text and \
        `range` to count.
        """,
        "for key in {a: 1} { print key }",
        "for key in keys({a: 1}) { print key }"
    ),
    page(
        .frameLimit,
        "Functions call each other too deep",
        """
        At most 1,024 calls of functions can be open at once. Mostly a function that calls itself lacks the case in which it \
        does not; long lists are for loops.
        """,
        "fn down(n: int) -> int { down(n - 1) }\nfinish down(3)",
        "fn down(n: int) -> int { n <= 0 ? 0 : down(n - 1) }\nfinish down(3)"
    ),
    page(
        .tooDeep,
        "A value nests too deep",
        """
        Lists, tuples and records may hold each other up to 512 levels deep. A loop that wraps a value again and again \
        usually meant to append to a list.
        """,
        "xs = []\nfor i in range(600) { xs = [xs] }\nfinish len(xs)",
        "xs = []\nfor i in range(600) { xs = push(xs, i) }\nfinish len(xs)"
    ),
]

private let pathPages: [ExplainPage] = [
    page(
        .indexNotInteger,
        "An index is no whole number",
        """
        Elements of lists, tuples and text are counted from 0, or from -1 backwards. Fractions, null, booleans and empty \
        text are no positions.
        """,
        "xs = [10, 20, 30]\nfinish xs[len(xs) / 2]",
        "xs = [10, 20, 30]\nfinish xs[floor_div(len(xs), 2)]"
    ),
    page(
        .cannotRead,
        "A value has no fields",
        """
        Only records and images have fields. Null has none either, but reading one gives null. Builtins are called as \
        functions, not as methods.
        """,
        "xs = [1, 2]\nfinish xs.length",
        "xs = [1, 2]\nfinish len(xs)"
    ),
    page(
        .cannotIndex,
        "A value has no elements",
        "Lists, tuples, text and records can be indexed; numbers, booleans and images cannot.",
        "n = 5\nfinish n[0]",
        "n = [5]\nfinish n[0]"
    ),
    page(
        .cannotAssign,
        "Nothing can be stored there",
        """
        Fields can be set in records, elements in lists and by key in records. Text is never changed in place, and a \
        null does not turn into a record by itself.
        """,
        "r = null\nr.count = 1\nfinish r",
        "r = {}\nr.count = 1\nfinish r"
    ),
    page(
        .missingStep,
        "A path leads through a key that is not there",
        "Only the last step of a path may be new. Create the records on the way first.",
        "r = {}\nr.a.b = 1\nfinish r",
        "r = {}\nr.a = {}\nr.a.b = 1\nfinish r"
    ),
    page(
        .immutable,
        "A value never changes",
        "Tuples, images and projected bindings cannot be assigned into. Make a new value, or use a list.",
        "t = (1, 2)\nt[0] = 3\nfinish t",
        "t = [1, 2]\nt[0] = 3\nfinish t"
    ),
    page(
        .assignmentIndexNotInteger,
        "A list is assigned to at something that is no whole number",
        "In an assignment the index of a list is a whole number; text is not converted here.",
        "xs = [1, 2]\nxs[\"0\"] = 5\nfinish xs",
        "xs = [1, 2]\nxs[0] = 5\nfinish xs"
    ),
    page(
        .assignmentOutOfBounds,
        "A list has no element there",
        "Assigning replaces an element that exists. `push` appends one.",
        "xs = [1]\nxs[1] = 2\nfinish xs",
        "xs = [1]\nxs = push(xs, 2)\nfinish xs"
    ),
]

private let builtinPages: [ExplainPage] = [
    page(
        .wrongArity,
        "A builtin gets too few or too many arguments",
        "Every builtin takes the arguments that its signature names; the order matters, and none is left out.",
        "finish slice([1, 2, 3], 1)",
        "finish slice([1, 2, 3], 1, null)"
    ),
    page(
        .wrongArgument,
        "A builtin does not take this kind of value",
        "Builtins say which kinds they take. Convert the value first, or use the builtin that is meant for it.",
        "finish len(12345)",
        "finish len(to_string(12345))"
    ),
    page(
        .badArgument,
        "A builtin cannot use this value",
        "The kind is right, but not the value: a step of 0, a divisor of 0, a bound that is no whole number.",
        "finish range(0, 10, 0)",
        "finish range(0, 10, 1)"
    ),
    page(
        .invalidJSON,
        "A text is not JSON",
        """
        The message says what the parser expected, and where. Keys and text are in double quotes, there is no comma \
        behind the last element, and nothing follows the value.
        """,
        "finish json_parse(\"{'a': 1}\")",
        "finish json_parse(\"{\\\"a\\\": 1}\")"
    ),
    page(
        .badFormat,
        "A template and its arguments do not fit",
        """
        `{}` takes the arguments in order, `{0}` by number; one template uses one of them. Every argument is used, and \
        braces that are meant as such are doubled.
        """,
        "finish format(\"{} of {}\", 1)",
        "finish format(\"{} of {}\", 1, 2)"
    ),
    page(
        .notAType,
        "A value is no type",
        "`validate` compares with `Type { ... }`, or with a variable that holds one. A record of examples is not a type.",
        "finish validate({a: 1}, {a: \"int\"})",
        "finish validate({a: 1}, Type { a: int })"
    ),
    page(
        .validationFailed,
        "A value does not have its type",
        "The path says which part does not fit. Change the value before it is validated, or widen the type.",
        "finish validate({a: \"1\"}, Type { a: int })",
        "finish validate({a: to_int(\"1\")}, Type { a: int })"
    ),
]

private let resultPages: [ExplainPage] = [
    page(
        .notAResult,
        "`?` wants a result",
        "`?` opens what an operation gives: a record with `ok`, and `value` or `error`. Other values need none.",
        "x = 5\nfinish x?",
        "x = {ok: true, value: 5}\nfinish x?"
    ),
    page(
        .unwrappedFailure,
        "A failed result was opened",
        "`?` ends the program if the operation failed. Look at `.ok` first to handle that.",
        "r = {ok: false, error: \"not found\"}\nfinish r?",
        "r = {ok: false, error: \"not found\"}\nif r.ok { finish r.value }\nfinish \"nothing: \" + r.error"
    ),
    page(
        .outsideProcess,
        "A statement belongs into a process",
        "`yield`, `wake`, `wait_signal` and `fail` control the process that they stand in. A main program ends with `finish`.",
        "",
        ""
    ),
    page(
        .hostFailed,
        "The host could not do it",
        "The host that runs the program failed at an effect, or does not offer it. The message says what the host said.",
        "",
        ""
    ),
]

private let limitPages: [ExplainPage] = [
    page(
        .fuelSpent,
        "The program did too much",
        """
        The host gave the run a number of steps, and they are used up. Mostly a loop does not end, or does again and \
        again what could be done once. Variables keep what was assigned before.
        """,
        "n = 0\nwhile true { n = n + 1 }",
        "n = 0\nwhile n < 1000 { n = n + 1 }\nfinish n"
    ),
    page(
        .memoryLimit,
        "The program needs too much memory",
        "The values of the run reached what the host allows. Keep less at a time: counts instead of lists, parts instead of all.",
        "x = [1]\nwhile true { x = x + x }",
        "n = 1\nwhile n < 1000 { n = n + n }\nfinish n"
    ),
    page(
        .timeLimit,
        "The program takes too long",
        "The run took the time that the host allows, not counting what the host itself did.",
        "",
        ""
    ),
    page(
        .outputLimit,
        "The program prints too much",
        """
        The host takes so many bytes of text: everything printed, each print with the end of its line, and the value that \
        the program finishes with. A value is counted before it is handed over, so one that holds the same parts again and again \
        can be far too large although it needs little memory. Print counts and excerpts instead of everything.
        """,
        "",
        ""
    ),
    page(
        .cancelled,
        "The run was cancelled",
        "Somebody stopped the run from outside. Variables keep what was assigned before.",
        "",
        ""
    ),
    page(
        .callLimit,
        "The program asked its host too often",
        """
        The host gave the run a number of calls: operations, awaited processes, starts, sleeps and signals each count as \
        one. Mostly a loop asks for one thing at a time what one call could give at once. Variables keep what was \
        assigned before.
        """,
        "",
        ""
    ),
    page(
        .projectionFailed,
        "Data of the host cannot be read",
        """
        A binding stands for data that stays with the host until a program looks at it, and the host could not say what \
        the program asked: a file changed, a record is damaged, a service is gone. The message names what was read. This is \
        no missing field, which reads as null.
        """,
        "",
        ""
    ),
    page(
        .projectionUnavailable,
        "Data of the host is not there",
        """
        A binding or a variable refers to data that the host does not have, or not any more: after a restart, or on \
        another machine. A run whose binding is not available does not begin.
        """,
        "",
        ""
    ),
    page(
        .tooLarge,
        "A value is larger than any value may be",
        "Text has at most 1 GiB, lists and records at most 268,435,456 elements.",
        "",
        ""
    ),
]
