public import Lashlang

/// What a turn begins with: what is said, and what programs can read in it.
public struct TurnInput: Sendable {
    /// What is said.
    public private(set) var text: String
    /// What comes with it.
    public private(set) var attachments: [Attachment] = []
    /// What programs can read by name in this turn.
    public private(set) var bindings = ProjectedBindings()

    /// A text.
    public static func text(_ text: String) -> TurnInput { TurnInput(text: text) }

    /// Puts values in scope for this turn. Throws where a name is bound already, and for `history`.
    public func project(_ more: ProjectedBindings) throws(BindingError) -> TurnInput {
        var input = self
        if more.names.contains(AgentBindings.historyName) { throw AgentBindings.historyIsReserved }
        try input.bindings.merge(more)
        return input
    }

    /// Adds an image. Throws for one without bytes.
    public func image(_ image: ModelImage, label: String? = nil) throws(AgentConfigurationError) -> TurnInput {
        if image.bytes.isEmpty { throw AgentConfigurationError("an image has no bytes") }
        var input = self
        input.attachments.append(
            Attachment(
                id: "image:\(attachments.count + 1)",
                mediaType: image.mime,
                label: label,
                image: image
            )
        )
        return input
    }
}

extension TurnInput: ExpressibleByStringLiteral {
    /// A text.
    public init(stringLiteral text: String) { self.init(text: text) }
}

/// The names that programs read in turns.
enum AgentBindings {
    static let historyName = "history"
    static let historyIsReserved = BindingError(message: "`history` is reserved as an RLM built-in binding")
}
