internal import LashSyntax

extension Linker {
    /// Begins an expression: its own checks, and its parts onto the stack.
    ///
    /// Operands of operators and arguments are not part of inference; their errors come after those of every process.
    mutating func visit(_ node: NodeID, inferred: Bool) {
        var (node, inferred) = (node, inferred)
        // The first part of an operation needs no task: nothing comes before it.
        while let part = begin(node, inferred: inferred) { (node, inferred) = part }
    }

    /// Begins an expression, and gives the part that comes next if that is an expression.
    private mutating func begin(_ node: NodeID, inferred: Bool) -> (NodeID, inferred: Bool)? {
        let row = tree.row(node)
        switch row.kind {
        case .null: values.append(TypeTable.null)
        case .true, .false: values.append(TypeTable.bool)
        case .number:
            let value = tree.number(row)
            values.append(value.rounded(.towardZero) == value ? TypeTable.whole : TypeTable.float)
        case .string: values.append(types.make(.text(ExactText(tree.string(row)))))
        case .variable:
            let type = resolve(row.name, node, inferred: inferred)
            note(row.name, type)
            values.append(type)
        case .field:
            if hasOwnMeaning(node, row.first, inferred: inferred) { return nil }
            tasks.append(.combine(node, inferred: inferred))
            return (row.first, inferred)
        case .index:
            tasks.append(.combine(node, inferred: inferred))
            tasks.append(.expression(tree.index(row), inferred: false))
            return (row.first, inferred)
        case .negate, .not:
            tasks.append(.combine(node, inferred: inferred))
            return (row.first, false)
        case .binary:
            tasks.append(.combine(node, inferred: inferred))
            tasks.append(.expression(row.second, inferred: false))
            return (row.first, false)
        case .record:
            tasks.append(.combine(node, inferred: inferred))
            for entry in tree.entries(row).reversed() { tasks.append(.expression(entry.value, inferred: inferred)) }
        case .call: call(row.name, tree.items(row), node)
        default: visitOther(node, inferred: inferred)
        }
        return nil
    }

    /// Begins an expression of a rarer kind.
    private mutating func visitOther(_ node: NodeID, inferred: Bool) {
        switch tree[node] {
        case .tuple(let items), .list(let items): begin(node, items, inferred: inferred)
        case .comprehension(let element, let clauses):
            comprehension(node, element, clauses, inferred: inferred)
        case .receiverCall(let target, let operation, let arguments):
            if beginConstruction(node, target, operation, arguments) { return }
            tasks.append(.receiver(node, inferred: inferred, errorsBefore: problems))
            tasks.append(.expression(target, inferred: inferred))
        case .start(let process, let arguments): start(node, process, arguments)
        case .await(let operand):
            // The type of the operand stays where it is: it is the type of the whole.
            tasks.append(.expression(operand, inferred: inferred))
        case .unwrap(let operand):
            tasks.append(.combine(node, inferred: inferred))
            tasks.append(.expression(operand, inferred: inferred))
        case .conditional(let condition, let then, let otherwise):
            tasks.append(.combine(node, inferred: inferred))
            tasks.append(.expression(otherwise, inferred: inferred))
            tasks.append(.expression(then, inferred: inferred))
            tasks.append(.expression(condition, inferred: inferred))
        case .sleepFor(let operand), .sleepUntil(let operand):
            if let error = disabled(.sleep) { report(error, firstWord(of: node), inferred: false) }
            tasks.append(.combine(node, inferred: inferred))
            tasks.append(.expression(operand, inferred: false))
        case .waitSignal:
            if let error = disabled(.processSignals) ?? (body == .process ? nil : .waitOutsideProcess) {
                report(error, tree.span(of: node), inferred: false)
            }
            values.append(TypeTable.any)
        case .signalRun(let run, _, let payload):
            if let error = disabled(.processSignals) { report(error, firstWord(of: node), inferred: false) }
            tasks.append(.combine(node, inferred: inferred))
            tasks.append(.expression(payload, inferred: false))
            tasks.append(.expression(run, inferred: false))
        default:
            values.append(TypeTable.any)
        }
    }

    mutating func begin(_ node: NodeID, _ parts: NodeList, inferred: Bool) {
        tasks.append(.combine(node, inferred: inferred))
        for part in parts.reversed() { tasks.append(.expression(part, inferred: inferred)) }
    }

    private func firstWord(of node: NodeID) -> Span {
        let whole = tree.span(of: node)
        var end = whole.start
        while end < whole.end, isWordByte(tree.source.bytes[end]) { end += 1 }
        return Span(whole.start, end)
    }

    private mutating func comprehension(
        _ node: NodeID,
        _ element: NodeID,
        _ clauses: NodeList,
        inferred: Bool
    ) {
        tasks.append(.combine(node, inferred: inferred))
        for clause in clauses {
            let row = tree.row(clause)
            guard row.kind == .forClause else { continue }
            // A name may be bound by several clauses; what it was before the first one comes back.
            let name = tree.symbol(of: row.name)
            tasks.append(.restore(name, scope[name]))
        }
        tasks.append(.expression(element, inferred: inferred))
        for clause in clauses.reversed() {
            switch tree[clause] {
            case .forClause(let binding, let iterable):
                tasks.append(.bindClause(binding, iterable: iterable, inferred: inferred))
                tasks.append(.expression(iterable, inferred: inferred))
            case .ifClause(let condition):
                tasks.append(.discard)
                tasks.append(.expression(condition, inferred: inferred))
            default: break
            }
        }
    }

