/// An image as a model gets it.
public struct ModelImage: Hashable, Sendable {
    /// The media type, such as `image/png`.
    public var mime: String
    /// The bytes of the file.
    public var bytes: [UInt8]

    /// An image.
    public init(mime: String, bytes: [UInt8]) {
        self.mime = mime
        self.bytes = bytes
    }
}

extension ModelImage: Codable {
    private enum CodingKeys: String, CodingKey {
        case mime, data
    }

    /// Reads that form.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        mime = try container.decode(String.self, forKey: .mime)
        guard let bytes = Base64.decode(try container.decode(String.self, forKey: .data)) else {
            throw DecodingError.dataCorruptedError(forKey: .data, in: container, debugDescription: "not base64")
        }
        self.bytes = bytes
    }

    /// Writes that form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(mime, forKey: .mime)
        try container.encode(Base64.encode(bytes), forKey: .data)
    }
}
