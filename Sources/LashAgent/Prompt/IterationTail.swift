internal import Lashlang

/// The last message of a request: what changes from one call of the model to the next.
struct IterationTail {
    /// What is known of the tokens that are in use.
    struct Budget {
        var usedTokens: Int
        var switchAt: Int
    }

    var iteration: Int
    var options: TurnOptions
    var events: [HistoryMessage] = []
    var variables: [String] = []
    var historyCount = 0
    var budget: Budget?
    var canSwitchFrames = false

    var text: String {
        var text = "\n\n\n=== CURRENT ITERATION: \(iteration + 1) ==="
        if !events.isEmpty { text += section("TURN EVENTS", eventText) }
        text += section("BOUND VARIABLES", variableText)
        text += "\n\n\n=== FINALIZATION ===\n\n" + FinalizationTexts.rules(for: options)
        if let schema = options.schema {
            text += "\n\n=== REQUIRED OUTPUT ===\n\n" + SchemaSignature(schema.source).compact
        }
        let format = FinalizationTexts.format(for: options)
        if !format.isEmpty { text += "\n\n=== FINAL ANSWER FORMAT ===\n\n" + format }
        if let budget { text += "\n\n=== CONTEXT BUDGET ===\n\n" + budgetText(budget) }
        return text
    }

    private func section(_ title: String, _ content: String) -> String { "\n\n\n=== \(title) ===\n\n\(content)" }

    private var eventText: String {
        events.enumerated().map { position, event in
            "--- event[\(position)] · \(event.role.rawValue) · \(event.id) ---\n"
                + (event.origin.map { "from \($0)\n" } ?? "") + event.content
        }.joined(separator: "\n\n")
    }

    private var variableText: String {
        var lines = [
            "These names have values already. A short preview is not the whole value: `print` shows more.",
            "- `history`: `list`, read-only, \(historyCount) \(historyCount == 1 ? "entry" : "entries")",
        ]
        lines += variables
        return lines.joined(separator: "\n")
    }

    private func budgetText(_ budget: Budget) -> String {
        let percent = budget.usedTokens * 100 / max(1, budget.switchAt)
        var text =
            "Turn: \(iteration + 1) · Tokens: \(budget.usedTokens) · frame switch threshold: \(budget.switchAt) "
            + "(\(percent)%)."
        if canSwitchFrames {
            if percent >= 100 {
                text +=
                    "\nSwitch now: call `control.continue_as` with the task that is left and the values that it needs. Do no "
                    + "more work here, and do not finish."
            } else if percent >= 90 {
                text += "\nFinish only the step at hand, then switch with `control.continue_as`."
            } else if percent >= 60 {
                text += "\nLook for a clean point at which to switch with `control.continue_as`."
            }
        }
        return text
    }
}
