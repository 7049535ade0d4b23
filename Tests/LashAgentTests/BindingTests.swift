import LashAgent
import Lashlang
import Testing

/// Variables, history, and what hosts put in scope.
@Suite struct AgentBindingTests {
    private typealias Box = AgentSandbox

    private let board: Value = ["cells": ["x", nil, "o"], "turn": "x"]

    private func bindings(_ name: String, _ value: Value) throws -> ProjectedBindings {
        var bindings = ProjectedBindings()
        try bindings.bind(name, value)
        return bindings
    }

    @Test func bindingsOfATurnAreRead() async throws {
        let sandbox = try Box([
            Box.block("finish { t: board.turn, k: len(board.cells) }"), Box.block("finish board"), "Sorry.",
        ])
        let session = try await sandbox.session()
        let result = try await session.turn(.text("Go").project(bindings("board", board))).run()
        #expect(result.value == ["t": "x", "k": 3])
        #expect(sandbox.system(0).contains("### Read-Only Variables"))
        #expect(sandbox.system(0).contains("- `board`: `record{cells: list[any], turn: str}`, read-only = "))
        // The next turn does not have them.
        _ = try await session.turn("Go").run()
        #expect(sandbox.conversation(2).last?.text.contains("unknown name `board`") == true)
        #expect(!sandbox.system(1).contains("board"))
    }

    @Test func bindingsAreReadOnly() async throws {
        let sandbox = try Box([
            Box.block("board.turn = \"o\""), Box.block("b = board\nb.turn = \"o\"\nfinish [b.turn, board.turn]"),
        ])
        let result = try await sandbox.session().turn(.text("Go").project(bindings("board", board))).run()
        #expect(result.value == ["o", "x"])
        #expect(sandbox.conversation(1).last?.text.contains("`board` is a read-only projected binding") == true)
    }

    @Test func sessionBindingsAreThereInEveryTurn() async throws {
        let sandbox = try Box([Box.block("finish tenant_id"), Box.block("finish tenant_id")])
        let session = try await sandbox.core.session("s").project(bindings("tenant_id", "acme")).open()
        #expect(try await session.turn("Go").run().value == "acme")
        try await session.replaceProjection("tenant_id", with: "other")
        #expect(try await session.turn("Go").run().value == "other")
    }

    @Test func anOpenSessionCanBeGivenMore() async throws {
        let sandbox = try Box([Box.block("finish [tenant_id, task]"), Box.block("finish task")])
        let session = try await sandbox.core.session("s").project(bindings("tenant_id", "acme")).open()
        try await session.project(bindings("task", "count"))
        #expect(try await session.turn("Go").run().value == ["acme", "count"])
        try await session.replaceProjection("tenant_id", with: nil)
        #expect(try await session.turn("Go").run().value == "count")
        #expect(!sandbox.system(1).contains("tenant_id"))
    }

