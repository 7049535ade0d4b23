internal import Lashlang

/// What a model is told of the language, and of how it works with it.
enum LanguageCard {
    static func builtins(host: Host, tools: ToolCatalog) -> [PromptTemplate.Builtin: String] {
        [
            .mainAgentIntro: "You are an agent that answers its user and acts by writing small programs in lashlang.",
            .executionInstructions: execution(host: host, hasOperations: !tools.members.isEmpty),
            .coreGuidance: guidance,
        ]
    }

    private static let guidance = """
        - Answer what was asked, and say so where you do not know.
        - Look at results before you build on them.
        - Keep answers as short as they can be.
        """

    private static func execution(host: Host, hasOperations: Bool) -> String {
        let parts = [operatingContract(hasOperations: hasOperations), builtinFunctions(host: host)]
        return parts.joined(separator: "\n\n")
    }

    private static func operatingContract(hasOperations: Bool) -> String {
        let calls =
            hasOperations
            ? "Call operations inside a block with `await module.operation({…})?`, by the names under Tools."
            : "There are no operations: blocks only compute. Do not invent tools."
        return """
            ### Operating contract

            - Prose answers the user directly. A block acts, looks at data, computes, and returns structured results.
            - A block is a program between `<lashlang>` and `</lashlang>`, each tag on a line of its own, after the prose of the \
            reply or alone. One block in each reply; nothing after it.
            - \(calls)
            - `print value` shows you a value with the next step, and the program goes on. Print only what you need to see.
            - `finish value` ends the turn: a string is the answer as it is, any other value is shown as JSON.
            """
    }

    /// One line for every function that programs call by its bare name.
    private static func builtinFunctions(host: Host) -> String {
        var lines = Builtin.allCases.map { "- `\($0.signature)` \($0.summary)" }
        for function in host.catalog.functions {
            lines.append("- `\(function.signature)` \(function.description)")
        }
        return "### Builtins\n\n" + lines.joined(separator: "\n")
    }
}
