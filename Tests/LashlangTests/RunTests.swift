import LashTestSupport
import Lashlang
import Testing

/// Runs that their caller carries from stop to stop, and suspends.
@Suite struct RunTests {
    private static let files: HostCatalog = {
        var catalog = HostCatalog()
        try? catalog.addModule("files", type: "Files")
        try? catalog.addOperation("read", to: "files", input: .any, output: .any, description: "", hostOperation: nil)
        return catalog
    }()

    private let environment = HostEnvironment(abilities: .all, catalog: Self.files)

    private func program(_ text: String) throws -> Program { try Program(text, environment: environment) }

    /// Everything up to the next stop that is no print.
    private func prints(_ run: Run) throws -> (prints: [Value], event: Run.Event) {
        var prints: [Value] = []
        while true {
            let event = try run.resume()
            guard case .printed(let value) = event else { return (prints, event) }
            prints.append(value)
        }
    }

    @Test func aRunComesBackWhereverItsProgramNeedsSomething() throws {
        let session = Session()
        let run = session.start(try program("print 1\nx = await files.read(\"a\")?\nsleep for 5\nfinish [x]"))
        #expect(try run.resume() == .printed(1))
        let call = OperationCall(receiver: Resource(type: "Files", alias: "files"), name: "read", arguments: ["a"])
        #expect(try run.resume() == .asked([.operation(call)]))
        // Without an answer it asks again.
        #expect(try run.resume() == .asked([.operation(call)]))
        run.answer(.value("text"))
        #expect(try run.resume() == .requested(.sleepFor(5)))
        run.answer(.value(.null))
        #expect(try run.resume() == .ended(.finished(["text"])))
        #expect(try run.resume() == .ended(.finished(["text"])))
        #expect(session["x"] == "text")
        #expect(session.statistics.hostCalls == 2)
    }

    @Test func aRunPausesForOthers() throws {
        let run = Session().start(try program("n = 0\nwhile n < 100 { n = n + 1 }\nfinish n"))
        run.pauseInterval = 50
        var pauses = 0
        while true {
            switch try run.resume() {
            case .paused: pauses += 1
            case let event:
                #expect(event == .ended(.finished(100)))
                #expect(pauses >= 3)
                return
            }
        }
    }

    @Test func aSuspendedRunGoesOnElsewhere() throws {
        let text = """
            out = []
            for x in [1, 2, 3] {
              print x
              out = push(out, {n: x, all: out})
            }
            finish out
            """
        let session = Session()
        try session.set("other", to: ["kept"])
        let run = session.start(try program(text))
        #expect(try run.resume() == .printed(1))
        #expect(try run.resume() == .printed(2))
        let copy = try Run(snapshot: run.snapshot(), environment: environment)
        let rest = try prints(copy)
        #expect(rest.prints == [3])
        // What was suspended goes on too, and does the same.
        let own = try prints(run)
        #expect(own.prints == [3])
        #expect(own.event == rest.event)
        #expect(copy.session.variables == session.variables)
        #expect(copy.session["other"] == ["kept"])
        #expect(copy.statistics.fuel == run.statistics.fuel)
        #expect(try copy.session.snapshot() == session.snapshot())
        #expect(session.strayObjects == 0)
        #expect(copy.session.strayObjects == 0)
    }

    @Test func theExampleOfTheArticleRuns() throws {
        var shown: [Value] = []
        let program = try program("print 1\nx = files.read(\"a\")?\ny = files.read(x)?\nfinish [x, y]")
        guard let bytes = try suspend(program, in: Session(), show: { shown.append($0) }) else {
            Issue.record("the program came to its end")
            return
        }
        #expect(shown == [1])
        let outcome = try resume(bytes, environment: environment) { call in
            if case .operation(let operation) = call { .value(.list(operation.arguments)) } else { .value(.null) }
        }
        #expect(outcome == .finished([["a"], [["a"]]]))
    }

    @Test func resumptionsOfOneSnapshotDoNotSeeEachOther() throws {
        let run = Session().start(
            try program("xs = [[1], [2]]\nys = xs\nprint xs\nx = await files.read(1)?\nxs[0] = x\nfinish [xs, ys]")
        )
        _ = try prints(run)
        let bytes = try run.snapshot()
        let copies = try (0..<3).map { _ in try Run(snapshot: bytes, environment: environment) }
        for (number, copy) in copies.enumerated() {
            copy.answer(.value(.number(Double(number))))
            let expected: Value = [[.number(Double(number)), [2]], [[1], [2]]]
            #expect(try prints(copy).event == .ended(.finished(expected)))
        }
        run.answer(.value("own"))
        #expect(try prints(run).event == .ended(.finished([["own", [2]], [[1], [2]]])))
        #expect(try Run(snapshot: bytes, environment: environment).snapshot() == bytes)
    }

