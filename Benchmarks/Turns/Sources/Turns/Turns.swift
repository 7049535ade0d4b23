import LashAgent
import Lashlang

/// What a turn costs beside its model: `swift run -c release --package-path Benchmarks/Turns`.
///
/// The model answers at once. Each line is the median of several rounds, in microseconds for one turn.
@main
enum Turns {
    struct Ignoring: TurnEventSink {
        func receive(_ activity: TurnActivity) async {}
    }

    static let rounds = 9

    static func main() async throws {
        let plan = "Let me look.\n<lashlang>\ntotal = len(board.cells)\nprint total\n</lashlang>\n"
        let finish = "<lashlang>\nfinish { move: total, tenant: tenant_id }\n</lashlang>\n"
        try await measure("prose, session of one turn", turns: 1, sessions: 200, replies: ["Hello there."])
        try await measure(
            "finish, session of one turn",
            turns: 1,
            sessions: 200,
            replies: [
                ScriptedReply("<lashlang>\nfinish { move: 1, tenant: tenant_id }\n</lashlang>\n")
            ]
        )
        try await measure(
            "print and finish, one turn",
            turns: 1,
            sessions: 200,
            replies: [
                ScriptedReply(plan), ScriptedReply(finish),
            ]
        )
        try await measure(
            "print and finish, 50 turns",
            turns: 50,
            sessions: 4,
            replies: [
                ScriptedReply(plan), ScriptedReply(finish),
            ]
        )
        try await measure(
            "the same, with events",
            turns: 50,
            sessions: 4,
            replies: [
                ScriptedReply(plan), ScriptedReply(finish),
            ],
            sink: Ignoring()
        )
    }

    static func measure(
        _ name: String,
        turns: Int,
        sessions: Int,
        replies: [ScriptedReply],
        sink: (any TurnEventSink)? = nil
    ) async throws {
        var session = ProjectedBindings()
        try session.bind("tenant_id", "acme")
        var turn = ProjectedBindings()
        try turn.bind("board", ["cells": ["x", "o", nil, nil, nil, nil, nil, nil, nil], "turn": "x"])
        var took: [Double] = []
        for _ in 0..<rounds {
            let model = ScriptedModel { _, position in replies[position % replies.count] }
            let core = try AgentCore(model: model, limits: ModelLimits(contextWindow: 1_000_000))
            var open: [AgentSession] = []
            for number in 0..<sessions {
                open.append(try await core.session("s\(number)").project(session).open())
            }
            let clock = ContinuousClock()
            let began = clock.now
            for session in open {
                for _ in 0..<turns {
                    let builder = try session.turn(.text("Play one move.").project(turn))
                    let result = if let sink { try await builder.stream(to: sink) } else { try await builder.run() }
                    precondition(result.isSuccess, "\(result)")
                }
            }
            took.append((clock.now - began) / .microseconds(1) / Double(turns * sessions))
        }
        took.sort()
        let padded = name + String(repeating: " ", count: max(0, 32 - name.count))
        print("\(padded) \(took[rounds / 2].rounded()) us  (\(took[0].rounded()) to \(took[rounds - 1].rounded()))")
    }
}
