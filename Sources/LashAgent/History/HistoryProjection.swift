public import Lashlang

extension HistoryItems {
    /// A history as programs read it: a list of its items, each of which becomes a value where a program looks at it.
    ///
    /// - Parameter items: entries that are items, oldest first; see `HistoryEntry.isItem`.
    public static func projection<Items: RandomAccessCollection & Sendable>(
        of items: Items
    ) -> any ProjectionDescriptor where Items.Element == HistoryEntry {
        ListProjection(items) { value(of: $0) ?? .null }
    }
}

/// The beginning of the history of a frame, which stays the same whatever is added to it: what references of the kind
/// `history` stand for.
struct HistoryPart: Equatable, Codable {
    static let kind = "history"

    var session: String
    /// The number of the frame in its session.
    var frame: Int
    /// How many items.
    var count: Int

    var ref: ProjectionRef {
        ProjectionRef(
            kind: Self.kind,
            key: ["session": .string(session), "frame": .number(Double(frame)), "count": .number(Double(count))]
        )
    }

    init(session: String, frame: Int, count: Int) {
        self.session = session
        self.frame = frame
        self.count = count
    }

    /// What a reference of this kind says. Throws for one that says something else.
    init(_ ref: ProjectionRef) throws(ProjectionError) {
        guard let part = try? ValueDecoder().decode(Self.self, from: ref.key), part.frame >= 0, part.count >= 0 else {
            throw ProjectionError(message: "history projection ref key must be `{session, frame, count}`")
        }
        self = part
    }
}

/// Finds histories, and leaves other references to the resolver of the application.
struct HistoryResolver: ProjectionResolver {
    /// The frame whose entries are at hand.
    let session: String
    let frame: Int
    let entries: [HistoryEntry]
    /// Where the other frames and sessions are.
    let store: any SessionStore
    let others: any ProjectionResolver

    /// The present history of the frame as a lazy value under a name.
    func projection(named name: String) -> Projection {
        let items = entries.filter(\.isItem)
        let part = HistoryPart(session: session, frame: frame, count: items.count)
        return Projection(HistoryItems.projection(of: items), name: name, ref: part.ref)
    }

    func resolve(_ ref: ProjectionRef) async throws -> any ProjectionDescriptor {
        guard ref.kind == HistoryPart.kind else { return try await others.resolve(ref) }
        let part = try HistoryPart(ref)
        let items = try await entries(of: part).filter(\.isItem).prefix(part.count)
        guard items.count == part.count else { throw ProjectionError.unavailable(ref) }
        return HistoryItems.projection(of: items)
    }

    private func entries(of part: HistoryPart) async throws -> [HistoryEntry] {
        if part.session == session && part.frame == frame { return entries }
        guard let record = try await store.load(part.session) else { return [] }
        return record.history.filter { $0.frame == part.frame }.map(\.entry)
    }
}
