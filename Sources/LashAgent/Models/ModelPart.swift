/// A part of a model's answer.
public struct ModelPart: Hashable, Sendable {
    /// What a part is.
    public enum Kind: Hashable, Sendable {
        /// Text of the answer.
        case text(Phase? = nil)
        /// What the model thinks. The summary stands for it where the service shows nothing else of it.
        case reasoning(summary: [String] = [])
        /// A call of a tool in the way of the service. Programs call tools, so nothing comes of it.
        case toolCall(name: String)
    }

    /// What a text is to the whole answer, where the service says so.
    public enum Phase: String, Hashable, Sendable, Codable {
        /// Said on the way. It counts only where the answer has no text that is final.
        case commentary
        /// The answer itself.
        case finalAnswer = "final_answer"
    }

    /// What it is.
    public var kind: Kind
    /// Its text; empty for a call of a tool.
    public var text: String

    /// A part.
    public init(_ kind: Kind, _ text: String = "") {
        self.kind = kind
        self.text = text
    }
}

/// `{"type": "text", "phase": "commentary", "text": "…"}`, `{"type": "reasoning", "text": "…", "summary": ["…"]}` or
/// `{"type": "tool_call", "name": "…"}`, without what is empty.
extension ModelPart: Codable {
    private enum TypeName: String, Codable {
        case text, reasoning
        case toolCall = "tool_call"
    }

    private enum CodingKeys: String, CodingKey {
        case type, phase, text, summary, name
    }

    /// Reads that form.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        switch try container.decode(TypeName.self, forKey: .type) {
        case .text: kind = .text(try container.decodeIfPresent(Phase.self, forKey: .phase))
        case .reasoning:
            kind = .reasoning(summary: try container.decodeIfPresent([String].self, forKey: .summary) ?? [])
        case .toolCall: kind = .toolCall(name: try container.decode(String.self, forKey: .name))
        }
        text = try container.decodeIfPresent(String.self, forKey: .text) ?? ""
    }

    /// Writes that form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch kind {
        case .text(let phase):
            try container.encode(TypeName.text, forKey: .type)
            try container.encodeIfPresent(phase, forKey: .phase)
        case .reasoning(let summary):
            try container.encode(TypeName.reasoning, forKey: .type)
            if !summary.isEmpty { try container.encode(summary, forKey: .summary) }
        case .toolCall(let name):
            try container.encode(TypeName.toolCall, forKey: .type)
            try container.encode(name, forKey: .name)
        }
        if !text.isEmpty { try container.encode(text, forKey: .text) }
    }
}

/// Puts the texts of an answer together as they come: two parts of it are at least a blank line apart.
package struct PartJoiner: Sendable {
    private var newlines = 0
    private var isEmpty = true
    private var isBetweenParts = false

    package init() {}

    /// The texts of several parts.
    static func joined(_ parts: some Sequence<String>) -> String {
        var joiner = PartJoiner()
        var text = ""
        for part in parts {
            joiner.endPart()
            text += joiner.join(part)
        }
        return text
    }

    /// Ends a part of the answer, if one has begun.
    package mutating func endPart() { isBetweenParts = true }

    /// A piece of text with what has to stand before it. However a part is cut into pieces, the text is the same.
    package mutating func join(_ piece: String) -> String {
        guard !piece.isEmpty else { return piece }
        let leading = piece.utf8.prefix { $0 == Self.newline }.count
        let isBlank = leading == piece.utf8.count
        var joined = piece
        if isBetweenParts, !isEmpty {
            newlines += leading
            // Whether any are missing is known where the first other character comes.
            if isBlank { return piece }
            joined = String(repeating: "\n", count: max(0, 2 - newlines)) + piece
        }
        isBetweenParts = false
        isEmpty = false
        newlines = isBlank ? newlines + leading : piece.utf8.reversed().prefix { $0 == Self.newline }.count
        return joined
    }

    private static let newline = UInt8(ascii: "\n")
}
