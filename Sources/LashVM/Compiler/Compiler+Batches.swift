internal import LashLinker
internal import LashSyntax

/// `await` of a literal that holds calls: all of them are asked at once, and the literal is filled in when all have
/// answered. A comprehension of calls fans out in the same way.
extension Compiler {
    /// What a part of an awaited literal is to its batch.
    enum BatchPart {
        /// Holds calls of the batch.
        case calls
        /// Can be evaluated before the batch is asked.
        case value
        /// Has to run in its place, so there is no batch.
        case effect
    }

    /// Whether `await` of this node is a batch.
    mutating func isBatch(_ node: NodeID) -> Bool {
        switch tree[node] {
        case .tuple, .list, .record, .comprehension: batchPart(node, isOutermost: true) == .calls
        default: false
        }
    }

    private mutating func batchPart(_ node: NodeID, isOutermost: Bool = false) -> BatchPart {
        switch tree[node] {
        case .tuple, .list, .record, .comprehension:
            // Every level of a literal asks about all levels below.
            if let known = batchParts[node] { return known }
            let part = batchPart(ofLiteral: node, isOutermost: isOutermost)
            batchParts[node] = part
            return part
        // A process is started in its place, and awaited together with the calls.
        case .start(_, let arguments): return arguments.contains { hasEffect($0.value) } ? .effect : .value
        default:
            if directCall(node) == node || isUnwrappedCall(node) { return .calls }
            return hasEffect(node) ? .effect : .value
        }
    }

    private mutating func batchPart(ofLiteral node: NodeID, isOutermost: Bool) -> BatchPart {
        switch tree[node] {
        case .tuple(let items), .list(let items): return batchPart(ofAll: items)
        case .record(let entries):
            let part = batchPart(ofAll: entries.map(\.value))
            // A call under a repeated key would be lost before it is asked.
            let isDistinct = Set(entries.map { tree.text(of: $0.key) }).count == entries.count
            return part == .calls && !isDistinct ? .effect : part
        case .comprehension(let element, let clauses):
            for (position, clause) in clauses.enumerated() {
                switch tree[clause] {
                // What everything else goes through is there before the first call, if nothing stands in front of it.
                case .forClause where position == 0 && isOutermost: continue
                case .forClause(_, let part), .ifClause(let part): if hasEffect(part) { return .effect }
                default: continue
                }
            }
            return batchPart(element)
        default: return .effect
        }
    }

    private mutating func batchPart(ofAll parts: some Sequence<NodeID>) -> BatchPart {
        var result = BatchPart.value
        for part in parts {
            switch batchPart(part) {
            case .effect: return .effect
            case .calls: result = .calls
            case .value: continue
            }
        }
        return result
    }

    /// Whether evaluating an expression asks the host for something other than a function's value.
    private func hasEffect(_ node: NodeID) -> Bool {
        var open = [node]
        while let next = open.popLast() {
            switch tree[next] {
            case .await, .start, .sleepFor, .sleepUntil, .waitSignal, .signalRun: return true
            case .receiverCall(_, _, let arguments):
                guard case .constructor = resolutions[next] else { return true }
                open.append(contentsOf: arguments)
            case .tuple(let items), .list(let items), .call(_, let items): open.append(contentsOf: items)
            case .record(let entries): open.append(contentsOf: entries.map(\.value))
            case .comprehension(let element, let clauses):
                open.append(element)
                for clause in clauses {
                    switch tree[clause] {
                    case .forClause(_, let part), .ifClause(let part): open.append(part)
                    default: continue
                    }
                }
            case .field(let inner, _), .negate(let inner), .not(let inner), .unwrap(let inner): open.append(inner)
            case .index(let target, let index): open += [target, index]
            case .binary(_, let left, let right): open += [left, right]
            case .conditional(let condition, let then, let otherwise): open += [condition, then, otherwise]
            default: continue
            }
        }
        return false
    }

    mutating func compileBatch(_ node: NodeID, _ target: Int?) -> Operand {
        let value = builder.temporary()
        compileBatchPart(node, to: value)
        builder.node = node
        builder.emit(.settle, value)
        return finishInTemporary(value, target)
    }

    /// Like `compile`, with marks in place of the answers.
    private mutating func compileBatchPart(_ node: NodeID, to target: Int) {
        let outer = builder.node
        builder.node = node
        defer { builder.node = outer }
        let mark = builder.nextTemporary
        defer { builder.free(to: mark) }
        if directCall(node) == node {
            _ = compileReceiverCall(node, target, mode: .deferredWrapped)
            return
        }
        if case .unwrap(let operand) = tree[node], let call = directCall(operand) {
            _ = compileReceiverCall(call, target, mode: .deferredUnwrapped)
            return
        }
        guard batchPart(node) == .calls else {
            compile(node, to: target)
            return
        }
        switch tree[node] {
        case .tuple(let items), .list(let items):
            gatherBatchParts(Array(items)) { $0.builder.emit($3 ? .list : .extendList, target, $1, $2) }
            if case .tuple = tree[node] { builder.emit(.listToTuple, target) }
        case .record(let entries):
            builder.emit(.emptyRecord, target)
            for (name, value) in entries {
                let register = builder.temporary()
                compileBatchPart(value, to: register)
                builder.emit(.setField, x: 1, target, register, key(name))
                builder.free(to: register)
            }
        case .comprehension(let element, let clauses):
            compileComprehension(clauses, into: target) { compiler, list in
                let register = compiler.builder.temporary()
                compiler.compileBatchPart(element, to: register)
                compiler.builder.emit(.push, x: 1, list, list, register)
            }
        default: break
        }
        builder.emit(.mark, x: Int(ObjectFlag.holdsCalls), target)
    }

    private mutating func gatherBatchParts(_ items: [NodeID], _ emit: (inout Compiler, Int, Int, Bool) -> Void) {
        var start = 0
        while start < items.count {
            let end = min(start + Self.gatheredElements, items.count)
            let base = builder.nextTemporary
            for i in start..<end { compileBatchPart(items[i], to: builder.temporary()) }
            emit(&self, base, end - start, start == 0)
            builder.free(to: base)
            start = end
        }
    }
}
