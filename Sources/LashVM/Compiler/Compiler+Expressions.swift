internal import LashLinker
internal import LashSyntax

/// Where the value of an expression is.
struct Operand {
    var register: Int
    /// A temporary that may own what it holds: reading a part of it must count that part.
    var isOwned: Bool

    init(_ register: Int, isOwned: Bool = false) {
        self.register = register
        self.isOwned = isOwned
    }
}

extension Compiler {
    /// Evaluates an expression. Without a target, the value is where it already lies or in the next temporary; with
    /// one, it is there, and nothing wrote there before everything was read.
    ///
    /// Afterwards the temporaries in use are those before, and the result where it is one.
    @discardableResult
    mutating func compile(_ node: NodeID, to target: Int? = nil) -> Operand {
        let outer = builder.node
        builder.node = node
        defer { builder.node = outer }
        let row = tree.row(node)
        switch row.kind {
        case .null: return place(constant(.null), target)
        case .true, .false: return place(constant(.bool(row.kind == .true)), target)
        case .number: return place(constant(tree.number(row)), target)
        case .string: return place(constant(.string(ExactText(tree.string(row)))), target)
        case .variable:
            if let value = hostConstant(node) { return place(value, target) }
            return place(read(variable(row.name)), target)
        case .field:
            if let value = hostConstant(node) { return place(value, target) }
            return compilePostfix(node, target)
        case .index: return compilePostfix(node, target)
        case .negate, .not, .await: return compilePrefix(node, target)
        case .binary:
            return Self.isLogic(row, tree) ? compileLogic(node, target) : compileBinary(node, target)
        case .record: return compileRecord(tree.entries(row), target)
        case .call: return compileCall(node, row.name, tree.items(row), target)
        default: return compileOther(node, target)
        }
    }

    /// Evaluates an expression of a rarer kind.
    private mutating func compileOther(_ node: NodeID, _ target: Int?) -> Operand {
        switch tree[node] {
        case .tuple(let items): return compileSequence(.tuple, items, target)
        case .list(let items): return compileSequence(.list, items, target)
        case .comprehension(let element, let clauses): return compileComprehension(element, clauses, target)
        case .unwrap(let operand) where directCall(operand) != nil:
            return compileReceiverCall(directCall(operand) ?? operand, target, mode: .unwrapped)
        case .unwrap: return compilePostfix(node, target)
        case .conditional(let condition, let then, let otherwise):
            return compileConditional(condition, then, otherwise, target)
        case .typeLiteral(let type): return compileTypeLiteral(type, target)
        case .start(_, let arguments): return compileStart(node, arguments, target)
        case .sleepFor(let operand): return compileSleep(operand, isDeadline: false, target)
        case .sleepUntil(let operand): return compileSleep(operand, isDeadline: true, target)
        case .waitSignal(let name): return compileWaitSignal(name, target)
        case .signalRun(let run, let name, let payload): return compileSignalRun(run, name, payload, target)
        case .receiverCall: return compileReceiverCall(node, target)
        // Statements, and what the parser could not read; the linker has let none of them through.
        default: return place(constant(.null), target)
        }
    }

    /// A value that lies in a register already.
    mutating func place(_ register: Int, _ target: Int?) -> Operand {
        guard let target else { return Operand(register) }
        if builder.isTemporary(register) && builder.isTemporary(target) {
            // A far register was loaded into a temporary of its own.
            builder.free(to: register)
        }
        move(register, to: target)
        return Operand(target, isOwned: builder.isTemporary(target))
    }

    /// The register that a result goes to: the target, or the first temporary that is free from `mark` on.
    mutating func destination(_ target: Int?, _ mark: Int) -> Int {
        builder.free(to: mark)
        return target ?? builder.temporary()
    }

    // MARK: Containers

    /// Elements that are gathered in registers before they go into a list.
    static let gatheredElements = 64

