internal import GRDB
public import LashAgent
internal import Lashlang
internal import Synchronization

extension SQLiteStore {
    /// Keeps traces in the file of the store. The records of a turn are written together, when it ends or is suspended; those
    /// of a process that is killed are lost.
    public var trace: any TraceSink { StoredTrace(self) }

    /// The records of a session, or of all, in the order in which they were written.
    public func traces(of session: String? = nil) async throws -> [TraceRecord] {
        let lines = try await pool.read { database in
            try String.fetchAll(
                database,
                sql: "SELECT record FROM trace WHERE ? IS NULL OR session = ? ORDER BY number",
                arguments: [session, session]
            )
        }
        return try lines.map { try TraceRecord(json: Value(json: Array($0.utf8), levels: 1024)) }
    }
}

private final class StoredTrace: TraceSink {
    private struct Turn: Hashable {
        var session: String
        var turn: String
    }

    private let store: SQLiteStore
    private let open = Mutex<[Turn: [String]]>([:])

    init(_ store: SQLiteStore) { self.store = store }

    func append(_ record: TraceRecord) async {
        guard let json = try? record.json.json() else { return }
        let turn = Turn(session: record.session, turn: record.turn)
        let isLast = [.turnCompleted, .turnSuspended, .turnFailed].contains(record.kind)
        let lines = open.withLock { open -> [String] in
            open[turn, default: []].append(json)
            return isLast ? open.removeValue(forKey: turn) ?? [] : []
        }
        if lines.isEmpty { return }
        // A trace that cannot be kept must not disturb the turn.
        try? await store.write { database in
            let statement = try database.cachedStatement(
                sql: "INSERT INTO trace(session, turn, record) VALUES (?, ?, ?)"
            )
            for line in lines { try statement.execute(arguments: [turn.session, turn.turn, line]) }
        }
    }
}
