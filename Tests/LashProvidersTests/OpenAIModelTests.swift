import LashAgent
import LashProviders
import LashTestServers
import Lashlang
import Testing

@Suite struct OpenAIModelTests {
    @Test(arguments: [Int.max, 1, 7])
    func anAnswerStreams(chunk: Int) async throws {
        let server = try await TranscriptServer([.stream(Transcripts.text("openai.sse"), chunk: chunk)])
        let (events, error) = await events(try openAI(server))
        #expect(error == nil)
        #expect(
            events == [
                .text("Counting 🙂.\n"), .text("<lash"), .text("lang>\nfinish 1\n</lashlang>"),
                .usage(ModelUsage(input: 200, output: 40, cacheRead: 1000, reasoning: 12)), .stop(.stop),
            ]
        )
    }

    @Test func reasoningAndSignsOfLifeAreUnderstood() async throws {
        let server = try await TranscriptServer([.stream(Transcripts.text("openrouter.sse"))])
        let response = try await openAI(server).stream(hello).response()
        #expect(
            response
                == ModelResponse(
                    text: "Done.",
                    reasoning: "Let me think.",
                    usage: ModelUsage(input: 14, output: 163),
                    stopReason: .outputLimit
                )
        )
    }

    @Test func anAnswerMayComeInOnePiece() async throws {
        let body = try Transcripts.text("ollama.json")
        let server = try await TranscriptServer(.response(200, "content-type: application/json", body: body))
        let response = try await openAI(server).stream(hello).response()
        #expect(
            response
                == ModelResponse(
                    text: "Hello there.",
                    reasoning: "A greeting.",
                    usage: ModelUsage(input: 11, output: 4),
                    stopReason: .stop
                )
        )
    }

    @Test func aContentMayBeAListOfParts() async throws {
        let body =
            #"{"choices":[{"message":{"reasoning_details":[{"type":"reasoning.summary","summary":"Why."}],"content":["#
            + #"{"type":"text","text":"a","phase":"commentary"},{"type":"thinking","thinking":[{"type":"text","text":"t"}]},"#
            + #"{"type":"text","text":"b"},{"type":"text","text":"c"}],"tool_calls":[{"index":0,"function":{"name":"look"}}]},"#
            + #""finish_reason":"stop"}]}"#
        let server = try await TranscriptServer(.response(200, "content-type: application/json", body: body))
        let response = try await openAI(server).stream(hello).response()
        #expect(
            response.parts == [
                ModelPart(.reasoning(summary: ["Why."])), ModelPart(.text(.commentary), "a"),
                ModelPart(.reasoning(), "t"),
                ModelPart(.text(), "b"), ModelPart(.text(), "c"), ModelPart(.toolCall(name: "look")),
            ]
        )
        #expect(response.text == "a\n\nb\n\nc" && response.reasoning == "Why.\n\nt")
    }

    @Test func piecesOfOnePartStayOnePart() async throws {
        let deltas = [
            #"{"content":[{"type":"text","text":"a"}]}"#, #"{"content":[{"type":"text","text":"b"}]}"#,
            #"{"content":[{"type":"text","index":1,"text":"c"}]}"#,
            #"{"content":"d","phase":"commentary"}"#, #"{"content":"e","phase":"commentary"}"#,
            #"{"content":"f","phase":"final_answer"}"#,
            #"{"reasoning_details":[{"summary":"W"}]}"#, #"{"reasoning_details":[{"summary":"hy."}]}"#,
            #"{"tool_calls":[{"index":0,"function":{"name":"look"}}]}"#,
            #"{"tool_calls":[{"index":0,"function":{"arguments":"{}"}}]}"#,
        ]
        let text = deltas.map { "data: {\"choices\":[{\"delta\":\($0)}]}\n\n" }.joined() + "data: [DONE]\n\n"
        let server = try await TranscriptServer([.stream(text)])
        let response = try await openAI(server).stream(hello).response()
        #expect(
            response.parts == [
                ModelPart(.text(), "ab"), ModelPart(.text(), "c"), ModelPart(.text(.commentary), "de"),
                ModelPart(.text(.finalAnswer), "f"), ModelPart(.reasoning(), "Why."),
                ModelPart(.toolCall(name: "look")),
            ]
        )
        #expect(response.text == "ab\n\nc\n\nf" && response.stopReason == .toolUse)
    }

    @Test func theRequestIsAsServicesWantIt() async throws {
        let server = try await TranscriptServer([.stream(shortAnswer)])
        let request = ModelRequest(
            messages: [
                ModelMessage(.system, "Be brief.", endsCachedPrefix: true),
                ModelMessage(.user, [.text("What?"), .image(ModelImage(mime: "image/png", bytes: [1, 2, 3]))]),
            ],
            effort: "high",
            maximumOutputTokens: 9,
            temperature: 0.5,
            sessionID: "s1"
        )
        _ = try await openAI(server, key: APIKey(" sk-secret\n")).stream(request).response()
        let sent = try #require(server.requests.first)
        #expect(sent.line == "POST /v1/chat/completions HTTP/1.1")
        #expect(sent.header("authorization") == "Bearer sk-secret")
        #expect(sent.header("content-type") == "application/json")
        #expect(sent.header("x-session-id") == nil)
        #expect(
            sent.text
                == #"{"model":"m","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"#
                + #"[{"type":"text","text":"What?"},{"type":"image_url","image_url":"#
                + #"{"url":"data:image/png;base64,AQID"}}]}],"stream":true,"stream_options":{"include_usage":true},"#
                + #""max_tokens":9,"temperature":0.5,"reasoning_effort":"high"}"#
        )
    }

    @Test(arguments: [
        ("stop", ModelStopReason.stop), ("tool_calls", .toolUse), ("length", .outputLimit),
        ("content_filter", .contentFilter), ("boom", .providerError),
    ])
    func reasonsToStopAreUnderstood(text: String, reason: ModelStopReason) async throws {
        let server = try await TranscriptServer([
            .stream(#"data: {"choices":[{"delta":{"content":"a"},"finish_reason":"\#(text)"}]}"# + "\n\n")
        ])
        #expect(try await openAI(server).stream(hello).response().stopReason == reason)
    }

    @Test func aReasonToStopCanBeMissing() async throws {
        let server = try await TranscriptServer([
            .stream("data:{\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\r\n\r\ndata:[DONE]\r\n\r\n")
        ])
        #expect(try await openAI(server).stream(hello).response() == ModelResponse(text: "a", stopReason: .stop))
    }

    @Test func anAnswerThatAsksForToolsSaysSo() async throws {
        let server = try await TranscriptServer([
            .stream("data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0}]}}]}\n\ndata: [DONE]\n\n")
        ])
        #expect(try await openAI(server).stream(hello).response().stopReason == .toolUse)
    }

    @Test func anEmptyAnswerIsAskedForAgain() async throws {
        let empty =
            "data: {\"choices\":[{\"delta\":{\"content\":\"\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"
        let server = try await TranscriptServer([.stream(empty), .stream(shortAnswer)])
        #expect(try await openAI(server).stream(hello).response().text == "Hi")
        let onlyEmpty = try await TranscriptServer([.stream(empty)])
        let error = await failure(try openAI(onlyEmpty, retries: .never))
        #expect(error == ModelError(.emptyResponse, "OpenAI-compatible empty_response"))
    }

    @Test func anErrorInsideOfTheStreamHasTheServicesWords() async throws {
        let server = try await TranscriptServer([
            .stream("data: {\"error\":{\"message\":\"The prompt is too long: 9 > 8\",\"code\":400}}\n\n")
        ])
        let error = await failure(try openAI(server))
        #expect(error?.kind == .contextOverflow)
        #expect(error?.message == "OpenAI-compatible chat stream error: The prompt is too long: 9 > 8")
        #expect(server.requests.count == 1)
    }

    @Test func aPayloadThatIsNoJSONIsAnError() async throws {
        let server = try await TranscriptServer([.stream("data: {\"choices\":[{\n\n")])
        let error = await failure(try openAI(server))
        #expect(error?.kind == .malformedResponse)
        #expect(error?.message.hasPrefix("Invalid Chat Completions SSE payload: ") == true)
        let list = try await TranscriptServer([.stream("data: [1]\n\n")])
        #expect(
            await failure(try openAI(list))?.message == "Invalid Chat Completions SSE payload: it is no object"
        )
    }

    @Test func connectionsAreUsedAgain() async throws {
        let answer = TranscriptServer.Step.response(200, "content-type: text/event-stream", body: shortAnswer)
        let server = try await TranscriptServer([[answer], [answer]])
        let model = try openAI(server)
        for _ in 0..<2 { #expect(try await model.stream(hello).response().text == "Hi") }
        #expect(server.requests.map(\.connection) == [0, 0])
    }
}
