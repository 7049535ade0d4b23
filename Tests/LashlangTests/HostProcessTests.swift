import Lashlang
import Synchronization
import Testing

/// A runner inside a host.
@Suite struct HostProcessTests {
    private final class Log: Sendable {
        private let noted = Mutex<[String]>([])
        var lines: [String] { noted.withLock { $0 } }
        func note(_ line: String) { noted.withLock { $0.append(line) } }
    }

    @Test func theExampleOfTheArticleRuns() async throws {
        let log = Log()
        let clock = ManualClock()
        let (host, runner) = try makeHost(clock: clock) { log.note($0) }
        let program = try Program(watching, environment: host.environment())
        #expect(program.warnings.isEmpty)
        let outcome = try await Session().run(program, host: host)
        #expect(outcome == .finished(["the text of a.org", "the text of b.org"]))
        #expect(log.lines == ["fetch: 17", "fetch: 17"])
        let firing = runner.triggers.fire("timer.Every", key: "{\"minutes\":5}", event: ["number": 1])
        #expect(firing.count == 1)
        await clock.waitForSleepers(1)
        clock.advance(by: .seconds(90))
        #expect(await runner.result(of: firing.started[0]) == .value(nil))
        #expect(log.lines.last == "remind: look again: 1")
    }

    @Test func aHostSharesTheCallsOfARunWithItsProcesses() async throws {
        let (host, _) = try makeHost(clock: ManualClock()) { _ in }
        let text = """
            process p() { while true { x = await web.fetch({url: "a"}) } }
            finish (await start p()).error.message
            """
        let program = try Program(text, environment: host.environment())
        let outcome = try await Session().run(program, host: host, limits: Limits(hostCalls: 20))
        #expect(outcome == .finished("call limit exceeded: 21 of 20 host calls"))
    }

    @Test func cancellingARunOfAHostCancelsItsProcesses() async throws {
        let log = Log()
        let (host, runner) = try makeHost(clock: ManualClock()) { log.note($0) }
        let text = "process p() { yield 1  while true {} }\nx = await start p()"
        let program = try Program(text, environment: host.environment())
        let run = Task { try await Session().run(program, host: host) }
        await ProcessSandbox.until { log.lines.count == 1 }
        run.cancel()
        await #expect(throws: RuntimeError.self) { _ = try await run.value }
        await ProcessSandbox.until { runner.forget("process-1") }
    }

    @Test func aModuleOfThatNameIsInTheWay() throws {
        var host = Host()
        try host.module("triggers", type: "Other")
        let runner = ProcessRunner(host: host, triggerSources: [TriggerSource("a.b")])
        #expect(throws: HostCatalogError.self) { try host.useProcesses(of: runner) }
        #expect(host.processes == nil)
    }
}
