import Lashlang
import Synchronization
import Testing

/// Calls that run at the same time, limits, and cancellation.
@Suite struct HostRunTests {
    private func run(
        _ text: String,
        _ host: Host,
        _ session: Session = Session(),
        limits: Limits = Limits()
    ) async throws -> Outcome {
        try await session.run(Program(text, environment: host.environment()), host: host, limits: limits)
    }

    // MARK: At the same time

    /// Each call waits until ten are there, so nothing ends unless all of them run at once.
    private func meeting(of count: Int = 10) throws -> Host {
        let meeting = Rendezvous(of: count)
        var host = Host()
        try host.module("t", type: "T") { t in
            try t.operation("meet") { (number: Int) async -> Int in
                await meeting.meet()
                return number * number
            }
            try t.operation("square") { (number: Int) in number * number }
            try t.operation("numbers") { Array(0..<count) }
        }
        return host
    }

    @Test(arguments: [
        "await [t.meet(0)?, t.meet(1)?, t.meet(2)?, t.meet(3)?, t.meet(4)?, t.meet(5)?, t.meet(6)?, t.meet(7)?, t.meet(8)?, t.meet(9)?]",
        "await [t.meet(i)? for i in range(10)]",
        "await [t.meet(i)? for i in t.numbers()?]",
        "await [t.meet(i)? for i in await t.numbers()?]",
        "await [t.meet(i)? for i in range(20) if i < 10]",
        "[c.value for c in await [t.meet(i) for i in range(10)]]",
        "[c for row in await [[t.meet(i)?, t.meet(i + 1)?] for i in range(0, 10, 2)] for c in row]",
        "[c for row in await [[t.meet(i + j)? for j in range(5)] for i in [0, 5]] for c in row]",
        "[c for p in [await (t.meet(0)?, {a: t.meet(1)?, b: [t.meet(i)? for i in range(2, 10)]})] for c in [p[0], p[1].a] + p[1].b]",
    ])
    func callsOfOneAwaitRunAtTheSameTime(expression: String) async throws {
        let outcome = try await run("finish \(expression)", meeting())
        #expect(outcome == .finished([0, 1, 4, 9, 16, 25, 36, 49, 64, 81]))
    }

    @Test func whatDoesNotWaitIsAnsweredBesideWhatDoes() async throws {
        let outcome = try await run(
            "finish await [t.square(2)?, t.meet(3)?, t.square(4), 5, t.meet(6)?]",
            meeting(of: 2)
        )
        #expect(outcome == .finished([4, 9, ["ok": true, "value": 16], 5, 36]))
    }

    @Test func thePlaceOfAnAnswerIsThatOfItsCall() async throws {
        // Each call lets the one before it go on, so they end in the opposite order.
        let waiting = Mutex([Int: CheckedContinuation<Void, Never>]())
        let finished = Mutex([Int]())
        var host = Host()
        try host.module("t", type: "T") { t in
            try t.operation("call") { (number: Int) async -> Int in
                if number < 5 { await withCheckedContinuation { here in waiting.withLock { $0[number] = here } } }
                finished.withLock { $0.append(number) }
                // Nobody comes before all are there.
                while number > 0, waiting.withLock({ $0[number - 1] == nil }) { await Task.yield() }
                waiting.withLock { $0[number - 1] }?.resume()
                return number
            }
        }
        #expect(try await run("finish await [t.call(i)? for i in range(6)]", host) == .finished([0, 1, 2, 3, 4, 5]))
        #expect(finished.withLock { $0 } == [5, 4, 3, 2, 1, 0])
    }

    @Test(arguments: [1, 3, 10, 100])
    func noMoreCallsAreUnderWayThanTheLimitAllows(limit: Int) async throws {
        let crowd = Crowd()
        let full = Rendezvous(of: min(limit, 12))
        var host = Host()
        try host.module("t", type: "T") { t in
            try t.operation("enter") { (number: Int) async -> Int in
                crowd.enter()
                // The first ones wait for each other, so the limit is reached.
                if number < min(limit, 12) { await full.meet() }
                for _ in 0..<5 { await Task.yield() }
                crowd.leave()
                return number
            }
        }
        let outcome = try await run(
            "finish await [t.enter(i)? for i in range(12)]",
            host,
            limits: Limits(concurrentCalls: limit)
        )
        #expect(outcome == .finished(.list((0..<12).map { .number(Double($0)) })))
        #expect(crowd.most == min(limit, 12) && crowd.ever == 12)
    }

