/// What the loop says to the model.
enum TurnTexts {
    private static let answerAgain =
        "Answer again with exactly one block between `\(BlockTag.start)` and `\(BlockTag.end)`, each tag on a line of its "
        + "own, and nothing after the closing tag."

    static let unclosedBlock =
        "The `\(BlockTag.start)` block of your reply was not closed, so nothing of it was run.\n\n\(answerAgain)"

    static let onlyReasoning =
        "Your reply had no text. Write your answer, or a block that does the next step."

    static let finishIsRequired =
        "Your text was recorded, but it does not end this turn: an explicit value is required. Reply with a block that calls "
        + "`finish <value>`. Use `finish null` only if having no value is what you mean."

    static let matchingFinishIsRequired =
        "Your text was recorded as progress, but it does not end this turn. Deliver the result with a block that calls "
        + "`finish <value>`, with a value that matches the required schema."

    static let moreBlocks =
        "Only the first block of the reply was run; everything after it was ignored. Write one block in each reply."

    static func schemaMismatch(_ problems: String) -> String {
        "The `finish` value didn't match the required output schema:\n\(problems)\n\nMend the value and call `finish` again."
    }

    static func limitReached(_ calls: Int) -> String {
        "Turn limit reached (\(calls)). Answer now in plain prose: what was done, what remains to be done, and what you "
            + "recommend as the next steps. Write no block, call no operation and do not use `finish`."
    }
}
