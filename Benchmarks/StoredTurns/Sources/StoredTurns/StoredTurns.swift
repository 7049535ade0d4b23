import LashAgent
import LashStore

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What a turn costs that is kept in SQLite.
///
/// The model answers at once: what is measured is everything beside it. Each line is the median of several rounds, in
/// microseconds for one turn. The turn has two calls of the model and one of a program; the one before its last commit is
/// not waited for by anybody.
@main
enum StoredTurns {
    static let rounds = 7
    static let turns = 50

    static func main() async throws {
        try await measure("in memory") { _ in MemoryStore() }
        try await measure("in SQLite") { try SQLiteStore(path: $0) }
        try await measure("in SQLite, with a trace", traced: true) { try SQLiteStore(path: $0) }
    }

    static func measure(
        _ name: String,
        traced: Bool = false,
        _ open: @Sendable (String) throws -> any SessionStore
    ) async throws {
        let replies: [ScriptedReply] = [
            "Let me look.\n<lashlang>\ntotal = [1, 2, 3]\nprint total\n</lashlang>\n",
            "<lashlang>\nfinish len(total)\n</lashlang>\n",
        ]
        var took: [Double] = []
        for _ in 0..<rounds {
            var template = Array("/tmp/lash-bench.XXXXXX".utf8CString)
            mkdtemp(&template)
            let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
            let model = ScriptedModel { _, position in replies[position % replies.count] }
            let store = try open("\(folder)/turns.db")
            let core = AgentCore(model: model, limits: try ModelLimits(contextWindow: 1_000_000)) { configuration in
                configuration.store = store
                if traced { configuration.trace = (store as? SQLiteStore)?.trace }
            }
            let session = try await core.session("s").open()
            let clock = ContinuousClock()
            let began = clock.now
            for _ in 0..<turns {
                let result = try await session.turn("Count.").run()
                precondition(result.value == 3, "\(result)")
            }
            took.append((clock.now - began) / .microseconds(1) / Double(turns))
            for file in ["turns.db", "turns.db-wal", "turns.db-shm"] { unlink("\(folder)/\(file)") }
            rmdir(folder)
        }
        took.sort()
        let padded = name + String(repeating: " ", count: max(0, 26 - name.count))
        print("\(padded) \(Int(took[rounds / 2])) us  (\(Int(took[0])) to \(Int(took[rounds - 1])))")
    }
}