    // MARK: The end

    @Test func aHostCanChangeWhatAProgramFinishesWith() async throws {
        var host = Host()
        host.onFinish = { value in ["seen": value] }
        #expect(try await run("finish 1", host) == .finished(["seen": 1]))
    }

    @Test func aHostCanRefuseWhatAProgramFinishesWith() async throws {
        var host = Host()
        host.onFinish = { _ in throw CallFailure("a number was expected") }
        let session = Session()
        let error = await #expect(throws: RuntimeError.self) { try await run("x = 1\nfinish \"no\"", host, session) }
        #expect(error?.diagnostic.message == "finish failed: a number was expected")
        #expect(error?.diagnostic.span?.start == 6)
        #expect(try await run("finish x", Host(), session) == .finished(1))
    }

    @Test func argumentsThatAskAreAskedFirst() async throws {
        let asked = Mutex([String]())
        var host = Host()
        try host.module("t", type: "T") { t in
            try t.operation("note") { (text: String) async -> String in
                await Task.yield()
                asked.withLock { $0.append(text) }
                return text
            }
        }
        let outcome = try await run(
            #"""
            finish await [t.note(t.note("inner")? + "!")?, t.note(join(await [t.note("a")?, t.note("b")?], ""))?]
            """#,
            host
        )
        #expect(outcome == .finished(["inner!", "ab"]))
        let order = asked.withLock { $0 }
        #expect(order[0] == "inner" && Set(order[1...2]) == ["a", "b"] && Set(order[3...4]) == ["inner!", "ab"])
    }

    @Test func manyCallsAreOneBatch() async throws {
        var host = Host()
        try host.module("t", type: "T") { t in
            try t.operation("now") { (number: Int) in number }
            try t.operation("later") { (number: Int) async in
                await Task.yield()
                return number
            }
        }
        let program =
            "xs = await [i % 2 == 0 ? i : i for i in range(3)]\n"
            + "finish len(await [[t.now(i)?, t.later(i)?] for i in range(2000)])"
        #expect(try await run(program, host) == .finished(2000))
    }

    // MARK: Limits

    @Test func callsAreCountedAndLimited() async throws {
        var host = Host()
        let crowd = Crowd()
        try host.module("t", type: "T") { t in try t.operation("x") { crowd.enter() } }
        try host.function("f", parameters: []) { 1 }
        let session = Session()
        _ = try await run("t.x()\ny = f()\nawait [t.x(), t.x()]", host, session, limits: Limits(hostCalls: 4))
        #expect(session.statistics.hostCalls == 4)
        for text in ["while true { t.x() }", "z = await [t.x() for i in range(100)]", "while true { f() }"] {
            do {
                _ = try await run("done = 1\n" + text, host, session, limits: Limits(hostCalls: 10))
                Issue.record("\(text) ran")
            } catch let error as RuntimeError {
                #expect(error.diagnostic.code == "E0406")
                #expect(error.diagnostic.stage == .limit)
            }
            #expect(session["done"] == 1 && session["z"] == nil)
        }
        #expect(crowd.ever == 3 + 10, "a batch that is too large is not begun")
        #expect(session.strayObjects == 0)
    }

    @Test func whatHostsTakeTimeForIsNotTheirs() async throws {
        var host = Host()
        try host.module("t", type: "T") { t in
            try t.operation("slow") { () async in
                let clock = ContinuousClock()
                let start = clock.now
                while start.duration(to: clock.now) < .milliseconds(60) { await Task.yield() }
            }
        }
        #expect(try await run("t.slow()\nfinish 1", host, limits: Limits(time: .milliseconds(50))) == .finished(1))
    }

    @Test func answersCountAsMemory() async throws {
        var host = Host()
        try host.module("t", type: "T") { t in
            try t.operation("text") { String(repeating: "x", count: 1_000_000) }
        }
        do {
            _ = try await run(
                "xs = []\nwhile true { xs = push(xs, t.text()?) }",
                host,
                limits: Limits(memory: 10_000_000)
            )
            Issue.record("ran")
        } catch let error as RuntimeError {
            #expect(error.diagnostic.code == "E0402")
        }
    }

    // MARK: Cancellation

    private func cancelled(
        _ text: String,
        _ host: Host,
        when begun: Rendezvous? = nil,
        limits: Limits = Limits()
    ) async throws -> (code: String, variables: Record) {
        let program = try Program(text, environment: host.environment())
        let task = Task { () -> (String, Record) in
            let session = Session()
            do throws(RuntimeError) {
                _ = try await session.run(program, host: host, limits: limits)
                return ("no error", session.variables)
            } catch {
                #expect(session.strayObjects == 0)
                return (error.diagnostic.code, session.variables)
            }
        }
        if let begun { await begun.meet() } else { await Task.yield() }
        task.cancel()
        return await task.value
    }

    @Test func aBusyLoopIsCancelled() async throws {
        let begun = Rendezvous(of: 2)
        var host = Host()
        try host.module("t", type: "T") { t in try t.operation("begin") { () async in await begun.meet() } }
        let end = try await cancelled("x = 1\nt.begin()\nwhile true { x = x + 1 }", host, when: begun)
        #expect(end.code == "E0404")
        #expect(end.variables["x"] != nil)
    }

    @Test func aLoopOfCallsThatDoNotWaitIsCancelled() async throws {
        let begun = Rendezvous(of: 2)
        var host = Host()
        try host.module("t", type: "T") { t in
            try t.operation("begin") { () async in await begun.meet() }
            try t.operation("x") { 1 }
        }
        #expect(try await cancelled("t.begin()\nwhile true { t.x() }", host, when: begun).code == "E0404")
    }

    @Test(arguments: ["t.wait()", "await [t.wait(), t.wait(), t.count()]", "await [t.wait()? for i in range(100)]"])
    func callsThatWaitAreCancelled(call: String) async throws {
        let begun = Rendezvous(of: 2)
        let crowd = Crowd()
        var host = Host()
        try host.module("t", type: "T") { t in
            try t.operation("wait") { () async -> Int in
                crowd.enter()
                if crowd.ever == 1 { await begun.meet() }
                await untilCancelled()
                crowd.leave()
                return 1
            }
            try t.operation("count") { () async -> Int in 1 }
        }
        let end = try await cancelled("x = 1\ny = \(call)", host, when: begun)
        #expect(end.code == "E0404")
        #expect(end.variables == ["x": 1], "an answer that came too late is not assigned")
    }

    @Test func callsThatWaitForTheirTurnAreNotBegunAfterCancellation() async throws {
        let begun = Rendezvous(of: 3)
        let crowd = Crowd()
        var host = Host()
        try host.module("t", type: "T") { t in
            try t.operation("wait") { () async in
                crowd.enter()
                await begun.meet()
                await untilCancelled()
            }
        }
        let end = try await cancelled(
            "await [t.wait() for i in range(50)]",
            host,
            when: begun,
            limits: Limits(concurrentCalls: 2)
        )
        #expect(end.code == "E0404")
        #expect(crowd.ever == 2)
    }

    @Test func aRunInACancelledTaskDoesNotBegin() async throws {
        var host = Host()
        let crowd = Crowd()
        try host.module("t", type: "T") { t in try t.operation("x") { crowd.enter() } }
        let program = try Program("t.x()", environment: host.environment())
        let complete = host
        let task = Task { () -> String in
            await untilCancelled()
            do throws(RuntimeError) {
                _ = try await Session().run(program, host: complete)
                return "no error"
            } catch { return error.diagnostic.code }
        }
        task.cancel()
        #expect(await task.value == "E0404")
        #expect(crowd.ever == 0)
    }

    @Test @MainActor func callsThatDoNotWaitLetOthersWork() async throws {
        let isOver = Mutex(false)
        var host = Host()
        try host.module("t", type: "T") { t in try t.operation("isOver") { () -> Bool in isOver.withLock { $0 } } }
        // It can only run where the run lets it.
        Task { @MainActor in isOver.withLock { $0 = true } }
        let outcome = try await run(
            "n = 0\nwhile not t.isOver()? { n = n + 1 }\nfinish n < 1000000",
            host,
            limits: Limits(fuel: 100_000_000)
        )
        #expect(outcome == .finished(true))
    }

    @Test func anErrorOfWhoeverPrintsEndsTheRun() async throws {
        struct Full: Error, CustomStringConvertible { var description = "the page is full" }
        let program = try Program("x = 1\nprint x\ny = 2")
        let session = Session()
        do {
            _ = try await session.run(program, host: Host(), onPrint: { _ in throw Full() })
            Issue.record("ran")
        } catch {
            #expect(error.diagnostic.message == "print failed: the page is full")
        }
        #expect(session.variables == ["x": 1])
    }

    // MARK: Handles

    /// Handles are worth ten times their number.
    private struct Jobs: ProcessHandler {
        let asked = Crowd()

        func answer(_ request: HostRequest, of program: Program) async -> CallResult {
            guard case .start(let start) = request, case .number(let number)? = start.arguments["n"] else {
                return .failure(CallFailure("no"))
            }
            return .value(.handle("job", id: "\(Int(number))"))
        }

        func result(of handle: Value) async -> CallResult {
            asked.enter()
            await Task.yield()
            guard case .record(let record) = handle, case .string(let id)? = record["id"], let number = Int(id) else {
                return .failure(CallFailure("no handle"))
            }
            return number < 0
                ? .failure(CallFailure(class: "c", code: "negative", message: "below"))
                : .value(.number(Double(10 * number)))
        }
    }

    @Test(arguments: [
        ("await start p(n: 1)", "{ok: true, value: 10}"),
        ("(await start p(n: 1))?", "10"),
        ("[(await h)?, (await h)?]", "[20, 20]"),
        ("[w? for w in await [h, h]]", "[20, 20]"),
        ("await [1, \"a\", {b: [null]}]", "[1, \"a\", {b: [null]}]"),
        (
            "await {a: [1, (h, 2)], b: {c: h}}",
            "{a: [1, ({ok: true, value: 20}, 2)], b: {c: {ok: true, value: 20}}}"
        ),
        (
            "await [h, t.x(), start p(n: 3)]",
            "[{ok: true, value: 20}, {ok: true, value: \"x\"}, {ok: true, value: 30}]"
        ),
        (
            "await [t.x()?, {deep: [h]}, shared, shared]",
            "[\"x\", {deep: [{ok: true, value: 20}]}, [{ok: true, value: 20}], [{ok: true, value: 20}]]"
        ),
        ("[w? for w in await [start p(n: i) for i in range(3)]]", "[0, 10, 20]"),
        ("(await start p(n: -1)).error.code", "\"negative\""),
        ("to_string((await [start p(n: -1)])[0].error)", "\"below\""),
        ("[await [], await {}, await (), await [[]]]", "[[], {}, (), [[]]]"),
    ])
    func handlesAreAwaitedWhereverTheyStand(expression: String, expected: String) async throws {
        var host = Host()
        host.abilities = .all
        host.processes = Jobs()
        try host.module("t", type: "T") { t in try t.operation("x") { () async in "x" } }
        let session = Session()
        let outcome = try await run(
            "process p(n: int) {}\nh = start p(n: 2)\nshared = [h]\nv = \(expression)\n"
                + "finish [v == \(expected), shared[0].id]",
            host,
            session
        )
        #expect(outcome == .finished([true, "2"]), "got \(session["v"]?.literal ?? "nothing")")
        #expect(session.strayObjects == 0)
    }

    @Test(arguments: [
        "xs = await [t.x() for i in []]", "ys = await [[t.x() for i in []], t.x()]\nxs = ys[0]",
        "ys = await {a: [t.x() for i in []], b: 1}\nxs = ys.a",
    ])
    func aListThatNoCallFilledIsLikeAnyOther(beginning: String) async throws {
        var host = Host()
        host.abilities = .all
        host.processes = Jobs()
        try host.module("t", type: "T") { t in try t.operation("x") { () async in "x" } }
        let outcome = try await run(
            "process p(n: int) {}\n\(beginning)\nxs = push(xs, start p(n: 1))\nys = await xs\nfinish [xs[0].id, ys[0].value]",
            host
        )
        #expect(outcome == .finished(["1", 10]))
    }

    @Test func oneHandleAThousandTimesIsAskedAThousandTimes() async throws {
        var host = Host()
        let jobs = Jobs()
        host.abilities = .all
        host.processes = jobs
        let outcome = try await run(
            "process p(n: int) {}\nh = start p(n: 4)\nrs = await [h for i in range(1000)]\nfinish len([r for r in rs if r.value == 40])",
            host
        )
        #expect(outcome == .finished(1000))
        #expect(jobs.asked.ever == 1000)
    }
}
