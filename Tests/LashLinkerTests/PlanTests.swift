import LashLinker
import LashSyntax
import Testing

/// What a program would do, before it runs.
@Suite struct PlanTests {
    private func plan(_ text: String, lengths: [String: Int] = [:], asking: Set<String> = []) -> ProgramPlan {
        linked(text, wide).program.plan(lengths: lengths, needsApproval: asking.contains)
    }

    /// Steps as `action bound`, with `?` for a condition.
    private func steps(_ text: String, lengths: [String: Int] = [:]) -> [String] {
        plan(text, lengths: lengths).steps.map {
            "\($0.action.name) \($0.bound.map(String.init) ?? "any")\($0.isConditional ? " ?" : "")"
        }
    }

    @Test func callsStandInTheOrderOfTheText() {
        let text = """
            process p() { yield tools.ping()? }
            a = tools.read_file({path: "x"})?
            b = best_move([], "x")
            h = start p()
            sleep for 10
            cancel h
            finish await inbox.work.send(a)
            """
        #expect(
            steps(text) == [
                "tools.read_file 1", "best_move 1", "start p 1", "sleep 1", "cancel 1", "inbox.work.send 1", "yield 1",
                "tools.ping 1",
            ]
        )
        #expect(plan(text).steps.map(\.process) == Array(repeating: nil, count: 6) + ["p", "p"])
    }

    @Test func placesAreThoseOfTheCalls() {
        let text = "x = 1\ny = tools.echo({value: x})?"
        #expect(plan(text).steps.map { SourceText(text)[$0.span] } == ["tools.echo({value: x})"])
    }

    @Test func loopsBoundWhatIsInsideThem() {
        #expect(steps("for i in range(3) { for j in [1, 2] { tools.echo(j) } }") == ["tools.echo 6"])
        #expect(steps("for i in range(2, 10, 3) { tools.echo(i) }") == ["tools.echo 3"])
        #expect(steps("for i in range(5, 0) { tools.echo(i) }") == ["tools.echo 0"])
        #expect(steps("x = await [tools.echo(a) for a in [1, 2] for b in range(4)]") == ["tools.echo 8"])
        #expect(steps("while true { tools.echo(1) }") == ["tools.echo any"])
        #expect(steps("for x in xs { tools.echo(x) }") == ["tools.echo any"])
        #expect(steps("for x in xs { tools.echo(x) }", lengths: ["xs": 7]) == ["tools.echo 7"])
        #expect(steps("for x in range(len(xs)) { tools.echo(x) }", lengths: ["xs": 7]) == ["tools.echo 7"])
    }

    @Test func aNameThatIsAssignedOnceHasTheLengthOfItsValue() {
        #expect(steps("xs = [1, 2]\nfor x in xs { tools.echo(x) }") == ["tools.echo 2"])
        #expect(steps("xs = [1, 2]\nxs = push(xs, 3)\nfor x in xs { tools.echo(x) }") == ["tools.echo any"])
        #expect(steps("xs = [1, 2]\nxs[0] = 3\nfor x in xs { tools.echo(x) }") == ["tools.echo any"])
        #expect(steps("for xs in [[1]] { for x in xs { tools.echo(x) } }") == ["tools.echo any"])
    }

    @Test func whatAConditionDecidesIsMarked() {
        #expect(steps("if a { tools.echo(1) } else { tools.echo(2) }") == ["tools.echo 1 ?", "tools.echo 1 ?"])
        #expect(steps("x = a ? tools.echo(1) : 2") == ["tools.echo 1 ?"])
        #expect(steps("x = tools.echo(1).ok and tools.ping().ok") == ["tools.echo 1", "tools.ping 1 ?"])
        #expect(steps("x = await [tools.echo(a) for a in [1] if a > 0]") == ["tools.echo 1 ?"])
    }

    @Test func namesAreReadUntilTheyAreAssigned() {
        let text = "a = b + 1\nc.d = a\nif e { f = 1 }\nprint f\nfor g in [1] { print g }\nfinish [h for h in a]"
        #expect(plan(text).reads == ["b", "c", "e", "f"])
        #expect(plan(text).writes == ["a", "c", "f"])
    }

    @Test func bodiesOfProcessesReadNothingOfTheMainBlock() {
        let plan = plan("process p(a: int) { b = a }\nfinish 1")
        #expect(plan.reads.isEmpty && plan.writes.isEmpty)
    }

    @Test func hostsSayWhatNeedsApproval() {
        let plan = plan("tools.ping()\ntools.echo(1)", asking: ["tools.echo"])
        #expect(plan.steps.map(\.needsApproval) == [false, true])
        #expect(plan.needsApproval)
    }

    @Test func fuelIsEstimatedWhereLoopsAreBounded() throws {
        let once = try #require(plan("x = 1").estimatedFuel)
        let often = try #require(plan("for i in range(1000) { x = i + 1 }").estimatedFuel)
        #expect(once < 10 && often > 1_000 && often < 10_000)
        #expect(plan("while a { b = 1 }").estimatedFuel == nil)
        #expect(
            plan("for i in range(9000000000000000) { for j in range(9000000000000000) { x = 1 } }").estimatedFuel == nil
        )
    }

    @Test func deepAndLongProgramsAreWalked() {
        let sum = "x = " + String(repeating: "1 + ", count: 100_000) + "1"
        #expect(plan(sum).steps.isEmpty)
        let chain = String(repeating: "if a { tools.ping() } else ", count: 20_000) + "{ tools.ping() }"
        #expect(plan(chain).steps.count == 20_001)
    }
}
