import Lashlang

/// What is known of one version of a document. Parts are made when somebody asks for them.
final class Analysis {
    let document: TextDocument
    let settings: ServerSettings

    init(_ document: TextDocument, _ settings: ServerSettings) {
        self.document = document
        self.settings = settings
    }

    private(set) lazy var diagnostics = Program.check(document.source, environment: settings.environment)
    private(set) lazy var parsed = SyntaxTree.parse(document.source)
    private(set) lazy var index = SymbolIndex(parsed.tree)

    var catalog: HostCatalog { settings.environment.catalog }

    func range(_ span: Span) -> Value {
        ["start": position(span.start), "end": position(span.end)]
    }

    private func position(_ offset: Int) -> Value {
        let position = document.position(of: offset)
        return ["line": .number(Double(position.line)), "character": .number(Double(position.character))]
    }

    func edit(_ span: Span, _ text: String) -> Value { ["range": range(span), "newText": .string(text)] }

    func location(_ span: Span) -> Value { ["uri": .string(document.uri), "range": range(span)] }

    /// The text of the module or value that a call of an operation goes to.
    func receiver(of node: NodeID) -> String? {
        guard case .receiverCall(let receiver, _, _) = parsed.tree[node] else { return nil }
        return parsed.tree.source[parsed.tree.span(of: receiver)]
    }

    /// The bound value, or the part of one, that a path such as `board.rows[0]` names.
    func value(at path: String) -> Value? {
        var parts = path.split { $0 == "." || $0 == "[" || $0 == "]" }.map(String.init)[...]
        guard let name = parts.popFirst(), var value = settings.bindings.value(of: name) else { return nil }
        for part in parts {
            switch value {
            case .record(let record):
                guard let field = record[part.filter { $0 != "\"" && $0 != "'" }] else { return nil }
                value = field
            case .list(let items), .tuple(let items):
                // Any element tells what the others have.
                guard let item = Int(part).flatMap({ items.indices.contains($0) ? items[$0] : nil }) ?? items.first
                else { return nil }
                value = item
            default: return nil
            }
        }
        return value
    }
}
