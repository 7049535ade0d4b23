internal import Lashlang

/// What a model is told of the language, and of how it works with it.
enum LanguageCard {
    static func builtins(host: Host, tools: ToolCatalog) -> [PromptTemplate.Builtin: String] {
        [
            .mainAgentIntro: "You are an agent that answers its user and acts by writing small programs in lashlang.",
            .executionInstructions: execution(host: host, tools: tools),
            .coreGuidance: tools.names.contains("ask")
                ? guidance + "\n- Where only the user can decide, ask with the tool `ask`." : guidance,
        ]
    }

    private static let guidance = """
        - Answer what was asked, and say so where you do not know.
        - Look at results before you build on them.
        - Keep answers as short as they can be.
        """

    private static func execution(host: Host, tools: ToolCatalog) -> String {
        let hasOperations = !tools.members.isEmpty || !host.catalog.modules.isEmpty
        var parts = [
            operatingContract(hasOperations: hasOperations), printAndFinish, responseShape,
            language(host, hasOperations: hasOperations),
        ]
        let surface = hostSurface(host)
        if !surface.isEmpty { parts.append(surface) }
        parts += [builtinFunctions(host: host), mistakes, context]
        return parts.joined(separator: "\n\n")
    }

    // MARK: How to work

    private static func operatingContract(hasOperations: Bool) -> String {
        let calls =
            hasOperations
            ? "Call operations inside a block with `await module.operation({…})?`, by the names that are listed below."
            : "There are no operations: blocks only compute. Do not invent tools."
        return """
            ### Operating contract

            - Prose is for talking to the user. A block is for acting, looking at data, computing, and returning structured results.
            - \(calls)
            """
    }

    private static let printAndFinish = """
        ### print and finish

        - `print value` shows you the value with the next step, and the program goes on. Print only what you need to see.
        - `finish value` ends the turn. A string is the answer as it is; any other value becomes indented JSON.
        - Keep what you finish with short. Never finish with the raw output of a tool, and check a result before you finish with it.
        """

    private static let responseShape = """
        ### Shape of a reply

        - A block is a program between `<lashlang>` and `</lashlang>`, each tag on a line of its own.
        - Prose stands before the block, or there is none. One block in each reply; what follows it is ignored.
        - How a turn ends is said under FINALIZATION at the end of the conversation.
        """

    private static let context = """
        ### Working with context

        - Keep large things in variables. What you are shown may be cut; the value is whole.
        - Think for yourself where that is enough, use one block for what can be computed, and ask several things at once where they \
        do not depend on each other.
        """

    // MARK: The language

    private static func language(_ host: Host, hasOperations: Bool) -> String {
        let claims = LanguageClaim.all.filter { claim in
            switch claim.condition {
            case .always: true
            case .operations: hasOperations
            case .processes: host.abilities.contains(.processes)
            case .sleep: host.abilities.contains(.sleep)
            }
        }
        return "### Language\n\n" + claims.map { "- \($0.text)" }.joined(separator: "\n")
    }

    private static let builtinLines = Builtin.allCases.map { "- `\($0.signature)` — \($0.summary)" }

    /// One line for every function that programs call by its bare name.
    private static func builtinFunctions(host: Host) -> String {
        var lines = builtinLines
        for function in host.catalog.functions {
            lines.append(
                "- `\(function.signature)`" + (function.description.isEmpty ? "" : " — \(function.description)")
            )
        }
        return "### Builtins\n\n" + lines.joined(separator: "\n")
    }

    /// Errors that models make often, as the pages about them have them.
    private static let mistakes: String = {
        let codes = ["E0308", "E0312", "E0327", "W0202"]
        let pages = (linkerPages + runtimePages).filter { codes.contains($0.code) }.sorted { $0.code < $1.code }
        let lines = pages.map { page in
            "- \(page.title) (\(page.code)): "
                + page.explanation.split(whereSeparator: \.isNewline).joined(separator: " ")
        }
        return "### Frequent mistakes\n\n" + lines.joined(separator: "\n")
    }()

    /// What a host offers beyond tools, with its types.
    private static func hostSurface(_ host: Host) -> String {
        var lines: [String] = []
        for module in host.catalog.modules {
            for operation in module.operations {
                let description = operation.description.isEmpty ? "" : " — \(operation.description)"
                lines.append(
                    "- `\(module.path).\(operation.name)(\(operation.input)) -> \(operation.output)`\(description)"
                )
            }
        }
        for type in host.catalog.dataTypes { lines.append("- type `\(type.name)` = `\(type.type)`") }
        for constructor in host.catalog.constructors {
            lines.append("- `\(constructor.path)(\(constructor.input))` makes a value of type `\(constructor.output)`")
        }
        return lines.isEmpty ? "" : "### Host surface\n\n" + lines.joined(separator: "\n")
    }
}
