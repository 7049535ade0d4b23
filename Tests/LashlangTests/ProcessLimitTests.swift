import Lashlang
import Testing

/// How much processes may do.
@Suite struct ProcessLimitTests {
    private func sandbox(_ change: (inout ProcessRunner.Options) -> Void) -> ProcessSandbox {
        var options = ProcessRunner.Options()
        change(&options)
        return ProcessSandbox(options)
    }

    @Test func aForkBombMeetsTheLimitOfWhatRunsAtOnce() async throws {
        let sandbox = sandbox { $0.maximumRunning = 64 }
        let text = "process p() { x = wait_signal(\"never\") }\nwhile true { start p() }"
        let message = try await sandbox.error(text)
        #expect(message == "process start failed: process limit exceeded: 65 of 64 at once")
        #expect(sandbox.runner.processes.count == 64)
        sandbox.runner.cancelAll()
    }

    @Test func aForkBombOfProcessesMeetsTheLimitOfStarts() async throws {
        let sandbox = sandbox {
            $0.maximumStarts = 200
            $0.maximumRunning = 10_000
        }
        let text = "process p() { a = start p()  b = start p()  yield await [a, b] }\nfinish await start p()"
        _ = try await sandbox.run(text)
        let states = sandbox.runner.processes.map(\.state)
        #expect(states.count == 200)
        let messages = Set(
            states.compactMap { state in
                if case .stopped(let error) = state { return error.diagnostic.message }
                return nil
            }
        )
        #expect(messages == ["process start failed: start limit exceeded: 201 of 200 processes"])
    }

    @Test func startsAreCountedForEachRun() async throws {
        let sandbox = sandbox { $0.maximumStarts = 3 }
        let text = "process p() { finish 1 }\nfor i in range(3) { x = await start p()? }\nfinish x"
        for _ in 0..<5 { #expect(try await sandbox.value(text) == 1) }
        #expect(
            try await sandbox.error(text.replacing("range(3)", with: "range(4)"))
                == "process start failed: start limit exceeded: 4 of 3 processes"
        )
    }

