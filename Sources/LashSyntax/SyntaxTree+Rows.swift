// Nodes as the tree keeps them, for the stages that look at each node several times. A `Syntax` value is easier to read,
// but it counts references to the tree and decodes literals; a row does neither.
extension SyntaxTree {
    /// The row of a node. What its operands are, `NodeKind` says.
    package func row(_ node: NodeID) -> Node { nodeTable[Int(node.index)] }

    /// The members of a list, for kinds whose first operand is one.
    package func items(_ row: Node) -> NodeList { NodeList(words: WordList(storage, at: row.left)) }

    /// The statements of a `.block`.
    package func statements(_ row: Node) -> NodeList {
        NodeList(words: WordList(storage, at: row.left == Parser.none ? row.right : row.left))
    }

    /// The entries of a `.record`.
    package func entries(_ row: Node) -> EntryList { EntryList(words: WordList(storage, at: row.left)) }

    /// The value of a `.string`.
    package func string(_ row: Node) -> String { string(at: row.main) }

    /// The value of a `.number`.
    package func number(_ row: Node) -> Double { number(at: row.main) }

    /// The index of an `.index`.
    package func index(_ row: Node) -> NodeID { NodeID(raw: extra[Int(row.right)]) }

    /// The branches of an `.ifStatement`.
    package func branches(_ row: Node) -> (then: NodeID, otherwise: NodeID?) {
        let (then, otherwise) = (extra[Int(row.right)], extra[Int(row.right) + 1])
        return (NodeID(raw: then), otherwise == 0 ? nil : NodeID(raw: otherwise - 1))
    }

    /// The operator of a `.binary`; `nil` for other kinds.
    package func binaryOperator(_ row: Node) -> BinaryOperator? {
        row.kind == .binary ? BinaryOperator(tokenTable[Int(row.main)].kind) : nil
    }

    /// The operands of a node that is a `.binary` with a certain operator.
    package func operands(of node: NodeID, _ wanted: BinaryOperator) -> (left: NodeID, right: NodeID)? {
        let row = row(node)
        return binaryOperator(row) == wanted ? (row.first, row.second) : nil
    }
}

extension Node {
    /// The name that is its main token.
    package var name: Name { Name(token: main) }
    /// The first operand, for kinds where that is a node.
    package var first: NodeID { NodeID(raw: left) }
    /// The second operand, for kinds where that is a node.
    package var second: NodeID { NodeID(raw: right) }
}
