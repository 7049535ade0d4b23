import Lashlang
import Synchronization
import Testing

@Suite struct SessionTests {
    private func run(_ text: String, _ session: Session, _ limits: Limits = Limits()) throws -> Outcome {
        try session.run(Program(text), limits: limits)
    }

    @Test func variablesStayFromRunToRun() throws {
        let session = Session()
        #expect(try run("x = [1]\ny = {a: x}", session) == .completed)
        #expect(try run("x = push(x, 2)\nfinish [x, y.a]", session) == .finished([[1, 2], [1]]))
        #expect(session.variables == ["x": [1, 2], "y": ["a": [1]]])
        #expect(session.strayObjects == 0)
    }

    @Test(arguments: [2, 8, 9, 30])
    func sessionsOfOneProgramHaveNamesOfTheirOwn(count: Int) throws {
        let program = try Program((0..<count).map { "v\($0) = [\($0)]\n" }.joined())
        let (first, second) = (Session(), Session())
        for session in [first, second] { _ = try session.run(program) }
        let names = (0..<count).map { "v\($0)" }
        #expect(try run("more = v1\nfinish len(more)", first) == .finished(1))
        _ = try first.run(program)
        #expect(first.variableNames == names + ["more"] && second.variableNames == names)
        #expect(first["v1"] == [1] && first["more"] == [1] && second["v1"] == [1] && second["more"] == nil)
        #expect(try Session(snapshot: first.snapshot()).variables == first.variables)
        #expect(first.strayObjects == 0 && second.strayObjects == 0)
    }

    @Test func aVariableThatHasNoValueYetComesLater() throws {
        let session = Session()
        _ = try run("if false { a = 1 }\nb = 2", session)
        #expect(session.variableNames == ["b"])
        _ = try run("a = 1", session)
        #expect(session.variableNames == ["b", "a"])
    }

    @Test func keysThatOnlyLookAlikeAreDifferent() throws {
        // One character, and a letter with an accent behind it.
        let text = "r = {\"\u{E9}\": 1, \"e\u{301}\": 2}\nfinish [len(r), r[\"\u{E9}\"], r[\"e\u{301}\"], r.z]"
        #expect(try run(text, Session()) == .finished([2, 1, 2, nil]))
    }

    @Test func aFailingRunKeepsWhatWasAssignedBefore() throws {
        let session = Session()
        #expect(throws: RuntimeError.self) { try run("x = 1\nx = [x, nope]\ny = 2", session) }
        #expect(session.variables == ["x": 1])
    }

    @Test(arguments: ["[x]", "(x,)", "{a: x}", "push([], x)"])
    func aValueThatWouldNestTooDeepLeavesItsTargetAsItWas(inner: String) throws {
        let session = Session()
        #expect(throws: RuntimeError.self) { try run("x = 1\nfor i in range(600) { x = \(inner) }", session) }
        #expect(try run("finish 1", Session(snapshot: session.snapshot())) == .finished(1))
        #expect(try Session(snapshot: session.snapshot()).variables == session.variables)
        #expect(session.strayObjects == 0)
    }

    @Test(arguments: ["x[0] = x[0] + [d]", "r.a = r.a + [d]", "r.a = push(r.a, d)", "x[0] = [d]", "r.a = [d]"])
    func anUpdateInPlaceThatWouldNestTooDeepChangesNothing(update: String) throws {
        let session = Session()
        _ = try run("d = [1]\nfor i in range(510) { d = [d] }\nx = [[0]]\nr = {a: [0]}", session)
        let before = session.variables
        do {
            _ = try run(update, session)
            Issue.record("\(update) ran")
        } catch let error as RuntimeError {
            #expect(error.diagnostic.code == "E0340")
        }
        #expect(session.variables == before)
        #expect(try Session(snapshot: session.snapshot()).variables == before)
        #expect(session.strayObjects == 0)
    }

    @Test(arguments: ["n", "to_string(n)"])
    func aKeyThatNoLongerFitsReleasesItsValueOnce(key: String) throws {
        let session = Session()
        let text = "r = {}\nn = 0\nwhile true { r[\(key)] = \"a text of more than fourteen bytes \" + n\nn = n + 1 }"
        for memory in [1_000_000, 2_000_000, 3_000_000] {
            #expect(throws: RuntimeError.self) { try run(text, session, Limits(memory: memory)) }
            #expect(session.strayObjects == 0)
        }
    }

