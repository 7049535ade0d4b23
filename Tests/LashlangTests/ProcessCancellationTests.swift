import Lashlang
import Synchronization
import Testing

/// Processes that are ended from outside.
@Suite struct ProcessCancellationTests {
    private let sandbox = ProcessSandbox()

    @Test(arguments: [
        "while true {}", "x = wait_signal(\"never\")", "sleep for \"1000h\"", "x = await tools.stuck({})",
    ])
    func cancelTakesEffectAtOnce(body: String) async throws {
        let text = "process p() { \(body) }\nh = start p()\ncancel h\nfinish (await h).error"
        let error = try await sandbox.value(text)
        #expect(error["message"] == "lashlang process was cancelled")
        #expect(error["class"] == "process")
        #expect(error["code"] == "process_cancelled")
        sandbox.operations.free()
        // The task ends too, and not only what is seen of it.
        await ProcessSandbox.until { sandbox.runner.forget("process-1") }
        #expect(sandbox.runner.processes.isEmpty)
        #expect(sandbox.clock.sleepers == 0)
    }

    @Test func whoAwaitsACancelledProcessGoesOn() async throws {
        let text = """
            process never() { x = wait_signal("never") }
            process waits(h: any) { finish (await h).error.message }
            h = start never()
            w = [start waits(h: h) for i in range(10)]
            cancel h
            finish [r.value for r in await w]
            """
        let value = try await sandbox.value(text)
        #expect(value == .list(Array(repeating: "lashlang process was cancelled", count: 10)))
    }

    @Test func cancellingWhoHasEndedChangesNothing() async throws {
        let text = "process p() { finish 1 }\nh = start p()\nx = await h?\ncancel h\ncancel h\nfinish await h?"
        #expect(try await sandbox.value(text) == 1)
    }

    @Test func processesOfACancelledProcessGoOn() async throws {
        let text = """
            process child() { finish wait_signal("go") }
            process parent(to: any) { signal_run(to, "child", start child())  x = wait_signal("never") }
            process keeper() { finish wait_signal("child") }
            k = start keeper()
            p = start parent(to: k)
            child = await k?
            cancel p
            signal_run(child, "go", 7)
            finish await child?
            """
        // The result of the keeper is a handle, which is awaited by itself.
        #expect(try await sandbox.value(text) == 7)
    }

    @Test(arguments: [
        ("5", "cancel failed: Invalid process handle: missing `__handle__`"),
        ("{id: 1}", "cancel failed: Invalid process handle: missing `__handle__`"),
        ("[start p()]", "cancel failed: Invalid process handle: missing `__handle__`"),
        ("{__handle__: \"process\", id: \"process-1\"}", "cancel failed: Invalid process handle: missing `__handle__`"),
        ("other", "cancel failed: Invalid process handle kind: tool"),
        ("nameless", "cancel failed: Invalid process handle: missing `id`"),
        ("unknown", "cancel failed: unknown process `process-99`"),
    ])
    func whatIsNoHandleIsRefused(target: String, message: String) async throws {
        let session = try ProcessSandbox.sessionWithDoubtfulHandles()
        let program = try ProcessSandbox.program("process p() { finish 1 }\ncancel \(target)")
        do throws(RuntimeError) {
            _ = try await session.run(program, host: sandbox.runner)
            Issue.record("\(target) was taken")
        } catch {
            #expect(error.diagnostic.message == message)
        }
        if ["other", "nameless", "unknown"].contains(target) {
            // Awaiting says the same, as a failure.
            let program = try ProcessSandbox.program("finish (await \(target)).error")
            let outcome = try await session.run(program, host: sandbox.runner)
            #expect(outcome == .finished(.string(String(message.dropFirst("cancel failed: ".count)))))
        }
    }

