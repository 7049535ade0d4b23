internal import LashSyntax

/// What is probably not meant in a program that is otherwise right, from the text and the tree alone.
func warnings(in tree: SyntaxTree) -> [Diagnostic] {
    var finder = WarningFinder(tree: tree)
    finder.search([tree.main] + tree.declarations)
    return finder.found
}

/// Walks the tree with a stack of its own.
private struct WarningFinder {
    let tree: SyntaxTree
    let layout: Layout
    var found: [Diagnostic] = []
    /// Every `let`, reported as one.
    private var lets: [Span] = []
    private var pending: [Pending] = []
    /// The indentation of the statement that was looked at last.
    private var margin = (statement: -1, width: 0)

    private struct Pending {
        let node: NodeID
        let enclosed: Bool
        /// The first byte of the statement that it belongs to.
        let statement: Int
    }

    init(tree: SyntaxTree) {
        self.tree = tree
        self.layout = Layout(bytes: tree.source.bytes)
    }

    mutating func search(_ roots: [NodeID]) {
        for root in roots.reversed() { pending.append(Pending(node: root, enclosed: false, statement: 0)) }
        while let next = pending.popLast() {
            if case .block(let statements) = tree[next.node] {
                visit(statements)
            } else {
                checkLineStart(next)
                for part in tree.parts(of: next.node).reversed() {
                    pending.append(
                        Pending(node: part.node, enclosed: next.enclosed || part.enclosed, statement: next.statement)
                    )
                }
            }
        }
        if let first = lets.first {
            let fixes = lets.map { Fix($0, "") }
            found.append(LinkWarning.letIgnored.diagnostic(Span(first.start, first.start + 3), fixes: fixes))
        }
    }

    private mutating func visit(_ statements: NodeList) {
        var children: [Pending] = []
        var dead = false
        var last: String?
        for statement in statements {
            let span = tree.span(of: statement)
            if let word = last, !dead {
                dead = true
                found.append(LinkWarning.unreachable(after: word).diagnostic(span))
            }
            children.append(Pending(node: statement, enclosed: false, statement: span.start))
            let inner = unlabeled(statement)
            checkLet(inner)
            checkEffect(inner)
            last = jump(inner)
        }
        pending.append(contentsOf: children.reversed())
    }

    private func unlabeled(_ statement: NodeID) -> NodeID {
        var inner = statement
        while case .labeled(_, let next) = tree[inner] { inner = next }
        return inner
    }

    /// The word of a statement after which its block does not go on.
    private func jump(_ statement: NodeID) -> String? {
        switch tree[statement] {
        case .finish: "finish"
        case .fail: "fail"
        case .breakLoop: "break"
        case .continueLoop: "continue"
        default: nil
        }
    }

    private mutating func checkLet(_ statement: NodeID) {
        guard case .assign(let root, _, _) = tree[statement] else { return }
        let start = tree.statementSpan(of: statement).start
        let target = tree.span(of: root).start
        if start < target { lets.append(Span(start, target)) }
    }

    private mutating func checkEffect(_ statement: NodeID) {
        switch tree[statement] {
        case .call(let name, _):
            if Builtin(name: tree.text(of: name)) == .push {
                found.append(LinkWarning.resultDropped("push").diagnostic(tree.span(of: statement)))
            }
        case .assign, .ifStatement, .forLoop, .whileLoop, .breakLoop, .continueLoop, .cancel, .print, .finish, .yield,
            .wake, .fail, .invalid:
            break
        default:
            if !tree.hasEffect(statement) {
                found.append(LinkWarning.noEffect.diagnostic(tree.span(of: statement)))
            }
        }
    }

    private mutating func checkLineStart(_ next: Pending) {
        if next.enclosed { return }
        let place: Int?
        switch tree[next.node] {
        case .binary(.subtract, _, let right):
            place = layout.opener(UInt8(ascii: "-"), before: tree.span(of: right).start)
        case .index(_, let index), .indexStep(let index):
            place = layout.opener(UInt8(ascii: "["), before: tree.span(of: index).start)
        case .call(let name, _), .receiverCall(_, let name, _):
            place = layout.first(UInt8(ascii: "("), after: tree.span(of: name).end)
        default:
            place = nil
        }
        guard let place, layout.beginsLine(place) else { return }
        // A line that is indented deeper than its statement is meant to continue it.
        if margin.statement != next.statement {
            margin = (next.statement, layout.indentation(at: next.statement))
        }
        guard layout.indentation(at: place) <= margin.width else { return }
        let character = Character(UnicodeScalar(tree.source.bytes[place]))
        found.append(LinkWarning.continuesLine(character).diagnostic(Span(place, place + 1)))
    }
}
