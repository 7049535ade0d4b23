/// The fields of a record.
struct RecordDecoding<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let level: DecodingLevel
    let record: Record

    var codingPath: [any CodingKey] { level.codingPath }
    var allKeys: [Key] { record.keys.compactMap { Key(stringValue: $0) } }

    func contains(_ key: Key) -> Bool { record[key.stringValue] != nil }

    func decodeNil(forKey key: Key) throws -> Bool {
        if case .null = try value(key) { return true }
        return false
    }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        try level.make(type, from: value(key), key: key)
    }

    // The protocol has defaults for these two, which know of no value.
    func decode(_ type: Int128.Type, forKey key: Key) throws -> Int128 {
        try level.make(type, from: value(key), key: key)
    }

    func decode(_ type: UInt128.Type, forKey key: Key) throws -> UInt128 {
        try level.make(type, from: value(key), key: key)
    }

    func nestedContainer<Inner: CodingKey>(
        keyedBy type: Inner.Type,
        forKey key: Key
    ) throws -> KeyedDecodingContainer<Inner> {
        try inner(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try inner(key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder {
        let key = NameKey("super")
        return try DecodingLevel(record[key.stringValue] ?? .null, in: level, key: key)
    }

    func superDecoder(forKey key: Key) throws -> any Decoder { try inner(key) }

    private func inner(_ key: Key) throws -> DecodingLevel { try DecodingLevel(value(key), in: level, key: key) }

    private func value(_ key: Key) throws -> Value {
        if let value = record[key.stringValue] { return value }
        throw DecodingError.keyNotFound(key, .init(codingPath: codingPath, debugDescription: "no such field"))
    }
}

/// The elements of a list or a tuple.
struct ListDecoding: UnkeyedDecodingContainer {
    let level: DecodingLevel
    let items: [Value]
    private(set) var currentIndex = 0

    init(level: DecodingLevel, items: [Value]) {
        self.level = level
        self.items = items
    }

    var codingPath: [any CodingKey] { level.codingPath }
    var count: Int? { items.count }
    var isAtEnd: Bool { currentIndex >= items.count }

    mutating func decodeNil() throws -> Bool {
        guard case .null = try next() else { return false }
        currentIndex += 1
        return true
    }

    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T { try made(type) }
    // The protocol has defaults for these two, which know of no value.
    mutating func decode(_ type: Int128.Type) throws -> Int128 { try made(type) }
    mutating func decode(_ type: UInt128.Type) throws -> UInt128 { try made(type) }

    private mutating func made<T: Decodable>(_ type: T.Type) throws -> T {
        let made = try level.make(type, from: next(), key: PositionKey(currentIndex))
        currentIndex += 1
        return made
    }

    mutating func nestedContainer<Inner: CodingKey>(keyedBy type: Inner.Type) throws -> KeyedDecodingContainer<Inner> {
        try inner().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { try inner().unkeyedContainer() }

    mutating func superDecoder() throws -> any Decoder { try inner() }

    private mutating func inner() throws -> DecodingLevel {
        let inner = try DecodingLevel(next(), in: level, key: PositionKey(currentIndex))
        currentIndex += 1
        return inner
    }

    private func next() throws -> Value {
        if !isAtEnd { return items[currentIndex] }
        let elements = items.count == 1 ? "1 element" : "\(items.count) elements"
        throw DecodingError.valueNotFound(
            Value.self,
            .init(codingPath: codingPath, debugDescription: "expected more than \(elements)")
        )
    }
}
