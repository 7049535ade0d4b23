internal import GRDB
internal import LashAgent

/// Who may run which session.
enum Leases {
    static func acquire(
        _ id: String,
        owner: String,
        now: Double,
        duration: Duration,
        _ database: Database
    ) throws -> SessionLease {
        let present = try lease(of: id, database)
        if let present, present.owner != owner, present.expires > now, try isAlive(holderOf: id, database) {
            throw SessionError.busy(session: id)
        }
        let isSame = present?.owner == owner
        let lease = SessionLease(
            session: id,
            owner: owner,
            token: (present?.token ?? 0) + (isSame ? 0 : 1),
            expires: now + duration / .milliseconds(1)
        )
        try write(lease, database)
        return lease
    }

    static func renew(
        _ lease: SessionLease,
        now: Double,
        duration: Duration,
        _ database: Database
    ) throws -> SessionLease {
        try check(lease, database)
        var renewed = lease
        renewed.expires = now + duration / .milliseconds(1)
        try write(renewed, database)
        return renewed
    }

    static func release(_ lease: SessionLease, _ database: Database) throws {
        // The count stays: the next one who takes it gets another number.
        try database.cachedStatement(
            sql: "UPDATE lease SET owner = '', expires = 0 WHERE session = ? AND owner = ? AND token = ?"
        ).execute(arguments: [lease.session, lease.owner, lease.token])
    }

    /// Throws where somebody else has the session by now.
    static func check(_ lease: SessionLease, _ database: Database) throws {
        let present = try Self.lease(of: lease.session, database)
        guard let present, present.owner == lease.owner, present.token == lease.token else {
            throw SessionError.leaseLost(session: lease.session)
        }
    }

    /// Whether the process that has a lease may be there still: nobody has to wait for one that was killed on this machine.
    private static func isAlive(holderOf id: String, _ database: Database) throws -> Bool {
        let statement = try database.cachedStatement(sql: "SELECT process, machine FROM lease WHERE session = ?")
        guard let row = try Row.fetchOne(statement, arguments: [id]) else { return false }
        return LeaseHolder(process: row[0], machine: row[1]).mayBeAlive
    }

    private static func lease(of id: String, _ database: Database) throws -> SessionLease? {
        let statement = try database.cachedStatement(
            sql: "SELECT owner, token, expires FROM lease WHERE session = ?"
        )
        return try Row.fetchOne(statement, arguments: [id]).map { row in
            SessionLease(session: id, owner: row[0], token: row[1], expires: row[2])
        }
    }

    private static func write(_ lease: SessionLease, _ database: Database) throws {
        try database.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO lease(session, owner, token, expires, process, machine)
                VALUES (?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            lease.session, lease.owner, lease.token, lease.expires, LeaseHolder.current.process,
            LeaseHolder.current.machine,
        ])
    }
}
