internal import LashSyntax

/// What certainly fails when a program runs: it is refused before.
extension Linker {
    // MARK: `in`

    /// Refuses operands of `in` that never go together, and warns of a `not` that binds tighter than it looks.
    mutating func checkMembership(_ node: NodeID, _ needle: StaticType, _ haystack: StaticType) {
        if types.isNeverIn(needle, haystack) {
            let error = LinkError.membership(
                needle: types.display(needle, exact: true),
                haystack: types.display(haystack, exact: true)
            )
            report(error, tree.span(of: node), inferred: false)
        }
    }

    // MARK: Builtins

    /// Refuses arguments that a builtin never takes, and warns of lists that it takes only while they are empty.
    mutating func checkArguments(
        of builtin: Builtin,
        _ arguments: NodeList,
        _ given: ArraySlice<StaticType>,
        _ node: NodeID
    ) {
        // A wrong number of arguments is all that can be said of a call.
        guard let wanted = builtin.wanted, countMessage(builtin, arguments, given) == nil else { return }
        switch wanted {
        case .text(let what):
            for type in given where !types.mayBe(type, .text) { return refuse(builtin, what, type, node) }
        case .list(let items):
            guard let list = given.first else { return }
            if !types.mayBe(list, .list) { return refuse(builtin, items ?? "a list or tuple", list, node) }
            if builtin == .sortBy, let path = given.dropFirst().first, !types.mayBe(path, .text) {
                return refuse(builtin, "a text field path", path, node)
            }
            guard let what = builtin.wantedItems else { return }
            if let elements = elementTypes.removeValue(forKey: arguments[0]), !elements.isEmpty {
                let kinds = elements.map { types.allKinds(of: $0) }
                if !builtin.takes(kinds) { refuse(builtin, what, list, node) }
            } else if !builtin.takes([types.allKinds(of: types.elementType(of: list))]) {
                let got = types.display(list, exact: true)
                let warning = LinkWarning.builtinArgument(builtin, expected: what, got: got)
                program.warnings.append(warning.diagnostic(tree.span(of: node)))
            }
        }
    }

    /// Whether the types of the elements of a list that is written out as an argument will be asked for.
    func asksForElements(_ builtin: Builtin) -> Bool { builtin.wantedItems != nil }

    /// What is wrong with the number of arguments. An optional one that is no order, or no function, is one too many.
    mutating func countMessage(
        _ builtin: Builtin,
        _ arguments: NodeList,
        _ given: ArraySlice<StaticType>
    ) -> String? {
        let count = given.count
        if let message = builtin.arityMessage(count: count) { return message }
        guard count > builtin.minimumArguments, let last = given.last else { return nil }
        switch builtin {
        case .sort, .sortBy: return types.mayBe(last, .text) ? nil : builtin.arityText(count: count)
        case .min, .max: return builtin.arityText(count: count)
        default: return nil
        }
    }

    private mutating func refuse(_ builtin: Builtin, _ what: String, _ got: StaticType, _ node: NodeID) {
        let error = LinkError.builtinArgument(builtin, expected: what, got: types.display(got, exact: true))
        report(error, tree.span(of: node), inferred: false)
    }

}

extension Builtin {
    /// What the first argument, or each, has to be.
    fileprivate enum Wanted {
        /// A list, and how messages call what is no list.
        case list(String?)
        /// Text, and how messages call it.
        case text(String)
    }

    fileprivate var wanted: Wanted? {
        switch self {
        case .sort, .min, .max, .unique, .reverse: .list(nil)
        case .sum: .list("a list of numbers")
        case .sortBy: .list("a list of records")
        case .lower, .upper: .text("text")
        case .replace: .text("three text arguments")
        default: nil
        }
    }

    /// How messages call the elements that it wants.
    fileprivate var wantedItems: String? {
        switch self {
        case .sort, .min, .max: "a list of comparable values"
        case .sum: "a list of numbers"
        case .sortBy: "a list of records"
        default: nil
        }
    }

    /// Whether elements, each of some kinds, may stand in one list.
    fileprivate func takes(_ elements: [ValueKinds]) -> Bool {
        switch self {
        case .sum: elements.allSatisfy { $0.contains(.number) }
        case .sortBy: elements.allSatisfy { $0.contains(.record) }
        default: !elements.reduce(ValueKinds.ordered) { $0.intersection($1) }.isEmpty
        }
    }
}

/// Kinds that the values of a type may have.
struct ValueKinds: OptionSet {
    let rawValue: UInt8

    static let null = ValueKinds(rawValue: 1)
    static let bool = ValueKinds(rawValue: 2)
    static let number = ValueKinds(rawValue: 4)
    static let text = ValueKinds(rawValue: 8)
    static let list = ValueKinds(rawValue: 16)
    static let record = ValueKinds(rawValue: 32)
    static let other = ValueKinds(rawValue: 64)

    static let ordered: ValueKinds = [.null, .bool, .number, .text]
    static let all = ValueKinds(rawValue: 127)
}

extension TypeTable {
    /// The kinds that values of a type may have, unions aside.
    func kinds(of type: StaticType) -> ValueKinds {
        switch self[type] {
        case .scalar(.str), .text, .enumeration: .text
        case .scalar(.int), .scalar(.float), .number, .whole: .number
        case .scalar(.bool): .bool
        case .scalar(.null): .null
        case .scalar(.dict), .object, .process, .triggerHandle: .record
        case .list: .list
        case .authority: .other
        case .sum(let operand): kinds(of: operand)
        case .scalar(.any), .never, .union, .named, .outcome: .all
        }
    }

    /// The members of a union, aliases followed; very wide ones count as `any`.
    mutating func members(of type: StaticType) -> [StaticType] {
        var found: [StaticType] = []
        var pending = [type]
        var seen: Set<StaticType> = []
        while let next = pending.popLast() {
            let member = head(of: next)
            guard seen.insert(member).inserted else { continue }
            if seen.count > Self.inferredMembers { return [Self.any] }
            if case .union(let inner) = self[member] {
                pending.append(contentsOf: inner.reversed())
            } else {
                found.append(member)
            }
        }
        return found
    }

    /// The kinds that values of a type may have.
    mutating func allKinds(of type: StaticType) -> ValueKinds {
        let head = head(of: type)
        guard case .union = self[head] else { return kinds(of: head) }
        return members(of: head).reduce([]) { $0.union(kinds(of: $1)) }
    }

    /// Whether a value of a type may be of one of some kinds.
    mutating func mayBe(_ type: StaticType, _ wanted: ValueKinds) -> Bool {
        !allKinds(of: type).isDisjoint(with: wanted)
    }

    /// Whether `needle in haystack` fails for all values of these types.
    mutating func isNeverIn(_ needle: StaticType, _ haystack: StaticType) -> Bool {
        let mayBeText = mayBe(needle, .text)
        return members(of: haystack).allSatisfy { member in
            let kinds = kinds(of: member)
            if !kinds.isDisjoint(with: [.list, .null]) { return false }
            return kinds.isDisjoint(with: [.text, .record]) || !mayBeText
        }
    }
}
