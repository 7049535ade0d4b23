import LashAgent
import LashProviders
import LashTestServers
import Lashlang
import Testing

@Suite struct WaitingTests {
    private let begun = TranscriptServer.Step.chunk("data: {\"choices\":[{\"delta\":{\"content\":\"Once \"}}]}\n\n")
    private let more = Array("1f\r\ndata: {\"choices\":[{\"delta\":{}}]}\r\n".utf8)

    @Test func aServiceThatFallsSilentTimesOut() async throws {
        let server = try await TranscriptServer(.streamHead, begun)
        let timeouts = ModelTimeouts(idle: .milliseconds(100))
        let (events, error) = await events(try openAI(server, retries: .never, timeouts: timeouts))
        // On a machine that is busy the silence may begin before the text is read.
        #expect(events.isEmpty || events == [.text("Once ")])
        #expect(error == ModelError(.timeout, "127.0.0.1:\(server.port) was silent for 100 ms"))
        await server.untilClosed()
    }

    @Test func aServiceThatNeverAnswersTimesOut() async throws {
        let server = try await TranscriptServer([[]])
        let timeouts = ModelTimeouts(idle: .milliseconds(100))
        let error = await failure(try openAI(server, retries: .never, timeouts: timeouts))
        #expect(error?.kind == .timeout)
        await server.untilClosed()
    }

    @Test func anAnswerThatNeverEndsTimesOut() async throws {
        let server = try await TranscriptServer(.streamHead, begun, .endless(Array("6\r\n: hm\n\n\r\n".utf8)))
        let timeouts = ModelTimeouts(answer: .milliseconds(200))
        let error = await failure(try openAI(server, retries: .never, timeouts: timeouts))
        #expect(
            error == ModelError(.timeout, "OpenAI-compatible chat answer was not complete after 200 ms")
        )
        await server.untilClosed()
    }

    @Test func cancellingTheReaderClosesTheConnection() async throws {
        let server = try await TranscriptServer(.streamHead, begun)
        let model = try openAI(server)
        let (came, hasCome) = AsyncStream<Void>.makeStream()
        let reading = Task {
            for try await _ in model.stream(hello) { hasCome.yield() }
        }
        for await _ in came { break }
        reading.cancel()
        await #expect(throws: ModelError.cancelled) { try await reading.value }
        await server.untilClosed()
    }

    @Test func lettingTheStreamGoClosesTheConnection() async throws {
        let server = try await TranscriptServer(.streamHead, begun)
        let model = try openAI(server)
        try await readOne(model)
        await server.untilClosed()
    }

    private func readOne(_ model: OpenAIModel) async throws {
        for try await event in model.stream(hello) {
            #expect(event == .text("Once "))
            break
        }
    }

    @Test func cancellingTheStreamClosesTheConnection() async throws {
        let server = try await TranscriptServer(.streamHead, begun)
        let stream = try openAI(server).stream(hello)
        let error = await #expect(throws: ModelError.self) {
            for try await _ in stream { stream.cancel() }
        }
        #expect(error == .cancelled)
        await server.untilClosed()
    }

    @Test func aWaitForAnotherAttemptCanBeCancelled() async throws {
        let server = try await TranscriptServer([[.response(500, body: "")]])
        let model = try OpenAIModel("m", baseURL: server.address, environment: { _ in nil })
        let stream = model.stream(hello)
        let error = await #expect(throws: ModelError.self) {
            for try await event in stream {
                if case .retry = event { stream.cancel() }
            }
        }
        #expect(error == .cancelled)
    }

    @Test func anAnswerIsCompleteBeforeItsConnectionEnds() async throws {
        // The end of the stream never comes, and nobody waits for it.
        let server = try await TranscriptServer(.streamHead, .chunk(shortAnswer))
        #expect(try await openAI(server).stream(hello).response().text == "Hi")
    }
}
