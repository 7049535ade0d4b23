import Lashlang
import Synchronization
import Testing

/// Every program of `Tests/Hostile/programs.lash` under one limit at a time.
@Suite(.serialized) struct HostileProgramTests {
    static let fuel = 100_000
    static let memory = 4_000_000
    static let time = Duration.milliseconds(40)
    static let output = 50_000
    /// How long a run may work before it asks again whether it was cancelled.
    static let longestGap = Duration.seconds(1)
    /// What a program may work that a limit is not meant to end, and one that never comes to its limit.
    static let safety = Duration.milliseconds(100)
    static let patience = Duration.seconds(5)

    @Test func thereAreAHundredOfThem() {
        #expect(HostileProgram.all.count >= 100)
        #expect(Set(HostileProgram.all.map(\.name)).count == HostileProgram.all.count)
    }

    @Test(arguments: HostileProgram.all) func fuelEnds(_ program: HostileProgram) throws {
        let run = try HostileRun(program, .fuel, Limits(fuel: Self.fuel))
        #expect(run.statistics.fuel <= 2 * Self.fuel)
    }

    @Test(arguments: HostileProgram.all) func memoryEnds(_ program: HostileProgram) throws {
        let run = try HostileRun(program, .memory, Limits(memory: Self.memory))
        #expect(run.statistics.peakMemory <= 2 * Self.memory)
    }

    @Test(arguments: HostileProgram.all) func timeEnds(_ program: HostileProgram) throws {
        let run = try HostileRun(program, .time, Limits(time: Self.time))
        // How close the end is to the limit is measured by Tests/Hostile/measure.py; here it only has to come.
        #expect(run.time <= Self.patience, "\(run.time)")
        #expect(run.longestGap <= Self.longestGap, "\(run.longestGap)")
    }

    @Test(arguments: HostileProgram.all.filter { $0.ends[.output] != nil })
    func outputEnds(_ program: HostileProgram) throws {
        let run = try HostileRun(program, .output, Limits(outputBytes: Self.output))
        #expect(run.output <= Self.output)
        #expect(run.statistics.outputBytes == run.output)
    }
}

/// One run of a hostile program, with everything checked that holds for each of them.
private struct HostileRun {
    var statistics: RunStatistics
    var time = Duration.zero
    /// Bytes of text that the host would show.
    var output = 0
    /// The longest that the machine worked without asking whether it should go on.
    var longestGap = Duration.zero

    init(_ hostile: HostileProgram, _ limit: HostileLimit, _ limits: Limits) throws {
        let bindings = HostileData.bindings
        let environment = HostEnvironment(readOnlyNames: Set(bindings.names))
        let session = Session()
        _ = try session.run(Program("before = [1, {kept: \"a text that is long enough\"}]"))
        let before = session["before"]
        let program = try Program(hostile.text, environment: environment)
        let began = threadTime()
        let ending = hostile.ends[limit]
        let watch = Watch(ending == "never" ? HostileProgramTests.safety : HostileProgramTests.patience)
        var output = 0
        var code = "none"
        do throws(RuntimeError) {
            let outcome = try session.run(
                program,
                bindings: bindings,
                limits: limits,
                onPrint: { if limit == .output { output += $0.printText().utf8.count + 1 } },
                isCancelled: { watch.look() }
            )
            if case .finished(let value) = outcome, limit == .output { output += try Self.shown(value) }
        } catch {
            code = error.diagnostic.code
            if code.hasPrefix("E040") && code != "E0405" && code != "E0404" {
                #expect(error.diagnostic.stage == .limit)
                let numbers = error.diagnostic.message.split(separator: " ").filter { $0.first?.isNumber == true }
                #expect(numbers.count == 2, "\(error.diagnostic.message)")
            }
            #expect(error.diagnostic.message.utf8.count < 100_000)
        }
        time = threadTime() - began
        longestGap = watch.longestGap
        statistics = session.statistics
        self.output = output
        switch ending {
        // Nothing but the watch ended it.
        case "never": #expect(code == "E0404")
        // The time may be up first, on a machine that has other things to do.
        case _ where limit == .time: #expect(code == ending || code == "E0403")
        default: #expect(code == ending)
        }
        #expect(session["before"] == before)
        #expect(try session.run(Program("finish before[0] + 1")) == .finished(2))
        #expect(session.strayObjects == 0)
    }

    private static func shown(_ value: Value) throws(RuntimeError) -> Int {
        if case .string(let text) = value { return text.utf8.count }
        return ((try? value.json()) ?? "").utf8.count
    }
}

/// Looks at the time whenever it is asked, and gives up on what never ends.
private final class Watch: Sendable {
    private let state = Mutex((last: threadTime(), longest: Duration.zero))
    private let deadline: Duration

    init(_ patience: Duration) { deadline = threadTime() + patience }

    var longestGap: Duration { state.withLock { $0.longest } }

    func look() -> Bool {
        let now = threadTime()
        state.withLock { state in
            state.longest = max(state.longest, now - state.last)
            state.last = now
        }
        return now > deadline
    }
}