    @Test func aCancelledProcessThatTheHostHoldsStillCounts() async throws {
        let sandbox = sandbox { $0.maximumRunning = 1 }
        let program = try ProcessSandbox.program("process p() { x = await tools.stuck({}) }")
        _ = try sandbox.runner.start("p", of: program)
        await ProcessSandbox.until { sandbox.operations.stuck == 1 }
        sandbox.runner.cancel("process-1")
        #expect(throws: CallFailure("process limit exceeded: 2 of 1 at once")) {
            try sandbox.runner.start("p", of: program)
        }
        #expect(!sandbox.runner.forget("process-1"))
        sandbox.operations.free()
        await ProcessSandbox.until { sandbox.runner.forget("process-1") }
        _ = try sandbox.runner.start("p", of: program)
        await ProcessSandbox.until { sandbox.operations.stuck == 1 }
        sandbox.operations.free()
    }

    @Test func aRunAndItsProcessesShareFuel() async throws {
        let sandbox = sandbox { _ in }
        let one = """
            process p() { i = 0 while i < 1000 { i = i + 1 } }
            for i in range(N) { x = await start p() }
            finish 1
            """
        let fuel = Limits(fuel: 50_000)
        #expect(try await sandbox.value(one.replacing("N", with: "2"), limits: fuel) == 1)
        let message = try await sandbox.error(one.replacing("N", with: "100"), limits: fuel)
        #expect(message.hasPrefix("fuel limit exceeded: 5") && message.hasSuffix(" of 50,000 units"))
    }

    @Test func aRunAndItsProcessesShareMemory() async throws {
        let sandbox = sandbox { _ in }
        let text = """
            process p(n: int) {
                xs = range(10000)
                if n > 0 { finish await start p(n: n - 1)? }
                finish len(xs)
            }
            finish to_string(await start p(n: N))
            """
        let memory = Limits(memory: 1_000_000)
        let few = try await sandbox.value(text.replacing("N", with: "2"), limits: memory)
        #expect(few.text.contains("10000"))
        let many = try await sandbox.value(text.replacing("N", with: "20"), limits: memory)
        #expect(many.text.contains("memory limit exceeded: 1,") && many.text.contains(" of 1,000,000 bytes"))
    }

    @Test func whatAProcessHeldIsFreeForOthersWhenItHasEnded() async throws {
        let sandbox = sandbox { _ in }
        let text = """
            process p() { xs = range(10000) finish len(xs) }
            for i in range(50) { x = await start p()? }
            finish x
            """
        #expect(try await sandbox.value(text, limits: Limits(memory: 1_000_000)) == 10_000)
    }

    @Test func theLimitOfARunIsThatOfItsBodies() async throws {
        let sandbox = sandbox { _ in }
        let text = "process p() { while true {} }\nfinish (await start p()).error.message"
        let message = try await sandbox.error(text, limits: Limits(fuel: 50_000))
        #expect(message.hasPrefix("fuel limit exceeded: 50,0"))
        guard case .stopped(let error)? = sandbox.runner["process-1"]?.state else {
            Issue.record("the process was not stopped")
            return
        }
        #expect(error.diagnostic.message.hasPrefix("fuel limit exceeded: 50,0"))
        let grow = "process p() { x = \"0123456789\" while true { x = x + x } }\nfinish (await start p()).error.message"
        #expect(try await sandbox.value(grow, limits: Limits(memory: 1_000_000)).text.hasPrefix("memory limit "))
    }

    @Test func bodiesCanHaveLimitsOfTheirOwn() async throws {
        let sandbox = sandbox { $0.limits = Limits(fuel: 20_000) }
        let text = "process p() { while true {} }\nfinish (await start p()).error.code"
        #expect(try await sandbox.value(text) == "process_runtime_error")
        guard case .stopped(let error)? = sandbox.runner["process-1"]?.state else { return }
        #expect(error.diagnostic.code == "E0401")
        #expect((sandbox.runner["process-1"]?.statistics.fuel ?? 0) > 20_000)
    }

    @Test func aRunSharesItsHostCallsWithAllThatItStarts() async throws {
        let sandbox = sandbox { _ in }
        let text = """
            process p() { while true { x = await tools.echo({}) } }
            process q() { h = start p()  while true { x = await tools.echo({}) } }
            for i in range(3) { start p()  start q() }
            while true { x = await tools.echo({}) }
            """
        let message = try await sandbox.error(text, limits: Limits(hostCalls: 100))
        #expect(message.hasPrefix("call limit exceeded: 1"))
        #expect(message.hasSuffix(" of 100 host calls"))
        await ProcessSandbox.until { sandbox.runner.processes.allSatisfy { $0.statistics.fuel > 0 } }
        for process in sandbox.runner.processes {
            guard case .stopped(let error) = process.state else {
                Issue.record("\(process)")
                continue
            }
            #expect(error.diagnostic.code == "E0406")
        }
        // Each run asked once too often, and no more.
        let calls = sandbox.runner.processes.map(\.statistics.hostCalls).reduce(0, +)
        #expect(calls <= 100 + sandbox.runner.processes.count)
    }

    @Test func theRunInFrontMeetsTheSharedLimitToo() async throws {
        let sandbox = sandbox { _ in }
        let text = """
            process p() { for i in range(20) { x = await tools.echo({}) } }
            x = await start p()
            for i in range(20) { x = await tools.echo({}) }
            """
        #expect(
            try await sandbox.error(text, limits: Limits(hostCalls: 30)) == "call limit exceeded: 31 of 30 host calls"
        )
    }

    @Test func theOldestResultIsDroppedFirst() async throws {
        let sandbox = sandbox { $0.maximumResults = 5 }
        let text = """
            process p(n: int) { finish n }
            hs = []
            for i in range(10) { h = start p(n: i)  x = await h?  hs = push(hs, h) }
            finish hs
            """
        let session = Session()
        let handles = try await sandbox.value(text, session)
        // A result is there a moment before its process has gone.
        await ProcessSandbox.until {
            sandbox.runner["process-10"]?.statistics.fuel != 0 && sandbox.runner.processes.count == 5
        }
        #expect(sandbox.runner.processes.map(\.id) == (6...10).map { "process-\($0)" })
        try session.set("hs", to: handles)
        let results = try await sandbox.value("finish [r.ok ? r.value : r.error for r in await hs]", session)
        let unknown = (1...5).map { Value.string("unknown process `process-\($0)`") }
        #expect(results == .list(unknown + [5, 6, 7, 8, 9]))
    }

    @Test func resultsAreDroppedByTheirBytesToo() async throws {
        let sandbox = sandbox { $0.maximumBytes = 1_000_000 }
        // About 300,000 bytes each: three fit.
        let program = try ProcessSandbox.program("process p() { finish [\"0123456789\" for i in range(10000)] }")
        for number in 1...10 {
            let handle = try sandbox.runner.start("p", of: program)
            guard case .value(.list(let list)) = await sandbox.runner.result(of: handle) else { return }
            #expect(list.count == 10_000)
            await ProcessSandbox.until { sandbox.runner["process-\(number)"]?.statistics.fuel != 0 }
        }
        let kept = sandbox.runner.processes.count
        #expect((2...4).contains(kept))
        #expect(sandbox.runner["process-10"] != nil)
        // One that is too large by itself stays until the next.
        let large = try ProcessSandbox.program("process p() { finish range(100000) }")
        _ = await sandbox.runner.result(of: try sandbox.runner.start("p", of: large))
        await ProcessSandbox.until { sandbox.runner.processes.count == 1 }
        #expect(sandbox.runner.processes.map(\.id) == ["process-11"])
    }

    @Test func unreadSignalsAreLimitedByTheirBytes() async throws {
        let sandbox = sandbox { $0.maximumBytes = 1_000_000 }
        let text = """
            process p() { while true { x = wait_signal("read") } }
            h = start p()
            x = ["0123456789" for i in range(10000)]
            for i in range(20) { signal_run(h, "unread", x) }
            """
        let message = try await sandbox.error(text)
        #expect(message.hasPrefix("signal_run failed: signal limit exceeded: 1,"))
        #expect(message.hasSuffix(" of 1,000,000 bytes of unread signals"))
        // What ends gives its room back.
        sandbox.runner.cancelAll()
        await ProcessSandbox.until { sandbox.runner.forget("process-1") }
        #expect(try await sandbox.error(text) == message)
        sandbox.runner.cancelAll()
    }

    @Test func valuesThatShareTheirPartsAreNotUnfolded() async throws {
        let sandbox = sandbox { $0.maximumBytes = 100_000 }
        let text = """
            process p() { s = wait_signal("go")  finish s }
            x = [1]
            for i in range(200) { x = [x, x] }
            h = start p()
            signal_run(h, "go", x)
            r = await h?
            finish len(r)
            """
        #expect(try await sandbox.value(text) == 2)
    }

    @Test func forgettingManyResultsKeepsNothingOfThem() async throws {
        let sandbox = sandbox { $0.maximumResults = 2 }
        let program = try ProcessSandbox.program("process p() { finish 1 }")
        for number in 1...100 {
            _ = await sandbox.runner.result(of: try sandbox.runner.start("p", of: program))
            await ProcessSandbox.until { sandbox.runner.forget("process-\(number)") }
        }
        #expect(sandbox.runner.processes.isEmpty)
        let last = try sandbox.runner.start("p", of: program)
        #expect(await sandbox.runner.result(of: last) == .value(1))
    }
}
