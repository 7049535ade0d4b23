internal import LashLinker
internal import LashSyntax

/// What functions are called by in code: their numbers.
struct FunctionNumbers {
    /// The number of the first function that the program at hand declares.
    var declared = 0
    /// The numbers of functions of the session by name.
    var session: [String: Int] = [:]

    func number(of resolution: Resolution) -> Int {
        switch resolution {
        case .declaredFunction(let position): declared + position
        case .sessionFunction(let name): session[name] ?? 0
        case .functionKey(let inner): number(of: inner)
        default: 0
        }
    }
}

extension Compiler {
    /// The most arguments of one call.
    static let maximumArguments = 255

    // MARK: Bodies

    /// The body of a function: the parameters are the first variables, and its last statement is its value.
    mutating func compileFunction(_ parameters: [String], _ body: NodeID) {
        if parameters.count > Self.maximumArguments { fail(.tooLarge, at: body) }
        for name in parameters { assigned.insert(variable(name)) }
        compileTail(body)
        builder.node = body
        builder.emit(.halt)
    }

    /// A statement whose value is that of the function.
    private mutating func compileTail(_ node: NodeID) {
        let outer = builder.node
        defer { builder.node = outer }
        builder.node = node
        switch tree[node] {
        case .block(let statements):
            for statement in statements.dropLast() { compileStatement(statement) }
            if let last = statements.last { compileTail(last) } else { emitNothing() }
        case .ifStatement: compileTailIf(node)
        case .conditional(let condition, let then, let otherwise):
            let elseLabel = builder.makeLabel()
            jumpUnless(condition, to: elseLabel)
            let before = assigned
            compileTail(then)
            builder.place(elseLabel)
            assigned = before
            compileTail(otherwise)
        case .assign, .forLoop, .whileLoop, .returnStatement, .breakLoop, .continueLoop, .print, .finish, .cancel,
            .yield,
            .wake, .fail, .labeled, .invalid:
            compileStatement(node)
            if isReachable { emitNothing() }
        default:
            let mark = builder.nextTemporary
            let value = compile(node)
            builder.emit(.ret, value.register)
            builder.free(to: mark)
            checkRegisters(node)
        }
        isReachable = true
    }

    private mutating func compileTailIf(_ node: NodeID) {
        var next: NodeID? = node
        while let current = next {
            guard case .ifStatement(let condition, let then, let otherwise) = tree[current] else {
                return compileTail(current)
            }
            builder.node = current
            let elseLabel = builder.makeLabel()
            jumpUnless(condition, to: elseLabel)
            let before = assigned
            compileTail(then)
            builder.place(elseLabel)
            assigned = before
            next = otherwise
        }
        emitNothing()
    }

    private mutating func emitNothing() { builder.emit(.ret, constant(.null)) }

    mutating func compileReturn(_ value: NodeID?) {
        if let value {
            let operand = compile(value)
            builder.emit(.ret, operand.register)
        } else {
            emitNothing()
        }
        isReachable = false
    }

    // MARK: Calls

    mutating func compileInvoke(_ number: Int, _ arguments: NodeList, _ target: Int?) -> Operand {
        let node = builder.node
        if arguments.count > Self.maximumArguments { fail(.tooLarge, at: node) }
        let mark = builder.nextTemporary
        let base = gather(arguments)
        let result = destination(target, mark)
        builder.node = node
        builder.emit(.invoke, x: arguments.count, result, base, number)
        return Operand(result, isOwned: builder.isTemporary(result))
    }

    /// A call of `sort_by`, `min` or `max` by what a function gives for each element: the list, then the list of keys.
    mutating func compileKeyed(_ builtin: Builtin, _ number: Int, _ arguments: NodeList, _ target: Int?) -> Operand {
        let node = builder.node
        let mark = builder.nextTemporary
        let base = builder.temporaries(arguments.count)
        compile(arguments[0], to: base)
        if arguments.count == 3 { compile(arguments[2], to: base + 2) }
        builder.node = node
        builder.emit(.sequence, x: Int(builtin.rawValue), base)
        let keys = base + 1
        builder.emit(.list, keys)
        let iterator = builder.temporaries(3)
        let item = builder.temporary()
        let start = builder.makeLabel(), again = builder.makeLabel()
        builder.emit(.iterate, iterator, base)
        builder.jump(.jump, to: again)
        builder.place(start)
        let cost = builder.cost
        builder.emit(.invoke, x: 1, item, item, number)
        builder.emit(.push, x: 1, keys, keys, item)
        builder.place(again)
        builder.emit(.next, x: self.cost(since: cost), iterator, item, start.id)
        builder.emit(.drop, iterator)
        let result = destination(target, mark)
        builder.emit(.keyed, x: Int(builtin.rawValue), result, base, arguments.count)
        return Operand(result, isOwned: builder.isTemporary(result))
    }
}
