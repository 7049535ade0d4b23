internal import LashSyntax

/// How many elements lists have, where the text of a program says so.
struct LoopBounds {
    private let program: LinkedProgram
    /// The lengths of names that are assigned once, to something of known length, or bound by the host.
    private var lengths: [String: Int]

    private var tree: SyntaxTree { program.tree }

    init(_ program: LinkedProgram, lengths: [String: Int]) {
        self.program = program
        self.lengths = lengths
        findConstants()
    }

    /// The length of the value of an expression.
    func length(of node: NodeID) -> Int? {
        switch tree[node] {
        case .list(let elements), .tuple(let elements): return elements.count
        case .record(let entries): return entries.count
        case .string(let text): return text.unicodeScalars.count
        case .variable(let name): return lengths[tree.text(of: name)]
        case .call(_, let arguments) where program.builtin(for: node) == .range: return range(arguments)
        default: return nil
        }
    }

    private func range(_ arguments: NodeList) -> Int? {
        let numbers = arguments.compactMap { number($0) }
        guard numbers.count == arguments.count, (1...3).contains(numbers.count) else { return nil }
        let from = numbers.count == 1 ? 0 : numbers[0]
        let to = numbers.count == 1 ? numbers[0] : numbers[1]
        let step = numbers.count == 3 ? numbers[2] : 1
        let count = ((to - from) / step).rounded(.up)
        return count.magnitude < 0x1p53 ? max(0, Int(count)) : nil
    }

    private func number(_ node: NodeID) -> Double? {
        switch tree[node] {
        case .number(let value): return value
        case .negate(let operand):
            if case .number(let value) = tree[operand] { return -value }
            return nil
        case .call(let name, let arguments) where tree.text(of: name) == "len" && arguments.count == 1:
            return length(of: arguments[0]).map(Double.init)
        default: return nil
        }
    }

    /// Finds the names that the main block assigns once, as a whole, to a value of known length.
    private mutating func findConstants() {
        var values: [String: NodeID?] = [:]
        var order: [String] = []
        var pending = [tree.main]
        while let node = pending.popLast() {
            switch tree[node] {
            case .assign(let root, let steps, let value):
                let name = tree.text(of: root)
                if values[name] == nil { order.append(name) }
                let isFirst = values[name] == nil && steps.isEmpty
                values[name] = .some(isFirst ? value : nil)
            case .forLoop(let binding, _, _), .forClause(let binding, _):
                values[tree.text(of: binding)] = .some(nil)
            default: break
            }
            pending.append(contentsOf: tree.parts(of: node).map(\.node).reversed())
        }
        for name in order {
            guard case .some(.some(let value)) = values[name] else { continue }
            lengths[name] = length(of: value)
        }
    }
}
