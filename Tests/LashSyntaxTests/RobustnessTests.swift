import LashSyntax
import Testing

@Suite struct RobustnessTests {
    private static let pieces = [
        "x", "=", "(", ")", "[", "]", "{", "}", ",", ":", "?", ".", "+", "-", "not", "await", "if", "else", "for", "in",
        "1",
        "\"a\"", "'", "$", "@", "label", "title", "|", "type", "process", "start", "sleep", "Type", "finish", "let",
        "\n", "//",
        "enum", "list", "<", ">", "wait_signal", "\u{201C}", "while", "break", "->", "call", "print", "return", "fn",
    ]

    /// A fixed sequence, so that a failure can be repeated.
    private struct Sequence {
        var state: UInt64
        mutating func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
    }

    @Test func anyMixtureOfTokensGivesATreeAndOrderedErrors() {
        for seed in 0..<3_000 {
            var sequence = Sequence(state: UInt64(seed))
            let text = (0..<(1 + sequence.next(40))).map { _ in Self.pieces[sequence.next(Self.pieces.count)] }
                .joined(separator: sequence.next(2) == 0 ? " " : "")
            let source = SourceText(text)
            let (tree, diagnostics) = SyntaxTree.parse(source)
            #expect(diagnostics.count <= 20)
            for diagnostic in diagnostics {
                guard let span = diagnostic.span else { continue }
                #expect(span.start <= span.end && span.end <= text.utf8.count, "\(text)")
                _ = DiagnosticRenderer(source).render(diagnostic)
            }
            for index in 0..<tree.nodeCount where diagnostics.isEmpty { _ = tree.nodeSpan(index) }
            _ = tree.mainJSON
            _ = tree.declarationsJSON
        }
    }

    @Test(arguments: [
        "!", "!a", "a?", "{}", "()", "-1", "a,", "a[1]", "if a{}", "x=1\n", "a ? b : c ",
    ])
    func nodesAreFewerThanBytes(piece: String) {
        let text = String(repeating: piece, count: 10_000)
        let (tree, diagnostics) = SyntaxTree.parse(SourceText(text))
        #expect(tree.nodeCount <= text.utf8.count + 2)
        #expect(diagnostics.count <= 1)
    }

    @Test func anyBytesGiveATree() {
        for seed in 0..<500 {
            var sequence = Sequence(state: UInt64(seed))
            let bytes = (0..<100).map { _ in UInt8(sequence.next(256)) }
            let source = SourceText(bytes: bytes)
            let (_, diagnostics) = SyntaxTree.parse(source)
            _ = DiagnosticRenderer(source).render(diagnostics)
        }
    }
}

extension SyntaxTree {
    /// The spans of all statements and declarations.
    fileprivate func nodeSpan(_ index: Int) -> Span? {
        guard case .block(let statements) = self[main], index < statements.count else { return nil }
        return statementSpan(of: statements[index])
    }
}
