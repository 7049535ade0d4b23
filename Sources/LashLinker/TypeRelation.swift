internal import LashSyntax

/// What is already known about which type fits which.
///
/// Recursive types are compared by assuming what is being proved. A refutation under assumptions holds for good; a proof
/// under an assumption that fails later is forgotten.
struct TypeRelation {
    struct Pair: Hashable {
        let source: StaticType
        let target: StaticType
    }

    var refuted: Set<Pair> = []
    var assumed: Set<Pair> = []
    var trail: [Pair] = []
    var steps = 0

    /// Aliases may lead deeper than any type is written; beyond this depth types count as fitting.
    static let depthLimit = 128
    /// A comparison that takes more steps counts as fitting: a refusal must be certain.
    static let stepLimit = 200_000
}

extension TypeTable {
    /// Whether a value of type `source` may stand where `target` is declared.
    ///
    /// Gradual: only what certainly does not fit is refused. `any` fits both ways, a text of unknown content fits every
    /// enum, a record of unknown content fits every object.
    mutating func fits(_ source: StaticType, _ target: StaticType) -> Bool {
        relation.steps = 0
        return fits(source, target, depth: 0)
    }

    private mutating func fits(_ from: StaticType, _ to: StaticType, depth: Int) -> Bool {
        let source = head(of: from)
        let target = head(of: to)
        if source == target || source == Self.any || target == Self.any || source == Self.never { return true }
        if unknownNames.contains(source) || unknownNames.contains(target) { return true }
        relation.steps += 1
        if depth > TypeRelation.depthLimit || relation.steps > TypeRelation.stepLimit { return true }
        let pair = TypeRelation.Pair(source: source, target: target)
        if relation.refuted.contains(pair) { return false }
        if relation.assumed.contains(pair) { return true }
        let mark = relation.trail.count
        relation.assumed.insert(pair)
        relation.trail.append(pair)
        if compare(source, target, depth: depth + 1) { return true }
        for undone in relation.trail[mark...] { relation.assumed.remove(undone) }
        relation.trail.removeSubrange(mark...)
        relation.refuted.insert(pair)
        return false
    }

    private mutating func compare(_ source: StaticType, _ target: StaticType, depth: Int) -> Bool {
        switch (self[source], self[target]) {
        case (.union(let members), _):
            return members.allSatisfy { fits($0, target, depth: depth) }
        case (.enumeration(let values), .union(let members)):
            return members.contains { fits(source, $0, depth: depth) }
                || values.allSatisfy { value in
                    let text = make(.text(value))
                    return members.contains { fits(text, $0, depth: depth) }
                }
        case (_, .union(let members)):
            return members.contains { fits(source, $0, depth: depth) }
        case (.sum(let operand), _):
            return fits(operand, target, depth: depth) || fits(Self.float, target, depth: depth)
        case (.outcome(let value), _):
            return fits(value, target, depth: depth) || fits(Self.dict, target, depth: depth)
        case (.authority(let name), .named(let wanted)):
            return name == wanted
        case (.number, .scalar(let kind)), (.whole, .scalar(let kind)):
            return kind == .int || kind == .float
        case (.scalar(.int), .scalar(.float)), (.whole, .number), (.number, .whole):
            return true
        case (.text, .scalar(.str)), (.enumeration, .scalar(.str)), (.scalar(.str), .enumeration):
            return true
        case (.text(let value), .enumeration(let values)):
            return values.contains(value)
        case (.enumeration(let some), .enumeration(let all)):
            let allowed = Set(all)
            return some.allSatisfy { allowed.contains($0) }
        case (.list(let some), .list(let wanted)):
            return fits(some, wanted, depth: depth)
        case (.object, .scalar(.dict)), (.scalar(.dict), .object):
            return true
        case (.object(let some), .object(let wanted)):
            return fits(fields: some, of: source, wanted, depth: depth)
        case (.process(let input, _, let output), .process(let wantedInput, _, let wantedOutput)):
            return fits(input, wantedInput, depth: depth) && fits(output, wantedOutput, depth: depth)
        case (.triggerHandle(let event), .triggerHandle(let wanted)):
            return fits(event, wanted, depth: depth)
        default:
            return false
        }
    }

    private mutating func fits(
        fields: [ObjectField],
        of source: StaticType,
        _ wanted: [ObjectField],
        depth: Int
    ) -> Bool {
        for want in wanted {
            guard let have = field(want.key, of: source, among: fields) else {
                if want.optional { continue }
                return false
            }
            if have.optional && !want.optional { return false }
            if !fits(have.type, want.type, depth: depth) { return false }
        }
        return true
    }
}
