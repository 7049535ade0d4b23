internal import LashLinker
internal import LashSyntax

extension Compiler {
    mutating func compileStatement(_ node: NodeID) {
        let outer = builder.node
        builder.node = node
        defer { builder.node = outer }
        let mark = builder.nextTemporary
        let row = tree.row(node)
        switch row.kind {
        case .assign, .letAssign:
            if tree.hasItems(row) {
                compilePathAssignment(node, variable(row.name), tree.items(row), row.second)
            } else {
                compileAssignment(node, variable(row.name), row.second)
            }
        case .ifStatement: compileIf(node)
        default: compileOtherStatement(node)
        }
        builder.free(to: mark)
        checkRegisters(node)
    }

    private mutating func compileOtherStatement(_ node: NodeID) {
        switch tree[node] {
        case .labeled(let label, let statement): compileLabeled(label, statement)
        case .forLoop(let binding, let iterable, let body): compileFor(node, variable(binding), iterable, body)
        case .whileLoop(let condition, let body): compileWhile(condition, body)
        case .breakLoop:
            if let loop = loops.last { builder.jump(.jump, to: loop.exit) }
            isReachable = false
        case .continueLoop:
            if let loop = loops.last { builder.jump(.jump, to: loop.again) }
            isReachable = false
        case .print(let value):
            let operand = compile(value)
            builder.emit(.print, operand.register)
        case .finish(let value):
            let operand = compile(value)
            builder.emit(.finish, operand.register)
            isReachable = false
        case .returnStatement(let value): compileReturn(value)
        case .cancel(let operand): compileNotice(.cancel, operand)
        case .yield(let operand): compileNotice(.event, x: 0, operand)
        case .wake(let operand): compileNotice(.event, x: 1, operand)
        case .fail(let value):
            let operand = compile(value)
            builder.emit(.fail, operand.register)
            isReachable = false
        default: compile(node)
        }
    }

    mutating func checkRegisters(_ node: NodeID) {
        if builder.temporaryEnd - VirtualRegister.firstTemporary > VirtualRegister.temporaries {
            fail(.tooManyRegisters, at: node)
        }
    }

    mutating func compileBlock(_ node: NodeID) {
        let row = tree.row(node)
        guard case .block = row.kind else { return compileStatement(node) }
        for statement in tree.statements(row) { compileStatement(statement) }
    }

    // MARK: Assignment

    private mutating func compileAssignment(_ node: NodeID, _ variable: Int, _ value: NodeID) {
        if isFar(variable) {
            let register = builder.temporary()
            compile(value, to: register)
            builder.emit(.storeFar, register, variable)
            return
        }
        if optimization == .full, compileConcatenation(variable, value) { return }
        compile(value, to: variable)
        assigned.insert(variable)
    }

    /// `x = x + a + b …`: where x holds text, everything is appended to it at once; otherwise as it is written.
    ///
    /// Once x is known to be text no `+` in the chain can fail, so evaluating the operands first cannot be observed.
    private mutating func compileConcatenation(_ variable: Int, _ value: NodeID) -> Bool {
        var count = 0
        var leftmost = value
        while let (left, _) = tree.operands(of: leftmost, .add) {
            count += 1
            leftmost = left
        }
        guard count > 1, count <= Self.gatheredElements, isVariable(leftmost, variable) else { return false }
        var operands: [NodeID] = []
        var sum = value
        while let (left, right) = tree.operands(of: sum, .add) {
            operands.append(right)
            sum = left
        }
        let general = builder.makeLabel()
        let end = builder.makeLabel()
        let statement = builder.node
        builder.node = leftmost
        let register = read(variable)
        builder.node = statement
        builder.jump(.jumpUnlessText, register, to: general)
        let before = assigned
        let base = gather(operands.reversed())
        builder.emit(.concat, register, base, operands.count)
        builder.free(to: base)
        builder.jump(.jump, to: end)
        assigned = before
        builder.place(general)
        compile(value, to: variable)
        assigned = before
        builder.place(end)
        return true
    }

    private mutating func compilePathAssignment(_ node: NodeID, _ variable: Int, _ steps: NodeList, _ value: NodeID) {
        let mark = builder.nextTemporary
        // Index expressions first, in order; then the value; then the path is walked.
        let path = steps.map { compileStep($0) }
        if optimization == .full, !isFar(variable), compileUpdate(variable, steps, path, value) { return }
        let operand = compile(value)
        let isMoved = builder.isTemporary(operand.register)
        var root = variable
        builder.node = node
        if isFar(variable) {
            root = builder.temporary()
            builder.emit(.loadFar, x: 1, root, variable)
        } else {
            root = read(variable)
        }
        switch path[0] {
        case .field(let key) where path.count == 1:
            builder.emit(.setField, x: isMoved ? 1 : 0, root, operand.register, key)
        case .index(let index) where path.count == 1:
            builder.emit(.setIndex, x: isMoved ? 1 : 0, root, index, operand.register)
        default:
            builder.emit(.setPath, x: isMoved ? 1 : 0, root, operand.register, path.count)
            emitSteps(path)
        }
        if isFar(variable) { builder.emit(.storeFar, root, variable) }
        builder.free(to: mark)
    }

    /// A step of a path, its operand in a register.
    enum Step {
        case field(Int)
        case index(Int)
    }

