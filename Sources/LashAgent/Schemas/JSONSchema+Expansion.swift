extension JSONSchema {
    /// Whether it grows without measure when its references are followed: prompts and checks of arguments would take for ever.
    /// For schemas that strangers wrote.
    ///
    /// - Parameters:
    ///   - limit: the parts that there may be.
    ///   - depth: how deep values are thought to nest.
    package func isExpensive(limit: Int = 5_000, depth: Int = 12) -> Bool {
        var expansion = Expansion(nodes: nodes, depth: depth, left: limit)
        return !expansion.visit(0, depth: 0, nesting: 0)
    }

    private struct Expansion {
        let nodes: [Node]
        let depth: Int
        var left: Int

        /// Gives `false` where nothing is left.
        mutating func visit(_ position: Int, depth: Int, nesting: Int) -> Bool {
            left -= 1
            if left < 0 { return false }
            // Validation goes no deeper either.
            if nesting > 2 * JSONSchema.depthLimit { return true }
            let node = nodes[position]
            for inner in node.partsOfSameValue where !visit(inner, depth: depth, nesting: nesting + 1) { return false }
            if depth == self.depth { return true }
            for inner in node.partsOfInnerValues where !visit(inner, depth: depth + 1, nesting: nesting + 1) {
                return false
            }
            return true
        }
    }
}

extension JSONSchema.Node {
    /// The parts that are about the value itself.
    fileprivate var partsOfSameValue: [Int] {
        allOf + anyOf + oneOf + [not, condition, then, otherwise, reference].compactMap { $0 }
    }

    /// The parts that are about what is in the value.
    fileprivate var partsOfInnerValues: [Int] {
        properties.map(\.schema) + patternProperties.map(\.schema) + prefixItems
            + [additional, propertyNames, items, contains].compactMap { $0 }
    }
}
