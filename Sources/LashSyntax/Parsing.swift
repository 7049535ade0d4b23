extension SyntaxTree {
    /// Parses a program.
    ///
    /// - Returns: The tree, with `.invalid` nodes in place of what could not be read, and every error that was found, at
    ///   most 20: lexical errors first, then the others, each group in source order. The program is well-formed if
    ///   there are none.
    /// - Complexity: Linear in the length of the text, in time and in memory, whatever the text.
    public static func parse(_ source: SourceText) -> (tree: SyntaxTree, diagnostics: [Diagnostic]) {
        var parser = Parser(source)
        parser.program()
        return (SyntaxTree(parser.tree), parser.sortedDiagnostics())
    }

    /// Parses a text that is one type, as it stands after `:` or `->`.
    ///
    /// - Returns: The tree, the type's node in it, and every error; the type is `nil` where there are errors. The main
    ///   block of the tree is empty.
    public static func parseType(_ source: SourceText) -> (tree: SyntaxTree, type: NodeID?, diagnostics: [Diagnostic]) {
        var parser = Parser(source)
        var type: NodeID?
        if source.bytes.count <= SyntaxError.sourceLimit {
            do throws(Abort) {
                type = NodeID(raw: try parser.type())
                if parser.kind != .endOfInput { throw parser.unexpected() }
            } catch {
                type = nil
            }
        }
        parser.tree.main = NodeID(raw: parser.add(.block, 0, Parser.none, Parser.none))
        let diagnostics = parser.sortedDiagnostics()
        return (SyntaxTree(parser.tree), diagnostics.isEmpty ? type : nil, diagnostics)
    }

    /// Whether the only thing wrong with a text is that it ends too early: a bracket, a string or an expression is still
    /// open. An interactive reader then asks for another line. Costs as much as parsing.
    public static func needsMoreInput(_ source: SourceText) -> Bool {
        var parser = Parser(source)
        parser.program()
        if parser.isMuted { return parser.muted == 0 && parser.diagnostics.count == 1 }
        return parser.diagnostics.count == 1 && parser.diagnostics[0].code == SyntaxError.endOfInput(expected: nil).code
    }
}

extension Parser {
    fileprivate mutating func sortedDiagnostics() -> [Diagnostic] {
        if diagnostics.isEmpty { return [] }
        let lexical = diagnostics.prefix { lexicalCodes.contains($0.code) }
        let others = diagnostics[lexical.count...].sorted { ($0.span?.start ?? 0) < ($1.span?.start ?? 0) }
        return lexical + others
    }

    private var lexicalCodes: [String] {
        [SyntaxError.unterminatedString.code, SyntaxError.invalidUTF8.code, SyntaxError.sourceTooLarge.code, "E0101"]
    }
}