    private mutating func compileStep(_ node: NodeID) -> Step {
        switch tree[node] {
        case .indexStep(let index):
            let operand = compile(index)
            return .index(operand.register)
        case .fieldStep(let name): return .field(key(name))
        default: return .field(key(""))
        }
    }

    private mutating func emitSteps(_ path: [Step]) {
        for step in path {
            switch step {
            case .field(let key): builder.emit(.stepField, 0, 0, key)
            case .index(let register): builder.emit(.stepIndex, 0, register)
            }
        }
    }

    /// `p = p + e` and `p = push(p, e)` for a path p: one walk, in place. Gives false where the statement is no such
    /// thing.
    ///
    /// The old value is read before `e` is evaluated, as written: where `e` could fail, an extra read keeps the order
    /// of the errors.
    private mutating func compileUpdate(_ variable: Int, _ steps: NodeList, _ path: [Step], _ value: NodeID) -> Bool {
        let added: NodeID
        let old: NodeID
        let isPush: Bool
        switch tree[value] {
        case .binary(.add, let left, let right):
            (old, added, isPush) = (left, right, false)
        case .call(let name, let arguments) where arguments.count == 2 && builtin(name) == .push:
            (old, added, isPush) = (arguments[0], arguments[1], true)
        default: return false
        }
        guard let oldRoot = rootOfSamePath(old, variable, steps) else { return false }
        let statement = builder.node
        builder.node = oldRoot
        let root = read(variable)
        builder.node = statement
        if !cannotFail(added) {
            let inner = builder.nextTemporary
            compile(old)
            builder.free(to: inner)
        }
        let operand = compile(added)
        builder.node = value
        if !isPush, path.count == 1, case .index(let index) = path[0] {
            builder.emit(.addIndex, root, index, operand.register)
            return true
        }
        let isMoved = isPush && builder.isTemporary(operand.register)
        builder.emit(isPush ? .pushPath : .addPath, x: isMoved ? 1 : 0, root, operand.register, path.count)
        emitSteps(path)
        return true
    }

    /// The variable at the root of an expression that reads just the path of an assignment; `nil` for any other.
    /// Index expressions have no effects, so equal ones need only be evaluated once.
    private func rootOfSamePath(_ node: NodeID, _ variable: Int, _ steps: NodeList) -> NodeID? {
        var node = node
        for step in steps.reversed() {
            let (step, row) = (tree.row(step), tree.row(node))
            switch (step.kind, row.kind) {
            case (.fieldStep, .field) where tree.symbol(of: step.name) == tree.symbol(of: row.name): break
            case (.indexStep, .index) where isSameLeaf(step.first, tree.index(row)): break
            default: return nil
            }
            node = row.first
        }
        return isVariable(node, variable) ? node : nil
    }

    /// Whether an expression is a variable that has occurred.
    private func isVariable(_ node: NodeID, _ variable: Int) -> Bool {
        let row = tree.row(node)
        guard case .variable = row.kind else { return false }
        return knownVariable(row.name) == variable
    }

    /// Whether two expressions are the same literal, variable, or path of them.
    private func isSameLeaf(_ one: NodeID, _ other: NodeID) -> Bool {
        var one = one
        var other = other
        while true {
            switch (tree[one], tree[other]) {
            case (.number(let a), .number(let b)): return a == b
            case (.string(let a), .string(let b)): return ExactText(a) == ExactText(b)
            case (.variable(let a), .variable(let b)): return tree.symbol(of: a) == tree.symbol(of: b)
            case (.field(let x, let a), .field(let y, let b)) where tree.symbol(of: a) == tree.symbol(of: b):
                one = x
                other = y
            default: return false
            }
        }
    }

    private func cannotFail(_ node: NodeID) -> Bool {
        let row = tree.row(node)
        return switch row.kind {
        case .null, .true, .false, .number, .string: true
        case .variable: knownVariable(row.name).map { assigned.contains($0) } ?? false
        default: false
        }
    }

    // MARK: Branches

    private mutating func compileIf(_ node: NodeID) {
        let end = builder.makeLabel()
        var next: NodeID? = node
        var merged: VariableSet?
        var isEndReachable = false
        func join(_ compiler: inout Compiler) {
            guard compiler.isReachable else { return }
            isEndReachable = true
            if merged == nil { merged = compiler.assigned } else { merged?.formIntersection(compiler.assigned) }
        }
        while let current = next {
            let row = tree.row(current)
            guard case .ifStatement = row.kind else {
                compileBlock(current)
                join(&self)
                next = nil
                break
            }
            let (then, otherwise) = tree.branches(row)
            builder.node = current
            let elseLabel = builder.makeLabel()
            isReachable = true
            jumpUnless(row.first, to: elseLabel)
            let before = assigned
            observe(.then, "if")
            compileBlock(then)
            join(&self)
            let skipsElse = (otherwise != nil || observes) && isReachable
            if skipsElse { builder.jump(.jump, to: end) }
            builder.place(elseLabel)
            builder.node = current
            observe(.otherwise, "if")
            assigned = before
            isReachable = true
            if otherwise == nil { join(&self) }
            next = otherwise
        }
        builder.place(end)
        isReachable = isEndReachable
        if let merged { assigned = merged }
    }
}
