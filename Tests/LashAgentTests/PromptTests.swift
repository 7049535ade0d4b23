import LashAgent
import Lashlang
import Testing

/// How the system prompt is put together.
@Suite struct PromptTests {
    private typealias Box = AgentSandbox

    @Test func theStandardLayout() async throws {
        let tools = try TestTools("read", path: "files.read") { _ in .value("") }
        let sandbox = try Box(["Hi."]) { $0.tools = [tools] }
        _ = try await sandbox.session().turn("Go").run()
        let system = sandbox.system(0)
        let places = ["You are an agent", "## Execution", "### Operating contract", "### Tools", "## Guidance"].map {
            system.firstRange(of: $0)?.lowerBound
        }
        #expect(!places.contains(nil) && places.compactMap(\.self) == places.compactMap(\.self).sorted())
        #expect(!system.contains("## Environment"))
        #expect(sandbox.tail(0).contains("=== BOUND VARIABLES ==="))
    }

    @Test func aTemplateOfOnesOwn() async throws {
        let sandbox = try Box(["Hi."]) { core in
            core.prompt.template = PromptTemplate([
                .init(nil, [.text("Hello."), .slot(.intro)]), .init("Rules", [.slot(.guidance)]),
                .init("Empty", [.slot(.environment)]),
            ])
            core.prompt.contribute(.guidance("App", "Be kind."))
            core.prompt.contribute(.guidance(nil, "  "))
            core.prompt.contribute(.intro(nil, "I am here."))
        }
        _ = try await sandbox.session().turn("Go").run()
        #expect(sandbox.system(0) == "Hello.\n\nI am here.\n\n## Rules\n\n### App\n\nBe kind.")
    }

