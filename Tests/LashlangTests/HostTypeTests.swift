import Lashlang
import Testing

@Suite struct HostTypeTests {
    struct Point: Codable {
        var x: Double
        var y: Double?
    }

    enum Mode: String, Codable, CaseIterable { case fast, slow }
    enum Level: Int, Codable, CaseIterable { case low, high }
    /// Cannot be made from an empty text, and does not say which texts it takes.
    enum Hidden: String, Codable { case only }

    struct Request: Codable {
        var path: String
        var limit: Int?
        var mode: Mode
        var level: Level
        var points: [Point]
        var tags: Set<String>
        var table: [String: Int]
        var extra: Value
        var flags: [Bool?]?
    }

    @Test func structuresAreObjects() {
        #expect(
            HostType(describing: Request.self).description
                == #"{ path: str, limit: int | null?, mode: enum["fast", "slow"], level: int, "#
                + "points: list[{ x: float, y: float | null? }], tags: list[str], table: dict, extra: any, "
                + "flags: list[bool | null] | null? }"
        )
    }

    @Test func whatIsDescribedCanBeReadAgain() throws {
        let type = HostType(describing: Request.self)
        #expect(try HostType(parsing: type.description) == type)
    }

    @Test func simpleTypesHaveNames() {
        #expect(HostType(describing: String.self) == .str)
        #expect(HostType(describing: UInt16.self) == .int)
        #expect(HostType(describing: Int128.self) == .int)
        #expect(HostType(describing: Float.self) == .float)
        #expect(HostType(describing: Double?.self) == .union([.float, .null]))
        #expect(HostType(describing: Bool??.self) == .union([.bool, .null]))
        #expect(HostType(describing: Void.self) == .null)
        #expect(HostType(describing: Record.self) == .dict)
        #expect(HostType(describing: Value.self) == .any)
        #expect(HostType(describing: [[Mode]].self) == .list(.list(.enumeration(["fast", "slow"]))))
        #expect(HostType(describing: [Mode: Int].self) == .list(.any))
        #expect(HostType(describing: [Int: Int].self) == .dict)
    }

    struct Wrapped: Codable {
        var inner: String
        init(from decoder: any Decoder) throws { inner = try decoder.singleValueContainer().decode(String.self) }
    }

    struct Pair: Codable {
        var values: [Int]
        init(from decoder: any Decoder) throws {
            var items = try decoder.unkeyedContainer()
            values = [try items.decode(Int.self), try items.decode(Int.self)]
        }
    }

    struct ByHand: Codable {
        private enum Keys: String, CodingKey { case a, b, c }
        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: Keys.self)
            _ = try fields.decodeNil(forKey: .a) ? 0 : fields.decode(Int.self, forKey: .a)
            if fields.contains(.b) { _ = try fields.decode(String.self, forKey: .b) }
            _ = try fields.nestedUnkeyedContainer(forKey: .c)
        }
    }

    @Test func typesThatDecodeByHandAreFollowed() {
        #expect(HostType(describing: Wrapped.self) == .str)
        #expect(HostType(describing: Pair.self) == .list(.int))
        #expect(HostType(describing: ByHand.self).description == "{ a: int | null, b: str?, c: any }")
    }

    final class Node: Codable {
        var value: Int
        var next: Node?
        var children: [Node]
        var table: [String: Node]
    }

    final class Endless: Codable {
        var next: Endless
    }

    struct Polymorphic: Decodable {
        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: Key.self)
            guard try fields.decode(String.self, forKey: .kind) == "circle" else {
                throw DecodingError.dataCorruptedError(forKey: .kind, in: fields, debugDescription: "unknown kind")
            }
        }
        enum Key: CodingKey { case kind }
    }

    struct Forever: Decodable {
        init(from decoder: any Decoder) throws {
            var items = try decoder.unkeyedContainer()
            while true { _ = try items.decode(Int.self) }
        }
    }

    struct Wider<T: Decodable>: Decodable {
        private enum CodingKeys: CodingKey { case left, right }
        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            _ = try fields.decodeIfPresent(Wider<[T]>.self, forKey: .left)
            _ = try fields.decodeIfPresent(Wider<T?>.self, forKey: .right)
        }
    }

    struct OnlyOut: Encodable { var x = 1 }
    struct Holder: Codable {
        var hidden: Hidden?
        var hiddens: [Hidden]
    }

    @Test func whatCannotBeFoundOutIsAny() {
        #expect(
            HostType(describing: Node.self).description
                == "{ value: int, next: any?, children: list[any], table: dict }"
        )
        #expect(HostType(describing: Endless.self) == .any)
        #expect(HostType(describing: Polymorphic.self) == .any)
        #expect(HostType(describing: Forever.self) == .any)
        #expect(HostType(describing: OnlyOut.self) == .any)
        #expect(HostType(describing: Hidden.self) == .any)
        #expect(HostType(describing: Holder.self).description == "{ hidden: any?, hiddens: list[any] }")
    }

    @Test func aTypeThatGrowsWithoutEndIsGivenUp() throws {
        // Some type that a catalog takes; which one depends on where the search was given up.
        var catalog = HostCatalog()
        try catalog.addFunction("f", parameters: [("x", HostType(describing: Wider<Int>.self))], result: .any)
    }
}
