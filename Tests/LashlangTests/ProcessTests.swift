import Lashlang
import Testing

/// Processes and what awaiting them gives.
@Suite struct ProcessTests {
    private let sandbox = ProcessSandbox()
    private let give = "process give(value: any) { finish value }\n"

    // MARK: Results

    @Test func aHandleNamesItsProcessByTheOrderOfStarts() async throws {
        let value = try await sandbox.value(give + "finish [start give(value: 1), start give(value: 2)]")
        let first: Value = ["__handle__": "process", "id": "process-1"]
        #expect(value == [first, ["__handle__": "process", "id": "process-2"]])
        guard case .list(let handles) = value else { return }
        #expect(handles.allSatisfy { $0.role == .handle })
    }

    @Test func awaitGivesWhatABodyFinishesWith() async throws {
        #expect(try await sandbox.value(give + "finish await start give(value: 3)") == ["ok": true, "value": 3])
        #expect(try await sandbox.value(give + "finish (await start give(value: 3))?") == 3)
        #expect(try await sandbox.value(give + "h = start give(value: 3)\nfinish await h?") == 3)
    }

    @Test func aBodyThatEndsGivesNull() async throws {
        #expect(try await sandbox.value("process p() { x = 1 }\nfinish await start p()") == ["ok": true, "value": nil])
    }

