import Lashlang
import Testing

@Suite struct ValueCodingTests {
    struct Address: Codable, Equatable {
        var street: String
        var number: Int?
    }

    enum Mode: String, Codable, CaseIterable { case fast, slow }

    struct Everything: Codable, Equatable {
        var text = "a"
        var flag = true
        var int = -3
        var byte: UInt8 = 255
        var wide: Int128 = 1 << 90
        var float: Float = 0.5
        var double = 1.25
        var list = [1, 2]
        var pairs = [["a"], []]
        var table = ["z": 1, "a": 2]
        var mode = Mode.slow
        var here = Address(street: "S", number: 4)
        var there: Address?
        var nothing: Int?
        var raw: Value = ["x": [nil, 1]]
    }

    @Test func everyKindOfFieldComesBack() throws {
        let encoded = try ValueEncoder().encode(Everything())
        let expected: Value = [
            "text": "a", "flag": true, "int": -3, "byte": 255, "wide": .number(0x1p90), "float": 0.5, "double": 1.25,
            "list": [1, 2], "pairs": [["a"], []], "table": ["a": 2, "z": 1], "mode": "slow",
            "here": ["street": "S", "number": 4], "raw": ["x": [nil, 1]],
        ]
        #expect(encoded == expected)
        #expect(encoded.literal == expected.literal, "fields keep their order, and dictionaries are sorted")
        #expect(try ValueDecoder().decode(from: encoded) == Everything())
    }

    @Test func scalarsNeedNoContainer() throws {
        #expect(try ValueEncoder().encode("a") == "a")
        #expect(try ValueEncoder().encode(true) == true)
        #expect(try ValueEncoder().encode(3) == 3)
        #expect(try ValueEncoder().encode(Int?.none) == .null)
        #expect(try ValueEncoder().encode(Int?.some(3)) == 3)
        #expect(try ValueEncoder().encode([Int?.none, 1]) == [nil, 1])
        #expect(try ValueDecoder().decode(String.self, from: "a") == "a")
        #expect(try ValueDecoder().decode(Int?.self, from: nil) == nil)
        #expect(try ValueDecoder().decode([Int?].self, from: [nil, 1]) == [nil, 1])
        #expect(try ValueDecoder().decode([Int].self, from: .tuple([1, 2])) == [1, 2])
        #expect(try ValueDecoder().decode([String: Int].self, from: ["b": 1]) == ["b": 1])
        #expect(try ValueDecoder().decode([Int: Int].self, from: ["7": 1]) == [7: 1])
        #expect(try ValueDecoder().decode(Set<Int>.self, from: [1, 1, 2]) == [1, 2])
    }

    @Test func numbersThatAreNotFiniteAreNumbers() throws {
        guard case .number(let number) = try ValueEncoder().encode(Double.nan) else {
            Issue.record("NaN is no number")
            return
        }
        #expect(number.isNaN)
        #expect(try ValueDecoder().decode(Double.self, from: .number(.nan)).isNaN)
        #expect(try ValueDecoder().decode(Float.self, from: .number(-.infinity)) == -.infinity)
        #expect(try ValueEncoder().encode(Double.infinity) == .number(.infinity))
    }

    @Test func whatSwiftIteratesAtRandomIsSorted() throws {
        let names = (0..<50).map { "n\($0)" }
        let table = Dictionary(uniqueKeysWithValues: names.map { ($0, 1) })
        guard case .record(let record) = try ValueEncoder().encode(table) else {
            Issue.record("no record")
            return
        }
        #expect(record.keys == names.sorted())
        let numbered = try ValueEncoder().encode([10: "b", 9: "a", -1: "c"])
        #expect(numbered.literal == Value.record(["-1": "c", "9": "a", "10": "b"]).literal)
        #expect(try ValueEncoder().encode(Set(names)) == .list(names.sorted().map(Value.string)))
        #expect(try ValueEncoder().encode(Set(0..<50)) == .list((0..<50).map { .number(Double($0)) }))
        #expect(try ValueEncoder().encode([Mode.slow: 1, .fast: 2]) == ["fast", 2, "slow", 1])
    }

