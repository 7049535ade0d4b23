internal import LashLinker
internal import LashSyntax

extension Compiler {
    /// The condition stands at the bottom, so a turn costs one jump.
    mutating func compileWhile(_ condition: NodeID, _ body: NodeID) {
        let start = builder.makeLabel()
        let again = builder.makeLabel()
        let exit = builder.makeLabel()
        let isEndless: Bool
        if case .boolean(true) = tree[condition] { isEndless = true } else { isEndless = false }
        if !isEndless { builder.jump(.jump, to: again) }
        let before = assigned
        builder.place(start)
        let cost = builder.cost
        loops.append(OpenLoop(exit: exit, again: again))
        compileBlock(body)
        loops.removeLast()
        // The condition runs first, before anything in the body was assigned.
        assigned = before
        builder.place(again)
        loopWhile(condition, to: start, since: cost)
        builder.place(exit)
        assigned = before
        isReachable = true
    }

    /// What a `for` or a comprehension goes through, while its body is compiled.
    struct Iteration {
        var isRange: Bool
        var iterator: Int
        var variable: Int
        var saved: Int
        /// Where the loop variable is put; another register only for far variables.
        var binding: Int
        var start: CodeLabel
        var again: CodeLabel
        var bodyStart: Int
        var costBefore: Int
        var mark: Int
        var node: NodeID
        var wasAssigned: VariableSet
    }

    mutating func compileFor(_ node: NodeID, _ variable: Int, _ iterable: NodeID, _ body: NodeID) {
        let iteration = beginIteration(node, variable, iterable)
        let exit = builder.makeLabel()
        loops.append(OpenLoop(exit: exit, again: iteration.again))
        compileBlock(body)
        loops.removeLast()
        endIteration(iteration, exit: exit)
        isReachable = true
    }

    mutating func compileComprehension(_ element: NodeID, _ clauses: NodeList, _ target: Int?) -> Operand {
        let list = builder.temporary()
        compileComprehension(clauses, into: list) { compiler, list in
            let value = compiler.compile(element)
            let moves = compiler.builder.isTemporary(value.register)
            compiler.builder.emit(.push, x: moves ? 1 : 0, list, list, value.register)
        }
        return finishInTemporary(list, target)
    }

    /// Goes through the clauses and has an element appended to the new list for each turn.
    mutating func compileComprehension(
        _ clauses: NodeList,
        into list: Int,
        _ append: (inout Compiler, Int) -> Void
    ) {
        builder.emit(.list, list)
        var open: [Iteration] = []
        for clause in clauses {
            switch tree[clause] {
            case .forClause(let binding, let iterable):
                open.append(beginIteration(clause, variable(binding), iterable))
            case .ifClause(let condition):
                guard let innermost = open.last else { continue }
                jumpUnless(condition, to: innermost.again)
            default: continue
            }
        }
        let mark = builder.nextTemporary
        append(&self, list)
        builder.free(to: mark)
        while let iteration = open.popLast() { endIteration(iteration, exit: builder.makeLabel()) }
    }

    private mutating func beginIteration(_ node: NodeID, _ variable: Int, _ iterable: NodeID) -> Iteration {
        let mark = builder.nextTemporary
        let iterator = builder.temporaries(4)
        let saved = iterator + 3
        let isRange = compileIterator(iterable, iterator)
        builder.free(to: saved + 1)
        builder.node = node
        var binding = variable
        if isFar(variable) {
            // The variable is saved and given back through a register of its own.
            fail(.tooManyVariables, at: node)
            binding = saved
        }
        builder.emit(.take, saved, binding)
        let start = builder.makeLabel()
        let again = builder.makeLabel()
        builder.jump(.jump, to: again)
        builder.place(start)
        let wasAssigned = assigned
        assigned.insert(variable)
        return Iteration(
            isRange: isRange,
            iterator: iterator,
            variable: variable,
            saved: saved,
            binding: binding,
            start: start,
            again: again,
            bodyStart: builder.position,
            costBefore: builder.cost,
            mark: mark,
            node: node,
            wasAssigned: wasAssigned
        )
    }

    /// Prepares the registers of an iteration; gives whether it is a lazy range.
    private mutating func compileIterator(_ iterable: NodeID, _ iterator: Int) -> Bool {
        if case .call(let name, let arguments) = tree[iterable], builtin(name) == .range,
            arguments.count >= 1, arguments.count <= 3, optimization == .full
        {
            let base = gather(arguments)
            builder.node = iterable
            builder.emit(.rangeStart, iterator, base, arguments.count)
            return true
        }
        let source = compile(iterable)
        builder.node = iterable
        builder.emit(.iterate, x: builder.isTemporary(source.register) ? 1 : 0, iterator, source.register)
        return false
    }

    private mutating func endIteration(_ iteration: Iteration, exit: CodeLabel) {
        builder.node = iteration.node
        builder.place(iteration.again)
        let opcode: Opcode = iteration.isRange ? .rangeNext : .next
        // In two steps: in one, the whole compiler would be copied.
        let rest = charge(since: iteration.costBefore)
        let cost = cost(since: rest)
        if longJumps {
            let more = builder.makeLabel()
            builder.compareAndJump(opcode, x: cost, iteration.iterator, iteration.binding, to: more)
            builder.jump(.jump, to: exit)
            builder.place(more)
            builder.jump(.jump, to: iteration.start)
        } else {
            builder.compareAndJump(opcode, x: cost, iteration.iterator, iteration.binding, to: iteration.start)
        }
        builder.place(exit)
        let end = builder.position
        builder.emit(.take, iteration.binding, iteration.saved)
        if !iteration.isRange { builder.emit(.drop, iteration.iterator) }
        builder.addRestore(
            LoopRestore(
                // Where a slice ends at the jump back, the body has not begun yet.
                start: iteration.bodyStart - 1,
                end: end,
                variable: iteration.binding,
                saved: iteration.saved
            )
        )
        assigned = iteration.wasAssigned
        builder.free(to: iteration.mark)
    }
}
