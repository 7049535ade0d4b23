extension SyntaxTree {
    /// The top-level statements as a JSON array: an externally tagged object per node, the keys of each object in
    /// alphabetical order. For tests and tools; does not recurse.
    public var mainJSON: String {
        var writer = SyntaxJSON(tree: self)
        writer.statements(of: main)
        return writer.run()
    }

    /// The declarations as a JSON array, in the same form.
    public var declarationsJSON: String {
        var writer = SyntaxJSON(tree: self)
        writer.declarations()
        return writer.run()
    }
}

/// Writes nodes as JSON. What remains to be written waits on a stack, in place of recursion.
private struct SyntaxJSON {
    private enum Work {
        case text(String)
        case node(NodeID)
    }

    private let tree: SyntaxTree
    private var stack: [Work] = []
    private var result = ""

    init(tree: SyntaxTree) { self.tree = tree }

    mutating func run() -> String {
        while let work = stack.popLast() {
            switch work {
            case .text(let text): result += text
            case .node(let node): push(parts(of: node))
            }
        }
        return result
    }

    mutating func statements(of block: NodeID) {
        if case .block(let statements) = tree[block] { push(array(statements)) }
    }

    mutating func declarations() { push(array(tree.declarations)) }

    private mutating func push(_ parts: [Work]) { stack.append(contentsOf: parts.reversed()) }

    // MARK: Building blocks

    private func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    private func name(_ name: Name) -> String { quoted(tree.text(of: name)) }

    private func array(_ nodes: some Sequence<NodeID>) -> [Work] {
        separated(nodes.map { [.node($0)] })
    }

    private func separated(_ members: [[Work]]) -> [Work] {
        var parts: [Work] = [.text("[")]
        for (position, member) in members.enumerated() {
            if position > 0 { parts.append(.text(",")) }
            parts += member
        }
        return parts + [.text("]")]
    }

    private func pairs(_ entries: EntryList) -> [Work] {
        separated(entries.map { [.text("[" + name($0.key) + ","), .node($0.value), .text("]")] })
    }

    private func names(_ names: NameList) -> String { "[" + names.map { name($0) }.joined(separator: ",") + "]" }

    private func tagged(_ tag: String, _ parts: [Work]) -> [Work] {
        [.text("{\"\(tag)\":")] + parts + [.text("}")]
    }

    private func tagged(_ tag: String, _ node: NodeID) -> [Work] { tagged(tag, [.node(node)]) }

    private func tagged(_ tag: String, _ fields: (key: String, value: [Work])...) -> [Work] {
        tagged(tag, object(fields))
    }

    private func object(_ fields: [(key: String, value: [Work])]) -> [Work] {
        var parts: [Work] = []
        for field in fields {
            parts.append(.text((parts.isEmpty ? "{\"" : ",\"") + field.key + "\":"))
            parts += field.value
        }
        return parts + [.text("}")]
    }

    private func label(_ label: Label) -> String {
        let description = label.description.map { "\"description\":" + name($0) + "," } ?? ""
        return "{" + description + "\"title\":" + name(label.title) + "}"
    }

    private func number(_ value: Double) -> String { value.isFinite ? NumberText.plain(value) : "null" }

    // MARK: Nodes

    private func parts(of node: NodeID) -> [Work] {
        switch tree[node] {
        case .null: return [.text("\"Null\"")]
        case .boolean(let value): return [.text("{\"Bool\":\(value)}")]
        case .number(let value): return [.text("{\"Number\":\(number(value))}")]
        case .string(let text): return [.text("{\"String\":\(quoted(text))}")]
        case .variable(let variable): return [.text("{\"Variable\":\(name(variable))}")]
        case .tuple(let items): return tagged("Tuple", array(items))
        case .list(let items): return tagged("List", array(items))
        case .comprehension(let element, let clauses):
            return tagged("ListComprehension", ("clauses", array(clauses)), ("element", [.node(element)]))
        case .forClause(let binding, let iterable):
            return tagged("For", ("binding", [.text(name(binding))]), ("iterable", [.node(iterable)]))
        case .ifClause(let condition): return tagged("If", ("condition", [.node(condition)]))
        case .record(let entries): return tagged("Record", pairs(entries))
        case .field(let target, let field):
            return tagged("Field", ("field", [.text(name(field))]), ("target", [.node(target)]))
        case .index(let target, let index):
            return tagged("Index", ("index", [.node(index)]), ("target", [.node(target)]))
        case .call(let function, let arguments):
            return tagged("BuiltinCall", ("args", array(arguments)), ("name", [.text(name(function))]))
        case .receiverCall(let receiver, let operation, let arguments):
            return tagged(
                "ReceiverCall",
                ("args", array(arguments)),
                ("operation", [.text(name(operation))]),
                ("receiver", [.node(receiver)])
            )
        case .start(let process, let arguments):
            return tagged("StartProcess", ("args", pairs(arguments)), ("process", [.text(name(process))]))
        case .negate(let operand): return tagged("Unary", ("expr", [.node(operand)]), ("op", [.text("\"Negate\"")]))
        case .not(let operand): return tagged("Unary", ("expr", [.node(operand)]), ("op", [.text("\"Not\"")]))
        case .await(let operand): return tagged("Await", operand)
        case .unwrap(let operand): return tagged("ResultUnwrap", operand)
        case .binary(let operation, let left, let right):
            return tagged(
                "Binary",
                ("left", [.node(left)]),
                ("op", [.text("\"\(operation.tag)\"")]),
                ("right", [.node(right)])
            )
        case .conditional(let condition, let then, let otherwise):
            return conditional(condition, then, [.node(otherwise)])
        case .sleepFor(let operand): return tagged("SleepFor", operand)
        case .sleepUntil(let operand): return tagged("SleepUntil", operand)
        case .waitSignal(let signal): return tagged("WaitSignal", ("name", [.text(name(signal))]))
        case .signalRun(let run, let signal, let payload):
            return tagged(
                "SignalRun",
                ("name", [.text(name(signal))]),
                ("payload", [.node(payload)]),
                ("run", [.node(run)])
            )
        case .typeLiteral(let type): return tagged("TypeLiteral", type)
        default: return statementParts(of: node)
        }
    }