    @Test func loopVariablesAreGivenBackHoweverALoopEnds() throws {
        let session = Session()
        try session.set("i", to: "outer")
        for text in [
            "for i in [1, 2] { z = i }", "for i in [[1]] { finish i }", "for i in [1] { for i in [2] { q = nope } }",
            "ys = [i for i in [1, 2]]", "for i in [1, 2, 3] { if i == 2 { break } }",
        ] {
            _ = try? run(text, session)
            #expect(session["i"] == "outer", "after \(text)")
        }
        #expect(session.strayObjects == 0)
    }

    @Test(arguments: [
        "for i in range(1000000) {}", "for i in [1, 2, 3] { for i in range(1000000) {} }",
        "ys = [i for i in range(1000000)]",
    ])
    func loopVariablesAreGivenBackWhereverALimitIsMet(text: String) throws {
        for fuel in 20..<40 {
            let session = Session()
            try session.set("i", to: "outer")
            #expect(throws: RuntimeError.self) { try run(text, session, Limits(fuel: fuel)) }
            #expect(session["i"] == "outer", "with \(fuel) units of fuel")
        }
    }

    @Test func valuesThatAHostSetsAreRead() throws {
        let session = Session()
        try session.set("board", to: ["cells": ["x", nil], "turn": "o"])
        #expect(try run("board.cells[1] = board.turn\nfinish board.cells", session) == .finished(["x", "o"]))
        try session.set("board", to: nil)
        #expect(session["board"] == nil)
    }

