import Lashlang

/// A syntax tree as indented lines. What remains to be written waits on a stack: trees of long programs are deep.
struct TreeOutline {
    private struct Work {
        var depth: Int
        var prefix: String
        var node: NodeID
        /// Where the node begins, if it begins where its parent does: finding it takes as long as the chain of operators
        /// to the left is.
        var start: Int?
    }

    /// A node in words: what it is, and its children with the role of each where that is not plain.
    private struct Parts {
        var label: String
        var children: [(role: String, node: NodeID)]

        init(_ label: String, _ children: [(role: String, node: NodeID)] = []) {
            self.label = label
            self.children = children
        }

        init(_ label: String, _ children: some Sequence<NodeID>) {
            self.init(label, children.map { ("", $0) })
        }
    }

    /// Finds places one after the other. Columns are counted from the last place on: a line may be very long.
    private struct Cursor {
        let map: SourceMap
        private var offset = 0
        private var place = SourceLocation(line: 1, column: 1)

        init(map: SourceMap) { self.map = map }

        mutating func location(of target: Int) -> SourceLocation {
            let end = map.span(ofLine: place.line).end
            if target < offset || target > end {
                place = map.location(of: target)
            } else {
                place.column += map.source.bytes[offset..<target].count { $0 & 0xC0 != 0x80 }
            }
            offset = target
            return place
        }
    }

    /// Deeper nodes are indented no further: a long chain of operators would fill the disk with blanks.
    private static let deepest = 60

    private let tree: SyntaxTree
    private var cursor: Cursor
    private var stack: [Work] = []

    init(_ tree: SyntaxTree) {
        self.tree = tree
        cursor = Cursor(map: SourceMap(tree.source))
    }

    /// The declarations, then the statements.
    mutating func text() -> String {
        var result = ""
        var top = Array(tree.declarations)
        if case .block(let statements) = tree[tree.main] { top += statements }
        stack = top.reversed().map { Work(depth: 0, prefix: "", node: $0) }
        while let work = stack.popLast() {
            let parts = parts(of: work.node)
            let start = work.start ?? tree.start(of: work.node)
            let place = cursor.location(of: start)
            let indent = String(repeating: "  ", count: min(work.depth, Self.deepest))
            let depth = work.depth > Self.deepest ? "[\(work.depth)] " : ""
            result += "\(indent)\(depth)\(work.prefix)\(parts.label)  \(place.line):\(place.column)\n"
            let sharesStart = sharesStart(work.node)
            for (index, (role, node)) in parts.children.enumerated().reversed() {
                let prefix = role.isEmpty ? "" : role + ": "
                let inherited = index == 0 && sharesStart ? start : nil
                stack.append(Work(depth: work.depth + 1, prefix: prefix, node: node, start: inherited))
            }
        }
        return result
    }

    /// Whether a node begins where its first child begins.
    private func sharesStart(_ node: NodeID) -> Bool {
        switch tree[node] {
        case .field, .index, .unwrap, .binary, .conditional, .receiverCall: true
        default: false
        }
    }

    private func name(_ name: Name) -> String { tree.text(of: name) }

    private func entries(_ entries: EntryList) -> [(role: String, node: NodeID)] {
        entries.map { (name($0.key), $0.value) }
    }

