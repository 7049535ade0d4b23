/// What a token is, for those who colour text.
package enum TokenRole: Sendable {
    case keyword, name, number, string, mark
}

extension SyntaxTree {
    /// The tokens of the text in their order, without the end of the input.
    package var tokens: [(role: TokenRole, span: Span)] {
        tokenTable.indices.compactMap { token in
            let kind = tokenTable[token].kind
            if kind == .endOfInput { return nil }
            return (Self.role(of: kind), span(ofToken: token))
        }
    }

    /// All nodes, children before their parents but for chains.
    package var nodes: [NodeID] { nodeTable.indices.map { NodeID($0) } }

    private static func role(of kind: TokenKind) -> TokenRole {
        switch kind {
        case .number: .number
        case .string: .string
        case _ where kind.isIdentifier: .name
        case _ where kind.isKey: .keyword
        default: .mark
        }
    }
}

/// Whether a word of the language can never be a name.
package func isReservedWord(_ text: String) -> Bool {
    guard let word = SymbolTable.ofWords.known(text) else { return false }
    let kind = SymbolTable.ofWords.kind(of: word)
    return kind.isKey && !kind.isIdentifier
}
