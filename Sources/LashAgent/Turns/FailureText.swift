internal import Lashlang

/// How a failed block is shown to the model: what went wrong, whether the same block can be sent again, and what to do.
enum FailureText {
    static func text(_ diagnostics: Diagnostics) -> String {
        let errors = diagnostics.all.filter { $0.severity == .error }
        let report = ModelReport(diagnostics.source).text(of: errors)
        return tagged(String(report.dropLast()), isPolicy: errors.contains(where: isPolicy))
    }

    /// - Parameter refusals: what people said to calls that they did not allow.
    static func text(_ error: RuntimeError, refusals: [String] = []) -> String {
        let isRefused = refusals.contains { error.diagnostic.message.contains($0) }
        return tagged(
            ModelReport(error.source).text(of: error.advisedDiagnostic),
            isPolicy: isRefused || isPolicy(error.diagnostic)
        )
    }

    /// `fail` outside of a process.
    static func text(failed value: Value) -> String {
        tagged("process failed in foreground execution: \(value.text)", isPolicy: false)
    }

    static func tagged(_ text: String, isPolicy: Bool) -> String {
        if isPolicy {
            return "[POLICY] \(text)\n"
                + "Next: the same block will be refused again; write it as the error says, or reach the goal in another way."
        }
        return "[ERROR] \(text)\nNext: mend the cause and send the block again."
    }

    /// Whether the host refuses what the block does, however it is written.
    private static func isPolicy(_ diagnostic: Diagnostic) -> Bool {
        diagnostic.stage == .limit || policyCodes.contains(diagnostic.code)
    }

    /// Errors that say what the host does not allow: features that are off, calls without their module, places where
    /// something cannot stand.
    static let policyCodes: Set<String> = ["E0201", "E0213", "E0218", "E0221", "E0225", "E0226"]
}