    private mutating func compileSequence(_ opcode: Opcode, _ items: NodeList, _ target: Int?) -> Operand {
        let mark = builder.nextTemporary
        if items.count <= Self.gatheredElements {
            let base = gather(items)
            let result = destination(target, mark)
            builder.emit(opcode, result, base, items.count)
            return Operand(result, isOwned: builder.isTemporary(result))
        }
        let list = builder.temporary()
        var start = 0
        while start < items.count {
            let end = min(start + Self.gatheredElements, items.count)
            let base = builder.nextTemporary
            for i in start..<end { compile(items[i], to: builder.temporary()) }
            builder.emit(start == 0 ? .list : .extendList, list, base, end - start)
            builder.free(to: base)
            start = end
        }
        if opcode == .tuple { builder.emit(.listToTuple, list) }
        return finishInTemporary(list, target)
    }

    /// Evaluates values into consecutive temporaries and gives the first.
    mutating func gather(_ items: some Collection<NodeID>) -> Int {
        let base = builder.nextTemporary
        for item in items { compile(item, to: builder.temporary()) }
        return base
    }

    /// Moves a result out of a temporary, or leaves it there.
    mutating func finishInTemporary(_ register: Int, _ target: Int?) -> Operand {
        builder.free(to: register)
        guard let target, target != register else {
            builder.free(to: register)
            return Operand(builder.temporary(), isOwned: true)
        }
        builder.emit(.take, target, register)
        return Operand(target, isOwned: builder.isTemporary(target))
    }

    private mutating func compileRecord(_ entries: EntryList, _ target: Int?) -> Operand {
        let mark = builder.nextTemporary
        if entries.count <= Self.gatheredElements, let shape = shape(of: entries) {
            for entry in entries { compile(entry.value, to: builder.temporary()) }
            let result = destination(target, mark)
            builder.emit(.record, result, mark, builder.shape(shape))
            return Operand(result, isOwned: builder.isTemporary(result))
        }
        let record = builder.temporary()
        builder.emit(.emptyRecord, record)
        for (key, value) in entries {
            let inner = builder.nextTemporary
            let register = builder.temporary()
            compile(value, to: register)
            builder.emit(.setField, x: 1, record, register, self.key(key))
            builder.free(to: inner)
        }
        return finishInTemporary(record, target)
    }

    /// The keys of a record literal; `nil` where one occurs twice.
    private mutating func shape(of entries: EntryList) -> [Int]? {
        var keys: [Int] = []
        keys.reserveCapacity(entries.count)
        for entry in entries {
            let key = builder.key(tree.symbol(of: entry.key), in: tree)
            if keys.contains(key) { return nil }
            keys.append(key)
        }
        return keys
    }

    // MARK: Operators

    private mutating func compilePrefix(_ node: NodeID, _ target: Int?) -> Operand {
        var operators: [(node: NodeID, opcode: Opcode)] = []
        var operand = node
        var isBatch = false
        chain: while true {
            switch tree[operand] {
            case .await(let inner) where directCall(operand) != nil || isUnwrappedCall(inner):
                // The call is complete when its value is there.
                operand = inner
                break chain
            case .await(let inner) where self.isBatch(inner):
                isBatch = true
                operand = inner
                break chain
            case .negate(let inner):
                operators.append((operand, .negate))
                operand = inner
            case .not(let inner):
                operators.append((operand, .not))
                operand = inner
            case .await(let inner):
                // A `?` that ends what is awaited unwraps the result: `await h?` is `(await h)?`.
                if case .unwrap(let handle) = tree[inner] {
                    operators.append((operand, .unwrap))
                    operators.append((operand, .await))
                    operand = handle
                } else {
                    operators.append((operand, .await))
                    operand = inner
                }
            default: break chain
            }
        }
        let mark = builder.nextTemporary
        let innerTarget = operators.isEmpty ? target : nil
        var value = isBatch ? compileBatch(operand, innerTarget) : compile(operand, to: innerTarget)
        while let (next, opcode) = operators.popLast() {
            let result = destination(operators.isEmpty ? target : nil, mark)
            builder.node = next
            builder.emit(opcode, result, value.register)
            value = Operand(result, isOwned: builder.isTemporary(result))
        }
        return value
    }

