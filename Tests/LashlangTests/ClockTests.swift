import Lashlang
import Synchronization
import Testing

/// Time: clocks, durations, deadlines.
@Suite struct ClockTests {
    // MARK: The manual clock

    @Test func sleepersWakeWhenTheirTimeHasCome() async throws {
        let clock = ManualClock(now: 1_000)
        let sleeper = Task { try await clock.sleep(until: 1_500) }
        await clock.waitForSleepers(1)
        clock.advance(by: .milliseconds(499))
        #expect(clock.sleepers == 1)
        clock.advance(by: .milliseconds(1))
        try await sleeper.value
        #expect(clock.sleepers == 0)
        #expect(clock.now == 1_500)
    }

    @Test func sleepersWakeInTheOrderOfTheirTimes() async throws {
        let clock = ManualClock()
        let woken = Times()
        await withTaskGroup(of: Void.self) { group in
            for (count, time) in [30, 10, 20].enumerated() {
                group.addTask {
                    try? await clock.sleep(until: Double(time))
                    woken.note(Double(time))
                }
                await clock.waitForSleepers(count + 1)
            }
            for time in [10, 20, 30] {
                clock.advance(to: Double(time))
                await group.next()
            }
        }
        #expect(woken.times == [10, 20, 30])
    }

    @Test func aTimeThatHasPassedIsNotWaitedFor() async throws {
        let clock = ManualClock(now: 100)
        for time in [100, 99, -1, -.infinity, .nan] as [Double] { try await clock.sleep(until: time) }
        clock.advance(to: 50)
        clock.advance(by: .seconds(-1))
        #expect(clock.now == 100)
    }

    @Test func aCancelledSleeperLeaves() async {
        let clock = ManualClock()
        let sleeper = Task {
            do throws(CancellationError) {
                try await clock.sleep(until: .infinity)
                return false
            } catch {
                return true
            }
        }
        await clock.waitForSleepers(1)
        sleeper.cancel()
        #expect(await sleeper.value)
        #expect(clock.sleepers == 0)
    }

    @Test func whoWatchesForSleepersCanGiveUp() async {
        let clock = ManualClock()
        let watcher = Task { await clock.waitForSleepers(1) }
        watcher.cancel()
        await watcher.value
    }

    // MARK: The clock of the machine

    @Test func theSystemClockTellsTheTime() async throws {
        let clock = SystemClock()
        let before = clock.now
        // 2020 to 2200.
        #expect((1_577_836_800_000...7_258_118_400_000).contains(before))
        for time in [before, before - 1_000, 0, -.infinity, .nan] as [Double] { try await clock.sleep(until: time) }
        try await clock.sleep(until: before + 1)
        #expect(clock.now >= before)
    }

    @Test func aSleepOfTheSystemClockIsCancelled() async {
        for time in [Double.infinity, 1e300, 9_007_199_254_740_991] {
            let sleeper = Task { try await SystemClock().sleep(until: time) }
            sleeper.cancel()
            await #expect(throws: CancellationError.self) { try await sleeper.value }
        }
    }

    // MARK: What programs say

    /// The deadlines that a program sleeps until, on a clock that shows `now`.
    private func deadline(_ statement: String, now: Double = 1_000_000) async throws -> Double {
        let clock = RecordingClock(now: now)
        let program = try ProcessSandbox.program(statement)
        _ = try await Session().run(program, host: ProcessRunner(clock: clock))
        return clock.deadlines.times.first ?? .nan
    }

    private final class Times: Sendable {
        private let noted = Mutex<[Double]>([])
        var times: [Double] { noted.withLock { $0 } }
        func note(_ time: Double) { noted.withLock { $0.append(time) } }
    }

    private final class RecordingClock: HostClock {
        let now: Double
        let deadlines = Times()
        init(now: Double) { self.now = now }
        func sleep(until deadline: Double) async throws(CancellationError) {
            deadlines.note(deadline)
        }
    }

