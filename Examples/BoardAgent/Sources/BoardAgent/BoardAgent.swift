import LashAgent
import Lashlang

/// What the application has in its own memory.
struct Board: Codable {
    var cells: [String?]
    var turn: String
}

/// Every turn says in which tone it is answered.
enum TonePlugin: PluginBinding {
    typealias Input = String

    static let id = "tone"

    static func factory(_ configuration: Void) -> any PluginFactory {
        ClosurePlugin(id) { plugin in
            plugin.prompt.contribute { turn in
                guard let tone = turn.input(of: TonePlugin.self) else { return [] }
                return [.environment("Tone", "Use this response tone: \(tone)")]
            }
        }
    }

    static func requiresTurnInput(_ configuration: Void) -> Bool { true }
}

extension TurnBuilder {
    func withTone(_ tone: String) -> TurnBuilder { input(tone, for: TonePlugin.self) }
}

/// Prints what happens.
struct Printer: TurnEventSink {
    func receive(_ activity: TurnActivity) async {
        switch activity.event {
        case .prose(let text): print(text, terminator: "")
        case .blockStarted(let code): print("--- runs\n\(code)\n---")
        case .blockCompleted(let summary): print("--- took \(summary.milliseconds) ms")
        case .finalValue(let value): print("finished with \(value.text)")
        default: print("[\(activity.event.type)]")
        }
    }
}

@main
enum BoardAgent {
    static func main() async throws {
        // Stands for the client of a service.
        let model = ScriptedModel([
            ScriptedReply(
                """
                Let me look at the board.
                <lashlang>
                move_idx = best_move(board.cells, board.turn)
                finish { move: move_idx, tenant: tenant_id }
                </lashlang>

                """,
                chunking: .characters(7)
            ),
            ScriptedReply("<lashlang>\nfinish docs.rules[0].text\n</lashlang>\n"),
        ])
        // Stays here, and is looked at only where a program looks.
        let registry = ProjectionRegistry()
        let docs = registry.registerMemory(
            ValueProjection([
                "rules": [
                    ["title": "Turns", "text": "Players take turns."], ["title": "End", "text": "Three in a row."],
                ]
            ])
        )
        let core = try AgentCore(model: model, limits: ModelLimits(contextWindow: 200_000)) { core in
            try core.host.function(
                "best_move",
                parameters: ["cells", "turn"],
                description: "The position of the best move"
            ) { (cells: [String?], turn: String) -> Int in
                // The middle, then corners, then whatever is left.
                [4, 0, 2, 6, 8, 1, 3, 5, 7].first { cells.indices.contains($0) && cells[$0] == nil } ?? -1
            }
            core.prompt.contribute(.guidance("App", "You play for the tenant."))
            core.projections = registry
        }
        var sessionWide = ProjectedBindings()
        try sessionWide.bind("tenant_id", "acme")
        try sessionWide.bindLazy("docs", docs)
        let session = try await core.session("game-1").plugin(TonePlugin.self, ()).project(sessionWide).open()

        let board = Board(cells: ["x", "o", nil, nil, nil, nil, nil, nil, nil], turn: "x")
        var now = ProjectedBindings()
        try now.bind("board", ValueEncoder().encode(board))
        let result = try await session.turn(.text("Play one move.").project(now))
            .withTone("brief")
            .requireFinish()
            .stream(to: Printer())
        print("the answer:\n\(result.text)")

        let answer = try await session.turn("What do the rules say?").withTone("brief").run()
        print("rules: \(answer.text)")
    }
}
