import LashLinker
import Testing

@testable import LashVM

@Suite("Builtins")
struct BuiltinTests {
    let sandbox = Sandbox()

    @Test("measure")
    func measuring() {
        #expect(sandbox.call(.len, "👩‍👩‍👧") == "5")
        #expect(sandbox.call(.len, nil) == "0")
        #expect(sandbox.call(.len, .string(String(repeating: "é", count: 100))) == "100")
        #expect(
            sandbox.call(.len, 5)
                == "! `len` requires a string, tuple, list, record, or null; use `.size` for images"
        )
        #expect(sandbox.call(.empty, " ") == "false")
        #expect(sandbox.call(.empty, .tuple([])) == "true")
        #expect(sandbox.call(.empty, 0) == "! `empty` requires a string, tuple, list, record, or null")
        #expect(sandbox.call(.keys, ["b": 1, "a long key of many bytes": 2]) == #"["b", "a long key of many bytes"]"#)
        #expect(
            sandbox.call(.values, ["b": "a long text of many bytes", "a": 2]) == #"["a long text of many bytes", 2]"#
        )
        #expect(sandbox.call(.keys, nil) == "[]")
        #expect(sandbox.call(.keys, [1]) == "! `keys` requires a record or null")
    }

    @Test("check the number of arguments before their kinds")
    func arity() {
        #expect(sandbox.call(.len) == "! `len` takes 1 arg(s), got 0")
        #expect(sandbox.call(.find, "a") == "! `find` takes 2 or 3 arg(s), got 1")
        #expect(sandbox.call(.range, 1, 2, 3, 4) == "! `range` takes 1, 2, or 3 arg(s), got 4")
        #expect(sandbox.call(.format) == "! `format` requires at least a template string")
        #expect(sandbox.call(.validate, ["a": 1]) == "! `validate` takes 2 arg(s), got 1")
    }

    @Test("contain")
    func containing() {
        #expect(sandbox.call(.contains, "a1c", 1) == "true")
        #expect(sandbox.call(.contains, "abc", "") == "true")
        #expect(sandbox.call(.contains, [1, "2", [3]], [3]) == "true")
        #expect(sandbox.call(.contains, ["a": nil], "a") == "true")
        #expect(sandbox.call(.contains, ["1": 0], 1) == "true")
        #expect(sandbox.call(.contains, nil, 1) == "false")
        #expect(
            sandbox.call(.contains, 5, 5)
                == "! `contains` requires a string/string, tuple/value, list/value, record/key, or null/value pair"
        )
        #expect(sandbox.call(.contains, "abc", [1]) == "! expected text, got list")
        #expect(sandbox.call(.contains, ["a": 1], [1]) == "! expected text, got list")
    }

    @Test("find by code point")
    func finding() {
        #expect(sandbox.call(.find, "banana", "an", 2) == "3")
        #expect(sandbox.call(.find, "banana", "x") == "null")
        #expect(sandbox.call(.find, "héé", "é", 2) == "2")
        #expect(sandbox.call(.find, "abc", "", 3) == "3")
        #expect(sandbox.call(.find, "abc", "", 4) == "null")
        #expect(sandbox.call(.find, "abc", "c", 99) == "null")
        #expect(sandbox.call(.find, "abc", "c", -1) == "! `find` start must be a non-negative integer")
        #expect(sandbox.call(.find, "abc", "c", "x") == "! expected a number")
        #expect(sandbox.call(.find, 12345, 34) == "2")
        let text = String(repeating: "é日😀", count: 100) + "ende"
        #expect(sandbox.call(.find, .string(text), "ende", 10) == "300")
    }

    @Test("search in linear time")
    func slowText() {
        let whole = String(repeating: "a", count: 200_000)
        #expect(
            sandbox.call(.contains, .string(whole), .string(String(repeating: "a", count: 50_000) + "b")) == "false"
        )
        #expect(
            sandbox.call(.find, .string(whole + "b"), .string(String(repeating: "a", count: 50_000) + "b")) == "150000"
        )
        #expect(sandbox.call(.find, .string(String(repeating: "ab", count: 9000) + "aab"), "aab") == "18000")
    }

    @Test("grep lines")
    func grepping() {
        #expect(
            sandbox.call(.grepText, "one\ntwo two\r\nthree\n", "two")
                == #"[{line: 2, text: "two two", match: "two", start: 0, end: 3}]"#
        )
        #expect(
            sandbox.call(.grepText, "a line of many bytes, é match\n\nmatch", "match")
                == #"[{line: 1, text: "a line of many bytes, é match", match: "match", start: 24, end: 29}, "#
                + #"{line: 3, text: "match", match: "match", start: 0, end: 5}]"#
        )
        #expect(sandbox.call(.grepText, "", "a") == "[]")
        #expect(sandbox.call(.grepText, "abc", "") == "! `grep_text` needle must not be empty")
        #expect(sandbox.call(.grepText, [1], "a") == "! expected text, got list")
    }

    @Test("split and join")
    func splitting() {
        #expect(sandbox.call(.split, "a,b,,c", ",") == #"["a", "b", "", "c"]"#)
        #expect(sandbox.call(.split, "aé", "") == #"["", "a", "é", ""]"#)
        #expect(sandbox.call(.split, "", "") == #"["", ""]"#)
        #expect(sandbox.call(.split, "", ",") == #"[""]"#)
        #expect(sandbox.call(.split, nil, "u") == #"["n", "ll"]"#)
        #expect(
            sandbox.call(.split, "a part of many bytes -- é -- another part of many", " -- ")
                == #"["a part of many bytes", "é", "another part of many"]"#
        )
        #expect(sandbox.call(.join, ["a", 1, true, nil, 1.5, .number(-0.0)], "-") == #""a-1-true-null-1.5-0""#)
        #expect(sandbox.call(.join, [1, 2], 0) == #""102""#)
        #expect(sandbox.call(.join, [[1]], ",") == "! expected text, got list")
        #expect(sandbox.call(.join, [1], [2]) == "! expected text, got list")
        #expect(sandbox.call(.join, "ab", ",") == "! `join` requires a tuple or list as the first argument")
        #expect(sandbox.call(.trim, "\u{A0} x y \u{2003}\n") == "\"x y\"")
        #expect(sandbox.call(.trim, "a text of many bytes that is kept") == "\"a text of many bytes that is kept\"")
        #expect(sandbox.call(.trim, 5) == "\"5\"")
        #expect(sandbox.call(.startsWith, 123, 12) == "true")
        #expect(sandbox.call(.endsWith, true, "ue") == "true")
        #expect(sandbox.call(.endsWith, "a", "ba") == "false")
    }

    @Test("slice")
    func slicing() {
        #expect(sandbox.call(.slice, "héllo", -3, nil) == "\"llo\"")
        #expect(sandbox.call(.slice, "abc", 2, 1) == "\"\"")
        #expect(sandbox.call(.slice, "abc", -10, 10) == "\"abc\"")
        #expect(sandbox.call(.slice, [1, 2, 3, 4], 1, 3) == "[2, 3]")
        #expect(sandbox.call(.slice, .tuple([1, 2]), 5, 6) == "()")
        #expect(sandbox.call(.slice, [1, 2, 3], true, nil) == "[2, 3]")
        #expect(sandbox.call(.slice, "abc", 0.5, 2) == "! index must be an integer")
        #expect(sandbox.call(.slice, nil, 0, 1) == "! `slice` requires a string, tuple, or list")
        let text = String(repeating: "é日😀a", count: 100)
        #expect(sandbox.call(.slice, .string(text), 200, 204) == "\"é日😀a\"")
    }

    @Test("range")
    func ranges() {
        #expect(sandbox.call(.range, 5, 0, -2) == "[5, 3, 1]")
        #expect(sandbox.call(.range, 0, 10, 3) == "[0, 3, 6, 9]")
        #expect(sandbox.call(.range, -2) == "[]")
        #expect(sandbox.call(.range, 0, 5, 0) == "! `range` step must not be 0")
        #expect(sandbox.call(.range, 1.5) == "! `range` bounds must be finite integers")
        #expect(sandbox.call(.range, "3") == "! `range` bounds must be finite integers, got string")
        #expect(sandbox.call(.range, 1_000_001) == "! `range` would create more than 1000000 items")
        #expect(sandbox.call(.range, -9e18, 9e18, 1) == "! `range` would create more than 1000000 items")
        #expect(sandbox.call(.range, -9e18, 9e18, 9e18) == "[-9000000000000000000, 0]")
        #expect(sandbox.call(.range, 9e18, -9e18, -9e18) == "[9000000000000000000, 0]")
    }

    @Test("divide and push")
    func dividing() {
        #expect(sandbox.call(.ceilDiv, -1, 2) == "-0")
        #expect(sandbox.call(.ceilDiv, 7, -2) == "-3")
        #expect(sandbox.call(.floorDiv, -7, 2) == "-4")
        #expect(sandbox.call(.ceilDiv, 1, 0) == "! `ceil_div` divisor must not be 0")
        #expect(sandbox.call(.floorDiv, 1.5, 1) == "! `floor_div` dividend must be a finite integer")
        #expect(sandbox.call(.floorDiv, 1, "2") == "! `floor_div` divisor must be a finite integer, got string")
        #expect(sandbox.call(.push, [1], ["a text of many bytes"]) == #"[1, ["a text of many bytes"]]"#)
        #expect(sandbox.call(.push, .tuple([1]), 2) == "! `push` requires a list as the first argument")
    }

    @Test("format")
    func formatting() {
        #expect(sandbox.call(.format, "{1}-{0}-{1}", "a", "b") == "\"b-a-b\"")
        #expect(sandbox.call(.format, "{{}} {}", 1) == "\"{} 1\"")
        #expect(sandbox.call(.format, "{{{}}}", 1) == "\"{1}\"")
        #expect(sandbox.call(.format, "é{}日", .tuple([1, "a"])) == #""é(1, \"a\")日""#)
        #expect(sandbox.call(.format, "{00}", 1) == "\"1\"")
        #expect(sandbox.call(.format, "plain") == "\"plain\"")
        #expect(sandbox.call(.format, "{} {}", 1) == "! format slot `{}` is out of range")
        #expect(sandbox.call(.format, "{0} {2}", 1, 2, 3) == "! format argument `1` is unused")
        #expect(sandbox.call(.format, "{5}", 1) == "! format slot `5` is out of range")
        #expect(sandbox.call(.format, "{0} {}", 1) == "! can't mix `{}` and indexed format placeholders")
        #expect(sandbox.call(.format, "{ }", 1) == "! invalid format placeholder")
        #expect(sandbox.call(.format, "{0", 1) == "! unmatched `{` in format string")
        #expect(sandbox.call(.format, "}", 1) == "! unmatched `}` in format string")
        #expect(sandbox.call(.format, "{99999999999999999999999}", 1) == "! bad format slot `99999999999999999999999`")
        #expect(sandbox.call(.format, 5) == "! `format` template must be a string, got number")
    }

    @Test("large results meet the memory limit")
    func limits() {
        let sandbox = Sandbox()
        sandbox.with(.string(String(repeating: "x,", count: 100_000)), ",", 1_000_000) { slots in
            sandbox.heap.limitMemory(to: sandbox.heap.liveBytes + 100_000)
            for (builtin, first, count) in [(Builtin.split, 0, 2), (.range, 2, 1)] {
                let shown = sandbox.show { () throws(Failure) in
                    try sandbox.heap.call(builtin, slots + first, count)
                }
                #expect(shown.hasPrefix("! memory limit"))
            }
        }
    }
}

