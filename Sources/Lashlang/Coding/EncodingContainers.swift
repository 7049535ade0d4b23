/// The fields of a record under construction.
struct RecordEncoding<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let level: EncodingLevel

    var codingPath: [any CodingKey] { level.codingPath }

    mutating func encodeNil(forKey key: Key) { level.put(.null, under: key.stringValue) }

    mutating func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
        level.put(try level.make(value, key: key), under: key.stringValue)
    }

    // The protocol has defaults for these two, which know of no place for them.
    mutating func encode(_ value: Int128, forKey key: Key) throws {
        level.put(try level.make(value, key: key), under: key.stringValue)
    }

    mutating func encode(_ value: UInt128, forKey key: Key) throws {
        level.put(try level.make(value, key: key), under: key.stringValue)
    }

    mutating func nestedContainer<Inner: CodingKey>(
        keyedBy type: Inner.Type,
        forKey key: Key
    ) -> KeyedEncodingContainer<Inner> {
        level.begin(under: key).container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        level.begin(under: key).unkeyedContainer()
    }

    mutating func superEncoder() -> any Encoder { level.begin(under: NameKey("super")) }

    mutating func superEncoder(forKey key: Key) -> any Encoder { level.begin(under: key) }
}

/// The elements of a list under construction.
struct ListEncoding: UnkeyedEncodingContainer {
    let level: EncodingLevel

    var codingPath: [any CodingKey] { level.codingPath }
    var count: Int { level.count }

    mutating func encodeNil() { level.append(.null) }

    mutating func encode<T: Encodable>(_ value: T) throws { try append(value) }
    // The protocol has defaults for these two, which know of no place for them.
    mutating func encode(_ value: Int128) throws { try append(value) }
    mutating func encode(_ value: UInt128) throws { try append(value) }

    private func append<T: Encodable>(_ value: T) throws {
        level.append(try level.make(value, key: PositionKey(level.count)))
    }

    mutating func nestedContainer<Inner: CodingKey>(keyedBy type: Inner.Type) -> KeyedEncodingContainer<Inner> {
        level.beginElement().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { level.beginElement().unkeyedContainer() }

    mutating func superEncoder() -> any Encoder { level.beginElement() }
}
