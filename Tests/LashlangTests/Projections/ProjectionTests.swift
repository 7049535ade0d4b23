import Lashlang
import Synchronization
import Testing

/// Answers what it is given, and keeps what it was asked.
final class ScriptedProjection: ProjectionDescriptor {
    let kind: ProjectionKind
    private let script: @Sendable (ProjectionQuestion) throws -> ProjectionAnswer
    private let log = Mutex<[ProjectionQuestion]>([])

    init(_ kind: ProjectionKind, _ script: @escaping @Sendable (ProjectionQuestion) throws -> ProjectionAnswer) {
        self.kind = kind
        self.script = script
    }

    var asked: [ProjectionQuestion] { log.withLock { $0 } }

    func answer(_ question: ProjectionQuestion) throws -> ProjectionAnswer {
        log.withLock { $0.append(question) }
        return try script(question)
    }
}

/// Says what another one says, later.
final class LateProjection: ProjectionDescriptor {
    let kind: ProjectionKind
    private let other: any ProjectionDescriptor
    private let count = Mutex(0)

    init(_ other: any ProjectionDescriptor) {
        self.other = other
        kind = other.kind
    }

    var waits: Int { count.withLock { $0 } }

    func answerLater(_ question: ProjectionQuestion) async throws -> ProjectionAnswer {
        count.withLock { $0 += 1 }
        await Task.yield()
        return late(try other.answer(question))
    }

    private func late(_ answer: ProjectionAnswer) -> ProjectionAnswer {
        switch answer {
        case .projection(let part): .projection(LateProjection(part))
        case .elements(let elements):
            .elements(ProjectionElements(elements.items.map(late), hint: elements.hint, isLast: elements.isLast))
        default: answer
        }
    }
}

func program(_ text: String, reading names: [String]) throws -> Program {
    try Program(text, environment: HostEnvironment(readOnlyNames: Set(names)))
}

func finish(_ text: String, _ name: String, _ descriptor: any ProjectionDescriptor) throws -> Value {
    var bindings = ProjectedBindings()
    try bindings.bind(name, projecting: descriptor)
    let session = Session()
    let outcome = try session.run(program(text, reading: [name]), bindings: bindings)
    #expect(session.strayObjects == 0)
    guard case .finished(let value) = outcome else {
        Issue.record("no result of \(text)")
        return .null
    }
    return value
}

@Suite struct ProjectionTests {
    let board: Value = ["cells": ["x", nil, "o"], "turn": "x", "size": ["width": 3]]

