internal import LashSyntax

extension HostType {
    /// Reads a type in the notation of the language, such as `{ path: str, limit: int? }`.
    ///
    /// Throws the first syntax error, with its position in the text, and refuses types that nest deeper than
    /// `nestingLimit`. Takes time linear in the text.
    public init(parsing text: String) throws(HostCatalogError) {
        let parsed = SyntaxTree.parseType(SourceText(text))
        guard let node = parsed.type else {
            let first = parsed.diagnostics.first
            let place = first?.span.map { ", at character \($0.start + 1)" } ?? ""
            throw HostCatalogError("`\(text)` is no type: \(first?.message ?? "it is too long")\(place)")
        }
        self = try Self.read(node, parsed.tree, level: 1)
    }

    private static func read(_ node: NodeID, _ tree: SyntaxTree, level: Int) throws(HostCatalogError) -> HostType {
        if level > nestingLimit { throw .nesting }
        switch tree[node] {
        case .scalarType(let kind): return HostType(kind)
        case .enumType(let values): return .enumeration(values.map { tree.text(of: $0) })
        case .listType(let item): return .list(try read(item, tree, level: level + 1))
        case .objectType(let members):
            var fields: [HostField] = []
            for member in members {
                guard case .typeField(let name, let inner, let optional) = tree[member] else { continue }
                let type = try read(inner, tree, level: level + 1)
                fields.append(HostField(tree.text(of: name), type, optional: optional))
            }
            return .object(fields)
        case .namedType(let name): return .named(name)
        case .processType(let input, let output):
            let input = try read(input, tree, level: level + 1)
            return .process(input: input, inputCount: 1, output: try read(output, tree, level: level + 1))
        case .triggerHandleType(let event): return .triggerHandle(try read(event, tree, level: level + 1))
        case .unionType(let members):
            var types: [HostType] = []
            for member in members { types.append(try read(member, tree, level: level + 1)) }
            return .union(types)
        default: return .any
        }
    }

    init(_ scalar: ScalarType) {
        switch scalar {
        case .any: self = .any
        case .str: self = .str
        case .int: self = .int
        case .float: self = .float
        case .bool: self = .bool
        case .dict: self = .dict
        case .null: self = .null
        }
    }
}
