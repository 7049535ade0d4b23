internal import GRDB
internal import LashAgent
internal import Lashlang

/// A session as rows. What changes rarely or is large has rows of its own, so that a commit need not write it again.
struct SessionRows: Sendable {
    private let head: String
    private let variables: [UInt8]
    private let plugins: [(snapshot: PluginSnapshot, state: String?)]
    private let usage: UsageLedger
    private let entries: [(frame: Int, json: String)]

    /// Encodes a change, before the transaction begins.
    init(_ commit: SessionCommit) throws {
        var head = commit.head
        variables = head.variables.bytes
        plugins = try head.plugins.map { ($0, try $0.state.map { try $0.value.json() }) }
        usage = head.usage
        head.revision = commit.expectedRevision + 1
        head.variables = Base64Bytes()
        head.plugins = []
        head.usage = UsageLedger()
        if let turn = commit.finishedTurn { head.lastTurn = turn }
        self.head = try Self.json(head)
        entries = try commit.appended.map { ($0.frame, try Self.json($0.entry)) }
    }

    private static func json(_ value: some Encodable) throws -> String { try ValueEncoder().encode(value).json() }

    private static func decode<T: Decodable>(_ json: String, _ id: String) throws -> T {
        do {
            return try ValueDecoder().decode(T.self, from: Value(json: Array(json.utf8), levels: 1024))
        } catch let error as SessionError {
            throw error
        } catch {
            throw SchemaError.damaged(session: id, "\(error)")
        }
    }

    // MARK: Writing

    func write(_ commit: SessionCommit, now: Double, _ database: Database) throws -> Int {
        let id = commit.head.id
        let present = try Row.fetchOne(
            database.cachedStatement(sql: "SELECT revision, last_turn, history_count FROM session WHERE id = ?"),
            arguments: [id]
        )
        let revision: Int = present?[0] ?? 0
        if let turn = commit.finishedTurn, present?[1] == turn { return revision }
        guard revision == commit.expectedRevision, (present?[2] ?? 0) == commit.historyCount else {
            throw SessionError.conflict(session: id, expected: commit.expectedRevision, actual: revision)
        }
        try database.cachedStatement(
            sql: """
                INSERT INTO session(id, revision, turn_count, last_turn, has_open_turn, history_count, updated, head)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT(id) DO UPDATE SET revision = excluded.revision, turn_count = excluded.turn_count,
                    last_turn = excluded.last_turn, has_open_turn = excluded.has_open_turn,
                    history_count = excluded.history_count, updated = excluded.updated, head = excluded.head
                """
        ).execute(arguments: [
            id, revision + 1, commit.head.turnCount, commit.finishedTurn ?? commit.head.lastTurn,
            commit.head.turn != nil, commit.historyCount + entries.count, now, head,
        ])
        if !entries.isEmpty {
            let statement = try database.cachedStatement(
                sql: "INSERT INTO history(session, position, frame, entry) VALUES (?, ?, ?, ?)"
            )
            for (offset, entry) in entries.enumerated() {
                try statement.execute(arguments: [id, commit.historyCount + offset, entry.frame, entry.json])
            }
        }
        // Writing what is there already would cost its size again.
        try database.cachedStatement(
            sql: """
                INSERT INTO variables(session, snapshot) VALUES (?, ?)
                ON CONFLICT(session) DO UPDATE SET snapshot = excluded.snapshot WHERE snapshot != excluded.snapshot
                """
        ).execute(arguments: [id, Self.blob(variables)])
        try writePlugins(id, database)
        try writeUsage(id, database)
        return revision + 1
    }

