import LashAgent
import Lashlang
import Testing

/// Tools: what they are called with, how they run, and how they fail.
@Suite struct ToolTests {
    private typealias Box = AgentSandbox

    private struct Search: Codable {
        var q: String
        var limit: Int?
    }

    private struct Hit: Codable, Equatable {
        var title: String
    }

    private static func search(_ body: @escaping @Sendable (Search) async throws -> [Hit]) throws -> Toolset {
        try Toolset { tools in
            try tools.add(
                "search",
                "Searches the web.",
                callPath: "web.search",
                fields: ["q": "What to look for."],
                examples: [#"await web.search({q: "swift"})?"#],
                body
            )
        }
    }

    // MARK: One definition

    @Test func aClosureIsAToolWithItsTypes() async throws {
        let tools = try Self.search { search in [Hit(title: search.q + "!")] }
        let block = Box.block("hits = await web.search({q: \"swift\"})?\nfinish hits[0].title")
        let (result, sandbox, _) = try await Box.run([block], tools)
        #expect(result.value == "swift!")
        let system = sandbox.system(0)
        #expect(system.contains("#### web.search({ q: str, limit?: int | null }) -> list[record{title: str}]"))
        #expect(system.contains("Searches the web.") && system.contains("- `q: str` — What to look for."))
        #expect(system.contains(#"Examples: await web.search({q: "swift"})?"#))
    }

    @Test func aToolWithoutAPathIsCalledByItsName() async throws {
        let tools = try Toolset { tools in try tools.add("count", "Counts.") { 3 } }
        let (result, sandbox, log) = try await Box.run([Box.block("finish await tools.count({})?")], tools)
        #expect(result.value == 3)
        #expect(sandbox.system(0).contains("#### tools.count({}) -> int"))
        #expect(
            log.types.filter { $0 != "plugin_runtime" } == [
                "model_request_started", "code_delta", "code_block_started", "tool_call_started", "tool_call_completed",
                "code_block_completed", "final_value",
            ]
        )
    }

