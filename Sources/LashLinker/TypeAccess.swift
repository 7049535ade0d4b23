extension TypeTable {
    /// What reading a field yields: known for objects, `any` for everything else.
    mutating func fieldType(_ name: String, of target: StaticType) -> StaticType {
        access(target) { table, member in
            guard case .object(let fields) = table[member] else { return Self.any }
            return table.field(name, of: member, among: fields)?.type ?? Self.any
        }
    }

    /// What reading an element yields: known for lists, `any` for everything else.
    mutating func elementType(of target: StaticType) -> StaticType {
        access(target) { table, member in
            switch table[member] {
            case .list(let item): item
            default: Self.any
            }
        }
    }

    /// Applies a rule to a type, or to every member where it is a union.
    private mutating func access(
        _ target: StaticType,
        _ rule: (inout TypeTable, StaticType) -> StaticType
    ) -> StaticType {
        let head = head(of: target)
        guard case .union = self[head] else { return rule(&self, plain(head)) }
        var pending = [head]
        var seen: Set<StaticType> = []
        var results: [StaticType] = []
        while let next = pending.popLast() {
            let member = self.head(of: next)
            guard seen.insert(member).inserted else { continue }
            // A very wide union says nothing useful, and would be read again at every access.
            if seen.count > Self.inferredMembers { return Self.any }
            if case .union(let members) = self[member] {
                pending.append(contentsOf: members.reversed())
            } else {
                results.append(rule(&self, plain(member)))
            }
        }
        return inferredUnion(results)
    }

    private func plain(_ type: StaticType) -> StaticType {
        if case .sum(let inner) = self[type] { return inner }
        return type
    }
}
