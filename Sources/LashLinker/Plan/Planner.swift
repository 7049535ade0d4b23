internal import LashSyntax

/// Walks a program and notes what it asks for. Nothing recurses: what is to be visited waits on a stack.
struct Planner {
    private let program: LinkedProgram
    private let needsApproval: (String) -> Bool
    private var plan = ProgramPlan()
    private var bounds: LoopBounds
    private var places: [Place] = [Place()]
    private var pending: [Visit] = []
    /// Names that have a value by now, and names that were noted as read.
    private var assigned: Set<String> = []
    private var read: Set<String> = []
    private var fuel: Int? = 0

    private var tree: SyntaxTree { program.tree }

    /// What stands around a node.
    private struct Place {
        var loops: [ProgramPlan.Loop] = []
        var isConditional = false
        var process: String?
    }

    private enum Visit {
        case node(NodeID, place: Int)
        /// The name has a value from here on.
        case assigned(String, place: Int)
    }

    init(program: LinkedProgram, lengths: [String: Int], needsApproval: @escaping (String) -> Bool) {
        self.program = program
        self.needsApproval = needsApproval
        bounds = LoopBounds(program, lengths: lengths)
    }

    mutating func run() -> ProgramPlan {
        for process in program.processes.reversed() {
            pending.append(.node(process.body, place: place(in: 0) { $0.process = process.name }))
        }
        pending.append(.node(tree.main, place: 0))
        while let visit = pending.popLast() {
            switch visit {
            case .node(let node, let place): self.visit(node, place)
            case .assigned(let name, let place): note(assignment: name, place)
            }
        }
        plan.estimatedFuel = fuel
        return plan
    }

    private mutating func place(in outer: Int, _ change: (inout Place) -> Void) -> Int {
        var place = places[outer]
        change(&place)
        places.append(place)
        return places.count - 1
    }

    private mutating func conditional(_ outer: Int) -> Int {
        places[outer].isConditional ? outer : place(in: outer) { $0.isConditional = true }
    }

    private mutating func loop(_ outer: Int, _ node: NodeID, over iterable: NodeID?) -> Int {
        let bound = iterable.flatMap { bounds.length(of: $0) }
        let loop = ProgramPlan.Loop(span: tree.span(of: node), bound: bound)
        return place(in: outer) { $0.loops.append(loop) }
    }

    /// Has these visited next, in this order.
    private mutating func next(_ visits: Visit...) { pending.append(contentsOf: visits.reversed()) }

    private mutating func visit(_ node: NodeID, _ place: Int) {
        charge(place)
        switch tree[node] {
        case .forLoop(let binding, let iterable, let body):
            let inside = loop(place, node, over: iterable)
            next(
                .node(iterable, place: place),
                .assigned(tree.text(of: binding), place: -1),
                .node(body, place: inside)
            )
        case .whileLoop(let condition, let body):
            let inside = loop(place, node, over: nil)
            next(.node(condition, place: inside), .node(body, place: inside))
        case .comprehension(let element, let clauses): visit(element, clauses, place)
        case .ifStatement(let condition, let then, let otherwise):
            let branch = conditional(place)
            if let otherwise { next(.node(otherwise, place: branch)) }
            next(.node(condition, place: place), .node(then, place: branch))
        case .conditional(let condition, let then, let otherwise):
            let branch = conditional(place)
            next(.node(condition, place: place), .node(then, place: branch), .node(otherwise, place: branch))
        case .binary(.and, let left, let right), .binary(.or, let left, let right):
            next(.node(left, place: place), .node(right, place: conditional(place)))
        case .assign(let root, let steps, _):
            let name = tree.text(of: root)
            if !steps.isEmpty { note(reading: name, place) }
            next(.assigned(name, place: place))
            visitParts(of: node, place)
        case .variable(let name) where program.resolution(of: node) == nil:
            note(reading: tree.text(of: name), place)
        default:
            if callsFunction(node) { fuel = nil }
            if let action = action(of: node) { note(action, node, place) }
            visitParts(of: node, place)
        }
    }

