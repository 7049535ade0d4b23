import LashLinker
import LashSyntax
import Testing

@testable import LashVM

@Suite("Equality and order")
struct EqualityTests {
    private func equal(_ left: Value, _ right: Value) -> Bool {
        let sandbox = Sandbox()
        return sandbox.with(left, right) { (try? sandbox.heap.equal($0, $0 + 1)) == true }
    }

    @Test("kinds are never mixed")
    func kinds() {
        let values: [Value] = [
            nil, true, false, 0, "", "0", "a text of many bytes", [], .tuple([]), [:], [1], .tuple([1]), ["a": 1],
            .image(Image(id: "", mime: "", label: "", size: 0)), .resource(Resource(type: "A", alias: "a")),
        ]
        for (i, left) in values.enumerated() {
            for (j, right) in values.enumerated() {
                #expect(equal(left, right) == (i == j), "\(left) \(right)")
                #expect((left == right) == (i == j))
            }
        }
    }

    @Test("records compare without regard to order, NaN is never equal")
    func details() {
        #expect(equal(["a": 1, "b": [2]], ["b": [2], "a": 1]))
        #expect(!equal(["a": 1], ["a": 1, "b": nil]))
        #expect(!equal(["a": 1], ["b": 1]))
        #expect(equal([.number(-0.0)], [0]))
        #expect(!equal([[.number(.nan)]], [[.number(.nan)]]))
        #expect(equal(["a text of many bytes"], ["a text of many bytes"]))
    }

    @Test("a value with NaN inside differs from itself")
    func sameObject() {
        let sandbox = Sandbox()
        sandbox.with([["a": .number(.nan)]], [["a": 1]]) { slots in
            #expect((try? sandbox.heap.equal(slots, slots)) == false)
            #expect((try? sandbox.heap.equal(slots + 1, slots + 1)) == true)
        }
    }

    @Test("what is shared many times is compared in little time")
    func shared() {
        let sandbox = Sandbox()
        func tower(_ number: Double) -> Tagged {
            var value = Tagged(number)
            for _ in 0..<60 { value = doubled(value, sandbox.heap) }
            return value
        }
        let a = tower(1), b = tower(1), c = tower(2)
        #expect((try? sandbox.heap.equalValues(a, b)) == true)
        #expect((try? sandbox.heap.equalValues(a, a)) == true)
        #expect((try? sandbox.heap.equalValues(a, c)) == false)
        for value in [a, b, c] { sandbox.heap.release(value) }
    }

    @Test("text is ordered by code points, the rest as numbers")
    func order() {
        let sandbox = Sandbox()
        func compare(_ left: Value, _ right: Value) -> Ordering? {
            sandbox.with(left, right) { try? sandbox.heap.compare($0, $0 + 1) }
        }
        #expect(compare("Z", "a") == .less)
        #expect(compare("é", "z") == .greater)
        #expect(compare("10", "9") == .less)
        #expect(compare("10", 9) == .greater)
        #expect(compare("ab", "abc") == .less)
        #expect(compare(nil, 1) == .less)
        #expect(compare(.number(.nan), 1) == .unordered)
        #expect(compare("\u{FFFF}", "\u{10000}") == .less)
        #expect(compare([1], [2]) == nil)
    }
}

@Suite("Operators and reads")
struct OperatorTests {
    private func add(_ left: Value, _ right: Value) -> String {
        let sandbox = Sandbox()
        return sandbox.with(left, right) { slots in
            sandbox.show { () throws(Failure) in try sandbox.heap.add(slots, slots + 1) }
        }
    }

    private func read(_ value: Value, _ index: Value) -> String {
        let sandbox = Sandbox()
        return sandbox.with(value, index) { slots in
            sandbox.show { () throws(Failure) in sandbox.heap.owned(try sandbox.heap.readIndex(slots, slots + 1)) }
        }
    }

    @Test("plus joins text and sequences, else adds")
    func plus() {
        #expect(add(1, 2) == "3")
        #expect(add("1", 2) == "\"12\"")
        #expect(add(nil, "x") == "\"nullx\"")
        #expect(add("!", .tuple([1, "a"])) == #""!(1, \"a\")""#)
        #expect(add("a text of some length", " and another") == "\"a text of some length and another\"")
        #expect(add(["a": [1]], "!") == #""{\"a\":[1]}!""#)
        #expect(add([1, ["x"]], [[2]]) == #"[1, ["x"], [2]]"#)
        #expect(add(.tuple([1]), .tuple([])) == "(1,)")
        #expect(add([1], .tuple([2])) == "! can't concatenate list and tuple")
        #expect(add([1], 2) == "! expected a number, got list")
        #expect(add(nil, true) == "1")
        #expect(add("", "x") == "\"x\"")
    }