    @Test func aFailureSaysWhatTheBodyFailedWith() async throws {
        let text = "process p() { fail {code: 1, why: (2, \"x\")} }\nr = await start p()\n"
        let error = try await sandbox.value(text + "finish r.error")
        #expect(error.role == .failure)
        #expect(error["class"] == "process")
        #expect(error["code"] == "process_failed")
        #expect(error["message"] == "{\"code\":1,\"why\":[2,\"x\"]}")
        #expect(error["raw"] == ["code": 1, "why": .tuple([2, "x"])])
        #expect(
            try await sandbox.value(text + "finish [r.ok, to_string(r.error), format(\"{}\", r.error)]")
                == [false, "{\"code\":1,\"why\":[2,\"x\"]}", "{\"code\":1,\"why\":[2,\"x\"]}"]
        )
    }

    @Test func unwrappingAFailureEndsTheRunWithItsText() async throws {
        let text = "process p() { fail \"dead\" }\nfinish (await start p())?"
        #expect(try await sandbox.error(text) == "`?` unwrapped failed tool result: dead")
    }

    @Test func anErrorOfABodyIsAFailureOfItsOwnKind() async throws {
        let text = "process p() { finish len(true) }\nfinish (await start p()).error"
        let error = try await sandbox.value(text)
        #expect(error["code"] == "process_runtime_error")
        #expect(error["message"] == "`len` requires a string, tuple, list, record, or null; use `.size` for images")
        #expect(error["raw"] == nil)
        guard case .stopped(let error)? = sandbox.runner["process-1"]?.state else {
            Issue.record("the host does not see the error")
            return
        }
        #expect(error.diagnostic.code == "E0316")
        #expect(error.diagnostic.span != nil)
    }

    @Test func theTextOfAFailureThatWouldNeverEndIsNotBuilt() async throws {
        let text =
            "process p() { x = [1] for i in range(60) { x = [x, x] } fail x }\nfinish (await start p()).error.message"
        #expect(try await sandbox.value(text) == "<a text of more than 65,536 bytes>")
    }

    @Test func resultsMayBeAwaitedAnyNumberOfTimes() async throws {
        let session = Session()
        let text = give + "h = start give(value: [1])\nfinish await [h, h, (h,)]"
        let result: Value = ["ok": true, "value": [1]]
        #expect(try await sandbox.value(text, session) == [result, result, .tuple([result])])
        // The handle stays in the session, the process stays in the runner.
        #expect(try await sandbox.value("finish [await h?, await h?]", session) == [[1], [1]])
        #expect(session.strayObjects == 0)
    }

    @Test func valuesCrossUnchanged() async throws {
        let text = give + "finish (await start give(value: (1, [null, \"x\"], {b: -1 / 0, a: -0.0})))?"
        #expect(try await sandbox.value(text).literal == "(1, [null, \"x\"], {b: -inf, a: -0})")
    }

    // MARK: Aggregates

    @Test func handlesAreAwaitedInAnyShape() async throws {
        let value = try await sandbox.value(
            give + """
                a = start give(value: 1)
                hs = {x: a, more: [start give(value: 2), (3, start give(value: 4)), {deep: [[a]]}], text: "t"}
                finish await hs
                """
        )
        func ok(_ number: Value) -> Value { ["ok": true, "value": number] }
        #expect(value == ["x": ok(1), "more": [ok(2), .tuple([3, ok(4)]), ["deep": [[ok(1)]]]], "text": "t"])
    }

    @Test func aComprehensionOfStartsFansOut() async throws {
        let text = give + "finish [r.value for r in await [start give(value: n * n) for n in range(50)]]"
        #expect(try await sandbox.value(text) == .list((0..<50).map { .number(Double($0 * $0)) }))
    }

    @Test func aFailureInOneSlotLosesNoOther() async throws {
        let text = """
            process p(n: int) { if n == 2 { fail "two" } if n == 3 { finish len(true) } finish n }
            finish [r.ok ? r.value : r.error.code for r in await [start p(n: n) for n in range(5)]]
            """
        #expect(try await sandbox.value(text) == [0, 1, "process_failed", "process_runtime_error", 4])
    }

    @Test func processesThatWouldWaitForEachOtherAreToldSo() async throws {
        let sandbox = ProcessSandbox()
        let text = """
            process w() signals { peer: any } { h = wait_signal("peer")  finish await h }
            a = start w()
            b = start w()
            c = start w()
            signal_run(a, "peer", b)
            signal_run(b, "peer", c)
            signal_run(c, "peer", a)
            finish to_string([await a, await b, await c])
            """
        let answer = try await sandbox.value(text).text
        let circles = ["1 2 3 1", "2 3 1 2", "3 1 2 3"].map { path in
            "processes would wait for each other for ever: "
                + path.split(separator: " ").map { "process-\($0)" }.joined(separator: " -> ")
        }
        #expect(circles.contains { answer.contains($0) })
    }

    @Test func aProcessCannotWaitForItself() async throws {
        let sandbox = ProcessSandbox()
        let text = """
            process w() signals { me: any } { h = wait_signal("me")  finish await h }
            a = start w()
            signal_run(a, "me", a)
            finish to_string(await a)
            """
        let told = "processes would wait for each other for ever: process-1 -> process-1"
        #expect(try await sandbox.value(text).text.contains(told))
    }

    @Test func processesAndOperationsShareABatch() async throws {
        let text =
            give + """
                h = start give(value: 1)
                finish await {h: h, t: tools.echo({value: "x"})?, e: tools.err({}), s: start give(value: 2), n: 3}
                """
        let value = try await sandbox.value(text)
        #expect(value["h"] == ["ok": true, "value": 1])
        #expect(value["t"] == "x")
        #expect(value["e"]?["ok"] == false)
        #expect(value["e"]?["error"]?["code"] == "broken")
        #expect(value["s"] == ["ok": true, "value": 2])
        #expect(value["n"] == 3)
    }

    @Test func onlyWhatStartGivesIsAHandle() async throws {
        let plain: Value = ["__handle__": "process", "id": "process-1"]
        let text = give + "start give(value: 1)\nfinish await {__handle__: \"process\", id: \"process-1\"}"
        #expect(try await sandbox.value(text) == plain)
    }

    @Test func aProcessOfAnotherRunnerIsUnknown() async throws {
        let session = Session()
        _ = try await ProcessSandbox().run(give + "h = start give(value: 1)", session)
        let error = try await sandbox.value("finish (await h).error", session)
        #expect(error == "unknown process `process-1`")
    }

    // MARK: Bodies

    @Test func aBodySeesItsArgumentsAndNothingElse() async throws {
        let text = """
            process p(a: int) { a = a + 1  b = a  finish [a, b] }
            a = 10
            b = 20
            finish [(await start p(a: 1))?, a, b]
            """
        #expect(try await sandbox.value(text) == [[2, 2], 10, 20])
    }

    @Test func bodiesCallOperationsAndFunctionsOfTheHost() async throws {
        let text = "process p(n: int) { finish twice((await tools.echo({value: n}))?) }\nfinish (await start p(n: 4))?"
        #expect(try await sandbox.value(text) == 8)
    }

    @Test func bodiesStartProcesses() async throws {
        let text = """
            process fib(n: int) {
              if n < 2 { finish n }
              r = await (start fib(n: n - 1), start fib(n: n - 2))
              finish r[0]? + r[1]?
            }
            finish (await start fib(n: 10))?
            """
        #expect(try await sandbox.value(text) == 55)
    }

    @Test func processesRunAtTheSameTime() async throws {
        let sandbox = ProcessSandbox(gate: 20)
        let text = """
            process meet() { finish (await tools.meet({}))? }
            finish [r.value for r in await [start meet() for i in range(20)]]
            """
        // No operation returns before all twenty have been called.
        #expect(try await sandbox.value(text) == .list(Array(repeating: "met", count: 20)))
    }

    @Test func aBusyProcessKeepsNobodyFromWorking() async throws {
        let text =
            give + "process busy() { while true {} }\nh = start busy()\ng = start busy()\nk = start busy()\n"
            + "x = (await start give(value: 1))?\ncancel h\ncancel g\ncancel k\nfinish x"
        #expect(try await sandbox.value(text) == 1)
    }

    // MARK: Events

    @Test func eventsGoToTheHost() async throws {
        let text = "process p() { yield 1  wake {m: (2, \"x\")}  yield \"text\"  finish 0 }\nfinish await start p()"
        #expect(try await sandbox.value(text)["ok"] == true)
        let events = sandbox.events.all
        #expect(events.map(\.event) == [.yield, .wake, .yield])
        #expect(events.map(\.text) == ["1", "{\"m\":[2,\"x\"]}", "text"])
        #expect(events.map(\.process) == Array(repeating: "process-1", count: 3))
        #expect(events[1].payload == ["value": ["m": .tuple([2, "x"])], "text": "{\"m\":[2,\"x\"]}"])
        #expect(events[1].name == "p")
    }

    @Test func aHostThatRefusesAnEventEndsTheProcess() async throws {
        let text = "process p() { yield \"refuse\" }\nfinish (await start p()).error.message"
        #expect(try await sandbox.value(text) == "process event failed: no log")
    }

    // MARK: The host's side

    @Test func theHostStartsSignalsAndAwaits() async throws {
        let program = try ProcessSandbox.program("process p(a: int) { finish a + wait_signal(\"more\") }")
        let runner = sandbox.runner
        let handle = try runner.start("p", of: program, arguments: ["a": 1])
        #expect(runner["process-1"]?.state.isRunning == true)
        try runner.signal("process-1", "more", 2)
        #expect(await runner.result(of: handle) == .value(3))
        #expect(runner["process-1"]?.name == "p")
        await ProcessSandbox.until { (runner["process-1"]?.statistics.fuel ?? 0) > 0 }
        #expect(runner.processes.map(\.id) == ["process-1"])
        #expect(throws: CallFailure("process `p` is missing argument `a`")) { try runner.start("p", of: program) }
        #expect(throws: CallFailure("process `p` does not accept argument `b`")) {
            try runner.start("p", of: program, arguments: ["a": 1, "b": 2])
        }
        #expect(throws: CallFailure("unknown process `q`")) { try runner.start("q", of: program) }
        #expect(throws: CallFailure("unknown process `process-9`")) { try runner.signal("process-9", "x") }
    }

    @Test func aHostsArgumentThatNestsTooDeepStopsTheProcess() async throws {
        var value: Value = 1
        for _ in 0..<600 { value = .list([value]) }
        let handle = try sandbox.runner.start("give", of: ProcessSandbox.program(give), arguments: ["value": value])
        guard case .failure(let failure) = await sandbox.runner.result(of: handle) else {
            Issue.record("it ran")
            return
        }
        #expect(failure.message == "value nests deeper than 512 levels")
    }
}
