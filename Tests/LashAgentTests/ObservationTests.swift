import LashAgent
import Lashlang
import Testing

/// Watching a session, and coming back to it.
@Suite struct ObservationTests {
    private typealias Box = AgentSandbox

    private func next(_ updates: inout SessionUpdates.Iterator, _ count: Int) async -> [SessionUpdate] {
        var found: [SessionUpdate] = []
        while found.count < count, let update = await updates.next() { found.append(update) }
        return found
    }

    private func kinds(_ updates: [SessionUpdate]) -> [String] {
        updates.map { update in
            switch update {
            case .event(.activity(let activity), _): activity.event.type
            case .event(.committed(let revision), _): "committed \(revision)"
            case .event(.frameSwitched(let frame), _): "frame \(frame.id)"
            case .event(.queueChanged(let queue), _): "queue \(queue.map(\.text))"
            case .gap: "gap"
            }
        }
    }

    private static let turn = ["committed 1", "model_request_started", "assistant_prose_delta", "committed 2"]

    @Test func whatHappensIsToldFromTheCursorOn() async throws {
        let session = try await Box(["One.", "Two."]).session()
        let (view, cursor) = await session.observe()
        #expect(view.session == "s" && view.revision == 0 && view.history.isEmpty && view.openTurn == nil)
        #expect(view.frame.id == "s:frame:initial" && view.turnCount == 0)
        _ = try await session.turn("Go").run()
        var updates = try session.subscribe(from: cursor).makeAsyncIterator()
        let first = await next(&updates, 4)
        #expect(kinds(first) == Self.turn)
        // Whoever comes back with the cursor of an event gets what comes after it, as text too.
        guard case .event(_, let second) = first[1] else { return }
        var again = try session.subscribe(from: SessionCursor(rawValue: second.rawValue)).makeAsyncIterator()
        #expect(await next(&again, 2) == Array(first[2...]))
        let late = await session.observe()
        #expect(late.view.revision == 2 && late.view.history.count == 2 && late.view.turnCount == 1)
        // A reader who waits is told.
        async let more = { [updates] in
            var updates = updates
            return await next(&updates, 1)
        }()
        _ = try await session.turn("Go on").run()
        #expect(await kinds(more) == ["committed 3"])
    }

    @Test func whoWasAwayForTooLongGetsAFreshView() async throws {
        let session = try await Box(["One.", "Two."]) { $0.observation = ObservationLimits(events: 4) }.session()
        let (_, cursor) = await session.observe()
        _ = try await session.turn("Go").run()
        var updates = try session.subscribe(from: cursor).makeAsyncIterator()
        #expect(await kinds(next(&updates, 4)) == Self.turn)
        _ = try await session.turn("Go on").run()
        // Four of eight are left.
        var late = try session.subscribe(from: cursor).makeAsyncIterator()
        guard case .gap(let view, let fresh)? = await late.next() else {
            Issue.record("no gap")
            return
        }
        #expect(view.revision == 4 && view.history.count == 4)
        #expect(await session.observe() == (view, fresh))
        // Whoever is exactly at the edge has lost nothing.
        #expect(await kinds(next(&updates, 1)) == ["committed 3"])
        session.enqueue("and this")
        #expect(await kinds(next(&late, 1)) == [#"queue ["and this"]"#])
        // A reader that is too slow gets a gap in the middle.
        #expect(await kinds(next(&updates, 1)) == ["model_request_started"])
        for _ in 0..<4 { session.enqueue("more") }
        #expect(await kinds(next(&updates, 1)) == ["gap"])
    }

