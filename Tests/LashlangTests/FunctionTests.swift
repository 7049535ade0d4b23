import Lashlang
import Testing

@Suite struct FunctionTests {
    private static let fibonacci = "fn fib(n: int) -> int { n < 2 ? n : fib(n - 1) + fib(n - 2) }\n"

    private func run(_ text: String, _ session: Session, _ limits: Limits = Limits()) throws -> Outcome {
        let environment = HostEnvironment(functions: session.functions)
        return try session.run(Program(text, environment: environment), limits: limits)
    }

    private func diagnostic(_ text: String, _ session: Session, _ limits: Limits = Limits()) throws -> Diagnostic? {
        do {
            _ = try run(text, session, limits)
            return nil
        } catch let error as RuntimeError {
            return error.diagnostic
        }
    }

    @Test func functionsStayInTheSessionAndInItsSnapshots() throws {
        let session = Session()
        #expect(try run(Self.fibonacci + "finish fib(10)", session) == .finished(55))
        #expect(session.functions.functions.map(\.signature) == ["fib(n: int) -> int"])
        let copy = try Session(snapshot: session.snapshot())
        #expect(copy.functions == session.functions)
        #expect(try copy.snapshot() == session.snapshot())
        #expect(try run("finish fib(11)", copy) == .finished(89))
        copy.functions.remove("fib")
        #expect(throws: Diagnostics.self) { try run("finish fib(11)", copy) }
    }

    @Test func typesOfSignaturesAreSpelledOut() throws {
        let text = """
            type Node = { value: int, next: Node | null }
            type Names = list[str]
            fn size(node: Node, names: Names) -> Names | null { names }
            """
        let session = Session()
        _ = try run(text, session)
        let signature = "size(node: { value: int, next: any | null }, names: list[str]) -> list[str] | null"
        #expect(session.functions["size"]?.signature == signature)
    }

    @Test(arguments: [
        "fn f() -> int { 1 }\nx = 2", "fn f() -> int {", "type A = int", "fn f() -> int { 1 }\nfn g() -> int { 2 }",
    ])
    func aFunctionIsOneDeclaration(text: String) {
        #expect(throws: Diagnostics.self) { try DeclaredFunction(source: SourceText(text)) }
    }

    @Test func errorsSayWhichCallsLedThere() throws {
        let session = Session()
        _ = try run("fn part(r: any) -> any {\n  r.n\n}", session)
        let text = "fn outer(r: any) -> any { part(r) }\nx = 1\ny = outer(5)"
        let diagnostic = try #require(try diagnostic(text, session))
        #expect(diagnostic.code == "E0305")
        #expect(diagnostic.source?.bytes == Array("fn part(r: any) -> any {\n  r.n\n}".utf8))
        #expect(diagnostic.span == Span(27, 30))
        #expect(diagnostic.calls.map(\.function) == ["part", "outer"])
        #expect(diagnostic.calls.map(\.span) == [Span(26, 33), Span(46, 54)])
        #expect(session.variables == ["x": 1])
        let renderer = DiagnosticRenderer(SourceText(text))
        #expect(
            renderer.render(diagnostic) == """
                error[E0305]: can't read `.n` from number
                 --> function `part`, declared earlier, 2:3
                  |
                2 |   r.n
                  |   ^~~
                  = in `part`, called at line 1, column 27: fn outer(r: any) -> any { part(r) }
                  = in `outer`, called at line 3, column 5: y = outer(5)

                """
        )
        let report = ModelReport(SourceText(text)).text(of: diagnostic)
        #expect(report == "function `part`, line 2: can't read `.n` from number (E0305)\n  r.n")
    }

    @Test func deepRecursionIsAnOrdinaryError() throws {
        let session = Session()
        let text = "fn f(n: int) -> int { [f(n + 1)][0] }\nx = [1]\ny = f(0)"
        let diagnostic = try #require(try diagnostic(text, session))
        #expect(diagnostic.code == "E0341")
        #expect(diagnostic.calls.count == 1024)
        #expect(DiagnosticRenderer(SourceText(text)).render(diagnostic).contains("… 1019 more calls"))
        #expect(session.variables == ["x": [1]])
        #expect(session.strayObjects == 0)
        #expect(try run("finish x", session) == .finished([1]))
    }

    @Test func fuelAndMemoryEndRecursion() throws {
        let session = Session()
        let text = Self.fibonacci + "x = \"a text of more than fourteen bytes\"\nfinish fib(40)"
        #expect(try diagnostic(text, session, Limits(fuel: 50_000))?.code == "E0401")
        #expect(session.variableNames == ["x"])
        let wide =
            "fn f(n: int) -> any { [\((0..<60).map { "n + \($0)" }.joined(separator: ", ")), f(n + 1)] }\nfinish f(0)"
        #expect(try diagnostic(wide, session, Limits(memory: 300_000))?.code == "E0402")
        #expect(session.strayObjects == 0)
    }

    @Test func aCallTakesNoMemory() throws {
        let session = Session()
        var peaks: [Int] = []
        for count in [10, 10_000] {
            _ = try run(
                "fn f(a: int, b: int) -> int { a + b }\nn = 0\nfor i in range(\(count)) { n = f(n, i) }",
                session
            )
            peaks.append(session.statistics.peakMemory)
        }
        #expect(peaks[0] == peaks[1])
    }

    @Test func aRunCanBeSuspendedInsideOfCalls() throws {
        let text = """
            fn words(n: int) -> list[str] {
              found = []
              for i in range(n) { found = push(found, "a word of many letters " + i) }
              found
            }
            fn tree(n: int, xs: list[str]) -> any {
              if n <= 0 { return {leaf: xs} }
              for x in xs { if x == xs[1] { return [tree(n - 1, push(xs, x)), x, tree(n - 2, words(n))] } }
            }
            finish tree(4, words(2))
            """
        let expected = try Session().run(Program(text))
        var run = try Session().start(Program(text))
        var stops = 0
        while true {
            run.pauseInterval = 1
            switch try run.resume() {
            case .paused:
                stops += 1
                let bytes = try run.snapshot()
                let copy = try Run(snapshot: bytes)
                #expect(try copy.snapshot() == bytes)
                run.close()
                run = copy
                continue
            case .ended(let outcome): #expect(outcome == expected)
            default: Issue.record("the program asks nothing")
            }
            break
        }
        #expect(stops > 20)
        #expect(run.session.strayObjects == 0)
    }

    @Test func aProgramHasAnotherIdentityWithAnotherFunction() throws {
        let one = try Program("fn f() -> int { 1 }\nfinish f()")
        let two = try Program("fn f() -> int { 2 }\nfinish f()")
        #expect(one.identity.module != two.identity.module)
    }

    @Test func theDisassemblyShowsFunctions() throws {
        let text = try Program(Self.fibonacci + "finish fib(3)").disassembly()
        #expect(text.contains("; fn fib"))
        #expect(text.contains("invoke"))
    }
}
