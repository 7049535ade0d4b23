internal import LashSyntax

extension SyntaxTree {
    /// A part of an expression or statement. `enclosed`: it stands inside brackets of its own.
    struct Part {
        let node: NodeID
        let enclosed: Bool

        init(_ node: NodeID, enclosed: Bool = false) {
            self.node = node
            self.enclosed = enclosed
        }
    }

    /// The expressions and statements directly inside a node, in source order; types are left out.
    func parts(of node: NodeID) -> [Part] {
        switch self[node] {
        case .null, .boolean, .number, .string, .variable, .waitSignal, .typeLiteral, .fieldStep, .breakLoop,
            .continueLoop, .scalarType, .enumType, .listType, .objectType, .typeField, .namedType, .processType,
            .triggerHandleType, .unionType, .typeDeclaration, .parameter, .invalid:
            return []
        case .block(let list): return list.map { Part($0) }
        case .tuple(let list): return list.map { Part($0) }
        case .list(let list), .call(_, let list): return list.map { Part($0, enclosed: true) }
        case .comprehension(let element, let clauses):
            return [Part(element, enclosed: true)] + clauses.map { Part($0, enclosed: true) }
        case .forClause(_, let part), .ifClause(let part), .field(let part, _), .negate(let part), .not(let part),
            .await(let part), .unwrap(let part), .sleepFor(let part), .sleepUntil(let part), .labeled(_, let part),
            .cancel(let part), .print(let part), .finish(let part), .yield(let part), .wake(let part),
            .fail(let part):
            return [Part(part)]
        case .record(let entries), .start(_, let entries): return entries.map { Part($0.value, enclosed: true) }
        case .index(let target, let index): return [Part(target), Part(index, enclosed: true)]
        case .receiverCall(let target, _, let list):
            return [Part(target)] + list.map { Part($0, enclosed: true) }
        case .binary(_, let left, let right): return [Part(left), Part(right)]
        case .conditional(let condition, let then, let otherwise):
            return [Part(condition), Part(then), Part(otherwise)]
        case .signalRun(let run, _, let payload):
            return [Part(run, enclosed: true), Part(payload, enclosed: true)]
        case .assign(_, let steps, let value): return steps.map { Part($0) } + [Part(value)]
        case .indexStep(let index): return [Part(index, enclosed: true)]
        case .ifStatement(let condition, let then, let otherwise):
            return [Part(condition), Part(then)] + (otherwise.map { [Part($0)] } ?? [])
        case .forLoop(_, let head, let body), .whileLoop(let head, let body): return [Part(head), Part(body)]
        case .processDeclaration(let declaration): return [Part(declaration.body)]
        case .functionDeclaration(let declaration): return [Part(declaration.body)]
        case .returnStatement(let value): return value.map { [Part($0)] } ?? []
        }
    }

    /// Whether evaluating an expression does more than yield a value: it calls, waits, starts or may end the run.
    func hasEffect(_ expression: NodeID) -> Bool {
        var pending = [expression]
        while let node = pending.popLast() {
            switch self[node] {
            case .call, .receiverCall, .start, .await, .unwrap, .sleepFor, .sleepUntil, .waitSignal, .signalRun,
                .invalid:
                return true
            default:
                for part in parts(of: node) { pending.append(part.node) }
            }
        }
        return false
    }
}
