import InMemoryLogging
import LashAgent
import LashProviders
import LashTestServers
import Lashlang
import Logging
import Testing

@Suite struct RetryTests {
    private func refusal(_ status: Int, _ headers: String...) -> [TranscriptServer.Step] {
        let body = #"{"error":{"message":"Not now."}}"#
        return [.response(status, headers.first ?? "x-nothing: 1", body: body)]
    }

    @Test(arguments: [408, 409, 425, 429, 500, 502, 503, 504, 529])
    func failuresThatPassAreAskedAgain(status: Int) async throws {
        let server = try await TranscriptServer([refusal(status), .stream(shortAnswer)])
        let clock = SkippingClock()
        #expect(try await openAI(server, clock: clock).stream(hello).response().text == "Hi")
        #expect(clock.waits == [2000])
    }

    @Test func waitsDoubleAndAttemptsEnd() async throws {
        let server = try await TranscriptServer([refusal(500), refusal(502), refusal(503), refusal(500)])
        let clock = SkippingClock()
        let (events, error) = await events(try openAI(server, clock: clock))
        #expect(clock.waits == [2000, 4000, 8000])
        #expect(server.requests.count == 4)
        #expect(
            error
                == ModelError(.server, "OpenAI-compatible chat request failed with 500: Not now.", status: 500)
        )
        let retries = events.map { event -> ModelRetry? in
            if case .retry(let retry) = event { retry } else { nil }
        }
        #expect(retries.map { $0?.attempt } == [2, 3, 4])
        #expect(retries.first??.maximumAttempts == 4)
        #expect(retries.first??.wait == .seconds(2))
        #expect(retries.first??.reason == "OpenAI-compatible chat request failed with 500: Not now.")
    }

    @Test func aWaitIsNeverLongerThanTheLongest() async throws {
        let server = try await TranscriptServer(Array(repeating: refusal(500), count: 6))
        let clock = SkippingClock()
        _ = await failure(try openAI(server, retries: RetryPolicy(maximumAttempts: 6, jitter: 0), clock: clock))
        #expect(clock.waits == [2000, 4000, 8000, 10_000, 10_000])
    }

    @Test func chanceMakesWaitsLongerButNotMuch() async throws {
        let server = try await TranscriptServer([refusal(500), .stream(shortAnswer)])
        let clock = SkippingClock()
        _ = try await openAI(server, retries: RetryPolicy(jitter: 0.5), clock: clock).stream(hello).response()
        #expect((2000...3000).contains(clock.waits[0]))
    }

    @Test func aServiceCanSayHowLongToWait() async throws {
        let server = try await TranscriptServer([
            refusal(429, "retry-after: 7"), refusal(429, "retry-after-ms: 1500"), refusal(503, "retry-after: 5"),
            .stream(shortAnswer),
        ])
        let clock = SkippingClock()
        #expect(try await openAI(server, clock: clock).stream(hello).response().text == "Hi")
        #expect(clock.waits == [7000, 1500, 5000])
    }

    @Test func waitsThatTheServiceAsksForDoNotCountAsAttempts() async throws {
        let server = try await TranscriptServer(
            Array(repeating: refusal(429, "retry-after: 10"), count: 6) + [.stream(shortAnswer)]
        )
        #expect(try await openAI(server).stream(hello).response().text == "Hi")
        #expect(server.requests.count == 7)
    }

    @Test func waitsThatTheServiceAsksForEnd() async throws {
        let server = try await TranscriptServer(Array(repeating: refusal(429, "retry-after: 0"), count: 200))
        let error = await failure(try openAI(server))
        #expect(error?.kind == .rateLimit)
        #expect(server.requests.count == 91)
        let patient = try await TranscriptServer([refusal(429, "retry-after: 3600")])
        let refused = await failure(try openAI(patient))
        #expect(refused?.retryAfter == .seconds(3600))
        #expect(patient.requests.count == 1)
    }

    @Test(arguments: [
        (400, ModelError.Kind.invalidRequest), (401, .authentication), (402, .quota), (403, .authentication),
        (404, .invalidRequest), (413, .invalidRequest), (422, .invalidRequest),
    ])
    func failuresThatStayAreNotAskedAgain(status: Int, kind: ModelError.Kind) async throws {
        let server = try await TranscriptServer([refusal(status)])
        let error = await failure(try anthropic(server))
        #expect(error == ModelError(kind, "Anthropic request failed with \(status): Not now.", status: status))
        #expect(error?.isRetryable == false)
        #expect(server.requests.count == 1)
    }

    @Test(arguments: [
        (
            429, #"{"error":{"message":"You exceeded your current quota","code":"insufficient_quota"}}"#,
            ModelError.Kind.quota
        ),
        (400, #"{"error":{"message":"This model's maximum context length is 8192 tokens"}}"#, .contextOverflow),
        (400, #"{"error":{"type":"invalid_request_error","message":"prompt is too long: 9 > 8"}}"#, .contextOverflow),
        (400, #"{"error":{"message":"x","code":"content_policy_violation"}}"#, .contentFilter),
        (404, #"{"error":"model 'm' does not exist"}"#, .unsupportedModel),
        (400, #"{"detail":"Bad"}"#, .invalidRequest),
        (500, "<html><body>Bad gateway</body></html>", .server),
        (500, "", .server),
    ])
    func theServicesWordsSayWhatKindOfFailureItIs(status: Int, body: String, kind: ModelError.Kind) async throws {
        let server = try await TranscriptServer(.response(status, body: body))
        let error = await failure(try openAI(server, retries: .never))
        #expect(error?.kind == kind)
    }

    @Test func aPageOfMarkupIsNotShown() async throws {
        let server = try await TranscriptServer(.response(502, body: "\n<html>…</html>"))
        let error = await failure(try openAI(server, retries: .never))
        #expect(error?.message == "OpenAI-compatible chat request failed with 502: no details")
    }

    @Test func aHugeErrorIsCut() async throws {
        let server = try await TranscriptServer(.response(500, body: String(repeating: "ä", count: 300_000)))
        let error = await failure(try openAI(server, retries: .never))
        #expect((2000..<3000).contains(error?.message.count ?? 0))
    }

    @Test func anAnswerThatIsCutIsVoidAndAskedForAgain() async throws {
        let begun = "data: {\"choices\":[{\"delta\":{\"content\":\"Once \"}}]}\n\n"
        let server = try await TranscriptServer([
            [.streamHead, .chunk(begun), .close], [.streamHead, .chunk(begun), .streamEnd], .stream(shortAnswer),
        ])
        let (events, error) = await events(try openAI(server))
        #expect(error == nil)
        var response = ModelResponse()
        var discarded: [Bool] = []
        for event in events {
            response.append(event)
            if case .retry(let retry) = event { discarded.append(retry.discardsText) }
        }
        #expect(response == ModelResponse(text: "Hi", stopReason: .stop))
        #expect(discarded == [true, true])
    }

    @Test func whatIsNoHTTPIsAnError() async throws {
        let server = try await TranscriptServer(.bytes(Array("ICY 200 OK\n\n\0\0\0".utf8)), .close)
        let error = await failure(try openAI(server, retries: .never))
        #expect(error?.kind == .malformedResponse)
        #expect(error?.message == "127.0.0.1:\(server.port) does not speak HTTP as it should")
    }

    @Test func aConnectionThatEndsAtOnceIsAnError() async throws {
        let server = try await TranscriptServer(.close)
        let error = await failure(try openAI(server, retries: .never))
        #expect(
            error
                == ModelError(
                    .network,
                    "127.0.0.1:\(server.port) closed the connection before the answer was complete"
                )
        )
    }

    @Test func aServiceThatIsNotThereIsAnError() async throws {
        let server = try await TranscriptServer([])
        let model = try openAI(server, retries: .never)
        try await server.stop()
        let error = await failure(model)
        #expect(error?.kind == .network)
        #expect(error?.message.hasSuffix("Connection refused") == true)
    }

    @Test func anotherPlaceIsNotFollowed() async throws {
        let other = try await TranscriptServer([.stream(shortAnswer)])
        let server = try await TranscriptServer(.response(307, "location: \(other.address)/v1", body: ""))
        let error = await failure(try openAI(server, key: APIKey("sk-secret")))
        #expect(error?.kind == .configuration)
        #expect(
            error?.message
                == "OpenAI-compatible chat request failed with 307: the service has moved to \(other.address)/v1"
        )
        #expect(other.requests.isEmpty)
    }

    @Test func anAnswerWithoutAnEndIsCut() async throws {
        let server = try await TranscriptServer(.streamHead, .endless([UInt8]("6\r\n: hm\n\n\r\n".utf8)))
        let model = try OpenAIModel("m", baseURL: server.address, maximumAnswerBytes: 600, environment: { _ in nil })
        #expect(await failure(model) == ModelError(.malformedResponse, "the answer is longer than 600 bytes"))
        await server.untilClosed()
    }
}

@Suite struct SecretTests {
    @Test func aKeyShowsItselfNowhere() async throws {
        let key = APIKey("sk-very-secret")
        let handler = InMemoryLogHandler()
        let logger = Logger(label: "test") { _ in handler }
        let body = #"{"error":{"message":"Incorrect API key provided: sk-very-secret."}}"#
        let server = try await TranscriptServer([[.response(500, body: body)], [.response(401, body: body)]])
        let model = try openAI(server, key: key, logger: logger)
        let (events, error) = await events(model)
        var dumped = ""
        dump(model, to: &dumped)
        dump(key, to: &dumped)
        let shown = "\(events) \(String(describing: error)) \(handler.entries) \(key) \(dumped) \(model)"
        #expect(!shown.contains("very-secret"))
        #expect(
            error?.message
                == "OpenAI-compatible chat request failed with 401: Incorrect API key provided: [API key]."
        )
        #expect(handler.entries.map(\.message) == ["asking the model again"])
    }

    /// A message is cut after the key has been taken out of it, not through its middle.
    @Test func noHalfOfAKeyIsShown() async throws {
        let body = String(repeating: "x", count: 1_990) + "sk-very-secret, which is wrong"
        let server = try await TranscriptServer(.response(401, body: body))
        let error = await failure(try openAI(server, key: APIKey("sk-very-secret")))
        #expect(error?.message.hasSuffix("x[API key],…") == true && error?.message.contains("sk-") == false)
    }

    @Test func aKeyThatNoHeaderCanHoldIsRefused() async throws {
        let server = try await TranscriptServer([])
        let error = await failure(try openAI(server, key: APIKey("sk\r\nx: y")))
        #expect(error == ModelError(.configuration, "the API key has characters that no key has"))
        #expect(server.requests.isEmpty)
    }

    @Test func anEnvironmentWithoutAKeyHasNone() {
        #expect(APIKey(environment: "LASH_TEST_NO_SUCH_VARIABLE") == nil)
        #expect(APIKey(environment: "PATH") != nil)
    }
}
