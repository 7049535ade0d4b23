import Lashlang
import Testing

/// Signals between runs.
@Suite struct ProcessSignalTests {
    private let sandbox = ProcessSandbox()

    @Test func theNthWaitGetsTheNthSignalOfItsName() async throws {
        let text = """
            process p() signals { a: int, b: int } {
              x = wait_signal("a")
              y = wait_signal("b")
              z = wait_signal("a")
              finish [x, y, z]
            }
            h = start p()
            signal_run(h, "b", 1)
            signal_run(h, "a", 2)
            signal_run(h, "a", 3)
            finish await h?
            """
        #expect(try await sandbox.value(text) == [2, 1, 3])
    }

    @Test func aWaitThatComesFirstGetsTheSignalToo() async throws {
        let program = try ProcessSandbox.program("process p() { yield 1  finish wait_signal(\"go\") }")
        let handle = try sandbox.runner.start("p", of: program)
        await ProcessSandbox.until { sandbox.events.all.count == 1 }
        // The process waits by now, or is about to: its result is the same.
        for _ in 0..<100 { await Task.yield() }
        try sandbox.runner.signal("process-1", "other", 0)
        try sandbox.runner.signal("process-1", "go", ["n": 1])
        #expect(await sandbox.runner.result(of: handle) == .value(["n": 1]))
    }

    @Test func sendingGivesNull() async throws {
        let text = "process p() { finish 1 }\nx = signal_run(start p(), \"go\", {n: 1})\nfinish x"
        #expect(try await sandbox.value(text) == nil)
    }

    @Test func twoProcessesMeet() async throws {
        let text = """
            process left() {
              other = wait_signal("other")
              signal_run(other, "ping", 1)
              x = wait_signal("pong")
              signal_run(other, "ping", x + 1)
              finish wait_signal("pong")
            }
            process right(other: any) {
              for i in range(2) { signal_run(other, "pong", wait_signal("ping") * 10) }
              finish "done"
            }
            l = start left()
            r = start right(other: l)
            signal_run(l, "other", r)
            finish await [l?, r?]
            """.replacing("await [l?, r?]", with: "[x.value for x in await [l, r]]")
        #expect(try await sandbox.value(text) == [110, "done"])
    }

    @Test func manyProcessesPassATokenRound() async throws {
        let text = """
            process link(next: any) {
              n = wait_signal("token")
              signal_run(next, "token", n + 1)
              finish n
            }
            process last() { finish wait_signal("token") }
            end = start last()
            next = end
            for i in range(100) { next = start link(next: next) }
            signal_run(next, "token", 0)
            finish await end?
            """
        #expect(try await sandbox.value(text) == 100)
    }

    @Test func aSignalForWhoHasEndedIsLost() async throws {
        let text = "process p() { finish 1 }\nh = start p()\nx = await h?\nsignal_run(h, \"go\", 1)\nfinish await h?"
        #expect(try await sandbox.value(text) == 1)
    }

    @Test(arguments: [
        ("1", "signal_run failed: signal_run expects a process handle"),
        ("{__handle__: \"process\", id: \"process-1\"}", "signal_run failed: signal_run expects a process handle"),
        ("[start p()]", "signal_run failed: signal_run expects a process handle"),
        ("other", "signal_run failed: signal_run expects a process handle"),
        ("nameless", "signal_run failed: signal_run process handle is missing `id`"),
        ("unknown", "signal_run failed: unknown process `process-99`"),
    ])
    func whatIsNoHandleIsRefused(target: String, message: String) async throws {
        let session = try ProcessSandbox.sessionWithDoubtfulHandles()
        let program = try ProcessSandbox.program("process p() { finish 1 }\nsignal_run(\(target), \"go\", 1)")
        do throws(RuntimeError) {
            _ = try await session.run(program, host: sandbox.runner)
            Issue.record("\(target) was taken")
        } catch {
            #expect(error.diagnostic.message == message)
            #expect(error.diagnostic.code == "E0501")
        }
    }

    @Test func unreadSignalsAreLimited() async throws {
        var options = ProcessRunner.Options()
        options.maximumSignals = 1_000
        let text = "process p() { x = wait_signal(\"never\") }\nh = start p()\nwhile true { signal_run(h, \"go\", 1) }"
        let message = try await ProcessSandbox(options).error(text)
        #expect(message == "signal_run failed: signal limit exceeded: 1,001 of 1,000 unread signals")
    }

    @Test func readSignalsDoNotCount() async throws {
        var options = ProcessRunner.Options()
        options.maximumSignals = 10
        let text = """
            process echo(to: any) { while true { signal_run(to, "back", wait_signal("there")) } }
            process main() {
              h = start echo(to: wait_signal("me"))
              sum = 0
              for i in range(100) { signal_run(h, "there", i)  sum = sum + wait_signal("back") }
              cancel h
              finish sum
            }
            m = start main()
            signal_run(m, "me", m)
            finish await m?
            """
        #expect(try await ProcessSandbox(options).value(text) == 4950)
    }
}