    @Test func partsOfAnElementThatWasMadeOutliveIt() throws {
        let long = String(repeating: "long ", count: 200)
        let rows = ListProjection(Array(0..<3)) { number in
            ["n": .number(Double(number)), "deep": ["texts": [.string(long), .string("\(number)")]]]
        }
        let text = """
            t = rows[1].deep.texts[0]
            xs = [rows[i].deep.texts[0] for i in range(3)]
            finish [len(rows[1].deep.texts[0]), len(t), rows[2].deep.texts[1], rows[0].deep.texts[0] == t, len(xs[2]),
                    rows[1].deep.texts[0] + rows[2].deep.texts[1] == t + "2", contains(rows[0].deep.texts[0], "long")]
            """
        #expect(try finish(text, "rows", rows) == [1000, 1000, "2", true, 1000, true, true])
        // Where each part goes straight to its place.
        #expect(try finish("finish [rows[-1].deep, rows[0].n]", "rows", rows) == [["texts": [.string(long), "2"]], 0])
        #expect(
            try finish(
                "finish {a: rows[0].deep, b: rows[1].deep, c: (rows[2].deep, rows[1].n)}.c[0].texts[1]",
                "rows",
                rows
            )
                == "2"
        )
    }

    @Test func readsPathsWithoutReadingTheRest() throws {
        let cells = ScriptedProjection(.list) { question in
            switch question {
            case .element(1): .string("middle")
            default: throw ProjectionError(message: "nobody needs \(question)")
            }
        }
        let board = ScriptedProjection(.record) { question in
            switch question {
            case .field("cells"): .projection(cells)
            case .field("turn"): .string("x")
            default: throw ProjectionError(message: "nobody needs \(question)")
            }
        }
        #expect(try finish("finish [p.turn, p.cells[1]]", "p", board) == ["x", "middle"])
        #expect(board.asked == [.field("turn"), .field("cells")])
        #expect(cells.asked == [.element(1)])
    }

    @Test func valuesBehindProjectionsCountInEveryOperation() throws {
        let p = ValueProjection(board)
        #expect(
            try finish("finish [len(p), len(p.cells), keys(p), p.turn + p.turn]", "p", p)
                == [3, 3, ["cells", "turn", "size"], "xx"]
        )
        #expect(try finish("finish p", "p", p) == board)
        #expect(try finish("finish p == {turn: \"x\", cells: [\"x\", null, \"o\"], size: {width: 3}}", "p", p) == true)
        #expect(try finish("finish [c for c in p.cells if c]", "p", p) == ["x", "o"])
        #expect(try finish("finish contains(p.cells, \"o\") and contains(p, \"turn\")", "p", p) == true)
        #expect(
            try finish("x = p\nx.size.width = x.size.width + 1\nfinish [x.size.width, p.size.width]", "p", p) == [4, 3]
        )
        #expect(try finish("x = [p]\nx[0].turn = \"o\"\nfinish [x[0].turn, p.turn]", "p", p) == ["o", "x"])
        #expect(try finish("finish format(\"{} {}\", p.turn, p.cells)", "p", p) == #"x ["x",null,"o"]"#)
        #expect(try finish("finish slice(p.cells, -2, null)", "p", p) == [nil, "o"])
        #expect(try finish("finish (p.cells ? 1 : 2)", "p", p) == 1)
    }

    @Test func errorsNameThePath() throws {
        let p = ScriptedProjection(.record) { question in
            if case .field = question {
                return .projection(
                    ScriptedProjection(.list) { _ in throw ProjectionError(message: "the disk is gone") }
                )
            }
            return .unanswered
        }
        for text in [
            "finish p.rows[3] + 1", "finish len(p.rows)", "for r in p.rows { print r }", "x = p.rows\nprint x",
        ] {
            let error = #expect(throws: RuntimeError.self) { try finish(text, "p", p) }
            #expect(error?.diagnostic.code == "E0502")
            #expect(error?.diagnostic.message == "projection `p.rows` failed: the disk is gone")
            #expect(error?.diagnostic.span != nil)
        }
    }

    @Test func answersOfAWrongKindAreErrors() throws {
        let p = ScriptedProjection(.list) { question in question == .length ? .string("three") : .value(["a": 1]) }
        #expect(throws: RuntimeError.self) { try finish("finish len(p)", "p", p) }
        let error = #expect(throws: RuntimeError.self) { try finish("finish p + [1]", "p", p) }
        #expect(error?.diagnostic.message == "projection `p` failed: it was said to be a list, and is a record")
    }

    @Test func loopsReadPieceByPiece() throws {
        let p = ScriptedProjection(.list) { question in
            guard case .elements(let position, let count) = question else { return .failure("not asked for") }
            let end = min(100_000, position.index + count)
            return .elements(
                ProjectionElements((position.index..<end).map { .count($0) }, hint: end * 10, isLast: end == 100_000)
            )
        }
        #expect(try finish("t = 0\nfor x in p { t = t + x }\nfinish t", "p", p) == 4_999_950_000)
        #expect(p.asked.first == .elements(from: ProjectionPosition(index: 0, hint: 0), count: 16))
        #expect(p.asked[1] == .elements(from: ProjectionPosition(index: 16, hint: 160), count: 32))
        #expect(p.asked.count < 150)
        #expect(try finish("finish len([x for x in p if x % 1000 == 0])", "p", p) == 100)
    }

    @Test func anAnswerMayBeMadeInPieces() throws {
        let calls = Mutex(0)
        let p = ScriptedProjection(.list) { _ in
            calls.withLock { count in
                count += 1
                return count < 5 ? .again : .count(7)
            }
        }
        #expect(try finish("finish len(p)", "p", p) == 7)
    }

    @Test func jsonIsReadStraightIntoTheProgram() throws {
        let p = ScriptedProjection(.record) {
            $0 == .materialize ? .json(Array(#"{"a": [1, {"b": "text"}]}"#.utf8)) : .unanswered
        }
        #expect(try finish("finish p.a", "p", p) == [1, ["b": "text"]])
        let damaged = ScriptedProjection(.record) { $0 == .materialize ? .json(Array("{".utf8)) : .unanswered }
        let error = #expect(throws: RuntimeError.self) { try finish("finish p.a", "p", damaged) }
        #expect(error?.diagnostic.message.hasPrefix("projection `p` failed: invalid json: ") == true)
    }

    @Test func variablesStayLazy() throws {
        let p = ValueProjection(board)
        var bindings = ProjectedBindings()
        try bindings.bind("p", projecting: p)
        let session = Session()
        _ = try session.run(program("x = p\ny = x.cells\nz = [y]", reading: ["p"]), bindings: bindings)
        guard case .projection(let x)? = session["x"], case .projection(let y)? = session["y"] else {
            Issue.record("not lazy: \(session.variables)")
            return
        }
        #expect(x.descriptor === p)
        #expect([x.name, y.name] == ["p", "p.cells"])
        #expect(session.receipts == [.init(name: "p", summary: "record", reads: 1, bytesMaterialized: 0)])
        // The next run goes on with it.
        let outcome = try session.run(Program("finish [len(x), y[2], z[0][0]]"))
        #expect(outcome == .finished([3, "o", "x"]))
        try session.set("x", to: nil)
        try session.set("y", to: nil)
        try session.set("z", to: nil)
        #expect(session.strayObjects == 0)
    }

    @Test func runsWaitForAnswers() async throws {
        for text in [
            "finish [p.turn, p.cells[1], len(p.cells), len(p)]",
            "t = \"\"\nfor c in p.cells { t = t + c }\nfinish [t, p]",
            "x = p\nx.size.width = 9\nfinish [x, p == x, [p.size, p.turn]]",
            "finish await [p.turn, p.cells]",
            "print p\nprint [p.cells]\nfinish contains(p.cells, \"o\")",
        ] {
            let late = LateProjection(ValueProjection(board))
            var plain = ProjectedBindings(), lazy = ProjectedBindings()
            try plain.bind("p", board)
            try lazy.bind("p", projecting: late)
            let program = try program(text, reading: ["p"])
            let host = Host()
            let session = Session()
            let expected = try await session.run(program, host: host, bindings: plain)
            let outcome = try await session.run(program, host: host, bindings: lazy)
            #expect(outcome == expected, "\(text)")
            #expect(late.waits > 0)
        }
        var bindings = ProjectedBindings()
        try bindings.bind("p", projecting: LateProjection(ValueProjection(board)))
        let error = #expect(throws: RuntimeError.self) {
            try Session().run(program("finish p.turn", reading: ["p"]), bindings: bindings)
        }
        #expect(
            error?.diagnostic.message
                == "projection `p` failed: its data has to be waited for, which only a run with a host can do"
        )
    }

    @Test func callersMayCarryReads() throws {
        var bindings = ProjectedBindings()
        let late = LateProjection(ValueProjection(board))
        try bindings.bind("p", projecting: late)
        let session = Session()
        let run = session.start(try program("x = 1\nfinish p.turn + x", reading: ["p"]), bindings: bindings)
        guard case .reading(let read) = try run.resume() else {
            Issue.record("nothing was read")
            return
        }
        #expect(read.path == "p")
        #expect(read.question == .field("turn"))
        // Without an answer it asks again.
        #expect(try run.resume() == .reading(read))
        run.answer([.string("y")])
        #expect(try run.resume() == .ended(.finished("y1")))
        #expect(run.receipts.map(\.reads) == [1])
    }
}