@Suite("Types at run time")
struct ValidationTests {
    let sandbox = Sandbox()

    private func validate(_ value: Value, _ schema: Value) -> String {
        sandbox.call(.validate, value, ["$lash_type": schema])
    }

    private func object(_ fields: Record, optional: Set<String> = []) -> Value {
        let required = fields.keys.filter { !optional.contains($0) }.map { Value.string($0) }
        return [
            "type": "object", "properties": .record(fields), "required": .list(required), "additionalProperties": false,
        ]
    }

    @Test("values that fit come back unchanged")
    func fitting() {
        #expect(validate(["a": 1, "extra": 2], object(["a": ["type": "integer"]])) == "{a: 1, extra: 2}")
        #expect(validate([:], object(["a": ["type": "integer"]], optional: ["a"])) == "{}")
        #expect(validate(5, ["type": "weird"]) == "5")
        #expect(validate(5, 1) == "5")
        #expect(
            validate(["l": .tuple([1])], object(["l": ["type": "array", "items": ["type": "integer"]]])) == "{l: (1,)}"
        )
        let image = Value.image(Image(id: "i", mime: "m", label: "l", size: 7))
        #expect(
            validate(
                image,
                object(["type": ["type": "string"], "height": ["anyOf": [["type": "integer"], ["type": "null"]]]])
            )
                == "Image(i,m,l,7,None,None)"
        )
    }

    @Test("the first misfit is told with its path")
    func misfits() {
        #expect(
            validate(["a": 1.5], object(["a": ["type": "integer"]]))
                == "! validation failed: $.a: expected integer, got number"
        )
        #expect(
            validate(["a": .number(.infinity)], object(["a": ["type": "number"]]))
                == "! validation failed: $.a: expected number, got number"
        )
        #expect(
            validate([:], object(["a": ["type": "integer"], "b": [:]]))
                == "! validation failed: $: missing required field `a`"
        )
        #expect(
            validate(
                ["l": [["a": "x"]]],
                object(["l": ["type": "array", "items": object(["a": ["type": "integer"]])]])
            )
                == "! validation failed: $.l[0].a: expected integer, got string"
        )
        #expect(
            validate(["s": "maybe"], object(["s": ["type": "string", "enum": ["ok", "err"]]]))
                == "! validation failed: $.s: expected one of [ok, err], got maybe"
        )
        #expect(
            validate(
                ["s": true],
                object([
                    "s": [
                        "anyOf": [
                            ["type": "string", "enum": ["ok", "no"]], ["type": "integer"], ["type": "array"],
                            object([:]),
                        ]
                    ]
                ])
            ) == "! validation failed: $.s: expected one of [enum[ok, no], integer, array, object], got boolean"
        )
        #expect(
            validate(.resource(Resource(type: "T", alias: "t")), ["type": "object"])
                == "! validation failed: $: expected object, got object"
        )
        #expect(
            validate(["x": 1], ["type": "object", "required": ["y"]])
                == "! validation failed: $: missing required field `y`"
        )
        #expect(
            sandbox.call(.validate, 1, ["type": "object"])
                == "! `validate` requires a Type literal as the second argument"
        )
    }

    @Test("shared unions take little time")
    func sharedUnions() {
        let heap = sandbox.heap
        // anyOf over itself, sixty times.
        var schema = Value.record(["type": "string"]).made(heap)
        for _ in 0..<60 {
            let list = doubled(schema, heap)
            var record = Tagged(.record, heap.makeRecord(capacity: 1))
            let key = Value.string("anyOf").made(heap)
            withUnsafePointer(to: key) { append(TextView($0), list, to: &record, heap) }
            schema = record
        }
        var type = Tagged(.record, heap.makeRecord(capacity: 1))
        let key = Value.string("$lash_type").made(heap)
        withUnsafePointer(to: key) { append(TextView($0), schema, to: &type, heap) }
        let arguments = SlotPointer.allocate(capacity: 2)
        arguments[0] = Value.list([1]).made(heap)
        arguments[1] = type
        let shown = sandbox.show { () throws(Failure) in try heap.call(.validate, arguments, 2) }
        #expect(shown.hasPrefix("! validation failed: $: expected one of [string | string"))
        #expect(shown.utf8.count < 10_000)
        heap.release(arguments[0])
        heap.release(arguments[1])
        arguments.deallocate()
    }

    private func append(_ key: TextView, _ value: Tagged, to record: SlotPointer, _ heap: Heap) {
        let object = heap.makeKey(key.start, key.count)
        heap.appendField(object, value, to: record)
        heap.release(object)
    }

    @Test("sort numbers with NaN last and zeros where they are, in both directions")
    func sortingNumbers() {
        let values: Value = .list([.number(.nan), 1, .number(-.infinity), .number(-0.0), 0, -5, 2.5])
        #expect(sandbox.call(.sort, values) == "[-inf, -5, -0, 0, 1, 2.5, NaN]")
        #expect(sandbox.call(.sort, values, "desc") == "[2.5, 1, -0, 0, -5, -inf, NaN]")
        #expect(sandbox.call(.sort, [true, false, true]) == "[false, true, true]")
        #expect(sandbox.call(.sort, .tuple([2, 1])) == "[1, 2]")
        #expect(sandbox.call(.sort, [1], "asc") == "! `sort` takes 1 arg(s), got 2")
        #expect(sandbox.call(.sort, [1, "a"]) == "! `sort` item 1 (string) is not comparable with item 0 (number)")
        #expect(sandbox.call(.sort, [[1]]) == "! `sort` item 0 (list) is not comparable with item 0 (list)")
        #expect(sandbox.call(.sort, "cab") == "! `sort` requires a list or tuple, got string")
    }

    @Test("sort like the standard library, whatever is sorted", arguments: [0, 1, 2, 3, 4, 5])
    func sortingMuch(kind: Int) {
        var random = SystemRandomNumberGenerator()
        let prefix = String(repeating: "p", count: kind * 30)
        for count in [0, 1, 2, 24, 25, 400, 3000] {
            let numbers = (0..<count).map { _ in Double(Int.random(in: -500...500, using: &random)) / 4 }
            let texts = (0..<count).map { _ in
                prefix + String(UInt64.random(in: 0..<(1 << UInt64(4 + kind * 10)), using: &random), radix: 7)
                    + (Bool.random() ? "\0\0\0\0\0\0\0\0\0" : "")
            }
            let byBytes = texts.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
            #expect(sandbox.sorted(numbers.map(Value.number)) == numbers.sorted().map(Value.number))
            #expect(sandbox.sorted(texts.map(Value.string)) == byBytes.map(Value.string))
            #expect(sandbox.sorted(texts.map(Value.string), "desc") == byBytes.reversed().map(Value.string))
            #expect(sandbox.sorted(byBytes.map(Value.string)) == byBytes.map(Value.string))
        }
    }

    @Test("sort records by what stands at a path, and keep the order of equal ones")
    func sortingByPath() {
        let rows: Value = [["k": ["n": 2], "i": 0], ["k": ["n": 1], "i": 1], ["k": ["n": 2], "i": 2]]
        #expect(sandbox.call(.sortBy, rows, "k.n").contains("i: 1}, {k: {n: 2}, i: 0}"))
        #expect(sandbox.call(.sortBy, rows, "k.n", "desc").hasSuffix("i: 2}, {k: {n: 1}, i: 1}]"))
        #expect(sandbox.call(.sortBy, [["a": 1]], "b") == "! `sort_by` item 0 is missing field path `b`")
        #expect(sandbox.call(.sortBy, [["a": 1]], "a.") == "! `sort_by` item 0 is missing field path `a.`")
        #expect(sandbox.call(.sortBy, [1], "a") == "! `sort_by` item 0 must be a record, got number")
        #expect(sandbox.call(.sortBy, [], "") == "! `sort_by` field path must not be empty")
        #expect(sandbox.call(.sortBy, [], 1) == "! `sort_by` field path must be text, got number")
        #expect(
            sandbox.call(.sortBy, [["a": 1], ["a": nil]], "a")
                == "! `sort_by` item 1 (null) is not comparable with item 0 (number)"
        )
        #expect(sandbox.call(.sortBy, [], "a", 1) == "! `sort_by` takes 2 arg(s), got 3")
    }

    @Test("add, and find the first least and greatest")
    func extremes() {
        #expect(sandbox.call(.sum, [0.1, 0.2, 0.3]) == "0.6000000000000001")
        #expect(sandbox.call(.sum, .list([.number(-0.0)])) == "0")
        #expect(sandbox.call(.sum, [1, "2"]) == "! `sum` item 1 must be a number, got string")
        #expect(sandbox.call(.min, ["b", "B"]) == #""B""#)
        #expect(sandbox.call(.max, .list([1, .number(.nan)])) == "NaN")
        #expect(sandbox.call(.min, .list([.number(.nan), 1])) == "1")
        #expect(sandbox.call(.min, []) == "! `min` requires a non-empty list")
        #expect(sandbox.call(.max, 1, 2) == "! `max` takes 1 arg(s), got 2")
    }

    @Test("replace in text")
    func replacing() {
        #expect(sandbox.call(.replace, "aXbX", "X", "-") == #""a-b-""#)
        #expect(sandbox.call(.replace, "aé日", "", "|") == #""|a|é|日|""#)
        #expect(sandbox.call(.replace, "aaaa", "aa", "a") == #""aa""#)
        #expect(sandbox.call(.replace, "abc", "x", "y") == #""abc""#)
        #expect(sandbox.call(.replace, 1, "x", "y") == "! `replace` text must be text, got number")
        #expect(sandbox.call(.replace, "1", 1, "y") == "! `replace` needle must be text, got number")
        #expect(sandbox.call(.replace, "1", "1", nil) == "! `replace` replacement must be text, got null")
    }

    @Test("change the case of all letters")
    func mappingCase() {
        #expect(sandbox.call(.upper, "straße ŉ ﬁ ǆ") == #""STRASSE ʼN FI Ǆ""#)
        #expect(sandbox.call(.lower, "İ ΑΣ Σ ΟΔΟΣ. ΑΣ' ΑΣΑ") == #""i̇ ας σ οδος. ας' ασα""#)
        #expect(sandbox.call(.upper, "日本 é ЖЗ жз") == #""日本 É ЖЗ ЖЗ""#)
        #expect(sandbox.call(.lower, "A long text of ASCII letters Z") == #""a long text of ascii letters z""#)
        #expect(sandbox.call(.lower, true) == "! `lower` value must be text, got bool")
    }

    @Test("keep the first of equal elements")
    func uniques() {
        let values: Value = [
            1, "1", true, nil, 1, "1", ["a": 1, "b": [2]], ["b": [2], "a": 1], [1], .tuple([1]), [1],
        ]
        #expect(sandbox.call(.unique, values) == #"[1, "1", true, null, {a: 1, b: [2]}, [1], (1,)]"#)
        #expect(sandbox.call(.unique, .list([.number(.nan), .number(.nan), 0, .number(-0.0)])) == "[NaN, NaN, 0]")
        #expect(sandbox.call(.unique, .list([.list([.number(.nan)]), .list([.number(.nan)])])) == "[[NaN], [NaN]]")
        #expect(sandbox.call(.unique, "aab") == "! `unique` requires a list or tuple, got string")
        #expect(sandbox.call(.reverse, .tuple([1, "b"])) == #"["b", 1]"#)
    }

    @Test("results unwrap to their value or to what went wrong")
    func unwrapping() {
        func unwrap(_ value: Value) -> String {
            sandbox.with(value) { slots in
                sandbox.show { () throws(Failure) in sandbox.heap.owned(try sandbox.heap.unwrap(slots.pointee)) }
            }
        }
        #expect(unwrap(["ok": true, "value": [1]]) == "[1]")
        #expect(unwrap(["ok": true]) == "! `?` found a successful tool result wrapper missing `value`")
        #expect(unwrap(["ok": 1]) == "! `?` expected a tool result wrapper with boolean `ok`")
        #expect(unwrap(5) == "! `?` expected a tool result wrapper, got number")
        #expect(unwrap(["ok": false, "error": "boom"]) == "! `?` unwrapped failed tool result: boom")
        #expect(
            unwrap(["ok": false, "error": ["code": "E", "message": "boom"]])
                == "! `?` unwrapped failed tool result: boom"
        )
        #expect(unwrap(["ok": false, "error": ["x": 1]]) == #"! `?` unwrapped failed tool result: {"x":1}"#)
        #expect(unwrap(["ok": false]) == "! `?` unwrapped failed tool result: unknown error")
    }
}

extension Sandbox {
    fileprivate func sorted(_ values: [Value], _ order: Value...) -> [Value]? {
        with(all: [.list(values)] + order) { slots in
            guard var result = try? heap.call(.sort, slots, 1 + order.count) else { return nil }
            defer { heap.release(result) }
            if case .list(let sorted) = Value(&result) { return sorted }
            return nil
        }
    }
}

extension Value {
    fileprivate func made(_ heap: Heap) -> Tagged {
        do {
            return try heap.make(self)
        } catch {
            return .null
        }
    }
}
