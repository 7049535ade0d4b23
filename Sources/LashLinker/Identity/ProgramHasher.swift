internal import LashSyntax

/// Hashes declarations and bodies of a linked program. Nothing here recurses but types, which nest no deeper than the
/// parser lets them.
struct ProgramHasher {
    private let program: LinkedProgram
    var hasher: AtomHasher
    /// How the names of the body are hashed that it assigns: by when they first occur.
    private var locals: [String: Int] = [:]
    private var parameters: Set<String> = []
    private var pending: [Item] = []

    /// What is still to be hashed.
    private enum Item {
        case node(NodeID)
        case text(String)
    }

    var tree: SyntaxTree { program.tree }

    init(_ kind: String, program: LinkedProgram) {
        self.program = program
        hasher = AtomHasher(kind)
    }

    mutating func add(_ text: String) { hasher.add(text) }

    mutating func add(_ number: Int) { hasher.add(number) }

    consuming func hexadecimal() -> String { hasher.hexadecimal() }

    // MARK: Names

    private mutating func numberLocals(in body: NodeID) {
        locals = [:]
        /// A node to look into, or a variable that is bound there.
        enum Step { case node(NodeID), name(Name) }
        var pending: [Step] = [.node(body)]
        while let step = pending.popLast() {
            guard case .node(let node) = step else {
                if case .name(let name) = step { number(name) }
                continue
            }
            switch tree[node] {
            case .assign(let root, _, _):
                number(root)
                pending.append(contentsOf: program.loweredParts(of: node).reversed().map(Step.node))
            case .forLoop(let name, let iterable, let body): pending += [.node(body), .name(name), .node(iterable)]
            case .forClause(let name, let iterable): pending += [.name(name), .node(iterable)]
            case .comprehension(let element, let clauses):
                pending.append(.node(element))
                pending.append(contentsOf: clauses.reversed().map(Step.node))
            default: pending.append(contentsOf: program.loweredParts(of: node).reversed().map(Step.node))
            }
        }
    }

    private mutating func number(_ name: Name) {
        let key = tree.text(of: name)
        if locals[key] == nil { locals[key] = locals.count }
    }

    private func spelled(_ name: Name) -> String {
        let key = tree.text(of: name)
        if parameters.contains(key) { return "abi:\(key)" }
        return locals[key].map { "local:\($0)" } ?? "global:\(key)"
    }

    // MARK: Bodies

    mutating func addBody(_ body: NodeID, parameters: Set<String>) {
        self.parameters = parameters
        numberLocals(in: body)
        pending = [.node(body)]
        while let item = pending.popLast() {
            switch item {
            case .text(let text): add(text)
            case .node(let node): addNode(node)
            }
        }
    }

    /// Hashes what a node is, and leaves its parts to be hashed next.
    private mutating func addNode(_ node: NodeID) {
        switch program.resolutions[node] {
        case .process(let position):
            if case .variable = tree[node] {
                add("process-ref")
                return add(program.processes[position].name)
            }
        case .module(let path, let type):
            let segments = path.split(separator: ".").map(String.init)
            for atom in ["resource-ref", "path", "\(segments.count)"] + segments + ["handle", type, path] { add(atom) }
            return
        case .constructor(_, let typeName):
            add("host-value-constructor")
            add(typeName)
            return follow(program.loweredParts(of: node))
        case .triggerEvent:
            for atom in ["record", "1", "$lash.trigger.event", "bool", "true"] { add(atom) }
            return
        case .triggerRegistration(let entries), .triggerListing(let entries), .triggerCancellation(let entries):
            guard case .receiverCall(let receiver, let operation, _) = tree[node] else { return }
            add("receiver-call")
            var parts: [Item] = [
                .node(receiver), .text(tree.text(of: operation)), .text("1"), .text("record"),
                .text("\(entries.count)"),
            ]
            for entry in entries { parts += [.text(entry.name), .node(entry.value)] }
            pending.append(contentsOf: parts.reversed())
            return
        case .sessionFunction(let name), .functionKey(.sessionFunction(let name)):
            add("session-function")
            add(program.library[name]?.source.text ?? "")
        case .function, .declaredFunction, .functionKey, nil: break
        }
        addPlain(node)
    }

    private mutating func follow(_ nodes: some BidirectionalCollection<NodeID>) {
        pending.append(contentsOf: nodes.reversed().map(Item.node))
    }

    private mutating func follow(_ items: Item...) { pending.append(contentsOf: items.reversed()) }

    private mutating func addEntries(_ entries: EntryList) {
        add(entries.count)
        for (key, value) in entries.reversed() { follow(.text(tree.text(of: key)), .node(value)) }
    }

