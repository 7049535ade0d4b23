/// What a model's answer brings, piece by piece.
public enum ModelEvent: Hashable, Sendable {
    /// A part of the answer begins: more text, or more of what the model thinks, belongs to the latest part of its kind. An
    /// answer of one text, with thoughts or without, needs no such events.
    case part(ModelPart.Kind)
    /// More text of the answer. Pieces of one part are appended as they are.
    case text(String)
    /// More of what the model thinks before it answers.
    case reasoning(String)
    /// What the answer has taken so far. A later one replaces an earlier one.
    case usage(ModelUsage)
    /// The answer failed, and is asked for again.
    case retry(ModelRetry)
    /// The end of the answer, and the last event.
    case stop(ModelStopReason)
}

/// Another attempt to get an answer.
public struct ModelRetry: Hashable, Sendable {
    /// Counts from 2.
    public var attempt: Int
    /// How many there will be at most.
    public var maximumAttempts: Int
    /// How long the client waits before it.
    public var wait: Duration
    /// What went wrong with the attempt before.
    public var reason: String
    /// Whether text or reasoning has come already: all of it is void, and the new attempt begins from nothing.
    public var discardsText: Bool

    /// Another attempt.
    public init(attempt: Int, maximumAttempts: Int, wait: Duration, reason: String, discardsText: Bool) {
        self.attempt = attempt
        self.maximumAttempts = maximumAttempts
        self.wait = wait
        self.reason = reason
        self.discardsText = discardsText
    }
}

/// Why an answer ended.
public enum ModelStopReason: String, Hashable, Sendable, Codable, CaseIterable {
    /// The model had said what it wanted to say.
    case stop
    /// The model asks for a tool in the way of its service, which nobody offered.
    case toolUse = "tool_use"
    /// The answer reached its greatest length.
    case outputLimit = "output_limit"
    /// The conversation is longer than the model can read.
    case contextOverflow = "context_overflow"
    /// The service refused to go on.
    case contentFilter = "content_filter"
    /// The service says that it failed.
    case providerError = "provider_error"
    /// Nobody wanted the rest.
    case cancelled
    /// The service did not say.
    case unknown
}