    @Test("text grows in place, also with itself")
    func growth() {
        let sandbox = Sandbox()
        sandbox.with("a text of some length") { slots in
            do throws(Failure) {
                for i in 0..<1000 {
                    let number = Tagged(Double(i % 10))
                    let done = try withUnsafePointer(to: number) { value throws(Failure) in
                        try sandbox.heap.appendText(value, to: slots)
                    }
                    #expect(done)
                }
                #expect(TextView(slots).count == 1021)
                #expect(try !sandbox.heap.appendText(UnsafePointer(slots), to: slots))
            } catch {
                Issue.record("\(error.message)")
            }
        }
        sandbox.with([1, ["x"]]) { slots in
            do throws(Failure) {
                #expect(try sandbox.heap.appendElements(slots.pointee, to: slots))
                #expect(slots.pointee.object.count == 4)
            } catch {
                Issue.record("\(error.message)")
            }
        }
    }

    @Test("indexes are whole numbers")
    func indexes() {
        #expect(read([10, 20, 30], -1) == "30")
        #expect(read([10, 20, 30], 3) == "null")
        #expect(read([10, 20, 30], "1") == "20")
        #expect(read([10, 20, 30], 1.5) == "! index must be an integer")
        #expect(read([10, 20, 30], .number(.infinity)) == "! index must be an integer")
        #expect(read([10, 20, 30], nil) == "! index must be an integer, got null")
        #expect(read([10, 20, 30], true) == "! index must be an integer, got bool")
        #expect(read([10, 20, 30], "") == "! index must be an integer, got \"\"")
        #expect(read([10, 20, 30], "a") == "! expected a number")
        #expect(read([10, 20, 30], [0]) == "! expected a number, got list")
        #expect(read("héllo", 1) == "\"é\"")
        #expect(read("héllo", -1) == "\"o\"")
        #expect(read("abc", 3) == "null")
        #expect(read("abc", nil) == "! index must be an integer, got null")
        #expect(read(nil, [1]) == "null")
        #expect(read(5, 0) == "! can't index number")
        #expect(read(["1": "one", "null": "n", "1.5": "x"], 1) == "\"one\"")
        #expect(read(["1": "one", "null": "n", "1.5": "x"], nil) == "\"n\"")
        #expect(read(["1": "one", "null": "n", "1.5": "x"], 1.5) == "\"x\"")
        #expect(read(["0": "z"], .number(-0.0)) == "\"z\"")
        #expect(read(["a": 1], [1]) == "! expected text, got list")
        #expect(read([1, 2], .number(1e18)) == "null")
    }

    @Test("long text that is not ASCII is indexed by code point")
    func codePoints() {
        let text = String(repeating: "aé日😀", count: 500)
        let points = Array(text.unicodeScalars)
        for index in [0, 1, 2, 3, 63, 64, 65, 700, 1000, 1999] {
            #expect(read(.string(text), .number(Double(index))) == "\"\(Character(points[index]))\"")
        }
        #expect(read(.string(text), -1) == "\"😀\"")
        #expect(read(.string(text), 2000) == "null")
    }

    @Test("fields of images and of null")
    func fields() {
        let sandbox = Sandbox()
        func field(_ value: Value, _ name: String) -> String {
            sandbox.with(value, .string(name)) { slots in
                let key = sandbox.heap.keyObject(slots + 1)
                defer { sandbox.heap.release(key) }
                return sandbox.show { () throws(Failure) in
                    sandbox.heap.owned(try sandbox.heap.readField(slots.pointee, key: key))
                }
            }
        }
        let image = Value.image(Image(id: "i", mime: "m", label: "l", size: 7, width: 3))
        #expect(field(image, "id") == "\"i\"")
        #expect(field(image, "size") == "7")
        #expect(field(image, "height") == "null")
        #expect(field(image, "mime") == "null")
        #expect(field(nil, "x") == "null")
        #expect(field(["x": 1], "x") == "1")
        #expect(field(["x": 1], "a key that is not there") == "null")
        #expect(field(5, "a") == "! can't read `.a` from number")
    }
}