    @Test func layersGoOnFromEachOther() async throws {
        let sandbox = try Box(["Hi."]) { core in
            core.prompt.template = PromptTemplate([.init(nil, [.slot(.guidance), .slot(.intro)])])
            core.prompt.contribute(.guidance("App", "Answer as the host application assistant."))
            core.prompt.contribute(.intro(nil, "Intro."))
        }
        let session = try await sandbox.core.session("s")
            .replacePromptSlot(.guidance, with: [.environment("Tenant", "Use the tenant's policy.")]).open()
        _ = try await session.turn("Go").promptContribution(.guidance("Turn", "Under 120 words.")).run()
        #expect(
            sandbox.system(0)
                == "### Tenant\n\nUse the tenant's policy.\n\n### Turn\n\nUnder 120 words.\n\nIntro."
        )
    }

    @Test func aTurnReplacesAndClearsForItself() async throws {
        let sandbox = try Box(["Hi.", "Hi.", "Hi."]) { core in
            core.prompt.template = PromptTemplate([.init(nil, [.slot(.guidance), .slot(.intro)])])
            core.prompt.contribute(.guidance("App", "Of the core."))
            core.prompt.contribute(.intro(nil, "Intro."))
        }
        let session = try await sandbox.core.session("s").promptContribution(.guidance("Tenant", "Of the session."))
            .open()
        _ = try await session.turn("Go").replacePromptSlot(.guidance, with: [.guidance(nil, "Of the turn.")]).run()
        _ = try await session.turn("Go").clearPromptSlot(.guidance).run()
        _ = try await session.turn("Go").run()
        #expect(
            (0..<3).map { sandbox.system($0) } == [
                "Of the turn.\n\nIntro.", "Intro.",
                "### App\n\nOf the core.\n\n### Tenant\n\nOf the session.\n\nIntro.",
            ]
        )
    }

    @Test func clearingLeavesWhatTheRuntimeSays() async throws {
        // A1: in the reference it takes tools and variables away.
        let tools = try TestTools("read", path: "files.read") { _ in .value("") }
        let sandbox = try Box(["Hi.", "Hi.", "Hi."]) { core in
            core.tools = [tools]
            core.prompt.contribute(.execution("Mine", "Gone."))
        }
        let session = try await sandbox.core.session("s").clearPromptSlot(.execution).open()
        _ = try await session.turn("Go").run()
        #expect(sandbox.system(0).contains("#### files.read(") && !sandbox.system(0).contains("Gone."))
        var hiding = PromptLayer()
        hiding.hideRuntimeParts(of: .execution)
        _ = try await session.turn("Go").promptLayer(hiding).run()
        #expect(!sandbox.system(1).contains("#### files.read("))
        _ = try await session.turn("Go").promptTemplate(PromptTemplate([.init(nil, [.text("Only this.")])])).run()
        #expect(sandbox.system(2) == "Only this.")
    }

    @Test func contributionsAreGatedAndSaidOnce() async throws {
        let tools = try TestTools("read") { _ in .value("") }
        let sandbox = try Box(["Hi."]) { core in
            core.tools = [tools]
            core.prompt.template = PromptTemplate([.init(nil, [.slot(.guidance)])])
            core.prompt.contribute(.guidance(nil, "With read.").requiring(tool: "read"))
            core.prompt.contribute(.guidance(nil, "With either.").requiring(tool: "none").requiring(tool: "read"))
            core.prompt.contribute(.guidance(nil, "With none.").requiring(tool: "none"))
            core.prompt.contribute(.guidance("Z", "Twice."))
            core.prompt.contribute(.guidance("A", "Later title, earlier in order.").prioritized(1))
            core.prompt.contribute(.guidance(nil, "First.").prioritized(-1))
        }
        let session = try await sandbox.core.session("s").promptContribution(.guidance("Z", "Twice.")).open()
        _ = try await session.turn("Go").run()
        #expect(
            sandbox.system(0)
                == "First.\n\nWith read.\n\nWith either.\n\n### Z\n\nTwice.\n\n### A\n\nLater title, earlier in order."
        )
    }

    @Test func toolsAreShownAsSignatures() async throws {
        var tools = TestTools()
        try tools.add(
            "read",
            path: "files.read",
            input: [
                "type": "object",
                "properties": [
                    "mode": ["enum": ["r", "rb"], "default": "r"],
                    "path": ["type": "string", "description": "Where it is.", "minLength": 1],
                    "limit": ["anyOf": [["type": "integer", "maximum": 20], ["type": "null"]]],
                ],
                "required": ["path"],
            ],
            output: [
                "type": "object",
                "properties": [
                    "text": ["type": "string", "description": "All of it."], "size": ["$ref": "#/$defs/n"],
                ], "$defs": ["n": ["type": "integer"]],
            ],
            description: "The text of a file."
        ) { _ in .value("") }
        let sandbox = try Box(["Hi."]) { $0.tools = [tools] }
        _ = try await sandbox.session().turn("Go").run()
        #expect(
            sandbox.system(0).contains(
                """
                #### files.read({ path: str, limit?: int | null, mode?: enum["r", "rb"] = "r" }) -> record{size?: int, text?: str}
                The text of a file.
                Parameters:
                - `path: str min_len 1` — Where it is.
                Return fields:
                - `text: str` — All of it.
                - `size: int`
                """
            )
        )
    }

    @Test(arguments: [
        (TurnOptions(), "finish with prose only", ""),
        (TurnOptions(answerFormat: .markdown), "Finish with prose", "well-formed Markdown"),
        (
            TurnOptions(termination: .finishRequired(nil), answerFormat: .markdown), "does not end this turn",
            "one string that is well-formed Markdown"
        ),
        (TurnOptions(answerFormat: .custom("In French.")), "Finish with prose", "In French."),
        (TurnOptions(answerFormat: .rawValue), "Finish with prose", ""),
    ])
    func theTailSaysHowTheTurnEnds(options: TurnOptions, rules: String, format: String) async throws {
        let sandbox = try Box([Box.block("finish 1")])
        _ = try await sandbox.core.session("s").options(options).open().turn("Go").run()
        let tail = sandbox.tail(0)
        #expect(tail.hasPrefix("\n\n\n=== CURRENT ITERATION: 1 ==="))
        #expect(tail.contains("=== FINALIZATION ==="))
        #expect(tail.lowercased().contains(rules.lowercased()) || rules == "finish with prose only")
        #expect(tail.contains("FINAL ANSWER FORMAT") == !format.isEmpty)
        #expect(tail.contains(format))
    }

    @Test func theOldPartOfTheConversationCanBeCached() async throws {
        let sandbox = try Box([Box.block("x = 1"), "Done."])
        _ = try await sandbox.session().turn("Go").run()
        let (first, second) = (sandbox.model.requests[0].messages, sandbox.model.requests[1].messages)
        // What was sent before is sent again as it was, but for the tail.
        #expect(first[0].text == second[0].text && first[1].text == second[1].text)
        #expect(second.map(\.endsCachedPrefix) == [true, false, false, true, false])
    }
}
