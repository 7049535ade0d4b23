import LashAgent
import Lashlang
import Testing

@Suite struct ScriptedModelTests {
    private let request = ModelRequest(messages: [ModelMessage(.user, "Hello")])

    private func events(_ model: ScriptedModel) async -> (events: [ModelEvent], error: ModelError?) {
        var events: [ModelEvent] = []
        do throws(ModelError) {
            for try await event in model.stream(request) { events.append(event) }
        } catch {
            return (events, error)
        }
        return (events, nil)
    }

    @Test func repliesComeInOrderAndRequestsAreKept() async throws {
        let model = ScriptedModel(["One", "Two"])
        #expect(try await model.stream(request).response().text == "One")
        #expect(try await model.stream(request).response().text == "Two")
        #expect(model.requests == [request, request])
    }

    @Test func aRequestTooManyIsAnError() async {
        let model = ScriptedModel([])
        let error = await #expect(throws: ModelError.self) { try await model.stream(request).response() }
        #expect(error?.message == "the script has 0 replies, and this is request 1")
    }

    @Test func textComesInThePiecesThatWereAskedFor() async {
        let model = ScriptedModel([
            ScriptedReply("ä🙂cde", chunking: .characters(2), usage: ModelUsage(input: 3, output: 5)),
            ScriptedReply("", chunking: .pieces(["a", "", "b"]), stopReason: .outputLimit),
        ])
        #expect(
            await events(model).events == [
                .text("ä🙂"), .text("cd"), .text("e"), .usage(ModelUsage(input: 3, output: 5)), .stop(.stop),
            ]
        )
        #expect(await events(model).events == [.text("a"), .text(""), .text("b"), .stop(.outputLimit)])
    }

    @Test func anErrorComesAfterItsPieces() async {
        let fault = ModelError(.network, "gone")
        let model = ScriptedModel([
            ScriptedReply("abc", chunking: .characters(1), fault: .error(fault, afterPieces: 2)), .failure(fault),
        ])
        let first = await events(model)
        #expect(first.events == [.text("a"), .text("b")])
        #expect(first.error == fault)
        let second = await events(model)
        #expect(second.events == [])
        #expect(second.error == fault)
    }

    @Test func aRestartMakesWhatCameVoid() async throws {
        let reply = ScriptedReply("abc", reasoning: "Hm", chunking: .characters(1), fault: .restart(afterPieces: 2))
        let response = try await ScriptedModel([reply]).stream(request).response()
        #expect(response == ModelResponse(text: "abc", reasoning: "Hm", stopReason: .stop))
    }

    @Test func silenceEndsWithTheTaskThatReads() async {
        let model = ScriptedModel([ScriptedReply("abc", fault: .silence(afterPieces: 1))])
        let (came, hasCome) = AsyncStream<Void>.makeStream()
        let request = request
        let reading = Task {
            for try await _ in model.stream(request) { hasCome.yield() }
        }
        for await _ in came { break }
        reading.cancel()
        await #expect(throws: ModelError.cancelled) { try await reading.value }
    }

    @Test func silenceEndsWhenTheStreamIsCancelled() async {
        let model = ScriptedModel([ScriptedReply("abc", fault: .silence(afterPieces: 1))])
        let stream = model.stream(request)
        var text = ""
        let error = await #expect(throws: ModelError.self) {
            for try await event in stream {
                if case .text(let piece) = event { text += piece }
                stream.cancel()
            }
        }
        #expect(error == .cancelled)
        #expect(text == "abc")
    }

    @Test func aClosureSeesTheRequestAndItsPosition() async throws {
        let model = ScriptedModel { (request, position) throws(ModelError) in
            ScriptedReply("\(position): \(request.messages[0].text)")
        }
        _ = try await model.stream(request).response()
        #expect(try await model.stream(request).response().text == "1: Hello")
    }
}

@Suite struct ScriptReaderTests {
    @Test func aScriptHoldsRepliesWithTheirOptions() throws {
        let script = """
            First
            reply
            %% thinking
            Hm
            %% reply chunk=3 delay=5 usage=10,20 stop=output_limit
            <lashlang>
            finish 1
            </lashlang>
            %% error rate_limit slow down
            %% reply cut=1

            x

            """
        let replies = try ScriptedReply.read(script: script)
        #expect(replies.count == 4)
        #expect(replies[0] == "First\nreply")
        #expect(
            replies[1]
                == ScriptedReply(
                    "<lashlang>\nfinish 1\n</lashlang>",
                    reasoning: "Hm",
                    chunking: .characters(3),
                    usage: ModelUsage(input: 10, output: 20),
                    stopReason: .outputLimit,
                    delay: .milliseconds(5)
                )
        )
        #expect(replies[2] == .failure(ModelError(.rateLimit, "slow down")))
        #expect(
            replies[3]
                == ScriptedReply(
                    "\nx",
                    fault: .error(ModelError(.network, "the connection was lost"), afterPieces: 1)
                )
        )
    }

    @Test func aScriptMayBeEmpty() throws {
        #expect(try ScriptedReply.read(script: "") == [])
        #expect(try ScriptedReply.read(script: "%% reply") == [""])
    }

    @Test(arguments: [
        ("a\n%% repyl", "line 2: expected `%% reply`, `%% thinking` or `%% error`, not `%% repyl`"),
        ("%% reply chunk=0", "line 1: `chunk=0` is no option of a reply"),
        ("%% reply stop=never", "line 1: `stop=never` is no option of a reply"),
        ("%% reply speed", "line 1: `speed` is no option of a reply"),
        ("%% thinking\nHm", "line 2: a reply has to follow `%% thinking`"),
        ("%% error network x\ny\n%% reply", "line 3: there is text between `%% error` and the next `%%`"),
    ])
    func aMistakeHasItsLine(script: String, message: String) {
        let error = #expect(throws: ScriptError.self) { try ScriptedReply.read(script: script) }
        #expect(error?.description == message)
    }

    @Test func aKindOfErrorHasToExist() {
        let error = #expect(throws: ScriptError.self) { try ScriptedReply.read(script: "%% error boom x") }
        #expect(error?.message.hasPrefix("expected `%% error KIND MESSAGE`, with a KIND of network, timeout, ") == true)
    }
}
