import LashSyntax
import Testing

@testable import LashLinker

/// A table behind a reference, because expectations cannot change values.
private final class Types {
    private var table = TypeTable()

    func make(_ shape: TypeShape) -> StaticType { table.make(shape) }
    func text(_ text: String) -> StaticType { table.make(.text(ExactText(text))) }
    func enumeration(_ texts: String...) -> StaticType { table.make(.enumeration(texts.map(ExactText.init))) }
    func infer(_ shape: TypeShape) -> StaticType { table.infer(shape) }
    func declare(_ name: String, as type: StaticType) { table.declare(name, as: type) }
    func fits(_ source: StaticType, _ target: StaticType) -> Bool { table.fits(source, target) }
    func display(_ type: StaticType) -> String { table.display(type) }
    func fieldType(_ name: String, of type: StaticType) -> StaticType { table.fieldType(ExactText(name), of: type) }
    func inferredUnion(_ members: [StaticType]) -> StaticType { table.inferredUnion(members) }
    func depth(of type: StaticType) -> Int { table.depth(of: type) }
}

@Suite struct TypeTests {
    @Test func `Types read as they are written`() {
        let table = Types()
        let field = ObjectField(name: "a", type: TypeTable.int)
        let optional = ObjectField(name: "b", type: TypeTable.str, optional: true)
        let record = table.make(.object([field, optional]))
        let list = table.make(.list(record))
        let handle = table.make(.triggerHandle(TypeTable.bool))
        let process = table.make(.process(input: list, count: 1, output: handle))
        let kinds = table.enumeration("a", "b")
        let all = table.make(.union([process, kinds, TypeTable.null]))
        #expect(
            table.display(all)
                == "Process<list[{ a: int, b: str? }], TriggerHandle<bool>> | enum[\"a\", \"b\"] | null"
        )
        let empty = table.make(.object([]))
        #expect(table.display(empty) == "{  }")
        #expect(table.display(TypeTable.never) == "never")
    }

    @Test func `any fits both ways, also inside`() {
        let table = Types()
        let anyList = table.make(.list(TypeTable.any))
        let strings = table.make(.list(TypeTable.str))
        #expect(table.fits(TypeTable.any, strings))
        #expect(table.fits(strings, TypeTable.any))
        #expect(table.fits(anyList, strings))
        #expect(table.fits(strings, anyList))
        #expect(!table.fits(strings, TypeTable.str))
    }

    @Test func `An integral number fits int and float`() {
        let table = Types()
        #expect(table.fits(TypeTable.number, TypeTable.int))
        #expect(table.fits(TypeTable.number, TypeTable.float))
        #expect(table.fits(TypeTable.int, TypeTable.float))
        #expect(!table.fits(TypeTable.float, TypeTable.int))
        #expect(!table.fits(TypeTable.number, TypeTable.str))
    }

    @Test func `A known text fits the enums that list it`() {
        let table = Types()
        let kinds = table.enumeration("a", "b")
        let fewer = table.enumeration("a")
        let a = table.text("a")
        let z = table.text("z")
        #expect(table.fits(a, kinds))
        #expect(!table.fits(z, kinds))
        #expect(table.fits(z, TypeTable.str))
        #expect(table.fits(TypeTable.str, kinds))
        #expect(table.fits(fewer, kinds))
        #expect(!table.fits(kinds, fewer))
        let split = table.make(.union([fewer, table.enumeration("b")]))
        #expect(table.fits(kinds, split))
    }

    @Test func `Objects need the required fields`() {
        let table = Types()
        let required = table.make(.object([ObjectField(name: "x", type: TypeTable.int)]))
        let optional = table.make(.object([ObjectField(name: "x", type: TypeTable.int, optional: true)]))
        let empty = table.make(.object([]))
        #expect(table.fits(required, optional))
        #expect(!table.fits(optional, required))
        #expect(table.fits(required, empty))
        #expect(table.fits(empty, optional))
        #expect(!table.fits(empty, required))
        #expect(table.fits(required, TypeTable.dict))
        #expect(table.fits(TypeTable.dict, required))
    }

    @Test func `Recursive aliases are compared by what they say`() {
        let table = Types()
        for name in ["Left", "Right"] {
            let own = table.make(.named(name))
            let next = table.make(.union([own, TypeTable.null]))
            let node = table.make(.object([ObjectField(name: "next", type: next)]))
            table.declare(name, as: node)
        }
        let left = table.make(.named("Left"))
        let right = table.make(.named("Right"))
        #expect(table.fits(left, right))
        #expect(!table.fits(left, TypeTable.str))
        #expect(table.display(left) == "{ next: Left | null }")
    }

    @Test func `A failed assumption is not believed later`() {
        let table = Types()
        // A = { next: A, tag: int } and B = { next: B, tag: str } differ only behind the recursion.
        for (name, tag) in [("A", TypeTable.int), ("B", TypeTable.str)] {
            let own = table.make(.named(name))
            let fields = [ObjectField(name: "next", type: own), ObjectField(name: "tag", type: tag)]
            table.declare(name, as: table.make(.object(fields)))
        }
        let a = table.make(.named("A"))
        let b = table.make(.named("B"))
        #expect(!table.fits(a, b))
        let lists = (table.make(.list(a)), table.make(.list(b)))
        #expect(!table.fits(lists.0, lists.1))
    }

    @Test func `Aliases that only lead to each other stay names`() {
        let table = Types()
        let a = table.make(.named("A"))
        let b = table.make(.named("B"))
        table.declare("A", as: b)
        table.declare("B", as: a)
        #expect(!table.fits(TypeTable.int, a))
        #expect(table.fieldType("x", of: a) == TypeTable.any)
    }

    @Test func `Doubling aliases stay cheap`() {
        let table = Types()
        for index in 0..<2_000 {
            let next = table.make(.named("T\(index + 1)"))
            let fields = [ObjectField(name: "x", type: next), ObjectField(name: "y", type: next)]
            table.declare("T\(index)", as: table.make(.object(fields)))
            table.declare(
                "U\(index)",
                as: table.make(
                    .object(
                        fields.map { field in
                            ObjectField(name: field.name, type: table.make(.named("U\(index + 1)")))
                        }
                    )
                )
            )
        }
        table.declare("T2000", as: TypeTable.int)
        table.declare("U2000", as: TypeTable.str)
        let first = table.make(.named("T0"))
        #expect(table.fits(first, table.make(.named("U0"))))
        #expect(!table.fits(table.make(.named("T1990")), table.make(.named("U1990"))))
        #expect(table.display(first).utf8.count < 20_000)
    }

    @Test func `Long chains of aliases are followed without recursion`() {
        let table = Types()
        for index in 0..<100_000 {
            table.declare("T\(index)", as: table.make(.named("T\(index + 1)")))
        }
        table.declare("T100000", as: TypeTable.int)
        #expect(table.fits(TypeTable.int, table.make(.named("T0"))))
        #expect(!table.fits(TypeTable.str, table.make(.named("T0"))))
    }

    @Test func `Inferred types stay small`() {
        let table = Types()
        var type = TypeTable.int
        for _ in 0..<10_000 { type = table.infer(.list(type)) }
        #expect(table.depth(of: type) <= TypeTable.inferredDepth)
        let many = (0..<1_000).map { table.make(.object([ObjectField(name: "f\($0)", type: TypeTable.int)])) }
        #expect(table.inferredUnion(many) == TypeTable.any)
        let texts = (0..<1_000).map { table.text("\($0)") }
        #expect(table.inferredUnion(texts) == TypeTable.str)
    }
}
