/// Where sessions are kept.
///
/// A commit is all or nothing: when `commit` returns, the session is kept with everything in it, and when it throws,
/// nothing of it is. Every method may be called from several tasks at once.
public protocol SessionStore: Sendable {
    /// The session of an id; `nil` for one that is not there.
    func load(_ id: String) async throws -> SessionRecord?

    /// Writes what has changed in a session, and gives the new revision: one more than the expected one.
    ///
    /// Throws `SessionError.conflict` where the session has another revision than expected, and `SessionError.leaseLost`
    /// where somebody else has the lease by now. A commit with a turn that is already `lastTurn` of the session is a
    /// repetition: it changes nothing and gives the revision that is there.
    func commit(_ commit: SessionCommit) async throws -> Int

    /// All sessions, the one that was committed last first.
    func sessions() async throws -> [SessionSummary]

    /// Forgets a session; nothing happens where there is none.
    func delete(_ id: String) async throws

    /// Takes the right to run a session, which nobody else can take until it is released or has expired. Whoever has it
    /// may take it again.
    ///
    /// Throws `SessionError.busy` where somebody else has it.
    func acquireLease(_ id: String, owner: String, duration: Duration) async throws -> SessionLease

    /// Prolongs a lease. Throws `SessionError.leaseLost` where somebody else has it by now.
    func renew(_ lease: SessionLease, duration: Duration) async throws -> SessionLease

    /// Gives a lease back; nothing happens where it was lost.
    func release(_ lease: SessionLease) async
}

/// A change of a session.
public struct SessionCommit: Equatable, Sendable, Codable {
    /// The revision that the session has, as far as whoever commits knows; zero for one that is new.
    public var expectedRevision: Int
    /// What is not history. Its own `revision` does not matter; the store sets it.
    public var head: SessionHead
    /// How many records of the history were there before.
    public var historyCount: Int
    /// What is added to the history.
    public var appended: [StoredEntry]
    /// The turn that ends with this commit; `nil` for one on the way.
    public var finishedTurn: String?
    /// The lease under which it is made; `nil` where leases are not used.
    public var lease: SessionLease?

    /// A change.
    public init(
        expectedRevision: Int,
        head: SessionHead,
        historyCount: Int,
        appended: [StoredEntry],
        finishedTurn: String? = nil,
        lease: SessionLease? = nil
    ) {
        self.expectedRevision = expectedRevision
        self.head = head
        self.historyCount = historyCount
        self.appended = appended
        self.finishedTurn = finishedTurn
        self.lease = lease
    }
}

/// The right to run a session.
public struct SessionLease: Hashable, Sendable, Codable {
    /// The session.
    public var session: String
    /// Who has it: a word that nobody else has.
    public var owner: String
    /// Counts how often the lease was taken by somebody else.
    public var token: Int
    /// When it ends, in milliseconds since 1970.
    public var expires: Double

    /// A lease.
    public init(session: String, owner: String, token: Int, expires: Double) {
        self.session = session
        self.owner = owner
        self.token = token
        self.expires = expires
    }
}

/// What a list of sessions shows.
public struct SessionSummary: Hashable, Sendable, Codable {
    /// The id.
    public var id: String
    /// How often it was committed.
    public var revision: Int
    /// How many turns there were.
    public var turnCount: Int
    /// When it was committed last, in milliseconds since 1970.
    public var updated: Double
    /// Whether a turn is under way or was interrupted.
    public var hasOpenTurn: Bool

    /// A summary.
    public init(id: String, revision: Int, turnCount: Int, updated: Double, hasOpenTurn: Bool) {
        self.id = id
        self.revision = revision
        self.turnCount = turnCount
        self.updated = updated
        self.hasOpenTurn = hasOpenTurn
    }
}

/// What can go wrong with a session as a whole.
public enum SessionError: Error, Hashable, Sendable {
    /// Somebody else runs the session.
    case busy(session: String)
    /// Somebody else has taken the lease, because it had expired.
    case leaseLost(session: String)
    /// The session has changed since it was read.
    case conflict(session: String, expected: Int, actual: Int)
    /// A kept session that this version cannot read.
    case version(String)
    /// A plugin that the session was made with is not there.
    case missingPlugin(session: String, plugin: String)
    /// A turn was committed under the id before.
    case repeatedTurn(session: String, turn: String)
    /// The session has an interrupted turn, which has to be resumed or given up first.
    case openTurn(session: String)

    /// The name of the kind.
    public var code: String {
        switch self {
        case .busy: "session_execution_busy"
        case .leaseLost: "session_execution_lease_lost"
        case .conflict: "store_commit_failed"
        case .version: "session_version"
        case .missingPlugin: "session_plugin_missing"
        case .openTurn: "session_open_turn"
        case .repeatedTurn: "session_repeated_turn"
        }
    }
}

extension SessionError: CustomStringConvertible {
    /// One sentence.
    public var description: String {
        switch self {
        case .busy(let session): "session `\(session)` is being run by somebody else"
        case .leaseLost(let session): "session `\(session)` was taken over by somebody else"
        case .conflict(let session, let expected, let actual):
            "session `\(session)` has revision \(actual), not \(expected): somebody else has changed it"
        case .version(let message): message
        case .missingPlugin(let session, let plugin):
            "session `\(session)` needs plugin `\(plugin)`; open it with that plugin"
        case .repeatedTurn(let session, let turn):
            "session `\(session)` has a turn `\(turn)` already"
        case .openTurn(let session):
            "session `\(session)` has an interrupted turn; resume it or give it up before the next one"
        }
    }
}
