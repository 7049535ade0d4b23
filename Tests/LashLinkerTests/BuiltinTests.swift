import LashLinker
import Testing

@Suite struct BuiltinTests {
    @Test func `The registry knows the builtins by name`() {
        let names = """
            len empty keys values trim to_string to_int to_float json_parse contains find grep_text starts_with ends_with \
            split join validate ceil_div floor_div push slice range format sort sort_by sum min max replace lower upper \
            unique reverse
            """.split(separator: " ").map(String.init)
        #expect(Builtin.allCases.map(\.name) == names)
        for builtin in Builtin.allCases { #expect(Builtin(name: builtin.name) == builtin) }
        #expect(Builtin(name: "nope") == nil)
        #expect(Builtin(name: "") == nil)
    }

    @Test func `Every entry is complete`() {
        for builtin in Builtin.allCases {
            #expect(!builtin.summary.isEmpty)
            #expect(!builtin.summary.contains("\n"))
            #expect(!builtin.summary.hasSuffix("."))
            #expect(Set(builtin.parameters).count == builtin.parameters.count)
            #expect(builtin.minimumArguments >= 1)
            #expect((builtin.maximumArguments ?? builtin.minimumArguments) >= builtin.minimumArguments)
        }
    }

    @Test func `Signatures show what may be left out`() {
        #expect(Builtin.len.signature == "len(value) -> int")
        #expect(Builtin.find.signature == "find(text, part, start?) -> int")
        #expect(Builtin.format.signature == "format(template, values…) -> str")
        #expect(Builtin.keys.signature == "keys(record) -> list[any]")
    }

    @Test func `Arities are those of the language`() {
        let fixed: [Int: [Builtin]] = [
            1: [.len, .empty, .keys, .values, .trim, .toString, .toInt, .toFloat, .jsonParse],
            2: [
                .contains, .grepText, .startsWith, .endsWith, .split, .join, .validate, .ceilDiv, .floorDiv, .push,
            ],
            3: [.slice],
        ]
        for (count, builtins) in fixed {
            for builtin in builtins {
                #expect(builtin.arityMessage(count: count) == nil)
                for wrong in [count - 1, count + 1] {
                    #expect(
                        builtin.arityMessage(count: wrong) == "`\(builtin.name)` takes \(count) arg(s), got \(wrong)"
                    )
                }
            }
        }
    }

    @Test func `Three builtins word their arity in their own way`() {
        #expect(Builtin.find.arityMessage(count: 2) == nil)
        #expect(Builtin.find.arityMessage(count: 3) == nil)
        #expect(Builtin.find.arityMessage(count: 4) == "`find` takes 2 or 3 arg(s), got 4")
        #expect(Builtin.range.arityMessage(count: 1) == nil)
        #expect(Builtin.range.arityMessage(count: 3) == nil)
        #expect(Builtin.range.arityMessage(count: 0) == "`range` takes 1, 2, or 3 arg(s), got 0")
        #expect(Builtin.format.arityMessage(count: 1) == nil)
        #expect(Builtin.format.arityMessage(count: 90) == nil)
        #expect(Builtin.format.arityMessage(count: 0) == "`format` requires at least a template string")
    }
}
