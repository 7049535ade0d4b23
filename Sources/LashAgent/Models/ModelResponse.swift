/// A whole answer of a model.
public struct ModelResponse: Hashable, Sendable, Codable {
    /// The text.
    public var text: String
    /// What the model thought before; empty for a model that does not say.
    public var reasoning: String
    /// What the answer took; `nil` where the service did not say.
    public var usage: ModelUsage?
    /// Why it ended.
    public var stopReason: ModelStopReason

    /// An answer.
    public init(
        text: String = "",
        reasoning: String = "",
        usage: ModelUsage? = nil,
        stopReason: ModelStopReason = .unknown
    ) {
        self.text = text
        self.reasoning = reasoning
        self.usage = usage
        self.stopReason = stopReason
    }

    /// Takes in the next event of its stream.
    public mutating func append(_ event: ModelEvent) {
        switch event {
        case .text(let piece): text += piece
        case .reasoning(let piece): reasoning += piece
        case .usage(let usage): self.usage = usage
        case .retry(let retry):
            guard retry.discardsText else { return }
            text = ""
            reasoning = ""
        case .stop(let reason): stopReason = reason
        }
    }

    private enum CodingKeys: String, CodingKey {
        case text, reasoning, usage
        case stopReason = "stop_reason"
    }
}
