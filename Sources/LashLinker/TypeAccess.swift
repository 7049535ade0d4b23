internal import LashSyntax

extension TypeTable {
    /// What reading a field yields: known for objects, `any` for everything else.
    mutating func fieldType(_ key: ExactText, of target: StaticType) -> StaticType {
        access(target) { table, member in
            switch table[member] {
            case .object(let fields): return table.field(key, of: member, among: fields)?.type ?? Self.any
            case .outcome(let value): return table.fieldOfOutcome(key, of: value)
            default: return Self.any
            }
        }
    }

    /// Before `?` an operation gives a wrapper; what else is read from it has always been read from its value.
    private mutating func fieldOfOutcome(_ key: ExactText, of value: StaticType) -> StaticType {
        switch key.text {
        case "ok": Self.bool
        case "value": value
        case "error": Self.any
        default: fieldType(key, of: value)
        }
    }

    /// What reading an element yields: known for lists, `any` for everything else.
    mutating func elementType(of target: StaticType) -> StaticType {
        access(target) { table, member in
            switch table[member] {
            case .list(let item): item
            case .outcome(let value): table.elementType(of: value)
            default: Self.any
            }
        }
    }

    /// The name of the opaque type that a type is, or that is a member of it.
    mutating func opaqueName(in type: StaticType) -> String? {
        if opaqueNames.isEmpty { return nil }
        var pending = [type]
        var seen: Set<StaticType> = []
        while let next = pending.popLast() {
            let member = head(of: next)
            guard seen.insert(member).inserted, seen.count <= Self.inferredMembers else { continue }
            switch self[member] {
            case .union(let members): pending.append(contentsOf: members.reversed())
            case .named(let name) where opaqueNames.contains(member): return name
            default: break
            }
        }
        return nil
    }

    /// A part of a value is no module, even where a module was put there.
    mutating func asValue(_ type: StaticType) -> StaticType {
        if case .authority(let name) = self[type] { return make(.named(name)) }
        return type
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
