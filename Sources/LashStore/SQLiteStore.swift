internal import GRDB
public import LashAgent
public import Lashlang

/// Keeps sessions in one SQLite file, for one process or for several.
///
/// A commit is one transaction: when it returns, everything of it is on the disk, and a process that is killed at any
/// moment leaves whole commits behind. The file is in SQLite's WAL mode, so there are two files beside it while it is
/// open. Each commit costs about what it adds, and the variables where they have changed.
///
/// ```swift
/// let store = try SQLiteStore(path: "agent.db")
/// let core = AgentCore(model: model, limits: limits) { $0.store = store }
/// ```
public final class SQLiteStore: SessionStore {
    let pool: DatabasePool
    private let clock: any HostClock

    /// Opens a file, and makes it where there is none.
    ///
    /// - Parameters:
    ///   - path: the file. Its folder has to be there.
    ///   - clock: says when leases expire. All processes that share the file should agree about the time.
    ///
    /// Throws `StoreError` where the file cannot be used: it is no database, somebody else's, or of a newer version.
    public init(path: String, clock: any HostClock = SystemClock()) throws(StoreError) {
        self.clock = clock
        do {
            pool = try DatabasePool(path: path, configuration: Self.configuration)
            try Schema.migrate(pool)
        } catch {
            throw StoreError(path: path, error)
        }
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        // Another process may be in the middle of a commit.
        configuration.busyMode = .timeout(10)
        configuration.foreignKeysEnabled = true
        configuration.prepareDatabase { database in
            // What was acknowledged has to be there after a power cut as well.
            try database.execute(sql: "PRAGMA synchronous = FULL")
        }
        return configuration
    }

    /// Closes the file. Whoever uses the store afterwards gets an error.
    public func close() throws { try pool.close() }

    /// The session of an id. Costs what the session holds.
    public func load(_ id: String) async throws -> SessionRecord? {
        try await pool.read { try SessionRows.load(id, $0) }
    }

    /// Writes what has changed, in one transaction.
    public func commit(_ commit: SessionCommit) async throws -> Int {
        let row = try SessionRows(commit)
        let now = clock.now
        return try await write { database in
            if let lease = commit.lease { try Leases.check(lease, database) }
            return try row.write(commit, now: now, database)
        }
    }

    /// All sessions, the one that was committed last first.
    public func sessions() async throws -> [SessionSummary] {
        try await pool.read { try SessionRows.summaries($0) }
    }

    /// Forgets a session with everything that belongs to it.
    public func delete(_ id: String) async throws {
        try await write { try $0.execute(sql: "DELETE FROM session WHERE id = ?", arguments: [id]) }
    }

    /// Takes the right to run a session. What is expired is free.
    public func acquireLease(_ id: String, owner: String, duration: Duration) async throws -> SessionLease {
        let now = clock.now
        return try await write { try Leases.acquire(id, owner: owner, now: now, duration: duration, $0) }
    }

    /// Prolongs a lease.
    public func renew(_ lease: SessionLease, duration: Duration) async throws -> SessionLease {
        let now = clock.now
        return try await write { try Leases.renew(lease, now: now, duration: duration, $0) }
    }

    /// Gives a lease back. Where that fails the lease expires by itself.
    public func release(_ lease: SessionLease) async {
        try? await write { try Leases.release(lease, $0) }
    }

    /// Writes in a task that cannot be cancelled: a commit that has begun is not to be given up half way, and whoever asked
    /// for it has to know how it ended.
    func write<Result: Sendable>(_ work: @escaping @Sendable (Database) throws -> Result) async throws -> Result {
        let pool = pool
        return try await Task { try await pool.write(work) }.value
    }
}
