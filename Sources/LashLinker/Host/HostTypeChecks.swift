internal import LashSyntax

extension HostType {
    /// Throws for what no host type may have: too much nesting, a field or a text twice, nothing to choose from, names
    /// that cannot be written.
    ///
    /// `isData`: a named data type, which must not mention names, processes or trigger handles.
    package func check(isData: Bool = false) throws(HostCatalogError) {
        // A stack of its own, because a type built by a program may be of any depth.
        var pending: [(type: HostType, level: Int)] = [(self, 1)]
        while let (type, level) = pending.popLast() {
            if level > Self.nestingLimit { throw .nesting }
            switch type {
            case .any, .str, .int, .float, .bool, .dict, .null: break
            case .enumeration(let values):
                if values.isEmpty { throw HostCatalogError("an enum of the host needs at least one value") }
                if let value = Self.repeated(values) {
                    throw HostCatalogError("host data type enum has duplicate value `\(value)`")
                }
            case .list(let item): pending.append((item, level + 1))
            case .object(let fields):
                if let name = Self.repeated(fields.map(\.name)) {
                    throw HostCatalogError("host data type object has duplicate field `\(name)`")
                }
                for field in fields.reversed() { pending.append((field.type, level + 1)) }
            case .union(let members):
                if members.isEmpty { throw HostCatalogError("a union of the host needs at least one type") }
                for member in members.reversed() { pending.append((member, level + 1)) }
            case .named(let name):
                if isData {
                    throw HostCatalogError("host data type shape cannot contain nested type ref `\(name)`")
                }
                if !HostNames.isTypeName(name) { throw .unusable(name, as: "the name of a type") }
            case .process(let input, let count, let output):
                if isData { throw HostCatalogError("host data type shape cannot contain process") }
                if count < 0 { throw HostCatalogError("a process cannot have \(count) parameters") }
                pending.append((output, level + 1))
                pending.append((input, level + 1))
            case .triggerHandle(let event):
                if isData { throw HostCatalogError("host data type shape cannot contain trigger handle") }
                pending.append((event, level + 1))
            }
        }
    }

    private static func repeated(_ texts: [String]) -> String? {
        var seen: Set<ExactText> = []
        return texts.first { !seen.insert(ExactText($0)).inserted }
    }
}
