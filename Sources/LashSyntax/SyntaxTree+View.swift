extension SyntaxTree {
    /// The number of nodes; every `NodeID.index` is below it.
    public var nodeCount: Int { nodeTable.count }

    /// The node as a value to switch over. Constant time, except that names of types and string literals are decoded.
    public subscript(node: NodeID) -> Syntax {
        let at = Int(node.index)
        let entry = nodeTable[at]
        let (main, l, r) = (entry.main, entry.left, entry.right)
        switch entry.kind {
        case .null: return .null
        case .true: return .boolean(true)
        case .false: return .boolean(false)
        case .number: return .number(number(entry))
        case .string: return .string(string(at: main))
        case .variable: return .variable(Name(token: main))
        case .tuple: return .tuple(nodes(l))
        case .list: return .list(nodes(l))
        case .comprehension: return .comprehension(element: id(r), clauses: nodes(l))
        case .forClause: return .forClause(binding: Name(token: main), iterable: id(l))
        case .ifClause: return .ifClause(condition: id(l))
        case .record: return .record(entries(l))
        case .field: return .field(target: id(l), name: Name(token: main))
        case .index: return .index(target: id(l), index: id(extra[Int(r)]))
        case .call: return .call(name: Name(token: main), arguments: nodes(l))
        case .receiverCall: return .receiverCall(receiver: id(r), operation: Name(token: main), arguments: nodes(l))
        case .start: return .start(process: Name(token: r), arguments: entries(l))
        case .negate: return .negate(id(l))
        case .not: return .not(id(l))
        case .await: return .await(id(l))
        case .unwrap: return .unwrap(id(l))
        case .binary:
            guard let operation = BinaryOperator(tokenTable[Int(main)].kind) else { return .invalid }
            return .binary(operation, id(l), id(r))
        case .conditional:
            return .conditional(condition: id(l), then: id(extra[Int(r)]), otherwise: id(extra[Int(r) + 1]))
        case .sleepFor: return .sleepFor(id(l))
        case .sleepUntil: return .sleepUntil(id(l))
        case .waitSignal: return .waitSignal(name: Name(token: l))
        case .signalRun:
            let at = Int(l)
            return .signalRun(run: id(extra[at]), name: Name(token: extra[at + 1]), payload: id(extra[at + 2]))
        case .typeLiteral: return .typeLiteral(id(l))
        case .block: return .block(nodes(l == Parser.none ? r : l))
        case .labeled: return .labeled(label(Int(r)), id(l))
        case .assign, .letAssign: return .assign(root: Name(token: main), steps: nodes(l), value: id(r))
        case .fieldStep: return .fieldStep(Name(token: main))
        case .indexStep: return .indexStep(id(l))
        case .ifStatement:
            return .ifStatement(condition: id(l), then: id(extra[Int(r)]), otherwise: optional(extra[Int(r) + 1]))
        case .forLoop:
            return .forLoop(binding: Name(token: extra[Int(l)]), iterable: id(extra[Int(l) + 1]), body: id(r))
        case .whileLoop: return .whileLoop(condition: id(l), body: id(r))
        case .breakLoop: return .breakLoop
        case .continueLoop: return .continueLoop
        case .cancel: return .cancel(id(l))
        case .print: return .print(id(l))
        case .finish: return .finish(id(l))
        case .yield: return .yield(id(l))
        case .wake: return .wake(id(l))
        case .fail: return .fail(id(l))
        case .scalarType: return ScalarType(tokenTable[Int(main)].kind).map(Syntax.scalarType) ?? .invalid
        case .enumType: return .enumType(NameList(words: list(l)))
        case .listType: return .listType(id(l))
        case .objectType: return .objectType(nodes(l))
        case .typeField: return .typeField(name: Name(token: main), type: id(l), optional: r == 1)
        case .namedType: return .namedType(path(from: Int(main), through: Int(l)))
        case .processType: return .processType(input: id(l), output: id(extra[Int(r)]))
        case .triggerHandleType: return .triggerHandleType(id(l))
        case .unionType: return .unionType(nodes(l))
        case .typeDeclaration: return .typeDeclaration(name: Name(token: main), type: id(l))
        case .processDeclaration: return .processDeclaration(process(at))
        case .parameter: return .parameter(name: Name(token: main), type: id(l))
        case .functionDeclaration: return .functionDeclaration(function(at))
        case .returnStatement: return .returnStatement(optional(l))
        case .invalid: return .invalid
        }
    }

    private func id(_ raw: UInt32) -> NodeID { NodeID(raw: raw) }

    private func optional(_ rawPlusOne: UInt32) -> NodeID? { rawPlusOne == 0 ? nil : NodeID(raw: rawPlusOne - 1) }

    /// The members of the list at `position`.
    func words(_ position: UInt32) -> ArraySlice<UInt32> {
        if position == Parser.none { return [] }
        let at = Int(position)
        return extra[(at + 2)..<(at + 2 + Int(extra[at]))]
    }

    private func list(_ position: UInt32) -> WordList { WordList(storage, at: position) }

    private func nodes(_ position: UInt32) -> NodeList { NodeList(words: list(position)) }

    private func entries(_ position: UInt32) -> EntryList { EntryList(words: list(position)) }

    private func label(_ at: Int) -> Label {
        let description = extra[at + 1]
        return Label(
            title: Name(token: extra[at]),
            description: description == Parser.none ? nil : Name(token: description)
        )
    }

    private func function(_ at: Int) -> FunctionDeclaration {
        let details = Int(nodeTable[at].left)
        return FunctionDeclaration(
            name: Name(token: nodeTable[at].main),
            parameters: nodes(extra[details]),
            returnType: id(extra[details + 1]),
            body: id(nodeTable[at].right)
        )
    }

    private func process(_ at: Int) -> ProcessDeclaration {
        let details = Int(nodeTable[at].left)
        return ProcessDeclaration(
            name: Name(token: nodeTable[at].main),
            parameters: nodes(extra[details]),
            signals: nodes(extra[details + 1]),
            returnType: optional(extra[details + 2]),
            label: extra[details + 3] == Parser.none ? nil : label(details + 3),
            body: id(nodeTable[at].right)
        )
    }
}

extension BinaryOperator {
    init?(_ kind: TokenKind) {
        switch kind {
        case .plus: self = .add
        case .minus: self = .subtract
        case .star: self = .multiply
        case .slash: self = .divide
        case .percent: self = .modulo
        case .equal: self = .equal
        case .notEqual: self = .notEqual
        case .less: self = .less
        case .lessEqual: self = .lessEqual
        case .greater: self = .greater
        case .greaterEqual: self = .greaterEqual
        case .and, .ampersandAmpersand: self = .and
        case .or, .barBar: self = .or
        case .in: self = .in
        case .notIn: self = .notIn
        default: return nil
        }
    }
}

extension ScalarType {
    init?(_ kind: TokenKind) {
        switch kind {
        case .null: self = .null
        case .wordStr: self = .str
        case .wordInt: self = .int
        case .wordFloat: self = .float
        case .wordBool: self = .bool
        case .wordDict: self = .dict
        case .wordAny: self = .any
        default: return nil
        }
    }
}
