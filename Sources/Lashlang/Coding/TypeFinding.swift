/// The decoder of one made-up value: notes what a type asks for.
final class Finding: Decoder, SingleValueDecodingContainer {
    let probe: TypeProbe
    private var shape = Shape.unknown
    /// Fields that a type first asks about: whether they are there, whether they are null.
    private var looked: Set<String> = []
    private var nullable: Set<String> = []

    private enum Shape {
        case unknown
        case object([HostField])
        case list([HostType])
        case single(HostType)
        /// What is in it is decided elsewhere: by a superclass, or another decoder.
        case other
    }

    init(_ probe: TypeProbe) { self.probe = probe }

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    /// What was found out. A type that asks for nothing is an empty record.
    var type: HostType {
        switch shape {
        case .unknown: return .object([])
        case .object(let fields): return .object(fields)
        case .list(let items): return .list(HostType.common(items))
        case .single(let type): return type
        case .other: return .any
        }
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        switch shape {
        case .unknown: shape = .object([])
        case .object: break
        default: shape = .other
        }
        return KeyedDecodingContainer(FieldFinding<Key>(finding: self))
    }

    func unkeyedContainer() -> any UnkeyedDecodingContainer {
        if case .unknown = shape { shape = .list([]) } else { shape = .other }
        return ElementFinding(finding: self)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { self }

    // MARK: What is found

    func noteLook(_ field: String) { looked.insert(field) }

    func noteNull(_ field: String) { nullable.insert(field) }

    func note(_ field: String, _ type: HostType) {
        guard case .object(var fields) = shape else { return }
        let type = nullable.contains(field) ? type.orNull : type
        let isOptional = looked.contains(field)
        if let known = fields.firstIndex(where: { $0.name == field }) {
            // A field that is read twice means different things at different times.
            if fields[known].type != type { fields[known].type = .any }
            fields[known].isOptional = fields[known].isOptional && isOptional
        } else {
            fields.append(HostField(field, type, optional: isOptional))
        }
        shape = .object(fields)
    }

    func noteElement(_ type: HostType) {
        if case .list(let items) = shape { shape = .list(items + [type]) }
    }

    func noteOther() { shape = .other }

    // MARK: Single values

    func decodeNil() -> Bool {
        shape = .other
        return false
    }

    func decode<T: Decodable>(_ type: T.Type) throws -> T { try found(type) }
    func decode(_ type: Int128.Type) throws -> Int128 { try found(type) }
    func decode(_ type: UInt128.Type) throws -> UInt128 { try found(type) }

    private func found<T: Decodable>(_ type: T.Type) throws -> T {
        try probe.step()
        let (found, value) = try probe.probe(type)
        if case .unknown = shape { shape = .single(found) } else { shape = .other }
        return value
    }
}

/// Notes the fields that a type asks for.
private struct FieldFinding<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let finding: Finding

    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { [] }

    func contains(_ key: Key) -> Bool {
        finding.noteLook(key.stringValue)
        return true
    }

    func decodeNil(forKey key: Key) throws -> Bool {
        try finding.probe.step()
        finding.noteNull(key.stringValue)
        return false
    }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T { try found(type, key) }
    func decode(_ type: Int128.Type, forKey key: Key) throws -> Int128 { try found(type, key) }
    func decode(_ type: UInt128.Type, forKey key: Key) throws -> UInt128 { try found(type, key) }

    private func found<T: Decodable>(_ type: T.Type, _ key: Key) throws -> T {
        try finding.probe.step()
        let (found, value) = try finding.probe.probe(type)
        finding.note(key.stringValue, found)
        return value
    }

    func decodeIfPresent<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T? {
        finding.noteLook(key.stringValue)
        finding.noteNull(key.stringValue)
        do { return try found(type, key) } catch {
            // A type that cannot be found out, but need not be there.
            try finding.probe.step()
            finding.note(key.stringValue, .any)
            return nil
        }
    }

    func nestedContainer<Inner: CodingKey>(
        keyedBy type: Inner.Type,
        forKey key: Key
    ) throws -> KeyedDecodingContainer<Inner> {
        try other(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try other(key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder { try other(nil) }

    func superDecoder(forKey key: Key) throws -> any Decoder { try other(key) }

    private func other(_ key: Key?) throws -> Finding {
        try finding.probe.step()
        if let key { finding.note(key.stringValue, .any) } else { finding.noteOther() }
        return Finding(finding.probe)
    }
}

/// Notes the elements that a type asks for. Loops that read to the end find it after the first element.
private struct ElementFinding: UnkeyedDecodingContainer {
    let finding: Finding
    private(set) var currentIndex = 0

    init(finding: Finding) { self.finding = finding }

    var codingPath: [any CodingKey] { [] }
    var count: Int? { nil }
    var isAtEnd: Bool { currentIndex > 0 }

    mutating func decodeNil() throws -> Bool {
        try finding.probe.step()
        return false
    }

    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T { try found(type) }
    mutating func decode(_ type: Int128.Type) throws -> Int128 { try found(type) }
    mutating func decode(_ type: UInt128.Type) throws -> UInt128 { try found(type) }

    private mutating func found<T: Decodable>(_ type: T.Type) throws -> T {
        try finding.probe.step()
        currentIndex += 1
        let (found, value) = try finding.probe.probe(type)
        finding.noteElement(found)
        return value
    }

    mutating func nestedContainer<Inner: CodingKey>(keyedBy type: Inner.Type) throws -> KeyedDecodingContainer<Inner> {
        try other().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { try other().unkeyedContainer() }

    mutating func superDecoder() throws -> any Decoder { try other() }

    private mutating func other() throws -> Finding {
        try finding.probe.step()
        currentIndex += 1
        finding.noteElement(.any)
        return Finding(finding.probe)
    }
}