    /// Leaves the type of an expression whose parts were checked.
    mutating func combine(_ node: NodeID, inferred: Bool) {
        let row = tree.row(node)
        switch row.kind {
        case .field:
            let target = values.removeLast()
            let type = field(row.name, of: target, at: row.first, inferred: inferred)
            note(row.name, type)
            values.append(type)
        case .index:
            values.removeLast()
            let element = element(of: values.removeLast(), at: row.first, inferred: inferred)
            values.append(types.asValue(element))
        case .negate:
            values.removeLast()
            values.append(TypeTable.number)
        case .not:
            values.removeLast()
            values.append(TypeTable.bool)
        case .binary:
            let right = values.removeLast()
            let left = values.removeLast()
            guard let symbol = tree.binaryOperator(row) else { return values.append(TypeTable.any) }
            if symbol == .in || symbol == .notIn { checkMembership(node, left, right) }
            values.append(resultType(of: symbol, left, right))
        case .record:
            let entries = tree.entries(row)
            let first = values.count - entries.count
            var fields: [ObjectField] = []
            fields.reserveCapacity(entries.count)
            // A closure would keep a copy of the linker.
            for (index, entry) in entries.enumerated() {
                fields.append(ObjectField(name: text(entry.key), type: values[first + index]))
            }
            values.truncate(to: first)
            values.append(types.infer(.object(fields)))
        case .call:
            let arguments = tree.items(row)
            let builtin = program.builtins.builtin(of: row.name, in: tree)
            let type = resultType(of: builtin, arguments, values.suffix(arguments.count), node)
            drop(arguments.count)
            values.append(type)
        default: combineOther(node)
        }
    }

    /// Leaves the type of an expression of a rarer kind whose parts were checked.
    private mutating func combineOther(_ node: NodeID) {
        switch tree[node] {
        case .tuple(let items), .list(let items):
            let parts = take(items.count)
            if elementTypes[node] != nil { elementTypes[node] = parts }
            let item = parts.isEmpty ? TypeTable.any : types.inferredUnion(parts)
            values.append(types.infer(.list(item)))
        case .comprehension:
            values.append(types.infer(.list(values.removeLast())))
        case .unwrap:
            if case .outcome(let value) = types[values[values.count - 1]] { values[values.count - 1] = value }
        case .receiverCall(_, _, let arguments):
            drop(arguments.count)
            values.append(TypeTable.any)
        case .start(_, let arguments):
            drop(arguments.count)
            values.append(TypeTable.any)
        case .conditional:
            let parts = take(3)
            values.append(types.inferredUnion(parts.dropFirst()))
        case .signalRun:
            drop(2)
            values.append(TypeTable.null)
        case .sleepFor, .sleepUntil:
            values.removeLast()
            values.append(TypeTable.null)
        default:
            break
        }
    }

    mutating func take(_ count: Int) -> [StaticType] {
        let parts = Array(values[(values.count - count)...])
        drop(count)
        return parts
    }

    private mutating func drop(_ count: Int) { values.truncate(to: values.count - count) }

    private mutating func resultType(
        of builtin: Builtin?,
        _ arguments: NodeList,
        _ given: ArraySlice<StaticType>,
        _ node: NodeID
    ) -> StaticType {
        guard let builtin else { return TypeTable.any }
        checkArguments(of: builtin, arguments, given, node)
        switch builtin.result {
        case .int: return TypeTable.int
        case .float: return builtin == .sum ? TypeTable.number : TypeTable.float
        case .bool: return TypeTable.bool
        case .str: return TypeTable.str
        case .list: return types.make(.list(TypeTable.any))
        case .sameList:
            let item = given.first.map { types.elementType(of: $0) } ?? TypeTable.any
            return types.infer(.list(item))
        case .element: return given.first.map { types.elementType(of: $0) } ?? TypeTable.any
        case .any: return TypeTable.any
        }
    }

    private mutating func resultType(of symbol: BinaryOperator, _ left: StaticType, _ right: StaticType) -> StaticType {
        switch symbol {
        case .equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual, .and, .or, .in, .notIn:
            return TypeTable.bool
        case .subtract, .multiply, .divide, .modulo: return TypeTable.number
        case .add: return sumType(left, right)
        }
    }

    /// `+` joins texts and lists, and adds numbers; with operands of unknown type it may do any of these.
    private mutating func sumType(_ left: StaticType, _ right: StaticType) -> StaticType {
        // Before they are asked about, so that the table is not copied.
        let heads = (types.head(of: left), types.head(of: right))
        let first = types.addend(heads.0)
        let second = types.addend(heads.1)
        if first == .text || second == .text { return types.make(.sum(TypeTable.str)) }
        if first == .number, second == .number { return TypeTable.number }
        guard first == .list, second == .list else { return TypeTable.any }
        let item = types.inferredUnion([left, right].map { types.elementType(of: $0) })
        let list = types.infer(.list(item))
        return types.infer(.sum(list))
    }
}

extension TypeTable {
    /// What `+` makes of an operand.
    enum Addend { case text, number, list, unknown }

    func addend(_ type: StaticType) -> Addend {
        switch self[type] {
        case .scalar(.str), .text, .enumeration: .text
        case .scalar(.int), .scalar(.float), .scalar(.bool), .scalar(.null), .number, .whole: .number
        case .list: .list
        case .sum(let operand): addend(operand)
        default: .unknown
        }
    }
}

/// Whether a byte can be part of a name.
func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
        true
    default: false
    }
}

extension Array {
    /// Removes what comes after the first `count` elements; for few of them, faster than `removeLast(_:)`.
    mutating func truncate(to count: Int) {
        while self.count > count { removeLast() }
    }
}
