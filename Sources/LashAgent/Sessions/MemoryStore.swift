public import Lashlang
internal import Synchronization

/// Keeps sessions in memory, for as long as the store is there.
public final class MemoryStore: SessionStore {
    private struct Contents {
        var records: [String: SessionRecord] = [:]
        var updated: [String: Double] = [:]
        var leases: [String: SessionLease] = [:]
    }

    private let contents = Mutex(Contents())
    private let clock: any HostClock

    /// An empty store. The clock says when leases expire.
    public init(clock: any HostClock = SystemClock()) { self.clock = clock }

    /// The session of an id. Costs nothing: what is kept is shared.
    public func load(_ id: String) async throws -> SessionRecord? { contents.withLock { $0.records[id] } }

    /// Writes what has changed. Costs what is added, not what is there.
    public func commit(_ commit: SessionCommit) async throws -> Int {
        let now = clock.now
        return try contents.withLock { contents in
            let id = commit.head.id
            if let lease = commit.lease { try Self.check(lease, contents) }
            let present = contents.records[id]
            if let turn = commit.finishedTurn, present?.head.lastTurn == turn { return present?.head.revision ?? 0 }
            let revision = present?.head.revision ?? 0
            guard revision == commit.expectedRevision, present?.history.count ?? 0 == commit.historyCount else {
                throw SessionError.conflict(session: id, expected: commit.expectedRevision, actual: revision)
            }
            // Taken out first, so that appending does not copy the history.
            var record = contents.records.removeValue(forKey: id) ?? SessionRecord(head: commit.head)
            record.head = commit.head
            record.head.revision = revision + 1
            if let turn = commit.finishedTurn { record.head.lastTurn = turn }
            record.history += commit.appended
            contents.records[id] = record
            contents.updated[id] = now
            return revision + 1
        }
    }

    /// All sessions, the one that was committed last first.
    public func sessions() async throws -> [SessionSummary] {
        let found = contents.withLock { contents in
            contents.records.values.map { record in
                SessionSummary(
                    id: record.head.id,
                    revision: record.head.revision,
                    turnCount: record.head.turnCount,
                    updated: contents.updated[record.head.id] ?? 0,
                    hasOpenTurn: record.head.turn != nil
                )
            }
        }
        return found.sorted { ($1.updated, $0.id) < ($0.updated, $1.id) }
    }

    /// Forgets a session and its lease.
    public func delete(_ id: String) async throws {
        contents.withLock { contents in
            contents.records[id] = nil
            contents.updated[id] = nil
            contents.leases[id] = nil
        }
    }

    // MARK: Leases

    /// Takes the right to run a session.
    public func acquireLease(_ id: String, owner: String, duration: Duration) async throws -> SessionLease {
        let now = clock.now
        return try contents.withLock { contents in
            let present = contents.leases[id]
            if let present, present.owner != owner, present.expires > now { throw SessionError.busy(session: id) }
            let isSame = present?.owner == owner
            let lease = SessionLease(
                session: id,
                owner: owner,
                token: (present?.token ?? 0) + (isSame ? 0 : 1),
                expires: now + duration / .milliseconds(1)
            )
            contents.leases[id] = lease
            return lease
        }
    }

    /// Prolongs a lease.
    public func renew(_ lease: SessionLease, duration: Duration) async throws -> SessionLease {
        let now = clock.now
        return try contents.withLock { contents in
            try Self.check(lease, contents)
            var renewed = lease
            renewed.expires = now + duration / .milliseconds(1)
            contents.leases[lease.session] = renewed
            return renewed
        }
    }

    /// Gives a lease back.
    public func release(_ lease: SessionLease) async {
        contents.withLock { contents in
            guard var present = contents.leases[lease.session], present.token == lease.token,
                present.owner == lease.owner
            else { return }
            // The count stays: the next one who takes it gets another number.
            present.expires = 0
            present.owner = ""
            contents.leases[lease.session] = present
        }
    }

    private static func check(_ lease: SessionLease, _ contents: borrowing Contents) throws {
        guard let present = contents.leases[lease.session], present.token == lease.token,
            present.owner == lease.owner
        else { throw SessionError.leaseLost(session: lease.session) }
    }
}