    @Test(arguments: [
        Int.max, .max - 1, (1 << 53) + 1, -(1 << 53) - 1,
    ])
    func anIntegerThatNoNumberEqualsIsAnError(integer: Int) {
        #expect(
            message { _ = try ValueEncoder().encode(["id": integer], root: "result") }
                == "result.id: \(integer) is not exactly representable as a number; give it as text"
        )
    }

    @Test(arguments: [Int.min, 1 << 62, (1 << 53) - 1, 1 << 53, 0])
    func anIntegerThatANumberEqualsIsThatNumber(integer: Int) throws {
        #expect(try ValueEncoder().encode(integer) == .number(Double(integer)))
        #expect(try ValueDecoder().decode(Int.self, from: .number(Double(integer))) == integer)
    }

    private func message(_ work: () throws -> Void) -> String {
        do {
            try work()
            return "no error"
        } catch { return "\(error)" }
    }

    private func failure<T: Decodable>(_ type: T.Type, _ value: Value) -> String {
        message { _ = try ValueDecoder().decode(type, from: value, root: "arguments") }
    }

    struct Deep: Decodable {
        struct Item: Decodable { var name: String }
        var items: [Item]
        var table: [String: [Int]]?
    }

    @Test func errorsSayWhereAndWhat() {
        #expect(failure(Address.self, ["street": 1]) == "arguments.street: expected text, got number")
        #expect(failure(Address.self, [:]) == "arguments.street: required field missing")
        #expect(failure(Address.self, ["street": nil]) == "arguments.street: expected text, got null")
        #expect(failure(Address.self, [1]) == "arguments: expected a record, got list")
        #expect(
            failure(Address.self, ["street": "s", "number": 1.5]) == "arguments.number: expected an integer, got 1.5"
        )
        #expect(failure([Int].self, ["a": 1]) == "arguments: expected a list, got record")
        #expect(failure(Bool.self, 1) == "arguments: expected a boolean, got number")
        #expect(failure(Double.self, "1") == "arguments: expected a number, got string")
        #expect(failure(UInt8.self, 256) == "arguments: expected an integer from 0 to 255, got 256")
        #expect(failure(UInt.self, -1) == "arguments: expected an integer from 0 to \(UInt.max), got -1")
        #expect(failure(Int.self, .number(.nan)) == "arguments: expected an integer, got NaN")
        #expect(failure(Int.self, .number(1e300)).hasPrefix("arguments: expected an integer from -922"))
        #expect(failure(Float.self, 1e300).hasPrefix("arguments: expected a number of at most 3.4028"))
        #expect(failure(Mode.self, "x") == #"arguments: expected one of "fast", "slow", got "x""#)
        #expect(
            failure(Deep.self, ["items": [["name": "a"], ["name": [:]]]])
                == "arguments.items[1].name: expected text, got record"
        )
        #expect(
            failure(Deep.self, ["items": [], "table": ["a b": [1, true]]])
                == #"arguments.table["a b"][1]: expected an integer, got bool"#
        )
        #expect(failure([String: [Mode]].self, ["m": ["slow", 2]]) == "arguments.m[1]: expected text, got number")
    }

    @Test func errorsStayShortWhateverProgramsWrite() {
        let long = String(repeating: "é", count: 100_000)
        #expect(failure([String: Int].self, .record([long: "x"])).utf8.count < 300)
        #expect(failure(Mode.self, .string(long)).utf8.count < 300)
    }

    struct Pair: Codable, Equatable {
        var first: Int
        var second: String

        init(first: Int, second: String) {
            self.first = first
            self.second = second
        }

        init(from decoder: any Decoder) throws {
            var items = try decoder.unkeyedContainer()
            first = try items.decode(Int.self)
            second = try items.decode(String.self)
        }

        func encode(to encoder: any Encoder) throws {
            var items = encoder.unkeyedContainer()
            try items.encode(first)
            try items.encode(second)
        }
    }

    @Test func aTypeThatReadsElementsIsAList() throws {
        #expect(try ValueEncoder().encode(Pair(first: 1, second: "a")) == [1, "a"])
        #expect(try ValueDecoder().decode(from: [1, "a"]) == Pair(first: 1, second: "a"))
        #expect(failure(Pair.self, [1]) == "arguments: expected more than 1 element")
    }

    class Base: Codable {
        var name = "base"
    }

    final class Derived: Base {
        var size = 1
        private enum Keys: String, CodingKey { case size, list, inner, deep }

        override init() { super.init() }

        required init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: Keys.self)
            size = try fields.decode(Int.self, forKey: .size)
            var list = try fields.nestedUnkeyedContainer(forKey: .list)
            #expect(try list.decodeNil())
            var inner = try list.nestedUnkeyedContainer()
            #expect(try inner.decode(Int.self) == 2)
            #expect(list.isAtEnd)
            let record = try fields.nestedContainer(keyedBy: Keys.self, forKey: .inner)
            #expect(try record.decode(Bool.self, forKey: .deep))
            try super.init(from: fields.superDecoder())
        }

        override func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: Keys.self)
            try fields.encode(size, forKey: .size)
            var list = fields.nestedUnkeyedContainer(forKey: .list)
            try list.encodeNil()
            var inner = list.nestedUnkeyedContainer()
            try inner.encode(2)
            var record = fields.nestedContainer(keyedBy: Keys.self, forKey: .inner)
            try record.encode(true, forKey: .deep)
            try super.encode(to: fields.superEncoder())
        }
    }

    @Test func containersInsideContainersKeepTheirPlaces() throws {
        let expected: Value = ["size": 1, "list": [nil, [2]], "inner": ["deep": true], "super": ["name": "base"]]
        let encoded = try ValueEncoder().encode(Derived())
        #expect(encoded.literal == expected.literal)
        let decoded = try ValueDecoder().decode(Derived.self, from: encoded)
        #expect(decoded.size == 1 && decoded.name == "base")
    }

    struct Empty: Codable, Equatable {}

    @Test func aTypeWithoutFieldsIsAnEmptyRecord() throws {
        #expect(try ValueEncoder().encode(Empty()) == [:])
        #expect(try ValueEncoder().encode([Empty()]) == [[:]])
        #expect(try ValueDecoder().decode(from: ["x": 1]) == Empty())
    }

    enum Shape: Codable, Equatable {
        case circle(radius: Double)
        case square
    }

    @Test func enumerationsWithValuesAreRecords() throws {
        #expect(try ValueEncoder().encode(Shape.circle(radius: 2)) == ["circle": ["radius": 2]])
        #expect(try ValueDecoder().decode(from: ["square": [:]]) == Shape.square)
    }

    final class Chain: Codable {
        var next: Chain?
        init(_ next: Chain?) { self.next = next }
    }

    @Test func whatNestsTooDeepIsAnError() throws {
        let bound = "nests deeper than 512 levels"
        let cycle = Chain(nil)
        cycle.next = cycle
        #expect(message { _ = try ValueEncoder().encode(cycle) }.hasSuffix(bound))
        cycle.next = nil
        var value: Value = [:]
        for _ in 0..<600 { value = ["next": value] }
        #expect(message { _ = try ValueDecoder().decode(Chain.self, from: value) }.hasSuffix(bound))
        var chain = Chain(nil)
        for _ in 0..<400 { chain = Chain(chain) }
        var decoded: Chain? = try ValueDecoder().decode(from: ValueEncoder().encode(chain))
        var count = 0
        while let next = decoded {
            count += 1
            decoded = next.next
        }
        #expect(count == 401)
    }

    @Test func valuesKeepWhatTheyStandFor() throws {
        struct Holder: Codable {
            var handle: Value
            var record: Record
        }
        let handle = Value.handle("process", id: "7")
        let encoded = try ValueEncoder().encode(Holder(handle: handle, record: ["a": .tuple([1])]))
        let decoded = try ValueDecoder().decode(Holder.self, from: encoded)
        guard case .record(let record) = decoded.handle else {
            Issue.record("no record")
            return
        }
        #expect(record.role == .handle)
        #expect(record == ["__handle__": "process", "id": "7"])
        #expect(decoded.record["a"] == .tuple([1]))
        #expect(failure(Holder.self, ["handle": 1, "record": 2]) == "arguments.record: expected a record, got number")
    }

    @Test func aTypesOwnErrorsStayWhatTheyAre() {
        struct Refusal: Error {}
        struct Picky: Codable {
            init(from decoder: any Decoder) throws { throw Refusal() }
            func encode(to encoder: any Encoder) throws { throw Refusal() }
            init() {}
        }
        #expect(throws: Refusal.self) { try ValueDecoder().decode(Picky.self, from: 1) }
        #expect(throws: Refusal.self) { try ValueEncoder().encode(Picky()) }
    }

    @Test func typesFindWhatTheirUserWantsThemToKnow() throws {
        struct Reader: Codable {
            var found: String
            init(from decoder: any Decoder) throws {
                found = CodingUserInfoKey(rawValue: "k").flatMap { decoder.userInfo[$0] as? String } ?? "nothing"
            }
        }
        var decoder = ValueDecoder()
        if let key = CodingUserInfoKey(rawValue: "k") { decoder.userInfo[key] = "it" }
        #expect(try decoder.decode([Reader].self, from: [1]).first?.found == "it")
    }
}
