/// What a model is asked.
public struct ModelRequest: Hashable, Sendable, Codable {
    /// The conversation, oldest first. The first message is usually the system's.
    public var messages: [ModelMessage]
    /// How hard the model is to think, in the words of its service (`low`, `high`); `nil` for its default.
    public var effort: String?
    /// The most tokens of the answer; `nil` for the default of the model's client.
    public var maximumOutputTokens: Int?
    /// How freely the model chooses its words; `nil` for the default of its service.
    public var temperature: Double?
    /// The session that asks, for the service's own logs and caches.
    public var sessionID: String?

    /// A request.
    public init(
        messages: [ModelMessage],
        effort: String? = nil,
        maximumOutputTokens: Int? = nil,
        temperature: Double? = nil,
        sessionID: String? = nil
    ) {
        self.messages = messages
        self.effort = effort
        self.maximumOutputTokens = maximumOutputTokens
        self.temperature = temperature
        self.sessionID = sessionID
    }

    enum CodingKeys: String, CodingKey {
        case messages, effort, temperature
        case maximumOutputTokens = "max_output_tokens"
        case sessionID = "session_id"
    }
}
