/// One message of a conversation with a model.
public struct ModelMessage: Hashable, Sendable {
    /// Who speaks.
    public enum Role: String, Hashable, Sendable, Codable {
        case system, user, assistant
    }

    /// A piece of a message.
    public enum Part: Hashable, Sendable {
        case text(String)
        /// An image; only user messages have them.
        case image(ModelImage)
    }

    /// Who speaks.
    public var role: Role
    /// What is said, in order.
    public var parts: [Part]
    /// Whether services that cache prompts should keep everything up to the end of this message.
    public var endsCachedPrefix: Bool

    /// A message of parts.
    public init(_ role: Role, _ parts: [Part], endsCachedPrefix: Bool = false) {
        self.role = role
        self.parts = parts
        self.endsCachedPrefix = endsCachedPrefix
    }

    /// A message of one text.
    public init(_ role: Role, _ text: String, endsCachedPrefix: Bool = false) {
        self.init(role, [.text(text)], endsCachedPrefix: endsCachedPrefix)
    }

    /// The texts of the message, joined by a blank line.
    public var text: String {
        let texts = parts.compactMap { part -> String? in
            if case .text(let text) = part { text } else { nil }
        }
        return texts.joined(separator: "\n\n")
    }
}

/// `{"role": "user", "content": "…"}`, or a list of parts for a message that is not one text.
extension ModelMessage: Codable {
    private enum CodingKeys: String, CodingKey {
        case role, content
        case endsCachedPrefix = "ends_cached_prefix"
    }

    /// Reads that form.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        role = try container.decode(Role.self, forKey: .role)
        endsCachedPrefix = try container.decodeIfPresent(Bool.self, forKey: .endsCachedPrefix) ?? false
        if let text = try? container.decode(String.self, forKey: .content) {
            parts = [.text(text)]
        } else {
            parts = try container.decode([Part].self, forKey: .content)
        }
    }

    /// Writes that form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(role, forKey: .role)
        if parts.count == 1, case .text(let text) = parts[0] {
            try container.encode(text, forKey: .content)
        } else {
            try container.encode(parts, forKey: .content)
        }
        if endsCachedPrefix { try container.encode(true, forKey: .endsCachedPrefix) }
    }
}

/// `{"type": "text", "text": "…"}` or `{"type": "image", "mime": "image/png", "data": "base64"}`.
extension ModelMessage.Part: Codable {
    private enum Kind: String, Codable {
        case text, image
    }

    private enum CodingKeys: String, CodingKey {
        case type, text
    }

    /// Reads that form.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        switch try container.decode(Kind.self, forKey: .type) {
        case .text: self = .text(try container.decode(String.self, forKey: .text))
        case .image: self = .image(try ModelImage(from: decoder))
        }
    }

    /// Writes that form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .text(let text):
            try container.encode(Kind.text, forKey: .type)
            try container.encode(text, forKey: .text)
        case .image(let image):
            try container.encode(Kind.image, forKey: .type)
            try image.encode(to: encoder)
        }
    }
}