@Suite("Assignment paths")
struct AssignmentTests {
    /// Assigns through a path of indexes and shows the value, or the message.
    private func assign(_ root: Value, _ path: [Value], _ value: Value = 9) -> String {
        let sandbox = Sandbox()
        return sandbox.with(all: [root, value] + path) { slots in
            let before = sandbox.text(root, .notation)
            return sandbox.show { () throws(Failure) in
                do throws(Failure) {
                    var slot = slots
                    for i in 0..<(path.count - 1) { slot = try sandbox.heap.descendIndex(slot, index: slots + 2 + i) }
                    try sandbox.heap.assignIndex(
                        slot,
                        index: slots + 1 + path.count,
                        value: sandbox.heap.owned(slots[1])
                    )
                } catch {
                    let after = try sandbox.heap.string(slots, .notation)
                    #expect(after == before)
                    throw error
                }
                return sandbox.heap.owned(slots[0])
            }
        }
    }

    @Test("replaces and inserts")
    func stores() {
        #expect(assign([1, 2, 3], [-1]) == "[1, 2, 9]")
        #expect(assign(["a": 1], ["b"]) == "{a: 1, b: 9}")
        #expect(assign(["a": 1], [3]) == "{a: 1, 3: 9}".replacingKey("3", with: "\"3\""))
        #expect(assign(["a": [1, ["b": 2]]], ["a", 1, "b"]) == "{a: [1, {b: 9}]}")
        #expect(
            assign(["a": ["a value of many bytes"]], ["a", 0], "another value of many bytes")
                == "{a: [\"another value of many bytes\"]}"
        )
    }

    @Test("says why it cannot")
    func failures() {
        let long: Value = "a value of many bytes that must be released"
        #expect(assign([1], [1], long) == "! list assignment index out of bounds")
        #expect(assign([1], [-2], long) == "! list assignment index out of bounds")
        #expect(assign([1], [0.5], long) == "! list assignment index must be an integer")
        #expect(assign([1], ["0"], long) == "! list assignment index must be an integer")
        #expect(assign(.tuple([1]), [0], long) == "! can't assign tuple indexes; tuples are immutable")
        #expect(assign(.tuple([[1]]), [0, 0], long) == "! can't assign through tuple indexes; tuples are immutable")
        #expect(assign("abc", [0], long) == "! can't assign index on string")
        #expect(assign(["a": 5], ["a", 0, "z"], long) == "! can't assign through index on number")
        #expect(assign([:], ["a", "b"], long) == "! can't assign through missing key `a`")
        #expect(assign([:], [1, "b"], long) == "! can't assign through missing key `1`")
        #expect(assign([:], [[1]], long) == "! expected text, got list")
        let image = Value.image(Image(id: "i", mime: "m", label: "l", size: 7))
        #expect(assign(image, [0], long) == "! can't assign image fields; images are immutable")
        #expect(assign(image, [0, 1], long) == "! can't assign through image fields; images are immutable")
    }

    @Test("field steps have their own words")
    func fields() {
        let sandbox = Sandbox()
        func message(_ value: Value, through: Bool) -> String {
            sandbox.with(value, "f") { slots in
                let key = sandbox.heap.keyObject(slots + 1)
                defer { sandbox.heap.release(key) }
                return sandbox.show { () throws(Failure) in
                    if through {
                        _ = try sandbox.heap.descendField(slots, key: key)
                    } else {
                        try sandbox.heap.assignField(slots, key: key, value: Tagged(1))
                    }
                    return sandbox.heap.owned(slots[0])
                }
            }
        }
        #expect(message(["f": 0, "g": 2], through: false) == "{f: 1, g: 2}")
        #expect(message(["g": 2], through: false) == "{g: 2, f: 1}")
        #expect(message(nil, through: false) == "! can't assign `.f` on null")
        #expect(message(nil, through: true) == "! can't assign through `.f` on null")
        #expect(message([:], through: true) == "! can't assign through missing field `.f`")
        let image = Value.image(Image(id: "i", mime: "m", label: "l", size: 7))
        #expect(message(image, through: false) == "! can't assign image fields; images are immutable")
        #expect(message(image, through: true) == "! can't assign through image fields; images are immutable")
    }

    @Test("others who hold the value do not see it")
    func copyOnWrite() {
        let sandbox = Sandbox()
        sandbox.with(["n": ["v": [1]]], 0) { slots in
            slots[1] = sandbox.heap.owned(slots[0])
            sandbox.with("n", "v", 0) { path in
                do throws(Failure) {
                    var slot = try sandbox.heap.descendIndex(slots, index: path)
                    slot = try sandbox.heap.descendIndex(slot, index: path + 1)
                    try sandbox.heap.assignIndex(slot, index: path + 2, value: Tagged(2))
                } catch {
                    Issue.record("\(error.message)")
                }
            }
            #expect(Value(slots) == ["n": ["v": [2]]])
            #expect(Value(slots + 1) == ["n": ["v": [1]]])
        }
    }
}

