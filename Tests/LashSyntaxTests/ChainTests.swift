import LashSyntax
import Testing

/// Chains are not nesting: their length is bounded by memory only.
@Suite struct ChainTests {
    static let length = 50_000

    private static func repeated(_ text: String) -> String { String(repeating: text, count: length) }

    @Test(arguments: [
        ("a", " + a", ""), ("a", " and a", ""), ("a", ".b", ""), ("a", "[0]", ""), ("a", "?", ""), ("a", ".b()", ""),
        ("", "!", "a"), ("", "-", "a"), ("", "await ", "a"), ("1", ", 1", ""), ("if a {}", " else if a {}", ""),
        ("x", ".b", " = 1"), ("", "a ? b : c\n", "a"),
    ])
    func longChainsParse(start: String, link: String, end: String) {
        let text = start + Self.repeated(link) + end
        let (tree, diagnostics) = SyntaxTree.parse(SourceText(text))
        #expect(diagnostics.isEmpty)
        guard case .block(let statements) = tree[tree.main] else { return }
        #expect(tree.span(of: statements[0]).start == 0)
        #expect(tree.statementSpan(of: statements[statements.count - 1]).end == text.utf8.count)
        #expect(tree.mainJSON.utf8.count > Self.length)
    }

    @Test func longUnionsParse() {
        let (tree, diagnostics) = SyntaxTree.parse(SourceText("type T = int" + Self.repeated(" | int")))
        #expect(diagnostics.isEmpty)
        #expect(tree.nodeCount >= Self.length)
    }

    @Test(arguments: [
        "(", "[", "{a: ", "f(", "a[", "if a {", "a ? b : ", "sleep for ", "type T = list[", "type T = {a: {a: ",
    ])
    func endlessNestingIsAnError(opener: String) {
        let text =
            opener.hasPrefix("type") ? "type T = " + Self.repeated(String(opener.dropFirst(9))) : Self.repeated(opener)
        #expect(codes(text).first == "E0108")
    }

    @Test(arguments: [
        ("(", "1", ")", 255), ("[", "", "]", 256), ("{a: ", "1", "}", 255), ("if a {", "", "}", 256),
        ("a[", "1", "]", 255),
    ])
    func theLimitIsExact(open: String, inner: String, close: String, deepest: Int) {
        func nested(_ depth: Int) -> String {
            String(repeating: open, count: depth) + inner + String(repeating: close, count: depth)
        }
        #expect(codes(nested(deepest)).isEmpty)
        #expect(
            SyntaxTree.parse(SourceText(nested(deepest + 1))).diagnostics.map(\.message)
                == ["expression nesting too deep (limit 256); flatten the program"]
        )
    }

    @Test func nestedTypesCount() {
        func nested(_ depth: Int) -> String {
            "type T = " + String(repeating: "list[", count: depth) + "int" + String(repeating: "]", count: depth)
        }
        #expect(codes(nested(255)).isEmpty)
        #expect(codes(nested(256)) == ["E0108"])
    }
}
