import LashAgent
import Lashlang
import Synchronization
import Testing

/// Many sessions at once, while model and store fail every now and then.
@Suite struct FaultTests {
    private struct Broken: Error {}

    /// Fails one commit in five: half of them after it has taken place.
    private final class FaultyStore: SessionStore {
        let inner = MemoryStore()
        private let random = Mutex(SplitMix(seed: 5))

        private var dice: Int { random.withLock { $0.next(upTo: 10) } }

        func load(_ id: String) async throws -> SessionRecord? { try await inner.load(id) }
        func commit(_ commit: SessionCommit) async throws -> Int {
            let dice = dice
            if dice == 0 { throw Broken() }
            let revision = try await inner.commit(commit)
            if dice == 1 { throw Broken() }
            return revision
        }
        func sessions() async throws -> [SessionSummary] { try await inner.sessions() }
        func delete(_ id: String) async throws { try await inner.delete(id) }
        func acquireLease(_ id: String, owner: String, duration: Duration) async throws -> SessionLease {
            try await inner.acquireLease(id, owner: owner, duration: duration)
        }
        func renew(_ lease: SessionLease, duration: Duration) async throws -> SessionLease {
            try await inner.renew(lease, duration: duration)
        }
        func release(_ lease: SessionLease) async { await inner.release(lease) }
    }

    @Test func nothingIsLostAndNothingIsDoneTwice() async throws {
        let store = FaultyStore()
        let model = ScriptedModel { request, position throws(ModelError) in
            if position % 7 == 3 { throw ModelError(.server, "overloaded") }
            // Counts in two steps, so that turns are kept on the way too.
            let last = request.messages.dropLast().last
            if last?.role == .user, last?.text.contains("(no printed output)") == true {
                return AgentSandbox.block("finish n")
            }
            return AgentSandbox.block(request.messages.contains { $0.text.contains("`n` = ") } ? "n = n + 1" : "n = 1")
        }
        let core = AgentCore(model: model, limits: try ModelLimits(contextWindow: 1_000_000)) { $0.store = store }
        let turns = 10
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<20 {
                group.addTask {
                    let id = "s\(number)"
                    var session = try await core.session(id).open()
                    var counted = 0.0
                    var attempts = 0
                    while counted < Double(turns) {
                        attempts += 1
                        if attempts > 1_000 { throw Broken() }
                        do {
                            let result: TurnResult
                            if let resumed = try await session.resumeTurn() {
                                result = resumed
                            } else {
                                result = try await session.turn(counted == 0 && attempts == 1 ? "begin" : "go").run()
                            }
                            if case .number(let n)? = result.value { counted = n }
                        } catch is Broken {
                            // As if the process had ended.
                            if attempts.isMultiple(of: 3) { session = try await core.session(id).open() }
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        for number in 0..<20 {
            let record = try #require(try await store.load("s\(number)"))
            let ids = record.history.map(\.entry.id)
            #expect(Set(ids).count == ids.count)
            // As many counts as the variable says: no step was lost, and none was done twice.
            var counts = 0.0
            var finished: [Double] = []
            for stored in record.history {
                guard case .step(let step) = stored.entry else { continue }
                if step.code.hasPrefix("n = ") { counts += 1 }
                guard case .number(let n)? = step.finalOutput?.value else { continue }
                #expect(n == counts)
                finished.append(n)
            }
            #expect(finished.last ?? 0 >= Double(turns))
            #expect(record.head.turn == nil)
        }
    }
}
