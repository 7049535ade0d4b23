import LashAgent
import LashProviders
import LashTestServers
import Lashlang
import Testing

@Suite struct AnthropicModelTests {
    @Test(arguments: [Int.max, 1, 11])
    func anAnswerStreams(chunk: Int) async throws {
        let server = try await TranscriptServer([.stream(Transcripts.text("anthropic.sse"), chunk: chunk)])
        let response = try await anthropic(server).stream(hello).response()
        #expect(
            response
                == ModelResponse(
                    parts: [
                        ModelPart(.reasoning(), "The board is empty."), ModelPart(.reasoning(), "[Reasoning redacted]"),
                        ModelPart(.text(), "I take the middle ✕."),
                        ModelPart(.text(), "<lashlang>\nfinish 4\n</lashlang>"),
                    ],
                    usage: ModelUsage(input: 25, output: 89, cacheRead: 2000, cacheWrite: 300),
                    stopReason: .stop
                )
        )
        #expect(response.text == "I take the middle ✕.\n\n<lashlang>\nfinish 4\n</lashlang>")
        #expect(response.reasoning == "The board is empty.\n\n[Reasoning redacted]")
    }

    @Test func aCallOfAToolIsAPartOfItsOwn() async throws {
        let body =
            #"{"type":"message","content":[{"type":"text","text":"a","phase":"commentary"},"#
            + #"{"type":"tool_use","id":"t","name":"look","input":{}},{"type":"odd"},"#
            + #"{"type":"text","text":"b","phase":"final_answer"}],"stop_reason":"tool_use","usage":null}"#
        let server = try await TranscriptServer(.response(200, "content-type: application/json", body: body))
        let response = try await anthropic(server).stream(hello).response()
        #expect(
            response.parts == [
                ModelPart(.text(.commentary), "a"), ModelPart(.toolCall(name: "look")),
                ModelPart(.text(.finalAnswer), "b"),
            ]
        )
        #expect(response.text == "b")
    }

    @Test func theConversationIsAsTheServiceWantsIt() async throws {
        let server = try await TranscriptServer([.stream(Transcripts.text("anthropic.sse"))])
        let request = ModelRequest(
            messages: [
                ModelMessage(.system, "Be brief."), ModelMessage(.assistant, "Hi."), ModelMessage(.user, "One"),
                ModelMessage(.system, "A reminder"), ModelMessage(.user, "  \n"), ModelMessage(.assistant, "Two"),
                ModelMessage(.user, [.image(ModelImage(mime: "image/webp", bytes: [1]))]), ModelMessage(.user, "Tail"),
            ],
            maximumOutputTokens: 5
        )
        _ = try await anthropic(server, key: APIKey("sk-ant")).stream(request).response()
        let sent = try #require(server.requests.first)
        #expect(sent.line == "POST /v1/messages HTTP/1.1")
        #expect(sent.header("x-api-key") == "sk-ant")
        #expect(sent.header("authorization") == nil)
        #expect(sent.header("anthropic-version") == "2023-06-01")
        #expect(
            sent.text
                == #"{"model":"m","max_tokens":5,"system":[{"type":"text","text":"Be brief.","#
                + #""cache_control":{"type":"ephemeral"}}],"messages":["#
                + #"{"role":"user","content":[{"type":"text","text":"(The conversation goes on.)"}]},"#
                + #"{"role":"assistant","content":[{"type":"text","text":"Hi."}]},"#
                + #"{"role":"user","content":[{"type":"text","text":"One"},{"type":"text","text":"A reminder"}]},"#
                + #"{"role":"assistant","content":[{"type":"text","text":"Two"}]},"#
                + #"{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/webp","#
                + #""data":"AQ=="}},{"type":"text","text":"Tail","cache_control":{"type":"ephemeral"}}]}],"#
                + #""stream":true}"#
        )
    }

    @Test func theMarkedMessageEndsWhatIsKept() async throws {
        let server = try await TranscriptServer([.stream(Transcripts.text("anthropic.sse"))])
        let request = ModelRequest(messages: [
            ModelMessage(.user, "Old", endsCachedPrefix: true), ModelMessage(.user, "New"),
        ])
        _ = try await anthropic(server, cacheRetention: .long).stream(request).response()
        #expect(
            server.requests.first?.text.contains(
                #"{"type":"text","text":"Old","cache_control":{"type":"ephemeral","ttl":"1h"}},"#
                    + #"{"type":"text","text":"New"}"#
            ) == true
        )
    }

    @Test func nothingIsKeptWhereNobodyWantsIt() async throws {
        let server = try await TranscriptServer([.stream(Transcripts.text("anthropic.sse"))])
        _ = try await anthropic(server, cacheRetention: .none).stream(hello).response()
        #expect(server.requests.first?.text.contains("cache_control") == false)
    }

    @Test(arguments: [
        ("high", #""thinking":{"type":"adaptive"},"output_config":{"effort":"high"}}"#, nil),
        (
            "2000", #""thinking":{"type":"enabled","budget_tokens":2000}}"#,
            "interleaved-thinking-2025-05-14"
        ),
    ])
    func effortIsAWordOrACountOfTokens(effort: String, json: String, beta: String?) async throws {
        let server = try await TranscriptServer([.stream(Transcripts.text("anthropic.sse"))])
        var request = hello
        request.effort = effort
        _ = try await anthropic(server).stream(request).response()
        #expect(server.requests.first?.text.hasSuffix(json) == true)
        #expect(server.requests.first?.header("anthropic-beta") == beta)
    }

    @Test func anImageOfAnotherKindIsRefusedBeforeItIsSent() async throws {
        let server = try await TranscriptServer([])
        let request = ModelRequest(messages: [
            ModelMessage(.user, [.image(ModelImage(mime: "image/tiff", bytes: [1]))])
        ])
        #expect(
            await failure(try anthropic(server), request)
                == ModelError(.invalidRequest, "unsupported_image_format: image/tiff")
        )
        #expect(server.requests.isEmpty)
    }

    @Test(arguments: [
        ("end_turn", ModelStopReason.stop), ("stop_sequence", .stop), ("pause_turn", .stop), ("tool_use", .toolUse),
        ("max_tokens", .outputLimit), ("refusal", .contentFilter),
        ("model_context_window_exceeded", .contextOverflow), ("boom", .providerError),
    ])
    func reasonsToStopAreUnderstood(text: String, reason: ModelStopReason) async throws {
        let body =
            #"{"type":"message","content":[{"type":"text","text":"a"}],"stop_reason":"\#(text)","#
            + #""usage":{"input_tokens":1,"output_tokens":2}}"#
        let server = try await TranscriptServer(.response(200, "content-type: application/json", body: body))
        #expect(
            try await anthropic(server).stream(hello).response()
                == ModelResponse(text: "a", usage: ModelUsage(input: 1, output: 2), stopReason: reason)
        )
    }

    @Test func anOverloadedServiceIsAskedAgain() async throws {
        let overloaded =
            "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n"
        let server = try await TranscriptServer([.stream(overloaded), .stream(Transcripts.text("anthropic.sse"))])
        let (events, error) = await events(try anthropic(server))
        #expect(error == nil)
        guard case .retry(let retry)? = events.first else {
            Issue.record("no retry")
            return
        }
        #expect(retry.reason == "Anthropic stream error: Overloaded")
        #expect(retry.attempt == 2)
        #expect(!retry.discardsText)
    }

    @Test func anErrorThatWillNotPassIsNotAskedAgain() async throws {
        let refused =
            "data: {\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"No.\"}}\n\n"
        let server = try await TranscriptServer([.stream(refused)])
        let error = await failure(try anthropic(server))
        #expect(error?.kind == .invalidRequest)
        #expect(error?.message == "Anthropic stream error: No.")
        #expect(server.requests.count == 1)
    }

    @Test func aPayloadThatIsNoJSONIsAnError() async throws {
        let server = try await TranscriptServer([.stream("data: {\n\n")])
        let error = await failure(try anthropic(server))
        #expect(error?.message.hasPrefix("Invalid Anthropic SSE payload: ") == true)
    }

    @Test func anAnswerWithoutItsEndIsAskedForAgain() async throws {
        let whole = try Transcripts.text("anthropic.sse")
        let half = String(whole.prefix(whole.count / 2))
        let server = try await TranscriptServer([.stream(half), .stream(whole)])
        let (events, error) = await events(try anthropic(server))
        #expect(error == nil)
        let retries = events.compactMap { event -> ModelRetry? in
            if case .retry(let retry) = event { retry } else { nil }
        }
        #expect(retries.map(\.reason) == ["Anthropic answer ended before it was complete"])
        #expect(retries.map(\.discardsText) == [true])
    }
}