    private mutating func visitParts(of node: NodeID, _ place: Int) {
        for part in program.loweredParts(of: node).reversed() { pending.append(.node(part, place: place)) }
    }

    /// Each `for` of a comprehension is around all that follows, and each `if` decides about it.
    private mutating func visit(_ element: NodeID, _ clauses: NodeList, _ place: Int) {
        var inside = place
        var visits: [Visit] = []
        for clause in clauses {
            switch tree[clause] {
            case .forClause(let binding, let iterable):
                visits += [.node(iterable, place: inside), .assigned(tree.text(of: binding), place: -1)]
                inside = loop(inside, clause, over: iterable)
            case .ifClause(let condition):
                visits.append(.node(condition, place: inside))
                inside = conditional(inside)
            default: break
            }
        }
        visits.append(.node(element, place: inside))
        pending.append(contentsOf: visits.reversed())
    }

    // MARK: Notes

    private func action(of node: NodeID) -> ProgramPlan.Action? {
        switch program.resolution(of: node) {
        case .constructor, .module,
            .process where !isStart(node), .triggerEvent:
            return nil
        case .function(let name): return .function(name)
        case .triggerRegistration: return .trigger("register")
        case .triggerListing: return .trigger("list")
        case .triggerCancellation: return .trigger("cancel")
        case .declaredFunction, .sessionFunction, .functionKey, .process, nil: break
        }
        switch tree[node] {
        case .receiverCall(let receiver, let operation, _):
            let name = tree.text(of: operation)
            if case .module(let path, _) = program.resolution(of: receiver) { return .operation("\(path).\(name)") }
            return .operation("(\(tree.source[tree.span(of: receiver)])).\(name)")
        case .start(let process, _): return .start(tree.text(of: process))
        case .sleepFor, .sleepUntil: return .sleep
        case .waitSignal(let name): return .waitSignal(tree.text(of: name))
        case .signalRun(_, let name, _): return .sendSignal(tree.text(of: name))
        case .cancel: return .cancel
        case .yield: return .event("yield")
        case .wake: return .event("wake")
        default: return nil
        }
    }

    /// Whether a function of the program is called, whose work the text does not bound.
    private func callsFunction(_ node: NodeID) -> Bool {
        switch program.resolution(of: node) {
        case .declaredFunction, .sessionFunction, .functionKey: true
        default: false
        }
    }

    private func isStart(_ node: NodeID) -> Bool {
        if case .start = tree[node] { return true }
        return false
    }

    private mutating func note(_ action: ProgramPlan.Action, _ node: NodeID, _ place: Int) {
        let around = places[place]
        let isAsked =
            switch action {
            case .operation(let name), .function(let name): needsApproval(name)
            default: false
            }
        plan.steps.append(
            ProgramPlan.Step(
                action: action,
                span: tree.span(of: node),
                loops: around.loops,
                isConditional: around.isConditional,
                process: around.process,
                needsApproval: isAsked
            )
        )
    }

    private mutating func note(reading name: String, _ place: Int) {
        if places[place].process != nil || assigned.contains(name) || !read.insert(name).inserted { return }
        plan.reads.append(name)
    }

    /// Names of loops are not variables that the program leaves behind: they come without a place.
    private mutating func note(assignment name: String, _ place: Int) {
        if place < 0 {
            assigned.insert(name)
        } else if places[place].process == nil {
            // What is assigned on a condition may be read from before.
            if !places[place].isConditional && places[place].loops.isEmpty { assigned.insert(name) }
            if !plan.writes.contains(name) { plan.writes.append(name) }
        }
    }

    /// About a unit of fuel for each part, as often as its loops go round.
    private mutating func charge(_ place: Int) {
        guard let sum = fuel, places[place].process == nil else { return }
        var product = 1
        for loop in places[place].loops {
            guard let bound = loop.bound else { return fuel = nil }
            product = product.multipliedReportingOverflow(by: bound).partialValue
            if product < 0 || product > 1 << 53 { return fuel = nil }
        }
        fuel = min(sum + product, 1 << 60)
    }
}
