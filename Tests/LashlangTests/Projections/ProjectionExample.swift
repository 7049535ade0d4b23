import Lashlang

/// The texts of a library, by title, none of which is read before a program looks at it.
final class Texts: ProjectionDescriptor {
    let kind = ProjectionKind.record
    private let titles: [String]
    private let read: @Sendable (String) throws -> String

    init(_ titles: [String], read: @escaping @Sendable (String) throws -> String) {
        self.titles = titles
        self.read = read
    }

    func answer(_ question: ProjectionQuestion) throws -> ProjectionAnswer {
        switch question {
        case .length: .count(titles.count)
        case .keys: .value(.list(titles.map { .string($0) }))
        case .field(let title): titles.contains(title) ? .string(try read(title)) : .missing
        case .materialize: .fields(try titles.map { ($0, .string(try read($0))) })
        default: .unanswered
        }
    }
}

/// Finds a word in one text of very many.
func lookUp(_ title: String, of texts: Texts) throws -> (Outcome, [ProjectionReceipt]) {
    var bindings = ProjectedBindings()
    try bindings.bind("docs", projecting: texts)
    try bindings.bind("title", .string(title))
    let program = try Program(
        "finish {texts: len(docs), at: find(docs[title], \"needle\")}",
        environment: HostEnvironment(readOnlyNames: Set(bindings.names))
    )
    let session = Session()
    return (try session.run(program, bindings: bindings), session.receipts)
}
