import Lashlang

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Measures what there is to pay beside the work of a program: compiling it, making a session, beginning and ending a run,
/// stopping for the host, and keeping a session that does nothing.
@main struct TinyPrograms {
    private var repetitions = 9
    /// One turn of so many is made.
    private var share = 1

    static func main() throws {
        var programs = TinyPrograms()
        var wanted = Array(CommandLine.arguments.dropFirst())
        // For tools that count instructions.
        if let once = wanted.firstIndex(of: "--once") {
            wanted.remove(at: once)
            programs.repetitions = 1
            programs.share = 10
        }
        // Idle sessions first, as long as the process has given no memory back that new ones could take.
        let parts: KeyValuePairs = [
            "idle": programs.idleSessions, "block": programs.block, "source": programs.compilation,
            "sessions": programs.sessions, "effects": programs.effects,
        ]
        if let unknown = wanted.first(where: { name in !parts.contains { $0.key == name } }) {
            print("no part is called \(unknown); there are \(parts.map(\.key).joined(separator: ", "))")
            exit(2)
        }
        print("| what | takes | goal |\n|---|---:|---:|")
        for (name, part) in parts where wanted.isEmpty || wanted.contains(name) { try part() }
    }

    /// Limits as a host would set them: armed, and never met.
    private let limits = Limits(
        fuel: 1 << 50,
        memory: 16 << 30,
        time: .seconds(3600),
        hostCalls: 1 << 40,
        outputBytes: 1 << 40
    )

    private func row(_ what: String, _ takes: String, goal: String = "–") { print("| \(what) | \(takes) | \(goal) |") }

    // MARK: - What is measured

    private func idleSessions() throws {
        let program = try Program(Sources.tenInstructions)
        let count = 100_000
        var sessions: [Session] = []
        sessions.reserveCapacity(count)
        let before = memory()
        for _ in 0..<count {
            let session = Session()
            _ = try session.run(program, limits: limits)
            sessions.append(session)
        }
        let bytes = (memory() - before) / count
        withExtendedLifetime(sessions) {
            row("memory of an idle session of eight variables, of 100,000", "\(bytes) bytes", goal: "4,096 bytes")
        }
    }

    private func block() throws {
        var bindings = ProjectedBindings()
        try bindings.bind("orders", json: Array(Sources.orders.utf8))
        try bindings.bind("today", json: Array("20".utf8))
        let environment = HostEnvironment(readOnlyNames: ["orders", "today"])
        let source = SourceText(Sources.block)
        let program = try Program(source, environment: environment)
        let compiling = try nanoseconds(turns: 1_000) { _ = try Program(source, environment: environment) }
        let running = try nanoseconds(turns: 1_000) {
            _ = try Session().run(program, bindings: bindings, limits: limits)
        }
        let both = try nanoseconds(turns: 1_000) {
            _ = try Session().run(Program(source, environment: environment), bindings: bindings, limits: limits)
        }
        let cache = ProgramCache()
        let known = try nanoseconds(turns: 1_000) {
            let program = try cache.program(source, environment: environment)
            _ = try Session().run(program, bindings: bindings, limits: limits)
        }
        row("30 lines: lex, parse, link, compile", microseconds(compiling))
        row("30 lines: run in a new session", microseconds(running))
        row("30 lines: all of it", microseconds(both), goal: "20 µs")
        row("30 lines: found in a cache of programs, and run", microseconds(known), goal: "20 µs")
    }

    private func compilation() throws {
        let source = SourceText(Sources.generated(megabytes: 4))
        var instructions = 0
        let best = try nanoseconds(turns: 1) { instructions = try Program(source).instructionCount }
        let rate = Double(source.bytes.count) / best * 1e3
        row("4 MB of source to \(instructions) instructions", "\(rounded(rate)) MB/s")
    }