    private func parts(of node: NodeID) -> Parts {
        switch tree[node] {
        case .null: Parts("null")
        case .boolean(let value): Parts(value ? "true" : "false")
        case .number(let value): Parts(Value.number(value).literal)
        case .string(let text): Parts(Value.string(text).literal)
        case .variable(let variable): Parts(name(variable))
        case .tuple(let items): Parts("tuple", items)
        case .list(let items): Parts("list", items)
        case .comprehension(let element, let clauses): Parts("comprehension", [element] + clauses)
        case .forClause(let binding, let iterable): Parts("for \(name(binding)) in", [iterable])
        case .ifClause(let condition): Parts("if", [condition])
        case .record(let members): Parts("record", entries(members))
        case .field(let target, let field): Parts(".\(name(field))", [target])
        case .index(let target, let index): Parts("index", [target, index])
        case .call(let function, let arguments): Parts("call \(name(function))", arguments)
        case .receiverCall(let receiver, let operation, let arguments):
            Parts("call .\(name(operation))", [("receiver", receiver)] + arguments.map { ("", $0) })
        case .start(let process, let arguments): Parts("start \(name(process))", entries(arguments))
        case .negate(let operand): Parts("negate", [operand])
        case .not(let operand): Parts("not", [operand])
        case .await(let operand): Parts("await", [operand])
        case .unwrap(let operand): Parts("?", [operand])
        case .binary(let symbol, let left, let right): Parts(symbol.rawValue, [left, right])
        case .conditional(let condition, let then, let otherwise):
            Parts("conditional", [("if", condition), ("then", then), ("else", otherwise)])
        case .sleepFor(let operand): Parts("sleep for", [operand])
        case .sleepUntil(let operand): Parts("sleep until", [operand])
        case .waitSignal(let signal): Parts("wait_signal \(name(signal))")
        case .signalRun(let run, let signal, let payload): Parts("signal_run \(name(signal))", [run, payload])
        case .typeLiteral(let type): Parts("Type", [type])
        default: statement(node)
        }
    }

    private func statement(_ node: NodeID) -> Parts {
        switch tree[node] {
        case .block(let statements): Parts("block", statements)
        case .labeled(let label, let statement): Parts("@label \(name(label.title))", [statement])
        case .assign(let root, let steps, let value):
            Parts("\(name(root)) =", steps.map { ("", $0) } + [("value", value)])
        case .fieldStep(let field): Parts(".\(name(field))")
        case .indexStep(let index): Parts("index", [index])
        case .ifStatement(let condition, let then, let otherwise):
            Parts("if", [("", condition), ("then", then)] + (otherwise.map { [("else", $0)] } ?? []))
        case .forLoop(let binding, let iterable, let body): Parts("for \(name(binding)) in", [iterable, body])
        case .whileLoop(let condition, let body): Parts("while", [condition, body])
        case .breakLoop: Parts("break")
        case .continueLoop: Parts("continue")
        case .cancel(let operand): Parts("cancel", [operand])
        case .print(let operand): Parts("print", [operand])
        case .finish(let operand): Parts("finish", [operand])
        case .yield(let operand): Parts("yield", [operand])
        case .wake(let operand): Parts("wake", [operand])
        case .fail(let operand): Parts("fail", [operand])
        case .returnStatement(let operand): Parts("return", operand.map { [$0] } ?? [])
        default: type(node)
        }
    }

    private func type(_ node: NodeID) -> Parts {
        switch tree[node] {
        case .scalarType(let type): Parts(type.rawValue)
        case .enumType(let names): Parts("enum " + names.map { Value.string(name($0)).literal }.joined(separator: " "))
        case .listType(let item): Parts("list of", [item])
        case .objectType(let fields): Parts("object", fields)
        case .typeField(let field, let type, let isOptional): Parts("\(name(field))\(isOptional ? "?" : ""):", [type])
        case .namedType(let path): Parts(path)
        case .processType(let input, let output): Parts("Process", [("input", input), ("output", output)])
        case .triggerHandleType(let event): Parts("TriggerHandle", [event])
        case .unionType(let members): Parts("union", members)
        case .typeDeclaration(let declared, let type): Parts("type \(name(declared)) =", [type])
        case .parameter(let parameter, let type): Parts("\(name(parameter)):", [type])
        case .functionDeclaration(let function):
            Parts(
                "fn \(name(function.name))",
                function.parameters.map { ("parameter", $0) } + [("returns", function.returnType), ("", function.body)]
            )
        case .processDeclaration(let process):
            Parts(
                "process \(name(process.name))",
                process.parameters.map { ("parameter", $0) } + process.signals.map { ("signal", $0) }
                    + (process.returnType.map { [("returns", $0)] } ?? []) + [("", process.body)]
            )
        default: Parts("invalid")
        }
    }
}
