import LashTestSupport
import Lashlang
import Testing

/// The programs of Examples/ give what stands beside them.
@Suite struct ExampleTests {
    struct Example: Sendable, CustomStringConvertible {
        var name, binding, data: String
        var description: String { name }
    }

    @Test(arguments: [
        Example(name: "board", binding: "board", data: "board.json"),
        Example(name: "triage", binding: "log", data: "triage.jsonl"),
        Example(name: "report", binding: "rows", data: "report.csv"),
    ])
    func givesWhatIsExpected(_ example: Example) throws {
        let program = try Self.program(example)
        #expect(program.warnings.isEmpty)
        var bindings = ProjectedBindings()
        try bindings.bind(example.binding, try ProjectFiles.value("Examples/" + example.data))
        let session = Session()
        var prints = ""
        let outcome = try session.run(program, bindings: bindings, onPrint: { prints += $0.printText() + "\n" })
        guard case .finished(let value) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        let expected = try ProjectFiles.value("Examples/\(example.name).expected.json")
        #expect(try value.json(pretty: true) == expected.json(pretty: true))
        #expect(prints == (try ProjectFiles.text("Examples/\(example.name).expected.txt")))
        #expect(session.strayObjects == 0)
    }

    /// Ten calls of 50 ms take 50 ms together; one that fails leaves the others alone.
    @Test func watchAsksAllAtOnce() throws {
        let host = try MockHost(HostDescription(ProjectFiles.value("Examples/watch.json")))
        let program = try Program(try ProjectFiles.text("Examples/watch.lash"), environment: host.environment)
        #expect(program.warnings.isEmpty)
        let simulation = Simulation(host, program: program, now: 0)
        var waits: [Double] = []
        simulation.onWait = { milliseconds in
            waits.append(milliseconds)
            return true
        }
        var prints: [String] = []
        let outcome = try Session().run(program, in: simulation, onPrint: { prints.append($0.text) })
        #expect(prints == ["billing is down: no answer from billing"])
        #expect(outcome == .finished(["up": 9, "report": ["billing is back after 2 checks"]]))
        #expect(waits == [50, 100])
    }

    /// Plays all games against every possible opponent, on both sides.
    @Test func boardNeverLoses() throws {
        let program = try Self.program(Example(name: "board", binding: "board", data: "board.json"))
        for side in ["x", "o"] {
            var games = Games(program: program, side: side)
            try games.play([String?](repeating: nil, count: 9), turn: "x")
            #expect(games.lost == 0)
            #expect(games.ended > 50)
        }
    }

    private static func program(_ example: Example) throws -> Program {
        try Program(
            try ProjectFiles.text("Examples/\(example.name).lash"),
            environment: HostEnvironment(readOnlyNames: [example.binding])
        )
    }
}

/// The games in which one side follows the program and the other does everything that it may do.
private struct Games {
    let program: Program
    let side: String
    var ended = 0
    var lost = 0

    private static let lines = [
        [0, 1, 2], [3, 4, 5], [6, 7, 8], [0, 3, 6], [1, 4, 7], [2, 5, 8], [0, 4, 8], [2, 4, 6],
    ]

    init(program: Program, side: String) {
        self.program = program
        self.side = side
    }

    mutating func play(_ cells: [String?], turn: String) throws {
        let winner = Self.lines.first { line in
            cells[line[0]] != nil && line.allSatisfy { cells[$0] == cells[line[0]] }
        }
        let free = cells.indices.filter { cells[$0] == nil }
        if winner != nil || free.isEmpty {
            ended += 1
            if let winner, cells[winner[0]] != side { lost += 1 }
            return
        }
        let moves = turn == side ? [try move(cells, free)] : free
        for move in moves {
            var next = cells
            next[move] = turn
            try play(next, turn: turn == "x" ? "o" : "x")
        }
    }

    private func move(_ cells: [String?], _ free: [Int]) throws -> Int {
        var bindings = ProjectedBindings()
        let values = cells.map { $0.map(Value.string) ?? .null }
        try bindings.bind("board", ["turn": .string(side), "cells": .list(values)])
        let outcome = try Session().run(program, bindings: bindings)
        guard case .finished(.record(let answer)) = outcome, case .number(let move)? = answer["move"] else {
            Issue.record("\(outcome) for \(cells)")
            return free[0]
        }
        #expect(free.contains(Int(move)))
        return Int(move)
    }
}
