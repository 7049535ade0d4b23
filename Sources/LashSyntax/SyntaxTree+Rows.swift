// Nodes as the tree keeps them, for the stages that look at each node several times. A `Syntax` value is easier to read,
// but it counts references to the tree and decodes literals; a row does neither. These are inlined where they are used: most
// of them are a load or two.
extension SyntaxTree {
    /// The row of a node. What its operands are, `NodeKind` says.
    @inlinable package func row(_ node: NodeID) -> Node { nodeTable[Int(node.index)] }

    /// The members of a list, for kinds whose first operand is one.
    @inlinable package func items(_ row: Node) -> NodeList { NodeList(words: WordList(storage, at: row.left)) }

    /// Whether there are any, for the same kinds.
    @inlinable package func hasItems(_ row: Node) -> Bool { row.left != WordList.empty && extra[Int(row.left)] > 0 }

    /// The statements of a `.block`.
    @inlinable package func statements(_ row: Node) -> NodeList {
        NodeList(words: WordList(storage, at: row.left == WordList.empty ? row.right : row.left))
    }

    /// Where the statements of a `.block` lie, for those who leave and come back between them.
    @inlinable package func statementRange(_ row: Node) -> Range<UInt32> {
        let list = row.left == WordList.empty ? row.right : row.left
        return list == WordList.empty ? 0..<0 : (list + 2)..<(list + 2 + extra[Int(list)])
    }

    /// The statement at a position of such a range.
    @inlinable package func statement(at position: UInt32) -> NodeID { NodeID(raw: extra[Int(position)]) }

    /// The entries of a `.record`.
    @inlinable package func entries(_ row: Node) -> EntryList { EntryList(words: WordList(storage, at: row.left)) }

    /// The value of a `.string`.
    package func string(_ row: Node) -> String { string(at: row.main) }

    /// The value of a `.number`.
    @inlinable package func number(_ row: Node) -> Double {
        Double(bitPattern: UInt64(row.right) << 32 | UInt64(row.left))
    }

    /// The index of an `.index`.
    @inlinable package func index(_ row: Node) -> NodeID { NodeID(raw: extra[Int(row.right)]) }

    /// The branches of an `.ifStatement`.
    @inlinable package func branches(_ row: Node) -> (then: NodeID, otherwise: NodeID?) {
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
    @inlinable package var name: Name { Name(token: main) }
    /// The first operand, for kinds where that is a node.
    @inlinable package var first: NodeID { NodeID(raw: left) }
    /// The second operand, for kinds where that is a node.
    @inlinable package var second: NodeID { NodeID(raw: right) }
}