    private mutating func compileBinary(_ node: NodeID, _ target: Int?) -> Operand {
        // The left spine, outermost first.
        let end = stack.count
        var leftmost = node
        while true {
            let row = tree.row(leftmost)
            guard case .binary = row.kind, !Self.isLogic(row, tree) else { break }
            stack.append(leftmost)
            leftmost = row.first
        }
        let mark = builder.nextTemporary
        var left = compile(leftmost)
        while stack.count > end {
            let next = stack.removeLast()
            let row = tree.row(next)
            guard let op = tree.binaryOperator(row) else { continue }
            let right = row.second
            let operand = compile(right)
            if op == .add && optimization == .full {
                builder.joinIndex(withReaderOf: operand.register, as: .indexAdd)
            }
            let result = destination(stack.count == end ? target : nil, mark)
            builder.node = next
            let opcode =
                op == .modulo && isPositiveInteger(right) && !builder.isTemporary(operand.register)
                ? .moduloConstant : Self.opcode(of: op)
            builder.emit(opcode, x: op == .notIn ? 1 : 0, result, left.register, operand.register)
            left = Operand(result, isOwned: builder.isTemporary(result))
        }
        return left
    }

    private static func isLogic(_ row: Node, _ tree: SyntaxTree) -> Bool {
        switch tree.binaryOperator(row) {
        case .and, .or: true
        default: false
        }
    }

    /// Whether a node is a number that `moduloConstant` takes.
    func isPositiveInteger(_ node: NodeID) -> Bool {
        guard optimization == .full, case .number(let number) = tree[node], let integer = plainInt32(number) else {
            return false
        }
        return integer > 0
    }

    static func opcode(of op: BinaryOperator) -> Opcode {
        switch op {
        case .add: .add
        case .subtract: .subtract
        case .multiply: .multiply
        case .divide: .divide
        case .modulo: .modulo
        case .equal: .equal
        case .notEqual: .notEqual
        case .less: .less
        case .lessEqual: .lessEqual
        case .greater: .greater
        case .greaterEqual: .greaterEqual
        case .in, .notIn: .isMember
        case .and, .or: preconditionFailure("logic is compiled as jumps")
        }
    }

    private mutating func compileLogic(_ node: NodeID, _ target: Int?) -> Operand {
        let mark = builder.nextTemporary
        let isFalse = builder.makeLabel()
        let end = builder.makeLabel()
        let result = destination(target, mark)
        jumpUnless(node, to: isFalse)
        builder.emit(.move, result, constant(.bool(true)))
        builder.jump(.jump, to: end)
        builder.place(isFalse)
        builder.emit(.move, result, constant(.bool(false)))
        builder.place(end)
        return finish(result, target)
    }

    /// The state of temporaries after a result was written early.
    private mutating func finish(_ result: Int, _ target: Int?) -> Operand {
        if target == nil { builder.free(to: result + 1) }
        return Operand(result, isOwned: builder.isTemporary(result))
    }

    private mutating func compileConditional(
        _ condition: NodeID,
        _ then: NodeID,
        _ otherwise: NodeID,
        _ target: Int?
    ) -> Operand {
        let mark = builder.nextTemporary
        let elseLabel = builder.makeLabel()
        let end = builder.makeLabel()
        let result = destination(target, mark)
        jumpUnless(condition, to: elseLabel)
        let before = assigned
        let isDecided = isConstant(condition)
        if !isDecided { observe(.then, "if") }
        compile(then, to: result)
        builder.jump(.jump, to: end)
        let afterThen = assigned
        assigned = before
        builder.place(elseLabel)
        if !isDecided { observe(.otherwise, "if") }
        compile(otherwise, to: result)
        builder.place(end)
        assigned.formIntersection(afterThen)
        return finish(result, target)
    }