    @Test func argumentsAndResultsThatCannotBeDefinedAreRefused() throws {
        var tools = Toolset()
        #expect(throws: ToolCatalogError("the arguments of tool `n` must be a structure")) {
            try tools.add("n", "") { (n: Int) in n }
        }
        #expect(throws: ToolCatalogError("the arguments of tool `s` have no field `x`")) {
            try tools.add("s", "", fields: ["x": "?"]) { (search: Search) in search.q }
        }
        try tools.add("a", "") { 1 }
        #expect(throws: ToolCatalogError("duplicate tool name `a`")) { try tools.add("a", "") { 2 } }
    }

    // MARK: Arguments

    @Test(arguments: [
        ("{}", "q: required property missing"), (#"{q: "a", z: 1}"#, "z: unexpected property"),
        (#"{q: 1}"#, "q: expected string, got 1"),
        (#"{q: "a", limit: 1.5}"#, "limit: expected integer or null, got 1.5"),
    ])
    func argumentsAreCheckedBeforeAnythingRuns(arguments: String, problem: String) async throws {
        let calls = Sayings()
        let tools = try Self.search { search in
            calls.say(search.q)
            return []
        }
        let block = Box.block("r = await web.search(\(arguments))\nfinish [r.ok, r.error.code, r.error.message]")
        let (result, _, log) = try await Box.run([block], tools)
        #expect(result.value == [false, "invalid_tool_args", .string(problem)])
        #expect(calls.count == 0)
        #expect(log.types.filter { $0 == "tool_call_started" }.count == 1)
        #expect(log.types.filter { $0 == "tool_call_completed" }.count == 1)
    }

    @Test func nestedPathsAndBoundsAreExact() async throws {
        let definition = try ToolDefinition(
            name: "t",
            description: "",
            input: [
                "type": "object",
                "properties": [
                    "limit": ["type": "integer", "maximum": 20],
                    "rows": [
                        "type": "array",
                        "items": ["type": "object", "properties": ["kind": ["enum": ["a", "b"]]]],
                    ],
                ],
            ]
        )
        let tools = try Toolset { tools in try tools.add(definition) { _ in .value(1) } }
        let block = Box.block(
            """
            r = await [tools.t({limit: 100}), tools.t({rows: [{kind: "a"}, {kind: "c"}]})]
            finish [x.error.message for x in r]
            """
        )
        let (result, _, _) = try await Box.run([block], tools)
        #expect(
            result.value == [
                "limit: expected integer <= 20, got 100", #"rows[1].kind: expected one of "a", "b", got "c""#,
            ]
        )
    }

    @Test func aNumberThatDoesNotFitTheTypeIsTheModelsMistake() async throws {
        struct Small: Codable { var n: UInt8 }
        let tools = try Toolset { tools in try tools.add("small", "") { (small: Small) in Int(small.n) } }
        let (result, _, _) = try await Box.run(
            [Box.block("r = await tools.small({n: 300})\nfinish [r.error.code, r.error.message]")],
            tools
        )
        guard case .list(let parts)? = result.value else { throw TestFailure() }
        #expect(parts[0] == "invalid_tool_args")
        #expect(parts[1].text.contains("arguments.n"))
    }

    private struct TestFailure: Error {}

    // MARK: Failures

    @Test func anErrorIsTheFailureOfTheCall() async throws {
        struct Broken: Error, CustomStringConvertible { var description: String { "the disk is full" } }
        let tools = try Toolset { tools in
            try tools.add("plain", "") { () -> Int in throw Broken() }
            try tools.add("exact", "") { () -> Int in
                throw CallFailure(class: "external", code: "E1", message: "no")
            }
        }
        let block = Box.block(
            "r = await [tools.plain({}), tools.exact({})]\nfinish [[x.error.class, x.error.code, x.error.message] for x in r]"
        )
        let (result, _, _) = try await Box.run([block], tools)
        #expect(result.value == [["execution", "tool_error", "the disk is full"], ["external", "E1", "no"]])
    }

    @Test func aResultThatCannotBeEncodedIsAFailure() async throws {
        struct Odd: Codable {
            func encode(to encoder: any Encoder) throws {
                throw EncodingError.invalidValue(1, .init(codingPath: [], debugDescription: "odd"))
            }
        }
        let tools = try Toolset { tools in try tools.add("odd", "") { Odd() } }
        let (result, _, _) = try await Box.run([Box.block("r = await tools.odd({})\nfinish r.error.code")], tools)
        #expect(result.value == "invalid_tool_result")
    }

    @Test func aResultThatIsTooLargeIsRefusedWithAWayOut() async throws {
        let tools = try Toolset { tools in
            try tools.add("big", "", traits: ToolTraits(outputBytes: 1_000)) { String(repeating: "x", count: 2_000) }
        }
        let block = Box.block("r = await tools.big({})\nfinish [r.error.class, r.error.code, r.error.message]")
        let (result, _, _) = try await Box.run([block], tools)
        #expect(
            result.value == [
                "resource_limit", "tool_output_limit",
                "tool `big` gave more than 1000 bytes, the most that are taken; ask it for less at a time",
            ]
        )
    }

    @Test func theCoreBoundsResultsWhereTheToolDoesNot() async throws {
        let tools = try Toolset { tools in try tools.add("big", "") { String(repeating: "x", count: 2_000) } }
        let (result, _, _) = try await Box.run([Box.block("r = await tools.big({})\nfinish r.error.code")], tools) {
            $0.toolOutputBytes = 100
        }
        #expect(result.value == "tool_output_limit")
    }

    // MARK: Retries and time

    @Test func aCallIsMadeAgainWhereItsFailureSaysSo() async throws {
        let clock = ManualClock()
        let keys = Sayings()
        let definition = try ToolDefinition(
            name: "flaky",
            description: "",
            traits: ToolTraits(retry: .safe(attempts: 3))
        )
        let tools = try Toolset { tools in
            try tools.add(definition) { call in
                keys.say("\(call.attempt) \(call.idempotencyKey)")
                return call.attempt < 3 ? .retryableFailure("busy") : .value(7)
            }
        }
        async let turn = Box.run([Box.block("finish await tools.flaky({})?")], tools) { $0.clock = clock }
        await clock.waitForSleepers(1)
        clock.advance(by: .milliseconds(200))
        await clock.waitForSleepers(1)
        #expect(keys.count == 2)
        clock.advance(by: .milliseconds(400))
        let (result, _, log) = try await turn
        #expect(result.value == 7)
        let key = "lash-tool:s:s:turn:1:0:1:flaky"
        #expect(keys.words == ["1 \(key)", "2 \(key)", "3 \(key)"])
        #expect(log.types.filter { $0 == "tool_call_started" }.count == 1)
        #expect(log.types.filter { $0 == "tool_call_completed" }.count == 1)
    }

    @Test func theLastFailureSaysThatAttemptsAreExhausted() async throws {
        let clock = ManualClock()
        let definition = try ToolDefinition(
            name: "flaky",
            description: "",
            traits: ToolTraits(retry: .safe(attempts: 2))
        )
        let tools = try Toolset { tools in
            try tools.add(definition) { _ in .retryableFailure("busy", after: .seconds(3)) }
        }
        let block = Box.block("r = await tools.flaky({})\nfinish [r.error.retry, r.error.attempts]")
        async let turn = Box.run([block], tools) { $0.clock = clock }
        await clock.waitForSleepers(1)
        clock.advance(by: .seconds(3))
        #expect(try await turn.result.value == [false, 2])
    }

    @Test func otherFailuresAreNotTriedAgain() async throws {
        let calls = Sayings()
        let definition = try ToolDefinition(name: "t", description: "", traits: ToolTraits(retry: .idempotent()))
        let tools = try Toolset { tools in
            try tools.add(definition) { _ in
                calls.say("t")
                return .failure("no")
            }
        }
        let (result, _, _) = try await Box.run([Box.block("r = await tools.t({})\nfinish r.ok")], tools)
        #expect(result.value == false && calls.count == 1)
    }

    @Test func waitsGrowToTheirBound() async throws {
        let clock = ManualClock()
        let times = Sayings()
        let retry = ToolRetryPolicy.safe(attempts: 4, delay: .seconds(1), maximumDelay: .milliseconds(1_500))
        let definition = try ToolDefinition(name: "t", description: "", traits: ToolTraits(retry: retry))
        let tools = try Toolset { tools in
            try tools.add(definition) { call in
                times.say(Value.number(clock.now).text)
                // A failure cannot ask for more than the bound either.
                return .retryableFailure("busy", after: call.attempt == 3 ? .seconds(60) : nil)
            }
        }
        async let turn = Box.run([Box.block("r = await tools.t({})\nfinish r.ok")], tools) { $0.clock = clock }
        for wait in [Duration.seconds(1), .milliseconds(1_500), .milliseconds(1_500)] {
            await clock.waitForSleepers(1)
            clock.advance(by: wait)
        }
        #expect(try await turn.result.value == false)
        #expect(times.words == ["0", "1000", "2500", "4000"])
        #expect(ToolRetryPolicy(attempts: 0).attempts == 1)
    }

    @Test func aToolHasItsTime() async throws {
        let clock = ManualClock()
        let tools = try Toolset { tools in
            try tools.add("slow", "", traits: ToolTraits(timeout: .seconds(5))) { () async throws -> Int in
                try await clock.sleep(until: .infinity)
                return 1
            }
        }
        let block = Box.block(
            "r = await tools.slow({})\nfinish [r.error.class, r.error.code, r.error.message, r.error.retry]"
        )
        async let turn = Box.run([block], tools) { $0.clock = clock }
        await clock.waitForSleepers(2)
        clock.advance(by: .seconds(5))
        #expect(
            try await turn.result.value == [
                "timeout", "tool_timeout", "tool `slow` did not answer within 5.0 seconds", false,
            ]
        )
    }

    @Test func aToolThatMayRunTwiceIsCalledAgainAfterItsTime() async throws {
        let clock = ManualClock()
        let calls = Sayings()
        let end = Meeting(of: 2)
        let traits = ToolTraits(retry: .idempotent(attempts: 2), timeout: .seconds(5))
        let tools = try Toolset { tools in
            try tools.add("slow", "", traits: traits) { () async throws -> Int in
                calls.say("slow")
                if calls.count == 1 { await end.join() }
                return calls.count
            }
        }
        async let turn = Box.run([Box.block("finish await tools.slow({})?")], tools) { $0.clock = clock }
        await clock.waitForSleepers(1)
        clock.advance(by: .seconds(5))
        await clock.waitForSleepers(1)
        clock.advance(by: .milliseconds(200))
        #expect(try await turn.result.value == 2)
        await end.join()
    }

    @Test func aToolThatDoesNotHeedItsCancellationIsLeftBehind() async throws {
        let clock = ManualClock()
        let (begun, ended) = (Meeting(of: 2), Meeting(of: 2))
        let tools = try Toolset { tools in
            try tools.add("deaf", "") { () async -> Int in
                await begun.join()
                await ended.join()
                return 1
            }
        }
        let sandbox = try Box([Box.block("x = 1\nawait tools.deaf({})?\nfinish 2")]) { core in
            core.tools = [tools]
            core.clock = clock
        }
        let session = try await sandbox.session()
        async let turn = session.turn("Go").run()
        await begun.join()
        session.cancelRunningTurns()
        await clock.waitForSleepers(1)
        clock.advance(by: .milliseconds(50))
        let result = try await turn
        #expect(result.outcome == .stopped(.cancelled))
        #expect(result.calls.map(\.status) == [.cancelled])
        #expect(await session.variableValues == ["x": 1])
        await ended.join()
    }

    // MARK: Several at once

    @Test func parallelToolsRunAtTheSameTimeAndSerialOnesAfterThem() async throws {
        let meeting = Meeting(of: 2)
        let order = Sayings()
        let tools = try Toolset { tools in
            try tools.add("meet", "") { () async -> Int in
                await meeting.join()
                order.say("meet")
                return 1
            }
            try tools.add("alone", "", traits: ToolTraits(scheduling: .serial)) { () async -> Int in
                order.say("alone begins")
                await Task.yield()
                order.say("alone ends")
                return 2
            }
        }
        let block = Box.block(
            "r = await { s: tools.alone({})?, a: tools.meet({})?, t: tools.alone({})?, b: tools.meet({})?, k: 1 }\nfinish r"
        )
        let (result, _, _) = try await Box.run([block], tools)
        #expect(result.value == ["s": 2, "a": 1, "t": 2, "b": 1, "k": 1])
        #expect(order.words == ["meet", "meet", "alone begins", "alone ends", "alone begins", "alone ends"])
    }

    // MARK: What belongs to the turn

    private struct Tone: PluginBinding {
        struct Input: Codable, Sendable { var name: String }
        static let id = "tone"
        static func factory(_ configuration: String) -> any PluginFactory {
            ClosurePlugin(id) { registrar in
                var tools = Toolset()
                try tools.add("say", "Says something.") { (words: Search, context: TurnContext) throws -> Input in
                    guard let tone = context.input(of: Tone.self) else {
                        throw CallFailure(class: "unavailable", code: "tone", message: "missing tone input")
                    }
                    return Input(name: tone.name + configuration)
                } _: { (words: Search, tone: Input) in
                    "\(tone.name): \(words.q)"
                }
                try registrar.tools.provider(tools)
            }
        }
    }

    @Test func whatIsPreparedReachesTheTool() async throws {
        let block = Box.block("r = await tools.say({q: \"hi\"})\nfinish r.ok ? r.value : r.error.message")
        let sandbox = try Box([block, block])
        let session = try await sandbox.core.session("s").plugin(Tone.self, "!").open()
        let result = try await session.turn("Go").input(Tone.Input(name: "brief"), for: Tone.self).run()
        #expect(result.value == "brief!: hi")
        #expect(try await session.turn("Go").run().value == "missing tone input")
    }

    @Test func aToolThatWaitsForAPersonIsAnOrdinaryTool() async throws {
        let (asked, answered) = (Meeting(of: 2), Meeting(of: 2))
        let tools = try Toolset { tools in
            try tools.add("ask", "Asks the user.") { (question: Search) async -> String in
                await asked.join()
                await answered.join()
                return "blue"
            }
        }
        async let turn = Box.run([Box.block("finish await tools.ask({q: \"Which colour?\"})?")], tools)
        await asked.join()
        await answered.join()
        #expect(try await turn.result.value == "blue")
    }

    // MARK: Tools that end the turn

    @Test func aToolCanFinishTheTurn() async throws {
        let after = Sayings()
        let definition = try ToolDefinition(name: "submit", description: "")
        let tools = try Toolset { tools in
            try tools.add(definition) { _ in .finish(["done": true]) }
            try tools.add("later", "") { () -> Int in
                after.say("later")
                return 1
            }
        }
        let (result, _, log) = try await Box.run(
            [Box.block("await tools.submit({})\nawait tools.later({})\nfinish 1")],
            tools
        )
        #expect(result.outcome == .toolValue(tool: "submit", ["done": true]))
        #expect(after.count == 0 && result.modelCalls == 1)
        #expect(log.types.contains("tool_value"))
    }

    @Test func aToolCanFailTheTurn() async throws {
        let definition = try ToolDefinition(name: "give_up", description: "")
        let tools = try Toolset { tools in try tools.add(definition) { _ in .fail("boom") } }
        let (result, _, _) = try await Box.run([Box.block("await tools.give_up({})")], tools)
        #expect(result.outcome == .stopped(.toolError(tool: "give_up", "boom")))
    }

    @Test func ofSeveralEndsTheFirstOneOfTheProgramCounts() async throws {
        let meeting = Meeting(of: 2)
        let (one, two) = (
            try ToolDefinition(name: "one", description: ""), try ToolDefinition(name: "two", description: "")
        )
        let tools = try Toolset { tools in
            try tools.add(one) { _ in
                await meeting.join()
                return .finish(1)
            }
            try tools.add(two) { _ in
                await meeting.join()
                return .finish(2)
            }
        }
        let (result, _, _) = try await Box.run([Box.block("await [tools.two({}), tools.one({})]")], tools)
        #expect(result.outcome == .toolValue(tool: "two", 2))
    }
}
