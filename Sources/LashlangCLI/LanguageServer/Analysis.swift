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
    private(set) lazy var tokens = parsed.tree.tokens
    /// The types that names have.
    lazy var types = NameTypes(parsed.tree, environment: settings.environment)
    /// The text after everything was mended that can be; work stops after a while, and the rest stays as it is.
    private(set) lazy var mended: SourceText = {
        let end = ContinuousClock.now + .seconds(1)
        return Program.fixing(document.source, environment: settings.environment, while: { ContinuousClock.now < end })
            .source
    }()

    var catalog: HostCatalog { settings.environment.catalog }

    /// The position of the last token that begins before a byte.
    func token(before offset: Int) -> Int? {
        var (low, high) = (0, tokens.count)
        while low < high {
            let middle = (low + high) / 2
            if tokens[middle].span.start < offset { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? nil : low - 1
    }

    /// Whether a place lies within a string or a comment.
    func isText(at offset: Int) -> Bool {
        var start = 0
        if let last = token(before: offset) {
            let (role, span) = tokens[last]
            if offset < span.end { return role == .string }
            start = span.end
        }
        let bytes = document.source.bytes
        let line = bytes[start..<offset].lastIndex(of: 0x0A).map { $0 + 1 } ?? start
        // Between tokens there are blanks, semicolons and comments alone.
        return bytes[line..<offset].contains { $0 == UInt8(ascii: "#") || $0 == UInt8(ascii: "/") }
    }

    func range(_ span: Span) -> Value {
        ["start": position(span.start), "end": position(span.end)]
    }

    private func position(_ offset: Int) -> Value {
        let position = document.position(of: offset)
        return ["line": .number(Double(position.line)), "character": .number(Double(position.character))]
    }

    func edit(_ span: Span, _ text: String) -> Value { ["range": range(span), "newText": .string(text)] }

    func location(_ span: Span) -> Value { ["uri": .string(document.uri), "range": range(span)] }

    /// The path of the module or value that a call of an operation goes to, as it is written but for blanks.
    func receiver(of node: NodeID) -> String? {
        guard case .receiverCall(let receiver, _, _) = parsed.tree[node] else { return nil }
        return parsed.tree.source[parsed.tree.span(of: receiver)].filter { !$0.isWhitespace }
    }
}