extension String {
    fileprivate func replacingKey(_ key: String, with other: String) -> String {
        split(separator: " ").map { $0 == key + ":" ? other + ":" : String($0) }.joined(separator: " ")
    }
}

@Suite("Depth")
struct DepthTests {
    private func tower(_ depth: Int, _ heap: Heap) -> Tagged {
        var value = Tagged(.list, heap.makeSequence(.list, capacity: 1))
        for _ in 1..<depth {
            let list = heap.makeSequence(.list, capacity: 1)
            heap.appendWithinCapacity(value, to: list)
            value = Tagged(.list, list)
        }
        return value
    }

    @Test("512 levels are the most")
    func limit() {
        let sandbox = Sandbox()
        let value = tower(512, sandbox.heap)
        let deeper = tower(513, sandbox.heap)
        #expect(throws: Never.self) { try sandbox.heap.checkDepth(value.object) }
        #expect(throws: Failure.self) { try sandbox.heap.checkDepth(deeper.object) }
        #expect(throws: Failure.self) { try sandbox.heap.checkNesting(of: value, below: 1) }
        #expect(Value.nested(512).pushed(into: sandbox) == "! value nests deeper than 512 levels")
        #expect(Value.nested(511).pushed(into: sandbox).hasPrefix("[["))
        sandbox.heap.release(value)
        sandbox.heap.release(deeper)
    }

    @Test("what went in and out again does not count")
    func bounds() {
        let sandbox = Sandbox()
        var value = Tagged(.list, sandbox.heap.makeSequence(.list, capacity: 1))
        sandbox.heap.append(tower(511, sandbox.heap), to: &value)
        #expect(value.object.depth == 512)
        sandbox.heap.store(.null, into: value.object.elements)
        #expect(value.object.depth == 512)
        #expect(throws: Never.self) { try sandbox.heap.checkNesting(of: value, below: 1) }
        #expect(value.object.depth == 1)
        sandbox.heap.release(value)
    }

    @Test("shared towers are counted in little time")
    func shared() {
        let sandbox = Sandbox()
        var value = Tagged(0)
        for _ in 0..<300 { value = doubled(value, sandbox.heap) }
        #expect((try? sandbox.heap.exactDepth(value.object)) == 300)
        sandbox.heap.release(value)
    }

    @Test("hosts cannot hand over what is too deep")
    func hosts() {
        let sandbox = Sandbox()
        #expect(
            sandbox.show { () throws(Failure) in try sandbox.heap.make(.nested(513)) }
                == "! value nests deeper than 512 levels"
        )
        #expect(sandbox.show { () throws(Failure) in try sandbox.heap.make(.nested(512)) }.hasPrefix("[["))
    }
}

extension Value {
    static func nested(_ depth: Int) -> Value {
        var value: Value = []
        for _ in 1..<depth { value = [value] }
        return value
    }

    func pushed(into sandbox: Sandbox) -> String { sandbox.call(.push, [], self) }
}

@Suite struct ExactTextTests {
    /// One character, and the same as a letter with an accent behind it.
    private let lookAlikes = ("\u{E9}", "e\u{301}")

    @Test func textsThatOnlyLookAlikeDiffer() {
        let (one, other) = lookAlikes
        #expect(ExactText(one) != ExactText(other))
        #expect(ExactText(one) == ExactText("\u{E9}"))
        #expect(Value.string(one) != .string(other))
        #expect(Value.list([.string(one)]) != .list([.string(other)]))
    }

    @Test(arguments: [0, 20])
    func recordsKeepKeysApartThatOnlyLookAlike(others: Int) {
        let (one, other) = lookAlikes
        var record = Record((0..<others).map { ("k\($0)", .null) })
        record[one] = 1
        record[other] = 2
        #expect(record.count == others + 2)
        #expect(record[one] == 1 && record[other] == 2)
        var swapped = record
        swapped[one] = 2
        swapped[other] = 1
        #expect(record != swapped)
    }
}