    @Test func theHostCancels() async throws {
        let program = try ProcessSandbox.program("process p() { while true {} }")
        let first = try sandbox.runner.start("p", of: program)
        let second = try sandbox.runner.start("p", of: program)
        #expect(sandbox.runner.cancel("process-1"))
        #expect(!sandbox.runner.cancel("process-1"))
        #expect(!sandbox.runner.cancel("process-9"))
        guard case .failure(let failure) = await sandbox.runner.result(of: first) else { return }
        #expect(failure.message == "lashlang process was cancelled")
        #expect(sandbox.runner["process-2"]?.state.isRunning == true)
        sandbox.runner.cancelAll()
        guard case .failure = await sandbox.runner.result(of: second) else { return }
        #expect(sandbox.runner.processes.allSatisfy { !$0.state.isRunning })
    }

    // MARK: The run in front

    private static let tree = """
        process busy() { while true {} }
        process parent() { h = start busy()  yield "started"  x = await h }
        h = start parent()
        x = await h
        """

    @Test func cancellingARunCancelsAllThatItStarted() async throws {
        let sandbox = sandbox
        let run = Task { try await sandbox.error(Self.tree) }
        await ProcessSandbox.until { sandbox.events.all.count == 1 }
        run.cancel()
        #expect(try await run.value == "the run was cancelled")
        #expect(sandbox.runner.processes.count == 2)
        await ProcessSandbox.until { sandbox.runner.forget("process-1") }
        await ProcessSandbox.until { sandbox.runner.forget("process-2") }
    }

    @Test func processesOfOtherRunsStay() async throws {
        let sandbox = sandbox
        let session = Session()
        _ = try await sandbox.run("process p() { finish wait_signal(\"go\") }\nh = start p()", session)
        let run = Task { try await sandbox.error(Self.tree) }
        await ProcessSandbox.until { sandbox.events.all.count == 1 }
        run.cancel()
        _ = try await run.value
        #expect(sandbox.runner["process-1"]?.state.isRunning == true)
        #expect(try await sandbox.value("signal_run(h, \"go\", 1)\nfinish await h?", session) == 1)
    }

    @Test func aRunnerCanKeepProcessesOfACancelledRun() async throws {
        var options = ProcessRunner.Options()
        options.cancelsWithRun = false
        let sandbox = ProcessSandbox(options)
        let text = "process p() { yield 1  finish wait_signal(\"go\") }\nh = start p()\nx = await h"
        let run = Task { try await sandbox.error(text) }
        await ProcessSandbox.until { sandbox.events.all.count == 1 }
        run.cancel()
        #expect(try await run.value == "the run was cancelled")
        try sandbox.runner.signal("process-1", "go", 5)
        #expect(await sandbox.runner.result(of: .handle("process", id: "process-1")) == .value(5))
    }

    @Test func aRunThatWaitsIsCancelledWhateverItWaitsFor() async throws {
        let sandbox = sandbox
        for text in ["sleep for \"1h\"", "process p() { x = wait_signal(\"go\") }\nx = await start p()"] {
            let run = Task { try await sandbox.error(text) }
            for _ in 0..<50 { await Task.yield() }
            run.cancel()
            #expect(try await run.value == "the run was cancelled")
        }
        await ProcessSandbox.until { sandbox.clock.sleepers == 0 }
    }

    // MARK: The runner goes

    @Test func droppingARunnerCancelsAndReleasesEverything() async throws {
        final class Observer: Sendable {
            let notices = Mutex(0)
        }
        weak var observed: Observer?
        do {
            let observer = Observer()
            observed = observer
            let runner = ProcessRunner(clock: ManualClock(), onEvent: { _ in observer.notices.withLock { $0 += 1 } })
            let text = """
                process busy() { yield 1  while true {} }
                process waits() { yield 1  x = wait_signal("never") }
                process sleeps() { yield 1  sleep for "1h" }
                process awaits() { yield 1  x = await start waits() }
                for i in range(3) { start busy()  start waits()  start sleeps()  start awaits() }
                """
            _ = try await Session().run(ProcessSandbox.program(text), host: runner)
            await ProcessSandbox.until { observer.notices.withLock { $0 } == 15 }
        }
        // The tasks hold the observer until they have ended.
        await ProcessSandbox.until { observed == nil }
    }
}