    private func sessions() throws {
        let program = try Program(Sources.tenInstructions)
        let all = try nanoseconds(turns: 100_000) { _ = try Session().run(program, limits: limits) }
        row(
            "a session made, a run of \(program.instructionCount) instructions, the session dropped",
            "\(rounded(all)) ns",
            goal: "300 ns"
        )
        let session = Session()
        let run = try nanoseconds(turns: 100_000) { _ = try session.run(program, limits: limits) }
        row("the same run in a session that stays", "\(rounded(run)) ns")
        row("a session made and dropped", "\(rounded(nanoseconds(turns: 100_000) { _ = Session() })) ns")
    }

    /// What a stop costs: the loop with it, less the loop without it.
    private func effects() throws {
        let turns = 1_000_000
        var host = Host()
        try host.module("t", type: "T") { t in
            try t.operation("same") { (arguments: [Value]) -> Value in arguments[0] }
        }
        let environment = try host.environment()
        func loop(_ statement: String) throws -> Double {
            let program = try Program("for i in range(\(turns)) { \(statement) }", environment: environment)
            return try nanoseconds(turns: 1) {
                let run = Session().start(program, limits: limits)
                while try !step(run) {}
            } / Double(turns)
        }
        let plain = try loop("x = i")
        for (what, statement) in [("a call, asked and answered", "x = t.same(i)?"), ("a print", "x = i\nprint i")] {
            row("stop and go on: \(what)", "\(rounded(try loop(statement) - plain)) ns", goal: "50 ns")
        }
        let program = try Program("for i in range(\(turns)) { x = i }")
        var stops = 0
        let paused = try nanoseconds(turns: 1) {
            let run = Session().start(program, limits: limits)
            run.pauseInterval = 10
            stops = 0
            while try !step(run) { stops += 1 }
        }
        row(
            "stop and go on: a pause",
            "\(rounded((paused - plain * Double(turns)) / Double(max(1, stops)))) ns",
            goal: "50 ns"
        )
        readingsOfTheClock()
    }

    /// What a stop cannot do without: the time of the host is none of the run's.
    private func readingsOfTheClock() {
        var time = timespec()
        let two = nanoseconds(turns: 1_000_000) {
            clock_gettime(CLOCK_MONOTONIC, &time)
            clock_gettime(CLOCK_MONOTONIC, &time)
        }
        row("of which two readings of the clock", "\(rounded(two)) ns")
    }

    /// Answers one stop; whether the run is over.
    private func step(_ run: Run) throws -> Bool {
        switch try run.resume() {
        case .asked(let calls):
            for position in calls.indices { run.answer(.value(.number(1)), at: position) }
        case .printed, .paused, .requested, .reading: break
        case .ended: return true
        }
        return false
    }

    // MARK: - How it is measured

    /// The least time of a turn, of nine measurements of so many turns each: what is above it is noise.
    private func nanoseconds(turns: Int, _ body: () throws -> Void) rethrows -> Double {
        let clock = ContinuousClock()
        var least = Double.infinity
        let turns = max(1, turns / share)
        for _ in 0..<repetitions {
            let time = try clock.measure { for _ in 0..<turns { try body() } }
            let (seconds, attoseconds) = time.components
            least = min(least, Double(seconds) * 1e9 + Double(attoseconds) / 1e9)
        }
        return least / Double(turns)
    }

    /// The memory that the process has, in bytes; where that cannot be asked, the most that it has had.
    private func memory() -> Int {
        #if os(Linux)
        // The peak would be that of the process that started this one, if it was larger.
        if let file = fopen("/proc/self/statm", "r") {
            defer { fclose(file) }
            var line = [CChar](repeating: 0, count: 128)
            fgets(&line, Int32(line.count), file)
            let fields = String(decoding: line.map { UInt8(bitPattern: $0) }, as: UTF8.self).split(separator: " ")
            if fields.count > 1, let pages = Int(fields[1]) { return pages * sysconf(Int32(_SC_PAGESIZE)) }
        }
        #endif
        var usage = rusage()
        // RUSAGE_SELF, whose type differs from system to system.
        getrusage(0, &usage)
        #if canImport(Darwin)
        return usage.ru_maxrss
        #else
        return usage.ru_maxrss * 1024
        #endif
    }

    private func microseconds(_ nanoseconds: Double) -> String { "\(rounded(nanoseconds / 1e3)) µs" }

    private func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }
}