    @Test func aValueThatNestsTooDeepIsNotTaken() {
        var value: Value = 1
        for _ in 0..<600 { value = .list([value]) }
        #expect(throws: ValueError(message: "value nests deeper than 512 levels")) {
            try Session().set("x", to: value)
        }
    }

    @Test func constantsOutliveTheirPrograms() throws {
        let session = Session()
        // More programs than a session keeps alive for their constants.
        for number in 0..<200 {
            _ = try run("v\(number) = {key\(number): \"a text that is longer than fourteen bytes \(number)\"}", session)
        }
        for number in 0..<200 {
            let text: Value = .string("a text that is longer than fourteen bytes \(number)")
            #expect(session["v\(number)"] == ["key\(number)": text])
        }
        #expect(session.strayObjects == 0)
    }

    @Test func oneProgramServesManyThreads() async throws {
        let program = try Program(
            "out = []\nfor i in range(200) { out = push(out, {id: i, name: \"a name of more than fourteen bytes\"}) }\n"
                + "finish len(to_string(out))"
        )
        let outcomes = try await withThrowingTaskGroup(of: Outcome.self) { group in
            for _ in 0..<8 { group.addTask { try Session().run(program) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(outcomes.map { "\($0)" }).count == 1)
        #expect(outcomes.count == 8)
    }

    @Test func printsComeInOrderWhileTheProgramRuns() throws {
        var prints: [Value] = []
        let outcome = try Session().run(
            Program("for i in range(3) { print i }\nprint (1, \"a\")"),
            onPrint: { prints.append($0) }
        )
        #expect(outcome == .completed)
        #expect(prints == [0, 1, 2, .tuple([1, "a"])])
    }
}

@Suite struct LimitTests {
    private func failure(_ text: String, _ limits: Limits, _ session: Session = Session()) -> Diagnostic? {
        do {
            _ = try session.run(Program(text), limits: limits)
            return nil
        } catch let error as RuntimeError {
            return error.diagnostic
        } catch {
            return nil
        }
    }

    @Test func fuelEndsALoopAndLeavesTheSessionUsable() throws {
        let session = Session()
        let diagnostic = failure("n = 0\nwhile true { n = n + 1 }", Limits(fuel: 10_000), session)
        #expect(diagnostic?.code == "E0401")
        #expect(diagnostic?.stage == .limit)
        #expect(diagnostic?.message.hasPrefix("fuel limit exceeded: 10,00") == true)
        guard case .number(let count)? = session["n"] else {
            Issue.record("n is gone")
            return
        }
        #expect(count > 1_000)
        #expect(try session.run(Program("finish n > 0")) == .finished(true))
    }

    @Test func fuelIsTheSameForTheSameProgram() throws {
        let text = "s = \"\"\nfor i in range(3000) { s = s + i }\nx = split(s, \"1\")\nfinish len(x)"
        let session = Session(), other = Session()
        _ = try session.run(Program(text))
        _ = try other.run(Program(text))
        #expect(session.statistics.fuel == other.statistics.fuel)
        #expect(failure(text, Limits(fuel: session.statistics.fuel)) == nil)
        #expect(failure(text, Limits(fuel: session.statistics.fuel - 1))?.code == "E0401")
    }

    @Test func builtinsChargeForTheirWork() throws {
        let session = Session()
        try session.set("text", to: .string(String(repeating: "a,", count: 500_000)))
        _ = try session.run(Program("n = len(split(text, \",\"))"))
        #expect(session.statistics.fuel > 100_000)
    }

    @Test func memoryEndsGrowthBeforeItIsTaken() {
        for text in [
            "s = \"0123456789\"\nwhile true { s = s + s }",
            "xs = []\nwhile true { xs = push(xs, [1, 2, 3]) }",
            "x = [1]\nwhile true { x = [x, x] }\n",
            "x = [1, 2]\nwhile true { x = x + x }",
            "r = {}\nn = 0\nwhile true { r[to_string(n)] = n\nn = n + 1 }",
            "x = [range(1000000), range(1000000), range(1000000)]",
        ] {
            let session = Session()
            let diagnostic = failure(text, Limits(fuel: 100_000_000, memory: 20_000_000), session)
            // Lists of the same lists stay small; they meet the limit of depth first.
            #expect(diagnostic?.code == (text.contains("[x, x]") ? "E0340" : "E0402"), "\(text)")
            #expect(session.statistics.peakMemory < 45_000_000, "\(text)")
        }
    }

    @Test func sharedValuesDoNotExplodeInTextForms() {
        let text = "x = [\"some text\"]\nfor i in range(60) { x = [x, x] }\nfinish len(to_string(x))"
        #expect(failure(text, Limits(memory: 50_000_000))?.code == "E0402")
        let same = "x = [1]\ny = [1]\nfor i in range(400) { x = [x, x]\ny = [y, y] }\nfinish x == y"
        #expect(failure(same, Limits()) == nil)
    }

    @Test func sharedValuesStaySmallOutsideOfTheMachine() throws {
        let session = Session()
        let program = try Program(
            "x = [\"a text of more than fourteen bytes\"]\nfor i in range(200) { x = [x, {a: x}] }\nfinish x"
        )
        guard case .finished(let value) = try session.run(program) else {
            Issue.record("did not finish")
            return
        }
        // All of it: the way out, and back in as a variable and as a binding.
        try session.set("y", to: value)
        var bindings = ProjectedBindings()
        try bindings.bind("b", value)
        let environment = HostEnvironment(readOnlyNames: ["b"])
        let path = "[1].a[0]"
        let outcome = try session.run(
            Program("finish [len(b), len(y\(path)), b\(path) == y\(path)]", environment: environment),
            bindings: bindings
        )
        #expect(outcome == .finished([2, 2, true]))
        #expect(session.variables.keys == ["x", "i", "y"] || session.variables.keys == ["x", "y"])
        #expect(session.strayObjects == 0)
    }

    @Test func timeForPrintingCounts() throws {
        let clock = ContinuousClock()
        let session = Session()
        let error = #expect(throws: RuntimeError.self) {
            try session.run(
                Program("while true { print 1 }"),
                limits: Limits(time: .milliseconds(20)),
                onPrint: { _ in
                    let end = clock.now + .milliseconds(1)
                    while clock.now < end {}
                }
            )
        }
        #expect(error?.diagnostic.code == "E0403")
        // Without that, there would be thousands.
        #expect(session.statistics.outputBytes <= 100)
    }

    @Test func timeEndsALoop() {
        #expect(failure("while true {}", Limits(time: .milliseconds(20)))?.code == "E0403")
    }

    @Test func aBusyLoopIsCancelledFromOutside() throws {
        let looks = Mutex(0)
        let session = Session()
        let program = try Program("n = 0\nwhile true { n = n + 1 }")
        // It asks again and again while it is busy.
        let error = #expect(throws: RuntimeError.self) {
            try session.run(
                program,
                isCancelled: {
                    looks.withLock { looks in
                        looks += 1
                        return looks == 10
                    }
                }
            )
        }
        #expect(error?.diagnostic.code == "E0404" && session["n"] != nil)
    }
}
