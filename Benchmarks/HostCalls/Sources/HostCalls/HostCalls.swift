import Lashlang

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Measures what a call of the host costs: out of the machine, into a closure in Swift, and back.
@main struct HostCalls {
    struct Read: Codable {
        var path: String
        var limit: Int?
    }

    struct File: Codable {
        var path: String
        var size: Int
    }

    /// A loop over `n`, and how many calls are in one turn of it.
    struct Workload {
        var name: String
        var turn: String
        var calls = 1
        var turns = 1_000_000
    }

    static let workloads = [
        Workload(name: "no call: `n + i`", turn: "n = n + i"),
        Workload(name: "function, typed: `twice(i)`", turn: "n = n + twice(i)"),
        Workload(name: "function, values: `same(i)`", turn: "n = n + same(i)"),
        Workload(name: "operation, values: `t.same(i)?`", turn: "n = n + t.same(i)?"),
        Workload(name: "operation, number to number", turn: "n = n + t.twice(i)?"),
        Workload(name: "operation, record to text", turn: #"n = n + len(t.read({path: "docs/a.txt", limit: i})?)"#),
        Workload(name: "operation, record to record", turn: #"n = n + t.file({path: "docs/a.txt", limit: i})?.size"#),
        Workload(name: "operation that throws, wrapped", turn: #"n = n + len(t.fail({path: "docs/a.txt"}).error)"#),
        Workload(name: "async operation, values", turn: "n = n + t.later(i)?"),
        Workload(
            name: "async operation, record to text",
            turn: #"n = n + len(t.readLater({path: "docs/a.txt", limit: i})?)"#
        ),
        Workload(
            name: "ten async operations at once",
            turn: "n = n + len(await [t.later(i)? for j in range(10)])",
            calls: 10,
            turns: 100_000
        ),
        Workload(
            name: "ten immediate operations at once",
            turn: "n = n + len(await [t.same(i)? for j in range(10)])",
            calls: 10,
            turns: 100_000
        ),
        Workload(
            name: "a thousand async operations at once",
            turn: "n = n + len(await [t.later({i: j})? for j in range(1000)])",
            calls: 1_000,
            turns: 1_000
        ),
        Workload(
            name: "a thousand immediate operations at once",
            turn: "n = n + len(await [t.same({i: j})? for j in range(1000)])",
            calls: 1_000,
            turns: 1_000
        ),
    ]

    static func host() throws -> Host {
        var host = Host()
        try host.function("twice", parameters: ["n"]) { (n: Double) in 2 * n }
        try host.function("same", parameters: ["n": "any"]) { (arguments: [Value]) in arguments[0] }
        try host.module("t", type: "T") { t in
            try t.operation("same") { (arguments: [Value]) -> Value in arguments[0] }
            try t.operation("twice") { (n: Double) in 2 * n }
            try t.operation("read") { (file: Read) in file.path }
            try t.operation("file") { (file: Read) in File(path: file.path, size: file.limit ?? 0) }
            try t.operation("fail") { (file: Read) throws -> String in throw CallFailure("no such file") }
            try t.operation("later") { (arguments: [Value]) async -> Value in arguments[0] }
            try t.operation("readLater") { (file: Read) async -> String in file.path }
        }
        return host
    }

    static func main() async throws {
        // Not on the main actor: from there each asynchronous call would go to another thread and back.
        try await Task.detached { try await measure() }.value
    }

    static func measure() async throws {
        let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 5
        let only = CommandLine.arguments.dropFirst(2).first
        let host = try host()
        print("| one call | time | processor time |\n|---|---:|---:|")
        for workload in workloads where only.map({ workload.name.contains($0) }) ?? true {
            let program = try Program(
                "n = 0\nfor i in range(\(workload.turns)) { \(workload.turn) }",
                environment: host.environment()
            )
            var best = (time: Int.max, work: Int.max)
            for _ in 0..<rounds {
                let (time, work) = (now(CLOCK_MONOTONIC), now(CLOCK_PROCESS_CPUTIME_ID))
                _ = try await Session().run(program, host: host)
                best.time = min(best.time, now(CLOCK_MONOTONIC) - time)
                best.work = min(best.work, now(CLOCK_PROCESS_CPUTIME_ID) - work)
            }
            let calls = workload.turns * workload.calls
            print("| \(workload.name) | \(best.time / calls) ns | \(best.work / calls) ns |")
        }
    }

    /// Nanoseconds.
    private static func now(_ clock: clockid_t) -> Int {
        var time = timespec()
        clock_gettime(clock, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }
}
