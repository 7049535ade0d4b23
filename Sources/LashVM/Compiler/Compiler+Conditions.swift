internal import LashSyntax

extension Compiler {
    /// Goes on at `label` unless the condition holds.
    mutating func jumpUnless(_ node: NodeID, to label: CodeLabel) { branch(node, when: false, to: label) }

    /// Goes on at `label` if the condition holds.
    mutating func jumpIf(_ node: NodeID, to label: CodeLabel) { branch(node, when: true, to: label) }

    private mutating func branch(_ node: NodeID, when wanted: Bool, to label: CodeLabel) {
        let outer = builder.node
        defer { builder.node = outer }
        var node = node
        var wanted = wanted
        var row = tree.row(node)
        while case .not = row.kind {
            node = row.first
            row = tree.row(node)
            wanted.toggle()
        }
        builder.node = node
        let mark = builder.nextTemporary
        defer { builder.free(to: mark) }
        if branchOnRemainder(node, when: wanted, to: label) { return }
        switch tree.binaryOperator(row) {
        case .and: branchOnLogic(node, .and, when: wanted, to: label)
        case .or: branchOnLogic(node, .or, when: wanted, to: label)
        case let op? where optimization == .full && Self.isComparison(op):
            let a = compile(row.first)
            let b = compile(row.second)
            builder.node = node
            let opcode = Self.jumpOpcode(of: op, when: wanted)
            if longJumps {
                let result = destination(nil, mark)
                builder.emit(Self.opcode(of: op), result, a.register, b.register)
                builder.jump(wanted ? .jumpTrue : .jumpFalse, result, to: label)
            } else {
                builder.compareAndJump(opcode, a.register, b.register, to: label)
            }
        default:
            let value = compile(node)
            builder.jump(wanted ? .jumpTrue : .jumpFalse, value.register, to: label)
        }
    }

    /// `n % 3 == 0` and the like; `false` where it is something else.
    private mutating func branchOnRemainder(_ node: NodeID, when wanted: Bool, to label: CodeLabel) -> Bool {
        // The divisor has to be a constant that operands can name.
        guard optimization == .full, !longJumps, builder.constants.count < VirtualRegister.nearConstants,
            let (left, right) = tree.operands(of: node, .equal) ?? tree.operands(of: node, .notEqual),
            let (dividend, divisor) = tree.operands(of: left, .modulo),
            isPositiveInteger(divisor), case .number(let number) = tree[right], let remainder = UInt8(exactly: number)
        else { return false }
        let a = compile(dividend)
        let b = compile(divisor)
        // Only the division can fail.
        builder.node = left
        let opcode: Opcode = (tree.operands(of: node, .equal) != nil) == wanted ? .jumpRemainder : .jumpNotRemainder
        builder.compareAndJump(opcode, x: Int(remainder), a.register, b.register, to: label)
        return true
    }

    /// `and` and `or` chains lean to the left: the operands of one operator are taken in a loop.
    private mutating func branchOnLogic(_ node: NodeID, _ op: BinaryOperator, when wanted: Bool, to label: CodeLabel) {
        var operands: [NodeID] = []
        var leftmost = node
        while let (left, right) = tree.operands(of: leftmost, op) {
            operands.append(right)
            leftmost = left
        }
        operands.append(leftmost)
        // The outcome that decides the whole chain at once: false for `and`, true for `or`.
        let deciding = op == .or
        if wanted == deciding {
            branch(operands.removeLast(), when: deciding, to: label)
            let certain = assigned
            while let operand = operands.popLast() { branch(operand, when: deciding, to: label) }
            assigned = certain
        } else {
            let skip = builder.makeLabel()
            branch(operands.removeLast(), when: deciding, to: skip)
            let certain = assigned
            while operands.count > 1, let operand = operands.popLast() { branch(operand, when: deciding, to: skip) }
            if let last = operands.popLast() { branch(last, when: wanted, to: label) }
            assigned = certain
            builder.place(skip)
        }
    }

    static func isComparison(_ op: BinaryOperator) -> Bool {
        switch op {
        case .equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual: true
        default: false
        }
    }

    private static func jumpOpcode(of op: BinaryOperator, when wanted: Bool) -> Opcode {
        switch op {
        case .equal: wanted ? .jumpEqual : .jumpNotEqual
        case .notEqual: wanted ? .jumpNotEqual : .jumpEqual
        case .less: wanted ? .jumpLess : .jumpUnlessLess
        case .lessEqual: wanted ? .jumpLessEqual : .jumpUnlessLessEqual
        case .greater: wanted ? .jumpGreater : .jumpUnlessGreater
        default: wanted ? .jumpGreaterEqual : .jumpUnlessGreaterEqual
        }
    }

    /// The jump at the bottom of a loop: back to `label` while the condition holds. The body began at `start`.
    mutating func loopWhile(_ node: NodeID, to label: CodeLabel, since start: Int) {
        let outer = builder.node
        defer { builder.node = outer }
        builder.node = node
        let start = charge(since: start)
        let mark = builder.nextTemporary
        if optimization == .full, !longJumps, case .binary(let op, let left, let right) = tree[node],
            let opcode = Self.loopOpcode(of: op)
        {
            let a = compile(left)
            let b = compile(right)
            builder.node = node
            builder.compareAndJump(opcode, x: cost(since: start), a.register, b.register, to: label)
        } else if case .boolean(true) = tree[node] {
            builder.jump(.loop, x: cost(since: start), to: label)
        } else {
            let value = compile(node)
            builder.jump(.loopTrue, x: cost(since: start), value.register, to: label)
        }
        builder.free(to: mark)
    }

    private static func loopOpcode(of op: BinaryOperator) -> Opcode? {
        switch op {
        case .equal: .loopEqual
        case .notEqual: .loopNotEqual
        case .less: .loopLess
        case .lessEqual: .loopLessEqual
        case .greater: .loopGreater
        case .greaterEqual: .loopGreaterEqual
        default: nil
        }
    }

    /// The fuel of one turn: the instructions of the body and the jump back.
    func cost(since start: Int) -> Int { min(255, builder.cost - start + 1) }

    /// Charges what a jump back cannot: gives where the rest begins.
    mutating func charge(since start: Int) -> Int {
        var start = start
        while builder.cost - start > 200 {
            let units = min(65_535, builder.cost - start)
            builder.emit(.charge, 0, 0, units)
            start += units
        }
        return start
    }
}