    private func conditional(_ condition: NodeID, _ then: NodeID, _ otherwise: [Work]) -> [Work] {
        tagged("If", ("condition", [.node(condition)]), ("else_block", otherwise), ("then_block", [.node(then)]))
    }

    private func statementParts(of node: NodeID) -> [Work] {
        switch tree[node] {
        case .block(let statements): return tagged("Block", array(statements))
        case .labeled(let label, let statement):
            return tagged("LabelAnnotated", ("expr", [.node(statement)]), ("label", [.text(self.label(label))]))
        case .assign(let root, let steps, let value):
            var target: [(key: String, value: [Work])] = [("root", [.text(name(root))])]
            if !steps.isEmpty { target.append(("steps", array(steps))) }
            return tagged("Assign", ("expr", [.node(value)]), ("target", object(target)))
        case .fieldStep(let field): return tagged("Field", [.text(name(field))])
        case .indexStep(let index): return tagged("Index", index)
        case .ifStatement(let condition, let then, let otherwise):
            return conditional(condition, then, otherwise.map { [.node($0)] } ?? [.text("{\"Block\":[]}")])
        case .forLoop(let binding, let iterable, let body):
            return tagged(
                "For",
                ("binding", [.text(name(binding))]),
                ("body", [.node(body)]),
                ("iterable", [.node(iterable)])
            )
        case .whileLoop(let condition, let body):
            return tagged("While", ("body", [.node(body)]), ("condition", [.node(condition)]))
        case .breakLoop: return [.text("\"Break\"")]
        case .continueLoop: return [.text("\"Continue\"")]
        case .cancel(let operand): return tagged("Cancel", operand)
        case .print(let operand): return tagged("Print", operand)
        case .finish(let operand): return tagged("Finish", operand)
        case .yield(let operand): return tagged("Yield", operand)
        case .wake(let operand): return tagged("Wake", operand)
        case .fail(let operand): return tagged("Fail", operand)
        case .returnStatement(let operand): return tagged("Return", operand.map { [.node($0)] } ?? [.text("\"Null\"")])
        default: return typeParts(of: node)
        }
    }

    private func typeParts(of node: NodeID) -> [Work] {
        switch tree[node] {
        case .scalarType(let scalar):
            return [.text("\"\(scalar.rawValue.prefix(1).uppercased())\(scalar.rawValue.dropFirst())\"")]
        case .enumType(let values): return tagged("Enum", [.text(names(values))])
        case .listType(let item): return tagged("List", item)
        case .objectType(let fields): return tagged("Object", array(fields))
        case .typeField(let field, let type, let optional):
            return object([
                ("name", [.text(name(field))]), ("optional", [.text("\(optional)")]), ("ty", [.node(type)]),
            ])
        case .namedType(let path): return tagged("Ref", [.text(quoted(path))])
        case .processType(let input, let output):
            return tagged(
                "Process",
                ("input", [.node(input)]),
                ("input_count", [.text("1")]),
                ("output", [.node(output)])
            )
        case .triggerHandleType(let event): return tagged("TriggerHandle", event)
        case .unionType(let members): return tagged("Union", array(members))
        case .typeDeclaration(let declared, let type):
            return tagged("Type", ("name", [.text(name(declared))]), ("ty", [.node(type)]))
        case .processDeclaration(let process):
            var fields: [(key: String, value: [Work])] = [("body", [.node(process.body)])]
            if let label = process.label { fields.append(("label", [.text(self.label(label))])) }
            fields.append(("name", [.text(name(process.name))]))
            fields.append(("params", array(process.parameters)))
            if let type = process.returnType { fields.append(("return_ty", [.node(type)])) }
            if !process.signals.isEmpty { fields.append(("signals", array(process.signals))) }
            return tagged("Process", object(fields))
        case .functionDeclaration(let function):
            var fields: [(key: String, value: [Work])] = [("body", [.node(function.body)])]
            fields.append(("name", [.text(name(function.name))]))
            fields.append(("params", array(function.parameters)))
            fields.append(("return_ty", [.node(function.returnType)]))
            return tagged("Function", object(fields))
        case .parameter(let parameter, let type):
            return object([("name", [.text(name(parameter))]), ("ty", [.node(type)])])
        default: return [.text("\"Invalid\"")]
        }
    }
}

extension BinaryOperator {
    /// What the JSON form calls it.
    fileprivate var tag: String {
        switch self {
        case .add: "Add"
        case .subtract: "Subtract"
        case .multiply: "Multiply"
        case .divide: "Divide"
        case .modulo: "Modulo"
        case .equal: "Equal"
        case .notEqual: "NotEqual"
        case .less: "Less"
        case .lessEqual: "LessEqual"
        case .greater: "Greater"
        case .greaterEqual: "GreaterEqual"
        case .and: "And"
        case .or: "Or"
        case .in: "In"
        case .notIn: "NotIn"
        }
    }
}
