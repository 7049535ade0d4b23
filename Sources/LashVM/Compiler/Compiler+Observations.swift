internal import LashSyntax

/// Points of interest for whoever watches a run: conditions and labels. Effects are seen without them.
extension Compiler {
    mutating func observe(_ point: ObservedPoint, _ label: String) {
        guard observes else { return }
        let mark = builder.nextTemporary
        builder.emit(.observe, x: Int(point.rawValue), 0, 0, key(label))
        builder.free(to: mark)
    }

    /// A labelled statement is a step. One that asks the host, or decides something, is seen as that; one that awaits
    /// is seen from beginning to end; of any other it is only seen that it was reached.
    mutating func compileLabeled(_ label: Label, _ statement: NodeID) {
        let awaits = observes && self.awaits(statement)
        let isStep = observes && (awaits || !isSeen(statement))
        let title = tree.text(of: label.title)
        if isStep { observe(.stepStart, title) }
        if isStep && !awaits { observe(.stepEnd, title) }
        compileStatement(statement)
        if awaits { observe(.stepEnd, title) }
    }

    /// The expression whose value a statement is about.
    private func value(of statement: NodeID) -> NodeID {
        switch tree[statement] {
        case .assign(_, _, let value): value
        default: statement
        }
    }

    private func awaits(_ statement: NodeID) -> Bool {
        var node = value(of: statement)
        if case .unwrap(let operand) = tree[node] { node = operand }
        guard case .await = tree[node] else { return false }
        return directCall(node) == nil
    }

    private func isSeen(_ statement: NodeID) -> Bool {
        let node = value(of: statement)
        switch tree[node] {
        case .ifStatement, .conditional, .start, .sleepFor, .sleepUntil, .waitSignal, .signalRun, .yield, .wake,
            .finish,
            .fail:
            return true
        default: return directCall(node) != nil || isUnwrappedCall(node)
        }
    }

    /// Whether a condition is decided before the program runs.
    func isConstant(_ node: NodeID) -> Bool {
        var open = [node]
        while let next = open.popLast() {
            switch tree[next] {
            case .null, .boolean, .number, .string: continue
            case .not(let inner), .negate(let inner): open.append(inner)
            case .binary(_, let left, let right): open += [left, right]
            default: return false
            }
        }
        return true
    }
}
