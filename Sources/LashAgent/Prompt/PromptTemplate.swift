/// The layout of the system prompt: sections, and in them texts, parts of the runtime, and slots that others fill.
public struct PromptTemplate: Hashable, Sendable, Codable {
    /// A place in the prompt that hosts and plugins fill.
    public enum Slot: String, Hashable, Sendable, Codable, CaseIterable {
        /// Who the agent is.
        case intro
        /// How it acts: the tools are here.
        case execution
        /// How it should behave.
        case guidance
        /// What the project wants.
        case projectInstructions = "project_instructions"
        /// What the runtime says about itself.
        case runtimeContext = "runtime_context"
        /// What surrounds it: the read-only variables are here.
        case environment
    }

    /// A text that comes with the runtime.
    public enum Builtin: String, Hashable, Sendable, Codable, CaseIterable {
        /// One sentence on who the agent is.
        case mainAgentIntro = "main_agent_intro"
        /// How to write programs, with the language.
        case executionInstructions = "execution_instructions"
        /// How to answer.
        case coreGuidance = "core_guidance"
    }

    /// Something in a section.
    public enum Entry: Hashable, Sendable, Codable {
        case text(String)
        case builtin(Builtin)
        case slot(Slot)
    }

    /// A part of the prompt; without content it is left out, title and all.
    public struct Section: Hashable, Sendable, Codable {
        /// The title, a heading of the second level.
        public var title: String?
        /// What is in it, in order.
        public var entries: [Entry]

        /// A section.
        public init(_ title: String? = nil, _ entries: [Entry]) {
            self.title = title
            self.entries = entries
        }
    }

    /// The sections in order.
    public var sections: [Section]

    /// A layout.
    public init(_ sections: [Section]) { self.sections = sections }

    /// The usual layout.
    public static let standard = PromptTemplate([
        Section(nil, [.builtin(.mainAgentIntro), .slot(.intro)]),
        Section("Execution", [.builtin(.executionInstructions), .slot(.execution)]),
        Section("Guidance", [.builtin(.coreGuidance), .slot(.projectInstructions), .slot(.guidance)]),
        Section("Environment", [.slot(.runtimeContext), .slot(.environment)]),
    ])
}

/// Something that is put into a slot of the prompt.
public struct PromptContribution: Hashable, Sendable, Codable {
    /// Where it stands.
    public var slot: PromptTemplate.Slot
    /// The title, a heading of the third level.
    public var title: String?
    /// What it says.
    public var content: String
    /// Lower ones come first.
    public var priority: Int
    /// If not empty, it is there only where one of these tools is.
    public var requiredTools: [String]

    /// A contribution.
    public init(
        _ slot: PromptTemplate.Slot,
        title: String? = nil,
        _ content: String,
        priority: Int = 0,
        requiredTools: [String] = []
    ) {
        self.slot = slot
        self.title = title
        self.content = content
        self.priority = priority
        self.requiredTools = requiredTools
    }

    /// How the agent should behave.
    public static func guidance(_ title: String? = nil, _ content: String) -> PromptContribution {
        PromptContribution(.guidance, title: title, content)
    }

    /// What surrounds the agent.
    public static func environment(_ title: String? = nil, _ content: String) -> PromptContribution {
        PromptContribution(.environment, title: title, content)
    }

    /// How the agent acts.
    public static func execution(_ title: String? = nil, _ content: String) -> PromptContribution {
        PromptContribution(.execution, title: title, content)
    }

    /// Who the agent is.
    public static func intro(_ title: String? = nil, _ content: String) -> PromptContribution {
        PromptContribution(.intro, title: title, content)
    }

    /// What the project wants.
    public static func projectInstructions(_ title: String? = nil, _ content: String) -> PromptContribution {
        PromptContribution(.projectInstructions, title: title, content)
    }

    /// What the runtime says about itself.
    public static func runtimeContext(_ title: String? = nil, _ content: String) -> PromptContribution {
        PromptContribution(.runtimeContext, title: title, content)
    }

    /// The same, only where a tool is there, besides those named before.
    public func requiring(tool name: String) -> PromptContribution {
        var changed = self
        changed.requiredTools.append(name)
        return changed
    }

    /// The same at another place among those of its slot.
    public func prioritized(_ priority: Int) -> PromptContribution {
        var changed = self
        changed.priority = priority
        return changed
    }
}
