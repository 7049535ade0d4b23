/// A whole answer of a model: a list of parts, and how it ended.
public struct ModelResponse: Hashable, Sendable {
    /// The parts, in order.
    public private(set) var parts: [ModelPart]
    /// What the answer took; `nil` where the service did not say.
    public var usage: ModelUsage?
    /// Why it ended.
    public var stopReason: ModelStopReason
    /// Where more of a text, and more of what the model thinks, belongs to.
    private var lastText: Int?
    private var lastReasoning: Int?
    private var hasFinalText = false

    /// An answer of parts.
    public init(parts: [ModelPart], usage: ModelUsage? = nil, stopReason: ModelStopReason = .unknown) {
        self.parts = parts
        self.usage = usage
        self.stopReason = stopReason
        index()
    }

    /// An answer of one text.
    public init(
        text: String = "",
        reasoning: String = "",
        usage: ModelUsage? = nil,
        stopReason: ModelStopReason = .unknown
    ) {
        var parts: [ModelPart] = []
        if !reasoning.isEmpty { parts.append(ModelPart(.reasoning(), reasoning)) }
        if !text.isEmpty { parts.append(ModelPart(.text(), text)) }
        self.init(parts: parts, usage: usage, stopReason: stopReason)
    }

    private mutating func index() {
        lastText = parts.lastIndex { if case .text = $0.kind { true } else { false } }
        lastReasoning = parts.lastIndex { if case .reasoning = $0.kind { true } else { false } }
        hasFinalText = parts.contains { $0.kind == .text(.finalAnswer) }
    }

    /// The text: that of all parts, with a blank line between two of them at least. What was said on the way is not among
    /// it where there is a final answer. Setting it leaves one text in the place of the first.
    public var text: String {
        get {
            PartJoiner.joined(
                parts.lazy.compactMap { part in
                    guard case .text(let phase) = part.kind else { return nil }
                    return phase == .commentary && hasFinalText ? nil : part.text
                }
            )
        }
        set {
            let first = parts.firstIndex { if case .text = $0.kind { true } else { false } } ?? parts.count
            parts.removeAll { if case .text = $0.kind { true } else { false } }
            if !newValue.isEmpty { parts.insert(ModelPart(.text(), newValue), at: first) }
            index()
        }
    }

    /// What the model thought before, put together as texts are; empty for a model that does not say. Setting it leaves one
    /// part at the beginning.
    public var reasoning: String {
        get { PartJoiner.joined(parts.lazy.compactMap(\.reasoning)) }
        set {
            parts.removeAll { $0.reasoning != nil }
            if !newValue.isEmpty { parts.insert(ModelPart(.reasoning(), newValue), at: 0) }
            index()
        }
    }

    /// Takes in the next event of its stream.
    public mutating func append(_ event: ModelEvent) {
        switch event {
        case .part(let kind):
            parts.append(ModelPart(kind))
            switch kind {
            case .text(let phase):
                lastText = parts.count - 1
                hasFinalText = hasFinalText || phase == .finalAnswer
            case .reasoning: lastReasoning = parts.count - 1
            case .toolCall: break
            }
        case .text(let piece):
            if lastText == nil { append(.part(.text())) }
            if let lastText { parts[lastText].text += piece }
        case .reasoning(let piece):
            if lastReasoning == nil { append(.part(.reasoning())) }
            if let lastReasoning { parts[lastReasoning].text += piece }
        case .usage(let usage): self.usage = usage
        case .retry(let retry):
            guard retry.discardsText else { return }
            parts = []
            index()
        case .stop(let reason): stopReason = reason
        }
    }

    /// Whether more text would be said on the way to an answer that is there already, so that it does not count.
    var isSaidTooLate: Bool {
        guard hasFinalText, let lastText else { return false }
        return parts[lastText].kind == .text(.commentary)
    }

    /// Whether a final answer that begins now makes void what was said before it.
    var wouldLoseCommentary: Bool {
        !hasFinalText && parts.contains { $0.kind == .text(.commentary) && !$0.text.isEmpty }
    }

    /// What stands for the latest thoughts, where their text is not shown; `nil` where it is.
    var summaryOfLastReasoning: String? {
        guard let lastReasoning, case .reasoning(let summary) = parts[lastReasoning].kind, !summary.isEmpty,
            WhiteSpace.isBlank(parts[lastReasoning].text)
        else { return nil }
        return parts[lastReasoning].reasoning
    }
}

extension ModelPart {
    /// What it says of thoughts: the text, or the summary where that is blank; `nil` for a part of another kind.
    fileprivate var reasoning: String? {
        guard case .reasoning(let summary) = kind else { return nil }
        return summary.isEmpty || !WhiteSpace.isBlank(text) ? text : summary.joined(separator: "\n\n")
    }
}

/// `{"text": "…", "reasoning": "…", "usage": {…}, "stop_reason": "stop"}`, and `parts` where these are more than a text and
/// thoughts before it.
extension ModelResponse: Codable {
    private enum CodingKeys: String, CodingKey {
        case text, reasoning, parts, usage
        case stopReason = "stop_reason"
    }

    /// Reads that form.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let usage = try container.decodeIfPresent(ModelUsage.self, forKey: .usage)
        let reason = try container.decode(ModelStopReason.self, forKey: .stopReason)
        if let parts = try container.decodeIfPresent([ModelPart].self, forKey: .parts) {
            self.init(parts: parts, usage: usage, stopReason: reason)
            return
        }
        self.init(
            text: try container.decode(String.self, forKey: .text),
            reasoning: try container.decode(String.self, forKey: .reasoning),
            usage: usage,
            stopReason: reason
        )
    }

    /// Writes that form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(text, forKey: .text)
        try container.encode(reasoning, forKey: .reasoning)
        if !isPlain { try container.encode(parts, forKey: .parts) }
        try container.encodeIfPresent(usage, forKey: .usage)
        try container.encode(stopReason, forKey: .stopReason)
    }

    /// Whether it is no more than a text, with thoughts before it or without.
    var isPlain: Bool { self == ModelResponse(text: text, reasoning: reasoning, usage: usage, stopReason: stopReason) }
}
