import Testing

@testable import LashFiles

@Suite struct JSONTests {
    /// Reads a path of keys and numbers, and gives the text that is there; `nil` if there is nothing.
    private func read(_ path: [any Sendable], in json: String) throws -> String? {
        var reader = JSONReader(MemorySource(Array(json.utf8), name: "doc"))
        var place = try reader.root()
        for step in path {
            let next: JSONReader.Place?
            if let key = step as? String {
                next = try finish { try reader.field(key, of: place) }
            } else {
                next = try finish { try reader.element(step as? Int ?? 0, of: place) }
            }
            guard let next else { return nil }
            place = next
        }
        return String(decoding: try reader.bytes(of: place), as: UTF8.self)
    }

    private func count(_ json: String) throws -> Int? {
        var reader = JSONReader(MemorySource(Array(json.utf8), name: "doc"))
        let root = try reader.root()
        return try finish { try reader.count(of: root) }
    }

    @Test func readsFieldsAndElements() throws {
        let json = #" {"a": [1, {"b": "x\"]}"}, [], null], "c\u0041\n": true, "": {"d": -1.5e3}} "#
        #expect(try read(["a", 0], in: json) == "1")
        #expect(try read(["a", 1, "b"], in: json) == #""x\"]}""#)
        #expect(try read(["a", 2], in: json) == "[]")
        #expect(try read(["a", 3], in: json) == "null")
        #expect(try read(["a", 4], in: json) == nil)
        #expect(try read(["cA\n"], in: json) == "true")
        #expect(try read(["", "d"], in: json) == "-1.5e3")
        #expect(try read(["b"], in: json) == nil)
        #expect(try count(json) == 3)
        #expect(try count("[ ]") == 0)
        #expect(try count("[1,2,3]") == 3)
    }

    @Test func theLastValueOfAKeyCounts() throws {
        #expect(try read(["a"], in: #"{"a": 1, "b": 2, "a": 3}"#) == "3")
        #expect(try count(#"{"a": 1, "b": 2, "\u0061": 3}"#) == 2)
    }

    @Test func whatIsNotReadIsNotChecked() throws {
        #expect(try read(["b"], in: #"{"a": {oh no], "b": 2}"#.replacing("]", with: "}")) == "2")
        #expect(try read([0], in: "[1, 2, oops") == "1")
    }

