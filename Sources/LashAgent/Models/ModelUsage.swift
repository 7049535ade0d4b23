/// What one or more answers of a model took, in tokens.
public struct ModelUsage: Hashable, Sendable {
    /// Tokens of the request that no cache had.
    public var input: Int
    /// Tokens of the answer, those of its reasoning too.
    public var output: Int
    /// Tokens of the request that came out of the service's cache.
    public var cacheRead: Int
    /// Tokens of the request that were put into the cache.
    public var cacheWrite: Int
    /// Those tokens of the answer that were reasoning.
    public var reasoning: Int

    /// Counts of tokens.
    public init(input: Int = 0, output: Int = 0, cacheRead: Int = 0, cacheWrite: Int = 0, reasoning: Int = 0) {
        self.input = input
        self.output = output
        self.cacheRead = cacheRead
        self.cacheWrite = cacheWrite
        self.reasoning = reasoning
    }

    /// All tokens.
    public var total: Int { prompt + output }
    /// All tokens of the request.
    public var prompt: Int { input + cacheRead + cacheWrite }
    /// Whether nothing was counted.
    public var isZero: Bool { self == ModelUsage() }

    /// The sum of each count.
    public static func + (left: ModelUsage, right: ModelUsage) -> ModelUsage {
        ModelUsage(
            input: left.input + right.input,
            output: left.output + right.output,
            cacheRead: left.cacheRead + right.cacheRead,
            cacheWrite: left.cacheWrite + right.cacheWrite,
            reasoning: left.reasoning + right.reasoning
        )
    }

    /// Adds each count.
    public static func += (left: inout ModelUsage, right: ModelUsage) { left = left + right }
}

extension ModelUsage: Codable {
    private enum CodingKeys: String, CodingKey {
        case input, output, reasoning
        case cacheRead = "cache_read"
        case cacheWrite = "cache_write"
    }

    /// Counts that are missing are zero.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func count(_ key: CodingKeys) throws -> Int { try container.decodeIfPresent(Int.self, forKey: key) ?? 0 }
        self.init(
            input: try count(.input),
            output: try count(.output),
            cacheRead: try count(.cacheRead),
            cacheWrite: try count(.cacheWrite),
            reasoning: try count(.reasoning)
        )
    }

    /// Writes that form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(input, forKey: .input)
        try container.encode(output, forKey: .output)
        try container.encode(cacheRead, forKey: .cacheRead)
        try container.encode(cacheWrite, forKey: .cacheWrite)
        try container.encode(reasoning, forKey: .reasoning)
    }
}
