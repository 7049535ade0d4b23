import LashLinker
import Testing

@Suite struct HostTypeTests {
    private func message(_ text: String) -> String? {
        do {
            _ = try HostType(parsing: text)
            return nil
        } catch {
            return error.message
        }
    }

    @Test(arguments: [
        "any", "str", "int", "float", "bool", "dict", "null", "list[int]", "enum[\"a\", \"b c\"]", "{}",
        "{ path: str, limit: int?, \"a b\": any }", "int | null", "list[int | null]", "geo.Point", "Tools",
        "Process<{ a: int }, any>", "TriggerHandle<timer.Tick>", #"enum["\"\\\n"]"#, "{ if: bool }",
    ])
    func `A type reads as it was written`(text: String) throws {
        let type = try HostType(parsing: text)
        #expect(type.description == text)
        #expect(try HostType(parsing: type.description) == type)
    }

    @Test func `Other spellings mean the same`() throws {
        #expect(try HostType(parsing: " string|number ") == .union([.str, .float]))
        #expect(try HostType(parsing: "\"x\"") == .enumeration(["x"]))
        #expect(try HostType(parsing: "Type { a: object # a record\n }") == .object([HostField("a", .dict)]))
        #expect(try HostType(parsing: "Process<int, str>") == .process(input: .int, inputCount: 1, output: .str))
    }

    @Test func `What is no type is refused with its place`() {
        #expect(message("{ path: str") == "`{ path: str` is no type: expected `}`, found end of input, at character 12")
        #expect(message("int int")?.hasSuffix("at character 5") == true)
        #expect(message("int\ntype U = str")?.contains("at character 5") == true)
        #expect(message("int?")?.contains("at character 4") == true)
        #expect(message("{ a: int, a: str }")?.contains("duplicate field") == true)
        for text in ["", "list", "list[]", "enum[]", "1", "\"", "(int)", "a.", "{a}"] { #expect(message(text) != nil) }
    }

    @Test func `Nesting is bounded`() {
        func nested(_ depth: Int) -> String {
            String(repeating: "list[", count: depth - 1) + "int" + String(repeating: "]", count: depth - 1)
        }
        #expect(message(nested(HostType.nestingLimit)) == nil)
        #expect(message(nested(HostType.nestingLimit + 1)) == "a type of the host nests deeper than 64 levels")
        #expect(message(nested(100_000)) != nil)
        var type = HostType.int
        for _ in 0..<1_000 { type = .union([type]) }
        var catalog = HostCatalog()
        #expect(throws: HostCatalogError("a type of the host nests deeper than 64 levels")) {
            try catalog.addConstructor("a.b", input: type, output: .any)
        }
    }
}