    @Test func eventsGrowOld() async throws {
        let clock = ManualClock(now: 1_000_000)
        let session = try await Box([]) { core in
            core.clock = clock
            core.observation = ObservationLimits(age: .seconds(10))
        }.session()
        let (_, cursor) = await session.observe()
        session.enqueue("one")
        clock.advance(by: .seconds(9))
        session.enqueue("two")
        clock.advance(by: .seconds(1))
        var updates = try session.subscribe(from: cursor).makeAsyncIterator()
        #expect(await kinds(next(&updates, 2)) == [#"queue ["one"]"#, #"queue ["one", "two"]"#])
        clock.advance(by: .seconds(5))
        var late = try session.subscribe(from: cursor).makeAsyncIterator()
        #expect(await kinds(next(&late, 1)) == ["gap"])
    }

    @Test func framesAndTheQueueAreToldOf() async throws {
        let code = "await control.continue_as({task: \"go on\"})?"
        let session = try await Box([Box.block(code), "Done."]) { core in
            core.plugins.append(ContinueAs())
            // However long the test takes.
            core.observation = ObservationLimits(age: .seconds(1e9))
        }.session()
        let (_, cursor) = await session.observe()
        let input = session.enqueue("first", at: .nextTurn)
        #expect(session.cancelInput(input) && !session.cancelInput(input))
        session.enqueue("second", at: .nextTurn)
        _ = try await session.turn("Go").run()
        session.enqueue("end")
        var updates = try session.subscribe(from: cursor).makeAsyncIterator()
        var found: [String] = []
        while found.last != #"queue ["end"]"#, let update = await updates.next() { found += kinds([update]) }
        #expect(
            found.filter { !$0.hasPrefix("tool") && !$0.hasPrefix("code") && !$0.hasPrefix("plugin") } == [
                #"queue ["first"]"#, "queue []", #"queue ["second"]"#, "queue []", "queued_input_accepted",
                "committed 1", "model_request_started", "frame s:frame:1", "frame_switched", "committed 2",
                "model_request_started", "assistant_prose_delta", "committed 3",
                #"queue ["end"]"#,
            ],
            "\(found)"
        )
    }

    @Test func nothingIsKeptBeforeSomebodyAsks() async throws {
        let session = try await Box(["One."]).session()
        _ = try await session.turn("Go").run()
        let (view, cursor) = await session.observe()
        #expect(view.turnCount == 1)
        session.enqueue("x")
        var updates = try session.subscribe(from: cursor).makeAsyncIterator()
        #expect(await kinds(next(&updates, 1)) == [#"queue ["x"]"#])
    }

    @Test func aCursorOfAnotherProcessIsAGap() async throws {
        let box = try Box(["One."])
        let (_, cursor) = try await box.session().observe()
        let session = try await box.session()
        var updates = try session.subscribe(from: cursor).makeAsyncIterator()
        #expect(await kinds(next(&updates, 1)) == ["gap"])
    }

    @Test(arguments: [
        ("", "malformed session cursor: it does not begin with `lashsc1:`"),
        ("lashsc2:0:1:s", "malformed session cursor: it does not begin with `lashsc1:`"),
        ("lashsc1:0:1", "malformed session cursor: it has 3 parts, not 4"),
        ("lashsc1:x:1:s", "malformed session cursor: its revision is no number"),
        ("lashsc1:-1:1:s", "malformed session cursor: its revision is no number"),
        ("lashsc1:0:99999999999999999999:s", "malformed session cursor: its position is no number"),
        ("lashsc1:0:1:t:u", "session cursor belongs to `t:u`, not `s`"),
    ])
    func whatIsNoCursorIsRefused(text: String, problem: String) async throws {
        let session = try await Box([]).session()
        let error = #expect(throws: SessionCursorError.self) {
            _ = try session.subscribe(from: SessionCursor(rawValue: text))
        }
        #expect(error?.description == problem)
    }

    @Test func aSubscriptionEndsWithItsTask() async throws {
        let session = try await Box([]).session()
        let (_, cursor) = await session.observe()
        let updates = try session.subscribe(from: cursor)
        let reader = Task {
            var count = 0
            for await _ in updates { count += 1 }
            return count
        }
        reader.cancel()
        #expect(await reader.value == 0)
    }
}
