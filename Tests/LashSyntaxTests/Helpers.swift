import LashSyntax
import Testing

/// The JSON form of a program without errors.
func tree(_ text: String, sourceLocation: Testing.SourceLocation = #_sourceLocation) -> String {
    let (tree, diagnostics) = SyntaxTree.parse(SourceText(text))
    #expect(diagnostics.isEmpty, "\(diagnostics.map(\.message))", sourceLocation: sourceLocation)
    return tree.mainJSON
}

/// The JSON form of the only statement of a program, in a short form for expressions.
func shape(_ text: String, sourceLocation: Testing.SourceLocation = #_sourceLocation) -> String {
    let (tree, diagnostics) = SyntaxTree.parse(SourceText(text))
    #expect(diagnostics.isEmpty, "\(diagnostics.map(\.message))", sourceLocation: sourceLocation)
    guard case .block(let statements) = tree[tree.main] else { return "?" }
    return statements.map { shape(tree, $0) }.joined(separator: "; ")
}

/// Expressions with all their parentheses.
private func shape(_ tree: SyntaxTree, _ node: NodeID) -> String {
    func of(_ node: NodeID) -> String { shape(tree, node) }
    func list(_ nodes: NodeList) -> String { nodes.map(of).joined(separator: ", ") }
    switch tree[node] {
    case .null: return "null"
    case .boolean(let value): return "\(value)"
    case .number(let value): return "\(value)"
    case .string(let text): return "'\(text)'"
    case .variable(let name): return tree.text(of: name)
    case .tuple(let items): return "tuple(\(list(items)))"
    case .list(let items): return "[\(list(items))]"
    case .record(let entries):
        return "{" + entries.map { "\(tree.text(of: $0.key)): \(of($0.value))" }.joined(separator: ", ") + "}"
    case .field(let target, let name): return "\(of(target)).\(tree.text(of: name))"
    case .index(let target, let index): return "\(of(target))[\(of(index))]"
    case .call(let name, let arguments): return "\(tree.text(of: name))(\(list(arguments)))"
    case .receiverCall(let receiver, let operation, let arguments):
        return "\(of(receiver)).\(tree.text(of: operation))(\(list(arguments)))"
    case .negate(let operand): return "(- \(of(operand)))"
    case .not(let operand): return "(not \(of(operand)))"
    case .await(let operand): return "(await \(of(operand)))"
    case .unwrap(let operand): return "\(of(operand))?"
    case .binary(let operation, let left, let right): return "(\(of(left)) \(operation.rawValue) \(of(right)))"
    case .conditional(let condition, let then, let otherwise):
        return "(\(of(condition)) ? \(of(then)) : \(of(otherwise)))"
    case .sleepFor(let operand): return "(sleep for \(of(operand)))"
    case .finish(let operand): return "finish \(of(operand))"
    case .print(let operand): return "print \(of(operand))"
    case .assign(let root, let steps, let value):
        return "\(tree.text(of: root))\(steps.map(of).joined()) = \(of(value))"
    case .fieldStep(let name): return ".\(tree.text(of: name))"
    case .indexStep(let index): return "[\(of(index))]"
    case .block(let statements): return "{ \(statements.map(of).joined(separator: "; ")) }"
    case .forLoop(let binding, let iterable, let body):
        return "for \(tree.text(of: binding)) in \(of(iterable)) \(of(body))"
    case .invalid: return "<invalid>"
    default: return "<other>"
    }
}

/// `message @start..<end` of every error.
func errors(_ text: String) -> [String] {
    SyntaxTree.parse(SourceText(text)).diagnostics.map {
        "\($0.message) @\($0.span?.start ?? -1)..<\($0.span?.end ?? -1)"
    }
}

/// The codes of every error.
func codes(_ text: String) -> [String] { SyntaxTree.parse(SourceText(text)).diagnostics.map(\.code) }
