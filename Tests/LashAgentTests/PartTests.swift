import LashAgent
import Lashlang
import Testing

/// Answers of several parts.
@Suite struct PartTests {
    private typealias Box = AgentSandbox

    /// An answer, and what a turn with it as its first answer ends with.
    struct Answer: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var parts: [ModelPart]
        var outcome: TurnOutcome
        /// What the turn shows, after what it has taken back.
        var prose: String
        var next = "Never said."
    }

    private static let block = "<lashlang>\nfinish 1\n</lashlang>"

    static let answers: [Answer] = [
        Answer(
            testDescription: "a block in two texts",
            parts: [ModelPart(.text(), "<lashlang>\nprint \"s\""), ModelPart(.text(), "</lashlang>")],
            outcome: .message("Done."),
            prose: "Done.",
            next: "Done."
        ),
        Answer(
            testDescription: "commentary before a final answer",
            parts: [ModelPart(.text(.commentary), "thinking…"), ModelPart(.text(.finalAnswer), "Done.")],
            outcome: .message("Done."),
            prose: "Done."
        ),
        Answer(
            testDescription: "commentary after a final answer",
            parts: [ModelPart(.text(.finalAnswer), "Done."), ModelPart(.text(.commentary), "That was it.")],
            outcome: .message("Done."),
            prose: "Done."
        ),
        Answer(
            testDescription: "commentary alone",
            parts: [ModelPart(.text(.commentary), "One."), ModelPart(.text(.commentary), "\nTwo.")],
            outcome: .message("One.\n\nTwo."),
            prose: "One.\n\nTwo."
        ),
        Answer(
            testDescription: "texts without a phase beside a final answer",
            parts: [
                ModelPart(.text(), "Plain."), ModelPart(.text(.commentary), "Said."),
                ModelPart(.text(.finalAnswer), "Done."),
            ],
            outcome: .message("Plain.\n\nDone."),
            prose: "Plain.\n\nDone."
        ),
        Answer(
            testDescription: "a block that commentary begins and does not end",
            parts: [ModelPart(.text(.commentary), "<lashlang>\nfinish 2\n"), ModelPart(.text(.finalAnswer), "Done.")],
            outcome: .message("Done."),
            prose: "Done."
        ),
        Answer(
            testDescription: "a whole block in commentary",
            parts: [ModelPart(.text(.commentary), "Now:\n\(block)\n"), ModelPart(.text(.finalAnswer), "Done.")],
            outcome: .value(1),
            prose: "Now:\n"
        ),
        Answer(
            testDescription: "a block in the final answer",
            parts: [ModelPart(.text(.commentary), "So…"), ModelPart(.text(.finalAnswer), "Here.\n\(block)")],
            outcome: .value(1),
            prose: "Here.\n"
        ),
        Answer(
            testDescription: "a whole block in what is thought",
            parts: [ModelPart(.reasoning(), block), ModelPart(.text(), "ok")],
            outcome: .message("ok"),
            prose: "ok"
        ),
        Answer(
            testDescription: "a call of a tool of the service",
            parts: [ModelPart(.toolCall(name: "look")), ModelPart(.text(), "hi")],
            outcome: .message("hi"),
            prose: "hi"
        ),
        Answer(
            testDescription: "empty texts",
            parts: [ModelPart(.text()), ModelPart(.text(), "a\n"), ModelPart(.text()), ModelPart(.text(), "\n\n\nb")],
            outcome: .message("a\n\n\n\nb"),
            prose: "a\n\n\n\nb"
        ),
    ]

    /// However the texts are cut, the turn is the same, and what is shown is what counts.
    @Test(arguments: answers, [ScriptedReply.Chunking.whole, .characters(1), .characters(3)])
    func anAnswerOfPartsMeansOneThing(answer: Answer, chunking: ScriptedReply.Chunking) async throws {
        let sandbox = try Box([
            ScriptedReply(parts: answer.parts, chunking: chunking), ScriptedReply(answer.next),
        ])
        let log = EventLog()
        let result = try await sandbox.session().turn("Go").stream(to: log)
        #expect(result.outcome == answer.outcome)
        #expect(result.modelCalls == (answer.next == "Never said." ? 1 : 2))
        #expect(log.lastProse == answer.prose)
    }

    /// Whatever the parts are, and however their texts are cut, the turn and what it shows are the same.
    @Test func chunkingDoesNotMatter() async throws {
        var random = SplitMix(seed: 11)
        let pieces = [
            "<lashlang>", "</lashlang>", "\n", "\n", "\r\n", " ", "x = 1", "finish 1", "Hello", "\"\"\"", "<", "</lash",
            "é",
        ]
        for _ in 0..<300 {
            let parts = (0..<random.next(upTo: 5)).map { _ in
                let text = (0..<random.next(upTo: 8)).map { _ in pieces[random.next(upTo: pieces.count)] }.joined()
                let kinds: [ModelPart.Kind] = [
                    .text(), .text(), .text(.commentary), .text(.finalAnswer), .reasoning(), .reasoning(summary: ["s"]),
                    .toolCall(name: "t"),
                ]
                return ModelPart(kinds[random.next(upTo: kinds.count)], text)
            }
            var seen: [Seen] = []
            for chunking in [ScriptedReply.Chunking.whole, .characters(1), .characters(4)] {
                let session = try await Box([ScriptedReply(parts: parts, chunking: chunking), "Next."]).session()
                let log = EventLog()
                let result = try await session.turn("Go").maximumCalls(1).stream(to: log)
                seen.append(
                    Seen(
                        outcome: result.outcome,
                        history: await session.history,
                        prose: log.lastProse,
                        thoughts: log.events.compactMap { if case .reasoning(let text) = $0 { text } else { nil } }
                            .joined()
                    )
                )
            }
            #expect(seen[0] == seen[1] && seen[0] == seen[2], "\(parts)")
        }
    }

    private struct Seen: Equatable {
        var outcome: TurnOutcome
        var history: [HistoryEntry]
        var prose: String
        var thoughts: String
    }

    @Test func theNewlinesBetweenTwoTextsBelongToTheBlock() async throws {
        let parts = [ModelPart(.text(), "<lashlang>\nprint \"s\""), ModelPart(.text(), "</lashlang>")]
        let session = try await Box([ScriptedReply(parts: parts), "Done."]).session()
        _ = try await session.turn("Go").run()
        let codes = await session.history.compactMap { if case .step(let step) = $0 { step.code } else { nil } }
        #expect(codes == ["print \"s\"\n"])
    }

    @Test func whatIsTakenBackIsToldOf() async throws {
        let parts = [
            ModelPart(.reasoning(), "Hm."), ModelPart(.text(.commentary), "Wait."),
            ModelPart(.text(.finalAnswer), "Done."),
        ]
        let log = EventLog()
        _ = try await Box([ScriptedReply(parts: parts)]).session().turn("Go").stream(to: log)
        let shown = log.events.filter { event in
            switch event {
            case .prose, .reasoning, .streamReset: true
            default: false
            }
        }
        #expect(shown == [.reasoning("Hm."), .prose("Wait."), .streamReset, .reasoning("Hm."), .prose("Done.")])
    }

    @Test func aSummaryStandsForThoughtsThatAreNotShown() async throws {
        let parts = [
            ModelPart(.reasoning(summary: ["One.", "Two."]), " \n"),
            ModelPart(.reasoning(summary: ["Not said."]), "Shown."),
            ModelPart(.text(), "Done."), ModelPart(.reasoning(summary: ["Last."])),
        ]
        let log = EventLog()
        _ = try await Box([ScriptedReply(parts: parts)]).session().turn("Go").stream(to: log)
        let thoughts = log.events.compactMap { if case .reasoning(let text) = $0 { text } else { nil } }.joined()
        #expect(thoughts == " \nOne.\n\nTwo.\n\nShown.\n\nLast.")
        #expect(ModelResponse(parts: parts).reasoning == "One.\n\nTwo.\n\nShown.\n\nLast.")
    }

    @Test func aRetryVoidsPartsToo() async throws {
        let parts = [ModelPart(.text(.finalAnswer), "Do"), ModelPart(.text(.commentary), "And")]
        let reply = ScriptedReply(parts: parts, fault: .restart(afterPieces: 2))
        #expect(try await Box([reply]).session().turn("Go").run().message == "Do")
    }

    @Test func anAnswerOfPartsIsJSON() throws {
        let parts = [
            ModelPart(.reasoning(summary: ["s"])), ModelPart(.text(.commentary), "a"), ModelPart(.toolCall(name: "t")),
            ModelPart(.text(.finalAnswer), "b"),
        ]
        let response = ModelResponse(parts: parts, stopReason: .stop)
        let value = try ValueEncoder().encode(response)
        #expect(
            try value.json()
                == #"{"text":"b","reasoning":"s","parts":[{"type":"reasoning","summary":["s"]},"#
                + #"{"type":"text","phase":"commentary","text":"a"},{"type":"tool_call","name":"t"},"#
                + #"{"type":"text","phase":"final_answer","text":"b"}],"stop_reason":"stop"}"#
        )
        #expect(try ValueDecoder().decode(ModelResponse.self, from: value) == response)
    }

    @Test func aHookThatSetsTheTextLeavesOne() {
        var response = ModelResponse(parts: [
            ModelPart(.text(.commentary), "a"), ModelPart(.reasoning(), "r"), ModelPart(.text(.finalAnswer), "b"),
        ])
        response.text = "c"
        #expect(response.parts == [ModelPart(.text(), "c"), ModelPart(.reasoning(), "r")])
        response.reasoning = ""
        #expect(response.parts == [ModelPart(.text(), "c")])
    }

    @Test func aTurnOfPartsIsReplayed() async throws {
        let trace = MemoryTrace()
        let parts = [ModelPart(.text(.commentary), "Now:\n\(Self.block)\n"), ModelPart(.text(.finalAnswer), "Done.")]
        let box = try Box([ScriptedReply(parts: parts)]) { $0.trace = trace }
        #expect(try await box.session().turn("Go").run().value == 1)
        let replay = try TraceReplay(trace.records)
        #expect(try await replay.run(box.core.configuration).isEmpty)
    }
}

@Suite struct PartJoinerTests {
    @Test(arguments: [
        (["a", "b"], "a\n\nb"), (["a\n", "b"], "a\n\nb"), (["a\n\n\n", "b"], "a\n\n\nb"), (["a", "\nb"], "a\n\nb"),
        (["", "b"], "b"), (["a", "", "b"], "a\n\nb"), (["a", "\n\n\nb"], "a\n\n\nb"), (["a\n", "\n", "b"], "a\n\nb"),
    ])
    func partsAreABlankLineApart(parts: [String], text: String) {
        var (whole, cut) = (PartJoiner(), PartJoiner())
        var (joined, pieces) = ("", "")
        for part in parts {
            whole.endPart()
            cut.endPart()
            joined += whole.join(part)
            for character in part { pieces += cut.join(String(character)) }
        }
        #expect(joined == text && pieces == text)
    }

    @Test func piecesOfOnePartStayTogether() {
        var joiner = PartJoiner()
        joiner.endPart()
        #expect(joiner.join("a") + joiner.join("\n") + joiner.join("\n") == "a\n\n")
        joiner.endPart()
        #expect(joiner.join("b") == "b")
    }
}
