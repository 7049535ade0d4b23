import LashSyntax
import Testing

@testable import LashLinker

/// Names and texts that look alike are different ones where their characters differ.
@Suite struct ExactNameTests {
    /// One character, and two that are shown like it.
    private let composed = "\u{E9}"
    private let decomposed = "e\u{301}"
    /// Not the letter K, though Swift's `==` takes it for that.
    private let kelvin = "\u{212A}"

    private func codes(_ text: String, _ environment: HostEnvironment = everything) -> [String] {
        let (tree, problems) = SyntaxTree.parse(SourceText(text))
        return (problems + link(tree, environment: environment).errors).map(\.code)
    }

    @Test func `A field has one spelling`() {
        let declaration = "fn f(x: {\"\(composed)\": int}) -> int { return 1 }\n"
        #expect(codes(declaration + "f({\"\(composed)\": 1})") == [])
        #expect(codes(declaration + "f({\"\(decomposed)\": 1})") == ["E0245"])
        let fields = (1...9).map { "f\($0): any" }.joined(separator: ", ")
        let values = (1...9).map { "f\($0): 0" }.joined(separator: ", ")
        let wide = "fn f(x: {\(fields), \"\(composed)\": int}) -> int { return 1 }\n"
        #expect(codes(wide + "f({\(values), \"\(composed)\": 1})") == [])
        #expect(codes(wide + "f({\(values), \"\(decomposed)\": 1})") == ["E0245"])
    }

    @Test func `Fields that look alike have types of their own`() {
        let text = """
            fn f(x: {"\(composed)": int, "\(decomposed)": str}) -> str { return x."\(decomposed)" }
            fn g(x: {"\(composed)": int, "\(decomposed)": str}) -> str { return x."\(composed)" }
            """
        #expect(codes(text) == ["E0247"])
    }

    @Test func `A text of an enum has one spelling`() {
        let declaration = "fn f(x: enum[\"\(composed)\"]) -> int { return 1 }\n"
        #expect(codes(declaration + "f(\"\(composed)\")") == [])
        #expect(codes(declaration + "f(\"\(decomposed)\")") == ["E0246"])
        var types = TypeTable()
        let one = types.make(.enumeration([ExactText(composed)]))
        let other = types.make(.enumeration([ExactText(decomposed)]))
        #expect(one != other)
        #expect(types.fits(one, one) == true)
        #expect(types.fits(one, other) == false)
        #expect(types.make(.text(ExactText(composed))) != types.make(.text(ExactText(decomposed))))
    }

    @Test func `An argument of start is not one that looks alike`() {
        let process = "process p(K: int) {}\n"
        #expect(codes(process + "start p(\"K\": 1)") == [])
        #expect(codes(process + "start p(\"\(kelvin)\": 1)") == ["E0210", "E0209"])
        #expect(codes(process + "start p(K: 1, \"\(kelvin)\": 1)") == ["E0210"])
        #expect(ProcessArguments.problem(["K"], of: "p", parameters: ["K"]) == nil)
        #expect(ProcessArguments.problem([kelvin], of: "p", parameters: ["K"]) != nil)
    }

    @Test func `An input of a trigger is not one that looks alike`() {
        func registration(_ inputs: String) -> String {
            """
            process p(K: timer.Tick) {}
            triggers.register({source: timer.Schedule({expr: "x"}), target: p, inputs: {\(inputs)}})?
            """
        }
        #expect(codes(registration("K: trigger.event"), wide) == [])
        #expect(codes(registration("\"\(kelvin)\": trigger.event"), wide).count == 2)
    }

    @Test func `A module and its operations are not what looks like them`() throws {
        var environment = everything
        try environment.catalog.addModule("m.K", type: "M")
        try environment.catalog.addOperation("K", to: "m.K", input: .null)
        #expect(codes("m.K.K()", environment) == [])
        #expect(codes("m.\"\(kelvin)\".K()", environment) != [])
        #expect(codes("m.K.\"\(kelvin)\"()", environment) != [])
        #expect(environment.catalog.module("m.\(kelvin)") == nil)
        #expect(throws: HostCatalogError.self) { try environment.catalog.addModule("m.\(kelvin)", type: "M") }
    }

    @Test func `A read-only name protects no other`() {
        for count in [0, 1_000] {
            let others = (0..<count).map { "other\($0)" }
            func environment(_ name: String) -> HostEnvironment { HostEnvironment(readOnlyNames: Set(others + [name])) }
            #expect(codes("K = 1", environment("K")).count == 1)
            #expect(codes("K = 1", environment(kelvin)) == [])
        }
    }

    @Test func `Types of hosts that look alike differ`() throws {
        let types = [composed, decomposed].map { HostType.object([HostField($0, .int)]) }
        #expect(types[0] != types[1])
        #expect(HostType.enumeration([composed]) != HostType.enumeration([decomposed]))
        #expect(HostType.enumeration([composed]) == HostType.enumeration([composed]))
        var catalog = HostCatalog()
        try catalog.addDataType("a.B", types[0])
        try catalog.addDataType("a.B", types[0])
        #expect(throws: HostCatalogError.self) { try catalog.addDataType("a.B", types[1]) }
        try HostType.enumeration([composed, decomposed]).check()
        try HostType.object([HostField(composed, .int), HostField(decomposed, .int)]).check()
    }
}
