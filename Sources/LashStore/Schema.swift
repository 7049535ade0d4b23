internal import GRDB

/// The tables, and how older files get them.
enum Schema {
    /// Marks the file as ours, in the place that SQLite has for it: `lash` in ASCII.
    static let applicationID = 0x6C61_7368

    static func migrate(_ pool: DatabasePool) throws {
        try pool.write { database in
            let id = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
            let tables = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") ?? 0
            if id != applicationID {
                guard id == 0, tables == 0 else { throw SchemaError.foreign }
                try database.execute(sql: "PRAGMA application_id = \(applicationID)")
            }
        }
        let migrator = migrator
        let isNewer = try pool.read { try migrator.hasBeenSuperseded($0) }
        if isNewer { throw SchemaError.newer }
        try migrator.migrate(pool)
    }

    private static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { try $0.execute(sql: first) }
        return migrator
    }

    private static let first = """
        CREATE TABLE session(
            id TEXT NOT NULL PRIMARY KEY,
            revision INTEGER NOT NULL,
            turn_count INTEGER NOT NULL,
            last_turn TEXT,
            has_open_turn INTEGER NOT NULL,
            history_count INTEGER NOT NULL,
            updated REAL NOT NULL,
            head TEXT NOT NULL
        ) STRICT;
        CREATE INDEX session_by_time ON session(updated);
        CREATE TABLE history(
            session TEXT NOT NULL REFERENCES session(id) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            frame INTEGER NOT NULL,
            entry TEXT NOT NULL,
            PRIMARY KEY(session, position)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE variables(
            session TEXT NOT NULL PRIMARY KEY REFERENCES session(id) ON DELETE CASCADE,
            snapshot BLOB NOT NULL
        ) STRICT;
        CREATE TABLE plugin(
            session TEXT NOT NULL REFERENCES session(id) ON DELETE CASCADE,
            id TEXT NOT NULL,
            position INTEGER NOT NULL,
            version TEXT NOT NULL,
            revision INTEGER NOT NULL,
            state TEXT,
            PRIMARY KEY(session, id)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE usage(
            session TEXT NOT NULL REFERENCES session(id) ON DELETE CASCADE,
            source TEXT NOT NULL,
            model TEXT NOT NULL,
            position INTEGER NOT NULL,
            input INTEGER NOT NULL,
            output INTEGER NOT NULL,
            cache_read INTEGER NOT NULL,
            cache_write INTEGER NOT NULL,
            reasoning INTEGER NOT NULL,
            PRIMARY KEY(session, source, model)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE lease(
            session TEXT NOT NULL PRIMARY KEY,
            owner TEXT NOT NULL,
            token INTEGER NOT NULL,
            expires REAL NOT NULL,
            process INTEGER NOT NULL,
            machine TEXT NOT NULL
        ) STRICT;
        CREATE TABLE trace(
            number INTEGER PRIMARY KEY,
            session TEXT NOT NULL,
            turn TEXT NOT NULL,
            record TEXT NOT NULL
        ) STRICT;
        CREATE INDEX trace_by_session ON trace(session);
        """
}