    // MARK: Postfix

    private mutating func compilePostfix(_ node: NodeID, _ target: Int?) -> Operand {
        let end = stack.count
        var base = node
        steps: while true {
            let row = tree.row(base)
            switch row.kind {
            case .field, .index, .unwrap: break
            default: break steps
            }
            if stack.count > end, isHostConstant(base) || isUnwrappedCall(base) { break }
            stack.append(base)
            base = row.first
        }
        let mark = builder.nextTemporary
        var value = compile(base)
        // Whether it was read by an earlier step.
        var isRead = false
        while stack.count > end {
            let next = stack.removeLast()
            let wanted = stack.count == end ? target : nil
            builder.node = next
            // A part of a temporary must be counted before the temporary is overwritten, also where it only owns what it
            // holds if that was read from a projection; so must what a variable keeps.
            let isKept = if let wanted { !VirtualRegister.isTemporary(wanted) } else { false }
            let isCounted = value.isOwned || isRead || isKept
            isRead = true
            let row = tree.row(next)
            switch row.kind {
            case .field:
                let keyRegister = key(row.name)
                let result = destination(wanted, mark)
                let counts = isCounted || value.register == result
                builder.emit(counts ? .fieldOwned : .field, result, value.register, keyRegister)
                value = Operand(result, isOwned: counts && builder.isTemporary(result))
            case .index:
                let indexOperand = compile(tree.index(row))
                let result = destination(wanted, mark)
                let counts = isCounted || value.register == result
                builder.node = next
                if counts && optimization == .full { builder.joinIndex(withReaderOf: value.register, as: .indexIndex) }
                builder.emit(counts ? .indexOwned : .index, result, value.register, indexOperand.register)
                value = Operand(result, isOwned: counts && builder.isTemporary(result))
            default:
                let result = destination(wanted, mark)
                builder.emit(.unwrap, result, value.register)
                value = Operand(result, isOwned: builder.isTemporary(result))
            }
        }
        return value
    }

    // MARK: Calls

    private mutating func compileCall(
        _ node: NodeID,
        _ name: Name,
        _ arguments: NodeList,
        _ target: Int?
    ) -> Operand {
        switch resolutions[node] {
        case .function(let function): return compileFunctionCall(function, arguments, target)
        case .declaredFunction, .sessionFunction:
            return compileInvoke(functionNumber(node), arguments, target)
        case .functionKey:
            if let builtin = builtin(name) {
                return compileKeyed(builtin, functionNumber(node), arguments, target)
            }
        default: break
        }
        guard let builtin = builtin(name) else {
            // The linker has refused unknown functions.
            return place(constant(.null), target)
        }
        let mark = builder.nextTemporary
        if optimization == .full {
            if builtin == .len, arguments.count == 1 {
                let operand = compile(arguments[0])
                let result = destination(target, mark)
                builder.emit(.length, result, operand.register)
                return Operand(result, isOwned: false)
            }
            if builtin == .push, arguments.count == 2 {
                let list = compile(arguments[0])
                let item = compile(arguments[1])
                let moves = builder.isTemporary(item.register)
                let result = destination(target, mark)
                builder.emit(.push, x: moves ? 1 : 0, result, list.register, item.register)
                return Operand(result, isOwned: builder.isTemporary(result))
            }
        }
        let base = gather(arguments)
        // A builtin may give an argument back as it is: what a variable keeps has to be counted first.
        let isTemporary = target.map(builder.isTemporary) ?? true
        let result = destination(isTemporary ? target : nil, mark)
        builder.emit(.call, x: Int(builtin.rawValue), result, base, arguments.count)
        if let target, !isTemporary {
            builder.emit(.take, target, result)
            builder.free(to: mark)
            return Operand(target)
        }
        return Operand(result, isOwned: true)
    }
}