    @Test func callsThatHaveTheirAnswerAreNotAskedAgain() throws {
        let text = "r = await [files.read(1), files.read(2)?, files.read(3)]\nfinish r"
        let run = Session().start(try program(text))
        guard case .asked(let calls) = try run.resume() else {
            Issue.record("no calls")
            return
        }
        #expect(calls.count == 3)
        run.answer(.value(["second"]), at: 1)
        run.answer(.failure(CallFailure(class: "io", code: "gone", message: "it is gone")), at: 2)
        let copy = try Run(snapshot: run.snapshot(), environment: environment)
        #expect(copy.unansweredCalls.map(\.position) == [0])
        #expect(try copy.resume() == .asked(calls))
        #expect(try copy.snapshot() == run.snapshot())
        for run in [run, copy] {
            run.answer(.failure(CallFailure("no")), at: 0)
            guard case .ended(.finished(.list(let results))) = try run.resume() else {
                Issue.record("did not finish")
                return
            }
            #expect(results[0] == ["ok": false, "error": "no"])
            #expect(results[1] == ["second"])
            #expect(results[2].literal.contains("gone"))
        }
        #expect(copy.statistics.hostCalls == 3)
        #expect(copy.session.variables == run.session.variables)
    }

    @Test func bindingsComeAlong() throws {
        var bindings = ProjectedBindings()
        try bindings.bind("given", ["a": ["a text of more than fourteen bytes", [1]], "n": 1])
        let environment = HostEnvironment(readOnlyNames: ["given"])
        let run = Session().start(
            try Program("x = given.a\nprint x\nx[1] = 2\nfinish [x, given.a, given.n]", environment: environment),
            bindings: bindings
        )
        _ = try run.resume()
        let bytes = try run.snapshot()
        let copy = try Run(snapshot: bytes)
        #expect(try copy.snapshot() == bytes)
        let text: Value = "a text of more than fourteen bytes"
        #expect(try prints(copy).event == .ended(.finished([[text, 2], [text, [1]], 1])))
        #expect(copy.session.variables == ["x": [text, 2]])
        #expect(copy.session.strayObjects == 0)
    }

    @Test func aSessionShowsWhatItsRunHas() throws {
        let session = Session()
        try session.set("i", to: "outer")
        try session.set("x", to: 1)
        let run = session.start(try program("x = 2\nnew = 3\nfor i in [1, 2] { print [i, x] }"))
        #expect(try run.resume() == .printed([1, 2]))
        let expected: Record = ["i": "outer", "x": 2, "new": 3]
        #expect(session.variables == expected)
        #expect(session["i"] == "outer")
        #expect(try Session(snapshot: session.snapshot()).variables == expected)
        #expect(try Run(snapshot: run.snapshot(), environment: environment).session.variables == expected)
        run.close()
        #expect(session.variables == expected)
        #expect(session.strayObjects == 0)
    }

    @Test func aSessionHasOneRunAtATime() throws {
        let session = Session()
        let first = session.start(try program("x = 1\nprint x\nx = 2"))
        _ = try first.resume()
        let second = session.start(try program("finish x"))
        #expect(try second.resume() == .ended(.finished(1)))
        do {
            _ = try first.resume()
            Issue.record("the first run went on")
        } catch {
            #expect(error.diagnostic.code == "E0404")
        }
        #expect(session.variables == ["x": 1])
        #expect(throws: SnapshotError(message: "the run is over")) { try first.snapshot() }
    }

    @Test func aRunThatIsDroppedGivesItsVariablesBack() throws {
        let session = Session()
        do {
            let run = session.start(try program("x = [1]\nprint 1\nx = 2"))
            _ = try run.resume()
        }
        #expect(session.variables == ["x": [1]])
        #expect(session.strayObjects == 0)
    }

    @Test func aRunThatIsOverCannotBeSuspended() throws {
        let run = Session().start(try program("finish 1"))
        #expect(try run.resume() == .ended(.finished(1)))
        #expect(throws: SnapshotError(message: "the run is over")) { try run.snapshot() }
        let other = Session().start(try program("print 1"))
        let bytes = try other.snapshot()
        #expect(try Run(snapshot: bytes).resume() == .printed(1))
    }

