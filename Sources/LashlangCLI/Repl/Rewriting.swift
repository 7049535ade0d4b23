import Lashlang

/// An input whose last statement, if it is an expression, is put into `finish (…)`.
struct Rewriting {
    /// The text that is run.
    let source: SourceText
    /// Whether the input is an expression and nothing else, so that it changes no variable.
    let isExpression: Bool
    private let original: SourceText
    /// The expression in the original text.
    private let expression: Span?

    private static let opening = Array("finish (".utf8)

    init(_ original: SourceText) {
        self.original = original
        let (tree, problems) = SyntaxTree.parse(original)
        guard problems.isEmpty, case .block(let statements) = tree[tree.main], let last = statements.last,
            Self.isExpression(tree[last])
        else {
            source = original
            expression = nil
            isExpression = false
            return
        }
        let span = tree.statementSpan(of: last)
        let bytes = original.bytes
        source = SourceText(
            bytes: bytes[..<span.start] + Self.opening + bytes[span.start..<span.end] + [UInt8(ascii: ")")]
                + bytes[span.end...],
            name: original.name
        )
        expression = span
        isExpression = statements.count == 1 && tree.declarations.isEmpty
    }

    private static func isExpression(_ node: Syntax) -> Bool {
        switch node {
        case .null, .boolean, .number, .string, .variable, .tuple, .list, .comprehension, .record, .field, .index,
            .call, .receiverCall, .start, .negate, .not, .await, .unwrap, .binary, .conditional, .signalRun,
            .typeLiteral:
            return true
        default: return false
        }
    }

    /// A diagnostic of the text that is run, as one of the text that was typed.
    func restored(_ diagnostic: Diagnostic) -> Diagnostic {
        var diagnostic = diagnostic
        if diagnostic.source == nil { diagnostic.span = diagnostic.span.map(restored) }
        for index in diagnostic.calls.indices where diagnostic.calls[index].source == nil {
            diagnostic.calls[index].span = restored(diagnostic.calls[index].span)
        }
        diagnostic.fixes = diagnostic.fixes.map { Fix(restored($0.span), $0.replacement) }
        return diagnostic
    }

    /// A place in the text that is run, as one in the text that was typed.
    func restored(_ span: Span) -> Span { Span(restored(span.start), restored(span.end)) }

    private func restored(_ offset: Int) -> Int {
        guard let expression, offset > expression.start else { return offset }
        let inside = max(expression.start, offset - Self.opening.count)
        return inside <= expression.end ? inside : max(expression.end, inside - 1)
    }
}
