/// What a turn makes of a model's answer.
public struct ModelAnswer: Equatable, Sendable, Codable {
    /// How the call ended.
    public enum End: Equatable, Sendable, Codable {
        /// With an answer.
        case complete
        /// The answer reached its greatest length.
        case outputLimit
        /// The service refused or failed.
        case failed(message: String, kind: ModelError.Kind)
        /// Somebody cancelled the turn.
        case cancelled
    }

    /// The whole text, as far as it was read.
    public var text: String
    /// What the model thought before.
    public var reasoning: String
    /// The text taken apart.
    public var reply: Reply
    /// How the call ended.
    public var end: End
    /// What it took.
    public var usage: ModelUsage?

    /// An answer.
    public init(
        text: String,
        reasoning: String = "",
        reply: Reply? = nil,
        end: End = .complete,
        usage: ModelUsage? = nil
    ) {
        self.text = text
        self.reasoning = reasoning
        self.reply = reply ?? Reply(text)
        self.end = end
        self.usage = usage
    }
}
