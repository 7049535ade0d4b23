/// What a model is told about how a turn ends.
enum FinalizationTexts {
    static func rules(for options: TurnOptions) -> String {
        switch options.termination {
        case .natural: return natural
        case .finishRequired(nil): return finishRequired
        case .finishRequired: return finishRequired + "\nThe value must match the section REQUIRED OUTPUT."
        }
    }

    private static let natural = """
        Each of your replies has one of three shapes:
        1. Go on: a block that does the next step. Prose before it tells the user what you are doing.
        2. Finish with prose: no block at all. This ends the turn, so do it only when nothing is left to do.
        3. Finish with a value: a block that calls `finish <value>`.
        Never announce work without the block that does it: prose alone ends the turn.

        An example of three replies in a row:
        Let me look at the data first.
        <lashlang>
        print len(history)
        </lashlang>
        (you see what was printed)
        <lashlang>
        total = len(history) * 2
        print total
        </lashlang>
        (you see what was printed)
        The total is 2.
        """

    private static let finishRequired = """
        Prose alone does not end this turn. Every reply needs a block: one that does the next step, or the last one, which \
        calls `finish <value>`.
        Use `finish null` only if having no value is what you mean.
        """

    static func format(for options: TurnOptions) -> String {
        if options.schema != nil { return "" }
        switch options.answerFormat {
        case nil, .rawValue: return ""
        case .custom(let guidance): return WhiteSpace.isBlank(guidance) ? "" : guidance
        case .markdown:
            if options.requiresFinish {
                return "Finish with one string that is well-formed Markdown, not with a raw structure."
            }
            return
                "Write a final answer in prose as well-formed Markdown. If you use `finish`, finish with a string of "
                + "Markdown rather than with a raw structure."
        }
    }
}
