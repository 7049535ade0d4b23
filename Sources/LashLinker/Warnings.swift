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
    /// Names that statements assigned so far.
    private var seen: Set<String> = []
    /// Names that are assigned, bound by loops or parameters anywhere.
    private lazy var assigned = Self.assignedNames(in: tree)
    private var pending: [Pending] = []
    /// The expressions whose value is that of a function.
    private var tails: Set<NodeID> = []
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

    private static func assignedNames(in tree: SyntaxTree) -> Set<String> {
        var names: Set<String> = []
        var pending = [tree.main] + tree.declarations
        while let node = pending.popLast() {
            switch tree[node] {
            case .assign(let root, _, _): names.insert(tree.text(of: root))
            case .forLoop(let binding, _, _): names.insert(tree.text(of: binding))
            case .processDeclaration(let declaration):
                for parameter in declaration.parameters {
                    if case .parameter(let name, _) = tree[parameter] { names.insert(tree.text(of: name)) }
                }
            default: break
            }
            for part in tree.parts(of: node) { pending.append(part.node) }
        }
        return names
    }

    mutating func search(_ roots: [NodeID]) {
        for root in roots { noteTails(root) }
        for root in roots.reversed() { pending.append(Pending(node: root, enclosed: false, statement: 0)) }
        while let next = pending.popLast() {
            if case .block(let statements) = tree[next.node] {
                visit(statements)
            } else {
                checkLineStart(next)
                checkNegation(next.node)
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

    /// Finds the last expressions of a function, which are its value.
    private mutating func noteTails(_ root: NodeID) {
        guard case .functionDeclaration(let function) = tree[root] else { return }
        var open = [function.body]
        while let node = open.popLast() {
            switch tree[node] {
            case .block(let statements): if let last = statements.last { open.append(last) }
            case .ifStatement(_, let then, let otherwise):
                open.append(then)
                if let otherwise { open.append(otherwise) }
            default: tails.insert(node)
            }
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
            if !tails.contains(inner) { checkEffect(inner) }
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
        case .returnStatement: "return"
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
        // The first `let` of a name reads well; a second one does not make another variable.
        let isFirst = seen.insert(tree.text(of: root)).inserted
        if start < target, !isFirst { lets.append(Span(start, target)) }
    }

    private mutating func checkEffect(_ statement: NodeID) {
        switch tree[statement] {
        case .call(let name, _):
            if Builtin(name: tree.text(of: name)) == .push {
                found.append(LinkWarning.resultDropped("push").diagnostic(tree.span(of: statement)))
            }
        case .assign, .ifStatement, .forLoop, .whileLoop, .breakLoop, .continueLoop, .cancel, .print, .finish, .yield,
            .wake, .fail, .returnStatement, .invalid:
            break
        default:
            if !tree.hasEffect(statement), !isHarmless(statement) {
                found.append(LinkWarning.noEffect.diagnostic(tree.span(of: statement)))
            }
        }
    }

    /// A text that stands for itself, as `"use strict"` and descriptions do; a name that was never given a value, which
    /// ends the program rather than doing nothing.
    private mutating func isHarmless(_ statement: NodeID) -> Bool {
        switch tree[statement] {
        case .string:
            let before = tree.span(of: statement).start
            guard let last = layout.lastByte(before: before) else { return true }
            return last != UInt8(ascii: "\"") && last != UInt8(ascii: "'")
        case .variable(let name): return !assigned.contains(tree.text(of: name))
        default: return false
        }
    }

    /// `not a in b`: parentheses around `not a` would say that it is meant.
    private mutating func checkNegation(_ node: NodeID) {
        guard case .binary(.in, let left, let right) = tree[node], case .not(let operand) = tree[left] else { return }
        let word = tree.span(of: left).start
        guard tree.source.bytes[word] != UInt8(ascii: "!") else { return }
        let inner = tree.span(of: operand)
        let opened = count(UInt8(ascii: "("), from: word, to: inner.start)
        let closed = count(UInt8(ascii: ")"), from: inner.end, to: tree.anchor(of: node))
        if closed > opened { return }
        let place = Span(word, tree.span(of: right).end)
        let fixes = [Fix(Span(word, word + 4), ""), Fix(Span(tree.anchor(of: node), tree.anchor(of: node)), "not ")]
        found.append(LinkWarning.negatedNeedle.diagnostic(place, fixes: fixes))
    }

    private func count(_ byte: UInt8, from start: Int, to end: Int) -> Int {
        start < end ? tree.source.bytes[start..<end].count { $0 == byte } : 0
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
