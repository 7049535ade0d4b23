import LashAgent
import LashStore
import Lashlang
import Testing

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Kills runs at random moments, and looks what their store has. `LASH_CRASHES=300` says how often.
@Suite struct CrashTests {
    private static let count = getenv("LASH_CRASHES").flatMap { Int(String(cString: $0)) } ?? 6

    /// Each turn calls the model twice, and finishes with its number.
    private static let script: String = {
        let first = "%% reply\nI count.\n<lashlang>\nseen = history\nprint len(seen)\n</lashlang>\n"
        let second =
            "%% reply\n<lashlang>\nturns = 0\nfor item in history { if item.role == \"user\" { turns = turns + 1 } }\n"
        return String(repeating: first + second + "finish turns\n</lashlang>\n", count: 400)
    }()

    @Test func nothingThatWasAcknowledgedIsLost() async throws {
        let place = Workplace()
        place.write(Self.script, to: "s.txt")
        let input = String(repeating: "next\n", count: 400)
        var acknowledged = 0
        for round in 0..<Self.count {
            // A turn that is killed again and again asks the model anew each time, and must not run out of calls.
            let process = place.start(
                ["chat", "--script", "s.txt", "--store", "a.db", "--max-calls", "1000"],
                input: input
            )
            // Somewhere in the start of the process, in the first turns, or in later ones.
            usleep(UInt32.random(in: 1000...(round % 3 == 0 ? 60_000 : 400_000)))
            process.send(SIGKILL)
            #expect(process.wait() == -SIGKILL)
            let answers = place.read(".out").split(separator: "\n").compactMap { Int($0) }
            acknowledged = max(acknowledged, answers.last ?? 0)
            guard let record = try await SQLiteStore(path: "\(place.path)/a.db").load("main") else {
                #expect(acknowledged == 0)
                continue
            }
            #expect(record.head.turnCount >= acknowledged)
            let finished = record.history.compactMap { entry -> Value? in
                if case .step(let step) = entry.entry { step.finalOutput?.value } else { nil }
            }
            #expect(finished.prefix(acknowledged) == (0..<acknowledged).map { .number(Double($0 + 1)) }[...])
            #expect(Set(record.history.map(\.entry.id)).count == record.history.count)
        }
        if Self.count >= 100 {
            print("crashes: \(Self.count), turns that were acknowledged: \(acknowledged)")
            #expect(acknowledged > 0)
        }
        // Whatever the last kill has left behind, the session goes on.
        let last = place.lash("chat", "--script", "s.txt", "--store", "a.db", input: "last\n")
        #expect(last.status == 0, "\(last.errors)")
        #expect(last.output.split(separator: "\n").last.flatMap { Int($0) } ?? 0 > acknowledged)
    }
}