    @Test(arguments: [
        ("[1 2]", "doc: expected `,` or `]` at byte 3"), ("[1,", "doc: EOF while parsing a list at byte 3"),
        ("[,1]", "doc: expected value at byte 1"), ("[1,]", "doc: expected value at byte 3"),
        (#"{"a" 1}"#, "doc: expected `:` at byte 5"), ("{1: 2}", "doc: key must be a string at byte 1"),
        (#"{"a": 1"#, "doc: EOF while parsing an object at byte 7"),
        (#"{"a": 1 "b": 2}"#, "doc: expected `,` or `}` at byte 8"),
        (#"["ab"#, "doc: EOF while parsing a string that begins at byte 1 at byte 4"),
        ("[[1, 2", "doc: EOF while parsing a value that begins at byte 1 at byte 6"),
        (#"{"\q": 1}"#, "doc: invalid escape in a key at byte 1"),
    ])
    func brokenStructureIsNamedWithItsPlace(_ json: String, _ text: String) {
        #expect(message { _ = try count(json) } == text)
    }

    @Test func aTextWithoutAValueIsRefused() {
        for json in ["", "  \n"] {
            #expect(
                message { _ = try read([], in: json) } == "doc: EOF while parsing a value at byte \(json.utf8.count)"
            )
        }
    }

    /// Random values with long strings, escapes and brackets in strings, at every offset from the blocks.
    @Test func passesOverWhateverIsInAValue() throws {
        var random = SystemRandomNumberGenerator()
        func value(_ depth: Int) -> String {
            switch Int.random(in: 0...(depth > 4 ? 2 : 5), using: &random) {
            case 0: return "\(Int.random(in: -9...99, using: &random))"
            case 1: return "null"
            case 2:
                let parts = [
                    "\\\\", "\\\"", "}", "]", "{", "[", "abc", ",", ":", "é", String(repeating: "\\\\", count: 70),
                ]
                let count = Int.random(in: 0...12, using: &random)
                return "\"" + (0..<count).map { _ in parts.randomElement(using: &random)! }.joined() + "\""
            case 3: return "{" + (0..<4).map { "\"k\($0)\\\\\": " + value(depth + 1) }.joined(separator: " ,") + "}"
            default: return "[" + (0..<3).map { _ in value(depth + 1) }.joined(separator: ", ") + "\n]"
            }
        }
        for round in 0..<300 {
            let first = value(0), second = value(0)
            let json = String(repeating: " ", count: round % 64) + "[" + first + "," + second + ", {\"end\": \"here\"}]"
            #expect(try read([0], in: json) == first)
            #expect(try read([1], in: json) == second)
            #expect(try read([2, "end"], in: json) == "\"here\"", "\(json)")
        }
    }

    @Test func nestingCostsNothing() throws {
        let deep = String(repeating: "[", count: 200_000) + String(repeating: "]", count: 200_000)
        #expect(try read([1], in: "[\(deep), 7]") == "7")
        #expect(try count("[\(deep)]") == 1)
    }

    @Test func largeObjectsAreIndexed() throws {
        var json = "{"
        for i in 0..<20_000 { json += "\"key\(i)\": {\"n\": \(i)}, " }
        json += "\"key5\": {\"n\": \"last\"}}"
        var reader = JSONReader(MemorySource(Array(json.utf8), name: "doc"))
        let root = try reader.root()
        for i in [0, 19_999, 10_000, 7] {
            let place = try #require(try finish { try reader.field("key\(i)", of: root) })
            let inner = try #require(try finish { try reader.field("n", of: place) })
            #expect(String(decoding: try reader.bytes(of: inner), as: UTF8.self) == "\(i)")
        }
        let doubled = try #require(try finish { try reader.field("key5", of: root) })
        #expect(String(decoding: try reader.bytes(of: doubled), as: UTF8.self) == #"{"n": "last"}"#)
        #expect(try finish { try reader.field("key", of: root) } == nil)
        #expect(try finish { try reader.count(of: root) } == 20_000)
        let keys = try #require(try finish { try reader.keys(of: root) })
        #expect(keys.count(where: { $0 == .comma }) == 19_999)
    }

    @Test func objectsWithMoreKeysThanAreKeptAreSearched() throws {
        var json = "{"
        for i in 0..<4000 { json += "\"\(i)\":\(i)," }
        json += "\"1\":\"last\"}"
        var reader = JSONReader(MemorySource(Array(json.utf8), name: "doc"), mostKeys: 3999)
        let root = try reader.root()
        for (key, text) in [("3999", "3999"), ("1", "\"last\""), ("no", nil)] {
            let place = try finish { try reader.field(key, of: root) }
            #expect(try place.map { String(decoding: try reader.bytes(of: $0), as: UTF8.self) } == text)
        }
        #expect(try finish { try reader.count(of: root) } == nil)
        #expect(try finish { try reader.keys(of: root) } == nil)
    }

    @Test func elementsOfLongListsAreFoundInAnyOrder() throws {
        let json = "[" + (0..<40_000).map { "[\($0)         ]" }.joined(separator: ",") + "]"
        var reader = JSONReader(MemorySource(Array(json.utf8), name: "doc"))
        let root = try reader.root()
        for i in [0, 39_999, 20_000, 20_001, 2] {
            let place = try #require(try finish { try reader.element(i, of: root) })
            #expect(String(decoding: try reader.bytes(of: place), as: UTF8.self) == "[\(i)         ]")
        }
        #expect(try finish { try reader.element(40_000, of: root) } == nil)
        var sum = 0
        var behind: Int?
        while true {
            let (elements, isLast) = try reader.elements(of: root, behind: behind, count: 1000, bytes: 1 << 20)
            sum += elements.count
            behind = elements.last?.upperBound
            if isLast { break }
        }
        #expect(sum == 40_000)
    }
}
