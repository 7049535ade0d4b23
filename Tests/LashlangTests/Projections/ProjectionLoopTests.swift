import Lashlang
import Synchronization
import Testing

/// A list of records that are somewhere else: counts how often somebody has to go there.
private final class RemoteRows: ProjectionDescriptor {
    final class Row: ProjectionDescriptor {
        let kind = ProjectionKind.record
        let number: Int
        let trips: Trips

        init(_ number: Int, _ trips: Trips) {
            self.number = number
            self.trips = trips
        }

        func say(_ question: ProjectionQuestion) -> ProjectionAnswer {
            switch question {
            case .field("broken") where number == 40: .failure("the line is cut")
            case .field("n"), .field("broken"): .count(number)
            case .field("even"): .bool(number % 2 == 0)
            case .field("text"): .string(String(repeating: "x", count: 1000))
            case .field: .missing
            case .materialize: .value(["n": .number(Double(number))])
            default: .unanswered
            }
        }

        func answerLater(_ question: ProjectionQuestion) async throws -> ProjectionAnswer {
            trips.count(1)
            return say(question)
        }
    }

    final class Trips: Sendable {
        private let counts = Mutex((trips: 0, elements: 0))
        var made: Int { counts.withLock { $0.trips } }
        var elements: Int { counts.withLock { $0.elements } }

        func count(_ elements: Int) {
            counts.withLock {
                $0.trips += 1
                $0.elements += elements
            }
        }
    }

    let kind = ProjectionKind.list
    let answersForElements: Bool
    let trips = Trips()
    private let size: Int

    init(_ size: Int, together: Bool = true) {
        self.size = size
        answersForElements = together
    }

    func answerLater(_ question: ProjectionQuestion) async throws -> ProjectionAnswer {
        trips.count(0)
        switch question {
        case .length: return .count(size)
        case .element(let index): return index < size ? .projection(Row(index, trips)) : .missing
        case .elements(let position, let count):
            let end = min(size, position.index + count)
            let rows = (position.index..<end).map { ProjectionAnswer.projection(Row($0, trips)) }
            return .elements(ProjectionElements(rows, isLast: end == size))
        default: return .unanswered
        }
    }

    func answersLater(
        _ questions: [ProjectionQuestion],
        ofElements elements: [any ProjectionDescriptor]
    ) async throws -> [[ProjectionAnswer]] {
        trips.count(elements.count)
        return elements.map { element in questions.map { (element as? Row)?.say($0) ?? .failure("no row") } }
    }
}

/// Loops over data that has to be waited for.
@Suite struct ProjectionLoopTests {
    private func run(
        _ text: String,
        _ rows: RemoteRows,
        in session: Session = Session(),
        limits: Limits = Limits()
    ) async throws -> Value? {
        var bindings = ProjectedBindings()
        try bindings.bind("rows", projecting: rows)
        let program = try program(text, reading: ["rows"])
        let outcome = try await session.run(program, host: Host(), bindings: bindings, limits: limits)
        guard case .finished(let value) = outcome else { return nil }
        return value
    }

    private static let sum: Value = 499_500

    @Test(
        arguments: [
            ("t = 0\nfor r in rows { t = t + r.n }\nfinish t", sum),
            ("finish sum([r.n for r in rows])", sum),
            ("finish len([r.n for r in rows if r.even])", 500),
            ("t = 0\nfor r in rows { if r.even { t = t + r.n } }\nfinish t", 249_500),
            ("t = 0\nfor r in rows { t = t + (r.missing == null ? 1 : 0) + r.n }\nfinish t", 500_500),
        ] as [(String, Value)]
    )
    func aThousandElementsAreAHandfulOfRoundTrips(_ text: String, _ result: Value) async throws {
        let rows = RemoteRows(1000)
        let session = Session()
        #expect(try await run(text, rows, in: session) == result)
        #expect(rows.trips.made <= 60, "\(rows.trips.made)")
        let alone = RemoteRows(1000, together: false)
        let other = Session()
        #expect(try await run(text, alone, in: other) == result)
        #expect(alone.trips.made >= 1000)
        // Who asks together has read the same, and was charged the same.
        #expect(session.receipts == other.receipts)
        #expect(session.statistics.fuel == other.statistics.fuel)
    }

    @Test func aLoopThatEndsEarlyAsksForAPieceMore() async throws {
        let rows = RemoteRows(1000)
        #expect(try await run("for r in rows { if r.n == 3 { finish 1 } }", rows) == 1)
        #expect(rows.trips.made == 2 && rows.trips.elements == 16)
        let later = RemoteRows(1000)
        #expect(try await run("for r in rows { if r.n == 600 { break } }\nfinish 1", later) == 1)
        #expect(later.trips.elements <= 600 + 128)
    }

    @Test func anErrorComesAtItsElement() async throws {
        let rows = RemoteRows(1000)
        let session = Session()
        let error = await #expect(throws: RuntimeError.self) {
            try await run("seen = 0\nfor r in rows { x = r.broken\nseen = seen + 1 }", rows, in: session)
        }
        #expect(error?.diagnostic.message == "projection `rows[40]` failed: the line is cut")
        #expect(session["seen"] == 40)
        // Nobody comes to it: no error.
        #expect(try await run("for r in rows { if r.broken == 39 { finish 1 } }", RemoteRows(1000)) == 1)
    }

    @Test func nestedLoopsKeepApartWhatTheyRead() async throws {
        let text = """
            t = 0
            for a in rows { for b in rows { if b.even { t = t + a.n * b.n } } }
            finish t
            """
        let rows = RemoteRows(20)
        #expect(try await run(text, rows) == .number(Double(190 * 90)))
        // One for each `a.n`, and a few for each inner loop.
        #expect(rows.trips.made < 250)
    }

    @Test func limitsHoldMeanwhile() async throws {
        var limits = Limits()
        limits.memory = 400_000
        let rows = RemoteRows(1000)
        // Nothing is kept of what was read.
        #expect(
            try await run("t = 0\nfor r in rows { t = t + len(r.text) }\nfinish t", rows, limits: limits) == 1_000_000
        )
        let error = await #expect(throws: RuntimeError.self) {
            try await run("finish len([r.text for r in rows])", RemoteRows(1000), limits: limits)
        }
        #expect(error?.diagnostic.code == "E0402")
    }

    @Test func aSuspendedLoopGoesOn() async throws {
        let registry = ProjectionRegistry()
        let rows = RemoteRows(100)
        var bindings = ProjectedBindings()
        try bindings.bind("rows", projecting: rows, ref: registry.registerMemory(rows))
        let text = "t = 0\nfor r in rows { t = t + r.n }\nfinish t"
        var run = Session().start(try program(text, reading: ["rows"]), bindings: bindings)
        var reads = 0
        while true {
            switch try run.resume() {
            case .reading(let read):
                reads += 1
                // Each time in another process, with what it had asked asked again.
                run = try Run(snapshot: run.snapshot())
                await run.resolve(registry)
                if case .reading(let again) = try run.resume() { run.answer(await again.answers()) }
                #expect(read.path.hasPrefix("rows"))
            case .ended(let outcome):
                #expect(outcome == .finished(4950))
                #expect(reads > 3)
                return
            default: continue
            }
        }
    }
}