    @Test func whatWasUsedBeforeCounts() throws {
        let run = Session().start(try program("n = 0\nwhile n < 1000 { n = n + 1 }\nprint n\nwhile true { n = n + 1 }"))
        _ = try run.resume()
        let used = run.statistics.fuel
        let copy = try Run(snapshot: run.snapshot(), limits: Limits(fuel: used + 10))
        do {
            _ = try copy.resume()
            Issue.record("the limit was not met")
        } catch {
            #expect(error.diagnostic.code == "E0401")
        }
        #expect(copy.statistics.fuel < used + 20)
        #expect(copy.session["n"] != nil)
    }

    @Test func aSnapshotThatNeedsTooMuchMemoryIsRefused() throws {
        let run = Session().start(try program("xs = range(10000)\nprint 1"))
        _ = try run.resume()
        let bytes = try run.snapshot()
        #expect(throws: SnapshotError(message: "the snapshot needs more than the memory limit of 100,000 bytes")) {
            try Run(snapshot: bytes, limits: Limits(memory: 100_000))
        }
        #expect(throws: Never.self) { try Run(snapshot: bytes, limits: Limits(memory: 300_000)) }
    }

    @Test func onlyTheSameProgramGoesOn() throws {
        let text = "print 1\nfinish 2"
        let run = Session().start(try program(text))
        _ = try run.resume()
        let bytes = try run.snapshot(includingSource: false)
        #expect(bytes.count < (try run.snapshot()).count)
        #expect(try Run(snapshot: bytes, program: program(text)).resume() == .ended(.finished(2)))
        #expect(throws: SnapshotError(message: "the snapshot does not contain its program")) {
            try Run(snapshot: bytes)
        }
        for other in ["print 1\nfinish 3", "print 1\nfinish 2 ", "print 1"] {
            #expect(throws: SnapshotError.self) { try Run(snapshot: bytes, program: program(other)) }
        }
        let plain = try Program(SourceText(text), optimization: .none)
        #expect(throws: SnapshotError.self) { try Run(snapshot: bytes, program: plain) }
    }

    @Test func aHostThatMeansSomethingElseIsRefused() throws {
        let run = Session().start(try program("print 1\nx = files.read(1)"))
        _ = try run.resume()
        let bytes = try run.snapshot()
        do {
            _ = try Run(snapshot: bytes)
            Issue.record("a host without files resumed the run")
        } catch {
            #expect(error.message.hasPrefix("this host refuses the program of the snapshot: "))
        }
        var catalog = HostCatalog()
        try catalog.addModule("files", type: "OtherFiles")
        try catalog.addOperation("read", to: "files", input: .any, output: .any, description: "", hostOperation: nil)
        #expect(throws: SnapshotError.self) { try Run(snapshot: bytes, environment: HostEnvironment(catalog: catalog)) }
        #expect(throws: SnapshotError(message: "a snapshot of a suspended run, not of variables")) {
            try Session(snapshot: bytes)
        }
        #expect(throws: SnapshotError(message: "a snapshot of variables, not of a suspended run")) {
            try Run(snapshot: Session().snapshot())
        }
    }

    @Test func bytecodeOfAnotherVersionIsRefused() throws {
        var bytes = try Session().start(try program("print 1")).snapshot()
        bytes[10] = 9
        let message = "a suspended run of bytecode 9; this version of lashlang runs bytecode 4"
        #expect(throws: SnapshotError(message: message)) { try Run(snapshot: bytes) }
        // The page about the format names the same one.
        #expect(try ProjectFiles.text("Sources/Lashlang/Lashlang.docc/Snapshots.md").contains("number bytecode = 4 "))
    }

    @Test func aResumedRunIsFinishedByAHost() async throws {
        struct Echo: EffectHandler {
            func answer(_ call: HostCall) async -> CallResult {
                if case .operation(let operation) = call { return .value(operation.arguments[0]) }
                return .failure(CallFailure("unknown"))
            }
            func answer(_ request: HostRequest, of program: Program) async -> CallResult { .value(.null) }
        }
        let run = Session().start(try program("r = await [files.read(1)?, files.read(2)?]\nprint r\nfinish r"))
        _ = try run.resume()
        run.answer(.value("known"), at: 0)
        let copy = try Run(snapshot: run.snapshot(), environment: environment)
        var prints: [Value] = []
        let outcome = try await copy.finish(host: Echo()) { prints.append($0) }
        #expect(outcome == .finished(["known", 2]))
        #expect(prints == [["known", 2]])
        #expect(copy.session["r"] == ["known", 2])
    }
}
