internal import LashSyntax

/// Which names programs can use. The parser decides, so that it need not be told twice what is reserved.
enum HostNames {
    /// Whether `path.name(…)` is a call of `name` on `path` wherever an expression may stand.
    static func isCallPath(_ path: String, _ name: String) -> Bool {
        readsAlone(path + "." + name) { tree, node in
            guard case .receiverCall(let receiver, let operation, _) = tree[node] else { return false }
            return tree.text(of: operation) == name && self.path(of: receiver, in: tree) == path
        }
    }

    /// Whether `name(…)` is a call of that name wherever an expression may stand.
    static func isCallable(_ name: String) -> Bool {
        readsAlone(name) { tree, node in
            guard case .call(let called, _) = tree[node] else { return false }
            return tree.text(of: called) == name
        }
    }

    /// Whether a name can stand in a type and means nothing there by itself.
    static func isTypeName(_ name: String) -> Bool {
        guard name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy({ isIdentifier(String($0)) })
        else { return false }
        let parsed = SyntaxTree.parseType(SourceText(name))
        guard let type = parsed.type, case .namedType(let found) = parsed.tree[type] else { return false }
        return found == name
    }

    /// Checks a call as a statement and as an operand: some words mean something in one of the places only.
    private static func readsAlone(_ called: String, _ isRight: (SyntaxTree, NodeID) -> Bool) -> Bool {
        guard called.split(separator: ".", omittingEmptySubsequences: false).allSatisfy({ isIdentifier(String($0)) })
        else { return false }
        let (statement, first) = SyntaxTree.parse(SourceText(called + "()"))
        let (operand, second) = SyntaxTree.parse(SourceText("finish " + called + "()"))
        guard first.isEmpty, second.isEmpty, statement.declarations.isEmpty, operand.declarations.isEmpty,
            case .block(let alone) = statement[statement.main], alone.count == 1, isRight(statement, alone[0]),
            case .block(let finishing) = operand[operand.main], finishing.count == 1,
            case .finish(let value) = operand[finishing[0]], isRight(operand, value)
        else { return false }
        return true
    }

    private static func path(of node: NodeID, in tree: SyntaxTree) -> String {
        var names: [String] = []
        var next = node
        while true {
            switch tree[next] {
            case .field(let target, let name):
                names.append(tree.text(of: name))
                next = target
            case .variable(let name): return (names + [tree.text(of: name)]).reversed().joined(separator: ".")
            default: return ""
            }
        }
    }
}