    @Test func aNameIsBoundOnce() async throws {
        let sandbox = try Box([])
        let session = try await sandbox.core.session("s").project(bindings("task", 1)).open()
        let error = await #expect(throws: BindingError.self) {
            try await session.turn(.text("Go").project(bindings("task", 2))).run()
        }
        #expect(error?.message == "projected binding `task` is already bound")
        #expect(sandbox.model.requests.isEmpty)
        #expect(try await sandbox.core.sessions().isEmpty)
        await #expect(throws: BindingError.self) { try await session.project(bindings("task", 2)) }
        #expect(throws: BindingError.self) {
            try TurnInput.text("Go").project(bindings("a", 1)).project(bindings("a", 1))
        }
    }

    @Test(arguments: ["my var", "if", "print", "len", "1x", ""])
    func namesAreIdentifiers(name: String) {
        // A4: the reference takes them, and no program can use them.
        #expect(throws: BindingError.self) { try bindings(name, 1) }
    }

    @Test func namesOfTheHostCannotBeBound() async throws {
        // A4
        let tools = try TestTools("read", path: "files.read") { _ in .value(1) }
        var host = Host()
        try host.function("best_move", parameters: ["n"]) { (n: Int) in n }
        let sandbox = try Box([]) { core in
            core.tools = [tools]
            core.host = host
        }
        let session = try await sandbox.session()
        for name in ["files", "best_move"] {
            await #expect(throws: BindingError.self) {
                try await session.turn(.text("Go").project(bindings(name, 1))).run()
            }
        }
    }

    @Test func historyIsReserved() async throws {
        // A1: the reference says so only when the turn is run.
        let error = #expect(throws: BindingError.self) { try TurnInput.text("Go").project(bindings("history", 1)) }
        #expect(error?.message == "`history` is reserved as an RLM built-in binding")
    }

    @Test func historyIsAList() async throws {
        let sandbox = try Box([
            Box.block("print \"abc\"", prose: "Look."),
            Box.block(
                """
                finish {first: history[-4].content, said: history[1].role, code: history[2].code,
                        printed: history[2].output[0], count: len(history), none: history[99],
                        kinds: [h.kind for h in history], id: history[2].id}
                """
            ), Box.block("history = []"), "Fine.",
        ])
        let session = try await sandbox.session()
        let result = try await session.turn("Hello").run()
        #expect(
            result.value == [
                "first": nil, "said": "assistant", "code": "print \"abc\"", "printed": "abc", "count": 3, "none": nil,
                "kinds": ["message", "message", "lashlang_step"], "id": "s:turn:1:0",
            ]
        )
        // The index that the model was shown is the one that programs use.
        #expect(sandbox.conversation(1).last?.text == "history[2].output[0] (3 chars):\nabc")
        _ = try await session.turn("Go").run()
        #expect(sandbox.conversation(3).last?.text.contains("`history` is a read-only projected binding") == true)
    }

    @Test func longOutputIsCutForTheModelOnly() async throws {
        let sandbox = try Box([
            Box.block("print join([\"x\" for i in range(60000)], \"\")"), Box.block("finish len(history[1].output[0])"),
        ])
        let result = try await sandbox.session().turn("Go").run()
        #expect(result.value == 60_000)
        let observation = sandbox.conversation(1).last?.text ?? ""
        #expect(
            observation.hasPrefix(
                "history[1].output[0] (60000 chars — preview only, full value retained; re-print history[1].output[0] for the rest):\nx"
            )
        )
        #expect(observation.hasSuffix("\n...truncated...") && observation.utf8.count < 52_000)
    }

    @Test func textThatSpeaksOfTruncationIsNotTakenForACut() async throws {
        let sandbox = try Box([Box.block("print \"file truncated, 3 omitted\""), "Done."])
        _ = try await sandbox.session().turn("Go").run()
        #expect(sandbox.conversation(1).last?.text == "history[1].output[0] (25 chars):\nfile truncated, 3 omitted")
    }

    @Test func longMessagesAreShownHeadAndTail() async throws {
        let sandbox = try Box([Box.block("finish len(history[0].content)")])
        let text = String(repeating: "a", count: 6_000) + String(repeating: "b", count: 6_000)
        let result = try await sandbox.session().turn(.text(text)).run()
        #expect(result.value == 12_000)
        let shown = sandbox.conversation(0)[0].text
        #expect(shown.contains("a\n\n... (2000 characters omitted) ...\n\nb"))
        #expect(
            shown.hasSuffix("(preview only — full value retained; re-print history[0].content for the rest)")
        )
    }

    @Test func variablesAreListedWithTypeAndSize() async throws {
        let sandbox = try Box([
            Box.block("short = {a: 1}\nlong = range(1000)\ntext = join([\"ab\" for i in range(1000)], \"\\n\")"),
            "Done.",
        ])
        _ = try await sandbox.session().turn("Go").run()
        let tail = sandbox.tail(1)
        #expect(tail.contains("- `short` = {\"a\":1}"))
        #expect(tail.contains("- `long`: `list[int]`, len=1000 ≈ [0,"))
        #expect(tail.contains("- `text`: `str`, len=2999, lines=1000 ≈ \"ab"))
        #expect(tail.contains("(full value live — `print long`)"))
        #expect(tail.contains("- `history`: `list`, read-only, 2 entries"))
    }

    @Test func aVariableOfTheNameGivesWay() async throws {
        let sandbox = try Box([
            Box.block("board = 1"), "Ok.", Box.block("finish board.turn"), Box.block("finish board"), "Gone.",
        ])
        let session = try await sandbox.session()
        _ = try await session.turn("Go").run()
        #expect(try await session.turn(.text("Go").project(bindings("board", board))).run().value == "x")
        #expect(await session.variableValues.isEmpty)
    }

    @Test func theSeedsBlockRunsAsWritten() async throws {
        // S11: the reference does not know functions of the host.
        var host = Host()
        try host.function("best_move", parameters: ["cells", "turn"], description: "The best move") {
            (cells: [String?], turn: String) in cells.firstIndex(of: nil) ?? -1
        }
        let sandbox = try Box([
            Box.block("move_idx = best_move(board.cells, board.turn)\nfinish { move: move_idx, tenant: tenant_id }")
        ]) { $0.host = host }
        let session = try await sandbox.core.session("s").project(bindings("tenant_id", "acme")).open()
        let result = try await session.turn(.text("Play one move.").project(bindings("board", board))).run()
        #expect(result.value == ["move": 1, "tenant": "acme"])
        #expect(sandbox.system(0).contains("- `best_move(cells: list[str | null], turn: str) -> int` — The best move"))
    }
}
