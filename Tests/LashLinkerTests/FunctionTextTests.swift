import LashLinker
import LashSyntax
import Testing

/// The texts that functions keep for later programs.
@Suite struct FunctionTextTests {
    private func texts(_ source: String) -> [String] {
        let library = link(SyntaxTree.parse(SourceText(source)).tree).program.declaredFunctions
        return library.names.map { name in
            guard let source = library[name]?.source else { return "" }
            return source[Span(0, source.bytes.count)]
        }
    }

    @Test func `A function keeps the types that it mentions, in the order of the program`() {
        let source = """
            fn f(a: B) -> A { a }
            type C = int
            type B = { c: C }
            type A = list[B]
            type Other = str
            fn g(n: int) -> int { n }
            """
        #expect(
            texts(source) == [
                "type C = int\ntype B = { c: C }\ntype A = list[B]\nfn f(a: B) -> A { a }", "fn g(n: int) -> int { n }",
            ]
        )
    }

    @Test(.timeLimit(.minutes(1))) func `Many functions take time in proportion to their number`() {
        let source = (0..<10_000).map { "type T\($0) = int\nfn f\($0)(a: T\($0)) -> int { a }\n" }.joined()
        let all = texts(source)
        #expect(all.count == 10_000)
        #expect(all.last == "type T9999 = int\nfn f9999(a: T9999) -> int { a }")
    }
}
