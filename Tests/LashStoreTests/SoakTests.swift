import LashAgent
import LashStore
import Lashlang
import Synchronization
import Testing

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Many sessions at once, whose model and store fail now and then. With `LASH_SOAK` set, 200 sessions of 50 turns.
@Suite struct SoakTests {
    private static let isWhole = getenv("LASH_SOAK") != nil
    private static let sessions = isWhole ? 200 : 8
    private static let turns = isWhole ? 50 : 6

    struct Injected: Error {}

    private final class Progress: Sendable {
        let done = Atomic<Int>(0)
        let earlyMemory = Atomic<Int>(0)
    }

    /// A store that fails before some commits, and after others: then the commit has taken place, and nobody is told.
    private struct FailingStore: SessionStore {
        let base: SQLiteStore

        func commit(_ commit: SessionCommit) async throws -> Int {
            let chance = Int.random(in: 0..<100)
            if chance < 4 { throw Injected() }
            let revision = try await base.commit(commit)
            if chance < 8 { throw Injected() }
            return revision
        }

        func load(_ id: String) async throws -> SessionRecord? { try await base.load(id) }
        func sessions() async throws -> [SessionSummary] { try await base.sessions() }
        func delete(_ id: String) async throws { try await base.delete(id) }
        func acquireLease(_ id: String, owner: String, duration: Duration) async throws -> SessionLease {
            try await base.acquireLease(id, owner: owner, duration: duration)
        }
        func renew(_ lease: SessionLease, duration: Duration) async throws -> SessionLease {
            try await base.renew(lease, duration: duration)
        }
        func release(_ lease: SessionLease) async { await base.release(lease) }
    }

    /// A model that lets a program count, and fails now and then: at once, or in the middle of its answer.
    private static func model() -> ScriptedModel {
        ScriptedModel { (request, _) throws(ModelError) in
            let chance = Int.random(in: 0..<100)
            if chance < 4 { return .failure(ModelError(.server, "out of order")) }
            let isFirst = !request.messages.contains { $0.text.contains("finish n") }
            let code = isFirst ? "n = 1\nfinish n" : "n = n + 1\nfinish n"
            return ScriptedReply(
                "I count.\n<lashlang>\n\(code)\n</lashlang>",
                chunking: .characters(7),
                usage: ModelUsage(input: 10, output: 5),
                fault: chance < 8 ? .error(ModelError(.network, "cut"), afterPieces: 2) : nil
            )
        }
    }

    @Test func noCommitIsLostOrDoubled() async throws {
        let folder = Folder()
        let store = try SQLiteStore(path: folder.file("soak.db"))
        var configuration = AgentConfiguration(model: Self.model(), limits: try ModelLimits(contextWindow: 10_000_000))
        configuration.store = FailingStore(base: store)
        let core = AgentCore(configuration)
        let progress = Progress()
        let clock = ContinuousClock()
        let began = clock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<Self.sessions {
                group.addTask {
                    try await Self.drive("s\(number)", core, store)
                    let count = progress.done.add(1, ordering: .relaxed).newValue
                    if count == Self.sessions / 4 { progress.earlyMemory.store(Self.memory(), ordering: .relaxed) }
                }
            }
            try await group.waitForAll()
        }
        if Self.isWhole {
            let time = (clock.now - began) / .microseconds(1) / Double(Self.sessions * Self.turns)
            let growth = Self.memory() - progress.earlyMemory.load(ordering: .relaxed)
            print("soak: \(Int(time)) us a turn, memory grew by \(growth >> 20) MiB in the last three quarters")
            #expect(growth < 128 << 20)
        }
    }

    /// Runs the turns of one session, and looks what its store has.
    private static func drive(_ id: String, _ core: AgentCore, _ store: SQLiteStore) async throws {
        let session = try await core.session(id).open()
        var values: [Value] = []
        var ended = 0
        while ended < turns {
            let result = try await turn(session, ended)
            ended += 1
            if let value = result.value { values.append(value) }
        }
        #expect(values == (0..<values.count).map { .number(Double($0 + 1)) })
        let record = try #require(try await store.load(id))
        #expect(record.head.turnCount == ended)
        #expect(record.head.turn == nil)
        let finished = record.history.compactMap { entry -> Value? in
            if case .step(let step) = entry.entry { step.finalOutput?.value } else { nil }
        }
        #expect(finished == values)
        #expect(Set(record.history.map(\.entry.id)).count == record.history.count)
    }

    /// Runs a turn to its end, however often its store fails.
    private static func turn(_ session: AgentSession, _ number: Int) async throws -> TurnResult {
        while true {
            do { return try await session.turn(.text("turn \(number)")).run() } catch is Injected {} catch SessionError
                .openTurn
            {}
            while true {
                do {
                    guard let result = try await session.resumeTurn() else { break }
                    return result
                } catch is Injected { continue }
            }
        }
    }

    /// The bytes that the process has in memory.
    private static func memory() -> Int {
        #if os(Linux)
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var text = [CChar](repeating: 0, count: 256)
        guard fgets(&text, 256, file) != nil else { return 0 }
        let fields = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            .split(separator: " ")
        return (fields.count > 1 ? Int(fields[1]) ?? 0 : 0) * Int(sysconf(Int32(_SC_PAGESIZE)))
        #else
        return 0
        #endif
    }
}
