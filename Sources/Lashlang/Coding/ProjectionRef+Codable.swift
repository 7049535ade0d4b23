extension ProjectionRef: Codable {
    private enum CodingKeys: String, CodingKey { case kind, key }

    /// A reference from any format.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            kind: try container.decode(String.self, forKey: .kind),
            key: try container.decode(Value.self, forKey: .key)
        )
    }

    /// The reference as `{"kind": …, "key": …}`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(kind, forKey: .kind)
        try container.encode(key, forKey: .key)
    }
}
