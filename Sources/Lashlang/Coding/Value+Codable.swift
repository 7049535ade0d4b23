extension Value: Codable {
    /// A value from any format that can tell null, booleans, numbers, texts, lists and records apart.
    public init(from decoder: any Decoder) throws {
        if let level = decoder as? DecodingLevel {
            self = level.value
            return
        }
        if decoder.codingPath.count > codingDepthLimit {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "nests deeper than \(codingDepthLimit) levels")
            )
        }
        let single = try decoder.singleValueContainer()
        if single.decodeNil() {
            self = .null
        } else if let bool = try? single.decode(Bool.self) {
            self = .bool(bool)
        } else if let number = try? single.decode(Double.self) {
            self = .number(number)
        } else if let text = try? single.decode(String.self) {
            self = .string(text)
        } else if var items = try? decoder.unkeyedContainer() {
            var values: [Value] = []
            while !items.isAtEnd { values.append(try items.decode(Value.self)) }
            self = .list(values)
        } else {
            self = .record(try Record(from: decoder))
        }
    }

    /// The value in any format. Tuples become lists, images and module authorities records; numbers that are not finite
    /// are left to the format.
    public func encode(to encoder: any Encoder) throws {
        if encoder.codingPath.count > codingDepthLimit {
            throw EncodingError.invalidValue(
                self,
                .init(codingPath: encoder.codingPath, debugDescription: "nests deeper than \(codingDepthLimit) levels")
            )
        }
        if let level = encoder as? EncodingLevel {
            level.take(self)
            return
        }
        switch self {
        case .list(let items), .tuple(let items):
            var container = encoder.unkeyedContainer()
            for item in items { try container.encode(item) }
        case .record(let record): try record.encode(to: encoder)
        case .null:
            var container = encoder.singleValueContainer()
            try container.encodeNil()
        case .bool(let bool): try bool.encode(to: encoder)
        case .number(let number): try number.encode(to: encoder)
        case .string(let text): try text.encode(to: encoder)
        case .image(let image):
            let fields: Record = [
                "type": "image", "id": .string(image.id), "mime": .string(image.mime), "label": .string(image.label),
                "size": .number(Double(image.size)), "width": image.width.map { .number(Double($0)) } ?? .null,
                "height": image.height.map { .number(Double($0)) } ?? .null,
            ]
            try fields.encode(to: encoder)
        case .projection(let projection):
            guard let ref = projection.ref else {
                throw EncodingError.invalidValue(
                    self,
                    .init(
                        codingPath: encoder.codingPath,
                        debugDescription: "`\(projection.name)` is lazy and has no reference"
                    )
                )
            }
            var container = encoder.container(keyedBy: NameKey.self)
            try container.encode(ref, forKey: NameKey("__projection_ref__"))
        case .resource(let resource):
            let fields: Record = ["resource_type": .string(resource.type), "alias": .string(resource.alias)]
            try fields.encode(to: encoder)
        }
    }
}

extension Record: Codable {
    /// The fields in the order in which the format gives its keys.
    public init(from decoder: any Decoder) throws {
        if let level = decoder as? DecodingLevel {
            self = try level.decode(Record.self)
            return
        }
        let container = try decoder.container(keyedBy: NameKey.self)
        self.init()
        for key in container.allKeys { self[key.stringValue] = try container.decode(Value.self, forKey: key) }
    }

    /// The fields in order, as far as the format keeps it.
    public func encode(to encoder: any Encoder) throws {
        if let level = encoder as? EncodingLevel {
            level.take(.record(self))
            return
        }
        var container = encoder.container(keyedBy: NameKey.self)
        for (key, value) in self { try container.encode(value, forKey: NameKey(key)) }
    }
}
