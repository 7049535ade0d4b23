internal import LashSyntax

extension Linker {
    /// Does one step of checking a body.
    mutating func perform(_ task: Task) {
        switch task {
        case .expression(let node, let inferred): visit(node, inferred: inferred)
        case .combine(let node, let inferred): combine(node, inferred: inferred)
        case .discard: values.removeLast()
        case .statement(let node): statement(node)
        case .statements(let range):
            let next = range.lowerBound + 1
            if next < range.upperBound { tasks.append(.statements(next..<range.upperBound)) }
            statement(tree.statement(at: range.lowerBound))
        case .assign(let node, let inferred): assign(node, inferred: inferred)
        case .finish(let node, let inferred):
            let type = values.removeLast()
            if body == .process && inferred { finishes.append((type, node)) }
            reachable = false
        case .fail:
            values.removeLast()
            reachable = false
        case .jump: reachable = false
        case .receiver(let node, let inferred, let before): receiver(node, inferred: inferred, errorsBefore: before)
        case .operation(let node, let types): operation(node, types)
        case .construction(let node, let types): construction(node, types)
        case .result(let node): results.append((values.removeLast(), node))
        case .errand(let position): run(errand: position)
        case .condition(let node): condition(node)
        case .thenBlock(let node):
            values.removeLast()
            tasks.append(.afterThen(node))
            statement(tree.branches(tree.row(node)).then)
        case .afterThen(let node): afterThen(node)
        case .afterElse:
            closeBranch()
            endBranches()
        case .forBody(let node): forBody(node)
        case .afterLoop(let before): reachable = before
        case .bindClause(let name, let iterable, let inferred):
            let item = bound(element(of: values.removeLast(), at: iterable, inferred: inferred))
            checkWritable(name)
            note(name, item)
            scope.bind(tree.symbol(of: name), to: item)
        case .restore(let name, let before): scope.bind(name, to: before)
        }
    }

    private mutating func condition(_ node: NodeID) {
        tasks.append(.thenBlock(node))
        visit(tree.row(node).first, inferred: reachable)
    }

    /// Begins a statement. What comes first of it needs no task.
    private mutating func statement(_ node: NodeID) {
        let row = tree.row(node)
        switch row.kind {
        case .block:
            let range = tree.statementRange(row)
            if !range.isEmpty { tasks.append(.statements(range)) }
        case .assign, .letAssign:
            tasks.append(.assign(node, inferred: reachable))
            if !tree.hasItems(row) { return visit(row.second, inferred: reachable) }
            tasks.append(.expression(row.second, inferred: reachable))
            for step in tree.items(row).reversed() {
                let step = tree.row(step)
                guard case .indexStep = step.kind else { continue }
                tasks.append(.discard)
                tasks.append(.expression(step.first, inferred: false))
            }
        case .ifStatement:
            let mark = scope.beginBranches()
            branches.append(BranchState(mark: mark, reachableBefore: reachable, firstCreated: created.count))
            condition(node)
        default: otherStatement(node)
        }
    }

    private mutating func otherStatement(_ node: NodeID) {
        switch tree[node] {
        case .labeled(let label, let inner):
            checkLabel(label, body == .main ? .mainLabels : .declarationLabels)
            tasks.append(.statement(inner))
        case .forLoop(_, let iterable, _):
            tasks.append(.forBody(node))
            visit(iterable, inferred: reachable)
        case .whileLoop(let condition, let body):
            tasks.append(.afterLoop(reachable: reachable))
            tasks.append(.statement(body))
            tasks.append(.discard)
            tasks.append(.expression(condition, inferred: reachable))
        case .finish(let value):
            tasks.append(.finish(value, inferred: reachable))
            visit(value, inferred: reachable)
        case .fail(let value):
            tasks.append(.fail)
            tasks.append(.expression(value, inferred: false))
        case .cancel(let value), .print(let value), .yield(let value), .wake(let value):
            tasks.append(.discard)
            tasks.append(.expression(value, inferred: false))
        case .returnStatement(let value):
            tasks.append(.jump)
            guard let value else {
                results.append((TypeTable.null, node))
                return
            }
            tasks.append(.result(value))
            tasks.append(.expression(value, inferred: false))
        case .breakLoop, .continueLoop, .invalid:
            break
        default:
            tasks.append(tails.contains(node) ? .result(node) : .discard)
            tasks.append(.expression(node, inferred: reachable))
        }
    }

    private mutating func assign(_ node: NodeID, inferred: Bool) {
        let type = values.removeLast()
        let row = tree.row(node)
        let root = row.name
        checkWritable(root)
        if !tree.hasItems(row) {
            let wide = types.widened(type)
            note(root, wide)
            scope.bind(tree.symbol(of: root), to: wide)
        } else if body != .main, scope[tree.symbol(of: root)] == nil {
            reportUnknown(root, inferred: inferred)
        }
    }

    private mutating func forBody(_ node: NodeID) {
        let list = values.removeLast()
        guard case .forLoop(let binding, _, let body) = tree[node] else { return }
        checkWritable(binding)
        if nameTypes != nil { note(binding, types.elementType(of: list)) }
        let name = tree.symbol(of: binding)
        tasks.append(.restore(name, scope[name]))
        tasks.append(.afterLoop(reachable: reachable))
        tasks.append(.statement(body))
        scope.bind(name, to: TypeTable.any)
    }

    /// Goes on with the `else` of an `if`. An `else if` adds a branch to the same state, so long chains stay flat.
    private mutating func afterThen(_ node: NodeID) {
        closeBranch()
        guard let otherwise = tree.branches(tree.row(node)).otherwise else {
            branches[branches.count - 1].reachableAfter = true
            return endBranches()
        }
        if case .ifStatement = tree.row(otherwise).kind {
            tasks.append(.condition(otherwise))
        } else {
            tasks.append(.afterElse)
            tasks.append(.statement(otherwise))
        }
    }

    private mutating func closeBranch() {
        let last = branches.count - 1
        scope.endBranch(since: branches[last].mark, &created)
        if reachable { branches[last].reachableAfter = true }
        reachable = branches[last].reachableBefore
    }

    private mutating func endBranches() {
        let state = branches.removeLast()
        scope.endBranches()
        // Of a name that several branches create, the first says the type.
        for (name, type) in created[state.firstCreated...] where scope[name] == nil { scope.bind(name, to: type) }
        created.truncate(to: state.firstCreated)
        reachable = state.reachableBefore && state.reachableAfter
    }
}