    private mutating func addPlain(_ node: NodeID) {
        switch tree[node] {
        case .null: add("null")
        case .boolean(let value):
            add("bool")
            hasher.add(value)
        case .number(let value):
            add("number")
            add(String(value == 0 ? 0 : value.bitPattern))
        case .string(let text):
            add("string")
            add(text)
        case .variable(let name):
            add("variable")
            add(spelled(name))
        case .tuple(let items): addList("tuple", items)
        case .list(let items): addList("list", items)
        case .block(let items): addList("block", items)
        case .comprehension(let element, let clauses):
            add("list-comprehension")
            add(clauses.count)
            follow(.node(element))
            follow(clauses)
        case .forClause(let name, let iterable):
            add("for")
            add(spelled(name))
            follow(.node(iterable))
        case .ifClause(let condition): addParts("if", condition)
        case .record(let entries):
            add("record")
            addEntries(entries)
        case .assign(let root, let steps, let value):
            add("assign")
            add(spelled(root))
            add(steps.count)
            follow(.node(value))
            follow(steps)
        case .fieldStep(let name):
            add("field")
            add(tree.text(of: name))
        case .indexStep(let index): addParts("index", index)
        case .ifStatement(let condition, let then, let otherwise):
            add("if")
            if let otherwise {
                follow(.node(condition), .node(then), .node(otherwise))
            } else {
                follow(.node(condition), .node(then), .text("block"), .text("0"))
            }
        case .conditional(let condition, let then, let otherwise): addParts("if", condition, then, otherwise)
        case .forLoop(let name, let iterable, let body):
            add("for")
            add(spelled(name))
            follow(.node(iterable), .node(body))
        case .whileLoop(let condition, let body): addParts("while", condition, body)
        case .breakLoop: add("break")
        case .continueLoop: add("continue")
        case .start(let process, let arguments):
            add("start-process")
            add(tree.text(of: process))
            addEntries(arguments)
        case .receiverCall(let receiver, let operation, let arguments):
            add("receiver-call")
            follow(arguments)
            follow(.node(receiver), .text(tree.text(of: operation)), .text("\(arguments.count)"))
        case .await(let operand): addParts("await", operand)
        case .sleepFor(let operand): addParts("sleep-for", operand)
        case .sleepUntil(let operand): addParts("sleep-until", operand)
        case .waitSignal(let name):
            add("wait-signal")
            add(tree.text(of: name))
        case .signalRun(let run, let name, let payload):
            add("signal-run")
            add(tree.text(of: name))
            follow(.node(run), .node(payload))
        case .unwrap(let operand): addParts("unwrap", operand)
        case .cancel(let operand): addParts("cancel", operand)
        case .print(let operand): addParts("print", operand)
        case .yield(let operand): addParts("yield", operand)
        case .wake(let operand): addParts("wake", operand)
        case .finish(let operand): addParts("finish", operand)
        case .fail(let operand): addParts("fail", operand)
        case .returnStatement(let operand):
            add(operand == nil ? "return-nothing" : "return")
            if let operand { follow(.node(operand)) }
        case .call(let name, let arguments):
            add("builtin-call")
            add(tree.text(of: name))
            add(arguments.count)
            follow(arguments)
        case .field(let target, let name):
            add("field-access")
            follow(.node(target), .text(tree.text(of: name)))
        case .index(let target, let index): addParts("index-access", target, index)
        case .negate(let operand):
            add("unary")
            addParts("negate", operand)
        case .not(let operand):
            add("unary")
            addParts("not", operand)
        case .binary(let symbol, let left, let right):
            add("binary")
            addParts(Self.atom(of: symbol), left, right)
        case .typeLiteral(let type):
            add("type-literal")
            addType(type)
        case .labeled(let label, let inner):
            add("label-annotated")
            addLabel(label)
            follow(.node(inner))
        case .scalarType, .enumType, .listType, .objectType, .typeField, .namedType, .processType, .triggerHandleType,
            .unionType, .typeDeclaration, .processDeclaration, .functionDeclaration, .parameter, .invalid:
            break
        }
    }

    private mutating func addList(_ tag: String, _ items: NodeList) {
        add(tag)
        add(items.count)
        follow(items)
    }

    private mutating func addParts(_ tag: String, _ parts: NodeID...) {
        add(tag)
        follow(parts)
    }

    private static func atom(of symbol: BinaryOperator) -> String {
        switch symbol {
        case .add: "add"
        case .subtract: "subtract"
        case .multiply: "multiply"
        case .divide: "divide"
        case .modulo: "modulo"
        case .equal: "equal"
        case .notEqual: "not-equal"
        case .less: "less"
        case .lessEqual: "less-equal"
        case .greater: "greater"
        case .greaterEqual: "greater-equal"
        case .and: "and"
        case .or: "or"
        case .in: "in"
        case .notIn: "not-in"
        }
    }
}