    @Test(arguments: [
        ("5", 5), ("0", 0), ("-0.0", 0), ("2.4", 2), ("2.5", 3), ("\"250\"", 250), ("\"250ms\"", 250),
        ("\"5s\"", 5_000),
        ("\"1.5s\"", 1_500), ("\"1m\"", 60_000), ("\"2h\"", 7_200_000), ("\"  10 s \"", 10_000),
        ("\"\\n3\\tm\"", 180_000),
        ("\"0.0004s\"", 0), ("\"0.0005s\"", 1), ("\"1e3\"", 1_000), ("9007199254740991", 9_007_199_254_740_991),
    ])
    func durations(text: String, milliseconds: Double) async throws {
        #expect(try await deadline("sleep for \(text)", now: 0) == milliseconds)
    }

    private func error(_ statement: String) async throws -> String { try await ProcessSandbox().error(statement) }

    @Test(arguments: [
        ("-1", "-1"), ("0 / 0", "NaN"), ("1 / 0", "inf"), ("1e300", "1e+300"), ("9007199254740992", "9007199254740992"),
        ("null", "null"), ("true", "true"), ("[1]", "[1]"), ("{a: (1,)}", "{\"a\":[1]}"),
    ])
    func whatIsNoDuration(value: String, shown: String) async throws {
        #expect(
            try await error("sleep for \(value)")
                == "sleep failed: `sleep for` expects a non-negative millisecond number or duration string, got \(shown)"
        )
    }

    @Test(arguments: [
        ("\"\"", "", "expected a number with ms, s, m or h"), ("\"s\"", "s", "expected a number with ms, s, m or h"),
        ("\"soon\"", "soon", "expected a number with ms, s, m or h"),
        ("\"1h30m\"", "1h30m", "expected a number with ms, s, m or h"),
        ("\" 5 d\"", " 5 d", "expected a number with ms, s, m or h"),
        ("\"-5s\"", "-5s", "expected a non-negative finite number"),
        ("\"inf\"", "inf", "expected a non-negative finite number"),
        ("\"nan\"", "nan", "expected a non-negative finite number"),
        ("\"1e400\"", "1e400", "expected a non-negative finite number"),
        ("\"1e308h\"", "1e308h", "expected a non-negative finite number"),
        ("\"9007199254740992\"", "9007199254740992", "expected a non-negative finite number"),
    ])
    func invalidDurations(value: String, text: String, reason: String) async throws {
        #expect(try await error("sleep for \(value)") == "sleep failed: invalid duration `\(text)`: \(reason)")
    }

    @Test func hugeTextsAndValuesAreNotRepeatedInErrors() async throws {
        let text = try await error("x = \"9\" for i in range(20) { x = x + x } sleep for x")
        #expect(text.hasPrefix("sleep failed: invalid duration `9999"))
        #expect(text.utf8.count < 400)
        let value = try await error("x = [1] for i in range(60) { x = [x, x] } sleep until x")
        #expect(value.hasSuffix("milliseconds, got <a text of more than 200 bytes>"))
    }

    @Test(arguments: [
        ("1700000000000", 1_700_000_000_000), ("0", 0), ("1.5", 1.5),
        ("\"1970-01-01T00:00:00Z\"", 0), ("\"2024-02-29T12:30:00Z\"", 1_709_209_800_000),
        ("\"2000-02-29t00:00:00z\"", 951_782_400_000), ("\"2026-02-28 12:30:00.5Z\"", 1_772_281_800_500),
        ("\"2026-02-28T13:30:00.25+01:00\"", 1_772_281_800_250), ("\"2026-02-28T07:00:00-05:30\"", 1_772_281_800_000),
        ("\"2026-01-01T00:30:00+01:00\"", 1_767_223_800_000), ("\"1969-12-31T23:59:59.999Z\"", -1),
        ("\"0000-01-01T00:00:00Z\"", -62_167_219_200_000), ("\"9999-12-31T23:59:59Z\"", 253_402_300_799_000),
        ("\"2016-12-31T23:59:60Z\"", 1_483_228_800_000), ("\"2017-01-01T00:59:60+01:00\"", 1_483_228_800_000),
        ("\"2026-02-28T12:30:00.123456789012Z\"", 1_772_281_800_123.456789),
    ])
    func deadlines(text: String, time: Double) async throws {
        let deadline = try await deadline("sleep until \(text)")
        #expect(abs(deadline - time) < 0.001)
    }

    @Test(arguments: [
        ("\"\"", "the year has 4 digits"), ("\"tomorrow\"", "the year has 4 digits"),
        ("\"2026-13-01T00:00:00Z\"", "the month is from 1 to 12"),
        ("\"2026-00-01T00:00:00Z\"", "the month is from 1 to 12"),
        ("\"2026-02-29T00:00:00Z\"", "the day is from 1 to 28"),
        ("\"2024-02-30T00:00:00Z\"", "the day is from 1 to 29"),
        ("\"1900-02-29T00:00:00Z\"", "the day is from 1 to 28"),
        ("\"2026-04-31T00:00:00Z\"", "the day is from 1 to 30"),
        ("\"2026-02-28T24:00:00Z\"", "the hour is from 0 to 23"),
        ("\"2026-02-28T12:60:00Z\"", "the minute is from 0 to 59"),
        ("\"2026-02-28T12:00:61Z\"", "the second is from 0 to 60"),
        ("\"2026-02-28T12:00:60Z\"", "the second 60 is only at 23:59 UTC"),
        ("\"2016-12-31T23:59:60+01:00\"", "the second 60 is only at 23:59 UTC"),
        ("\"2026-02-28T12:00:00\"", "the offset is missing: Z or +hh:mm"),
        ("\"2026-02-28T12:00:00.Z\"", "digits are missing after `.`"),
        ("\"2026-02-28T12:00:00+24:00\"", "the hour of the offset is from 0 to 23"),
        ("\"2026-02-28T12:00:00+0100\"", "expected `:` at character 23"),
        ("\"2026-02-28T12:00:00Q\"", "the offset is Z or +hh:mm"),
        ("\"2026-02-28T12:00:00Z.\"", "text follows the offset"), ("\"2026/02/28\"", "expected `-` at character 5"),
        ("\"2026-02-28\"", "expected `T` at character 11"), ("\"+026-02-28T00:00:00Z\"", "the year has 4 digits"),
        ("\"２０２６-02-28T00:00:00Z\"", "the year has 4 digits"),
    ])
    func invalidDeadlines(text: String, reason: String) async throws {
        #expect(
            try await error("sleep until \(text)")
                == "sleep failed: `sleep until` expects RFC3339 text or Unix epoch milliseconds: \(reason)"
        )
    }

    @Test(arguments: [("-1", "-1"), ("1e300", "1e+300"), ("null", "null"), ("0 / 0", "NaN"), ("(1, 2)", "(1, 2)")])
    func whatIsNoDeadline(value: String, shown: String) async throws {
        #expect(
            try await error("sleep until \(value)")
                == "sleep failed: `sleep until` expects RFC3339 text or Unix epoch milliseconds, got \(shown)"
        )
    }

    // MARK: Sleeping runs

    @Test func aSleepIsNull() async throws {
        #expect(try await ProcessSandbox().value("v = sleep until 0\nfinish [v]") == [nil])
    }

    @Test func processesSleepBesideEachOther() async throws {
        let sandbox = ProcessSandbox()
        let text = """
            process p(time: any) { sleep for time  yield time  finish time }
            finish [r.value for r in await [start p(time: t) for t in ["3s", "1s", 2000]]]
            """
        async let value = sandbox.value(text)
        await sandbox.clock.waitForSleepers(3)
        for count in 1...3 {
            sandbox.clock.advance(by: .milliseconds(999))
            #expect(sandbox.events.all.count == count - 1)
            sandbox.clock.advance(by: .milliseconds(1))
            await ProcessSandbox.until { sandbox.events.all.count == count }
        }
        #expect(try await value == ["3s", "1s", 2000])
        #expect(sandbox.events.all.map(\.value) == ["1s", 2000, "3s"])
    }

    @Test func aRunSleepsUntilATime() async throws {
        let sandbox = ProcessSandbox()
        async let value = sandbox.value("sleep until \"2023-11-14T22:13:21Z\"\nsleep until 5\nfinish \"awake\"")
        await sandbox.clock.waitForSleepers(1)
        sandbox.clock.advance(by: .seconds(1))
        #expect(try await value == "awake")
    }
}
