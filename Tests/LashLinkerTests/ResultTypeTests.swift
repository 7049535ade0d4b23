import LashLinker
import LashSyntax
import Testing

@Suite struct ResultTypeTests {
    /// The message of a refused result type, without the words that are always the same.
    private func refusal(_ text: String) -> String? {
        let prefix = "process `p` return type is incompatible: "
        guard let message = linked(text).errors.first?.message else { return nil }
        return message.hasPrefix(prefix) ? String(message.dropFirst(prefix.count)) : "?? " + message
    }

    private func isAccepted(_ text: String) -> Bool { linked(text).errors.isEmpty }

    @Test func `A result must fit the declared type`() {
        #expect(refusal("process p() -> int {}") == "expected int, got null")
        #expect(refusal("process p() -> str { finish 1 }") == "expected str, got float")
        #expect(refusal("process p() -> int { finish 1.5 }") == "expected int, got float")
        #expect(
            refusal("process p(a: bool) -> str { if a { finish \"x\" } }") == "expected str, got str | null"
        )
        #expect(
            refusal("process p(a: {x: int?}) -> {x: int} { finish a }") == "expected { x: int }, got { x: int? }"
        )
        #expect(refusal("process p() -> { a: int } { finish {a: \"x\"} }") == "expected { a: int }, got { a: str }")
    }

    @Test func `The place is the finish that does not fit`() {
        let text = "process p(a: bool) -> str { if a { finish 12 }\nfinish \"x\" }"
        #expect(errors(text) == ["E0212 process `p` return type is incompatible: expected str, got float | str [12]"])
        let open = "process p(a: bool) -> str { if a { finish \"x\" } }"
        #expect(
            errors(open) == ["E0212 process `p` return type is incompatible: expected str, got str | null [str]"]
        )
    }

    @Test func `Paths that end count, code behind them does not`() {
        #expect(isAccepted("process p(a: bool) -> str { if a { finish \"x\" } else { finish \"y\" } }"))
        #expect(isAccepted("process p(a: bool) -> str { if a { fail 1 } else if a { finish \"y\" } else { fail 2 } }"))
        #expect(isAccepted("process p() -> str { finish \"a\"\nfinish 1 }"))
        #expect(isAccepted("process p() -> str { for x in [1] { finish \"x\" }\nfinish \"y\" }"))
        #expect(refusal("process p() -> str { while true { finish \"x\" } }") == "expected str, got str | null")
    }

    @Test func `Types are gradual`() {
        #expect(isAccepted("process p() -> int { finish 1 }"))
        #expect(isAccepted("process p() -> float { finish 1 }"))
        #expect(isAccepted("process p(n: int) -> int { finish n * 2 + 1 }"))
        #expect(isAccepted("process p(d: any) -> str { finish d }"))
        #expect(isAccepted("process p() -> list[str] { finish [] }"))
        #expect(isAccepted("process p() -> str { fail \"x\" }"))
        #expect(isAccepted("process p() -> str { finish \"a\" + \"b\" }"))
        #expect(refusal("process p() -> int { finish \"a\" + \"b\" }") == "expected int, got str")
        #expect(isAccepted("process p() -> float { finish \"a\" + \"b\" }"))
        #expect(isAccepted("process p() -> list[int] { finish [1] + [2] }"))
        #expect(isAccepted("process p(d: dict) -> { a: int } { finish d }"))
        #expect(isAccepted("process p() -> \"ok\" | \"bad\" { finish \"ok\" }"))
        #expect(
            refusal("process p() -> \"ok\" | \"bad\" { finish \"ko\" }")
                == #"expected enum["ok"] | enum["bad"], got str"#
        )
    }

    @Test func `A variable that held one text may hold another`() {
        #expect(isAccepted("process p(c: bool) -> enum[\"a\"] { x = \"b\"\nif c { x = \"a\" }\nfinish x }"))
    }

    @Test func `Aliases are looked through`() {
        #expect(isAccepted("type T = { x: U }\ntype U = int | null\nprocess p(t: T) -> int | null { finish t.x }"))
        #expect(
            refusal("type T = { x: int }\nprocess p(t: T) -> str { finish t }") == "expected str, got { x: int }"
        )
        #expect(isAccepted("type A = B\ntype B = A\nprocess p(a: A) -> A { finish a }"))
        #expect(isAccepted("type L = { head: int, tail: L | null }\nprocess p(l: L) -> L | null { finish l.tail }"))
    }

    @Test func `Processes are values with a type`() {
        #expect(isAccepted("process q(a: int) -> int { finish a }\nprocess p() -> Process<int, int> { finish q }"))
        #expect(isAccepted("process p() -> Process<int, int> { finish q }\nprocess q(a: int) -> int { finish a }"))
        #expect(
            refusal("process q(a: int) -> int { finish a }\nprocess p() -> Process<str, int> { finish q }")
                == "expected Process<str, int>, got Process<int, int>"
        )
    }
}
