import Lashlang
import Testing

@testable import LashAgent

/// What becomes of results that come when nobody waits for them.
@Suite struct CompletionBoardTests {
    private let result = CompletedCall(.success("late"))

    @Test func aResultThatWasTakenIsGivenToWhoeverGivesUp() {
        let board = CompletionBoard()
        let key = board.take(for: "call")
        #expect(board.resolve(key, result) == .taken)
        #expect(board.drop("call") == result)
        #expect(board.resolve(key, result) == .already)
        #expect(board.drop("call") == nil)
    }

    @Test func aResultThatWasTakenIsGivenToWhoeverSettles() {
        let board = CompletionBoard()
        board.adopt(PendingCompletion(key: "k", call: "call", tool: "t"))
        #expect(board.resolve("k", result) == .taken)
        #expect(board.settle("k") == result)
        #expect(board.resolve("k", result) == .already)
        #expect(board.settle("other") == nil)
    }

    @Test func callsWithoutAResultAreForgottenTogether() {
        let board = CompletionBoard()
        let keys = [board.take(for: "a"), board.take(for: "b")]
        #expect(board.resolve(keys[0], result) == .taken)
        #expect(board.collect(keys) == [keys[0]: result])
        #expect(board.resolve(keys[0], result) == .already)
        #expect(board.collect([keys[1]]) == [:])
        #expect(board.resolve(keys[1], result) == .unknown)
    }

    @Test func aResultThatWaitsIsTakenAlongOrTakenBack() {
        let board = CompletionBoard()
        #expect(board.leave("k", result) == .unknown)
        #expect(board.leave("k", result) == .already)
        #expect(board.withdraw("k"))
        #expect(board.resolve("k", result) == .unknown)
        #expect(board.leave("k", result) == .unknown)
        board.adopt(PendingCompletion(key: "k", call: "call", tool: "t"))
        #expect(!board.withdraw("k"))
        #expect(board.collect(["k"]) == ["k": result])
    }
}