    private func writePlugins(_ id: String, _ database: Database) throws {
        for (position, plugin) in plugins.enumerated() {
            try database.cachedStatement(
                sql: """
                    INSERT INTO plugin(session, id, position, version, revision, state) VALUES (?, ?, ?, ?, ?, ?)
                    ON CONFLICT(session, id) DO UPDATE SET position = excluded.position, version = excluded.version,
                        revision = excluded.revision, state = excluded.state
                    WHERE version != excluded.version OR revision != excluded.revision OR position != excluded.position
                    """
            ).execute(arguments: [
                id, plugin.snapshot.id, position, plugin.snapshot.version, plugin.snapshot.revision, plugin.state,
            ])
        }
        let kept = try Int.fetchOne(
            database.cachedStatement(sql: "SELECT count(*) FROM plugin WHERE session = ?"),
            arguments: [id]
        )
        if kept == plugins.count { return }
        let ids = plugins.map(\.snapshot.id)
        for other in try String.fetchAll(database, sql: "SELECT id FROM plugin WHERE session = ?", arguments: [id])
        where !ids.contains(other) {
            try database.execute(sql: "DELETE FROM plugin WHERE session = ? AND id = ?", arguments: [id, other])
        }
    }

    private func writeUsage(_ id: String, _ database: Database) throws {
        for (position, entry) in usage.entries.enumerated() {
            let usage = entry.usage
            try database.cachedStatement(
                sql: """
                    INSERT INTO usage(session, source, model, position, input, output, cache_read, cache_write, reasoning)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                    ON CONFLICT(session, source, model) DO UPDATE SET position = excluded.position,
                        input = excluded.input, output = excluded.output, cache_read = excluded.cache_read,
                        cache_write = excluded.cache_write, reasoning = excluded.reasoning
                    """
            ).execute(arguments: [
                id, entry.source, entry.model, position, usage.input, usage.output, usage.cacheRead, usage.cacheWrite,
                usage.reasoning,
            ])
        }
    }

    // MARK: Reading

    static func load(_ id: String, _ database: Database) throws -> SessionRecord? {
        guard
            let row = try Row.fetchOne(
                database,
                sql: "SELECT revision, head, history_count FROM session WHERE id = ?",
                arguments: [id]
            )
        else { return nil }
        var head: SessionHead = try decode(row[1], id)
        head.revision = row[0]
        let snapshot = try Row.fetchOne(
            database,
            sql: "SELECT snapshot FROM variables WHERE session = ?",
            arguments: [id]
        )
        head.variables = Base64Bytes(try snapshot.map { try bytes($0) } ?? [])
        head.plugins = try Row.fetchAll(
            database,
            sql: "SELECT id, version, revision, state FROM plugin WHERE session = ? ORDER BY position",
            arguments: [id]
        ).map { row in
            let state: String? = row[3]
            return PluginSnapshot(
                id: row[0],
                version: row[1],
                revision: row[2],
                state: try state.map { FinishedValue(try decode($0, id) as Value) }
            )
        }
        let usages = try Row.fetchAll(
            database,
            sql: """
                SELECT source, model, input, output, cache_read, cache_write, reasoning FROM usage
                WHERE session = ? ORDER BY position
                """,
            arguments: [id]
        )
        for row in usages {
            let usage = ModelUsage(
                input: row[2],
                output: row[3],
                cacheRead: row[4],
                cacheWrite: row[5],
                reasoning: row[6]
            )
            head.usage.add(usage, source: row[0], model: row[1])
        }
        var record = SessionRecord(head: head)
        let rows = try Row.fetchCursor(
            database,
            sql: "SELECT frame, entry FROM history WHERE session = ? ORDER BY position",
            arguments: [id]
        )
        while let row = try rows.next() {
            record.history.append(StoredEntry(frame: row[0], entry: try decode(row[1], id)))
        }
        guard record.history.count == row[2] else { throw SchemaError.damaged(session: id, "its history has gaps") }
        return record
    }

    static func summaries(_ database: Database) throws -> [SessionSummary] {
        try Row.fetchAll(
            database,
            sql: "SELECT id, revision, turn_count, updated, has_open_turn FROM session ORDER BY updated DESC, id"
        ).map { row in
            SessionSummary(id: row[0], revision: row[1], turnCount: row[2], updated: row[3], hasOpenTurn: row[4])
        }
    }
}
