import LashAgent
import Lashlang
import Synchronization

/// A store in memory that counts what becomes of leases, and can make whoever wants one wait.
final class WatchedStore: SessionStore {
    let inner = MemoryStore()
    /// How often somebody has asked for a lease.
    let requests = Counter()
    let renewals = Counter()
    private let door = Mutex<Door?>(nil)

    /// Lets nobody have a lease until the door is open.
    func wait(for door: Door) { self.door.withLock { $0 = door } }

    func load(_ id: String) async throws -> SessionRecord? { try await inner.load(id) }
    func commit(_ commit: SessionCommit) async throws -> Int { try await inner.commit(commit) }
    func sessions() async throws -> [SessionSummary] { try await inner.sessions() }
    func delete(_ id: String) async throws { try await inner.delete(id) }
    func acquireLease(_ id: String, owner: String, duration: Duration) async throws -> SessionLease {
        requests.increment()
        await door.withLock { $0 }?.wait()
        return try await inner.acquireLease(id, owner: owner, duration: duration)
    }
    func renew(_ lease: SessionLease, duration: Duration) async throws -> SessionLease {
        renewals.increment()
        return try await inner.renew(lease, duration: duration)
    }
    func release(_ lease: SessionLease) async { await inner.release(lease) }
}
